"""What arrived (来件): counts by local day, hour, area and category, and the days' kinds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from commonward.core.calendars import Calendar
from commonward.core.refusals import N_, Invalid

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

HOURS, WEEK, AHEAD = 24, 7, 14
"""Hours of a day, days of a week, days that are forecast."""
ORDINARY, HOLIDAY, MADE_UP = 0, 1, 2
"""Marks of a day: as its weekday, a day off (节假日), a weekend day that is worked (调休)."""
LEAST_DAYS = 14
"""Of fewer whole days nothing is forecast: each weekday was seen twice."""


@dataclass(frozen=True)
class Days:
    """What the calendar says of consecutive local days.

    `weekday` (n): 0 = Monday; a holiday counts as the week's last day off, a make-up day as the
    weekday whose hours it has. `mark` (n): ORDINARY, HOLIDAY or MADE_UP. `hours` (n, 24): how
    often the wall clock shows that hour: 1, but 0 and 2 where summer time begins and ends.
    `known` (n): whether the year's table of holidays is there.
    """

    weekday: Ints
    mark: Ints
    hours: Floats
    known: Bools

    def part(self, begin: int, end: int) -> "Days":
        """The days from `begin` to before `end`."""
        cut = slice(begin, end)
        return Days(self.weekday[cut], self.mark[cut], self.hours[cut], self.known[cut])


def days_of(calendar: Calendar, first: date, count: int) -> Days:
    """The days from `first` on, as the calendar has them."""
    weekday, mark, known = [], [], []
    rest = max(calendar.weekend, default=6)
    for number in range(count):
        day = first + timedelta(days=number)
        works = calendar.is_work_day(day)
        if day in calendar.days.off or (not works and day.weekday() not in calendar.weekend):
            weekday.append(rest)
            mark.append(HOLIDAY)
        elif works and day.weekday() in calendar.weekend:
            weekday.append(calendar.hours.make_up_as)
            mark.append(MADE_UP)
        else:
            weekday.append(day.weekday())
            mark.append(ORDINARY)
        known.append(day.year in calendar.days.years)
    return Days(
        np.array(weekday, dtype=np.int64),
        np.array(mark, dtype=np.int64),
        hours_of(calendar.tz, first, count),
        np.array(known, dtype=bool),
    )


def hours_of(zone: ZoneInfo, first: date, count: int) -> Floats:
    """(count, 24) how often each local hour happens on each day; summer time moves some."""
    found = np.ones((count, HOURS))
    for number in range(count):
        day = first + timedelta(days=number)
        begin, end = (_midnight(zone, day + timedelta(days=more)) for more in (0, 1))
        if end - begin == timedelta(hours=24):
            continue
        found[number] = 0
        while begin < end:
            found[number, begin.astimezone(zone).hour] += 0.25
            begin += timedelta(minutes=15)
    return found


def _midnight(zone: ZoneInfo, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True)
class Arrivals:
    """Counts of `days` whole local days from `first` on.

    `rows` (n, 5): day, hour, area, category, count; area and category are places in `areas` and
    `categories` (codes). `parts`: of each category the code of what it belongs to ("" for none).
    """

    first: date
    days: int
    areas: tuple[str, ...]
    categories: tuple[str, ...]
    parts: tuple[str, ...]
    rows: Ints

    def __post_init__(self) -> None:
        tops = (self.days, HOURS, len(self.areas), len(self.categories))
        if (
            self.rows.ndim != 2
            or self.rows.shape[1] != 5
            or len(self.parts) != len(self.categories)
        ):
            raise Invalid(N_("Counts have a day, an hour, an area, a category and a number."))
        if len(self.rows) and ((self.rows < 0).any() or (self.rows[:, :4] >= np.array(tops)).any()):
            raise Invalid(N_("A count lies outside of its days, hours, areas or categories."))

    @cached_property
    def hourly(self) -> Floats:
        """(categories, days, 24)."""
        found = np.zeros((len(self.categories), self.days, HOURS))
        day, hour, _, category, count = self.rows.T
        np.add.at(found, (category, day, hour), count)
        return found

    @cached_property
    def gaps(self) -> Bools:
        """(days) days without any case where hundreds were usual: the installation was silent.

        A day is a gap where nothing came and the fortnight around it had at least 20 a day: by
        chance (Poisson) that has a probability below 1e-8, and a feast day is never so empty.
        """
        total = self.hourly.sum(axis=(0, 2))
        window = np.ones(15)
        came, busy = (np.convolve(one, window)[7 : 7 + self.days] for one in (total, total > 0))
        near = came / busy.clip(1)
        found: Bools = (total == 0) & (near >= 20)
        return found

    @cached_property
    def part_of(self) -> Ints:
        """(categories) the number of each category's part."""
        known = {code: n for n, code in enumerate(dict.fromkeys(self.parts))}
        return np.array([known[code] for code in self.parts], dtype=np.int64)

    def by_place(self, begin: int, end: int) -> Floats:
        """(areas, categories, days) of some days."""
        found = np.zeros((len(self.areas), len(self.categories), end - begin))
        day, _, area, category, count = self.rows[self._between(begin, end)].T
        np.add.at(found, (area, category, day - begin), count)
        return found

    def by_place_and_hour(self, begin: int, end: int) -> Floats:
        """(areas, categories, days, 24) of some days: for checking where it fits into memory."""
        found = np.zeros((len(self.areas), len(self.categories), end - begin, HOURS))
        day, hour, area, category, count = self.rows[self._between(begin, end)].T
        np.add.at(found, (area, category, day - begin, hour), count)
        return found

    def shares_until(self, end: int, half: float) -> Floats:
        """(areas, categories) counts before the day `end`, each halved in `half` days."""
        found = np.zeros((len(self.areas), len(self.categories)))
        day, _, area, category, count = self.rows[self._between(0, end)].T
        np.add.at(found, (area, category), count * 0.5 ** ((end - 1 - day) / half))
        return found

    def _between(self, begin: int, end: int) -> Bools:
        found: Bools = (self.rows[:, 0] >= begin) & (self.rows[:, 0] < end)
        return found
