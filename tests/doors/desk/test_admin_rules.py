"""Categories with questions, filing conditions and calendars, changed on the desk."""

import json
from typing import Any

from django.utils import timezone

from commonward.areas.queries.calendars import office_rules, year_days
from commonward.cases.models import Category, Standard
from commonward.people.models import Change
from tests.district import LAMP, POTHOLE
from tests.doors.desk.conftest import Office
from tests.doors.desk.test_admin_people import do

CATEGORIES, SITE = "/desk/admin/categories/", "/desk/admin/calendars/site/"


def test_a_category_is_added_with_a_question_that_depends_on_another(office: Office) -> None:
    me = office.administrator
    page = do(me, me.open(CATEGORIES), "save", code="0199", name="井盖", name_en="Manhole cover",
              parent="01", keywords="井盖, cover")  # fmt: skip
    assert page.path == f"{CATEGORIES}0199/"
    page = do(
        me, page, "questions",
        **{"code-1": "STATE", "prompt-1": "怎么了？", "prompt_en-1": "What is wrong?",
           "datatype-1": "singlevaluelist", "values-1": "missing = 缺失 / missing\nbroken = 破损",
           "required-1": "on", "code-2": "SIZE", "prompt-2": "多大？", "datatype-2": "number",
           "when-2": "STATE = broken"},
    )  # fmt: skip
    assert page.status == 200, page.text
    found = Category.objects.get(code="0199")
    assert found.name_en == "Manhole cover"
    state, size = found.questions
    assert state["values"][0] == {"key": "missing", "name": "缺失", "name_en": "missing"}
    assert (state["required"], size["required"]) == (True, False)
    assert size["when"] == {"question": "STATE", "is": ["broken"]}
    again = do(me, me.open(f"{CATEGORIES}0199/"), "questions")
    assert again.status == 200
    assert Category.objects.get(code="0199").questions == found.questions, "saving changes nothing"
    assert Change.objects.filter(verb="set_category", about="0199").count() == 3


def test_saving_a_category_keeps_its_questions(office: Office) -> None:
    before = Category.objects.get(code=POTHOLE)
    page = office.administrator.open(f"{CATEGORIES}{POTHOLE}/")
    do(office.administrator, page, "save", name="路面破损")
    after = Category.objects.get(code=POTHOLE)
    assert (after.name, after.questions, after.parent_id) == (
        "路面破损", before.questions, before.parent_id
    )  # fmt: skip


def test_wrong_questions_and_limits_are_refused_in_words(office: Office) -> None:
    me, where = office.administrator, f"{CATEGORIES}{LAMP}/"
    for deed, filled, told in (
        ("questions", {"code-1": "A", "prompt-1": "?", "datatype-1": "colour"}, "datatype must be"),
        ("questions", {"code-1": "A"}, "asks nothing"),
        ("questions", {"code-1": "A", "prompt-1": "?", "datatype-1": "singlevaluelist"}, "without values"),
        ("questions", {"code-1": "A", "prompt-1": "?", "when-1": "B = x"}, "depends on"),
        ("standard", {"condition": "x", "limit-1-amount": "two"}, "whole number above 0"),
        ("save", {"near_metres": "far"}, "whole number"),
        ("save", {"parent": "nothing"}, "nothing"),
    ):  # fmt: skip
        page = do(me, me.open(where), deed, **filled)
        assert page.status == 422, (deed, filled)
        assert told in page.text
    assert Category.objects.get(code=LAMP).questions == []
    assert office.administrator.open(f"{CATEGORIES}nothing/").status == 404


def test_a_filing_conditions_limit_is_changed(office: Office) -> None:
    me, where = office.administrator, f"{CATEGORIES}{LAMP}/"
    do(me, me.open(where), "standard",
       **{"limit-1-amount": "3", "limit-1-unit": "work_day"})  # fmt: skip
    found = Standard.objects.get(category__code=LAMP, number=1)
    assert found.limit == {"amount": 3, "unit": "work_day"}
    assert found.closing == "灯已亮", "what was not touched stays"


def test_a_holiday_table_is_looked_at_before_it_is_in_force(office: Office) -> None:
    me = office.administrator
    page = me.open(SITE, year="2031")
    assert year_days("site", 2031) == [{"date": "2031-01-01", "name": "元旦", "off": True}]
    page = do(
        me, page, "preview", lines="2031-01-01 off 元旦\n2031-02-01 班 补班\n2031-02-03 休 春节"
    )
    assert "2 days off, 1 make-up days." in page.text
    assert "2031-02-01, 2031-02-03" in page.text
    assert len(year_days("site", 2031) or []) == 1, "only looked at"
    do(me, page, "table")
    assert len(year_days("site", 2031) or []) == 3
    assert Change.objects.filter(verb="import_calendar", by__isnull=False).count() == 1


def test_open_deadlines_over_a_new_holiday_are_counted_first(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    day = timezone.localtime(report.case.opened_at).date()
    me = office.administrator
    page = do(me, me.open(SITE, year=str(day.year)), "preview",
              lines=f"{day.year}-01-01 off 元旦\n{day.isoformat()} off 临时放假")  # fmt: skip
    assert "1 open deadline runs over these days" in page.text


def test_wrong_tables_and_hours_are_refused_in_words(office: Office) -> None:
    me = office.administrator
    page = me.open(SITE)
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("preview", {"year": "2031", "lines": "new year"}, "write it like"),
        ("preview", {"year": "31", "lines": ""}, "four digits"),
        ("preview", {"year": "2031", "lines": "2031-02-30 off"}, ""),
        ("hours", {"hours-0": "nine to five"}, "Monday"),
        ("hours", {"hours-0": "18:00-09:00"}, ""),
        ("hours", {f"hours-{n}": "" for n in range(7)}, "never be open"),
    ]
    for deed, filled, told in wrong:
        answer = do(me, page, deed, **filled)
        assert answer.status == 422, filled
        assert told in answer.text
    answer = do(me, page, "preview", year="2031", lines="2031-01-01 off 元旦")
    sent = {"do": "table", "proposed": "{", "csrfmiddlewaretoken": ""}
    token = (
        answer.forms[0].fields.get("csrfmiddlewaretoken")
        or page.forms[-1].fields["csrfmiddlewaretoken"]
    )
    assert (
        me.client.post(
            SITE, {**sent, "csrfmiddlewaretoken": token[0] if isinstance(token, list) else token}
        ).status_code
        == 422
    )


def test_office_hours_are_changed_by_weekday(office: Office) -> None:
    me = office.administrator
    do(
        me,
        me.open(SITE),
        "hours",
        **{"hours-0": "09:00-12:00, 13:30-17:30", "hours-5": "9:00-12:00"},
    )
    week = office_rules("site")["hours"]["week"]
    assert json.loads(json.dumps(week[0])) == [[540, 720], [810, 1050]]
    assert week[5] == [[540, 720]]
    assert week[1] == [[480, 720], [840, 1080]]
