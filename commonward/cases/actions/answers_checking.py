"""Let somebody else look at an answer before residents read it (复核)."""

from datetime import datetime

from django.db import transaction

from commonward.areas.actions import bump
from commonward.cases.actions.answers import locked_answer
from commonward.cases.models import Answer, AnswerVersion
from commonward.core.refusals import N_, Forbidden, Invalid, Stale
from commonward.core.rights import Actor, refuse_onlooker

LONGEST_REASON = 300


def check_answer(
    actor: Actor, answer: int, at: datetime, *, version: int, agree: bool, reason: str = ""
) -> Answer:
    """Agree that residents read this version from now on, or return it with a reason.

    Whoever may change the answer may, but not who wrote this version. Raises Forbidden, Missing,
    Invalid, Stale.
    """
    refuse_onlooker(actor)
    reason = " ".join(reason.split())
    if not agree and not reason:
        raise Invalid(N_("Say what is wrong with it, so that it can be put right."), field="reason")
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        raise Invalid(
            N_("{which} is too long: at most {most} characters are taken."),
            which="reason", most=LONGEST_REASON, field="reason",
        )  # fmt: skip
    with transaction.atomic():
        found = locked_answer(actor, answer)
        if found.version != version:
            raise Stale(
                N_("This answer was changed in the meantime (version {now}, you had {had})."),
                now=found.version, had=version,
            )  # fmt: skip
        said = AnswerVersion.objects.select_for_update().get(answer=found, number=version)
        if not found.public or not found.active or said.checked_at is not None:
            raise Invalid(N_("This version does not wait to be checked."))
        if actor.account is None or said.by_id == actor.account:
            raise Forbidden(N_("Somebody other than who wrote it checks an answer."))
        said.checked_by_id, said.checked_at = actor.account, at
        said.returned = "" if agree else reason
        said.save(update_fields=["checked_by", "checked_at", "returned"])
        if agree:
            found.shown = version
            found.save(update_fields=["shown"])
        bump("answers")
    return found
