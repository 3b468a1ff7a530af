"""Appeals of an office (申诉), and doubts that may take a mark away after its answer (撤销)."""

from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Refusal
from commonward.core.rights import Actor
from commonward.programmes.actions.marks.deciding import begin, refuse_unmet
from commonward.programmes.actions.marks.frame import kept, opened, refuse_own, said, step
from commonward.programmes.actions.marks.looking import reckoned_again
from commonward.programmes.models import Mark, MarkDispute
from commonward.programmes.queries.marks import checks_of, of_office, read_kind
from commonward.programmes.queries.risk import due_after

DECIDE_DAYS = ANSWER_DAYS = 10
"""Working days: in which an appeal is decided, and in which an office answers a doubt."""


def appeal(number: str, words: str, actor: Actor, at: datetime) -> MarkDispute:
    """Contest a refusal or a taking away (申诉): by the office, each once; a decision is owed.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    text = said("words", words)
    with transaction.atomic():
        found, at = opened(number, actor, at, "refused", "taken")
        if not of_office(found, actor):
            raise Forbidden(N_("Only the office that nominated appeals."))
        step(found, "appeal", actor, at, {"reason": text})
        return MarkDispute.objects.create(
            mark=found, kind="appeal", words=text, at=at, by_id=actor.account,
            due_at=due_after(found.case, DECIDE_DAYS, at),
        )  # fmt: skip


def decide_appeal(
    number: str, reason: str, actor: Actor, at: datetime, *, upheld: bool, reason_en: str = ""
) -> Mark:
    """Decide on an appeal: somebody with no part in the mark so far; the reasons are published.

    Where it is upheld a look that found too little gives way to this decision; a figure is asked
    for again and stands: nobody sets it. Raises Missing, Forbidden, Invalid, Refusal.
    """
    why, why_en = said("reason", reason), said("reason_en", reason_en, needed=False)
    with transaction.atomic():
        found, at = kept(number, actor, at, "appealed")
        refuse_own(found, actor)
        row = _waiting(found, "appeal")
        if upheld and found.decision != "given":
            _on_appeal(found, at)
            refuse_unmet(found)
            found.decision, found.decided_at = "given", at
            found.why, found.why_en = why, why_en
            begin(found, at)
        if not upheld:
            found.ended_as = "taken" if found.decision == "given" else "refused"
            found.ended_at = at
        _settle(row, why, why_en, actor, at, upheld=upheld)
        step(found, "uphold" if upheld else "dismiss", actor, at, {"reason": why})
        found.save(
            update_fields=["decision", "decided_at", "why", "why_en", "valid_from", "valid_until",
                           "ended_as", "ended_at"]
        )  # fmt: skip
    return found


def doubt(number: str, reason: str, actor: Actor, at: datetime) -> MarkDispute:
    """Doubt a mark that is borne: the office has days to answer before anything is decided.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    text = said("reason", reason)
    with transaction.atomic():
        found, at = kept(number, actor, at, "given")
        refuse_own(found, actor)
        step(found, "doubt", actor, at, {"reason": text})
        return MarkDispute.objects.create(
            mark=found, kind="doubt", words=text, at=at, by_id=actor.account,
            due_at=due_after(found.case, ANSWER_DAYS, at),
        )  # fmt: skip


def answer(number: str, words: str, actor: Actor, at: datetime) -> MarkDispute:
    """The office answers a doubt. Raises Missing, Forbidden, Invalid, Refusal."""
    text = said("words", words)
    with transaction.atomic():
        found, at = opened(number, actor, at, "doubted")
        if not of_office(found, actor):
            raise Forbidden(N_("Only the office that bears the mark answers."))
        row = _waiting(found, "doubt")
        if row.answered_at is not None:
            raise Refusal(N_("It was answered already."), code="bound")
        step(found, "answer", actor, at, {"words": text})
        row.answer, row.answered_at, row.answered_by_id = text, at, actor.account
        row.save(update_fields=["answer", "answered_at", "answered_by"])
    return row


def decide_doubt(
    number: str, reason: str, actor: Actor, at: datetime, *, taken: bool, reason_en: str = ""
) -> Mark:
    """Keep the mark or take it away: somebody else than who doubted, after the answer or its days.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    why, why_en = said("reason", reason), said("reason_en", reason_en, needed=False)
    with transaction.atomic():
        found, at = kept(number, actor, at, "doubted")
        refuse_own(found, actor)
        row = _waiting(found, "doubt")
        if row.answered_at is None and at < row.due_at:
            raise Refusal(
                N_("The office has not answered yet, and its days are not over."), code="owed"
            )
        _settle(row, why, why_en, actor, at, upheld=taken)
        step(found, "take" if taken else "keep", actor, at, {"reason": why})
    return found


def _waiting(found: Mark, kind: str) -> MarkDispute:
    row = MarkDispute.objects.filter(mark=found, kind=kind, decided_at=None).first()
    if row is None:
        raise Refusal(N_("There is nothing to decide on here."), code="stage")
    return row


def _settle(
    row: MarkDispute, why: str, why_en: str, actor: Actor, at: datetime, *, upheld: bool
) -> None:
    row.upheld, row.why, row.why_en = upheld, why, why_en
    row.decided_at, row.decided_by_id = at, actor.account
    if row.by_id is not None and row.by_id == actor.account:
        raise Forbidden(N_("Somebody else decides on it."), code="apart")
    row.save(update_fields=["upheld", "why", "why_en", "decided_at", "decided_by"])


def _on_appeal(found: Mark, at: datetime) -> None:
    criteria = read_kind(found.version).criteria
    rows = checks_of(found)
    reckoned_again(found, rows, at)
    for row in rows:
        if criteria[row.number - 1].kind != "figure" and not row.met:
            row.met, row.checked_at = True, at
            row.save(update_fields=["met", "checked_at"])
