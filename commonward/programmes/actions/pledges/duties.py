"""Duties: pledged, said to be kept with what shows it, checked by somebody apart (履诺与核验)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from commonward.core.masking import mask
from commonward.core.pledging import due_days
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.programmes.actions.council_rules import line
from commonward.programmes.actions.pledges.frame import (
    entered,
    member_of,
    note,
    opened,
    said,
)
from commonward.programmes.models import Alliance, Duty, DutyDay, Membership
from commonward.programmes.queries.pledges import keeps

MOST_DUTIES = 120


@dataclass(frozen=True, slots=True)
class Pledge:
    """What a member pledges: the first day, how often, and by what everybody sees it kept."""

    what: str
    due_on: date
    wanted: str
    repeats: str = "once"
    what_en: str = ""
    wanted_en: str = ""


def pledge(code: str, member: int, given: Pledge, actor: Actor, at: datetime) -> Duty:
    """Write down a member's duty with each of its days. Raises Missing, Forbidden, Invalid, Refusal."""
    with transaction.atomic():
        found, at = opened(code, actor, at)
        made = written(found, member_of(found, member), given)
        note(found, "pledged", actor, at, {"duty": made.pk})
    return made


def written(found: Alliance, member: Membership, given: Pledge) -> Duty:
    """The rows of a duty; the alliance's case is locked. Raises Invalid, Refusal."""
    days = due_days(given.due_on, given.repeats, found.ends_on)
    if given.due_on < found.begins_on:
        raise Invalid(N_("The first day lies before the agreement begins."), field="due_on")
    if Duty.objects.filter(alliance=found).count() >= MOST_DUTIES:
        raise Refusal(N_("An alliance has at most {most} duties."), most=MOST_DUTIES, code="bound")
    made = Duty.objects.create(
        alliance=found,
        member=member,
        what=said("what", given.what),
        what_en=said("what_en", given.what_en, needed=False),
        wanted=said("wanted", given.wanted),
        wanted_en=said("wanted_en", given.wanted_en, needed=False),
        repeats=given.repeats,
    )
    DutyDay.objects.bulk_create([DutyDay(duty=made, due_on=day) for day in days])
    return made


def say_kept(code: str, day: int, evidence: str, actor: Actor, at: datetime) -> DutyDay:
    """A duty was kept on a day, and by what it is seen: said by the member's team, or noted by the
    office for a unit outside. Raises Missing, Forbidden, Invalid, Refusal."""
    refuse_onlooker(actor)
    shown = mask(line("evidence", evidence, 400))[:500]
    with transaction.atomic():
        found, at = entered(code, actor, at)
        row = _day(found, day)
        team = row.duty.member.unit.team_id
        if team not in actor.teams and not (team is None and keeps(found, actor)):
            raise Forbidden(N_("The member's own team says so; the office notes it for others."))
        if row.kept is not None:
            raise Refusal(N_("This day is checked already."), code="checked")
        row.evidence, row.said_at, row.said_by_id = shown, at, actor.account
        row.save(update_fields=["evidence", "said_at", "said_by"])
        note(found, "duty_said", actor, at, {"day": row.pk, "late": at.date() > row.due_on})
    return row


def check_day(
    code: str, day: int, actor: Actor, at: datetime, *, kept: bool, why: str = ""
) -> DutyDay:
    """Somebody apart looks: kept, or not kept and why. Never who said it, nor their team.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    refuse_onlooker(actor)
    reason = mask(line("why", why, 240, needed=not kept))[:300]
    with transaction.atomic():
        found, at = opened(code, actor, at)
        row = _day(found, day)
        if row.kept is not None:
            raise Refusal(N_("This day is checked already."), code="checked")
        if kept and row.said_at is None:
            raise Refusal(N_("Nobody has said yet by what it is seen to be kept."), code="said")
        if row.said_at is not None and row.said_by_id == actor.account:
            raise Forbidden(N_("Somebody apart from who said it checks it."), code="apart")
        if row.duty.member.unit.team_id in actor.teams:
            raise Forbidden(N_("Nobody checks the duties of their own team."), code="apart")
        row.kept, row.why, row.checked_at, row.checked_by_id = kept, reason, at, actor.account
        row.save(update_fields=["kept", "why", "checked_at", "checked_by"])
        note(found, "duty_kept" if kept else "duty_not_kept", actor, at, {"day": row.pk})
    return row


def _day(found: Alliance, pk: int) -> DutyDay:
    row = (
        DutyDay.objects.select_related("duty__member__unit")
        .filter(duty__alliance=found, pk=pk)
        .first()
    )
    if row is None:
        raise Missing(N_("There is no such duty in this alliance."))
    return row
