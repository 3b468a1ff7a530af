"""Limits changed on the desk: refused in words, tried on last month, then in force for new cases."""

import json
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonward.areas.queries.calendars import calendar
from commonward.cases.actions import adopt_procedure
from commonward.cases.models import Clock, ProcedureVersion
from commonward.cases.queries.simulating import simulate
from commonward.core import clocks
from commonward.core.calendars import Limit
from commonward.core.procedures import parse
from commonward.people.models import Change
from tests.district import RUBBISH
from tests.doors.desk.conftest import Office
from tests.doors.desk.test_admin_people import do

WHERE = "/desk/admin/procedures/service_matter/"


def some_cases(office: Office) -> None:
    """Four cases: two taken after 2 minutes, one after 12, one waiting for two days."""
    district = office.district
    for minutes in (2, 2, 12):
        report = district.report(RUBBISH)
        district.act(report, "accept", district.intake_officer, minutes)
    district.report(RUBBISH)


def test_a_shorter_limit_says_how_many_more_would_have_been_late_before_it_is_in_force(
    office: Office,
) -> None:
    some_cases(office)
    me = office.administrator
    page = do(me, me.open(WHERE), "preview", **{"limit-collect-amount": "5"})
    assert "1 more case of the last month would be late." in page.text
    assert "All 4 cases were looked at." in page.text
    assert ProcedureVersion.objects.filter(name="service_matter").count() == 1, "only looked at"
    page = do(me, page, "adopt")
    assert "Version 2 is in force" in page.text
    assert Change.objects.get(verb="adopt_procedure", about="service_matter", by__isnull=False)
    old = Clock.objects.filter(stage="collect").order_by("id")[0]
    assert Limit.from_data(old.face["limit"]) == Limit.parse("15 urgent_minute")
    report = office.district.report(RUBBISH)
    new = Clock.objects.get(case=report.case, stage="collect")
    assert Limit.from_data(new.face["limit"]) == Limit.parse("5 urgent_minute")


def test_a_longer_limit_says_how_many_would_not_have_been_late(office: Office) -> None:
    some_cases(office)
    me = office.administrator
    page = do(
        me,
        me.open(WHERE),
        "preview",
        **{"limit-collect-amount": "9", "limit-collect-unit": "urgent_day"},
    )
    assert "1 case that was late would not have been." in page.text
    page = do(me, me.open(WHERE), "preview")
    assert "Nothing: this is the version in force." in page.text


def test_wrong_limits_ladders_and_files_are_refused_in_words(office: Office) -> None:
    me = office.administrator
    for filled, told in (
        ({"limit-collect-unit": "bananas"}, "choose a unit of the list"),
        ({"limit-collect-amount": "0"}, "give a whole number above 0"),
        ({"limit-collect-amount": "999999999", "limit-collect-unit": "day"}, "is not a limit"),
        ({"reopen_days": "soon"}, "whole number"),
        ({"share-1": "much"}, "0.8 or 1.5"),
        ({"tells-0": "nobody_of_that_name"}, "nobody_of_that_name"),
    ):
        page = do(me, me.open(WHERE), "preview", **filled)
        assert page.status == 422, filled
        assert told in page.text, filled
    text = ProcedureVersion.objects.get(name="service_matter").text
    del text["stages"]["verify"]["limit"]
    page = me.open(WHERE)
    form = next(f for f in page.forms if "whole" in f.fields)
    for whole in ("{", json.dumps(text), json.dumps({**text, "name": "enquiry"})):
        sent = {**form.fields, "whole": whole, "do": "preview"}
        assert me.client.post(WHERE, sent).status_code == 422
        sent = {**form.fields, "proposed": whole, "do": "adopt"}
        assert me.client.post(WHERE, sent).status_code == 422
    assert ProcedureVersion.objects.filter(name="service_matter").count() == 1


def test_posts_are_ticked_by_their_names_and_a_step_that_tells_nobody_is_refused(
    office: Office,
) -> None:
    me = office.administrator
    page = me.open(WHERE)
    form = next(f for f in page.forms if ("do", "preview") in f.buttons and "rung-1" in f.fields)
    assert "leader" not in page.text and "Leader" in page.text
    ticked = {**form.fields, "do": "preview", "tells-0": ["leader", "handler"]}
    assert me.client.post(WHERE, ticked).status_code == 200
    nobody = {name: value for name, value in form.fields.items() if name != "tells-0"}
    answer = me.client.post(WHERE, {**nobody, "do": "preview"})
    assert answer.status_code == 422
    assert "tells nobody" in answer.content.decode()


def test_what_belongs_to_a_limit_beside_number_and_unit_stays(office: Office) -> None:
    text = ProcedureVersion.objects.get(name="service_matter").text
    text["stages"]["collect"]["limit"] = "3 work_day whole_days"
    adopt_procedure(text, at=office.district.at)
    me = office.administrator
    page = do(me, me.open(WHERE), "preview", **{"limit-collect-amount": "4"})
    assert "4 work_day whole_days" in page.text


def test_an_unknown_procedure_is_missing_in_words(office: Office) -> None:
    page = office.administrator.open("/desk/admin/procedures/nothing/")
    assert page.status == 404
    assert "There is no procedure" in page.text


@given(minutes=st.integers(1, 4000))
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_the_trial_equals_a_slow_recount(office: Office, minutes: int) -> None:
    if not Clock.objects.exists():
        some_cases(office)
    at = timezone.now()
    version = ProcedureVersion.objects.get(name="service_matter", in_force=True)
    text = json.loads(json.dumps(version.text))
    text["stages"]["collect"]["limit"] = f"{minutes} urgent_minute"
    found = simulate(parse(text), at)
    late = [0, 0]
    for row in Clock.objects.filter(stage="collect", kind="stage"):
        clock = clocks.Clock.from_data(row.face)
        days = calendar(row.calendar)
        for place, limit in enumerate(
            (Limit.parse("15 urgent_minute"), Limit.parse(f"{minutes} urgent_minute"))
        ):
            due = replace(clock, limit=limit).due(days)
            end = clock.stopped or at
            late[place] += due is not None and due.at < end
    if minutes == 15:
        assert found.stages == ()
    else:
        [stage] = found.stages
        assert [stage.late_before, stage.late_after] == late
        assert found.newly_late - found.no_longer == late[1] - late[0]


def test_only_the_last_month_is_looked_at(office: Office) -> None:
    some_cases(office)
    text = json.loads(json.dumps(ProcedureVersion.objects.get(name="service_matter").text))
    text["stages"]["collect"]["limit"] = "5 urgent_minute"
    later = timezone.now() + timedelta(days=40)
    assert simulate(parse(text), later).cases == 0
