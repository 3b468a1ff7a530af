"""Figures as everybody is shown them: from what was published, and from nothing else (公开数据).

The same definitions as on the desk are worked out over the published counts of closed months. A
figure that needs a number which is held back is held back itself.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from commonward.core.indicators.book import Book, Count, Indicator
from commonward.core.indicators.figures import Asked, Counted, Counter, Figure, figures
from commonward.core.indicators.tallies import Only
from commonward.core.indicators.windows import Window, window
from commonward.core.publishing.sheets import Key
from commonward.insight.models import Release
from commonward.insight.queries.measuring import book_in_force
from commonward.insight.queries.tabulating import ROWS, SITE, key_of, published

HELD_BACK = math.nan
"""A number that was not published: whatever is made of it is not a number either."""


@dataclass(frozen=True, slots=True)
class Told:
    """A published figure of a cell and month; `value` None where there is nothing to divide by,
    `held_back` where a number under it is not published."""

    month: date
    indicator: str
    key: Key
    value: float | None
    over: float | None
    under: float | None
    held_back: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """The releases in force: the last version of each month, the oldest month first."""

    releases: tuple[Release, ...]

    @property
    def months(self) -> list[Window]:
        """The published months."""
        return [window("month", one.first, settings.SITE_ZONE) for one in self.releases]

    def cells(self, first: date) -> dict[Key, dict[str, float]]:
        """The published numbers of a month by cell."""
        found: dict[Key, dict[str, float]] = {}
        for one in self.releases:
            if one.first == first:
                for part in one.content.values():
                    for key, counts in part["cells"]:
                        found.setdefault(tuple(key), {}).update(counts)
        return found

    def keys(self, level: str) -> list[Key]:
        """The cells of one level that any month names, in order; rows without a place are last."""
        found = {
            tuple(key)
            for one in self.releases
            for part in one.content.values()
            for key, _ in part["cells"]
            if len(key) >= 2 and key[-2] == level
        }
        return sorted(found, key=lambda key: (key[-1] == "", key))


def ledger(latest: int = 13) -> Ledger:
    """The newest releases (1 query)."""
    kept: dict[date, Release] = {}
    for one in Release.objects.order_by("-first", "-version"):
        kept.setdefault(one.first, one)
        if len(kept) > latest:
            break
    chosen = sorted(kept.values(), key=lambda one: one.first)[-latest:]
    return Ledger(tuple(chosen))


def indicators() -> list[Indicator]:
    """The indicators whose figures are published."""
    return published(book_in_force())


def counts(book: Book) -> dict[str, Count]:
    """The counts behind them."""
    return {c.name: c for one in published(book) for c in book.counts_of(one.name)}


def figures_told(
    told: Ledger, names: Collection[str], by: Sequence[str] = (), months: Collection[date] = ()
) -> list[Told]:
    """Published figures of these indicators by month and cell; all months where none is named."""
    book = book_in_force()
    wanted = [one for one in told.months if not months or one.first in months]
    found = []
    for name in names:
        one = book.indicators[name]
        if any(column not in c.facts.columns for c in book.counts_of(name) for column in by):
            continue
        reckoned = figures(book, Asked([name], wanted, by), _counter(told))
        for month, groups in reckoned.items():
            for group, values in groups.items():
                found.append(_told(one, month, key_of(by, group), values[name]))
    return found


def _told(indicator: Indicator, month: Window, key: Key, figure: Figure) -> Told:
    under = figure.under
    held = _unknown(figure.value) or _unknown(under)
    over = None
    if under is not None and figure.value is not None and not held:
        over = round(figure.value * under, 6)
    return Told(
        month.first,
        indicator.name,
        key,
        None if held else figure.value,
        over,
        None if under is None or _unknown(under) else under,
        held,
    )


def _counter(told: Ledger) -> Counter:
    kept = {one.first: told.cells(one.first) for one in told.releases}

    def count(
        counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str], only: Only
    ) -> Counted:
        groups: set[tuple[str, ...]] = {()}
        if by:
            groups = {
                key[1::2]
                for cells in kept.values()
                for key in cells
                if key != SITE and key[0::2] == tuple(by)
            }
        return {
            (at, group): {
                one.name: _number(kept.get(at.first, {}).get(key_of(by, group), {}), one.name)
                for one in counts
            }
            for at in windows
            for group in groups
        }

    return count


def _number(cell: Mapping[str, float], name: str) -> float | None:
    """A published number; None for a measure of no rows, HELD_BACK for what is not told."""
    if name not in cell and cell.get(name + ROWS) == 0:
        return None
    return cell.get(name, HELD_BACK)


def _unknown(value: float | None) -> bool:
    return value is not None and math.isnan(value)


def rows_of_counts(told: Ledger) -> Iterable[tuple[date, str, Key, float | None]]:
    """Every published number, and None for each that is held back: month, count, cell, number."""
    for one in told.releases:
        for part in one.content.values():
            held: Mapping[Any, list[str]] = {tuple(key): names for key, names in part["held_back"]}
            for key, counts in part["cells"]:
                for name in sorted(counts):
                    yield one.first, name, tuple(key), counts[name]
                for name in held.get(tuple(key), ()):
                    yield one.first, name, tuple(key), None


def not_public(release: Release) -> int | None:
    """How many cases of a month are in none of its numbers; None where it is not told (1 to 4)."""
    found: int | None = release.content.get("cases", {}).get("not_public")
    return found


def published_at(told: Ledger) -> datetime | None:
    """When the newest of them was made."""
    return max((one.made_at for one in told.releases), default=None)
