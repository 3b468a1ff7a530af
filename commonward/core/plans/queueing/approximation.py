"""The hypercube model approximated for many units (Larson 1975; unequal rates: Jarvis 1985).

N equations instead of 2^N: units are busy as if independently of each other, and a factor
Q(N, ρ, j) corrects the chance that j given units are busy and one more is free to what it is where
calls ask all units in random order. Better, at three times the work: the first units of each list
are a small hypercube of their own (`neighbours`).
"""

import numpy as np
from numba import njit

from commonward.core.plans.queueing.measures import Measures, gather
from commonward.core.plans.queueing.model import Floats, Town, Whole
from commonward.core.plans.queueing.neighbours import TOGETHER, Neighbours

_NEGLIGIBLE = 1e-13


def busy_counts(load: float, units: int, line: str) -> Floats:
    """(units + 1) the chances of 0, 1, … units busy in M/M/N with or without a line.

    `load` is calls per unit of time by mean service time (Erlang). With a line the last entry holds
    all states with a line.
    """
    logs = np.zeros(units + 1)
    steps = np.arange(1, units + 1)
    logs[1:] = np.cumsum(np.log(max(load, 1e-300) / steps))
    if line == "infinite":
        logs[-1] -= np.log1p(-load / units)
    found = np.exp(logs - logs.max())
    return np.asarray(found / found.sum())


def correction(load: float, units: int, line: str) -> Floats:
    """(units) Larson's Q(N, ρ, j) for j = 0, 1, …: the chance that j given units are busy and the
    next is free, over what independent units would give."""
    counts = busy_counts(load, units, line)
    busy = np.arange(units + 1, dtype=np.float64)
    mean = float(counts @ busy) / units
    factor = np.ones(units)
    chosen = counts * (units - busy)
    for asked in range(units):
        # chosen = P(k busy) · k(k-1)…(k-j+1) · (N-k), over N(N-1)…(N-j), and over ρ^j (1-ρ).
        factor[asked] = chosen.sum() / (units - asked) / max(1.0 - mean, 1e-300)
        chosen = chosen * np.maximum(busy - asked, 0.0) / (units - asked) / max(mean, 1e-300)
        if not chosen.any():
            factor[asked + 1 :] = 0.0
            break
    return factor


@njit(cache=True)
def _pass_calls(
    calls: Floats, lists: Whole, factor: Floats, busy: Floats, offered: Floats, reach: Floats
) -> None:
    """offered (N): calls per unit of time that find each unit asked, given that it is free;
    reach (A, L): the chance that a call is answered by this entry."""
    offered[:] = 0.0
    for atom in range(len(calls)):
        before = 1.0
        left = 1.0
        for rank in range(lists.shape[1]):
            unit = lists[atom, rank]
            if unit < 0:
                break
            asked = min(factor[rank] * before, left / max(1.0 - busy[unit], 1e-12))
            offered[unit] += calls[atom] * asked
            reach[atom, rank] = asked * (1.0 - busy[unit])
            left -= reach[atom, rank]
            before *= busy[unit]
            if before < _NEGLIGIBLE:
                for rest in range(rank + 1, lists.shape[1]):
                    reach[atom, rest] = 0.0
                break


def approximate(
    asked: Town, steps: int = 200, tolerance: float = 1e-9, neighbours: bool = True
) -> Measures:
    """The approximate figures of a town of any size; at most `steps` rounds.

    `neighbours`: a small hypercube of the first six units of each list tells that units near each
    other are busy at the same time; without it Larson's one factor for the whole town.
    """
    reach = np.zeros(asked.lists.shape)
    workloads = np.zeros(asked.units)
    jam = np.zeros(asked.units)
    group = asked.group
    first = asked.lists[:, 0]
    for one in np.unique(group):
        members = np.flatnonzero(group == one)
        atoms = np.flatnonzero((first >= 0) & (group[first] == one))
        calls = float(asked.calls[atoms].sum())
        if calls <= 0:
            reach[atoms, 0] = first[atoms] >= 0
            continue
        _settle(asked, members, atoms, reach, workloads, jam, steps, tolerance, neighbours)
    return gather(asked, reach, jam, workloads)


def _settle(
    asked: Town,
    members: Whole,
    atoms: Whole,
    reach: Floats,
    workloads: Floats,
    jam: Floats,
    steps: int,
    tolerance: float,
    together: bool,
) -> None:
    """Rounds of the fixed point for one group; writes into reach, workloads and jam."""
    calls = np.ascontiguousarray(asked.calls[atoms])
    lists = np.ascontiguousarray(asked.lists[atoms])
    rates = asked.rates
    units = len(members)
    total = float(calls.sum())
    whole = bool((lists >= 0).sum(axis=1).min() == units)
    line = asked.line
    if together and units <= TOGETHER and line == "zero":
        # The lists' own chains are the whole town: they know its loss better than Erlang does.
        whole = False
    strength = float(rates[members].sum())
    service = units / strength
    offered = np.zeros(asked.units)
    here = np.zeros(lists.shape)
    busy = np.zeros(asked.units)
    share = 0.0
    load = total * service
    mean = busy_counts(load, units, line) @ np.arange(units + 1) / units
    busy[members] = np.clip(mean, 1e-9, 1.0)
    near = Neighbours(len(calls))
    counts, factor, known = np.zeros(0), np.zeros(0), -1.0
    for _ in range(steps):
        if load != known:
            counts = busy_counts(load, units, line)
            factor, known = correction(load, units, line), load
        if together:
            near.ask(calls, lists, rates, busy, offered, here)
        else:
            _pass_calls(calls, lists, factor, busy, offered, here)
        share = float(counts[-1]) if line == "infinite" else 0.0
        idle = (1.0 - share * total / strength) / (1.0 + offered[members] / rates[members])
        new = 1.0 - idle
        if whole:
            served = total if line == "infinite" else total * (1.0 - float(counts[-1]))
            new *= served / float((new * rates[members]).sum())
        new = np.minimum(new, 1.0 - 1e-12)
        change = float(np.abs(new - busy[members]).max())
        busy[members] = new
        if line == "zero":
            # The mean service time of the calls that are answered (Jarvis).
            answered = (1.0 - new) * offered[members]
            service = float((answered / rates[members]).sum() / max(answered.sum(), 1e-300))
            # Equal rates leave it as it was, but for rounding.
            if abs(total * service - load) > 1e-12 * load:
                load = total * service
        if change < (max(tolerance, 1e-5) if together else tolerance):
            break
    if whole:
        lost = share if line == "infinite" else float(busy_counts(load, units, line)[-1])
        here *= ((1.0 - lost) / np.maximum(here.sum(axis=1), 1e-300))[:, None]
    reach[atoms] = here
    workloads[members] = busy[members]
    jam[members] = share
