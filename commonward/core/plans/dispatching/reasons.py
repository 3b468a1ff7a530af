"""Why a unit is sent, passed over, or missing: the requirements in order, and the words for each."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching.said import Said
from commonward.core.refusals import N_

RESTS_SOON, RESERVED, BUSY, RESTING, OUT, SKILLS, CREW, AREA, STATION, NO_WAY, TAKEN = (
    1 << bit for bit in range(11)
)
BY_STATUS = {"free": 0, "reserved": RESERVED, "busy": BUSY, "resting": RESTING, "out": OUT}

NEARER = {
    RESTS_SOON: N_("Nearer by {seconds} s, but its crew is due a rest."),
    RESERVED: N_("Nearer by {seconds} s, but reserved for a planned call."),
    BUSY: N_("Nearer by {seconds} s, but at work on another call."),
    RESTING: N_("Nearer by {seconds} s, but resting."),
    OUT: N_("Nearer by {seconds} s, but out of service."),
    SKILLS: N_("Nearer by {seconds} s, but without {skills}."),
    CREW: N_("Nearer by {seconds} s, but with a crew of {crew}; {least} are needed."),
    AREA: N_("Nearer by {seconds} s, but no agreement lets it serve {area}."),
    STATION: N_("Nearer by {seconds} s, but {station} must keep at least {least}."),
    TAKEN: N_("Nearer by {seconds} s, but it goes to another need."),
}
_WOULD_DO = {
    RESTS_SOON: N_("{count} more would do if a crew that is due a rest were sent."),
    RESERVED: N_("{count} more would do, but are reserved for planned calls."),
    BUSY: N_("{count} more would do, but are at work on other calls."),
    RESTING: N_("{count} more would do, but are resting."),
    OUT: N_("{count} more would do, but are out of service."),
    SKILLS: N_("{count} more would do without asking for {skills}."),
    CREW: N_("{count} more would do with a crew below {least}."),
    AREA: N_("{count} more would do if an agreement let them serve {area}."),
    STATION: N_("{count} more would do if their stations kept fewer."),
    NO_WAY: N_("{count} more would do, but no road leads from them to the place."),
    TAKEN: N_("{count} more would do, but go to other needs."),
}
_TOGETHER = N_("{count} more would do only if all of the following were eased:")
_NO_FORCE = N_("{needed} are needed; there are {count} of this force on duty in all.")
NEAREST = N_("The nearest by road that suits.")
RANKED = N_("Number {rank} by road of those that suit.")
TOGETHER = N_("Not the nearest that suits: so all needs together are reached soonest.")
TIRED = N_("Its crew is due a rest, but no other that suits is left.")
YIELDS = N_(
    "{station} keeps {left} of this force, below its {least}: that rule yields to a call so pressing."
)
LEAVES = N_("{station} keeps {left} of this force; it must keep {least}.")


def nearer(bits: int, values: Mapping[str, Any]) -> tuple[Said, ...]:
    """One sentence for each requirement that a nearer unit does not meet."""
    return tuple(Said(text, _only(text, values)) for bit, text in NEARER.items() if bits & bit)


def shortfall(
    masks: npt.NDArray[np.int64], missing: int, needed: int, values: Mapping[str, Any]
) -> tuple[Said, ...]:
    """The smallest set of requirements whose easing would bring the missing units.

    `masks` (n) holds for each unit of the force that is not picked what it does not meet. Of sets
    of one size the one that brings most is told; where no set does, how few there are.
    """
    kinds, counts = np.unique(masks[masks > 0], return_counts=True)
    bits = [bit for bit in _WOULD_DO if (kinds & bit).any()]
    for size in range(1, len(bits) + 1):
        brings = {
            chosen: int(counts[(kinds & ~np.int64(sum(chosen))) == 0].sum())
            for chosen in combinations(bits, size)
        }
        best = max(brings, key=lambda chosen: brings[chosen])
        if brings[best] >= missing:
            return _eased(best, {**values, "count": brings[best]})
    return (Said(_NO_FORCE, {"needed": needed, "count": len(masks) + needed - missing}),)


def _eased(bits: Sequence[int], values: Mapping[str, Any]) -> tuple[Said, ...]:
    each = tuple(Said(_WOULD_DO[bit], _only(_WOULD_DO[bit], values)) for bit in bits)
    return each if len(each) == 1 else (Said(_TOGETHER, {"count": values["count"]}), *each)


def _only(text: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f"{{{name}}}" in text}
