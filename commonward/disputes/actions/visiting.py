"""Visits after an agreement: whether it is kept, and what else was found (回访)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor, refuse_onlooker
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.actions.sealing import seal, seal_data
from commonward.disputes.models import Visit
from commonward.disputes.models.performing import RESULTS

LONGEST_WORDS = 2000
SATISFIED = ("", "yes", "fairly", "no")
"""How content the sides are with it, as paper 10 asks; "" where nobody said."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a visit found beside the performance (回访情况): facts of the dispute, of nobody's person.

    `satisfied` is one of `SATISFIED`; whether a suit followed and whether the dispute may flare up
    again, None where nobody said; `measures` is what is done about it.
    """

    satisfied: str = ""
    later_suit: bool | None = None
    risk_left: bool | None = None
    measures: str = ""


def visit(
    number: str, which: int, result: str, words: str, actor: Actor, at: datetime,
    found_out: Found | None = None,
) -> Visit:  # fmt: skip
    """Note a visit (回访记录): whether it is kept, and what was found. Raises Invalid, Missing."""
    refuse_onlooker(actor)
    if result not in RESULTS or not result:
        raise Invalid(
            N_("Say how it stands: one of {known}."),
            known=", ".join(r for r in RESULTS if r),
            field="result",
        )
    beside = found_out or Found()
    if beside.satisfied not in SATISFIED:
        raise Invalid(N_("Choose one of the list."), field="satisfied")
    measures = short(beside.measures, "measures")
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        _, at = lock(dispute, at)
        if not {"mediator", "coordinator"} & set(roles_in(dispute, actor)):
            raise Forbidden(N_("Visits are noted by those who mediate."))
        found = Visit.objects.filter(pk=which, dispute=dispute, done_at=None).first()
        if found is None:
            raise Missing(N_("No such visit is owed."))
        found.done_at, found.result = at, result
        found.words = seal(dispute, short(words), f"visit {found.pk}") if words.strip() else None
        told = {
            "satisfied": beside.satisfied, "later_suit": beside.later_suit,
            "risk_left": beside.risk_left, "measures": measures,
        }  # fmt: skip
        if beside != Found():
            found.found = seal_data(dispute, told, f"visit found {found.pk}")
        found.save(update_fields=["done_at", "result", "words", "found"])
        note(dispute, "visited", at, actor, data={"result": result, "because": found.because})
    return found


def short(words: str, field: str = "words") -> str:
    """The words trimmed. Raises Invalid naming the field where they are too long."""
    if len(words) > LONGEST_WORDS or "\x00" in words:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which=field,
            most=LONGEST_WORDS,
            field=field,
        )
    return words.strip()
