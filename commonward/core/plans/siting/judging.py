"""What the hypercube model says of a plan, and where to stand when only some units are free."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from commonward.core.plans import queueing
from commonward.core.plans.simulating import compliance_table, expected_cover
from commonward.core.plans.siting.asking import HOUR, Floats, Period, Question
from commonward.core.refusals import Invalid

EXACT = 15
"""Up to so many units the model is solved exactly: a second at most."""
_MINUTES = (5, 10, 15)


def queued(
    asked: Question, period: Period, seconds: Floats, demand: Floats, homes: Sequence[int]
) -> dict[str, Any]:
    """Workloads, dispatch fractions and P(response ≤ t) when units back each other up.

    `seconds` (A, S) with the turn-out. The mean service time is worked out from the ways that the
    model itself gives (Larson's mean service calibration, three rounds). An overload is told by
    "overloaded" with calls and service an hour.
    """
    # Cells without a call have no share; the list of each cell names every unit, nearest first.
    chosen = demand > 0
    way = seconds[chosen][:, np.asarray(homes, np.int64)].T / HOUR
    calls = demand[chosen] / (7.0 * len(period.hours))
    lists = queueing.nearest_first(way)
    units = len(homes)
    exact = units <= EXACT
    mean = float(way.min(axis=0) @ calls / calls.sum())
    for _ in range(3):
        rates = np.full(units, 1.0 / (asked.stay / HOUR + mean))
        try:
            town = queueing.town(calls, lists, rates, "infinite")
        except Invalid as refusal:
            if refusal.code != "overloaded":
                raise
            return {"overloaded": [refusal.values["load"], refusal.values["most"]], "exact": exact}
        found = queueing.solve(town).measures if exact else queueing.approximate(town)
        times = found.times(way)
        mean = times.mean
    by_unit = found.dispatched.sum(axis=1)
    first = lists[:, 0]
    own = [float(found.dispatched[unit, first == unit].sum()) for unit in range(units)]
    return {
        "exact": exact,
        "mean": HOUR * (times.mean + found.mean_wait),
        "wait": found.wait,
        "within": [times.share_within(one / 60.0) for one in _MINUTES],
        "units": [
            {
                "site": int(homes[unit]),
                "workload": float(found.workloads[unit]),
                "share": float(by_unit[unit]),
                "own": own[unit] / float(by_unit[unit]) if by_unit[unit] > 0 else 0.0,
                "mean": HOUR * float(times.by_unit[unit]),
            }
            for unit in range(units)
        ],
    }


def table_of_posts(
    asked: Question, seconds: Floats, demand: Floats, homes: Sequence[int], busy: float
) -> list[dict[str, Any]]:
    """For 1, 2, … free units the posts to hold, nested: each row adds one (待命点表).

    `within`: the share of calls that a unit then reaches within the target, if it stays free.
    """
    cells = len(asked.cells)
    reach = np.zeros((cells + len(asked.sites),) * 2, np.bool_)
    reach[cells:, :cells] = (seconds <= asked.limit).T
    whole = np.concatenate([demand, np.zeros(len(asked.sites))])
    posts = np.unique(np.asarray(homes, np.int64)) + cells
    table = compliance_table(len(homes), reach, whole, busy, [int(one) for one in posts])
    found = []
    for free in range(1, len(homes) + 1):
        row = table[free, :free]
        found.append(
            {
                "free": free,
                "site": int(row[-1]) - cells,
                "within": expected_cover(row, reach, whole, 0.0),
            }
        )
    return found
