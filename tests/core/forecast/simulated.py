"""Counts drawn from a known law, to see whether the forecast finds it again."""

from datetime import date

import numpy as np

from commonward.core.calendars import Calendar, DayTable
from commonward.core.forecast.arrivals import Arrivals

MONDAY = date(2025, 3, 3)
SHANGHAI = Calendar("Asia/Shanghai", DayTable(years=frozenset({2025, 2026})))
BY_HOUR = np.array([1, 1, 1, 1, 1, 2, 4, 8, 14, 16, 15, 12, 10, 12, 14, 12, 9, 7, 5, 4, 3, 2, 2, 1])
BY_WEEKDAY = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.9, 0.7])


def arrivals(
    days: int = 126,
    seed: int = 1,
    daily: tuple[float, ...] = (60.0, 20.0, 3.0),
    areas: tuple[str, ...] = ("/1/11/", "/1/12/", "/1/13/"),
    shock: float = 0.05,
    first: date = MONDAY,
) -> Arrivals:
    """Counts whose days share a gamma shock of this variance; an area has half of the one before."""
    chance = np.random.default_rng(seed)
    weekday = (first.weekday() + np.arange(days)) % 7
    shocks = chance.gamma(1 / shock, shock, days) if shock else np.ones(days)
    level = BY_WEEKDAY[weekday] * shocks
    hour = BY_HOUR / BY_HOUR.sum()
    part = 0.5 ** np.arange(len(areas))
    means = np.einsum("a,c,d,h->dhac", part / part.sum(), np.array(daily), level, hour)
    counts = chance.poisson(means)
    where = np.argwhere(counts)
    rows = np.column_stack([where, counts[tuple(where.T)]]).astype(np.int64)
    names = tuple(f"0{n + 1}" for n in range(len(daily)))
    return Arrivals(first, days, areas, names, ("01",) * len(daily), rows)
