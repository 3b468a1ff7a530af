"""Public holidays of the replayed cities, by rule: without a table each deadline is provisional."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

Day = tuple[str, str]


def easter(year: int) -> date:
    """Easter Sunday (Meeus/Jones/Butcher, "Astronomical Algorithms", 1991, ch. 8).

    >>> easter(2025).isoformat()
    '2025-04-20'
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


def boston(years: Iterable[int]) -> Iterator[Day]:
    """Legal holidays of Massachusetts with Suffolk County's (M.G.L. c. 4, § 7, cl. 18), as dates
    of the week: one on a Sunday is kept on the Monday after."""
    for year in years:
        for name, day in (
            ("New Year's Day", date(year, 1, 1)),
            ("Martin Luther King Day", _nth(year, 1, 0, 3)),
            ("Washington's Birthday", _nth(year, 2, 0, 3)),
            ("Evacuation Day", date(year, 3, 17)),
            ("Patriots' Day", _nth(year, 4, 0, 3)),
            ("Memorial Day", _last(year, 5, 0)),
            ("Bunker Hill Day", date(year, 6, 17)),
            ("Independence Day", date(year, 7, 4)),
            ("Labor Day", _nth(year, 9, 0, 1)),
            ("Columbus Day", _nth(year, 10, 0, 2)),
            ("Veterans' Day", date(year, 11, 11)),
            ("Thanksgiving Day", _nth(year, 11, 3, 4)),
            ("Christmas Day", date(year, 12, 25)),
        ):
            kept = day + timedelta(days=1) if day.weekday() == 6 else day
            yield kept.isoformat(), name


def zurich(years: Iterable[int]) -> Iterator[Day]:
    """Public rest days of the canton of Zurich (Ruhetags- und Ladenöffnungsgesetz, § 1)."""
    for year in years:
        sunday = easter(year)
        for name, day in (
            ("Neujahrstag", date(year, 1, 1)),
            ("Karfreitag", sunday - timedelta(days=2)),
            ("Ostermontag", sunday + timedelta(days=1)),
            ("Tag der Arbeit", date(year, 5, 1)),
            ("Auffahrtstag", sunday + timedelta(days=39)),
            ("Pfingstmontag", sunday + timedelta(days=50)),
            ("Bundesfeiertag", date(year, 8, 1)),
            ("Weihnachtstag", date(year, 12, 25)),
            ("Stephanstag", date(year, 12, 26)),
        ):
            yield day.isoformat(), name


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _last(year: int, month: int, weekday: int) -> date:
    day = date(year, month + 1, 1) - timedelta(days=1)
    return day - timedelta(days=(day.weekday() - weekday) % 7)
