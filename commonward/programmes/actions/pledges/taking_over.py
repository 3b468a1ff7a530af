"""Take over an alliance that ran before this system had it: members, duties, what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from commonward.core.pledging import due_days, refuse_personal
from commonward.core.rights import SYSTEM, Actor
from commonward.programmes.actions.pledges.duties import Pledge
from commonward.programmes.actions.pledges.frame import note, opened
from commonward.programmes.models import Alliance, Duty, DutyDay, Membership, Resource

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A member's duty, and of its past days whether they were kept; the others stay open."""

    unit: int
    pledge: Pledge
    kept: Mapping[date, bool]


def take_over(
    found: Alliance, units: Sequence[int], duties: Sequence[Earlier],
    lent: Sequence[tuple[int, str, str, str]], at: datetime, actor: Actor = SYSTEM,
) -> int:  # fmt: skip
    """Write members, duties with their days and the pool of a new alliance in bulk; how many days.

    `lent` are unit, kind, name and English name. Raises Missing, Forbidden, Invalid, Refusal.
    """
    with transaction.atomic():
        found, at = opened(found.code, actor, at)
        members = Membership.objects.bulk_create(
            [Membership(alliance=found, unit_id=one, since=found.begins_on) for one in units]
        )
        of = {one.unit_id: one for one in members}
        for one in duties:
            said = one.pledge
            refuse_personal(said.what, said.what_en, said.wanted, said.wanted_en, field="what")
        made = Duty.objects.bulk_create(
            [
                Duty(
                    alliance=found, member=of[one.unit], what=one.pledge.what,
                    what_en=one.pledge.what_en, wanted=one.pledge.wanted,
                    wanted_en=one.pledge.wanted_en, repeats=one.pledge.repeats,
                )
                for one in duties
            ]
        )  # fmt: skip
        days = [
            _day(duty, day, one.kept.get(day), one.pledge.wanted)
            for duty, one in zip(made, duties, strict=True)
            for day in due_days(one.pledge.due_on, one.pledge.repeats, found.ends_on)
        ]
        DutyDay.objects.bulk_create(days, batch_size=500)
        Resource.objects.bulk_create(
            [
                Resource(member=of[unit], kind=kind, name=name, name_en=name_en)
                for unit, kind, name, name_en in lent
            ]
        )
        note(found, "taken_over", actor, at, {"members": len(members), "duties": len(made)})
    return len(days)


def _day(duty: Duty, day: date, kept: bool | None, evidence: str) -> DutyDay:
    row = DutyDay(duty=duty, due_on=day)
    if kept is not None:
        noon = datetime.combine(day, time(12), ZoneInfo(settings.SITE_ZONE))
        row.kept, row.checked_at, row.soon_at = kept, noon + _DAY, noon - _DAY
        if kept:
            row.said_at, row.evidence = noon, evidence
    return row
