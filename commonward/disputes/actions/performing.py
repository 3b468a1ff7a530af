"""Carrying an agreement out: what is owed, said to be done, confirmed, late; visits (履行与回访)."""

import logging
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonward.core.performing import DEED, Owed, Standing, fen_of, standing
from commonward.core.performing import Claim as Said
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.disputes.access import dispute_to_change, require, roles_in, side_of
from commonward.disputes.actions.moving import move
from commonward.disputes.actions.owing import plan_visit
from commonward.disputes.actions.papers import keep_scan
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.actions.sealing import seal
from commonward.disputes.actions.telling import tell_side
from commonward.disputes.actions.terms import start_term
from commonward.disputes.actions.visiting import short
from commonward.disputes.models import Agreement, Claim, Dispute, Obligation, Party, Side

BATCH = 500
MOST_CLAIMS = 60
"""Claims of one obligation: enough for a payment a month in five years."""

logger = logging.getLogger(__name__)


def claim(
    number: str,
    obligation: int,
    actor: Actor,
    at: datetime,
    *,
    yuan: str = "",
    words: str = "",
    proof: bytes = b"",
) -> Claim:
    """A side says that it paid or did what is owed, with a proof if it likes (申报履行).

    `yuan` is the amount as typed. Said by the side that it is owed to, it is confirmed at once.
    Raises Invalid naming the field, Forbidden, Missing, Refusal when it is done already.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        dispute, owed = _owed(number, obligation, actor, at)
        letter = _speaks(dispute, actor)
        if letter not in owed.debtor + owed.creditor:
            raise Forbidden(N_("Only those who owe it, or are owed it, can say so."))
        if owed.done_at is not None:
            raise Refusal(N_("This is done and confirmed already."), code="done")
        if Claim.objects.filter(obligation=owed).count() >= MOST_CLAIMS:
            raise Refusal(N_("Too much was said about this one already; ask the mediator."))
        fen = _fen(owed, yuan)
        paper = None
        if proof:
            paper = keep_scan(number, "performance", proof, actor, at, letter=letter)
        made = Claim(obligation=owed, side=letter, fen=fen, at=at, proof=paper)
        if letter in owed.creditor:
            made.answer, made.answered_at = "confirmed", at
        made.save()
        if words.strip():
            made.words = seal(dispute, short(words), f"claim {made.pk}")
            made.save(update_fields=["words"])
        note(
            dispute, "performance_claimed", at, actor, role=roles_in(dispute, actor)[0],
            data={"obligation": owed.number, "side": letter, "fen": fen},
        )  # fmt: skip
        _settle(dispute, owed, at)
    return made


def answer_claim(number: str, claim: int, confirms: bool, actor: Actor, at: datetime) -> Claim:
    """The side that is owed confirms or disputes what was said (确认, 异议); silence says nothing.

    Raises Forbidden for any other side, Refusal when it was answered, Missing.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        found = Claim.objects.select_related("obligation").filter(pk=claim).first()
        if found is None:
            raise Missing(N_("There is no such claim."))
        dispute, owed = _owed(number, found.obligation.number, actor, at)
        if found.obligation_id != owed.pk:
            raise Missing(N_("There is no such claim."))
        letter = _speaks(dispute, actor)
        if letter not in (owed.creditor or _others(dispute, owed.debtor)):
            raise Forbidden(N_("Only the side that is owed it can confirm or dispute it."))
        if found.answer:
            raise Refusal(N_("This was answered already."), code="answered")
        found.answer, found.answered_at = ("confirmed" if confirms else "disputed"), at
        found.save(update_fields=["answer", "answered_at"])
        note(
            dispute, f"performance_{found.answer}", at, actor, role=roles_in(dispute, actor)[0],
            data={"obligation": owed.number, "side": letter, "fen": found.fen},
        )  # fmt: skip
        _settle(dispute, owed, at)
    return found


def tick_performing(at: datetime) -> tuple[int, int]:
    """Remind of what falls due soon and note what is late, each once; how many of both.

    One that fails never stops the rest. Safe to run twice at once.
    """
    today = timezone.localdate(at)
    near = today + timedelta(days=settings.REMIND_DAYS)
    rows = (
        Obligation.objects.filter(done_at=None, due__lte=near, late_at=None)
        .order_by("due", "pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    reminded = late = 0
    for pk in list(rows):
        try:
            with transaction.atomic():
                what = _look(pk, today, at)
        except Refusal as why:
            logger.warning("Obligation %s was not looked at: %s", pk, why)
            continue
        reminded += what == "soon"
        late += what == "late"
    return reminded, late


def _look(pk: int, today: date, at: datetime) -> str:
    found = Obligation.objects.select_related("agreement__dispute__case").get(pk=pk)
    dispute = found.agreement.dispute
    case, at = lock(dispute, at)
    found.refresh_from_db()
    if found.done_at is not None or found.agreement.state != "in_force" or case.stage != "perform":
        return ""
    state = standing_of(found, today).state
    if state == "soon" and found.reminded_at is None:
        found.reminded_at = at
        found.save(update_fields=["reminded_at"])
        note(dispute, "performance_reminded", at, SYSTEM, data={"obligation": found.number})
        for side in Side.objects.filter(dispute=dispute, letter__in=list(found.debtor)):
            tell_side(side, "due_soon", at, obligation=found)
        return state
    if state == "late" and found.late_at is None:
        found.late_at = at
        found.save(update_fields=["late_at"])
        note(dispute, "performance_late", at, SYSTEM, data={"obligation": found.number})
        plan_visit(dispute, today, "late")
        _enforcement(dispute, found.agreement, at)
        return state
    return ""


def standing_of(obligation: Obligation, today: date) -> Standing:
    """Where an obligation stands, from its claims."""
    claims = Claim.objects.filter(obligation=obligation).values_list("fen", "answer")
    return standing(
        owed_of(obligation), [Said(*one) for one in claims], today, soon=settings.REMIND_DAYS
    )


def owed_of(one: Obligation) -> Owed:
    """The obligation as `core.performing` knows it."""
    return Owed(one.clause, one.act, one.debtor, one.creditor, one.fen, one.due)


def _settle(dispute: Dispute, owed: Obligation, at: datetime) -> None:
    """Close what is done, and the performance when nothing is left."""
    if standing_of(owed, timezone.localdate(at)).state != "done":
        return
    owed.done_at = at
    owed.save(update_fields=["done_at"])
    left = Obligation.objects.filter(agreement=owed.agreement, done_at=None).exists()
    if not left and dispute.case.stage == "perform":
        move(dispute, "performed", SYSTEM, at)


def _enforcement(dispute: Dispute, agreement: Agreement, at: datetime) -> None:
    """The two years within which a court can be asked, from the last instalment on."""
    days = sorted(
        {
            day
            for day in Obligation.objects.filter(agreement=agreement).values_list("due", flat=True)
            if day is not None
        }
    )
    zone = timezone.get_current_timezone()
    events = [datetime.combine(day, time(), zone) for day in days]
    if events:
        start_term(dispute, "enforcement", events if len(events) > 1 else events[0], at)


def _owed(number: str, obligation: int, actor: Actor, at: datetime) -> tuple[Dispute, Obligation]:
    dispute = dispute_to_change(number, actor)
    lock(dispute, at)
    require(dispute, actor, "performance")
    found = Obligation.objects.filter(
        agreement__dispute=dispute, agreement__state="in_force", number=obligation
    ).first()
    if found is None:
        raise Missing(N_("There is no such obligation."))
    return dispute, found


def _speaks(dispute: Dispute, actor: Actor) -> str:
    if actor.party is None:
        raise Forbidden(N_("Only the sides themselves say what was done."))
    if Party.objects.filter(pk=actor.party, part="supporter").exists():
        raise Forbidden(N_("Only this side itself, or who acts for it, can say so."))
    return side_of(actor).letter


def _others(dispute: Dispute, letters: str) -> str:
    return "".join(letter for letter in "abcdefghij" if letter not in letters)


def _fen(owed: Obligation, yuan: str) -> int:
    if owed.act == DEED:
        return 0
    fen = fen_of(yuan) if yuan.strip() else owed.fen
    if fen is None:
        raise Invalid(
            N_("{given} is not an amount in yuan, such as 1234.50."), given=yuan[:40], field="yuan"
        )
    return fen
