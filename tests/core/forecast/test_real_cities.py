"""The forecast on the cases of two cities: nearer than last week's same hour, intervals that hold."""

from pathlib import Path

import numpy as np

from bench.past_cases import boston, zurich
from commonward.core.calendars import Calendar
from commonward.core.forecast.arrivals import AHEAD, Arrivals, days_of
from commonward.core.forecast.checking import Checked, check, origins_of
from commonward.core.forecast.choosing import Chooser

ORIGINS = 10


def _allowed(band: float, origins: int) -> float:
    """4 standard errors of so many weeks of days, which is the least that is counted here, and 3
    points for what has to be estimated."""
    return float(4 * (band * (1 - band) / (7 * origins)) ** 0.5 + 0.03)


def levels_of(
    given: Arrivals, calendar: Calendar, levels: tuple[str, ...], most: int
) -> dict[str, Checked]:
    days = days_of(calendar, given.first, given.days + AHEAD)
    report = check(Chooser(given, days), origins_of(given, most), levels)
    return {one.level: one for one in report.levels}


def test_boston_by_the_hour(shared: Path) -> None:
    given, calendar = boston(shared / "data" / "cases")
    assert given.rows[:, 4].sum() == 121_145
    assert np.flatnonzero(given.gaps).tolist() == [202]
    found = levels_of(given, calendar, ("total_hour", "category_day", "area_day"), ORIGINS)
    for one in found.values():
        assert one.better and one.mase is not None and one.mase < 0.95, one
        assert one.pinball < one.pinball_four_weeks
        for band, inside in zip((0.5, 0.8, 0.95), one.fair, strict=True):
            assert abs(inside - band) <= _allowed(band, ORIGINS), one


def test_zurich_by_the_day(shared: Path) -> None:
    given, calendar = zurich(shared / "data" / "cases")
    assert given.rows[:, 4].sum() == 62_245
    found = levels_of(given, calendar, ("total_day", "category_day", "cell_day"), ORIGINS)
    for one in found.values():
        assert one.better and one.mase is not None and one.mase < 0.9, one
        for band, inside in zip((0.5, 0.8, 0.95), one.fair, strict=True):
            assert abs(inside - band) <= _allowed(band, ORIGINS), one
