"""Figures as any room or door may ask for them, and the very cases behind each (指标查询)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from commonward.areas.queries.tree import counts as areas_in
from commonward.cases.access import seen_by
from commonward.cases.models import Case
from commonward.core.indicators.book import Book, Count
from commonward.core.indicators.facts import DISPUTES, LEVELS
from commonward.core.indicators.figures import Asked, Counted, Counter, Groups, figures, level_of
from commonward.core.indicators.tallies import Only, Tally
from commonward.core.indicators.windows import Window
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.insight.queries import rows
from commonward.insight.queries.books import book_at
from commonward.people.queries import now

if TYPE_CHECKING:
    from commonward.insight.store.engine import Reading

PAGE = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """The cases behind a figure: so many in all, of which this person may see `numbers` and more
    on further pages, and may not see `hidden`. `next` is where the next page begins, else None."""

    total: int
    hidden: int
    numbers: tuple[str, ...]
    next: int | None


def book_in_force(at: datetime | None = None) -> Book:
    """The indicators that hold on this site at a moment, now where none is given."""
    return book_at(at or now())


def figures_of(
    names: Sequence[str],
    windows: Sequence[Window],
    *,
    by: Sequence[str] = (),
    only: Only | None = None,
    at: datetime,
    book: Book | None = None,
) -> dict[Window, Groups]:
    """The figures of these indicators in each window, by group, as they stand at `at`.

    `book` is another set than the one in force: an older version, or one that is being tried.

    What lies after `at` has not happened: a limit that ends later today is not due yet. Raises
    Invalid for an indicator or column that there is not.
    """
    book = book or book_in_force(at)
    with _files() as files:
        # Files of the version before cannot tell everything; what they can, stays readable.
        lacking = [
            name
            for name in names
            if files is not None
            and name in book.indicators
            and any(files.lacks(count) for count in book.counts_of(name))
        ]
        known = [name for name in names if name not in lacking]
        asked = Asked(known, windows, by, only, _areas(only or {}, at))
        counter = files.counter() if files is not None else rows.counter()
        found = figures(book, asked, until(at, counter))
    for groups in found.values():
        groups.lacking(lacking)
    return found


def cases_behind(
    indicator: str,
    count_name: str,
    window: Window,
    *,
    by: Mapping[str, str] | None = None,
    only: Only | None = None,
    actor: Actor,
    at: datetime,
    after: int | None = None,
    size: int = PAGE,
    book: Book | None = None,
) -> Behind:
    """The cases whose rows one count of an indicator counted in a window (下钻), by their key.

    `by` is the group: a column and its value. `after` is the `next` of the page before. A count
    of disputes has no cases to show. Raises Invalid where the indicator has no such count.
    """
    book = book or book_in_force(at)
    found = book.indicators.get(indicator)
    counts = {one.name: one for one in book.counts_of(indicator)} if found is not None else {}
    if found is None or count_name not in counts:
        raise Invalid(
            N_("“{indicator}” is not made of a count “{count}”."),
            indicator=indicator[:60],
            count=count_name[:60],
        )
    count = counts[count_name]
    if count.facts is DISPUTES:
        return Behind(0, 0, (), None)
    inside: Only = {**(only or {}), **{column: (value,) for column, value in (by or {}).items()}}
    for column in inside:
        if column not in count.facts.columns:
            raise Invalid(
                N_("“{name}” cannot be grouped by “{column}”."), name=count_name, column=column[:40]
            )
    with counting() as (_, cases):
        keys = cases(count, _Until.of(window.cut_at(found.cut), at), inside)
    return _seen(keys, actor, after, size)


@contextmanager
def counting() -> Iterator[tuple[Counter, Callable[[Count, Window, Only], list[int]]]]:
    """Who counts, and who names the cases: the engine; the rows themselves until it has files."""
    with _files() as files:
        if files is not None:
            yield files.counter(), files.cases
        else:
            yield rows.counter(), rows.cases


@contextmanager
def _files() -> "Iterator[Reading | None]":
    """The engine's files; None where there are none yet and few cases. Raises Refusal for many."""
    from commonward.insight.store import engine  # noqa: PLC0415 (DuckDB is loaded when one counts)

    with engine.reading() as found:
        if found is None and rows.too_many():
            raise Refusal(
                N_("The figures are being prepared; look again in some minutes."), code="preparing"
            )
        yield found


def until(at: datetime, counter: Counter) -> Counter:
    """The same counter, for which nothing lies after a moment."""

    def count(
        counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str], only: Only
    ) -> Counted:
        cut = {_Until.of(window, at): window for window in windows}
        begun = [one for one in cut if one.start < one.end]
        if not begun:
            return {}
        counted = counter(counts, begun, by, only)
        if isinstance(counted, Tally):
            return counted.renamed(cut)  # type: ignore[arg-type]
        return {(cut[window], group): found for (window, group), found in counted.items()}  # type: ignore[index]

    return count


@dataclass(frozen=True, slots=True)
class _Until(Window):
    """A window that ends no later than a moment."""

    at: datetime = datetime.max.replace(tzinfo=UTC)

    @classmethod
    def of(cls, window: Window, at: datetime) -> "_Until":
        return cls(window.first, window.until, window.zone, window.cut, window.grain, at)

    @property
    def end(self) -> datetime:
        """The first moment after it, or the one at which it is asked for."""
        return min(self._edge(self.until), self.at)


def _areas(only: Only, at: datetime) -> dict[str, int]:
    """How many areas of each level lie in what is looked at."""
    level = level_of(only)
    found = dict.fromkeys(LEVELS, 0)
    for code in only[level] if level else ("",):
        for name, count, _, _ in areas_in(at, str(code)):
            if name in found:
                found[name] += count
    return found


def _seen(keys: Sequence[int], actor: Actor, after: int | None, size: int) -> Behind:
    """A page of those that this person may see; the others are only counted."""
    mine: list[tuple[int, str]] = []
    for start in range(0, len(keys), 10_000):
        part = Case.objects.filter(seen_by(actor), pk__in=keys[start : start + 10_000])
        mine += part.order_by("id").distinct().values_list("id", "number")
    page = [one for one in mine if after is None or one[0] > after][: size + 1]
    more = page[size - 1][0] if len(page) > size else None
    return Behind(
        len(keys), len(keys) - len(mine), tuple(number for _, number in page[:size]), more
    )
