"""Advice in the demonstration: the shipped texts, two told, the others as the rule proposes them."""

from datetime import datetime

from commonward.core.rights import SYSTEM
from commonward.programmes.actions.advising import propose_advice, publish_advice, set_up_advice
from commonward.programmes.queries.advice import proposed

_TOLD = 2


def live(begins: datetime, ends: datetime) -> int:
    """Adopt the texts, let the rule propose, tell the first two of different kinds."""
    made = set_up_advice(begins)
    made += propose_advice(ends)
    kinds: set[str] = set()
    for one in proposed(SYSTEM):
        if len(kinds) < _TOLD and one.advice.kind not in kinds:
            publish_advice(one.id, SYSTEM, ends)
            kinds.add(one.advice.kind)
    return made
