"""Experts' opinions (专家论证): asked, interests declared, and only then an opinion given."""

from datetime import datetime

from django.db import transaction

from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.core.risk.allowed import refuse_against_people
from commonward.core.risk.terms import OUTCOMES
from commonward.programmes.actions.risk.frame import DRAFTS, in_stage, line, note, opened, words
from commonward.programmes.models import RiskOpinion

BEFORE = DRAFTS[1:]


def ask_expert(
    number: str, name: str, office: str, actor: Actor, at: datetime, *, consent: bool
) -> RiskOpinion:
    """Note whom the office asks; name and office are public, and only by their own consent.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    called, of = line("name", name, most=80, owed=True), line("office", office, owed=True)
    if not consent:
        raise Invalid(
            N_("An expert is named only with their consent: their opinion is public."),
            field="consent",
        )
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, *BEFORE)
        made = RiskOpinion.objects.create(review=found, name=called, office=of, consent_at=at)
        note(found, "expert", actor, at, {"opinion": made.pk})
    return made


def declare(number: str, opinion: int, interests: str, actor: Actor, at: datetime) -> RiskOpinion:
    """Write down which interests the expert declares, or that there are none. Public."""
    text = words("interests", interests, owed=True)
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, *BEFORE)
        row = _opinion(found.pk, opinion)
        if row.given_at is not None:
            raise Refusal(N_("The opinion was given already; interests come before."), code="stage")
        row.interests, row.declared_at = text, at
        row.save(update_fields=["interests", "declared_at"])
        note(found, "interests", actor, at, {"opinion": row.pk})
    return row


def give_opinion(
    number: str,
    opinion: int,
    recommends: str,
    said: str,
    actor: Actor,
    at: datetime,
    *,
    said_en: str = "",
) -> RiskOpinion:
    """Write down an opinion; refused until interests are declared. Raises as `ask_expert`."""
    text, text_en = words("words", said, owed=True), words("words_en", said_en)
    if recommends not in OUTCOMES:
        raise Invalid(N_("Say what the expert recommends: choose one of them."), field="recommends")
    refuse_against_people(text, text_en, field="words")
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, *BEFORE)
        row = _opinion(found.pk, opinion)
        if row.declared_at is None:
            raise Refusal(
                N_("First the interests: an opinion counts only once they are declared."),
                code="interests",
            )
        row.recommends, row.given_at = recommends, at
        row.words, row.words_en = mask(text), mask(text_en)
        row.save(update_fields=["recommends", "given_at", "words", "words_en"])
        note(found, "opinion", actor, at, {"opinion": row.pk, "recommends": recommends})
    return row


def withdraw_name(number: str, opinion: int, actor: Actor, at: datetime) -> RiskOpinion:
    """The expert takes the consent back: the name goes, opinion and interests stay."""
    with transaction.atomic():
        found, at = opened(number, actor, at)
        row = _opinion(found.pk, opinion)
        row.name = ""
        row.save(update_fields=["name"])
        note(found, "expert_unnamed", actor, at, {"opinion": row.pk})
    return row


def _opinion(review: int, opinion: int) -> RiskOpinion:
    found = RiskOpinion.objects.filter(review=review, pk=opinion).first()
    if found is None:
        raise Missing(N_("There is no such opinion in this review."))
    return found
