"""Calls at the telephones: taken up as the telephone system tells of them, their numbers destroyed.

Events come twice, late and in any order: each only fills what is not known yet.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from commonward.cases.actions.sealing import masters
from commonward.cases.models import PhoneCall, Seat
from commonward.core import sealing
from commonward.core.danger import numbers_to_call
from commonward.core.phoning import CallEvent
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.actions import record_change

NUMBER_STAYS = timedelta(minutes=15)
"""After the call, for who still writes; a call back that was wished for keeps it until then."""
BACK_WITHIN = timedelta(hours=24)
"""A call back that was not made by then is over, and its number destroyed."""
LONGEST_CALL = timedelta(hours=4)
"""A call whose end was never told of has ended by then."""
SHIFT = timedelta(hours=12)
ROWS_STAY = timedelta(days=400)
OUTCOMES = ("reached", "unreached")


def take_event(event: CallEvent, at: datetime) -> PhoneCall:
    """Keep what an event says of its call. The same again changes nothing."""
    with transaction.atomic():
        call = _call(event)
        if call.ended_at is None and event.number and call.key is None and call.back_at is None:
            _seal(call, event.number)
        if event.queue and not call.queue:
            call.queue = event.queue
        call.came_at = min(call.came_at, event.at)
        if event.kind == "answered" and call.answered_at is None:
            call.answered_at = max(event.at, call.came_at)
            call.extension = event.extension if call.ended_at is None else ""
        elif event.kind == "ended" and call.ended_at is None:
            call.ended_at = max(event.at, call.answered_at or call.came_at)
            call.extension = ""
        elif event.kind == "call_back" and call.back_wanted_at is None and call.key is not None:
            call.back_wanted_at = at
        elif event.kind == "words" and call.ended_at is None:
            found = dict.fromkeys((*call.danger.split(), *numbers_to_call(event.words)))
            call.danger = " ".join(found)[:40]
        call.account_id = None
        if call.ended_at is None and call.extension:
            seat = Seat.objects.filter(extension=call.extension, since__gt=at - SHIFT).first()
            call.account_id = seat.account_id if seat is not None else None
        call.save()
    return call


def _call(event: CallEvent) -> PhoneCall:
    """The call's row under lock; made with the first event, whichever that is."""
    found = PhoneCall.objects.select_for_update().filter(ref=event.ref).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            PhoneCall.objects.create(ref=event.ref, came_at=event.at)
    except IntegrityError:  # another event of the same call came at the same moment
        pass
    return PhoneCall.objects.select_for_update().get(ref=event.ref)


def _seal(call: PhoneCall, number: str) -> None:
    key, context = sealing.new_key(), f"call {call.ref}"
    call.key = sealing.wrap(key, masters(), context)
    call.number = sealing.seal(number.encode(), key, context)


def number_of(call: PhoneCall) -> str:
    """The caller's number; "" where it was hidden, or is destroyed."""
    if call.key is None or call.number is None:
        return ""
    context = f"call {call.ref}"
    key = sealing.unwrap(call.key, masters(), context)
    return sealing.open_sealed(bytes(call.number), key, context).decode()


def sit_at(extension: str, actor: Actor, at: datetime) -> None:
    """Sit down at a telephone, for a shift at most; "" gets up. Raises Invalid."""
    refuse_onlooker(actor)
    wanted = extension.strip()
    if len(wanted) > 20 or not wanted.isprintable() or (wanted and not wanted.isascii()):
        raise Invalid(N_("Name the telephone as it is written on it."), field="extension")
    if actor.account is None:
        raise Invalid(N_("Only who has an account sits at a telephone."), field="extension")
    with transaction.atomic():
        Seat.objects.filter(Q(account_id=actor.account) | Q(since__lte=at - SHIFT)).delete()
        if not wanted:
            return
        if Seat.objects.filter(extension=wanted).exists():
            raise Invalid(N_("Somebody else sits at this telephone."), field="extension")
        Seat.objects.create(extension=wanted, account_id=actor.account, since=at)


def number_to_call_back(call: int, actor: Actor, at: datetime) -> str:
    """The number of somebody who wished to be called back; the look is noted. Raises Missing."""
    with transaction.atomic():
        found = _waiting(call)
        record_change(actor, "look", f"call back {found.pk}", at)
        return number_of(found)


def called_back(call: int, outcome: str, at: datetime) -> None:
    """Say what came of a call back; reached, or tried twice, its number is destroyed."""
    if outcome not in OUTCOMES:
        raise Invalid(N_("Say whether somebody was reached."), field="outcome")
    with transaction.atomic():
        found = _waiting(call)
        if outcome == "unreached" and not found.back_told:
            found.back_told = outcome  # a second try is owed
            found.save(update_fields=["back_told"])
            return
        found.back_told, found.back_at = outcome, at
        found.key = found.number = None
        found.save(update_fields=["back_told", "back_at", "key", "number"])


def _waiting(call: int) -> PhoneCall:
    found = (
        PhoneCall.objects.select_for_update()
        .filter(pk=call, back_wanted_at__isnull=False, back_at=None)
        .first()
    )
    if found is None:
        raise Missing(N_("Nobody waits for this call back any more."))
    return found


def end_calls(at: datetime) -> int:
    """Destroy the numbers of calls that are over, end what was never told to have ended; how many.

    Rows go after thirteen months; seats after a shift.
    """
    PhoneCall.objects.filter(ended_at=None, came_at__lt=at - LONGEST_CALL).update(
        ended_at=at, account=None, extension=""
    )
    over = PhoneCall.objects.filter(back_wanted_at__lt=at - BACK_WITHIN, back_at=None)
    over.update(back_at=at, back_told="over", key=None, number=None)
    Seat.objects.filter(since__lte=at - SHIFT).delete()
    PhoneCall.objects.filter(came_at__lt=at - ROWS_STAY).delete()
    kept = PhoneCall.objects.filter(key__isnull=False, ended_at__lt=at - NUMBER_STAYS)
    return kept.filter(Q(back_wanted_at=None) | Q(back_at__isnull=False)).update(
        key=None, number=None
    )
