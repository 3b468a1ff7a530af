"""Publish a roster of seats, mend it when a seat falls out, and delete it in time (排班)."""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonward.core.plans.rostering.model import OFF
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.actions import record_change
from commonward.response.models import Roster, RosterAbsence, RosterShift, Unit
from commonward.response.queries.plans import answer_of, given_of, may_plan, packed, plan_of
from commonward.response.queries.rosters import Kept, Sight, kept, roster_for

KEEPS = timedelta(days=90)
SECONDS = 4.5
"""So long a mending may take; what is found by then is proposed."""
_BATCH = 1_000


def publish_roster(code: str, actor: Actor, at: datetime) -> Roster:
    """Put the roster of a plan in force (发布排班).

    An older roster of the same area gives way from the new one's first day on. Raises Forbidden,
    Missing, Refusal where the plan has no whole roster, is published, or where a team has shifts in
    another area's roster at that time.
    """
    refuse_onlooker(actor)
    plan = plan_of(code, actor)
    answer, given = answer_of(plan), given_of(plan)
    if plan.kind != "rosters" or answer is None or given is None or not answer["complete"]:
        raise Refusal(N_("This plan has no whole roster to publish."))
    if plan.state in ("waiting", "running"):
        raise Refusal(N_("The plan is still being computed: stop it first."))
    first, task = date.fromisoformat(given["first"]), given["task"]
    with transaction.atomic():
        if Roster.objects.filter(code=code).exists():
            raise Refusal(N_("This roster was published already."), code="published")
        roster = Roster(
            code=code, title=plan.title, area=plan.area, first=first, days=task["days"],
            given=packed(task), rows=packed({"rows": answer["rows"], "away": {}}),
            published_by_id=actor.account, published_at=at,
            ends_at=_moment(first + timedelta(days=task["days"] + 1), 0),
        )  # fmt: skip
        shifts = list(_shifts(roster, kept(roster)))
        begins = min((one.begin for one in shifts), default=_moment(first, 0))
        _give_way(roster, begins)
        _refuse_double(roster, shifts)
        roster.save()
        RosterShift.objects.bulk_create(shifts, batch_size=_BATCH)
        record_change(actor, "publish_roster", code, at, {"area": plan.area, "shifts": len(shifts)})
    return roster


def withdraw_roster(code: str, actor: Actor, at: datetime) -> None:
    """Take a roster back (撤回排班): shifts that have not begun are deleted. By who plans there."""
    refuse_onlooker(actor)
    with transaction.atomic():
        roster = _locked(roster_for(code, actor))
        if not may_plan(actor, roster.area):
            raise Forbidden(N_("Only who plans for this area does this."))
        roster.state = "withdrawn"
        roster.save(update_fields=["state"])
        RosterShift.objects.filter(roster=roster, begin__gt=at).delete()
        record_change(actor, "withdraw_roster", code, at, {})


def ask_repair(
    code: str, team: str, seat: int, first: date, last: date, actor: Actor, at: datetime
) -> RosterAbsence:
    """A seat falls out from `first` to `last` (缺勤): no reason is asked. Gives proposals.

    By the unit itself for its own seats, and by who coordinates or plans. Raises Missing, Invalid
    naming the field, Refusal where the seat has no shift on these days.
    """
    refuse_onlooker(actor)
    roster = _mine(roster_for(code, actor), team)
    now = kept(roster)
    at_seat = _seat(now, team, seat)
    days = [(first - roster.first).days, (last - roster.first).days]
    today = (timezone.localtime(at).date() - roster.first).days
    if not 0 <= days[0] <= days[1] < roster.days:
        raise Invalid(
            N_("The days lie outside of this roster."), field="last" if days[0] >= 0 else "first"
        )
    if days[0] < today:
        raise Invalid(N_("What was worked already is not changed."), field="first")
    gone = list(range(days[0], days[1] + 1))
    if (now.rows[at_seat, gone] == OFF).all():
        raise Refusal(N_("The seat has no shift on these days: nothing has to be mended."))
    proposing: Any = importlib.import_module("commonward.core.plans.rostering.proposing")
    # Who steps in for a day need not work two: else a mending would change more than it must.
    task = replace(now.task, ask=replace(now.task.ask, run_least=1))
    found = proposing.propose(task.rules(even=False), now.rows, at_seat, gone, now.away, SECONDS)
    proposals = [
        {
            "changes": [list(change) for change in one.changes],
            "lacking": [list(place) for place in one.lacking],
            "proven": one.proven,
        }
        for one in found
    ]
    return RosterAbsence.objects.create(
        roster=roster, team=team, seat=seat, first=first, last=last, proposals=proposals,
        revision=roster.revision, asked_by_id=actor.account, asked_at=at,
    )  # fmt: skip


def accept_repair(code: str, absence: int, choice: int, actor: Actor, at: datetime) -> Roster:
    """Carry one of the proposals out (采纳). Raises Stale where the roster changed in between."""
    refuse_onlooker(actor)
    sight = roster_for(code, actor)
    with transaction.atomic():
        roster = _locked(sight)
        asked = _asked(roster, absence, sight)
        if asked.state == "accepted":
            return roster
        if asked.revision != roster.revision:
            raise Stale(N_("The roster was changed in the meantime: ask for proposals anew."))
        if not 0 <= choice < len(asked.proposals):
            raise Invalid(N_("Choose one of the list."), field="choice")
        chosen = asked.proposals[choice]
        now = kept(roster)
        seat = _seat(now, asked.team, asked.seat)
        begin, end = ((day - roster.first).days for day in (asked.first, asked.last))
        gone = list(range(begin, end + 1))
        own = [[seat, day, int(now.rows[seat, day]), OFF] for day in gone]
        changes = [*chosen["changes"], *(one for one in own if one[2] != OFF)]
        for number, day, _was, becomes in changes:
            now.rows[number, day] = becomes
        now.away[seat] = sorted({*now.away.get(seat, []), *gone})
        roster.rows = packed({"rows": now.rows.tolist(), "away": now.away})
        roster.revision += 1
        roster.save(update_fields=["rows", "revision"])
        _rewrite(roster, now, changes, at)
        asked.proposals, asked.state, asked.settled_at = [chosen], "accepted", at
        asked.save(update_fields=["proposals", "state", "settled_at"])
        record_change(actor, "repair_roster", code, at, {"changes": len(changes)})
    return roster


def drop_repair(code: str, absence: int, actor: Actor, at: datetime) -> None:
    """Nothing is to be changed after all: the question and its proposals are deleted."""
    refuse_onlooker(actor)
    sight = roster_for(code, actor)
    with transaction.atomic():
        asked = _asked(_locked(sight), absence, sight)
        if asked.state == "asked":
            asked.delete()


def forget_rosters(at: datetime) -> int:
    """Delete rosters that are over and were published three months ago, with all that belongs to
    them; and questions that nobody settled within a day. How many rosters."""
    RosterAbsence.objects.filter(state="asked", asked_at__lt=at - timedelta(days=1)).delete()
    old = Roster.objects.filter(published_at__lt=at - KEEPS, ends_at__lt=at)
    count = old.count()
    old.delete()
    return count


def _mine(sight: Sight, team: str) -> Roster:
    """The roster, where it stands and this person may speak for the team."""
    if sight.roster.state != "published":
        raise Refusal(N_("This roster is no longer in force."))
    if not sight.whole and team != sight.team:
        raise Forbidden(N_("A unit speaks for its own seats only."))
    return sight.roster


def _locked(sight: Sight) -> Roster:
    found = Roster.objects.select_for_update().get(pk=sight.roster.pk)
    if found.state != "published":
        raise Refusal(N_("This roster is no longer in force."))
    return found


def _asked(roster: Roster, absence: int, sight: Sight) -> RosterAbsence:
    rows = RosterAbsence.objects.filter(roster=roster, pk=absence)
    found = (rows if sight.whole else rows.filter(team=sight.team)).first()
    if found is None:
        raise Missing(N_("There is no such question, or it was settled already."))
    return found


def _seat(now: Kept, team: str, seat: int) -> int:
    for number, one in enumerate(now.task.seats):
        if (one.team, one.seat) == (team, seat):
            return number
    raise Missing(N_("Team {team} has no seat {seat} in this roster."), team=team, seat=seat)


def _give_way(roster: Roster, begins: datetime) -> None:
    """Older rosters of the same area end where this one begins."""
    older = Roster.objects.select_for_update().filter(
        area=roster.area, state="published", ends_at__gt=begins, first__lt=roster.ends_at.date()
    )
    for one in older:
        RosterShift.objects.filter(roster=one, begin__gte=begins).delete()
        if one.first >= roster.first:
            one.state = "replaced"
        else:
            one.ends_at = begins
        one.save(update_fields=["state", "ends_at"])


def _refuse_double(roster: Roster, shifts: Sequence[RosterShift]) -> None:
    """Raises Refusal where a seat would stand in two rosters at once."""
    if not shifts:
        return
    begin, end = min(one.begin for one in shifts), max(one.end for one in shifts)
    teams = {one.team for one in shifts}
    held = RosterShift.objects.filter(roster__state="published", begin__lt=end, end__gt=begin)
    both = sorted(
        {team for team in held.values_list("team", flat=True).distinct() if team in teams}
    )
    if both:
        raise Refusal(
            N_("These teams have shifts in another area's roster at that time: {teams}."),
            teams=", ".join(both[:20]),
        )


def _shifts(roster: Roster, now: Kept) -> Iterable[RosterShift]:
    units = dict(Unit.objects.values_list("code", "pk"))
    for seat in range(len(now.task.seats)):
        for day in range(roster.days):
            if now.rows[seat, day] != OFF:
                yield _shift(roster, now, units, seat, day)


def _shift(roster: Roster, now: Kept, units: Mapping[str, int], seat: int, day: int) -> RosterShift:
    one, kind = now.task.seats[seat], int(now.rows[seat, day])
    shift = now.task.shifts[kind]
    begin = _moment(roster.first + timedelta(days=day), now.task.begin_of(kind))
    return RosterShift(
        roster=roster, team=one.team, unit_id=units.get(one.team), seat=one.seat, day=day,
        kind=shift.name, area=one.areas[0] if one.areas else "", begin=begin,
        end=begin + timedelta(minutes=shift.minutes),
    )  # fmt: skip


def _rewrite(roster: Roster, now: Kept, changes: Sequence[Sequence[int]], at: datetime) -> None:
    """The rows of the shifts that were changed, written anew."""
    codes = {now.task.seats[number].team for number, *_ in changes}
    units = dict(Unit.objects.filter(code__in=codes).values_list("code", "pk"))
    made = []
    for number, day, _was, becomes in changes:
        one = now.task.seats[number]
        RosterShift.objects.filter(roster=roster, team=one.team, seat=one.seat, day=day).delete()
        if becomes != OFF:
            made.append(_shift(roster, now, units, number, day))
            made[-1].changed_at = at
    RosterShift.objects.bulk_create(made, batch_size=_BATCH)


def _moment(day: date, minutes: int) -> datetime:
    """A time of the site's clock on a day; minutes may pass midnight."""
    later, rest = divmod(minutes, 24 * 60)
    day += timedelta(days=later)
    plain = datetime(day.year, day.month, day.day, rest // 60, rest % 60)  # noqa: DTZ001
    return timezone.make_aware(plain)
