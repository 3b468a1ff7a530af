"""Calls played through under a plan: as they came, and put together anew for the intervals."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from commonward.core.plans import simulating
from commonward.core.plans.running import Progress, Watch
from commonward.core.plans.simulating.comparing import interval
from commonward.core.plans.siting.asking import Floats, Period, Question, only

LIMITS = (300.0, 600.0, 900.0)
_MOST_CALLS = 30_000
"""No more calls than this are played for one seed: a table must not take an hour."""
_LONGEST_WEEKS = 8
_OVERLOADED = 0.97
FIGURES = ("mean", "median", "p90", "within 5", "within 10", "within 15", "target", "workload")


class Stage:
    """One period's calls and roads, on which any fleet can be played."""

    def __init__(self, asked: Question, period: Period, travel: Floats, seed: int) -> None:
        self.asked, self.period, self.seed = asked, period, seed
        self.roads = simulating.roads(travel)
        self.past = asked.calls(seed)
        calls_a_week = max(1.0, len(self.past) / asked.weeks)
        self.weeks = int(max(1, min(_LONGEST_WEEKS, asked.weeks, _MOST_CALLS // calls_a_week)))
        self._drawn: dict[int, simulating.Calls] = {}

    def came(self) -> simulating.Calls:
        """The calls of these hours as they came."""
        return only(self.past, self.period.hours)

    def drawn(self, number: int) -> simulating.Calls:
        """Calls put together from whole days of the past; the same number gives the same ones."""
        if number not in self._drawn:
            seed = self.seed * 1000 + number
            made = simulating.bootstrapped(self.past, self.weeks, seed)
            self._drawn[number] = only(made, self.period.hours)
        return self._drawn[number]

    def played(self, sites: Sequence[int], calls: simulating.Calls) -> dict[str, float]:
        """The figures of `FIGURES` for units with these posts."""
        posts = np.asarray(sites, np.int64) + len(self.asked.cells)
        fleet = simulating.fleet(posts, turnout=self.asked.turnout)
        found = simulating.simulate(calls, self.roads, simulating.Plan(fleet))
        response = found.response
        median, ninth = np.quantile(response, (0.5, 0.9))
        share = len(self.period.hours) / 24.0
        return {
            "mean": float(response.mean()),
            "median": float(median),
            "p90": float(ninth),
            "within 5": float((response <= LIMITS[0]).mean()),
            "within 10": float((response <= LIMITS[1]).mean()),
            "within 15": float((response <= LIMITS[2]).mean()),
            "target": float((response <= self.asked.limit).mean()),
            # Off the period's hours nobody calls: work belongs to the hours of the period alone.
            "workload": min(1.0, float(found.workload.mean()) / share),
        }


def compared(
    stage: Stage,
    before: Sequence[int],
    after: Sequence[int],
    seeds: int,
    watch: Watch,
    tell: tuple[int, int, int],
) -> list[dict[str, Any]]:
    """Before and after on the same calls, a row a figure: values, intervals, as they came.

    Without a `before` (no unit stands anywhere today) only what comes after. Stopped, it has the
    seeds played by then, two at least. `tell`: from, to, total of the progress.
    """  # fmt: skip
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in FIGURES}
    for number in range(seeds):
        calls = stage.drawn(number)
        if not len(calls):
            continue
        new = stage.played(after, calls)
        old = stage.played(before, calls) if before else new
        for name in FIGURES:
            rows[name].append((old[name], new[name]))
        done = tell[0] + (tell[1] - tell[0]) * (number + 1) // seeds
        watch.tell(Progress("Playing the calls through", done, tell[2]))
        if watch.over and number >= 1:
            break
    came = stage.came()
    new_once = stage.played(after, came)
    old_once = stage.played(before, came) if before else new_once
    found = []
    for name in FIGURES:
        pairs = np.array(rows[name])
        if len(pairs) < 2:
            continue
        found.append(
            {
                "figure": name,
                "before": _told(pairs[:, 0]) if before else None,
                "after": _told(pairs[:, 1]),
                "change": _told(pairs[:, 1] - pairs[:, 0]) if before else None,
                "came": [old_once[name] if before else None, new_once[name]],
                "seeds": len(pairs),
            }
        )
    return found


def _told(values: Floats) -> list[float]:
    """Mean, low and high of the 95 % interval."""
    low, high = interval(values)
    return [float(values.mean()), low, high]


class Curve:
    """The mean by number of units, each number planned and played once on the same calls."""

    def __init__(self, stage: Stage, seeds: int) -> None:
        self.stage, self.seeds = stage, seeds
        self.rows: dict[int, dict[str, Any]] = {}
        self._means: dict[int, Floats] = {}

    def row(self, units: int, sites: Sequence[int]) -> dict[str, Any]:
        """Mean with its interval, share within 5 minutes and the target, work."""
        if units not in self.rows:
            played = [
                self.stage.played(sites, calls)
                for calls in (self.stage.drawn(number) for number in range(self.seeds))
                if len(calls)
            ]
            means = np.array([one["mean"] for one in played])
            self._means[units] = means
            self.rows[units] = {
                "units": units,
                "mean": _told(means),
                "within 5": float(np.mean([one["within 5"] for one in played])),
                "target": float(np.mean([one["target"] for one in played])),
                "workload": float(np.mean([one["workload"] for one in played])),
            }
        return self.rows[units]

    def told(self, counts: Sequence[int]) -> list[dict[str, Any]]:
        """The rows of these numbers of units, with what each more bought since the row before.

        Units too few for the calls are left out: their line grows for as long as one plays.
        """
        found = []
        before: int | None = None
        for units in counts:
            if units not in self.rows or self.rows[units]["workload"] > _OVERLOADED:
                continue
            row = dict(self.rows[units], gained=None)
            if before is not None:
                gains = (self._means[before] - self._means[units]) / (units - before)
                row["gained"] = _told(gains)
            found.append(row)
            before = units
        return found
