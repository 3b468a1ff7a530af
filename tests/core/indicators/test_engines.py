"""The same definitions on DuckDB, PostgreSQL and Spark give what the slow reference gives."""

import math
import random
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from commonward.core.indicators import compiling, reference
from commonward.core.indicators.book import Book, Count, book
from commonward.core.indicators.facts import TABLES, Column, Kind
from commonward.core.indicators.figures import Asked, Counted, Only, figures
from commonward.core.indicators.windows import Window, run_up, span, window
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


def test_a_hundred_random_counts_are_equal_on_duckdb() -> None:
    equal_on(engines.duckdb, "duckdb", {}, range(10))


@pytest.mark.django_db
def test_a_hundred_random_counts_are_equal_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on PostgreSQL only")
    names = {name: f"facts_{name}" for name in TABLES}
    equal_on(engines.postgres, "postgres", names, range(10))


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not here")
def test_random_counts_are_equal_on_spark() -> None:
    equal_on(engines.spark, "pyspark", {}, range(4))


def test_formulas_of_random_counts_are_equal_whoever_counts() -> None:
    chance = random.Random(8)
    rows = {"cases": [row_of("cases", chance) for _ in range(300)]}
    data = {
        "counts": {f"c{n}": chosen_count("cases", chance) | {"measure": "count"} for n in range(8)},
        "indicators": {
            "rate": {"formula": "c0 / c1"},
            "change": {"formula": "c2 / previous(c2) - 1"},
            "part": {"formula": "c3 / total(c3)"},
            "score": {"formula": "weighted(60, c4 / c5, 30, rate, 10, 1 - c6 / c7)"},
        },
    }
    made = book(data)
    asked = Asked(list(made.indicators), MONTHS, ("street",))
    slow = figures(made, asked, reference.counter(rows))
    with engines.duckdb(rows) as run:
        fast = figures(made, asked, compiling.counter(run))
    assert slow == fast
    assert any(f.value for by in slow.values() for found in by.values() for f in found.values())


def test_windows_that_overlap_are_counted_each_for_itself() -> None:
    day, year = Window(date(2026, 1, 2), date(2026, 1, 3), ZONE), WINDOWS[-2]
    at = datetime(2026, 1, 2, 8, tzinfo=UTC)
    rows = {"cases": [row_of("cases", random.Random(1)) | {"opened_at": at}]}
    made = book({"counts": {"a": {"of": "cases", "moment": "opened_at"}}})
    with engines.duckdb(rows) as run:
        found = compiling.counter(run)(list(made.counts.values()), [day, year], (), {})
    assert found == {(day, ()): {"a": 1.0}, (year, ()): {"a": 1.0}}
