"""The public asks and objects, the office reads and answers (公众意见、答复)."""

from datetime import datetime

from django.db import transaction

from commonward.cases.actions.sealing import seal_words
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.core.risk.allowed import refuse_against_people
from commonward.core.risk.terms import KINDS
from commonward.programmes.actions.risk.frame import (
    LONGEST_LINE,
    for_anybody,
    line,
    new_secret,
    note,
    opened,
    receipt_of,
    words,
)
from commonward.programmes.models import RiskQuestion
from commonward.programmes.queries.risk import OPEN_TO_WORDS, due_after, terms

SHORTEST = 2


def ask(
    number: str, kind: str, said: str, at: datetime, *, contact: str = "", secret: str = ""
) -> tuple[RiskQuestion, str]:
    """Anybody asks or objects; the row, and the code that opens its page.

    What leads to a person is hidden before it is published. Sent again with the same `secret`
    nothing is added. Raises Missing, Invalid, Refusal "stage" when the time for it is over.
    """
    if kind not in KINDS:
        raise Invalid(N_("Say what it is: choose one of them."), field="kind")
    text = words("words", said)
    if len(text) < SHORTEST:
        raise Invalid(N_("Please say it in a few words."), field="words")
    how = line("contact", contact, most=LONGEST_LINE)
    secret = secret or new_secret()
    with transaction.atomic():
        found, at = for_anybody(number, at)
        known = RiskQuestion.objects.filter(receipt=receipt_of(secret)).first()
        if known is not None:
            return known, secret
        if found.case.stage not in OPEN_TO_WORDS:
            raise Refusal(
                N_("The time for questions is over. You can complain or appeal at any time."),
                code="stage",
            )
        days = terms()
        made = RiskQuestion.objects.create(
            review=found, kind=kind, words=mask(text), receipt=receipt_of(secret), asked_at=at,
            shown_from=due_after(found.case, days.read_days, at),
            due_at=due_after(found.case, days.answer_days, at),
        )  # fmt: skip
        made.said = seal_words(found.case, text, f"risk question {made.pk}")
        made.contact = seal_words(found.case, how, f"risk contact {made.pk}") if how else None
        made.save(update_fields=["said", "contact"])
        note(found, "asked", SYSTEM, at, {"question": made.pk, "kind": kind}, role="reporter")
    return made, secret


def read(number: str, question: int, actor: Actor, at: datetime) -> RiskQuestion:
    """The office has read it: it is shown from now on. Raises Missing, Forbidden."""
    with transaction.atomic():
        found, at = opened(number, actor, at)
        row = _question(found.pk, question)
        if row.read_at is None:
            row.read_at = at
            row.save(update_fields=["read_at"])
            note(found, "read", actor, at, {"question": row.pk})
    return row


def answer(
    number: str,
    question: int,
    said: str,
    actor: Actor,
    at: datetime,
    *,
    said_en: str = "",
    heeded: bool = False,
) -> RiskQuestion:
    """Answer it, for everybody to read (答复); `heeded` where it changes something in the project.

    Answered again the later answer stands; the ledger keeps that there were two. Raises Missing,
    Forbidden, Invalid.
    """
    text, text_en = words("answer", said, owed=True), words("answer_en", said_en)
    refuse_against_people(text, text_en, field="answer")
    with transaction.atomic():
        found, at = opened(number, actor, at)
        row = _question(found.pk, question)
        row.answer, row.answer_en, row.heeded = mask(text), mask(text_en), heeded
        row.answered_at, row.answered_by_id = at, actor.account
        row.read_at = row.read_at or at
        row.save(
            update_fields=["answer", "answer_en", "heeded", "answered_at", "answered_by", "read_at"]
        )
        note(
            found, "answered", actor, at,
            {"question": row.pk, "heeded": heeded, "late": at > row.due_at},
        )  # fmt: skip
    return row


def _question(review: int, question: int) -> RiskQuestion:
    found = RiskQuestion.objects.filter(review=review, pk=question).first()
    if found is None:
        raise Missing(N_("There is no such question in this review."))
    return found
