"""How a campaign stands (覆盖率、问题率): counted, with intervals, by team, area and kind."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from commonward.core.inspecting.figures import Share, confirmed_coverage, share_of
from commonward.programmes.models import Campaign, Defect, Visit

LEAST = 5
"""Fewer places than this are told to nobody outside."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: planned, done, not possible, late; coverage, share with a fault, fine re-checks."""

    key: str
    planned: int
    done: int
    not_possible: int
    late: int
    faulty: int
    faults: Share | None

    @property
    def coverage(self) -> float:
        """The share of the planned places that were seen: counted, so it has no interval."""
        return self.done / self.planned if self.planned else 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign's figures; `agreement` is of re-checks, `confirmed` the coverage they confirm."""

    whole: Row
    by_kind: tuple[Row, ...]
    by_street: tuple[Row, ...]
    by_team: tuple[Row, ...]
    rechecks: int
    rechecked: int
    agreement: Share | None
    confirmed: Share | None
    items: tuple[tuple[str, str, int], ...]
    """(kind, item, faults), the most frequent first."""


class _Tally:
    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}

    def add(self, key: str, state: str, *, late: bool, faulty: bool) -> None:
        held = self.counts.setdefault(key, Counter())
        held["all"] += 1
        held[state] += 1
        held["late"] += late
        held["faulty"] += faulty

    def rows(self) -> tuple[Row, ...]:
        return tuple(_row(key, held) for key, held in sorted(self.counts.items()))


def _row(key: str, held: Counter[str]) -> Row:
    return Row(
        key, held["all"], held["done"], held["not_possible"], held["late"], held["faulty"],
        share_of(held["faulty"], held["done"], held["all"]),
    )  # fmt: skip


def standing_of(campaign: Campaign, today: date, *, items: bool = True) -> Standing:
    """The figures of a campaign (3 queries; some thousand rows)."""
    whole, kinds, streets, teams = _Tally(), _Tally(), _Tally(), _Tally()
    rows = Visit.objects.filter(campaign=campaign, kind="first").values_list(
        "state", "on", "faults", "team__code", "place__kind", "place__area_path"
    )
    for state, on, faults, team, kind, path in rows.iterator(chunk_size=2000):
        told = {"late": state == "planned" and on < today, "faulty": faults > 0}
        whole.add("", state, **told)
        kinds.add(kind, state, **told)
        streets.add(street_of(path), state, **told)
        teams.add(team, state, **told)
    checked = Counter(
        Visit.objects.filter(campaign=campaign, kind="recheck").values_list("state", "agrees")
    )
    rechecked, agreed = checked["done", True] + checked["done", False], checked["done", True]
    first = whole.rows()[0] if whole.counts else _row("", Counter())
    return Standing(
        first, kinds.rows(), streets.rows(), teams.rows(),
        sum(checked.values()), rechecked,
        share_of(agreed, rechecked, max(first.done, rechecked)) if rechecked else None,
        confirmed_coverage(first.done, first.planned, agreed, rechecked) if rechecked <= first.done else None,
        _items(campaign) if items else (),
    )  # fmt: skip


def _items(campaign: Campaign) -> tuple[tuple[str, str, int], ...]:
    counted = Counter(
        Defect.objects.filter(visit__campaign=campaign, visit__kind="first").values_list(
            "visit__place__kind", "item"
        )
    )
    return tuple((kind, item, n) for (kind, item), n in counted.most_common(15))


def street_of(path: str) -> str:
    """The code of the street of a place's path: the first of nine digits, else the last code."""
    codes = path.strip("/").split("/")
    return next((code for code in codes if len(code) == 9), codes[-1])


def public_rows(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows that may be told to everybody: of at least `LEAST` visited places, where the rest
    left out together are so many as well (else the smallest told goes too), so that none can be
    had by taking the others from the whole."""
    told = [row for row in rows if row.done >= LEAST]
    left = sum(row.done for row in rows) - sum(row.done for row in told)
    hidden = len(rows) - len(told)
    while hidden and 0 < left < LEAST and told:
        smallest = min(told, key=lambda row: (row.done, row.key))
        told.remove(smallest)
        left += smallest.done
    return tuple(told)
