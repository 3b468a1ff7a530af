"""Learning and duty in browsers: a course made, its bar switched on, signed up for and marked by
another; a drill held whose changes are tasks; a survey of staff answered with a slip."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Case, Task
from commonward.programmes.actions.learning.courses import keep_course
from commonward.programmes.actions.wellbeing import close_past, take_over_answers
from commonward.programmes.models import (
    Certificate,
    Course,
    CourseSession,
    Drill,
    DrillChange,
    StaffSurvey,
    StaffSurveyAnswer,
)
from tests.browser.test_programme_risk import day, fill, push
from tests.district import LAMP, District
from tests.programmes.learning_office import LAW, Learning, learning

HERE = "/desk/programmes/learning/"


@pytest.fixture
def office(district: District) -> Learning:
    """The district with a course, today."""
    return learning(district, timezone.now())


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 320)])
def test_from_a_course_to_what_a_drill_changed_and_staff_said(
    office: Learning, window: Callable[..., Any], language: str, width: int
) -> None:
    with window(language, width) as desk, window(language, 320) as phone:
        desk.sign_in("programme_officer")
        phone.sign_in("grid_worker")
        _course(desk, phone, office)
        with window(language, width) as other:
            other.sign_in("handler")
            _drill(desk, other, office)
        with window(language, 320, script=False) as nobody:
            _survey(desk, phone, nobody, office)


def _course(desk: Any, phone: Any, office: Learning) -> None:
    desk.open(f"{HERE}courses/")
    desk.page.locator("main details summary").last.click()
    desk.sound("learn-courses")
    fill(desk, code="fire", title="消防巡查", title_en="Fire rounds", work="grid_worker", hours="4",
         months="12")  # fmt: skip
    push(desk, "add")
    desk.page.locator("main details summary").first.click()
    fill(desk, day=day(3), place="培训室", place_en="Room 1", capacity="2",
         **{"from": "09:00", "until": "11:00"})  # fmt: skip
    push(desk, "hold")
    desk.sound("learn-sitting")
    desk.open(f"{HERE}courses/fire/")
    desk.page.locator("main details summary").last.click()
    desk.page.locator("[name=barring]").check()
    push(desk, "keep")
    desk.sound("learn-course")
    assert Course.objects.get(code="fire").barring
    _barred(desk, office)
    phone.open("/desk/")
    assert phone.page.locator("#courses").count()
    phone.sound("learn-home")
    phone.open(HERE)
    phone.sound("learn-own")
    session = CourseSession.objects.get(course__code="fire")
    phone.open(f"{HERE}sessions/{session.pk}/")
    push(phone, "take")
    phone.sound("learn-seat")
    past = timezone.now() - timedelta(hours=3)
    CourseSession.objects.update(starts_at=past, ends_at=past + timedelta(hours=2))
    desk.open(f"{HERE}sessions/{session.pk}/")
    desk.sound("learn-list")
    push(desk, "there")
    assert Certificate.objects.get().course.code == "fire"
    desk.open(f"{HERE}due/?team={office.here.teams['grids-north']}")
    assert "Second Grid Worker" in desk.text
    desk.sound("learn-due")
    _table(desk)
    phone.open(HERE)
    phone.sound("learn-done")


def _barred(desk: Any, office: Learning) -> None:
    """A whistle to a department that has not learnt what its work asks for is refused, in words."""
    asked = replace(LAW, code="hydrants", work="handler", barring=True)
    keep_course(asked, office.officer, office.at)
    number = office.here.report(LAMP, at=timezone.now()).case.number
    desk.sign_out()
    desk.sign_in("dispatcher")
    desk.open(f"/desk/cases/{number}/ask/whistle/")
    team = office.here.teams["roads"]
    desk.page.locator(f"[name=teams][value='{team}']").check()
    fill(desk, words="请到场")
    with desk.page.expect_navigation():
        desk.page.locator("form.step-form button.btn-primary").click()
    assert (asked.title_en if desk.mark.startswith("en") else asked.title) in desk.text
    assert not Task.objects.filter(kind="whistle").exists()
    desk.faults.clear()  # the browser itself notes the refusal
    desk.sound("learn-barred")
    desk.sign_out()
    desk.sign_in("programme_officer")
    keep_course(replace(asked, barring=False), office.officer, office.at)


def _table(desk: Any) -> None:
    desk.open(f"{HERE}import/")
    table = "login,course,done_on\nsecond_grid_worker,fire,2026-01-05\nnobody,fire,2026-01-05\n"
    file = {"name": "past.csv", "mimeType": "text/csv"}
    desk.page.set_input_files("#file", {**file, "buffer": table.encode()})
    push(desk, "look")
    desk.sound("learn-import-faults")
    assert not desk.page.locator("button[value=confirm]").count()
    table = table.replace("nobody,fire", "second_grid_worker,grid-law")
    desk.page.set_input_files("#file", {**file, "buffer": table.encode()})
    push(desk, "look")
    desk.sound("learn-import")
    push(desk, "confirm")
    assert Certificate.objects.count() == 3


def _drill(desk: Any, other: Any, office: Learning) -> None:
    desk.open(f"{HERE}drills/new/")
    fill(desk, title="疏散演练", title_en="Evacuation drill", on=day(0), scenario="三楼起火，有人被困。",
         aims="五分钟内清空楼梯。")  # fmt: skip
    desk.page.locator(f"[name=teams][value='{office.here.teams['roads']}']").check()
    desk.sound("learn-drill-new")
    push(desk, "plan")
    drill = Drill.objects.get()
    here = f"{HERE}drills/{drill.code}/"
    push(desk, "begin")
    other.open(here)
    fill(other, words="警铃响起")
    push(other, "entry")
    other.sound("learn-drill-log")
    desk.open(here)
    push(desk, "finish")
    fill(desk, happened="楼梯有堆物。", because="无人负责。", what1="每月清理楼梯",
         team1=str(office.here.teams["roads"]), due1=day(20))  # fmt: skip
    desk.sound("learn-drill-back")
    push(desk, "look_back")
    assert Task.objects.get(case=drill.case).kind == "supervision"
    other.open(here)
    other.sound("learn-drill-change")
    fill(other, evidence="照片已存档")
    push(other, "say")
    desk.open(here)
    desk.sound("learn-drill-check")
    push(desk, "made")
    desk.sound("learn-drill-ended")
    assert DrillChange.objects.get().checked_at
    assert Case.objects.get(pk=drill.case_id).stage == "ended"
    for path in (f"{HERE}drills/", "/desk/programmes/", f"/desk/cases/{drill.case.number}/"):
        desk.open(path)
        desk.sound(f"learn{path.replace('/', '-')}")


def _survey(desk: Any, phone: Any, nobody: Any, office: Learning) -> None:
    desk.open(f"{HERE}surveys/")
    desk.page.locator("main details summary").last.click()
    fill(desk, title="员工关怀", title_en="How staff are", questions="工作量合适吗？\n得到支持吗？",
         questions_en="Is the workload right?\nAre you supported?", opens_on=day(0),
         closes_on=day(9))  # fmt: skip
    desk.sound("learn-survey-new")
    push(desk, "ask")
    survey = StaffSurvey.objects.get()
    phone.open(f"{HERE}surveys/{survey.code}/")
    phone.sound("learn-survey")
    push(phone, "draw")
    slip = phone.page.locator(".learn-slip").inner_text()
    phone.sound("learn-slip")
    phone.open(f"/together/learning/{survey.code}/")
    phone.sound("learn-answer")
    nobody.open(f"/together/learning/{survey.code}/")
    nobody.page.fill("[name=slip]", slip)
    nobody.page.locator("#mark0-4").check()
    with nobody.page.expect_navigation():
        nobody.page.locator("main form button.btn-primary").click()
    assert nobody.page.locator("#error").count()
    nobody.faults.clear()  # the browser itself notes the refusal
    nobody.page.locator("#mark1-5").check()
    nobody.page.fill("[name=words]", "夜班太连续了")
    with nobody.page.expect_navigation():
        nobody.page.locator("main form button.btn-primary").click()
    nobody.sound("learn-answered")
    assert StaffSurveyAnswer.objects.get().marks == [4, 5]
    # The box of paper slips from the teams is put in as well: six more say 3 and 4.
    take_over_answers(survey.code, [[3, 4]] * 6, [])
    StaffSurvey.objects.update(opens_on=office.today - timedelta(days=9),
                               closes_on=office.today - timedelta(days=1))  # fmt: skip
    assert close_past(timezone.now()) == 1
    desk.open(f"{HERE}surveys/{survey.code}/")
    assert "3.1" in desk.text
    assert "夜班太连续了" in desk.text
    desk.sound("learn-told")
