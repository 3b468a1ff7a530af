"""The inner loops of the exact model: balance equations of 2^N states, without a matrix.

A state is a number whose bit n tells whether unit n is busy. A call makes it greater, an end of
service smaller, so that going through the numbers in order *is* the order of levels (how many are
busy): on the way up all states below are new, on the way down all states above.

States are taken in blocks of 2^6 that differ in the low six bits only. Which unit a call finds is
then decided once per block for the high bits; the low bits follow by adding over subsets.
"""

import numpy as np
from numba import njit

from commonward.core.plans.queueing.model import Floats, Whole

LOW_BITS = 6


@njit(cache=True)
def outflow(units: int, rates: Floats, calls: float, lost: Floats) -> None:
    """Turn `lost` (2^N; calls per list as a set of units) into the rate at which a state is left.

    Calls whose whole list is busy do not change the state (lost, or in line behind the full state).
    """
    states = 1 << units
    for unit in range(units):
        step = 1 << unit
        for start in range(0, states, 2 * step):
            for state in range(start, start + step):
                lost[state + step] += lost[state]
    for state in range(states):
        lost[state] = calls - lost[state]
    for unit in range(units):
        step = 1 << unit
        for start in range(step, states, 2 * step):
            for state in range(start, start + step):
                lost[state] += rates[unit]


@njit(cache=True)
def product_form(units: int, workload: Floats, chance: Floats) -> None:
    """Fill `chance` with the probabilities of independent units: where the sweeps begin."""
    chance[0] = 1.0
    for unit in range(units):
        step = 1 << unit
        for state in range(step):
            chance[state + step] = chance[state] * workload[unit]
            chance[state] *= 1.0 - workload[unit]


@njit(cache=True)
def _over_subsets(values: Floats, low: int) -> None:
    """values (2^low): each becomes the sum over the subsets of its index."""
    size = 1 << low
    first = 0
    if low >= 2:
        # Two bits at a time, for steps too short to be vectorised.
        first = 2
        for start in range(0, size, 4):
            none, one = values[start], values[start + 1]
            two, both = values[start + 2], values[start + 3]
            values[start + 1] = none + one
            values[start + 2] = none + two
            values[start + 3] = none + one + two + both
    for bit in range(first, low):
        step = 1 << bit
        for start in range(0, size, 2 * step):
            for state in range(start, start + step):
                values[state + step] += values[state]


@njit(cache=True)
def _block_rates(
    high: int,
    low: int,
    unit: Whole,
    weight: Floats,
    skip: Whole,
    passed: Whole,
    free: Whole,
    rate: Floats,
) -> None:
    """rate (N, 2^low): calls per unit of time that each unit is sent to, in each state of a block.

    `high`: the busy units above the low bits; `passed`: the low units above each node of the tree;
    `free`: the units that can be free in this block.
    """
    for target in free:
        rate[target, :] = 0.0
    node = 0
    while node < len(unit):
        asked = unit[node]
        if asked < low:
            rate[asked, passed[node]] += weight[node]
            node += 1
        elif high >> asked & 1:
            node += 1
        else:
            rate[asked, passed[node]] += weight[node]
            node = skip[node]
    for target in free:
        _over_subsets(rate[target], low)


@njit(cache=True)
def _free_units(units: int, low: int, high: int, free: Whole) -> int:
    """Write the units that can be free into `free`, the low ones first; returns how many."""
    frees = 0
    for bit in range(units):
        if bit < low or not high >> bit & 1:
            free[frees] = bit
            frees += 1
    return frees


@njit(cache=True)
def _from_above(start: int, rates: Floats, free: Whole, chance: Floats, above: Floats) -> None:
    """above (2^low): what comes into each state of a block by an end of service of a high unit."""
    above[:] = 0.0
    for bit in free:
        goal = start + (1 << bit)
        speed = rates[bit]
        for state in range(len(above)):
            above[state] += speed * chance[goal + state]


@njit(cache=True)
def _to_above(start: int, top: int, free: Whole, rate: Floats, new: Floats, inflow: Floats) -> None:
    """Add to `inflow` what a block sends up; the first that reaches a block begins its sum."""
    for bit in free:
        goal = start + (1 << bit)
        # The state without its highest busy unit is the first below it that is reached.
        if bit > top:
            for state in range(len(new)):
                inflow[goal + state] = new[state] * rate[bit, state]
        else:
            for state in range(len(new)):
                inflow[goal + state] += new[state] * rate[bit, state]


@njit(cache=True)
def _low_busy(low: int, rates: Floats) -> tuple[Floats, Whole]:
    """(2^low) the service rate and the number of the busy low units in each state of a block."""
    speed = np.zeros(1 << low)
    count = np.zeros(1 << low, dtype=np.int64)
    for state in range(1 << low):
        for bit in range(low):
            if state >> bit & 1:
                speed[state] += rates[bit]
                count[state] += 1
    return speed, count


@njit(cache=True)
def _climb(
    low: int,
    rates: Floats,
    rate: Floats,
    old: Floats,
    out: Floats,
    above: Floats,
    below: Floats,
    new: Floats,
) -> None:
    """Solve one block in order: `new` from what comes from above, from below, and within.

    `below` is completed by what the block's own states send to each other.
    """
    for state in range(len(new)):
        total = below[state] + above[state]
        for bit in range(low):
            if not state >> bit & 1:
                total += rates[bit] * old[state + (1 << bit)]
        value = total / out[state]
        new[state] = value
        for bit in range(low):
            if not state >> bit & 1:
                below[state + (1 << bit)] += value * rate[bit, state]


@njit(cache=True)
def upward(
    units: int,
    low: int,
    unit: Whole,
    weight: Floats,
    skip: Whole,
    passed: Whole,
    rates: Floats,
    out: Floats,
    chance: Floats,
    inflow: Floats,
    mass: Floats,
    rise: Floats,
    fall: Floats,
) -> float:
    """One Gauss–Seidel pass through the states from none busy to all busy.

    `chance` (2^N) is renewed; `inflow` (2^N) afterwards holds what comes into each state from
    below, of the new chances; `mass`, `rise`, `fall` (N + 1) hold per level its probability and its
    flow up and down. Returns a bound on the sum of the absolute errors of all balance equations.
    """
    size = 1 << low
    low_speed, low_count = _low_busy(low, rates)
    rate = np.zeros((units, size))
    room = np.zeros(units, dtype=np.int64)
    below, above, new = np.zeros(size), np.zeros(size), np.zeros(size)
    mass[:] = 0.0
    rise[:] = 0.0
    fall[:] = 0.0
    worst = 0.0
    inflow[:size] = 0.0
    for start in range(0, 1 << units, size):
        frees = _free_units(units, low, start, room)
        high_speed, top = 0.0, -1
        for bit in range(low, units):
            if start >> bit & 1:
                high_speed += rates[bit]
                top = bit
        free = room[low:frees]
        _block_rates(start, low, unit, weight, skip, passed, room[:frees], rate)
        _from_above(start, rates, free, chance, above)
        old, leaving = chance[start : start + size], out[start : start + size]
        below[:] = inflow[start : start + size]
        _climb(low, rates, rate, old, leaving, above, below, new)
        for state in range(size):
            ends = high_speed + low_speed[state]
            worst += ends * abs(new[state] - old[state])
            level = units - frees + low_count[state]
            mass[level] += new[state]
            fall[level] += new[state] * ends
            rise[level] += new[state] * (leaving[state] - ends)
        old[:] = new
        inflow[start : start + size] = below
        _to_above(start, top, free, rate, new, inflow)
    return worst


@njit(cache=True)
def downward(
    units: int,
    low: int,
    rates: Floats,
    out: Floats,
    chance: Floats,
    inflow: Floats,
    scale: Floats,
) -> None:
    """One Gauss–Seidel pass from all busy to none, with the `inflow` of the pass before it.

    `scale` (N + 2) corrects what comes into each level from below (aggregation and
    disaggregation); its first entry is that of level 0, into which nothing comes.
    """
    size = 1 << low
    above = np.zeros(size)
    room = np.zeros(units, dtype=np.int64)
    _, low_count = _low_busy(low, rates)
    for start in range((1 << units) - size, -1, -size):
        frees = _free_units(units, low, start, room)
        _from_above(start, rates, room[low:frees], chance, above)
        for state in range(size - 1, -1, -1):
            total = above[state]
            for bit in range(low):
                if not state >> bit & 1:
                    total += rates[bit] * chance[start + state + (1 << bit)]
            level = units - frees + low_count[state]
            total += inflow[start + state] * scale[level]
            chance[start + state] = total / out[start + state]


@njit(cache=True)
def extrapolate(chance: Floats, now: Floats, before: Floats, gain: float, omega: float) -> None:
    """One step of Chebyshev's recurrence, in place.

    `chance` holds the passes' answer to `now`; all three are moved on by one step.
    """
    for state in range(len(chance)):
        old = now[state]
        new = old + gain * (chance[state] - old)
        if omega != 1.0:
            new = omega * (new - before[state]) + before[state]
        before[state] = old
        now[state] = new
        chance[state] = new


@njit(cache=True)
def all_busy(units: int, chance: Floats) -> None:
    """Turn the chances of states into the chances that all units of a set are busy, in place."""
    states = 1 << units
    for unit in range(units):
        step = 1 << unit
        for start in range(0, states, 2 * step):
            for state in range(start, start + step):
                chance[state] += chance[state + step]
