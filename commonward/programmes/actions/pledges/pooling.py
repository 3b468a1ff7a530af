"""The pool: what members lend, and who has it for which part of a day (共享资源与预约)."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from commonward.core.pledging import PARTS, POOLED
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Stale
from commonward.core.rights import Actor
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.pledges.frame import (
    entered,
    may_act_for,
    member_of,
    note,
    opened,
    said,
)
from commonward.programmes.models import Booking, Resource
from commonward.programmes.queries.pledges import keeps

AHEAD = timedelta(days=180)


def lend(
    code: str, member: int, kind: str, name: str, actor: Actor, at: datetime, *, name_en: str = ""
) -> Resource:
    """A member puts a room, a team or equipment into the pool. Raises as `book`."""
    if kind not in POOLED:
        raise Invalid(N_("Choose one of the list."), field="kind")
    with transaction.atomic():
        found, at = opened(code, actor, at)
        row = member_of(found, member)
        kept = said("name", name, 80)
        if Resource.objects.filter(member=row, name=kept).exists():
            raise Invalid(N_("This stands in the pool already."), field="name")
        made = Resource.objects.create(
            member=row, kind=kind, name=kept, name_en=said("name_en", name_en, 80, needed=False)
        )
        note(found, "lent", actor, at, {"resource": made.pk})
    return made


def book(
    code: str, resource: int, day: date, part: str, purpose: str, actor: Actor, at: datetime
) -> Booking:
    """Take a thing of the pool for a part of a day; the second who asks is refused.

    Raises Missing, Forbidden, Invalid, Stale, Refusal.
    """
    if part not in PARTS:
        raise Invalid(N_("Choose one of the list."), field="part")
    with transaction.atomic():
        found, at = entered(code, actor, at)
        today = day_of(at)
        if not may_act_for(found, actor):
            raise Forbidden(N_("Only members of this alliance book from its pool."))
        if not today <= day <= min(today + AHEAD, found.ends_on):
            raise Invalid(
                N_("Book a day from today on, half a year ahead at most, while it runs."),
                field="day",
            )
        row = Resource.objects.filter(
            pk=resource, member__alliance=found, member__left_on=None
        ).first()
        if row is None:
            raise Missing(N_("There is no such thing in this pool."))
        try:
            with transaction.atomic():
                made = Booking.objects.create(
                    resource=row, day=day, part=part, purpose=said("purpose", purpose, 120),
                    by_id=actor.account, at=at,
                )  # fmt: skip
        except IntegrityError as clash:
            raise Stale(N_("It is taken for this part of the day; choose another.")) from clash
        note(found, "booked", actor, at, {"booking": made.pk})
    return made


def free(code: str, booking: int, actor: Actor, at: datetime) -> Booking:
    """Give it back: by who booked it, or who keeps the alliance. Raises as `book`."""
    with transaction.atomic():
        found, at = entered(code, actor, at)
        row = Booking.objects.filter(
            pk=booking, resource__member__alliance=found, freed_at=None
        ).first()
        if row is None:
            raise Missing(N_("There is no such booking, or it is free already."))
        if not keeps(found, actor) and (row.by_id is None or row.by_id != actor.account):
            raise Forbidden(N_("Who booked it gives it back, or who keeps the alliance."))
        row.freed_at = at
        row.save(update_fields=["freed_at"])
        note(found, "freed", actor, at, {"booking": row.pk})
    return row
