"""The hypercube model solved exactly (Larson 1974): Gauss–Seidel up and down the levels.

Between two passes the levels' probabilities are set right as a birth-and-death chain (aggregation
and disaggregation, Takahashi 1975), and Chebyshev's semi-iteration (Golub & Varga 1961) makes few
passes of many. Nothing of the size of the matrix is kept: five numbers per state.
"""

from dataclasses import dataclass

import numpy as np

from commonward.core.plans.queueing import sweeping
from commonward.core.plans.queueing.approximation import approximate
from commonward.core.plans.queueing.measures import Measures, gather
from commonward.core.plans.queueing.model import Floats, Town, Whole
from commonward.core.plans.queueing.trie import grow
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import N_, Invalid

MOST_UNITS = 25


@dataclass(frozen=True)
class Solution:
    """What the balance equations give, for each group of units that back each other up.

    `residual` is the sum of the absolute errors of all balance equations, in units of the slowest
    service rate; `passes` how many passes up and down it took; `done` whether the tolerance was
    reached (a watched run may have been stopped).
    """

    measures: Measures
    residual: float
    passes: int
    done: bool


def solve(asked: Town, tolerance: float = 1e-10, watch: Watch | None = None) -> Solution:
    """The exact figures of a town; at most 25 units that back each other up.

    Groups that never help each other are solved one by one. Refuses (Invalid) larger groups: the
    approximation is for them.
    """
    watch = watch or Watch()
    group = asked.group
    for one in np.unique(group):
        size = int((group == one).sum())
        if size > MOST_UNITS:
            raise Invalid(
                N_(
                    "{size} units back each other up, and the exact model takes {most}: use the"
                    " approximation."
                ),
                field="rates",
                size=size,
                most=MOST_UNITS,
            )
    reach = np.zeros(asked.lists.shape)
    jam = np.zeros(asked.units)
    every = np.zeros(asked.units)
    residual, passes, done = 0.0, 0, True
    start = approximate(asked).workloads
    for one in np.unique(group):
        members = np.flatnonzero(group == one)
        atoms = np.flatnonzero((asked.lists[:, 0] >= 0) & np.isin(asked.lists[:, 0], members))
        part = _solve_group(asked, members, atoms, start[members], tolerance, watch)
        reach[atoms] = part.reach
        jam[members] = part.jam
        every[members] = part.workloads
        residual = max(residual, part.residual)
        passes = max(passes, part.passes)
        done = done and part.done
    return Solution(gather(asked, reach, jam, every), residual, passes, done)


@dataclass(frozen=True)
class _Part:
    reach: Floats
    jam: float
    workloads: Floats
    residual: float
    passes: int
    done: bool


def _solve_group(
    asked: Town, members: Whole, atoms: Whole, start: Floats, tolerance: float, watch: Watch
) -> _Part:
    units = len(members)
    number = np.full(asked.units + 1, -1, dtype=np.int64)
    number[members] = np.arange(units)
    lists = number[asked.lists[atoms]]
    calls = asked.calls[atoms]
    rates = np.ascontiguousarray(asked.rates[members])
    if len(atoms) == 0 or calls.sum() <= 0:
        reach = np.zeros(lists.shape)
        if reach.size:
            reach[:, 0] = lists[:, 0] >= 0
        return _Part(reach, 0.0, np.zeros(units), 0.0, 0, True)
    trie = grow(calls, lists)
    low = min(units, sweeping.LOW_BITS)
    passed = trie.before & ((1 << low) - 1)
    out = np.zeros(1 << units)
    for row, wanted in zip(lists, calls, strict=True):
        out[sum(1 << int(unit) for unit in row if unit >= 0)] += wanted
    sweeping.outflow(units, rates, float(calls.sum()), out)
    chance = np.empty(1 << units)
    sweeping.product_form(units, np.clip(start, 1e-6, 1 - 1e-6), chance)
    inflow = np.zeros(1 << units)
    mass, rise, fall = (np.zeros(units + 1) for _ in range(3))
    passes, residual, slowest = 0, np.inf, float(rates.min())
    tree = (trie.unit, trie.weight, trie.skip, passed)
    chebyshev = _Chebyshev(chance)
    while True:
        worst = sweeping.upward(units, low, *tree, rates, out, chance, inflow, mass, rise, fall)
        passes += 1
        residual = worst / (float(mass.sum()) * slowest)
        watch.tell(Progress("hypercube", passes, 0, best=residual))
        if residual <= tolerance or watch.over:
            break
        sweeping.downward(units, low, rates, out, chance, inflow, _level_scale(mass, rise, fall))
        chebyshev.step(residual)
    chance /= float(mass.sum())
    full = float(chance[-1])
    line = asked.line == "infinite"
    # Behind the full state the line's length is geometric.
    longer = 1.0 / (1.0 - float(calls.sum()) / float(rates.sum())) if line else 1.0
    sweeping.all_busy(units, chance)
    together = chance
    whole = 1.0 + full * (longer - 1.0)
    tail = full * (longer - 1.0)
    workloads = np.array([(together[1 << unit] + tail) / whole for unit in range(units)])
    place, before = trie.place, trie.before
    seen = np.where(place >= 0, place, 0)
    above = before[seen]
    reach = (together[above] - together[above | 1 << trie.unit[seen]]) / whole
    reach[place < 0] = 0.0
    jam = full * longer / whole if line else 0.0
    return _Part(reach, jam, workloads, residual, passes, residual <= tolerance)


class _Chebyshev:
    """Moves the passes on as if their errors shrank by factors between 0 and `reach`.

    The reach is learnt from how fast the residual falls; where it falls slower than it should, some
    error shrinks slower than the reach says, and the recurrence begins anew with a longer one.
    """

    PLAIN, WATCHED = 5, 6

    def __init__(self, chance: Floats) -> None:
        self.chance = chance
        self.now = np.empty(0)
        self.before = np.empty(0)
        self.residuals: list[float] = []
        self.reach = 0.0
        self.steps = 0
        self.omega = 1.0
        self.plain = False

    def step(self, residual: float) -> None:
        """After a pass up and down; `residual` was measured in it."""
        self.residuals.append(residual)
        if self.plain:
            return
        if not self.reach:
            if len(self.residuals) < self.PLAIN or len(self.chance) < 4:
                return
            ratio = self.residuals[-1] / self.residuals[-2]
            self.reach = min(max(ratio, 0.3) ** 0.7, 0.99)
            self.now = self.chance.copy()
            self.before = np.zeros(len(self.chance))
            return
        sigma = self.reach / (2.0 - self.reach)
        factor = sigma / (1.0 + np.sqrt(1.0 - sigma * sigma))
        if self.steps >= self.WATCHED:
            seen = (self.residuals[-1] / self.residuals[-4]) ** (1 / 3)
            if seen >= 1.0:
                # Not a spectrum for Chebyshev: plain passes always fall.
                self.plain = True
                return
            if seen > factor * 1.08:
                growth = max(seen, factor * 1.001) / factor
                longer = self.reach * (1.0 + (growth + 1.0 / growth) / 2.0) / 2.0
                self.reach = min(longer + 0.05 * (1.0 - longer), 0.999)
                self.steps = 0
                sigma = self.reach / (2.0 - self.reach)
        if self.steps == 0:
            self.omega = 1.0
        elif self.steps == 1:
            self.omega = 1.0 / (1.0 - sigma * sigma / 2.0)
        else:
            self.omega = 1.0 / (1.0 - self.omega * sigma * sigma / 4.0)
        gain = 2.0 / (2.0 - self.reach)
        sweeping.extrapolate(self.chance, self.now, self.before, gain, self.omega)
        self.steps += 1


def _level_scale(mass: Floats, rise: Floats, fall: Floats) -> Floats:
    """(N + 2) what the flow into each level must be multiplied by: the correction of the level below,
    with which the flows up and down between levels balance."""
    scale = np.ones(len(mass))
    for level in range(1, len(mass)):
        scale[level] = scale[level - 1] * rise[level - 1] / fall[level] if fall[level] > 0 else 0.0
    scale /= float((scale * mass).sum())
    return np.concatenate((np.zeros(1), scale))
