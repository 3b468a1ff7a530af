"""Advice in the demonstration: the shipped texts, two told, the others as the rule proposes them."""

from datetime import datetime

from commonward.core.rights import SYSTEM
from commonward.doors.demo import names
from commonward.programmes.actions.advising import (
    ask_advice,
    propose_advice,
    publish_advice,
    set_up_advice,
)
from commonward.programmes.models import AdviceProposal
from commonward.programmes.queries.advice import proposed, texts

_TOLD = 2


def live(begins: datetime, ends: datetime) -> int:
    """Adopt the texts, let the rule propose, tell two of different kinds; somebody asks for one
    where no count does."""
    made = set_up_advice(begins)
    if not propose_advice(ends) and (known := texts()):
        ask_advice(known[0].code, names.CODE, SYSTEM, ends)
    kinds: set[str] = set()
    for one in proposed(SYSTEM):
        if len(kinds) < _TOLD and one.advice.kind not in kinds:
            publish_advice(one.id, SYSTEM, ends)
            kinds.add(one.advice.kind)
    return made + AdviceProposal.objects.count()


def shown() -> int:
    """One that is told, for the camera."""
    return AdviceProposal.objects.filter(state="published").values_list("pk", flat=True)[0]
