"""How many units: what each one more would buy, and how many bring the mean to a goal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from commonward.core.plans.running import Progress, Watch
from commonward.core.plans.simulating.comparing import Source, interval
from commonward.core.plans.simulating.outcome import simulate
from commonward.core.plans.simulating.setting import Plan, Roads
from commonward.core.refusals import N_, Invalid

Planner = Callable[[int], Plan]


@dataclass(frozen=True)
class Step:
    """So many units: `mean` and its 95 % interval, `late` and `workload`, and what the last unit
    added bought (`gained` seconds of the mean, with its paired interval)."""

    units: int
    mean: float
    low: float
    high: float
    late: float
    workload: float
    gained: float = 0.0
    gained_low: float = 0.0
    gained_high: float = 0.0


class _Table:
    """Means by number of units and seed, each simulated once; all numbers see the same calls."""

    def __init__(
        self, plan: Planner, calls: Source, seeds: Sequence[int], roads: Roads, target: float
    ) -> None:
        if len(seeds) < 2:
            raise Invalid(N_("An interval needs at least two seeds."), field="seeds")
        self.plan, self.roads, self.target = plan, roads, target
        self.calls = [calls(seed) for seed in seeds]
        self.rows: dict[int, np.ndarray] = {}

    def row(self, units: int) -> np.ndarray:
        """(seeds, 3) mean response, late share, workload."""
        if units not in self.rows:
            plan = self.plan(units)
            rows = []
            for calls in self.calls:
                found = simulate(calls, self.roads, plan)
                response = found.response
                late = float((response > self.target).mean())
                rows.append((float(response.mean()), late, float(found.workload.mean())))
            self.rows[units] = np.array(rows)
        return self.rows[units]

    def step(self, units: int, least: int) -> Step:
        """The step of this number; what the last unit bought where one fewer is not too few."""
        row = self.row(units)
        mean, late, workload = (float(each) for each in row.mean(axis=0))
        low, high = interval(row[:, 0])
        if units <= least:
            return Step(units, mean, low, high, late, workload)
        gains = self.row(units - 1)[:, 0] - row[:, 0]
        return Step(units, mean, low, high, late, workload, float(gains.mean()), *interval(gains))


def each_unit_buys(
    plan: Planner,
    units: Sequence[int],
    calls: Source,
    seeds: Sequence[int],
    roads: Roads,
    target: float = 480.0,
    watch: Watch | None = None,
) -> list[Step]:
    """The steps for these numbers of units, `plan(n)` being the plan for n (posts and rule)."""
    watch = watch or Watch()
    table = _Table(plan, calls, seeds, roads, target)
    steps: list[Step] = []
    ordered = sorted(units)
    for number in ordered:
        steps.append(table.step(number, ordered[0]))
        watch.tell(Progress("units", len(steps), len(ordered), best=steps[-1].mean))
        if watch.over:
            break
    return steps


def units_for(
    goal: float,
    plan: Planner,
    calls: Source,
    seeds: Sequence[int],
    roads: Roads,
    least: int,
    most: int,
    target: float = 480.0,
    watch: Watch | None = None,
) -> list[Step]:
    """The fewest units with which the mean response is at most `goal` seconds: the last step given.

    The steps before it are those tried on the way, in order of units: doubling from `least`, then
    halving, on the same calls. That supposes that more units are never slower; posts chosen for
    another goal than the mean may break it, and the steps show it. Refuses (Invalid) a goal that `most` units do not reach.
    """
    watch = watch or Watch()
    table = _Table(plan, calls, seeds, roads, target)

    def reaches(units: int) -> bool:
        found = float(table.row(units)[:, 0].mean())
        watch.tell(Progress("units", len(table.rows), 0, best=found))
        return found <= goal

    low, high = least - 1, least
    while not reaches(high):
        if high >= most or watch.over:
            raise Invalid(
                N_("With {units} units the mean is {mean} s; {goal} s was asked for."),
                field="goal",
                code="unreached",
                units=high,
                mean=round(float(table.row(high)[:, 0].mean())),
                goal=round(goal),
            )
        low, high = high, min(2 * high, most)
    while high - low > 1 and not watch.over:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return [
        table.step(units, high if units < high else least)
        for units in sorted(table.rows)
        if units <= high
    ]
