"""Calls for help (求助来电) as a simulation takes them: as they came, drawn anew, or invented."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commonward.core.refusals import N_, Invalid

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
HOURS_OF_WEEK = 168
HOUR = 3600.0
WEEK = HOURS_OF_WEEK * HOUR


@dataclass(frozen=True)
class Calls:
    """C calls in the order of coming; seconds count from a Monday, 0:00.

    `at` (C) when; `place` (C) where; `priority` (C) 0 is the most urgent; `service` (C) seconds
    that each unit stays; `needs` (C, K) how many units of each kind are wanted.
    """

    at: Floats
    place: Whole
    priority: Whole
    service: Floats
    needs: Whole

    def __len__(self) -> int:
        return len(self.at)

    @property
    def span(self) -> float:
        """Seconds from the first Monday to the end of the last call's week."""
        return float(np.ceil((self.at[-1] + 1.0) / WEEK) * WEEK) if len(self.at) else 0.0

    @property
    def hours(self) -> Whole:
        """(C) the hour of the day of each call."""
        return (self.at // HOUR).astype(np.int64) % 24


def as_they_came(
    at: NDArray[Any],
    place: NDArray[Any],
    service: NDArray[Any],
    priority: NDArray[Any] | None = None,
    needs: NDArray[Any] | None = None,
) -> Calls:
    """Checked calls, put in order; without `priority` all are alike, without `needs` one unit each.

    Refuses (Invalid) numbers that cannot be.
    """
    when = np.asarray(at, dtype=np.float64)
    order = np.argsort(when, kind="stable")
    many = len(when)
    urgent = np.zeros(many) if priority is None else np.asarray(priority)
    wanted = np.ones((many, 1)) if needs is None else np.asarray(needs)
    where, stay = np.asarray(place), np.asarray(service, dtype=np.float64)
    if not len(where) == len(stay) == len(urgent) == len(wanted) == many or wanted.ndim != 2:
        raise Invalid(
            N_("Each call needs a time, a place, a priority, a service time and its needs.")
        )
    if not (np.isfinite(when).all() and np.isfinite(stay).all()) or (when < 0).any():
        raise Invalid(N_("The times of calls are seconds of at least 0."), field="at")
    if (stay < 0).any():
        raise Invalid(N_("Nobody stays less than no time."), field="service")
    if (wanted < 0).any() or (wanted.sum(axis=1) < 1).any():
        raise Invalid(N_("Each call needs at least one unit."), field="needs")
    if (urgent < 0).any() or (where < 0).any():
        raise Invalid(N_("Priorities and places are numbers from 0."), field="priority")
    return Calls(
        np.ascontiguousarray(when[order]),
        where[order].astype(np.int64),
        urgent[order].astype(np.int64),
        np.ascontiguousarray(stay[order]),
        np.ascontiguousarray(wanted[order].astype(np.int64)),
    )


@dataclass(frozen=True)
class Invented:
    """Calls drawn from rates (Poisson with the hour of the week).

    `hourly` (168) calls per hour of the week, Monday 0:00 first; `demand` (P) the shares of the
    places; `stay` the mean seconds on scene, gamma with `shape` (1 is exponential); `urgency` the
    shares of the priorities; `needs` (T, K) the kinds of call, how many units of each kind, drawn
    with `types` (T).
    """

    hourly: Floats
    demand: Floats
    stay: float
    shape: float
    urgency: Floats
    needs: Whole
    types: Floats

    def draw(self, weeks: float, seed: int) -> Calls:
        """The calls of so many weeks; the same seed gives the same calls."""
        chance = np.random.default_rng(seed)
        hours = round(weeks * HOURS_OF_WEEK)
        counts = chance.poisson(np.resize(self.hourly, hours))
        many = int(counts.sum())
        at = np.repeat(np.arange(hours), counts) * HOUR + chance.random(many) * HOUR
        return as_they_came(
            at,
            chance.choice(len(self.demand), many, p=self.demand / self.demand.sum()),
            chance.gamma(self.shape, self.stay / self.shape, many),
            chance.choice(len(self.urgency), many, p=self.urgency / self.urgency.sum()),
            self.needs[chance.choice(len(self.types), many, p=self.types / self.types.sum())],
        )


def invented(
    hourly: float | NDArray[Any],
    demand: NDArray[Any],
    stay: float,
    shape: float = 1.0,
    urgency: NDArray[Any] | None = None,
    needs: NDArray[Any] | None = None,
    types: NDArray[Any] | None = None,
) -> Invented:
    """Rates with their usual values: one hour like the other, one priority, one unit per call."""
    kinds = np.ones((1, 1), dtype=np.int64) if needs is None else np.asarray(needs, dtype=np.int64)
    rates = np.broadcast_to(np.asarray(hourly, dtype=np.float64), (HOURS_OF_WEEK,)).copy()
    shares = np.asarray(demand, dtype=np.float64)
    if (rates < 0).any() or (shares < 0).any() or shares.sum() <= 0 or stay <= 0 or shape <= 0:
        raise Invalid(N_("Rates and shares of calls are at least 0, and stays are above 0."))
    return Invented(
        rates,
        shares,
        float(stay),
        float(shape),
        np.ones(1) if urgency is None else np.asarray(urgency, dtype=np.float64),
        kinds,
        np.ones(len(kinds)) if types is None else np.asarray(types, dtype=np.float64),
    )


def bootstrapped(past: Calls, weeks: int, seed: int) -> Calls:
    """New weeks put together from days of the past: a Tuesday from the Tuesdays, whole.

    Whole days keep what belongs together, such as storms and feasts; only complete weeks of the
    past are drawn from.
    """
    day = 24 * HOUR
    whole = int(past.at[-1] // WEEK) + 1 if len(past) else 0
    if whole < 1:
        raise Invalid(N_("There is no past call to draw from."), field="past")
    chance = np.random.default_rng(seed)
    bounds = np.searchsorted(past.at, np.arange(whole * 7 + 1) * day)
    chosen = chance.integers(0, whole, (weeks, 7)) * 7 + np.arange(7)
    days = chosen.ravel()
    rows = np.concatenate([np.arange(bounds[one], bounds[one + 1]) for one in days])
    shift = np.repeat((np.arange(len(days)) - days) * day, bounds[days + 1] - bounds[days])
    return Calls(
        past.at[rows] + shift,
        past.place[rows],
        past.priority[rows],
        past.service[rows],
        past.needs[rows],
    )
