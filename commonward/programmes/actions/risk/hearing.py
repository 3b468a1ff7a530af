"""A hearing (听证会): announced in time, places without a register, minutes, names that end."""

from datetime import datetime

from django.db import transaction

from commonward.cases.actions.sealing import seal_words
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.core.risk.allowed import refuse_against_people
from commonward.programmes.actions.risk.frame import (
    for_anybody,
    in_stage,
    line,
    new_secret,
    note,
    opened,
    receipt_of,
    words,
)
from commonward.programmes.models import RiskHearing, RiskSeat
from commonward.programmes.queries.risk import due_after, terms

MOST_SLOTS = 2000


def announce_hearing(
    number: str,
    when: datetime,
    place: str,
    slots: int,
    actor: Actor,
    at: datetime,
    *,
    place_en: str = "",
) -> RiskHearing:
    """Announce a hearing, at least the working days of the site's terms ahead.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    where = line("place", place, owed=True)
    if not 1 <= slots <= MOST_SLOTS:
        raise Invalid(
            N_("Give a number of places from 1 to {most}."), most=MOST_SLOTS, field="slots"
        )
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, "announced", "hearing")
        days = terms().hearing_days
        if when < due_after(found.case, days, at):
            raise Invalid(
                N_("A hearing is announced at least {days} working days before."),
                days=days,
                field="when",
            )
        made = RiskHearing.objects.create(
            review=found, at=when, place=where, place_en=line("place_en", place_en), slots=slots,
            announced_at=at,
        )  # fmt: skip
        note(found, "hearing", actor, at, {"hearing": made.pk, "slots": slots})
    return made


def take_seat(
    number: str, hearing: int, at: datetime, *, name: str = "", secret: str = ""
) -> tuple[RiskSeat, str]:
    """Anybody takes a place; the row and its code. A `name` only of who wants to speak, sealed.

    Raises Missing, Refusal "full" or "stage".
    """
    called = line("name", name, most=80)
    secret = secret or new_secret()
    with transaction.atomic():
        found, at = for_anybody(number, at)
        row = _hearing(found.pk, hearing)
        known = RiskSeat.objects.filter(receipt=receipt_of(secret)).first()
        if known is not None:
            return known, secret
        if row.called_off or row.held_at is not None or at >= row.at:
            raise Refusal(N_("This hearing is over or was called off."), code="stage")
        # The case is locked: nobody else takes the last place in this moment.
        if RiskSeat.objects.filter(hearing=row).count() >= row.slots:
            raise Refusal(
                N_("All places are taken. You can still ask and object in writing."), code="full"
            )
        made = RiskSeat.objects.create(hearing=row, receipt=receipt_of(secret), speaks=bool(called))
        if called:
            made.name = seal_words(found.case, called, f"risk seat {made.pk}")
            made.save(update_fields=["name"])
        note(found, "seat", SYSTEM, at, {"hearing": row.pk}, role="reporter")
    return made, secret


def give_seat_back(secret: str, at: datetime) -> None:
    """Give a place back with its code; nothing of it stays. Raises Missing."""
    with transaction.atomic():
        seat = (
            RiskSeat.objects.select_related("hearing__review__case")
            .filter(receipt=receipt_of(secret))
            .first()
        )
        if seat is None:
            raise Missing(N_("This code opens no place at a hearing."))
        found, at = for_anybody(seat.hearing.review.case.number, at)
        hearing = seat.hearing_id
        seat.delete()
        note(found, "seat_back", SYSTEM, at, {"hearing": hearing}, role="reporter")


def hold_hearing(
    number: str,
    hearing: int,
    minutes: str,
    came: int,
    actor: Actor,
    at: datetime,
    *,
    minutes_en: str = "",
) -> RiskHearing:
    """Write down what was said, for everybody to read, without names; how many came.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    text, text_en = words("minutes", minutes, owed=True), words("minutes_en", minutes_en)
    refuse_against_people(text, text_en, field="minutes")
    if not 0 <= came <= 100_000:
        raise Invalid(N_("Give a whole number."), field="came")
    with transaction.atomic():
        found, at = opened(number, actor, at)
        row = _hearing(found.pk, hearing)
        if row.called_off:
            raise Refusal(N_("This hearing is over or was called off."), code="stage")
        if at < row.at:
            raise Refusal(N_("The hearing has not begun yet."), code="stage")
        row.held_at, row.came = row.held_at or at, came
        row.minutes, row.minutes_en = mask(text), mask(text_en)
        row.save(update_fields=["held_at", "came", "minutes", "minutes_en"])
        note(found, "hearing_held", actor, at, {"hearing": row.pk})
    return row


def call_off(number: str, hearing: int, reason: str, actor: Actor, at: datetime) -> RiskHearing:
    """Call a hearing off; the reason is public and the names go at once. Raises as above."""
    why = line("reason", reason, most=300, owed=True)
    with transaction.atomic():
        found, at = opened(number, actor, at)
        row = _hearing(found.pk, hearing)
        if row.held_at is not None:
            raise Refusal(N_("This hearing is over or was called off."), code="stage")
        row.called_off, row.names_gone_at = why, at
        row.save(update_fields=["called_off", "names_gone_at"])
        RiskSeat.objects.filter(hearing=row).delete()
        note(found, "hearing_off", actor, at, {"hearing": row.pk})
    return row


def _hearing(review: int, hearing: int) -> RiskHearing:
    found = RiskHearing.objects.filter(review=review, pk=hearing).first()
    if found is None:
        raise Missing(N_("There is no such hearing in this review."))
    return found
