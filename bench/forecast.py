"""The forecast on Boston and Zurich from many past days, against the same hour of last week."""

import resource
import time
from datetime import date

import numpy as np

from bench.past_cases import CASES, boston, zurich
from bench.rows import Context, Row
from commonward.core.calendars import Calendar, DayTable
from commonward.core.forecast.arrivals import AHEAD, Arrivals, days_of
from commonward.core.forecast.checking import BANDS, LEVELS, Checked, check, origins_of
from commonward.core.forecast.choosing import Chooser
from commonward.core.forecast.making import made

DATABASES = ("",)
BY_DAY = ("total_day", "category_day", "area_day", "cell_day")
_NAMES = {
    "total_hour": "total × hour", "total_day": "total × day", "category_day": "category × day",
    "category_hour": "category × hour", "area_day": "area × day",
    "cell_day": "area × category × day", "cell_hour": "area × category × hour",
}  # fmt: skip


def bench(ctx: Context) -> list[Row]:
    """Every week of Boston's year, and the last two years of Zurich; nothing without the data."""
    if not CASES.is_dir():
        return [Row("forecast", "the data are not here", "–", None, "see bench/past_cases.py")]
    given, calendar = boston()
    return [
        *_tested("Boston 2015", given, calendar, LEVELS, ctx.count(60, 2)),
        *_tested("Zurich 2016–2025", *zurich(), BY_DAY, ctx.count(104, 2)),
        _nightly(given, calendar),
        *_district(ctx.count(1_000_000, 10_000)),
    ]


def _tested(
    name: str, given: Arrivals, calendar: Calendar, levels: tuple[str, ...], most: int
) -> list[Row]:
    days = days_of(calendar, given.first, given.days + AHEAD)
    origins = origins_of(given, most)
    began = time.process_time()
    report = check(Chooser(given, days), origins, levels)
    spent = time.process_time() - began
    rows = [_row(name, one) for one in report.levels]
    whose = ", ".join(f"{way} {count}" for way, count in report.used.items())
    note = f"{len(origins)} origins × 14 days; categories forecast by: {whose}"
    return [*rows, Row(f"forecast, {name}: the whole test", f"{spent:.1f} CPU s", "–", None, note)]


def _row(name: str, one: Checked) -> Row:
    inside = " / ".join(f"{100 * share:.1f}" for share in one.fair)
    plain = " / ".join(f"{100 * share:.1f}" for share in one.inside)
    bands = " / ".join(f"{100 * band:.0f}" for band in BANDS)
    return Row(
        f"forecast, {name}: {_NAMES[one.level]}",
        f"MASE {one.mase or 0:.3f}; MAE {one.mae:.4g} against {one.mae_last_week:.4g} (last week),"
        f" {one.mae_four_weeks:.4g} (four weeks)",
        "MASE < 1, better than both",
        one.better,
        f"pinball {one.pinball:.4g} against {one.pinball_last_week:.4g}, {one.pinball_four_weeks:.4g};"
        f" RMSE {one.rmse:.4g} against {one.rmse_last_week:.4g}, {one.rmse_four_weeks:.4g};"
        f" inside {bands} %: {inside} (randomised), {plain} (as counts); mean {one.mean:.4g}",
    )


def _nightly(given: Arrivals, calendar: Calendar) -> Row:
    began = time.process_time()
    found = made(given, calendar)
    spent = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return Row(
        "forecast, Boston's year: made, with its test from 12 days",
        f"{spent:.1f} CPU s; {len(found.packed()) / 1000:.0f} kB kept",
        "–",
        None,
        f"{len(found.areas)} areas × {len(found.categories)} categories; the process has"
        f" {most:.2f} GB at most, the tests before included",
    )


def _district(cases: int) -> list[Row]:
    """Two years of a district of 800 grids and 200 categories, at random."""
    chance = np.random.default_rng(1)
    by_hour = np.array(
        [1, 1, 1, 1, 2, 4, 8, 14, 16, 15, 12, 10, 12, 14, 12, 9, 7, 5, 4, 3, 2, 2, 1, 1]
    )
    rows, counts = np.unique(
        np.column_stack(
            [
                chance.integers(0, 730, cases),
                chance.choice(24, cases, p=by_hour / by_hour.sum()),
                chance.choice(800, cases, p=chance.dirichlet(np.ones(800))),
                chance.choice(200, cases, p=chance.dirichlet(np.full(200, 0.3))),
            ]
        ),
        axis=0,
        return_counts=True,
    )
    areas = tuple(f"/1/{number // 100}/{number}/" for number in range(800))
    codes = tuple(f"{number % 6:02}{number:03}" for number in range(200))
    given = Arrivals(
        date(2024, 1, 1), 730, areas, codes, tuple(code[:2] for code in codes),
        np.column_stack([rows, counts]),
    )  # fmt: skip
    calendar = Calendar("Asia/Shanghai", DayTable(years=frozenset({2024, 2025, 2026})))
    began = time.process_time()
    found = made(given, calendar)
    spent = time.process_time() - began
    began = time.process_time()
    part = found.chosen(lambda path: path.startswith("/1/3/"))
    part.days(), part.hours(0), part.every_hour(0.9), part.whole()
    page = 1000 * (time.process_time() - began)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    name = f"forecast, 800 areas × 200 categories, {cases:,} cases in two years"
    return [
        Row(f"{name}: made and tested", f"{spent:.1f} CPU s; {len(found.packed()) / 1000:.0f} kB kept",
            "–", None, f"the process has {most:.2f} GB at most"),
        Row(f"{name}: a street's days and hours with intervals", f"{page:.1f} ms CPU", "≤ 50 ms",
            page <= 50, "what a page needs"),
    ]  # fmt: skip
