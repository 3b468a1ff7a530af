"""Owe each side and each other office what they must be told, and note what a person told (告知).

Only neutral words go out: a number, a moment, a place. Who gave an address for mail is written to;
for whoever gave none a person telephones or writes, and the desk lists that until it is done.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.crypto import salted_hmac

from commonward.cases.actions import delivering
from commonward.cases.actions.subscribing import checked_address
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import unseal_data
from commonward.disputes.models import (
    Dispute,
    HandOver,
    Notice,
    Obligation,
    OfficeMail,
    Party,
    Session,
    Side,
)
from commonward.disputes.models.telling import HOWS
from commonward.people.queries import accounts_of

ROOM = "disputes"
BY_HAND = tuple(how for how in HOWS if how not in ("", "mail"))
"""How a person tells somebody."""
MOST_INVITATIONS = 3
"""Mails that invite the same person; reminders are bounded by the procedure."""
ASKS = ("invitation", "reminder")


def tell_side(
    side: Side,
    what: str,
    at: datetime,
    *,
    session: Session | None = None,
    obligation: Obligation | None = None,
    turn: int = 0,
    only: Party | None = None,
) -> int:
    """Owe everybody on a side (or `only` one) a notice; how many were added.

    Where nobody on it gave an address, a person tells it. Told of before, nothing is added. Must
    run in the transaction of its reason.
    """
    people = [only] if only is not None else list(_on(side))
    mailed = [one for one in people if reached_at(one)]
    about = f"{session.pk if session else ''}.{obligation.pk if obligation else ''}.{turn}"
    # A former question is answered by the new one: nobody is asked twice for the same thing.
    if what in ASKS:
        Notice.objects.filter(side=side, what__in=ASKS, told_at=None, ended_at=None).update(
            ended_at=at
        )
    added = 0
    nobody: list[Party | None] = [None]
    for one in mailed or nobody:
        who = one or (people[0] if people else None)
        once = f"{what} {side.pk} {about} {one.pk if one else ''}".strip()
        if Notice.objects.filter(once=once).exists():
            continue
        Notice.objects.create(
            dispute_id=side.dispute_id, what=what, once=once, turn=turn, side=side, party=who,
            session=session, obligation=obligation, made_at=at,
            delivery=delivering.owe(ROOM, at) if one else None,
        )  # fmt: skip
        added += 1
    return added


def tell_sides(dispute: Dispute, what: str, session: Session, at: datetime) -> None:
    """The same for every side, about a session as it stands now."""
    for side in Side.objects.filter(dispute=dispute).order_by("letter"):
        tell_side(side, what, at, session=session, turn=session.sequence)


def tell_office(made: HandOver, what: str, at: datetime, *, reason: str = "") -> None:
    """Owe an office a mail about a hand-over; where it has neither mailbox nor anybody who signs
    in here, a person tells it. Must run in the transaction of its reason."""
    mailed = settings.MAIL and OfficeMail.objects.filter(team_id=made.team_id).exists()
    if not mailed and (what != "hand_over" or accounts_of([made.team_id], at)[made.team_id]):
        return
    former = Notice.objects.filter(hand_over=made, what=what)
    turn = former.count()
    former.filter(told_at=None, ended_at=None).update(ended_at=at)
    Notice.objects.create(
        dispute_id=made.dispute_id, what=what, once=f"{what} {made.pk} {turn}", turn=turn,
        hand_over=made, reason=reason[:20], made_at=at,
        delivery=delivering.owe(ROOM, at) if mailed else None,
    )  # fmt: skip


def note_told(notice: int, how: str, actor: Actor, at: datetime) -> Notice:
    """A person told it, by telephone, by letter or at the counter. Raises Invalid, Missing,
    Forbidden, Refusal where it was told already."""
    refuse_onlooker(actor)
    if how not in BY_HAND:
        raise Invalid(
            N_("It is told in one of these ways: {known}."), known=", ".join(BY_HAND), field="how"
        )
    with transaction.atomic():
        found = (
            Notice.objects.select_for_update(of=("self",))
            .select_related("dispute__case")
            .filter(pk=notice)
            .first()
        )
        if found is None:
            raise Missing(N_("Nothing of that number must be told."))
        dispute = dispute_to_change(found.dispute.case.number, actor)
        if not {"coordinator", "mediator"} & set(roles_in(dispute, actor)):
            raise Forbidden(N_("Only those who mediate this dispute do this."))
        if found.told_at is not None or found.ended_at is not None:
            raise Refusal(N_("This was told already, or is no longer needed."), code="told")
        found.told_at, found.told_how, found.told_by_id = at, how, actor.account
        found.save(update_fields=["told_at", "told_how", "told_by"])
        note(dispute, "told", at, actor, data={"what": found.what, "how": how})
    return found


def settle_notices(at: datetime, *, most: int = 2000) -> int:
    """Note what the mail server took, and end what has become idle; how many of both.

    Idempotent; a part of the tick. Two statements, however long the list is.
    """
    still = Notice.objects.filter(told_at=None, ended_at=None)
    taken = still.filter(delivery__state="sent").order_by("pk").values_list("pk", flat=True)
    done = Notice.objects.filter(pk__in=list(taken[:most])).update(told_at=at, told_how="mail")
    idle = still.filter(_idle(at)).order_by("pk").values_list("pk", flat=True)[:most]
    return done + Notice.objects.filter(pk__in=list(idle)).update(ended_at=at)


def _idle(at: datetime) -> Q:
    """What `needed` says no to, for lists: looking at each row would take longer every day."""
    other_session = ~Q(session__sequence=F("turn")) | Q(session__start__lte=at)
    cancelled = Q(what="session_cancelled")
    return (
        Q(hand_over__isnull=False, what="hand_over") & ~Q(hand_over__state="sent")
        | Q(hand_over=None, dispute__case__is_open=False)
        | Q(party__left_at__isnull=False)
        | Q(what__in=ASKS) & ~Q(side__answer="")
        | Q(session__isnull=False) & other_session
        | cancelled & ~Q(session__state__in=["cancelled", "adjourned"])
        | Q(session__isnull=False) & ~cancelled & ~Q(session__state="planned")
        | Q(obligation__done_at__isnull=False)
        | Q(obligation__isnull=False) & ~Q(dispute__case__stage="perform")
    )


def opened_notices() -> "QuerySet[Notice]":
    """What is neither told nor ended, with all that `needed` looks at."""
    return Notice.objects.filter(told_at=None, ended_at=None).select_related(
        "dispute__case", "side__dispute__case", "party__side__dispute__case", "session",
        "obligation", "hand_over__team", "delivery",
    )  # fmt: skip


def needed(one: Notice, at: datetime) -> bool:
    """Whether it must still be told now: nobody hears of what is withdrawn, moved or over."""
    if one.ended_at is not None:
        return False
    if one.hand_over is not None:
        return one.what != "hand_over" or one.hand_over.state == "sent"
    case = one.dispute.case
    if not case.is_open or (one.party is not None and one.party.left_at is not None):
        return False
    if one.what in ASKS:
        return one.side is not None and one.side.answer == ""
    if one.session is not None:
        cancelled = one.what == "session_cancelled"
        stands = one.session.state in (("cancelled", "adjourned") if cancelled else ("planned",))
        return stands and one.session.sequence == one.turn and one.session.start > at
    if one.obligation is not None:
        return one.obligation.done_at is None and case.stage == "perform"
    return False


def reached_at(party: Party) -> str:
    """The address at which somebody wants to be written to; "" where there is none, or no mail."""
    if not settings.MAIL or party.left_at is not None:
        return ""
    given = str(
        unseal_data(party.side.dispute, party.details, f"party {party.pk}").get("email", "")
    )
    try:
        return checked_address(given) if given else ""
    except Invalid:
        return ""


def mailed_key(party: int, passed_at: datetime) -> str:
    """The secret link of somebody who is invited by mail: it can be written again while the mail
    waits, so that nothing that opens a page is kept."""
    told = f"{party} {passed_at.astimezone(UTC).isoformat()}"
    return salted_hmac("commonward.pass.mailed", told, algorithm="sha256").hexdigest()[:40]


def _on(side: Side) -> Sequence[Party]:
    return list(
        Party.objects.select_related("side__dispute__case")
        .filter(side=side, left_at=None)
        .order_by("pk")
    )
