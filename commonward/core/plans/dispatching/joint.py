"""All open needs at once: which unit goes where so that all together are reached soonest."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from commonward.core.plans.dispatching import reasons
from commonward.core.plans.dispatching.assigning import UNSERVED, Slot, assigned
from commonward.core.plans.dispatching.finding import Finder, Found
from commonward.core.plans.dispatching.roster import Roster
from commonward.core.plans.dispatching.units import Need, Scene


@dataclass(frozen=True, slots=True)
class Call:
    """An open call at a node: its needs, its area's code, and the weight of its priority, 1 to 100.

    A weight of 2 counts each second of waiting twice; a heavier need is served before a lighter
    one where units lack. `kind` and `priority` are what the rules ask of it (see Scene).
    """

    place: int
    needs: tuple[Need, ...]
    area: str = ""
    weight: int = 1
    kind: str = ""
    priority: int = 3

    @property
    def scene(self) -> Scene:
        """What the rules ask of it."""
        return Scene(self.area, self.kind, self.priority)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column of the fleet for a need of a call, its milliseconds, and whether a rest is due."""

    call: int
    need: int
    unit: int
    milliseconds: int
    tired: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """The choice for all calls, by call, need and time.

    `cost` is the weighted sum of milliseconds, plus what each need left without a unit costs;
    `bound` what the prices prove that no plan can go below: the two are equal, or the plan is not
    proven. `candidates` pairs of need and unit were enough for that proof.
    """

    chosen: tuple[Chosen, ...]
    missing: tuple[tuple[int, int, int], ...] = field(default=())
    cost: int = 0
    bound: int = 0
    candidates: int = 0
    rounds: int = 0

    @property
    def proven(self) -> bool:
        """Whether the prices prove that no plan is better."""
        return self.cost == self.bound


def choose_together(roster: Roster, finder: Finder, calls: Sequence[Call]) -> Together:
    """The best choice for all calls at once, exactly.

    Rested units first; for what is still missing, those whose crew is due a rest. Where stations
    must keep units except from the most pressing calls, those calls come first: what they take is
    counted against what the others must leave. Each of these steps is proven by itself, and the
    fleet is left as it was.
    """
    return _taken(roster, finder, calls, _by_waived(roster, calls))


def choose_one_by_one(roster: Roster, finder: Finder, calls: Sequence[Call]) -> Together:
    """One call after the other in the order given, each exactly: what a joint choice is compared
    with. Each is proven for itself only, so `bound` is 0."""
    found = _taken(roster, finder, calls, [[number] for number in range(len(calls))])
    return replace(found, bound=0)


def _taken(
    roster: Roster, finder: Finder, calls: Sequence[Call], groups: Sequence[Sequence[int]]
) -> Together:
    made = _Making(roster, finder, calls)
    was = roster.state.copy()
    try:
        for group in groups:
            for allowed in (0, reasons.RESTS_SOON):
                made.take(group, allowed)
    finally:
        roster.state[:] = was
    return made.told()


class _Making:
    """A plan that grows step by step: what is chosen, what each post can spare, what is lacking."""

    def __init__(self, roster: Roster, finder: Finder, calls: Sequence[Call]) -> None:
        self._roster, self._finder, self._calls = roster, finder, calls
        self._lists = [
            (call, need) for call, one in enumerate(calls) for need in range(len(one.needs))
        ]
        self._left = [calls[call].needs[need].number for call, need in self._lists]
        self._spare = roster.spare()
        self._scenes = [one.scene for one in calls]
        self._chosen: list[Chosen] = []
        self._gap = self._candidates = self._rounds = 0

    def take(self, group: Sequence[int], allowed: int) -> None:
        """Serve what these calls still lack, by units with no bit of state outside `allowed`."""
        roster, calls = self._roster, self._calls

        def nearest(number: int, most: int) -> Found:
            call, need = self._lists[number]
            wanted = roster.wanted(calls[call].needs[need], self._scenes[call])
            return self._finder.nearest(calls[call].place, wanted, allowed, most)

        inside = set(group)
        slots = [
            Slot(number, calls[self._lists[number][0]].weight)
            for number, count in enumerate(self._left)
            if self._lists[number][0] in inside
            for _ in range(count)
        ]
        if not slots or (allowed and not (roster.state == allowed).any()):
            return
        waived = roster.waived(calls[group[0]].priority)
        spare = np.where(waived, len(roster.units), np.maximum(0, self._spare))
        plan = assigned(slots, nearest, roster.post, spare.astype(np.int64))
        self._gap += plan.cost - plan.bound
        self._candidates += plan.candidates
        self._rounds += plan.rounds
        for slot, unit, took in zip(
            slots, plan.units.tolist(), plan.milliseconds.tolist(), strict=True
        ):
            if unit < 0:
                continue
            self._left[slot.need] -= 1
            roster.state[unit] |= reasons.TAKEN
            if roster.post[unit] >= 0:
                self._spare[roster.post[unit]] -= 1
            self._chosen.append(Chosen(*self._lists[slot.need], unit, took, bool(allowed)))

    def told(self) -> Together:
        """The plan, with its cost and what the prices prove of it."""
        chosen = sorted(
            self._chosen, key=lambda one: (one.call, one.need, one.milliseconds, one.unit)
        )
        missing = tuple(
            (*self._lists[number], count) for number, count in enumerate(self._left) if count
        )
        cost = sum(one.milliseconds * self._calls[one.call].weight for one in chosen)
        cost += sum(count * self._calls[call].weight * UNSERVED for call, _, count in missing)
        return Together(
            tuple(chosen), missing, cost, cost - self._gap, self._candidates, self._rounds
        )


def _by_waived(roster: Roster, calls: Sequence[Call]) -> list[list[int]]:
    """The calls apart by the posts whose rules yield to them, the most pressing first."""
    groups: dict[bytes, list[int]] = {}
    for number in sorted(range(len(calls)), key=lambda number: calls[number].priority):
        groups.setdefault(roster.waived(calls[number].priority).tobytes(), []).append(number)
    return [sorted(group) for group in groups.values()]
