"""Which unit to which need when several want the same ones: least weighted travel, proven.

Successive shortest paths (Edmonds & Karp 1972; potentials as in Jonker & Volgenant 1987) on the
nearest few units of each slot. The prices that come with it prove that no unit left out could
better the plan: a slot's price is what it pays for its unit and for those it keeps from others, and
a left-out unit farther away than that price is worth nothing to it. Where one is nearer, the
slot's list grows and the plan is made again.
"""

import importlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching.finding import Found
from commonward.core.refusals import N_, Invalid

Whole = npt.NDArray[np.int64]

UNSERVED = 10**13
"""What a need without a unit costs, times its weight: more than any travel."""
HEAVIEST = 100
_FIRST = 6


@dataclass(frozen=True, slots=True)
class Slot:
    """One unit wanted: the list it draws from (`need`), and the weight of its priority."""

    need: int
    weight: int


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """The column of a unit for each slot (−1: none) and its milliseconds; the plan's whole cost.

    `bound` is what the prices prove no plan can go below: it equals `cost`.
    """

    units: npt.NDArray[np.int64]
    milliseconds: npt.NDArray[np.int64]
    cost: int
    bound: int
    rounds: int
    candidates: int


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """A plan on the lists at hand: column numbers by slot, prices, and the arcs it was made on."""

    columns: Whole
    slot_prices: Whole
    post_prices: Whole
    known: Whole
    heads: Whole
    cost: Whole
    owner: Whole


def assigned(
    slots: Sequence[Slot],
    nearest: Callable[[int, int], Found],
    post: npt.NDArray[np.int32],
    spare: Whole,
) -> Assigned:
    """Each slot's unit such that the weighted sum of milliseconds is least, served first.

    `nearest(need, most)` gives a need's nearest suitable units; `post` (units) numbers the station
    rule that holds a unit (−1: none), `spare` how many each can give.
    """
    if any(not 1 <= slot.weight <= HEAVIEST for slot in slots):
        raise Invalid(N_("The weight of a priority is 1 to {most}."), field="weight", most=HEAVIEST)
    lists: dict[int, Found] = {}
    wanted = Counter(slot.need for slot in slots)
    short = {need: count + _FIRST for need, count in wanted.items()}
    rounds = 0
    while True:
        rounds += 1
        for need, most in short.items():
            lists[need] = nearest(need, most)
        solved = _solved(slots, lists, post, spare)
        short = {
            need: 2 * len(lists[need].units) + _FIRST
            for need in _too_short(slots, lists, solved.slot_prices)
        }
        if not short:
            return _told(slots, lists, post, spare, solved, rounds)


def _solved(
    slots: Sequence[Slot], lists: Mapping[int, Found], post: npt.NDArray[np.int32], spare: Whole
) -> _Solved:
    flows = importlib.import_module("commonward.core.plans.dispatching.flows")
    none = np.empty(0, np.int64)
    known = np.unique(np.concatenate([none, *(found.units for found in lists.values())]))
    number = {need: np.searchsorted(known, found.units) for need, found in lists.items()}
    sizes = [len(number[slot.need]) for slot in slots]
    heads = np.concatenate([none, *(number[slot.need] for slot in slots)])
    cost = np.concatenate([none, *(lists[slot.need].milliseconds * slot.weight for slot in slots)])
    alone = np.array([slot.weight * UNSERVED for slot in slots], np.int64)
    begins = np.cumsum([0, *sizes], dtype=np.int64)
    held = post[known].astype(np.int64)
    plan, slot_prices, post_prices = flows.flow(begins, heads, cost, alone, held, spare)
    owner = np.repeat(np.arange(len(slots)), sizes)
    return _Solved(plan, slot_prices, post_prices, known, heads, cost, owner)


def _too_short(slots: Sequence[Slot], lists: Mapping[int, Found], prices: Whole) -> set[int]:
    """Needs with a slot that pays more than the next unit beyond its list may cost it."""
    short = set()
    for slot, price in zip(slots, prices.tolist(), strict=True):
        found = lists[slot.need]
        last = int(found.milliseconds[-1]) if len(found.units) else 0
        if not found.whole and price > last * slot.weight:
            short.add(slot.need)
    return short


def _told(
    slots: Sequence[Slot],
    lists: Mapping[int, Found],
    post: npt.NDArray[np.int32],
    spare: Whole,
    solved: _Solved,
    rounds: int,
) -> Assigned:
    """The plan in columns of the fleet, its cost, and the value of its prices as a bound.

    A slot pays its price, a unit takes back the most by which some slot overpays for it, a post
    what its spare units are worth. By weak duality no plan costs less than what remains. Units left
    out of a list take nothing back: they lie farther away than the price.
    """
    units = np.full(len(slots), -1, np.int64)
    took = np.full(len(slots), -1, np.int64)
    served = np.flatnonzero(solved.columns >= 0)
    units[served] = solved.known[solved.columns[served]]
    cost = sum(slots[number].weight * UNSERVED for number in np.flatnonzero(units < 0).tolist())
    for number in served.tolist():
        found = lists[slots[number].need]
        took[number] = found.milliseconds[np.flatnonzero(found.units == units[number])[0]]
        cost += int(took[number]) * slots[number].weight
    held = post[solved.known][solved.heads]
    through = np.zeros(len(held), np.int64)
    through[held >= 0] = solved.post_prices[held[held >= 0]]
    back = np.zeros(len(solved.known), np.int64)
    np.minimum.at(back, solved.heads, solved.cost - solved.slot_prices[solved.owner] - through)
    bound = int(solved.slot_prices.sum() + back.sum() + (spare * solved.post_prices).sum())
    return Assigned(units, took, cost, bound, rounds, len(solved.heads))
