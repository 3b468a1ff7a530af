"""Rosters of seats from the question to the repair: published, seen by units, forgotten."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.core.plans.running import Watch
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.response.actions.planning import ask_plan
from commonward.response.actions.rostering import (
    accept_repair,
    ask_repair,
    drop_repair,
    forget_rosters,
    publish_roster,
    withdraw_roster,
)
from commonward.response.models import Plan, PlanData, Roster, RosterAbsence, RosterShift
from commonward.response.planning import rosters
from commonward.response.queries.plans import answer_of, packed
from commonward.response.queries.rosters import (
    kept,
    next_shifts,
    roster_for,
    rostered_until,
    rosters_of,
)
from tests.district import SINCE
from tests.help import Help

ASKED: dict[str, Any] = {
    "weeks": 2, "shifts": "day 07:00-19:00\nnight 19:00-07:00",
    "cover": "* 07:00-19:00 2\n* 19:00-07:00 1", "rest_least": 1,
}  # fmt: skip


@pytest.fixture
def planner(aid: Help) -> Actor:
    """Who plans everywhere."""
    account = people.add_account(SYSTEM, "planner", "Planner", at=SINCE).pk
    people.grant(SYSTEM, account, "planner", at=SINCE)
    return actor_for(account, aid.at)


def first_day(aid: Help) -> date:
    return timezone.localtime(aid.at).date()


def asked(aid: Help, planner: Actor, title: str = "Duty", **more: Any) -> Plan:
    """A plan with its answer, computed in this thread: the worker's own needs a database of its own."""
    given = {**ASKED, "first": first_day(aid).isoformat(), **more}
    plan = ask_plan("rosters", title, "", given, planner, aid.at)
    task = rosters.gathered(plan.asked, plan.area, aid.at)
    kept_so_far: list[Any] = []
    answer = rosters.planned(task, plan.seed, Watch(), kept_so_far.append)
    PlanData.objects.filter(plan=plan).update(given=packed(task), answer=packed(answer))
    plan.state = "ended"
    plan.save(update_fields=["state"])
    return plan


def published(aid: Help, planner: Actor, **more: Any) -> Roster:
    return publish_roster(asked(aid, planner, **more).code, planner, aid.at)


def worked(aid: Help, roster: Roster, after: int = 1) -> RosterShift:
    """Some shift that begins so many days later or after that."""
    found = RosterShift.objects.filter(roster=roster, day__gte=after).order_by("day", "pk").first()
    assert found is not None
    return found


def test_seats_come_from_the_crews_and_a_roster_is_published_for_each_unit(
    aid: Help, planner: Actor
) -> None:
    roster = published(aid, planner)
    now = kept(roster)
    assert len(now.task.seats) == sum(unit.crew for unit in aid.units.values()) == 20
    assert (now.task.counted(now.rows) >= now.task.need).all()
    shifts = RosterShift.objects.filter(roster=roster)
    assert shifts.count() == int((now.rows >= 0).sum())
    assert all(one.unit is not None and one.unit.code == one.team for one in shifts)
    unit = shifts[0].unit
    assert unit is not None
    coming = next_shifts(unit, aid.at, days=14, most=100)
    assert sum(len(one.seats) for one in coming) == shifts.filter(unit=unit).count()
    night = shifts.filter(kind="night")[0]
    assert timezone.localtime(night.begin).hour == 19 and night.end - night.begin == timedelta(
        hours=12
    )
    with pytest.raises(Refusal, match="published already"):
        publish_roster(roster.code, planner, aid.at)


def test_who_goes_on_duty_stays_until_the_end_of_the_rostered_shift(
    aid: Help, planner: Actor
) -> None:
    shift = worked(aid, published(aid, planner))
    unit = shift.unit
    assert unit is not None
    assert rostered_until(unit, shift.begin - timedelta(minutes=50)) == shift.end
    assert rostered_until(unit, shift.begin + timedelta(hours=2)) == shift.end
    for other in aid.units.values():
        if not RosterShift.objects.filter(unit=other, end__gt=shift.end).exists():
            assert rostered_until(other, shift.end) is None


def test_a_seat_falls_out_and_the_accepted_mending_is_what_units_see(
    aid: Help, planner: Actor
) -> None:
    roster = published(aid, planner)
    shift = worked(aid, roster)
    day = roster.first + timedelta(days=shift.day)
    crew = aid.crews[shift.team]
    asked_for = ask_repair(
        roster.code, shift.team, shift.seat, day, day + timedelta(days=2), crew, aid.at
    )
    accept_repair(roster.code, asked_for.pk, 0, crew, aid.later(60))
    roster.refresh_from_db()
    now = kept(roster)
    assert roster.revision == 2
    assert not RosterShift.objects.filter(
        roster=roster, team=shift.team, seat=shift.seat, day__range=(shift.day, shift.day + 2)
    ).exists()
    stored = {
        (one.team, one.seat, one.day): one.kind for one in RosterShift.objects.filter(roster=roster)
    }
    seats = now.task.seats
    assert stored == {
        (seats[s].team, seats[s].seat, d): now.task.shifts[int(k)].name
        for s, row in enumerate(now.rows) for d, k in enumerate(row) if k >= 0
    }  # fmt: skip
    kept_one = RosterAbsence.objects.get()
    assert kept_one.state == "accepted" and len(kept_one.proposals) == 1
    changed = RosterShift.objects.filter(roster=roster, changed_at=aid.later(60)).count()
    assert changed == sum(c[3] >= 0 for c in kept_one.proposals[0]["changes"])
    # Sent twice, it happens once.
    accept_repair(roster.code, asked_for.pk, 0, crew, aid.later(61))
    roster.refresh_from_db()
    assert roster.revision == 2


def test_a_proposal_for_another_roster_is_not_carried_out(aid: Help, planner: Actor) -> None:
    roster = published(aid, planner)
    one, two = RosterShift.objects.filter(roster=roster, day__gte=3).order_by("day")[:2]
    asked_for = [
        ask_repair(
            roster.code, s.team, s.seat, d := roster.first + timedelta(days=s.day), d,
            aid.coordinator, aid.at,
        )
        for s in (one, two)
    ]  # fmt: skip
    accept_repair(roster.code, asked_for[0].pk, 0, aid.coordinator, aid.at)
    with pytest.raises(Stale):
        accept_repair(roster.code, asked_for[1].pk, 0, aid.coordinator, aid.at)
    drop_repair(roster.code, asked_for[1].pk, aid.coordinator, aid.at)
    assert RosterAbsence.objects.count() == 1


def test_a_unit_speaks_for_its_own_seats_only(aid: Help, planner: Actor) -> None:
    roster = published(aid, planner)
    shift = worked(aid, roster)
    day = roster.first + timedelta(days=shift.day)
    other = next(crew for code, crew in aid.crews.items() if code != shift.team)
    with pytest.raises(Forbidden):
        ask_repair(roster.code, shift.team, shift.seat, day, day, other, aid.at)
    made = ask_repair(roster.code, shift.team, shift.seat, day, day, aid.crews[shift.team], aid.at)
    with pytest.raises(Missing):
        accept_repair(roster.code, made.pk, 0, other, aid.at)
    with pytest.raises(Forbidden):
        withdraw_roster(roster.code, aid.crews[shift.team], aid.at)
    assert roster_for(roster.code, other).team and roster_for(roster.code, planner).whole
    outsider = aid.here.grid_worker
    assert rosters_of(outsider, aid.at) == []
    with pytest.raises(Missing):
        roster_for(roster.code, outsider)


def test_what_was_worked_or_lies_outside_is_not_mended(aid: Help, planner: Actor) -> None:
    roster = published(aid, planner)
    shift = worked(aid, roster)
    day = roster.first + timedelta(days=shift.day)
    later = aid.at + timedelta(days=shift.day + 1)
    for first, last, at in (
        (day, day, later), (day, day - timedelta(days=1), aid.at),
        (roster.first + timedelta(days=14), roster.first + timedelta(days=15), aid.at),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            ask_repair(roster.code, shift.team, shift.seat, first, last, planner, at)
    now = kept(roster)
    number = next(
        n for n, s in enumerate(now.task.seats) if (s.team, s.seat) == (shift.team, shift.seat)
    )
    free = next(d for d in range(1, 14) if now.rows[number, d] < 0)
    off = roster.first + timedelta(days=free)
    with pytest.raises(Refusal, match="no shift on these days"):
        ask_repair(roster.code, shift.team, shift.seat, off, off, planner, aid.at)


def test_a_new_roster_takes_the_place_of_the_old_from_its_first_day(
    aid: Help, planner: Actor
) -> None:
    old = published(aid, planner)
    later = first_day(aid) + timedelta(days=7)
    new = published(aid, planner, title="Second", first=later.isoformat())
    old.refresh_from_db()
    assert old.state == "published"
    begins = min(RosterShift.objects.filter(roster=new).values_list("begin", flat=True))
    assert not RosterShift.objects.filter(roster=old, begin__gte=begins).exists()
    assert RosterShift.objects.filter(roster=old).exists()
    withdraw_roster(new.code, planner, aid.at)
    assert not RosterShift.objects.filter(roster=new).exists()
    assert [one.code for one in rosters_of(planner, aid.at)] == [old.code]


def test_rosters_are_forgotten_after_three_months(aid: Help, planner: Actor) -> None:
    published(aid, planner)
    assert forget_rosters(aid.at + timedelta(days=60)) == 0
    assert forget_rosters(aid.at + timedelta(days=91)) == 1
    assert not RosterShift.objects.exists() and not Roster.objects.exists()


def test_a_sheet_names_units_that_there_are(aid: Help, planner: Actor) -> None:
    given = {**ASKED, "first": first_day(aid).isoformat()}
    for sheet, told in (
        ("team,seat\nfire-1,1\nnobody-7,1\n", "nobody-7"),
        ("team,seat,area\nfire-1,1,99999\n", "99999"),
    ):
        with pytest.raises(Invalid, match=told):
            ask_plan("rosters", "Duty", "", {**given, "sheet": sheet}, planner, aid.at)
    sheet = "team,seat,most\n" + "".join(f"fire-1,{n},7\n" for n in range(1, 10))
    plan = asked(aid, planner, sheet=sheet)
    answer = answer_of(plan)
    assert answer is not None and len(answer["rows"]) == 9
    assert rosters.text_of(plan.asked["sheet"]) == sheet


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"cover": "* 07:00-19:00 15\n* 19:00-07:00 15"}, "minima"),
        ({"sheet": "team,seat,least,off\nfire-1,1,14,{day}\n"}, "exclude each other"),
        ({"cover": "* 07:00-19:00 21"}, "all who may work then are 20"),
    ],
)
def test_what_cannot_be_is_refused_with_the_smallest_reason(
    aid: Help, planner: Actor, more: dict[str, str], told: str
) -> None:
    day = first_day(aid).isoformat()
    with pytest.raises(Invalid, match=told):
        asked(aid, planner, **{name: text.format(day=day) for name, text in more.items()})


def test_gaps_are_planned_where_they_are_asked_for(aid: Help, planner: Actor) -> None:
    roster = published(aid, planner, hold=False, cover="* 07:00-19:00 25")
    now = kept(roster)
    present = now.task.counted(now.rows)
    assert (present < now.task.need).all() and present.sum() > 0


def test_the_moments_of_a_roster_are_those_of_the_site(aid: Help, planner: Actor) -> None:
    roster = published(aid, planner)
    for one in RosterShift.objects.filter(roster=roster)[:20]:
        local: datetime = timezone.localtime(one.begin)
        assert local.date() == roster.first + timedelta(days=one.day)
        assert local.hour == (7 if one.kind == "day" else 19)
