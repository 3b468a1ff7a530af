"""All grids of an area drawn anew: which keep their codes, which are new, and which end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.areas.models import AnsweringRule, Area
from commonward.areas.queries.drafting import Draft, NewArea, next_code
from commonward.areas.queries.gridded import Gridded
from commonward.areas.queries.tree import Place, valid
from commonward.core import codes, geo
from commonward.core.refusals import N_, Invalid

_SAME = 1.0
"""Square metres: an outline that differs by less is the same."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A grid as it shall be: its village's code, the code of the grid that it continues ("" for
    a new one), and its outline (WGS-84, shapely)."""

    village: str
    continues: str
    outline: Any


@dataclass(frozen=True, slots=True)
class Regridding:
    """The change as a draft, the code of each wanted grid in their order, and how many of those
    that keep their code keep their outline too."""

    draft: Draft
    codes: tuple[str, ...]
    unchanged: int


def regridding(known: Gridded, wanted: Sequence[Wanted], since: datetime) -> Regridding:
    """The draft of new grids for all villages of `known`; a grid that none continues ends.

    New codes follow the highest that was ever used in a village. Raises Invalid where a village
    gets no grid, a code is continued twice, or a village has no codes left.
    """
    villages = {one.place.code: one.place for one in known.villages}
    old = {one.place.code: one for one in known.grids}
    given = {one.village for one in wanted}
    bare = next((village for village in villages if village not in given), None)
    strange = next((village for village in given if village not in villages), None)
    if bare is not None or strange is not None:
        raise Invalid(
            N_("Each community or village has at least one grid: {given} does not fit."),
            given=bare or strange,
        )
    kept = [one.continues for one in wanted if one.continues]
    if len(set(kept)) != len(kept) or not set(kept) <= set(old):
        raise Invalid(N_("Each of today's grids is continued by one grid at most."))
    outlines: dict[str, Any] = {}
    named: list[str] = []
    added: list[NewArea] = []
    free = _FreeCodes()
    unchanged = 0
    for one in wanted:
        if one.continues:
            named.append(one.continues)
            before = old[one.continues].outline
            if geo.square_metres(before.symmetric_difference(one.outline)) < _SAME:
                unchanged += 1
            else:
                outlines[one.continues] = one.outline
            continue
        new = free.area_in(villages[one.village])
        added.append(new)
        named.append(new.code)
        outlines[new.code] = one.outline
    ended = tuple(code for code in old if code not in set(kept))
    draft = Draft(
        "regrid", known.area, known.area.path, since, outlines,
        before={code: old[code].outline for code in (*outlines, *ended) if code in old},
        beside={code: one.outline for code, one in old.items() if code not in outlines},
        added=tuple(added), ended=ended,
    )  # fmt: skip
    return Regridding(draft, tuple(named), unchanged)


def below(ended: Sequence[str]) -> tuple[str, ...]:
    """Micro-grids and the like below grids that end: they end with them."""
    paths = Area.objects.filter(code__in=ended, valid_until=None).values_list("pk", flat=True)
    found: list[str] = []
    level = list(paths)
    while level:
        rows = list(
            Area.objects.filter(parent__in=level, valid_until=None).values_list("pk", "code")
        )
        level = [pk for pk, _code in rows]
        found += [code for _pk, code in rows]
    return tuple(found)


class _FreeCodes:
    """Codes for new grids, one after the other in each village."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def area_in(self, village: Place) -> NewArea:
        number = self._next.get(village.code)
        if number is None:
            first = next_code(village.code)
            if not first:
                raise Invalid(
                    N_("No code is left for another grid in {given}."), given=village.code
                )
            number = int(first[len(village.code) :])
        self._next[village.code] = number + 1
        english = f"{village.name_en or village.code} Grid {number}"
        return NewArea(
            codes.child(village.code, number), f"{village.name}第{number}网格", english, village
        )


def rules_naming(ended: Sequence[str], since: datetime) -> int:
    """How many rules of who answers name an area that ends, and would answer for nothing."""
    return AnsweringRule.objects.filter(valid(since), area_code__in=ended).count() if ended else 0
