"""The forecast on Boston and Zurich from many past days, against the same hour of last week."""

import resource
import time

from bench.past_cases import CASES, boston, zurich
from bench.rows import Context, Row
from commonward.core.calendars import Calendar
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
