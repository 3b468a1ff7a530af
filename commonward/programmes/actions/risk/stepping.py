"""The steps of a review: announced, heard, on to the experts, weighed, ended or withdrawn."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from commonward.cases.actions.moving import act
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.programmes.actions.risk.forgetting import empty
from commonward.programmes.actions.risk.frame import ROOM, in_stage, opened, words
from commonward.programmes.models import (
    RiskCondition,
    RiskGroup,
    RiskHearing,
    RiskItem,
    RiskOpinion,
    RiskQuestion,
    RiskReview,
)
from commonward.programmes.queries.risk import due_after, terms


def announce(
    number: str, actor: Actor, at: datetime, *, until: datetime | None = None
) -> RiskReview:
    """Tell everybody (公示): from now on anybody reads it, asks and objects.

    The notice stands at least the days of the site's terms; `until` can make it longer. Raises
    Missing, Forbidden, Invalid, Refusal.
    """
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, "drafted")
        if not RiskGroup.objects.filter(review=found).exists():
            raise Refusal(N_("Say first which groups are affected."), code="groups")
        least = due_after(found.case, terms().notice_days, at)
        if until is not None and until < least:
            raise Invalid(
                N_("The notice stands at least {days} working days."),
                days=terms().notice_days,
                field="until",
            )
        found.announced_at, found.notice_until = at, until or least
        found.case = act(number, "announce", actor, at, room=ROOM)
        found.save(update_fields=["announced_at", "notice_until"])
    return found


def go_on(number: str, verb: str, actor: Actor, at: datetime) -> RiskReview:
    """Take the next step: "hear", "consult" or "weigh". Raises as `announce`, with what is owed."""
    with transaction.atomic():
        found, at = opened(number, actor, at)
        if verb == "hear" and not _hearings(found).exists():
            raise Refusal(
                N_("Announce a hearing first: where, when, how many places."), code="owed"
            )
        if verb == "consult":
            _public_part_is_over(found, at)
        if verb == "weigh":
            _is_weighed(found)
        if verb not in ("hear", "consult", "weigh"):
            raise Invalid(N_("This page does not know that step."), field="do")
        found.case = act(number, verb, actor, at, room=ROOM)
    return found


def end(number: str, actor: Actor, at: datetime) -> RiskReview:
    """End it once every condition is done and checked; what leads to anybody is destroyed."""
    with transaction.atomic():
        found, at = opened(number, actor, at)
        if RiskCondition.objects.filter(review=found, checked_at=None).exists():
            raise Refusal(
                N_("The review ends when each condition is done and checked."), code="owed"
            )
        found.case = act(number, "end", actor, at, room=ROOM)
        _over(found, at)
    return found


def withdraw(
    number: str, reason: str, actor: Actor, at: datetime, *, reason_en: str = ""
) -> RiskReview:
    """Take the project back before a decision; the reason is public."""
    why = words("reason", reason, owed=True)
    with transaction.atomic():
        found, at = opened(number, actor, at)
        found.case = act(number, "withdraw", actor, at, {"reason": why}, room=ROOM)
        found.why, found.why_en = why, words("reason_en", reason_en)
        found.save(update_fields=["why", "why_en"])
        _over(found, at)
    return found


def _over(found: RiskReview, at: datetime) -> None:
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    empty(found, at)


def _hearings(found: RiskReview) -> QuerySet[RiskHearing]:
    return RiskHearing.objects.filter(review=found, called_off="")


def _public_part_is_over(found: RiskReview, at: datetime) -> None:
    in_stage(found, "announced", "hearing")
    if found.notice_until is not None and at < found.notice_until:
        raise Refusal(
            N_("The notice still stands: the public can ask and object until it is over."),
            code="notice",
        )
    if _hearings(found).filter(held_at=None).exists():
        raise Refusal(
            N_("A hearing was announced: write down what was said there, or call it off."),
            code="owed",
        )


def _is_weighed(found: RiskReview) -> None:
    in_stage(found, "experts")
    if not RiskItem.objects.filter(review=found).exists():
        raise Refusal(N_("Put the risks and their measures on the list first."), code="owed")
    if not RiskOpinion.objects.filter(review=found, given_at__isnull=False).exists():
        raise Refusal(N_("At least one expert's opinion is owed before the decision."), code="owed")
    all_answered(found)


def all_answered(found: RiskReview) -> None:
    """Raises Refusal where the public still waits for an answer."""
    waiting = RiskQuestion.objects.filter(review=found, answered_at=None).count()
    if waiting:
        raise Refusal(
            N_("{count} questions or objections have no answer yet; answer them first."),
            count=waiting,
            code="owed",
        )
