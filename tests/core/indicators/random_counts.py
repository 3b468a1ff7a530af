"""Random counts on random rows, and whether an engine counts them as the slow reference does."""

import math
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, timedelta
from typing import Any

from commonward.core.indicators import compiling, reference
from commonward.core.indicators.book import Book, Count, book
from commonward.core.indicators.facts import TABLES, Column, Kind
from commonward.core.indicators.figures import Counted
from commonward.core.indicators.tallies import Only
from commonward.core.indicators.windows import run_up, span, window
from tests.core.indicators import engines

ZONE = "Asia/Shanghai"
MONTHS = run_up(window("month", date(2026, 3, 15), ZONE), 4)
WINDOWS = [*MONTHS, span(date(2026, 2, 10), date(2026, 3, 9), ZONE, "noon"),
           window("year", date(2026, 1, 1), ZONE), window("day", date(2026, 3, 9), ZONE)]  # fmt: skip
WORDS = ("", "a", "b", "void", "50% off", "O'Brien", "路灯", "x_y")
PATHS = ("/43/4302/430211/", "/43/4302/430211/430211001/", "/43/4303/", "")


def row_of(table: str, chance: random.Random) -> dict[str, Any]:
    """A row of any values; moments lie around the windows, some right on their edges."""
    return {c.name: value_of(c, chance) for c in TABLES[table].columns.values()}


def value_of(column: Column, chance: random.Random) -> Any:
    if column.optional and chance.random() < 0.3:
        return None
    match column.kind:
        case Kind.TEXT:
            return chance.choice(PATHS if column.name == "path" else WORDS)
        case Kind.YES_NO:
            return chance.random() < 0.5
        case Kind.WHOLE:
            return chance.choice((0, 1, 2, 5, 2**40))
        case Kind.SECONDS:
            return chance.choice((0, 1, 59, 3600, chance.randrange(10**7)))
        case Kind.REAL:
            return chance.uniform(-90, 90)
        case Kind.MOMENT:
            edge = chance.choice(WINDOWS)
            near = chance.choice((edge.start, edge.end)).astimezone(UTC)
            off = chance.choice((0, 1, -1, 3_600_000_000, chance.randrange(-(10**13), 10**13)))
            return near + timedelta(microseconds=off)


def chosen_count(table: str, chance: random.Random) -> dict[str, Any]:
    """The data of a random count that makes sense."""
    facts = TABLES[table]
    by_kind: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for column in facts.columns.values():
        if not column.private:
            by_kind[column.kind].append(column.name)
    found: dict[str, Any] = {"of": table, "where": chosen_condition(by_kind, chance, 3)}
    if chance.random() < 0.8:
        found["moment"] = chance.choice(facts.moments)
    measure = chance.choice(("count", "count", "sum", "mean", "median", "p90", "p95", "distinct"))
    numbers = by_kind[Kind.SECONDS] + by_kind[Kind.REAL]
    if measure == "distinct":
        found["measure"] = f"distinct({chance.choice(by_kind[Kind.TEXT])})"
    elif measure in ("mean", "median", "p90", "p95") and chance.random() < 0.3:
        found["measure"] = f"{measure}(age({chance.choice(by_kind[Kind.MOMENT])}))"
    elif measure != "count" and numbers:
        found["measure"] = f"{measure}({chance.choice(numbers)})"
    return found


def chosen_condition(by_kind: dict[Kind, list[str]], chance: random.Random, deep: int) -> str:
    if deep and chance.random() < 0.6:
        one = chosen_condition(by_kind, chance, deep - 1)
        other = chosen_condition(by_kind, chance, deep - 1)
        return chance.choice((f"({one} and {other})", f"({one} or {other})", f"(not {one})"))
    text, moments = chance.choice(by_kind[Kind.TEXT]), [*by_kind[Kind.MOMENT], "start", "end"]
    sign = chance.choice(("==", "!=", "<", "<=", ">", ">="))
    forms = [
        f"{text} in ({', '.join(repr(w) for w in chance.sample(WORDS, 2))},)",
        f"{text} not in ({chance.choice(WORDS)!r},)",
        f"{text} {chance.choice(('==', '!='))} {chance.choice(WORDS)!r}",
        f"{chance.choice(moments)} {sign} {chance.choice(moments)}",
        f"known({chance.choice(by_kind[Kind.MOMENT])})",
        f"{chance.choice(moments[:-2])} - {chance.choice(moments)} {sign} "
        f"{chance.choice((0, 3600, -5, 864000))}",
    ]
    if by_kind[Kind.YES_NO]:
        forms.append(chance.choice(by_kind[Kind.YES_NO]))
    if by_kind[Kind.WHOLE]:
        forms.append(f"{chance.choice(by_kind[Kind.WHOLE])} {sign} {chance.choice((0, 1, 2.5))}")
    if "path" in by_kind[Kind.TEXT]:
        forms.append("within(path, '430211')")
    return chance.choice(forms)


def chosen(chance: random.Random, many: int) -> tuple[Book, dict[str, list[dict[str, Any]]]]:
    """Random counts of every table, and random rows for them."""
    names = [chance.choice(list(TABLES)) for _ in range(many)]
    made = book({"counts": {f"c{n}": chosen_count(name, chance) for n, name in enumerate(names)}})
    rows = {n: [row_of(n, chance) for _ in range(chance.choice((0, 1, 40)))] for n in TABLES}
    return made, rows


def same(one: Counted, other: Counted) -> None:
    """Equal but for the last bits of sums of fractions."""
    assert one.keys() == other.keys()
    for key, found in one.items():
        assert found.keys() == other[key].keys(), key
        for name, value in found.items():
            there = other[key][name]
            assert (value is None) == (there is None), (key, name)
            if value is not None and there is not None:
                assert math.isclose(value, there, rel_tol=1e-9, abs_tol=1e-9), (key, name)


Opened = Callable[[engines.Tables], AbstractContextManager[engines.Run]]


def equal_on(opened: Opened, dialect: str, names: dict[str, str], seeds: Sequence[int]) -> None:
    for seed in seeds:
        chance = random.Random(seed)
        made, rows = chosen(chance, 10)
        by = chance.choice(((), ("street",), ("district", "outcome")))
        counts: list[Count] = [
            c for c in made.counts.values() if all(b in c.facts.columns for b in by)
        ]
        only: Only = chance.choice(({}, {"street": ("a", "路灯")}, {"district": ("O'Brien",)}))
        with opened(rows) as run:
            found = compiling.counter(run, dialect, names)(counts, WINDOWS, by, only)
        same(found, reference.counter(rows)(counts, WINDOWS, by, only))
