"""Neighbours are busy at the same time: for each atom the first units of its list as a small
hypercube of their own, the units outside independent.

Larson's factors know how busy the whole town is, not that a busy corner stays busy: calls that find
their first unit busy keep the next ones busy, too. A chain of 2^k states per list does.
"""

import numpy as np
from numba import njit

from commonward.core.plans.queueing.model import Floats, Whole

TOGETHER = 6
_NEGLIGIBLE = 1e-4


@njit(cache=True)
def _askers(lists: Whole, units: int, deep: int) -> tuple[Whole, Whole]:
    """For each unit the atoms that have it among the first `deep` of their list, as starts and
    atoms."""
    starts = np.zeros(units + 1, dtype=np.int64)
    deep = min(deep, lists.shape[1])
    for atom in range(len(lists)):
        for rank in range(deep):
            if lists[atom, rank] >= 0:
                starts[lists[atom, rank] + 1] += 1
    for unit in range(units):
        starts[unit + 1] += starts[unit]
    place = starts.copy()
    found = np.zeros(starts[units], dtype=np.int64)
    for atom in range(len(lists)):
        for rank in range(deep):
            unit = lists[atom, rank]
            if unit >= 0:
                found[place[unit]] = atom
                place[unit] += 1
    return starts, found


@njit(cache=True)
def _ask(
    row: Whole, wanted: float, busy: Floats, bit: Whole, more: Floats, rate: Floats, deep: int
) -> None:
    """Add one atom's calls to rate (k, 2^k): by who asks whom after which set of the k."""
    left, passed = wanted, 0
    for rank in range(min(deep, len(row))):
        unit = row[rank]
        if unit < 0 or left < _NEGLIGIBLE * wanted:
            return
        if bit[unit] >= 0:
            rate[bit[unit], passed] += left
            passed |= 1 << bit[unit]
        else:
            left *= min(busy[unit] * more[min(rank, len(more) - 1)], 1.0)


@njit(cache=True)
def _over_subsets(rate: Floats, members: int) -> None:
    for one in range(members):
        for bit in range(members):
            for state in range(1 << members):
                if state >> bit & 1:
                    rate[one, state] += rate[one, state ^ (1 << bit)]


@njit(cache=True)
def _settle(members: int, rate: Floats, speed: Floats, chance: Floats, sweeps: int) -> None:
    """Gauss–Seidel up and down a chain of 2^members states, in place."""
    states = 1 << members
    for sweep in range(2 * sweeps):
        for index in range(states):
            state = index if sweep % 2 == 0 else states - 1 - index
            come, go = 0.0, 0.0
            for bit in range(members):
                other = state ^ (1 << bit)
                if state >> bit & 1:
                    come += chance[other] * rate[bit, other]
                    go += speed[bit]
                else:
                    come += chance[other] * speed[bit]
                    go += rate[bit, state]
            chance[state] = come / go
    chance[:states] /= chance[:states].sum()


@njit(cache=True)
def _read(members: int, chance: Floats, asked: Floats, more: Floats) -> None:
    """asked (k): the chance that all before are busy, given that the unit itself is free; more (k):
    by how much more often than alone it is busy when all before are."""
    for rank in range(members):
        prefix = (1 << rank) - 1
        free, ahead, both = 0.0, 0.0, 0.0
        for state in range(1 << members):
            idle = 1 - (state >> rank & 1)
            free += chance[state] * idle
            if state & prefix == prefix:
                ahead += chance[state]
                both += chance[state] * idle
        asked[rank] = both / max(free, 1e-300)
        more[rank] = (ahead - both) / max(ahead * (1.0 - free), 1e-300)
    for rank in range(members, len(more)):
        more[rank] = more[members - 1]


@njit(cache=True)
def _answer(
    row: Whole,
    wanted: float,
    members: int,
    asked: Floats,
    more: float,
    busy: Floats,
    offered: Floats,
    reach: Floats,
) -> None:
    """Who answers one atom: the first `members` by their chain, the others by what `more` says."""
    left = 1.0
    for rank in range(len(row)):
        unit = row[rank]
        if unit < 0 or left < 1e-13:
            return
        idle = max(1.0 - busy[unit], 1e-12)
        now = left * max(1.0 - more * busy[unit], 1e-6) / idle
        if rank < members:
            now = min(asked[rank], left / idle)
        offered[unit] += wanted * now
        reach[rank] = now * idle
        left -= reach[rank]


@njit(cache=True)
def pass_calls(
    calls: Floats,
    lists: Whole,
    rates: Floats,
    busy: Floats,
    chances: Floats,
    more: Floats,
    sweeps: int,
    offered: Floats,
    reach: Floats,
) -> None:
    """One round: offered (N) calls per unit of time that find a unit asked, given that it is free;
    reach (A, L) the chance that an entry of a list answers.

    `chances` (A, 2^k) keeps each list's chain from round to round, `more` (A, k) by how much more
    often than alone each of its units is busy when all before it are.
    """
    offered[:] = 0.0
    reach[:, :] = 0.0
    deep = min(lists.shape[1], 4 + TOGETHER)
    starts, found = _askers(lists, len(rates), deep)
    bit = np.full(len(rates), -1, dtype=np.int64)
    seen = np.full(len(calls), -1, dtype=np.int64)
    rate = np.zeros((TOGETHER, 1 << TOGETHER))
    speed = np.zeros(TOGETHER)
    asked = np.zeros(TOGETHER)
    for atom in range(len(calls)):
        members = 0
        while members < min(TOGETHER, lists.shape[1]) and lists[atom, members] >= 0:
            bit[lists[atom, members]] = members
            speed[members] = rates[lists[atom, members]]
            members += 1
        if members == 0:
            continue
        rate[:, :] = 0.0
        for unit in lists[atom, :members]:
            for other in found[starts[unit] : starts[unit + 1]]:
                if seen[other] != atom:
                    seen[other] = atom
                    _ask(lists[other], calls[other], busy, bit, more[other], rate, deep)
        for unit in lists[atom, :members]:
            bit[unit] = -1
        _over_subsets(rate, members)
        _settle(members, rate, speed, chances[atom], sweeps)
        _read(members, chances[atom], asked, more[atom])
        last = more[atom, members - 1]
        _answer(lists[atom], calls[atom], members, asked, last, busy, offered, reach[atom])


class Neighbours:
    """The chains of all lists, kept from round to round."""

    SWEEPS = 3

    def __init__(self, atoms: int) -> None:
        self.chances = np.full((atoms, 1 << TOGETHER), 1.0 / (1 << TOGETHER))
        self.more = np.ones((atoms, TOGETHER))

    def ask(
        self,
        calls: Floats,
        lists: Whole,
        rates: Floats,
        busy: Floats,
        offered: Floats,
        reach: Floats,
    ) -> None:
        """One round: writes `offered` (N) and `reach` (A, L) as `pass_calls` does."""
        pass_calls(calls, lists, rates, busy, self.chances, self.more, self.SWEEPS, offered, reach)
