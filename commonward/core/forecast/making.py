"""From counts to a kept forecast: choose, test, keep."""

from commonward.core.calendars import Calendar
from commonward.core.forecast.arrivals import AHEAD, LEAST_DAYS, Arrivals, days_of
from commonward.core.forecast.checking import check, origins_of
from commonward.core.forecast.choosing import Chooser
from commonward.core.forecast.outlook import Outlook, outlook
from commonward.core.refusals import N_, Invalid

TESTS = 12
"""Past origins, a week apart, of the test that is kept beside a forecast."""
_CELLS_MOST = 20_000_000
_FLAT = ("total_hour", "total_day", "category_day", "category_hour", "area_day")


def made(given: Arrivals, calendar: Calendar, seed: int = 1, tests: int = TESTS) -> Outlook:
    """The forecast of the 14 days after the last of `given`, with its honest test from so many
    past origins.

    The same counts, calendar and seed give the same forecast. Raises Invalid for a past of fewer
    than 14 days or without any case.
    """
    if given.days < LEAST_DAYS or not len(given.rows):
        raise Invalid(
            N_(
                "A forecast needs {least} whole days with cases; there are {days} since the first"
                " case."
            ),
            least=LEAST_DAYS,
            days=given.days if len(given.rows) else 0,
        )
    days = days_of(calendar, given.first, given.days + AHEAD)
    chooser = Chooser(given, days, seed)
    origins = origins_of(given, tests)
    cells = len(given.areas) * len(given.categories) * AHEAD * 24
    # By cell and hour only where the arrays fit into memory; the other levels say enough.
    levels = (*_FLAT, "cell_day", "cell_hour") if cells <= _CELLS_MOST else _FLAT
    report = check(chooser, origins, levels) if origins else None
    return outlook(given, days, chooser.forecast(given.days), seed, report)
