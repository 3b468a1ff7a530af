"""Which rule: dynamic cover and weighed dispatch, tuned on calls that the judgement will not see."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from commonward.core.plans.running import Progress, Watch
from commonward.core.plans.simulating.comparing import Source
from commonward.core.plans.simulating.outcome import simulate
from commonward.core.plans.simulating.setting import CLOSEST, Fleet, Plan, Policy, Roads


@dataclass(frozen=True)
class Tuned:
    """The rule found: its `late` share and `mean` on the tuning calls beside those of the nearest
    idle unit; `tried` rules were played."""

    policy: Policy
    late: float
    mean: float
    late_before: float
    mean_before: float
    tried: int


NEARER = (0.01, 0.02, 0.05)
WEIGHTS = ((800.0, 200.0), (5000.0, 600.0))
RISES = (0.003, 0.01)
EFFORTS = (5e-6, 1e-5)


def rings(target: float, ready: float, nearer: float) -> tuple[tuple[float, float], ...]:
    """The target with weight 1 and four other distances with weight `nearer`: three between
    `ready` seconds and the target, one beyond it. More of them were no better, and slower."""
    inside = tuple((ready + (target - ready) * part / 4, nearer) for part in range(1, 4))
    return (*inside, (target, 1.0), (target * 7 / 6, nearer))


def tune(
    fleet: Fleet,
    roads: Roads,
    calls: Source,
    seeds: Sequence[int],
    target: float = 480.0,
    posts: Sequence[int] | None = None,
    watch: Watch | None = None,
) -> Tuned:
    """The rule with the fewest late arrivals among those whose mean is no higher than the nearest
    unit's; the nearest idle unit itself where none is better. Units may wait at `posts`.
    """
    watch = watch or Watch()
    training = [calls(seed) for seed in seeds]
    waiting = np.asarray(fleet.home if posts is None else posts, dtype=np.int64)

    def play(policy: Policy) -> tuple[float, float, float]:
        outcomes = [simulate(one, roads, Plan(fleet, policy)) for one in training]
        response = np.concatenate([found.response for found in outcomes])
        load = float(np.mean([found.workload.mean() for found in outcomes]))
        return float((response > target).mean()), float(response.mean()), load

    late_before, mean_before, load = play(CLOSEST)
    best = Tuned(CLOSEST, late_before, mean_before, late_before, mean_before, 1)
    ready = float(fleet.turnout.mean()) + float(roads.usual.diagonal().mean())
    grid = list(product(NEARER, WEIGHTS, RISES, EFFORTS))
    for number, (nearer, (weight, lateness), rise, effort) in enumerate(grid):
        policy = Policy(
            "cover",
            weight=weight,
            lateness=lateness,
            target=target,
            busy=min(max(load, 0.05), 0.95),
            rings=rings(target, ready, nearer),
            effort=effort,
            rise=rise,
            posts=waiting,
        )
        late, mean, _ = play(policy)
        if mean <= mean_before and late < best.late:
            best = Tuned(policy, late, mean, late_before, mean_before, number + 2)
        watch.tell(Progress("policy", number + 1, len(grid), best=best.late))
        if watch.over:
            break
    return best
