"""All open needs at once: which unit goes where so that all together are reached soonest."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from commonward.core.plans.dispatching import reasons
from commonward.core.plans.dispatching.assigning import Slot, assigned
from commonward.core.plans.dispatching.finding import Finder, Found
from commonward.core.plans.dispatching.roster import Roster
from commonward.core.plans.dispatching.units import Need


@dataclass(frozen=True, slots=True)
class Call:
    """An open call at a node: its needs, its area's code, and the weight of its priority, 1 to 100.

    A weight of 2 counts each second of waiting twice; a heavier need is served before a lighter
    one where units lack.
    """

    place: int
    needs: tuple[Need, ...]
    area: str = ""
    weight: int = 1


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

    Rested units first; for what is still missing, those whose crew is due a rest. Each of the two
    is proven by itself. The fleet is left as it was.
    """
    lists = [(call, need) for call, one in enumerate(calls) for need in range(len(one.needs))]
    left = [calls[call].needs[need].number for call, need in lists]
    spare = roster.spare()
    chosen: list[Chosen] = []
    cost = bound = candidates = rounds = 0
    was = roster.state.copy()
    try:
        for allowed in (0, reasons.RESTS_SOON):

            def nearest(number: int, most: int, allowed: int = allowed) -> Found:
                call, need = lists[number]
                one = calls[call]
                wanted = roster.wanted(one.needs[need], one.area)
                return finder.nearest(one.place, wanted, allowed, most)

            slots = [
                Slot(number, calls[lists[number][0]].weight)
                for number, count in enumerate(left)
                for _ in range(count)
            ]
            if not slots or (allowed and not (roster.state == allowed).any()):
                break
            plan = assigned(slots, nearest, roster.post, spare)
            cost, bound = plan.cost, plan.bound
            candidates, rounds = candidates + plan.candidates, rounds + plan.rounds
            for slot, unit, took in zip(
                slots, plan.units.tolist(), plan.milliseconds.tolist(), strict=True
            ):
                if unit < 0:
                    continue
                left[slot.need] -= 1
                roster.state[unit] |= reasons.TAKEN
                if roster.post[unit] >= 0:
                    spare[roster.post[unit]] -= 1
                chosen.append(Chosen(*lists[slot.need], unit, took, bool(allowed)))
    finally:
        roster.state[:] = was
    chosen.sort(key=lambda one: (one.call, one.need, one.milliseconds, one.unit))
    missing = tuple((*lists[number], count) for number, count in enumerate(left) if count)
    return Together(tuple(chosen), missing, cost, bound, candidates, rounds)
