"""A drill is an exercise: planned, held with a log, looked back on; its changes are tasks."""

from datetime import timedelta

import pytest

from commonward.cases.models import Case, Danger, Remark, Report, Task
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.programmes.actions.drills.holding import (
    begin_drill,
    call_off_drill,
    finish_drill,
    write_entry,
)
from commonward.programmes.actions.drills.reviewing import (
    Change,
    check_change,
    look_back,
    say_changed,
)
from commonward.programmes.models import Drill, DrillChange
from commonward.programmes.queries.drills import drill_of, drills_for
from commonward.response.models import Incident
from tests.district import District
from tests.programmes.learning_office import Learning, learning


@pytest.fixture
def office(district: District) -> Learning:
    return learning(district)


def held(office: Learning) -> Drill:
    drill = office.drill()
    begin_drill(drill.code, office.officer, office.at)
    write_entry(drill.code, "警铃响起", office.here.handler, office.at)
    return finish_drill(drill.code, office.officer, office.at + timedelta(hours=1))


def changes(office: Learning, *teams: str) -> list[Change]:
    due = office.today + timedelta(days=20)
    return [Change(f"清理{one}", office.here.teams[one], due) for one in teams]


def test_a_drill_makes_no_incident_and_rings_no_alarm(office: Learning) -> None:
    before = Case.objects.count()
    drill = held(office)
    look_back(drill.code, "有人被困，火势很大", "没有人开门", [], office.officer, office.at)
    assert Case.objects.count() == before + 1
    assert not Incident.objects.exists()
    assert not Danger.objects.exists()
    # No word of the scenario stands where reports are read.
    report = Report.objects.get(case=drill.case)
    assert "火" not in report.words
    assert not Remark.objects.filter(event__case=drill.case, words__contains="火").exists()
    assert Case.objects.get(pk=drill.case_id).closed_at is not None


def test_each_change_is_a_task_done_by_the_team_and_checked_by_another(office: Learning) -> None:
    drill = held(office)
    given = changes(office, "roads", "roads", "lamps")
    look_back(drill.code, "楼梯堆物", "无人负责", given, office.officer, office.at)
    tasks = Task.objects.filter(case=drill.case)
    assert {one.team_id for one in tasks} == {
        office.here.teams["roads"],
        office.here.teams["lamps"],
    }
    first, second = DrillChange.objects.filter(team=office.here.teams["roads"])
    third = DrillChange.objects.get(team=office.here.teams["lamps"])
    at = office.at + timedelta(days=1)
    with pytest.raises(Forbidden, match="was asked"):
        say_changed(drill.code, first.pk, "照片", office.here.second_handler, at)
    say_changed(drill.code, first.pk, "照片", office.here.handler, at)
    assert first.task_id == second.task_id
    assert Task.objects.get(pk=first.task_id or 0).stage == "ordered"
    say_changed(drill.code, second.pk, "照片", office.here.handler, at)
    assert Task.objects.get(pk=first.task_id or 0).stage == "replied"
    check_change(drill.code, first.pk, office.officer, at, made=True)
    check_change(drill.code, second.pk, office.officer, at, made=False, why="还差一半")
    assert Task.objects.get(pk=first.task_id or 0).stage == "ordered"
    assert drills_for(office.officer, office.today)[0].made == 1
    say_changed(drill.code, second.pk, "照片二", office.here.handler, at)
    check_change(drill.code, second.pk, office.officer, at, made=True)
    assert Task.objects.get(pk=first.task_id or 0).stage == "settled"
    assert Case.objects.get(pk=drill.case_id).stage == "improving"
    say_changed(drill.code, third.pk, "照片", office.here.second_handler, at)
    check_change(drill.code, third.pk, office.second, at, made=True)
    assert Case.objects.get(pk=drill.case_id).stage == "ended"


def test_a_team_that_takes_no_part_does_not_see_it_and_stages_are_kept(office: Learning) -> None:
    drill = office.drill()
    with pytest.raises(Missing):
        drill_of(drill.code, office.here.street_handler)
    with pytest.raises(Refusal, match="another stage"):
        write_entry(drill.code, "太早", office.officer, office.at)
    with pytest.raises(Forbidden):
        begin_drill(drill.code, office.here.handler, office.at)
    with pytest.raises(Refusal, match="another stage"):
        look_back(drill.code, "无", "无", [], office.officer, office.at)
    call_off_drill(drill.code, office.officer, office.at)
    assert Case.objects.get(pk=drill.case_id).stage == "ended"


def test_a_change_lies_ahead_and_has_a_team(office: Learning) -> None:
    drill = held(office)
    late = [Change("清理", office.here.teams["roads"], office.today - timedelta(days=1))]
    with pytest.raises(Invalid, match="after today"):
        look_back(drill.code, "堆物", "无人", late, office.officer, office.at)
    assert not DrillChange.objects.exists()
