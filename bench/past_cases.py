"""Past cases of two cities as counts, for the forecast: Boston by the hour, Zurich by the day.

Zurich's file has dates alone, so all its cases stand in the first hour of their day, and only
levels by day say something. Areas are Boston's neighbourhoods, and squares of two kilometres in
Zurich. Both calendars hold the public holidays of their laws.
"""

import csv
import gzip
import os
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from commonward.core.calendars import Calendar, DayTable
from commonward.core.forecast.arrivals import Arrivals

_BESIDE = Path(__file__).resolve().parents[2] / "shared"
CASES = Path(os.environ.get("COMMONWARD_SHARED") or _BESIDE) / "data" / "cases"
_BOSTON = (
    (1, 1), (1, 19), (2, 16), (4, 20), (5, 25), (7, 4), (9, 7), (10, 12), (11, 11), (11, 26),
    (12, 25),
)  # fmt: skip
_ZURICH_FIXED = ((1, 1), (1, 2), (5, 1), (8, 1), (12, 25), (12, 26))
_ZURICH_FROM_EASTER = (-2, 1, 39, 50)


def boston(folder: Path = CASES) -> tuple[Arrivals, Calendar]:
    """121,145 cases of 2015 by neighbourhood and reason, which belongs to a subject."""
    first = date(2015, 1, 1)
    told = (
        (datetime.fromisoformat(row["OPEN_DT"]), row["neighborhood"], row["REASON"], row["SUBJECT"])
        for row in _rows(folder / "boston311_2015.csv.gz")
    )
    found = _counted(
        (((at.date() - first).days, at.hour, area, (reason, part)) for at, area, reason, part in told),
        first, 365,
    )  # fmt: skip
    off = frozenset(date(2015, *day) for day in _BOSTON)
    return found, Calendar("America/New_York", DayTable(off=off, years=frozenset({2015})))


def zurich(folder: Path = CASES) -> tuple[Arrivals, Calendar]:
    """62,245 reports of 2016 to 2025 by square and kind."""
    first = date(2016, 1, 1)
    rows = [
        (
            (date.fromisoformat(row["date"]) - first).days, 0,
            f"/{int(row['e']) // 2000}/{int(row['n']) // 2000}/", (row["service_code"], ""),
        )
        for row in _rows(folder / "zueriwieneu_62245.csv.gz")
    ]  # fmt: skip
    found = _counted(rows, first, max(row[0] for row in rows) + 1)
    years = range(2016, 2027)
    off = {date(year, *day) for year in years for day in _ZURICH_FIXED}
    off |= {easter(year) + timedelta(days=n) for year in years for n in _ZURICH_FROM_EASTER}
    return found, Calendar("Europe/Zurich", DayTable(off=frozenset(off), years=frozenset(years)))


def easter(year: int) -> date:
    """Easter Sunday (Meeus, Jones and Butcher's rule).

    >>> easter(2025).isoformat()
    '2025-04-20'
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114, 31)
    return date(year, month, day + 1)


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _counted(
    rows: Iterable[tuple[int, int, str, tuple[str, str]]], first: date, days: int
) -> Arrivals:
    areas: dict[str, int] = {}
    kinds: dict[tuple[str, str], int] = {}
    counts: Counter[tuple[int, int, int, int]] = Counter()
    for day, hour, area, kind in rows:
        place = areas.setdefault(area, len(areas))
        counts[day, hour, place, kinds.setdefault(kind, len(kinds))] += 1
    table = np.array([(*key, n) for key, n in sorted(counts.items())], dtype=np.int64)
    codes = tuple(" / ".join(one for one in reversed(kind) if one) for kind in kinds)
    return Arrivals(first, days, tuple(areas), codes, tuple(part for _, part in kinds), table)
