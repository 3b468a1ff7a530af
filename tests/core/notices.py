"""The State Council's notices of 2025 and 2026, so that these tests need no file."""

from datetime import date, timedelta

from commonward.core.calendars import DayTable

_OFF = {
    2025: ["01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
    2026: [
        "01-01 01-03",
        "02-15 02-23",
        "04-04 04-06",
        "05-01 05-05",
        "06-19 06-21",
        "09-25 09-27",
        "10-01 10-07",
    ],
}
_WORK = {
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}


def _days(notices: dict[int, list[str]]) -> set[date]:
    days = set()
    for year, runs in notices.items():
        for run in runs:
            first, last = (date.fromisoformat(f"{year}-{end}") for end in (run[:5], run[-5:]))
            days |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return days


OFF = _days(_OFF)
WORK = _days(_WORK)
TABLE = DayTable(off=frozenset(OFF), work=frozenset(WORK), years=frozenset({2025, 2026}))
