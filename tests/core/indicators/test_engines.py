"""The same definitions on DuckDB and Spark give what the slow reference gives."""

import random
import shutil
from datetime import UTC, date, datetime

import pytest

from commonward.core.indicators import compiling, reference
from commonward.core.indicators.book import book
from commonward.core.indicators.figures import Asked, figures
from commonward.core.indicators.windows import Window
from tests.core.indicators import engines
from tests.core.indicators.random_counts import (
    MONTHS,
    WINDOWS,
    ZONE,
    chosen_count,
    equal_on,
    row_of,
)


def test_a_hundred_random_counts_are_equal_on_duckdb() -> None:
    equal_on(engines.duckdb, "duckdb", {}, range(10))


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
