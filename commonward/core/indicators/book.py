"""A whole set of indicators, checked (指标体系): conditions, counts, constants, indicators.

It is written as plain data (TOML as shipped, JSON as a site changes it):

    [conditions.cases]                    # named once, used by every figure
    valid = "outcome not in ('void', 'refused', 'joined')"
    late = { is = "closed_at > due_at", about = "closed after the limit", about_zh = "超期" }

    [counts.closed_in_time]
    of = "cases"                          # a table of facts
    moment = "reckoned_at"                # what places a row in the window; none: as it stands
    where = "valid and counted and closed_at <= due_at"
    measure = "count"                     # or median, p90, p95, mean, sum, distinct of a column

    [indicators.closed_in_time_rate]
    title = "Closed in time"
    title_zh = "按期结案率"
    formula = "closed_in_time / due_to_be_closed"
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.indicators.conditions import Condition, condition
from commonward.core.indicators.defined import Band, Count, Indicator
from commonward.core.indicators.facts import LEVELS, TABLES, Column, Facts, Kind
from commonward.core.indicators.formulas import (
    Bounded,
    Formula,
    Joined,
    Name,
    Shifted,
    Unit,
    Weighted,
    Whole,
    formula,
)  # fmt: skip
from commonward.core.indicators.shape import PARTS, checked, inside
from commonward.core.indicators.windows import CUTS
from commonward.core.refusals import N_, Invalid

__all__ = ("Band", "Book", "Count", "Indicator", "book", "shipped")
FOLDER = Path(__file__).parent / "shipped"
MEASURES = ("count", "sum", "mean", "median", "p90", "p95", "distinct")
"""What may be made of the rows that count; all but the first of a column. Quantiles are exact,
interpolated between neighbours (type 7 of Hyndman and Fan 1996). Of a moment its age is measured,
as `median(age(opened_at))`: seconds from then to the end of the window."""
TARGETS = ("all", *LEVELS, "department")
"""For what a site sets a target: everything, the areas of a level, each department and team."""
_NUMBERS = (Kind.WHOLE, Kind.SECONDS, Kind.REAL)
_AGES = ("mean", "median", "p90", "p95")
_AGE = re.compile(r"age\(\s*(\w+)\s*\)\s*\)")


@dataclass(frozen=True, slots=True)
class Book:
    """A checked set: nothing in it is unknown, of the wrong kind, or defined by itself."""

    conditions: Mapping[str, Mapping[str, Condition]]
    counts: Mapping[str, Count]
    constants: Mapping[str, float]
    indicators: Mapping[str, Indicator]
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Named conditions ("table.name") and constants ("name") in plain words, by language."""

    def cut(self, name: str, cut: str) -> "Book":
        """The same set with one indicator's days cut at midnight ("calendar") or at noon ("noon").

        Raises Invalid for one that stands as of a moment.
        """
        one = self.indicators[name]
        if cut in ("", one.cut):
            return self
        if cut not in CUTS or not self.either_cut(name):
            raise Invalid(N_("Days of this figure are not cut so."), field="cut")
        return replace(self, indicators={**self.indicators, name: replace(one, cut=cut)})

    def either_cut(self, name: str) -> bool:
        """Whether a figure may be cut at noon as well as at midnight: all its rows have a moment."""
        counts = self.counts_of(name)
        return bool(counts) and all(count.moment for count in counts)

    def counts_of(self, name: str) -> list[Count]:
        """The counts an indicator is made of, each once, in the order they are met."""
        found: dict[str, Count] = {}
        for one in _names(self.indicators[name].formula):
            if one in self.counts:
                found[one] = self.counts[one]
            elif one in self.indicators:
                found |= {c.name: c for c in self.counts_of(one)}
        return list(found.values())


def shipped() -> Mapping[str, Any]:
    """The data of the indicators that come with the product, all its files together."""
    return _shipped()


@cache
def _shipped() -> Mapping[str, Any]:
    data: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        _merge(data, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    return data


def _merge(into: dict[str, Any], more: Mapping[str, Any], where: str) -> None:
    for part, entries in more.items():
        kept = into.setdefault(part, {})
        for name, entry in entries.items():
            if part == "conditions":
                _merge(into.setdefault(part, {}), {name: entry}, where)
            elif name in kept:
                raise Invalid(
                    N_("“{name}” is defined twice, in {where} too."), name=name, where=where
                )
            else:
                kept[name] = entry


def book(data: Mapping[str, Any]) -> Book:
    """The set that plain data describes. Raises Invalid naming what is wrong, and where."""
    for part, entries in data.items():
        if part not in PARTS:
            raise Invalid(N_("“{name}” is no part of a set of indicators."), name=str(part)[:60])
        checked(part, entries)
    conditions = {
        table: _conditions(table, entries) for table, entries in data.get("conditions", {}).items()
    }
    constants: dict[str, float] = {}
    for name, value in data.get("constants", {}).items():
        with inside(name):
            constants[name] = _number(name, _is(value))
    counts = {
        name: _count(name, entry, conditions) for name, entry in data.get("counts", {}).items()
    }
    units = {name: Unit.NUMBER for name in constants} | {n: c.unit for n, c in counts.items()}
    indicators: dict[str, Indicator] = {}
    for name in _in_order(data.get("indicators", {})):
        if name in units:
            raise Invalid(N_("“{name}” is defined twice."), name=name)
        found = _indicator(name, data["indicators"][name], units)
        indicators[name] = found
        units[name] = found.unit
    ordered = {name: indicators[name] for name in data.get("indicators", {})}
    return Book(conditions, counts, constants, ordered, _said(data))


def _conditions(table: str, entries: Mapping[str, str]) -> Mapping[str, Condition]:
    facts = _facts(table)
    known: dict[str, Condition] = {}
    for name, text in entries.items():  # each may use those above it
        if not name.isidentifier() or name in facts.columns or name in ("start", "end"):
            raise Invalid(N_("“{name}” cannot name a condition."), name=name[:60])
        with inside(name):
            known[name] = condition(str(_is(text)), facts, known)
    return known


def _is(entry: Any) -> Any:
    """A condition or a constant stands alone, or in a table with its words."""
    return entry.get("is", "") if isinstance(entry, Mapping) else entry


def _said(data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    every = dict(data.get("constants", {}))
    for table, entries in data.get("conditions", {}).items():
        every |= {f"{table}.{name}": entry for name, entry in entries.items()}
    return {
        name: {"en": str(entry.get("about", "")), "zh": str(entry.get("about_zh", ""))}
        for name, entry in every.items()
        if isinstance(entry, Mapping)
    }


def _count(
    name: str, entry: Mapping[str, Any], conditions: Mapping[str, Mapping[str, Condition]]
) -> Count:
    with inside(name):
        facts = _facts(str(entry.get("of", "")))
        moment = str(entry.get("moment", ""))
        if moment and moment not in facts.moments:
            raise Invalid(
                N_("The moment is one of {known}, not “{moment}”."),
                known=", ".join(facts.moments),
                moment=moment[:40],
            )
        measure, column = _measure(str(entry.get("measure", "count")), facts)
        text = str(entry.get("where", ""))
        where = condition(text, facts, conditions.get(facts.name, {}))
    about = {"en": str(entry.get("about", "")), "zh": str(entry.get("about_zh", ""))}
    return Count(name, facts, moment, where, measure, column, about, text)


def _measure(text: str, facts: Facts) -> tuple[str, Column | None]:
    """ "count", or "median(took)": a measure of a column."""
    measure, opened, rest = text.partition("(")
    if measure not in MEASURES or bool(opened) == (measure == "count"):
        raise Invalid(
            N_("A measure is count, or one of {known} of a column: median(took)."),
            known=", ".join(MEASURES[1:]),
        )
    if not opened:
        return measure, None
    aged = _AGE.fullmatch(rest.strip())
    column = facts.columns.get(aged[1] if aged else rest.rstrip(")").strip())
    wanted: tuple[Kind, ...] = (Kind.TEXT, Kind.WHOLE) if measure == "distinct" else _NUMBERS
    if aged:
        wanted = (Kind.MOMENT,) if measure in _AGES else ()
    if column is None or column.kind not in wanted:
        raise Invalid(N_("“{text}” names no column that can be measured so."), text=text[:60])
    return measure, column


def _indicator(name: str, entry: Mapping[str, Any], units: Mapping[str, Unit]) -> Indicator:
    with inside(name):
        text = str(entry.get("formula", ""))
        made, unit = formula(text, units)
        if "unit" in entry:
            if entry["unit"] not in list(Unit):
                raise Invalid(N_("A unit is one of {known}."), known=", ".join(Unit))
            unit = Unit(entry["unit"])
        better = str(entry.get("better", ""))
        if better not in ("", "more", "less"):
            raise Invalid(N_("“better” is more, less, or left out."))
        bands = tuple(_band(name, one) for one in entry.get("bands", ()))
        if sorted(bands, key=lambda one: one.bound, reverse=better != "less") != list(bands):
            raise Invalid(N_("Bands stand from the best to the worst."))
        cut = str(entry.get("cut", "calendar"))
        if cut not in ("calendar", "noon"):
            raise Invalid(N_("“cut” is calendar or noon."))
        apart = str(entry.get("apart", ""))
        if apart not in ("", "response"):
            raise Invalid(N_("“apart” is response, or left out."))
        titles = {"en": str(entry.get("title", name)), "zh": str(entry.get("title_zh", name))}
    return Indicator(
        name=name,
        group=str(entry.get("group", "")),
        titles=titles,
        about={"en": str(entry.get("about", "")), "zh": str(entry.get("about_zh", ""))},
        formula=made,
        text=text,
        unit=unit,
        better=better,
        bands=bands,
        source=str(entry.get("source", "")),
        cut=cut,
        public=bool(entry.get("public", False)),
        own=bool(entry.get("own", False)),
        least=int(entry.get("least", 30)),
        caveats={"en": str(entry.get("caveat", "")), "zh": str(entry.get("caveat_zh", ""))},
        targets=_targets(name, entry.get("targets", {})),
        apart=apart,
        source_zh=str(entry.get("source_zh", "")),
    )


def _targets(name: str, entry: Mapping[str, Any]) -> Mapping[str, float]:
    for level in entry:
        if level not in TARGETS:
            raise Invalid(
                N_("A target is for one of {known}, not “{level}”."),
                known=", ".join(TARGETS),
                level=str(level)[:40],
            )
    return {level: _number(name, value) for level, value in entry.items()}


def _band(name: str, entry: Any) -> Band:
    if not isinstance(entry, Mapping) or set(entry) != {"bound", "name"}:
        raise Invalid(N_("A band has a bound and a name."))
    return Band(_number(name, entry["bound"]), str(entry["name"])[:20])


def _in_order(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Each indicator after those it is made of. Raises Invalid for a circle."""
    done: set[str] = set()

    def follow(name: str, above: tuple[str, ...]) -> Iterator[str]:
        if name in above:
            raise Invalid(
                N_("“{name}” is defined by itself: {circle}."),
                name=name,
                circle=" → ".join((*above[above.index(name) :], name)),
            )
        if name in done:
            return
        for word in _words(str(entries[name].get("formula", ""))):
            if word in entries:
                yield from follow(word, (*above, name))
        done.add(name)
        yield name

    for name in entries:
        yield from follow(name, ())


def _words(text: str) -> list[str]:
    letters = "".join(c if c.isidentifier() or c.isdigit() else " " for c in text)
    return [word for word in letters.split() if word.isidentifier()]


def _names(made: Formula) -> Iterator[str]:
    match made:
        case Name(name=name):
            yield name
        case Joined(left=left, right=right):
            yield from _names(left)
            yield from _names(right)
        case Shifted(inner=inner) | Whole(inner=inner) | Bounded(inner=inner):
            yield from _names(inner)
        case Weighted(parts=parts):
            for _, part in parts:
                yield from _names(part)


def _facts(table: str) -> Facts:
    if table not in TABLES:
        raise Invalid(
            N_("There is no table “{table}”; there are {known}."),
            table=table[:40],
            known=", ".join(TABLES),
        )
    return TABLES[table]


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        raise Invalid(N_("“{name}” needs a number."), name=name)
    return float(value)
