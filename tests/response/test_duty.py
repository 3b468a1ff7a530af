"""Units on duty have positions, never people: only while on duty, thinned, deleted on time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.response.actions.ordering import set_free
from commonward.response.actions.reporting import report_position
from commonward.response.actions.ticking import forget_response, tick_response
from commonward.response.actions.units import (
    UnitFacts,
    go_off_duty,
    go_on_duty,
    note_for_next,
    set_unit,
)
from commonward.response.models import Duty, Position, Unit
from tests.help import Help

NEAR = (27.805, 113.105)


def test_a_unit_off_duty_is_not_located(aid: Help) -> None:
    crew = aid.crews["fire-1"]
    report_position("fire-1", *NEAR, crew, aid.later(1))
    go_off_duty("fire-1", crew, aid.later(10))
    found = Unit.objects.get(code="fire-1")
    assert (found.lat, found.lon, found.seen_at) == (None, None, None)
    with pytest.raises(Refusal, match="not on duty"):
        report_position("fire-1", *NEAR, crew, aid.later(20))
    assert Position.objects.count() == 1


def test_another_unit_and_the_centre_do_not_report_for_it(aid: Help) -> None:
    for who in (aid.crews["police-1"], aid.here.intake_officer, aid.here.administrator):
        with pytest.raises(Forbidden):
            report_position("fire-1", *NEAR, who, aid.later(1))
    with pytest.raises(Invalid):
        report_position("fire-1", 91, 0, aid.crews["fire-1"], aid.later(1))


def test_the_same_moment_is_kept_once(aid: Help) -> None:
    for _twice in range(2):
        report_position("fire-1", *NEAR, aid.crews["fire-1"], aid.later(1))
    assert Position.objects.count() == 1


def test_a_shift_is_begun_once_and_ends_within_a_day(aid: Help) -> None:
    crew = aid.crews["fire-1"]
    again = go_on_duty("fire-1", aid.at + timedelta(hours=2), crew, aid.at)
    assert Duty.objects.filter(unit__code="fire-1").count() == 1
    assert again.on_at < aid.at
    go_off_duty("fire-1", crew, aid.later(5))
    for until in (aid.at, aid.at + timedelta(hours=25)):
        with pytest.raises(Invalid):
            go_on_duty("fire-1", until, crew, aid.later(6))


def test_a_unit_that_is_out_does_not_go_off_duty(aid: Help) -> None:
    order = aid.ordered()
    crew = aid.crews["fire-1"]
    with pytest.raises(Refusal, match="still held"):
        go_off_duty("fire-1", crew, aid.later(60))
    set_free(aid.sent(order, "fire-1").pk, "done", crew, aid.later(70))
    assert go_off_duty("fire-1", crew, aid.later(80)) is not None


def test_a_note_for_the_next_shift_is_sealed_and_ends(aid: Help) -> None:
    crew = aid.crews["fire-1"]
    go_off_duty("fire-1", crew, aid.at, note="The pump drips.")
    kept = Duty.objects.get(unit__code="fire-1")
    assert kept.note is not None and b"pump" not in bytes(kept.note)
    assert note_for_next(aid.units["fire-1"], crew) == "The pump drips."
    with pytest.raises(Forbidden):
        note_for_next(aid.units["fire-1"], aid.crews["police-1"])
    forget_response(aid.at + timedelta(days=29))
    assert note_for_next(aid.units["fire-1"], crew) == "The pump drips."
    forget_response(aid.at + timedelta(days=31))
    assert note_for_next(aid.units["fire-1"], crew) == ""


def test_a_shift_that_nobody_ended_ends_by_itself_unless_the_unit_is_out(aid: Help) -> None:
    aid.ordered("other")  # holds the police unit
    over = aid.at + timedelta(hours=9)
    assert tick_response(over).shifts_ended == 6
    left = Duty.objects.filter(off_at=None).values_list("unit__code", flat=True)
    assert list(left) == ["police-1"]


def test_positions_are_thinned_after_a_day_and_deleted_on_time(aid: Help, settings: Any) -> None:
    settings.POSITION_DAYS = 3
    crew = aid.crews["fire-1"]
    for second in range(0, 3600, 60):
        report_position("fire-1", *NEAR, crew, aid.later(second))
        report_position("police-1", *NEAR, aid.crews["police-1"], aid.later(second))
    forget_response(aid.at + timedelta(hours=23))
    assert Position.objects.count() == 120
    forget_response(aid.at + timedelta(days=1, hours=2))
    kept = list(Position.objects.filter(unit__code="fire-1").order_by("at"))
    assert [(p.at - aid.at).total_seconds() for p in kept] == [0, 900, 1800, 2700]
    assert Position.objects.count() == 8
    forget_response(aid.at + timedelta(days=1, hours=3))
    assert Position.objects.count() == 8
    forget_response(aid.at + timedelta(days=3, hours=2))
    assert not Position.objects.exists()


def test_a_unit_is_set_up_by_the_administration_and_belongs_to_one_team(aid: Help) -> None:
    team = aid.here.teams["roads"]
    facts = UnitFacts("dog-1", "Dogs", "police", team, *NEAR, gear="rope, lamp")
    with pytest.raises(Forbidden):
        set_unit(facts, at=aid.at, actor=aid.coordinator)
    set_unit(facts, at=aid.at, actor=aid.here.administrator)
    with pytest.raises(Invalid, match="has that team"):
        set_unit(UnitFacts("dog-2", "Dogs", "police", team, *NEAR), at=aid.at)
    with pytest.raises(Invalid, match="no force"):
        set_unit(UnitFacts("dog-3", "Dogs", "army", team, *NEAR), at=aid.at)


def test_no_column_of_a_unit_can_name_a_person(aid: Help) -> None:
    with connection.cursor() as cursor:
        columns = {c.name for c in connection.introspection.get_table_description(cursor, "response_unit")}  # fmt: skip
    assert not columns & {"name", "leader", "driver", "members", "phone", "account_id"}


def test_volunteers_go_on_duty_once_one_of_the_crew_has_what_is_asked_for(aid: Help) -> None:
    crew, until, now = aid.crews["volunteer-1"], aid.later(3000), aid.later(20)
    go_off_duty("volunteer-1", crew, aid.later(10))
    people.require(SYSTEM, "aid", "volunteer", "急救", at=aid.at, since=now.date())
    with pytest.raises(Refusal, match="急救"):
        go_on_duty("volunteer-1", until, crew, now)
    # What volunteers learn bars no fire engine.
    go_off_duty("fire-1", aid.crews["fire-1"], aid.later(10))
    assert go_on_duty("fire-1", until, aid.crews["fire-1"], now)
    people.qualify(SYSTEM, "aid", {crew.account or 0: None})
    assert go_on_duty("volunteer-1", until, crew, now)
