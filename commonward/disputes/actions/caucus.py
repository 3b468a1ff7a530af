"""Notes of talks with one side alone: written, read and handed over by the mediator alone.

Each call is given the passphrase; what it opens lives as long as the call. The other side, every
office, an administrator and whoever holds the database with the master key have no key (see
`core.caucus`); the case's key seals each note once more, so that it is shredded with the case.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.core.caucus import Opened, open_note, open_ring, parcel_for, seal_note
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.disputes.access import dispute_to_change
from commonward.disputes.actions.appointing import own_appointment
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import seal, unseal
from commonward.disputes.models import (
    Appointment,
    CaucusKey,
    CaucusNote,
    Dispute,
    Mediator,
    Session,
    Side,
)
from commonward.disputes.queries.mediators import appointed, context_of, ring_of
from commonward.people.actions import record_access


@dataclass(frozen=True, slots=True)
class Note:
    """A note as its mediator reads it; `lost` where its key was not handed over."""

    number: int
    written_at: datetime
    words: str
    lost: bool = False


def write_note(
    number: str, letter: str, words: str, passphrase: str, actor: Actor, at: datetime, *,
    session: int | None = None,
) -> int:  # fmt: skip
    """Keep a note of a talk with one side; its number.

    Raises Forbidden for anybody but the dispute's mediator, WrongPassphrase, Invalid, Missing.
    """
    if not words.strip() or "\x00" in words:
        raise Invalid(N_("Write the note first."), field="words")
    refuse_onlooker(actor)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        mediator = own_appointment(dispute, actor).mediator
        side = _side(dispute, letter)
        opened = open_ring(ring_of(mediator), passphrase, context_of(mediator))
        key = _key(opened, mediator, dispute, side, at, make=True)
        if key is None:
            raise Missing(N_("There is no such side."))
        last = CaucusNote.objects.filter(side=side).order_by("-number").first()
        made = CaucusNote(
            side=side, mediator=mediator, number=(last.number if last else 0) + 1, written_at=at
        )
        if session is not None:
            made.session = Session.objects.filter(pk=session, dispute=dispute).first()
        made.sealed = _sealed(dispute, side, made.number, words.strip(), key)
        made.save(force_insert=True)
        note(dispute, "caucus_noted", at, actor, role="mediator", data={"side": letter})
    return made.number


def read_notes(
    number: str, letter: str, passphrase: str, actor: Actor, at: datetime, *, door: str
) -> Sequence[Note]:
    """The notes of talks with one side, for the dispute's mediator; the look is noted.

    A parcel of the former mediator is taken on the way. Raises as `write_note`.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        mediator = own_appointment(dispute, actor).mediator
        side = _side(dispute, letter)
        opened = open_ring(ring_of(mediator), passphrase, context_of(mediator))
        record_access(actor.account, None, number, f"caucus {letter}", door, at)
        key = _key(opened, mediator, dispute, side, at, make=False)
        rows = CaucusNote.objects.filter(side=side).order_by("number")
        return [_read(dispute, side, row, key) for row in rows]


def hand_over(number: str, passphrase: str, actor: Actor, at: datetime) -> int:
    """A former mediator gives the keys of the notes to who follows; how many sides.

    Without it the notes are lost to everybody. Raises Forbidden, Missing, Refusal, WrongPassphrase.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        dispute, mediator = _former(number, actor)
        now = appointed(dispute)
        if now is None or now.mediator_id == mediator.pk:
            raise Refusal(N_("Nobody follows you yet; come back when somebody does."))
        follower = ring_of(now.mediator)
        opened = open_ring(ring_of(mediator), passphrase, context_of(mediator))
        given = 0
        for row in CaucusKey.objects.select_related("side").filter(
            side__dispute=dispute, mediator=mediator, wrapped__isnull=False
        ):
            place = _place(dispute, row.side)
            key = opened.side_key(row.wrapped or b"", place)
            there, _ = CaucusKey.objects.get_or_create(
                side=row.side, mediator=now.mediator, defaults={"made_at": at}
            )
            if there.parcel is not None:
                raise Refusal(N_("Who follows you opens what was handed over before first."))
            there.parcel = parcel_for(key, follower.public, place)
            there.save(update_fields=["parcel"])
            row.delete()
            given += 1
        note(dispute, "caucus_handed_over", at, actor, role="mediator", data={"sides": given})
    return given


def _former(number: str, actor: Actor) -> tuple[Dispute, Mediator]:
    found = (
        Appointment.objects.select_related("dispute__case", "mediator")
        .filter(dispute__case__number=number, mediator=actor.account or 0, ended_at__isnull=False)
        .order_by("-id")
        .first()
    )
    if found is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    return found.dispute, found.mediator


def _key(
    opened: Opened, mediator: Mediator, dispute: Dispute, side: Side, at: datetime, *, make: bool
) -> bytes | None:
    """The side's key for this mediator: opened, taken over, or made where it is the first."""
    place = _place(dispute, side)
    row = CaucusKey.objects.select_for_update().filter(side=side, mediator=mediator).first()
    if row is None:
        if not make:
            return None
        row = CaucusKey(side=side, mediator=mediator, wrapped=opened.new_side(place), made_at=at)
        row.save(force_insert=True)
    elif row.parcel is not None:
        taken = opened.take_over(row.parcel, place)
        if row.wrapped is None:
            row.wrapped = taken
        else:
            _join(dispute, side, opened.side_key(taken, place), opened.side_key(row.wrapped, place))
        row.parcel = None
        row.save(update_fields=["wrapped", "parcel"])
    return opened.side_key(row.wrapped or b"", place)


def _join(dispute: Dispute, side: Side, former: bytes, own: bytes) -> None:
    """Seal the former mediator's notes again with the key under which newer ones stand already."""
    for row in CaucusNote.objects.filter(side=side).order_by("number"):
        found = _read(dispute, side, row, former)
        if not found.lost:
            row.sealed = _sealed(dispute, side, row.number, found.words, own)
            row.save(update_fields=["sealed"])


def _sealed(dispute: Dispute, side: Side, number: int, words: str, key: bytes) -> bytes:
    """Sealed with the side's own key, and with the case's."""
    own = base64.b64encode(seal_note(words, key, _context(dispute, side, number))).decode()
    return seal(dispute, own, f"caucus {side.letter} {number}")


def _read(dispute: Dispute, side: Side, row: CaucusNote, key: bytes | None) -> Note:
    words = unseal(dispute, row.sealed, f"caucus {side.letter} {row.number}")
    if not words or key is None:
        return Note(row.number, row.written_at, "", lost=True)
    try:
        own = open_note(base64.b64decode(words), key, _context(dispute, side, row.number))
    except Invalid:  # sealed by a mediator who did not hand over
        return Note(row.number, row.written_at, "", lost=True)
    return Note(row.number, row.written_at, own)


def _side(dispute: Dispute, letter: str) -> Side:
    found = Side.objects.select_for_update().filter(dispute=dispute, letter=letter).first()
    if found is None:
        raise Missing(N_("This dispute has no side {letter}."), letter=letter)
    return found


def _place(dispute: Dispute, side: Side) -> str:
    return f"{dispute.case.number}/{side.letter}"


def _context(dispute: Dispute, side: Side, number: int) -> str:
    return f"{_place(dispute, side)}/{number}"
