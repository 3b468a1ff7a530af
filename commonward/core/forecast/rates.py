"""Expected counts of the days ahead: level × weekday × holiday × season × hour, shrunk to parents.

Each candidate is an array (categories, 14, 24) of expected counts. Sums of it are the forecasts of
sums, so that whatever is added up agrees.
"""

from collections.abc import Mapping

import numpy as np

from commonward.core.forecast.arrivals import (
    AHEAD,
    HOLIDAY,
    HOURS,
    MADE_UP,
    ORDINARY,
    WEEK,
    Arrivals,
    Days,
    Floats,
    Ints,
)

HALVES = (7.0, 14.0, 28.0, 56.0)
"""Days in which the weight of a day halves, for the level; the better is chosen on the past."""
LAST_WEEK, FOUR_WEEKS = "last_week", "four_weeks"
"""The rivals: the same hour a week before (seasonal-naive), and its mean over four weeks."""
_SLOW, _LONG = 112.0, 84.0
_FOR_WEEKDAY, _FOR_MARK, _FOR_HOUR, _FOR_LEVEL, _FOR_PLACE = 20.0, 20.0, 30.0, 5.0, 20.0
"""How many cases the parent's figure weighs as a prior (gamma and Dirichlet)."""
_YEAR = 365.25
_FOR_YEAR = 500.0


def model_name(half: float) -> str:
    """The name of the candidate whose level has this half-life."""
    return f"model_{half:g}"


def candidates(given: Arrivals, days: Days, origin: int) -> Mapping[str, Floats]:
    """Every candidate's expected counts of the 14 days from `origin`, from the days before it.

    `days` must reach to origin + 14.
    """
    past = given.hourly[:, :origin]
    seen: Floats = np.where(given.gaps[:origin], 0.0, 1.0)
    found: dict[str, Floats] = {}
    shape = _Shape(past, seen, days, origin, given.part_of)
    for half in HALVES:
        found[model_name(half)] = shape.rates(half)
    found |= naive(past, seen, days, origin)
    return found


def naive(past: Floats, seen: Floats, days: Days, origin: int) -> dict[str, Floats]:
    """The same hour a week before, and the mean of the four (or fewer) weeks before."""
    weeks = [
        np.arange(origin - WEEK * back, origin - WEEK * (back - 1)) for back in range(1, 5)
        if origin >= WEEK * back
    ]  # fmt: skip
    again = np.arange(AHEAD) % WEEK
    last = past[:, weeks[0][again]]
    worth = np.array([seen[one] for one in weeks], dtype=float)
    total = sum(past[:, one] for one in weeks)
    mean = np.asarray(total) / worth.sum(axis=0).clip(1)[None, :, None]
    return {LAST_WEEK: last.copy(), FOUR_WEEKS: mean[:, again]}


def places(given: Arrivals, origin: int) -> Floats:
    """(areas, categories) the share of each area in each category; each column sums to 1.

    An area's share in a small category leans on its share in the part, and that on its share in
    all (Dirichlet priors).
    """
    counts = given.shares_until(origin, _SLOW)
    every = counts.sum(axis=1)
    flat = (every + 0.5) / (every + 0.5).sum()
    of_part = _summed(counts.T, given.part_of)
    of_part = (of_part + _FOR_PLACE * flat) / (of_part.sum(axis=1) + _FOR_PLACE)[:, None]
    shares: Floats = (
        (counts.T + _FOR_PLACE * of_part[given.part_of])
        / (counts.sum(axis=0) + _FOR_PLACE)[:, None]
    ).T
    return shares


class _Shape:
    """What the past says of weekdays, holidays, season and hours; the level comes last."""

    def __init__(self, past: Floats, seen: Floats, days: Days, origin: int, part_of: Ints) -> None:
        self.past, self.part_of = past.sum(axis=2), part_of
        self.before, self.after = days.part(0, origin), days.part(origin, origin + AHEAD)
        self.seen = np.asarray(seen, dtype=float)
        self.length = self.before.hours.sum(axis=1) / HOURS
        self.year = self._season(origin)
        self.weekday = self._weekdays()
        self.mark = self._marks()
        self.hour = self._hours(past)

    def rates(self, half: float) -> Floats:
        """(categories, 14, 24) with a level of this half-life."""
        level = self._level(half)
        kind, mark = self.after.weekday, self.after.mark
        daily = level[:, None] * self.weekday[:, kind] * self.mark[:, mark]
        daily *= self.year[:, len(self.length) :]
        found: Floats = daily[:, :, None] * self.hour[:, kind] * self.after.hours[None]
        return found

    def _weight(self, half: float) -> Floats:
        age = np.arange(len(self.seen))[::-1]
        found: Floats = self.seen * 0.5 ** (age / half)
        return found

    def _weekdays(self) -> Floats:
        """(categories, 7) factors around 1, from ordinary days; small categories lean on parts."""
        weight = self._weight(_LONG) * (self.before.mark == ORDINARY)
        of_day = np.eye(WEEK)[self.before.weekday] * (weight * self.length)[:, None]
        came = (self.past / self.year[:, : len(self.seen)]) @ (
            np.eye(WEEK)[self.before.weekday] * weight[:, None]
        )
        worth = of_day.sum(axis=0)
        whole = _factors(came.sum(axis=0)[None], worth, np.ones((1, WEEK)))[0]
        part = _factors(_summed(came, self.part_of), worth, whole[None])
        return _factors(came, worth, part[self.part_of])

    def _expected(self) -> Floats:
        """(categories, days) what weekday and season alone let expect, without the level."""
        found: Floats = (
            self.weekday[:, self.before.weekday]
            * self.year[:, : len(self.seen)]
            * (self.length * self.seen)[None]
        )
        return found

    def _marks(self) -> Floats:
        """(categories, 3) what a holiday and a make-up day do, against the days around them."""
        usual = self._expected()
        ordinary = self.before.mark == ORDINARY
        near = 29
        came = _along(self.past * ordinary, near)
        local = came / np.maximum(_along(usual * ordinary, near), 1e-9)
        found = np.ones((len(self.past), 3))
        for mark in (HOLIDAY, MADE_UP):
            there = (self.before.mark == mark) & (self.seen > 0)
            if not there.any():
                continue
            seen = self.past[:, there].sum(axis=1)
            hoped = (local * usual)[:, there].sum(axis=1)
            whole = (seen.sum() + _FOR_MARK) / (hoped.sum() + _FOR_MARK)
            found[:, mark] = (seen + _FOR_MARK * whole) / (hoped + _FOR_MARK)
        return found

    def _hours(self, past: Floats) -> Floats:
        """(categories, 7, 24) shares of a day; each row sums to 1 over 24 single hours."""
        weight = self._weight(_LONG) * (self.before.mark == ORDINARY)
        of_day = np.eye(WEEK)[self.before.weekday] * weight[:, None]
        came = np.einsum("cdh,dk->ckh", past, of_day)
        # An hour that was skipped or came twice is counted by how often it was there.
        there = np.einsum("dh,dk->kh", self.before.hours, of_day)
        days = np.maximum(of_day.sum(axis=0), 1e-9)[:, None]
        came = came * (days / np.maximum(there, 0.5 * days))[None]
        flat = np.full(HOURS, 1.0 / HOURS)
        every = came.sum(axis=0)
        anyday = _leaning(every.sum(axis=0), flat)
        whole = _leaning(every, anyday[None])
        part = _leaning(_summed(came, self.part_of), whole[None])[self.part_of]
        # Two days of one kind are alike: a category's workdays before its Mondays.
        found: Floats = np.empty(came.shape)
        for group in (np.arange(5), np.array([5]), np.array([6])):
            together = came[:, group].sum(axis=1)
            lean = part[:, group]
            own = _leaning(together, lean.mean(axis=1))
            mixed = 0.5 * own[:, None] + 0.5 * lean
            found[:, group] = _leaning(came[:, group], mixed)
        return found

    def _level(self, half: float) -> Floats:
        """(categories) the level now: discounted gamma-Poisson, leaning on a slower level that
        moves with the total (Harvey & Fernandes 1989; West & Harrison 1997)."""
        usual = self._expected() * self.mark[:, self.before.mark]
        came = self.past * self.seen
        fast, slow = self._weight(half), self._weight(max(_SLOW, half))
        calm = (came @ slow + 0.05) / (usual @ slow + 1.0)
        moved = ((came @ fast).sum() + 1) / (calm @ (usual @ fast) + 1)
        lean = calm * moved
        found: Floats = (came @ fast + _FOR_LEVEL) / (usual @ fast + _FOR_LEVEL / lean)
        return found

    def _season(self, origin: int) -> Floats:
        """(categories, days + 14) the season of the year, from two whole years on; else 1.

        Two pairs of harmonics, by weighted least squares on weeks divided by their year's mean.
        """
        count = origin + AHEAD
        found = np.ones((len(self.past), count))
        weeks = origin // WEEK
        if origin < 2 * 366:
            return found
        begin = origin - weeks * WEEK
        sums = self.past[:, begin:].reshape(len(self.past), weeks, WEEK).sum(axis=2)
        middle: Floats = begin + WEEK * np.arange(weeks, dtype=float) + 3.0
        near = 53
        whole = sums.sum(axis=0)
        inside = slice(26, weeks - 26)
        every = _wave(middle[inside], whole[inside], _along(whole[None], near)[0][inside] / 53)
        day = _harmonics(np.arange(count, dtype=float))
        for number, row in enumerate(sums):
            mean = _along(row[None], near)[0][inside] / 53
            lean = row.sum() / (row.sum() + _FOR_YEAR)
            own = _wave(middle[inside], row[inside], mean) if row.sum() > _FOR_YEAR / 5 else every
            found[number] = np.exp(day @ (lean * own + (1 - lean) * every))
        return found


def _factors(came: Floats, worth: Floats, lean: Floats) -> Floats:
    """Factors of the weekdays around 1, leaning on others by so many cases."""
    seen = worth > 0
    mean = np.where(seen, came / np.maximum(worth, 1e-9), 0).sum(axis=1) / max(seen.sum(), 1)
    hoped = mean[:, None] * worth[None]
    found: Floats = (came + _FOR_WEEKDAY * lean) / (hoped + _FOR_WEEKDAY)
    return found


def _leaning(came: Floats, lean: Floats) -> Floats:
    """Shares along the last axis, leaning on others by so many cases."""
    found: Floats = (came + _FOR_HOUR * lean) / (came.sum(axis=-1, keepdims=True) + _FOR_HOUR)
    return found


def _summed(rows: Floats, part_of: Ints) -> Floats:
    """Rows added up by part."""
    found = np.zeros((int(part_of.max(initial=0)) + 1, *rows.shape[1:]))
    np.add.at(found, part_of, rows)
    return found


def _along(rows: Floats, length: int) -> Floats:
    """The moving sum of each row over so many days, centred; fewer at both ends."""
    whole = np.pad(np.cumsum(rows, axis=1), ((0, 0), (1, 0)))
    count, half = rows.shape[1], length // 2
    at = np.arange(count)
    found: Floats = whole[:, np.minimum(at + half + 1, count)] - whole[:, np.maximum(at - half, 0)]
    return found


def _harmonics(day: Floats) -> Floats:
    angle = 2 * np.pi * day[:, None] / _YEAR
    return np.hstack([np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)])


def _wave(day: Floats, came: Floats, mean: Floats) -> Floats:
    """(4) harmonics of log(came / mean), weighted by how many came."""
    ratio = np.log((came + 0.5) / (mean + 0.5))
    weight = np.sqrt(mean + 0.5)[:, None]
    found: Floats = np.linalg.lstsq(_harmonics(day) * weight, ratio * weight[:, 0], rcond=None)[0]
    return found
