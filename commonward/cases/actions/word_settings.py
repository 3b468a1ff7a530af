"""Whether words are read here, where the unsorted waits, and what needs no person: by the office."""

from datetime import datetime

from django.db import transaction

from commonward.areas.actions import bump
from commonward.cases.actions.training import require_setter
from commonward.cases.models import AutoRoute, Category, WordModel, WordSettings
from commonward.cases.queries.measured import measured_at, short_from
from commonward.cases.queries.reference import book
from commonward.cases.queries.spelling import MARK
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import APART, Actor
from commonward.people.actions import record_change

LEAST_CONFIDENCE = 0.5
LEAST_PRECISION = 0.8
"""Below this share of surely right answers (95 %, one-sided) nothing is ever given without a
person: a confidence that was lucky on a few cases is not taken."""
LONGEST_REASON = 300


def set_reading(actor: Actor, at: datetime, *, on: bool, unsorted: str = "") -> WordSettings:
    """Switch the reading of words on or off for the whole site, and name the category under which
    a report without one waits ("": none is taken). Raises Forbidden, Invalid."""
    require_setter(actor)
    found = None
    if unsorted:
        facts = book().category(unsorted)
        _, procedure = book().procedure_in_force(facts.procedure)
        if facts.code.startswith(APART) or procedure.room:
            raise Invalid(
                N_("“{code}” is a dispute: register it where disputes are registered."),
                code=facts.code, field="unsorted",
            )  # fmt: skip
        if not facts.reportable:
            raise Invalid(
                N_("“{code}” cannot be reported: choose another category."),
                code=facts.code, field="unsorted",
            )  # fmt: skip
        if "recategorise" not in procedure.verbs:
            raise Invalid(
                N_("Cases of “{code}” cannot be given another category later: choose another one."),
                code=facts.code, field="unsorted",
            )  # fmt: skip
        if any(q.get("required") for q in facts.questions):
            raise Invalid(
                N_("“{code}” has questions that must be answered: choose another category."),
                code=facts.code, field="unsorted",
            )  # fmt: skip
        found = Category.objects.get(pk=facts.id)
    with transaction.atomic():
        kept, _ = WordSettings.objects.update_or_create(
            id=1, defaults={"on": on, "unsorted": found, "changed_at": at}
        )
        record_change(actor, "set_words", "words", at, {"on": on, "unsorted": unsorted})
        bump(MARK)
    return kept


def set_route(
    actor: Actor, category: str, confidence: float, reason: str, at: datetime
) -> AutoRoute:
    """Let a category be given without a person from this confidence on (自动分派).

    What the champion's card measured there is kept with it, and it holds for that model alone.
    Raises Forbidden, Invalid (field "confidence" or "reason"), and Refusal where nothing is
    measured or the measured precision is too low.
    """
    require_setter(actor)
    facts = book().category(category)
    if facts.code.startswith(APART):
        raise Refusal(N_("Disputes and incidents are always given by a person."))
    if not LEAST_CONFIDENCE <= confidence <= 0.99:
        raise Invalid(
            N_("Give a confidence from {least} to {most} per cent."),
            least=50, most=99, field="confidence",
        )  # fmt: skip
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(N_("Say in a sentence why."), field="reason")
    champion = WordModel.objects.filter(state="champion").first()
    if champion is None:
        raise Refusal(N_("No model was trained yet: nothing is measured."))
    point = measured_at(champion, facts.code, confidence)
    if point is None:
        raise Refusal(
            N_("The model's card measured nothing for this category: a person must look.")
        )
    if point.surely < LEAST_PRECISION:
        raise Refusal(
            N_("At this confidence surely {surely} % were right; at least {least} % must be."),
            surely=round(100 * point.surely), least=round(100 * LEAST_PRECISION),
        )  # fmt: skip
    with transaction.atomic():
        kept, _ = AutoRoute.objects.update_or_create(
            category_id=facts.id,
            defaults={
                "confidence": confidence, "precision": point.precision, "share": point.share,
                "short": short_from(champion, facts.code, point),
                "version": champion.version, "reason": reason,
                "set_by_id": actor.account, "set_at": at,
            },
        )  # fmt: skip
        record_change(
            actor, "set_auto_route", facts.code, at,
            {"confidence": confidence, "precision": round(point.precision, 4), "reason": reason},
        )  # fmt: skip
        bump(MARK)
    return kept


def end_route(actor: Actor, category: str, at: datetime) -> None:
    """A person gives this category again, always."""
    require_setter(actor)
    with transaction.atomic():
        if AutoRoute.objects.filter(category__code=category).delete()[0]:
            record_change(actor, "end_auto_route", category, at)
            bump(MARK)
