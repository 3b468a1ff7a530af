"""A closed month as sheets of counts (月度汇总): what there is to publish, before anything is hidden.

Only what everybody may see is counted, in every table alike (docs/decisions/0018): no published
number includes a case that is not public, so none can be subtracted to tell of one. Cases of
disputes and urgent help are left out of the tables of cases; disputes have figures of their own.
Every count is told for the whole
site, by street and by big class; volumes – counts that are a figure by themselves – by community
and category too. What a count is of, and inside which others it lies, is read from its definition,
as an attacker would read it from the page that explains it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from commonward.cases.queries.reference import book as categories
from commonward.core.indicators.book import Book, Count, Indicator
from commonward.core.indicators.conditions import (
    All,
    Always,
    Condition,
    Known,
    Named,
    Not,
    Truth,
)
from commonward.core.indicators.facts import DISPUTES, Facts
from commonward.core.indicators.figures import Counted, Counter
from commonward.core.indicators.formulas import Name
from commonward.core.indicators.tallies import Only
from commonward.core.indicators.windows import Window
from commonward.core.publishing.hiding import protected
from commonward.core.publishing.sheets import Key, Sheet, Shown, Sum
from commonward.core.rights import APART

SITE: Key = ("site",)
COARSE: Sequence[tuple[str, ...]] = (("street",), ("part",))
FINE: Sequence[tuple[str, ...]] = (("street", "community"), ("part", "category"))
ROWS = "__rows"
"""End of the names of counts that are made here: the rows behind a measure."""
VOLUME = "opened"
"""The count of cases itself: of it the site tells how many more are not public, and beside it the
map of hotspots stands."""


@dataclass(frozen=True, slots=True)
class Month:
    """What was counted of one table of facts: a sheet of every count and a finer one of volumes,
    and measures by cell, told only where the rows behind them are. `not_public` are the cases
    that are in none of it; None where there is nothing to say of them."""

    facts: str
    sheet: Sheet
    fine: Sheet
    measures: Mapping[Key, Mapping[str, float]]
    same: Mapping[str, str]
    """Counts with another name for the same rows: they are shown where that one is."""
    not_public: int | None = None


def published(book: Book) -> list[Indicator]:
    """The indicators whose figures are published: those that a closed month settles."""
    cuts: dict[str, str] = {}
    found = []
    for one in book.indicators.values():
        counts = book.counts_of(one.name)
        if not one.public or one.own or not counts:
            continue
        if any(not c.moment or "account" in c.text for c in counts):
            continue  # as it stands this hour: no closed period; and nobody's own figures
        if any(cuts.get(c.name, one.cut) != one.cut for c in counts):
            continue  # cut at noon and at midnight, one count could be subtracted from the other
        cuts.update({c.name: one.cut for c in counts})
        found.append(one)
    return found


def tabulated(book: Book, window: Window, counter: Counter) -> list[Month]:
    """The sheets of a month, one for each table of facts that a public indicator needs."""
    wanted: dict[str, tuple[Count, str]] = {}
    for indicator in published(book):
        for count in book.counts_of(indicator.name):
            wanted.setdefault(count.name, (count, indicator.cut))
    by_facts: dict[str, list[tuple[Count, str]]] = {}
    for count, cut in wanted.values():
        by_facts.setdefault(count.facts.name, []).append((count, cut))
    volumes = {n.name for i in published(book) if isinstance(n := i.formula, Name)}
    return [_month(counts, window, counter, volumes) for counts in by_facts.values()]


def key_of(by: Sequence[str], group: Sequence[str]) -> Key:
    """The cell of a group: ("street", "430298001")."""
    return tuple(word for pair in zip(by, group, strict=True) for word in pair) or SITE


def _month(
    wanted: Sequence[tuple[Count, str]], window: Window, counter: Counter, volumes: Collection[str]
) -> Month:
    facts = wanted[0][0].facts
    plain: dict[str, tuple[Count, str]] = {}
    measured: dict[str, tuple[Count, str]] = {}
    for count, cut in wanted:
        if count.measure == "count":
            plain[count.name] = (of_public(count), cut)
            continue
        measured[count.name] = (of_public(count), cut)
        plain[count.name + ROWS] = (_rows(of_public(count)), cut)
    every = plain | measured
    cells: dict[Key, dict[str, float]] = {SITE: {}}
    fine_names = {name for name in plain if name in volumes}
    for cut in sorted({cut for _, cut in every.values()}):
        counts = [count for count, c in every.values() if c == cut]
        for by in ((), *COARSE, *FINE):
            if any(column not in facts.columns for column in by):
                continue
            some = [c for c in counts if c.name in fine_names] if by in FINE else counts
            asked = window.cut_at(cut)
            for key, values in _cells(counter(some, [asked], by, only(facts)), asked, by):
                cells.setdefault(key, {}).update(values)
    same = twins(plain)
    names = tuple(name for name in plain if same[name] == name)
    volumes_told = tuple(name for name in names if name in fine_names)

    def sheet(keys: Collection[Key], own: tuple[str, ...]) -> Sheet:
        numbers = {k: {n: round(cells[k].get(n, 0)) for n in own} for k in keys}
        return Sheet(numbers, own, _sums(numbers), nested(every, own))

    coarse = [key for key in cells if len(key) <= 2]
    measures = {k: {n: cells[k][n] for n in measured if n in cells[k]} for k in coarse}
    told = {name: one for name, one in same.items() if name in plain and name != one}
    others = [one for one in wanted if one[0].name == VOLUME and one[0] != every[VOLUME][0]]
    return Month(
        facts.name,
        sheet(coarse, names),
        sheet(cells, volumes_told),
        measures,
        told,
        _not_public(*others[0], window, counter) if others else None,
    )


def of_public(count: Count) -> Count:
    """The same count of the rows that everybody may see alone."""
    column = count.facts.columns.get("public")
    return replace(count, where=_both(count.where, Truth(column))) if column else count


def _not_public(count: Count, cut: str, window: Window, counter: Counter) -> int:
    """How many rows of a count everybody may not see, on the whole site."""
    name = f"{count.name} and not public"
    column = count.facts.columns["public"]
    hidden = replace(count, name=name, where=_both(count.where, Not(Truth(column))))
    asked = window.cut_at(cut)
    counted = dict(_cells(counter([hidden], [asked], (), only(count.facts)), asked, ()))
    return round(counted.get(SITE, {}).get(name, 0))


def only(facts: Facts) -> Only:
    """Which rows are told of at all: no dispute and no emergency in the tables of cases."""
    if facts is DISPUTES:
        return {}
    codes = (one.code for one in categories().categories.values())
    return {"category": tuple(sorted(code for code in codes if not code.startswith(APART)))}


def _cells(
    counted: Counted, window: Window, by: Sequence[str]
) -> Iterable[tuple[Key, Mapping[str, float]]]:
    for (at, group), values in counted.items():
        if (at.first, at.until) == (window.first, window.until):
            yield (
                key_of(by, group),
                {n: v for n, v in values.items() if v is not None},
            )


def _sums(cells: Mapping[Key, Mapping[str, int]]) -> list[Sum]:
    """Which cells add up to which; a row without a street or community is in a cell named ""."""
    found = []
    for level, inner in (("street", "community"), ("part", "category")):
        tops = sorted(key for key in cells if len(key) == 2 and key[0] == level)
        if tops:
            found.append(Sum(SITE, tuple(tops)))
        for top in tops:
            parts = sorted(k for k in cells if k[:2] == top and len(k) == 4 and k[2] == inner)
            if parts:
                found.append(Sum(top, tuple(parts)))
    return found


def shown_of(month: Month) -> Shown:
    """What may be published of a month. What one of its sheets hides, the other hides, and what
    lies below it: then neither tells more of the other's cells than their own numbers."""
    coarse, fine = protected(month.sheet), protected(month.fine)
    both = {
        (key, name)
        for key in month.sheet.cells
        for name in month.fine.counts
        if (key, name) in coarse and (key, name) in fine
    }
    alone = {(key, name) for key, name in coarse if name not in month.fine.counts}
    below = {(key, name) for key, name in fine if len(key) > 2 and (key[:2], name) in both}
    return frozenset(both | alone | below)


def _rows(count: Count) -> Count:
    """How many rows stand behind a measure of a column."""
    column = count.column
    known = column is not None and column.optional
    where = _both(count.where, Known(column)) if column and known else count.where
    return replace(count, name=count.name + ROWS, where=where, measure="count", column=None)


def _both(one: Condition, other: Condition) -> Condition:
    return other if isinstance(one, Always) else All((one, other))


def nested(every: Mapping[str, tuple[Count, str]], names: Sequence[str]) -> list[tuple[str, str]]:
    """Which count lies directly inside which: (inner, outer).

    What lies inside through a third follows from the steps, and so does its secret: a rest of one
    to four is made of rests that are no larger.
    """
    above = {
        inner: {outer for outer in names if outer != inner and _lies_in(every[inner], every[outer])}
        for inner in names
    }
    return [
        (inner, outer)
        for inner in names
        for outer in names
        if outer in above[inner] and not any(outer in above[mid] for mid in above[inner])
    ]


def twins(every: Mapping[str, tuple[Count, str]]) -> dict[str, str]:
    """Each count's first name: two counts that ask the same are one."""
    return {
        name: next(
            n for n in every if _lies_in(every[n], every[name]) and _lies_in(every[name], every[n])
        )
        for name in every
    }


def _lies_in(inner: tuple[Count, str], outer: tuple[Count, str]) -> bool:
    """Whether all that the outer condition asks is asked by the inner one too."""
    (one, cut), (other, second) = inner, outer
    same = (one.facts.name, one.moment, cut) == (other.facts.name, other.moment, second)
    return same and set(_asked(other.where)) <= set(_asked(one.where))


def _asked(where: Condition) -> Iterable[Condition]:
    match where:
        case Always():
            return ()
        case Named(inner=inner):
            return _asked(inner)
        case All(parts=parts):
            return [one for part in parts for one in _asked(part)]
    return (where,)
