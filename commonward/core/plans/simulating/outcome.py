"""What a simulated time brought: each job with its unit and moments, and what that adds up to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.simulating import engine
from commonward.core.plans.simulating.calls import WEEK, Calls, Floats, Whole
from commonward.core.plans.simulating.setting import Fleet, Plan, Roads
from commonward.core.plans.simulating.world import state, world


@dataclass(frozen=True)
class Outcome:
    """J jobs of C calls: a job is one unit wanted by one call.

    `call`, `unit` (J) numbers; `sent`, `arrived`, `done` (J) seconds; `work` (U) seconds from order
    to end; `moved` (U) seconds and `moves` (U) number of ways between posts.
    """

    calls: Calls
    fleet: Fleet
    call: Whole
    unit: Whole
    sent: Floats
    arrived: Floats
    done: Floats
    work: Floats
    moved: Floats
    moves: Whole

    @property
    def response(self) -> Floats:
        """(C) seconds from the call to the first arrival."""
        first = np.full(len(self.calls), np.inf)
        np.minimum.at(first, self.call, self.arrived)
        return np.asarray(first - self.calls.at)

    @property
    def assembled(self) -> Floats:
        """(C) seconds from the call until the last of its units has arrived."""
        last = np.full(len(self.calls), -np.inf)
        np.maximum.at(last, self.call, self.arrived)
        return np.asarray(last - self.calls.at)

    @property
    def waited(self) -> NDArray[np.bool_]:
        """(C) whether a need of the call had to wait for a unit to become free."""
        found = np.zeros(len(self.calls), dtype=bool)
        found[self.call[self.sent > self.calls.at[self.call]]] = True
        return found

    @property
    def workload(self) -> Floats:
        """(U) seconds at work over seconds on duty; above 1 where shifts were overrun."""
        end = max(float(self.done.max()), float(self.calls.at[-1])) if len(self.calls) else WEEK
        with np.errstate(invalid="ignore", divide="ignore"):
            share = self.work / (self.fleet.duty * end)
        return np.asarray(np.where(self.fleet.duty > 0, share, 0.0))


def simulate(calls: Calls, roads: Roads, plan: Plan) -> Outcome:
    """Play these calls through; no chance is in it: the same calls give the same outcome.

    Refuses (Invalid) calls, roads, fleet and policy that do not fit together.
    """
    still = world(calls, roads, plan.fleet, plan.policy)
    moving = state(still)
    engine.run(still, moving)
    return Outcome(
        calls,
        plan.fleet,
        still.job_call,
        moving.job_unit,
        moving.job_sent,
        moving.job_arrived,
        moving.job_done,
        moving.work,
        moving.moved,
        moving.moves,
    )
