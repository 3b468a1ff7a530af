"""What a planner of posts asks: calls of the past, sites, today's posts, and what is wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core.plans.simulating import Calls, as_they_came
from commonward.core.refusals import N_, Invalid

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
HOUR = 3600.0
MODELS = ("p_median", "maximal_cover", "expected_cover", "backup_cover", "set_cover", "p_centre")


@dataclass(frozen=True)
class Period:
    """A part of the day that is planned for by itself: from hour to hour, over midnight too."""

    name: str
    begins: int
    ends: int

    @property
    def hours(self) -> tuple[int, ...]:
        """The hours of the day that belong to it; all where it begins and ends alike."""
        if self.begins == self.ends:
            return tuple(range(24))
        count = (self.ends - self.begins) % 24
        return tuple((self.begins + n) % 24 for n in range(count))

    @property
    def middle(self) -> int:
        """The hour for which travel times are taken: noon for the whole day."""
        hours = self.hours
        return 12 if len(hours) == 24 else hours[len(hours) // 2]


@dataclass(frozen=True)
class Question:
    """All that is asked, in plain numbers; places are the cells first, then the sites.

    `at` (C) seconds from a Monday, 0:00, and `cell` (C) of each call; `cells` (A, 2) and `sites`
    (S, 2) latitude and longitude; `today` (U) the site of each of today's units. Seconds:
    `limit` is the target, `goal` the mean that is wanted where `count` is None, `stay` on scene,
    `turnout` from the call to leaving. `keep` keeps today's posts, `must` sites have to open,
    `forbidden` may not; at most `most` units stand at one.
    """

    at: Floats
    cell: Whole
    cells: Floats
    sites: Floats
    today: tuple[int, ...]
    model: str
    limit: float
    goal: float
    count: int | None
    keep: bool
    must: tuple[int, ...]
    forbidden: tuple[int, ...]
    most: int
    stay: float
    turnout: float
    periods: tuple[Period, ...]
    weeks: int

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Question":
        """From the JSON that was gathered. Raises Invalid where there is no call or no site."""
        if not given["at"]:
            raise Invalid(N_("There is not one call of these kinds in this time."), field="source")
        if not given["sites"]:
            raise Invalid(N_("There is no place where a unit could stand."), field="candidates")
        return cls(
            np.asarray(given["at"], np.float64),
            np.asarray(given["cell"], np.int64),
            np.asarray(given["cells"], np.float64),
            np.asarray([site[:2] for site in given["sites"]], np.float64),
            tuple(given["today"]),
            given["model"],
            60.0 * given["limit"],
            60.0 * given["goal"],
            given["count"],
            given["keep"],
            tuple(given["must"]),
            tuple(given["forbidden"]),
            given["most"],
            60.0 * given["stay"],
            float(given["turnout"]),
            tuple(Period(*one) for one in given["periods"]),
            given["weeks"],
        )

    def of_period(self, period: Period) -> npt.NDArray[np.bool_]:
        """(C) which calls came in these hours."""
        hours = (self.at // HOUR).astype(np.int64) % 24
        return np.isin(hours, period.hours)

    def demand(self, period: Period) -> Floats:
        """(A) calls a week from each cell in these hours."""
        chosen = self.cell[self.of_period(period)]
        return np.bincount(chosen, minlength=len(self.cells)) / float(self.weeks)

    def calls(self, seed: int) -> Calls:
        """The calls as they came, with drawn times on scene (gamma, shape 2)."""
        chance = np.random.default_rng(seed)
        stay = chance.gamma(2.0, self.stay / 2.0, len(self.at))
        return as_they_came(self.at, self.cell, stay)


def only(calls: Calls, hours: Sequence[int]) -> Calls:
    """The calls of these hours of the day."""
    chosen = np.isin(calls.hours, hours)
    return Calls(
        calls.at[chosen], calls.place[chosen], calls.priority[chosen], calls.service[chosen],
        calls.needs[chosen],
    )  # fmt: skip
