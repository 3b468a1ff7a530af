"""What a planner gives back: the sites, what they achieve, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from commonward.core.plans.cover.arrays import Floats, Ints
from commonward.core.plans.cover.given import Choice, Ground, nearest
from commonward.core.plans.running import Progress


@dataclass(frozen=True, slots=True)
class Service:
    """What the people of one period get, each place served by its nearest open site.

    `demand` in all, of which `reached` has a road at all and the share `covered` lies within the
    limit (None: no limit was given); travel times in seconds, weighted by demand, over what is
    reached (0 where nothing is).
    """

    demand: float
    reached: float
    covered: float | None
    mean: float
    longest: float
    ninth: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of cover. `value` is the model's own measure, `bound` what no plan can pass.

    `units` is how many stand at each of `sites`; `new` are the sites that were not there before;
    `server` each demand's nearest open site (-1: none), `seconds` its travel time.
    """

    model: str
    sites: tuple[int, ...]
    units: tuple[int, ...]
    new: tuple[int, ...]
    value: float
    bound: float
    service: Service
    periods: Mapping[str, Service]
    server: Ints
    seconds: Floats
    nodes: int

    @property
    def gap(self) -> float:
        """Relative distance of the value from what is proven possible; 0 is an optimum."""
        gap = Progress("", 0, 0, self.value, self.bound).gap or 0.0
        return 0.0 if gap < 1e-9 else gap

    @property
    def proven(self) -> bool:
        """Whether no plan is better."""
        return self.gap == 0.0


def planned(
    model: str,
    ground: Ground,
    choice: Choice,
    units: Ints,
    value: float,
    bound: float,
    *,
    limit: float | None = None,
    nodes: int = 0,
) -> Plan:
    """The plan with so many `units` per site, told in every figure."""
    sites = np.flatnonzero(units)
    server, seconds = nearest(ground.reach, units > 0)
    service = {
        name: _service(ground.demand[rows], seconds[rows], limit)
        for name, rows in ground.periods.items()
    }
    before = {*choice.existing}
    return Plan(
        model,
        tuple(int(j) for j in sites),
        tuple(int(units[j]) for j in sites),
        tuple(int(j) for j in sites if int(j) not in before),
        value,
        bound,
        _service(ground.demand, seconds, limit),
        service,
        server,
        seconds,
        nodes,
    )


def _service(demand: Floats, seconds: Floats, limit: float | None) -> Service:
    whole = float(demand.sum())
    covered = None
    if limit is not None:
        covered = float(demand[seconds <= limit].sum()) / whole if whole else 0.0
    asked = (demand > 0) & np.isfinite(seconds)
    loads, times = demand[asked], seconds[asked]
    if not len(loads):
        return Service(whole, 0.0, covered, 0.0, 0.0, 0.0)
    order = np.argsort(times, kind="stable")
    rising = np.cumsum(loads[order])
    ninth = times[order][np.searchsorted(rising, 0.9 * rising[-1] * (1 - 1e-12))]
    return Service(
        whole,
        float(loads.sum()),
        covered,
        float(np.average(times, weights=loads)),
        float(times.max()),
        float(ninth),
    )
