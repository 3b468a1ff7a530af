"""Before and after: the same calls under two plans, and whether the difference is more than chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from commonward.core.plans.running import Progress, Watch
from commonward.core.plans.simulating.calls import Calls, Floats
from commonward.core.plans.simulating.outcome import Outcome, simulate
from commonward.core.plans.simulating.setting import Plan, Roads
from commonward.core.refusals import N_, Invalid

LIMITS = (300.0, 480.0, 900.0)
Source = Callable[[int], Calls]


@dataclass(frozen=True)
class Line:
    """One figure under both plans: means over the seeds, and the 95 % interval of the difference.

    `group` is "" for all calls, "priority 0" …, "hour 0" … `figure` is mean, median, p90 (seconds),
    within 300, 480, 900 (shares), late (share), workload (mean share) or busiest (greatest share).
    """

    group: str
    figure: str
    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class Comparison:
    """The lines of a before/after table; `seeds` of them were run, `done` tells if all were."""

    lines: tuple[Line, ...]
    seeds: int
    done: bool

    def line(self, figure: str, group: str = "") -> Line:
        """The line of a figure; KeyError where there is none."""
        for one in self.lines:
            if one.figure == figure and one.group == group:
                return one
        raise KeyError((group, figure))


def compare(
    before: Plan,
    after: Plan,
    calls: Source,
    seeds: Sequence[int],
    roads: Roads,
    target: float = 480.0,
    watch: Watch | None = None,
) -> Comparison:
    """Play the calls of each seed under both plans (common random numbers, paired intervals).

    `calls` gives the calls of a seed (`Invented.draw`, `bootstrapped`). Needs two seeds at least;
    a watched run that is stopped compares those that were played.
    """
    watch = watch or Watch()
    if len(seeds) < 2:
        raise Invalid(N_("An interval needs at least two seeds."), field="seeds")
    rows: list[tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]] = []
    for number, seed in enumerate(seeds):
        same = calls(seed)
        one, two = (figures(simulate(same, roads, plan), target) for plan in (before, after))
        rows.append((one, two))
        watch.tell(Progress("compare", number + 1, len(seeds)))
        if watch.over and len(rows) >= 2:
            break
    keys = [key for key in rows[0][0] if all(key in one and key in two for one, two in rows)]
    lines = []
    for key in keys:
        pairs = np.array([(one[key], two[key]) for one, two in rows])
        low, high = interval(pairs[:, 1] - pairs[:, 0])
        old, new = pairs.mean(axis=0)
        lines.append(Line(key[0], key[1], float(old), float(new), low, high))
    return Comparison(tuple(lines), len(rows), len(rows) == len(seeds))


def interval(values: Floats, sure: float = 0.95) -> tuple[float, float]:
    """Student's interval of the mean of independent values."""
    mean = float(values.mean())
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    reach = float(stats.t.ppf((1.0 + sure) / 2.0, len(values) - 1)) * error
    return mean - reach, mean + reach


def figures(found: Outcome, target: float) -> dict[tuple[str, str], float]:
    """(group, figure) → value of one outcome; groups without calls are left out."""
    response, calls = found.response, found.calls
    table = _figures_of("", response, target)
    for priority in np.unique(calls.priority).tolist():
        chosen = response[calls.priority == priority]
        table |= _figures_of(f"priority {priority}", chosen, target)
    hours = calls.hours
    for hour in np.unique(hours).tolist():
        table |= _figures_of(f"hour {hour}", response[hours == hour], target)
    duty = found.fleet.duty > 0
    table["", "workload"] = float(found.workload[duty].mean())
    table["", "busiest"] = float(found.workload[duty].max())
    return table


def _figures_of(
    group: str, response: NDArray[np.float64], target: float
) -> dict[tuple[str, str], float]:
    if not len(response):
        return {}
    median, ninety = np.quantile(response, (0.5, 0.9))
    table = {
        (group, "mean"): float(response.mean()),
        (group, "median"): float(median),
        (group, "p90"): float(ninety),
        (group, "late"): float((response > target).mean()),
    }
    for limit in LIMITS:
        table[group, f"within {limit:.0f}"] = float((response <= limit).mean())
    return table
