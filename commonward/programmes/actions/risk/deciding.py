"""The decision (决策), by somebody who drafted nothing of it; its conditions, done and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.moving import act, in_order, locked
from commonward.cases.actions.tasking import ask_tasks
from commonward.core.masking import mask
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.core.risk.allowed import refuse_measure
from commonward.core.risk.terms import OUTCOMES
from commonward.programmes.actions.risk.frame import (
    ROOM,
    line,
    note,
    opened,
    team_of,
    words,
)
from commonward.programmes.actions.risk.stepping import all_answered
from commonward.programmes.models import RiskCondition, RiskItem, RiskQuestion, RiskReview
from commonward.programmes.queries.risk import KEEPS, review_of

MOST_CONDITIONS = 20


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be done, by which team, until when."""

    words: str
    team: int
    due: datetime
    words_en: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided: `outcome` of the four, why, and what objections changed."""

    outcome: str
    why: str
    changed: str = ""
    conditions: Sequence[Condition] = ()
    why_en: str = ""
    changed_en: str = ""


def decide(number: str, given: Decided, actor: Actor, at: datetime) -> RiskReview:
    """Decide a review that was put forward; each team of a condition gets a written order.

    Refused to who wrote in the draft or in the risks, while an answer is owed, without reasons, and
    a plain "go" where a risk is too high. Raises Missing, Forbidden, Invalid, Refusal.
    """
    if given.outcome not in OUTCOMES:
        raise Invalid(N_("Say what is decided: choose one of the four."), field="outcome")
    why, changed = words("why", given.why, owed=True), words("changed", given.changed)
    wanted = [_checked(one) for one in given.conditions]
    if (given.outcome == "conditions") != bool(wanted):
        raise Invalid(
            N_("“Go, with conditions” has at least one condition, and only that has any."),
            field="conditions",
        )
    if len(wanted) > MOST_CONDITIONS:
        raise Invalid(
            N_("A decision has at most {most} conditions."),
            most=MOST_CONDITIONS,
            field="conditions",
        )
    with transaction.atomic():
        found, at = opened(number, actor, at)
        all_answered(found)
        if not changed and RiskQuestion.objects.filter(review=found).exists():
            raise Invalid(
                N_("Say what the questions and objections changed, or why nothing."),
                field="changed",
            )
        if given.outcome == "go" and RiskItem.objects.filter(review=found, level="stop").exists():
            raise Refusal(
                N_(
                    "A risk is too high to go on as planned: set conditions, or decide later or no."
                ),
                code="too_high",
            )
        found.case = act(number, f"decide_{given.outcome}", actor, at, {"reason": why}, room=ROOM)
        found.decision, found.decided_at, found.why, found.changed = given.outcome, at, why, changed
        found.why_en = words("why_en", given.why_en)
        found.changed_en = words("changed_en", given.changed_en)
        found.save(
            update_fields=["decision", "decided_at", "why", "why_en", "changed", "changed_en"]
        )
        _order(found, wanted, actor, at)
    return found


def _order(found: RiskReview, wanted: Sequence[Condition], actor: Actor, at: datetime) -> None:
    """A written order (督办) to each team, whose reply is owed; and the rows of the conditions."""
    orders = {}
    for team in dict.fromkeys(one.team for one in wanted):
        said = "\n".join(one.words for one in wanted if one.team == team)
        (orders[team],) = ask_tasks(found.case.number, "supervision", [team], said, SYSTEM, at)
    made = RiskCondition.objects.bulk_create(
        [
            RiskCondition(
                review=found, words=one.words, words_en=one.words_en, team_id=one.team,
                task=orders[one.team], due_at=one.due,
            )
            for one in wanted
        ]
    )  # fmt: skip
    if made:
        found.case = locked(found.case.number)
        note(found, "conditions", actor, at, {"conditions": [row.pk for row in made]})


def meet(number: str, condition: int, evidence: str, actor: Actor, at: datetime) -> RiskCondition:
    """The team says that its condition is met, and by what everybody can see it.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    refuse_onlooker(actor)
    text = words("evidence", evidence, owed=True)
    with transaction.atomic():
        found = review_of(number, actor)
        found.case = locked(found.case.number)
        at = in_order(found.case, at)
        row = _condition(found.pk, condition)
        if row.team_id not in actor.teams:
            raise Forbidden(N_("Only the team of the condition says that it is met."))
        if row.checked_at is not None:
            raise Refusal(N_("This condition is checked already."), code="stage")
        row.evidence, row.done_at, row.done_by_id = mask(text), at, actor.account
        row.sent_back = ""
        row.save(update_fields=["evidence", "done_at", "done_by", "sent_back"])
        note(found, "condition_met", actor, at, {"condition": row.pk, "late": at > row.due_at})
    return row


def check_condition(
    number: str, condition: int, actor: Actor, at: datetime, *, good: bool, reason: str = ""
) -> RiskCondition:
    """Somebody else than who met it, and of another team, looks: it is met, or sent back.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    refuse_onlooker(actor)
    why = line("reason", reason, most=300, owed=not good)
    with transaction.atomic():
        found = review_of(number, actor)
        found.case = locked(found.case.number)
        at = in_order(found.case, at)
        if not actor.roles_for(KEEPS, "see", found.case.area_path, "P-risk"):
            raise Forbidden(N_("Conditions are checked by who keeps the programmes."))
        row = _condition(found.pk, condition)
        if row.done_at is None or row.checked_at is not None:
            raise Refusal(
                N_("There is nothing to check: it is not done, or checked."), code="stage"
            )
        if row.done_by_id == actor.account or row.team_id in actor.teams:
            raise Forbidden(
                N_("A condition is checked by somebody apart from the team that met it."),
                code="apart",
            )
        if good:
            row.checked_at, row.checked_by_id = at, actor.account
        else:
            row.sent_back, row.done_at, row.done_by = mask(why), None, None
        row.save(update_fields=["checked_at", "checked_by", "sent_back", "done_at", "done_by"])
        note(
            found, "condition_checked" if good else "condition_sent_back", actor, at,
            {"condition": row.pk},
        )  # fmt: skip
    return row


def _checked(given: Condition) -> Condition:
    text, text_en = words("words", given.words, owed=True), words("words_en", given.words_en)
    refuse_measure(text, text_en, field="conditions")
    return Condition(text, team_of(given.team, "conditions").pk, given.due, text_en)


def _condition(review: int, condition: int) -> RiskCondition:
    found = RiskCondition.objects.filter(review=review, pk=condition).first()
    if found is None:
        raise Missing(N_("There is no such condition in this review."))
    return found
