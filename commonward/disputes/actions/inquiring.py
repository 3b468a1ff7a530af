"""Ask somebody or look at a place while talks run, and keep the record (调查)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.core.rights import Actor, refuse_onlooker
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.actions.sealing import seal_data
from commonward.disputes.models import Dispute, Inquiry

FIELDS = ("place", "present", "asked", "words", "recorder")
"""Of paper 6: where, who took part, who was asked, what was found, who wrote it down."""
LONGEST = {"words": 10_000}
_LONGEST = 300
_WHO = ("mediator", "panelist")


def note_inquiry(
    number: str, given: Mapping[str, str], when: datetime, actor: Actor, at: datetime
) -> Inquiry:
    """Keep the record of an inquiry made at `when`; its words are sealed.

    Raises Invalid naming the field, Forbidden for anybody but those who mediate it.
    """
    refuse_onlooker(actor)
    kept = {name: " ".join(given.get(name, "").split()) for name in FIELDS if name != "words"}
    kept["words"] = given.get("words", "").strip()
    for name, text in kept.items():
        most = LONGEST.get(name, _LONGEST)
        if len(text) > most or "\x00" in text:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name,
                most=most,
                field=name,
            )
    if not kept["words"]:
        raise Invalid(N_("Write down what was found."), field="words")
    if when > at:
        raise Invalid(N_("An inquiry that is still to come cannot be recorded."), field="when")
    with transaction.atomic():
        dispute: Dispute = dispute_to_change(number, actor)
        _, at = lock(dispute, at)
        if not set(_WHO) & set(roles_in(dispute, actor)) or actor.account is None:
            raise Forbidden(N_("Only those who mediate this dispute do this."))
        made = Inquiry.objects.create(dispute=dispute, at=when, by_id=actor.account)
        made.details = seal_data(dispute, kept, f"inquiry {made.pk}")
        made.save(update_fields=["details"])
        note(dispute, "inquired", at, actor, role="mediator")
    return made
