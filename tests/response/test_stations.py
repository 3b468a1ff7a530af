"""Stations by a cover plan: proposed, decided, moved by the hour, put back."""

from datetime import datetime, timedelta

import pytest

from commonward.core.refusals import Forbidden, Invalid, Missing, Stale
from commonward.core.rights import Actor
from commonward.response.actions.planning import ask_plan
from commonward.response.actions.stationing import (
    decide_stations,
    end_stations,
    propose_stations,
    take_stations,
)
from commonward.response.models import Plan, StationPlan, Unit
from commonward.response.queries.fleet import on_duty
from commonward.response.queries.stations import stations_for, stations_of
from tests.district import small_district
from tests.help import FORCES, Help, urgent_help
from tests.planning import answered, asked, planners


@pytest.fixture
def aid(db: None) -> Help:
    """Seven units on duty at their stations."""
    return urgent_help(small_district())


@pytest.fixture
def who(aid: Help) -> dict[str, Actor]:
    """Who plans there."""
    return planners(aid.at)


def planned(aid: Help, who: dict[str, Actor], **more: object) -> Plan:
    """A cover plan for today's seven units, answered."""
    asks = asked(count=5, **more)
    return answered(ask_plan("cover", "Posts", "", asks, who["planner"], aid.at))


def bases() -> dict[str, tuple[float, float]]:
    return {u.code: (u.base_lat, u.base_lon) for u in Unit.objects.all()}


def proposed(aid: Help, who: dict[str, Actor], **more: object) -> StationPlan:
    made = planned(aid, who, **more)
    return propose_stations(made.code, aid.at + timedelta(hours=1), who["planner"], aid.at)


def midnight(aid: Help) -> datetime:
    """The next midnight of the site."""
    return (aid.at + timedelta(days=1)).replace(hour=0, minute=0)


def test_an_accepted_proposal_moves_stations_at_its_moment_and_not_before(
    aid: Help, who: dict[str, Actor]
) -> None:
    before = bases()
    row = proposed(aid, who)
    assert take_stations(aid.at + timedelta(hours=2)) == 0
    decide_stations(row.code, True, aid.here.administrator, aid.at)
    assert take_stations(aid.at + timedelta(minutes=59)) == 0
    assert bases() == before
    assert take_stations(aid.at + timedelta(hours=1)) == 5
    moved = bases()
    wanted = {unit: (lat, lon) for unit, lat, lon, _ in row.posts["whole"]}
    assert {u.code: (u.base_lat, u.base_lon) for u in Unit.objects.filter(pk__in=wanted)} == {
        u.code: wanted[u.pk] for u in Unit.objects.filter(pk__in=wanted)
    }
    assert sum(moved[code] != before[code] for code in FORCES) >= 1
    assert take_stations(aid.at + timedelta(hours=3)) == 0
    # Who has reported no place counts from there at once.
    at = {one.unit.code: (one.lat, one.lon) for one in on_duty(aid.at)}
    assert at == moved
    end_stations(row.code, aid.here.administrator, aid.at + timedelta(hours=4))
    assert bases() == before


def test_by_day_and_by_night_units_stand_at_different_posts(
    aid: Help, who: dict[str, Actor]
) -> None:
    before = bases()
    row = proposed(aid, who, hours="two", day_from=6, night_from=22)
    decide_stations(row.code, True, aid.here.administrator, aid.at)
    night = midnight(aid)
    seen = []
    for hour, part in ((1, "night"), (6, "day"), (21, "day"), (22, "night")):
        take_stations(night + timedelta(hours=hour))
        row.refresh_from_db()
        assert row.applied == part
        seen.append({unit: (lat, lon) for unit, lat, lon, _ in row.posts[part]})
        now = {u.pk: (u.base_lat, u.base_lon) for u in Unit.objects.filter(pk__in=seen[-1])}
        assert now == seen[-1]
    end_stations(row.code, aid.here.administrator, night + timedelta(days=1))
    assert bases() == before


def test_a_newer_one_ends_the_one_before_and_remembers_the_first_stations(
    aid: Help, who: dict[str, Actor]
) -> None:
    before = bases()
    first, second = proposed(aid, who), proposed(aid, who, model="p_centre")
    for row in (first, second):
        decide_stations(row.code, True, aid.here.administrator, aid.at)
    take_stations(aid.at + timedelta(hours=2))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.applied) == ("ended", "accepted", "whole")
    end_stations(second.code, aid.here.administrator, aid.at + timedelta(hours=3))
    assert bases() == before


def test_only_an_administrator_decides_and_only_once(aid: Help, who: dict[str, Actor]) -> None:
    row = proposed(aid, who)
    for nobody in (who["planner"], aid.coordinator, aid.here.duty_chief):
        with pytest.raises(Forbidden):
            decide_stations(row.code, True, nobody, aid.at)
        assert stations_for(nobody) == []
    assert [one.code for one in stations_for(aid.here.administrator)] == [row.code]
    decide_stations(row.code, False, aid.here.administrator, aid.at)
    with pytest.raises(Stale):
        decide_stations(row.code, True, aid.here.administrator, aid.at)
    assert take_stations(aid.at + timedelta(days=2)) == 0
    assert [one.state for one in stations_of(row.plan)] == ["declined"]


def test_what_cannot_be_proposed_is_refused(aid: Help, who: dict[str, Actor]) -> None:
    made = planned(aid, who)
    with pytest.raises(Invalid, match="coming moment"):
        propose_stations(made.code, aid.at, who["planner"], aid.at)
    with pytest.raises(Missing):
        propose_stations(made.code, aid.later(60), who["street_planner"], aid.at)
    waiting = ask_plan("cover", "Posts", "", asked(), who["planner"], aid.at)
    with pytest.raises(Invalid, match="no posts"):
        propose_stations(waiting.code, aid.later(60), who["planner"], aid.at)
    with pytest.raises(Missing):
        end_stations("none", aid.here.administrator, aid.at)
