"""Rosters at the desk: sheets as files, calendars of seats, what a unit sees, who is let in."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonward.core.plans.running import Watch
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.response.actions.units import go_off_duty
from commonward.response.models import Duty, Plan, PlanData, Roster, RosterShift
from commonward.response.planning import rosters
from commonward.response.queries.plans import packed
from tests.district import SINCE
from tests.doors.desk.conftest import Colleague, Office, Page
from tests.help import Help, urgent_help

NEW = "/desk/plans/new/rosters/"
FORM = {
    "weeks": "2", "shifts": "day 07:00-19:00\nnight 19:00-07:00",
    "cover": "* 07:00-19:00 2\n* 19:00-07:00 1", "rest_least": "1",
}  # fmt: skip


@pytest.fixture
def aid(office: Office) -> Help:
    made = urgent_help(office.district, on_duty=False)
    account = people.add_account(SYSTEM, "planner", "Planner", at=SINCE).pk
    people.grant(SYSTEM, account, "planner", at=SINCE)
    return made


def asked(desk: Colleague, **filled: Any) -> Page:
    """What follows the form, sent with these fields."""
    form = next(one for one in desk.open(NEW).forms if "shifts" in one.fields)
    first = timezone.localdate().isoformat()
    return desk.post(NEW, {**form.fields, **FORM, "first": first, "do": "ask", **filled})


def computed(desk: Colleague, **filled: Any) -> Plan:
    """Asked for by the form, and computed in this thread."""
    told = asked(desk, **filled)
    assert "The plan is computed" in told.text, told.text
    plan = Plan.objects.get()
    task = rosters.gathered(plan.asked, plan.area, timezone.now())
    answer = rosters.planned(task, 1, Watch(), lambda kept: None)
    PlanData.objects.filter(plan=plan).update(given=packed(task), answer=packed(answer))
    Plan.objects.filter(pk=plan.pk).update(state="ended")
    return plan


def published(desk: Colleague, **filled: Any) -> Roster:
    here = reverse("desk:plan", args=[computed(desk, **filled).code])
    form = next(one for one in desk.open(here).forms if ("do", "publish") in one.buttons)
    told = desk.post(here, {**form.fields, "do": "publish"})
    assert "in force" in told.text
    return Roster.objects.get()


def test_a_sheet_with_a_wrong_row_is_refused_by_its_number(aid: Help) -> None:
    desk = Colleague("planner")
    file = SimpleUploadedFile("seats.csv", b"team,seat,off\nfire-1,1,\nfire-1,2,tomorrow\n")
    told = asked(desk, file=file)
    assert told.status == 422 and "3 (off)" in told.text
    people_in_it = SimpleUploadedFile("seats.csv", "队,姓名\nfire-1,王\n".encode())
    told = asked(desk, file=people_in_it)
    assert "A roster has seats, never people" in told.text
    assert not Plan.objects.exists()


def test_the_seats_of_the_units_are_a_sheet_that_can_be_given_back(aid: Help) -> None:
    desk = Colleague("planner")
    sheet = desk.open(reverse("desk:plan_seats"))
    assert sheet.html.count("\r\n") == 21 and "ambulance-1,3,," not in sheet.html
    plan = computed(desk, sheet=sheet.html)
    page = desk.open(reverse("desk:plan", args=[plan.code]))
    assert "0 of 0 wishes" in page.text and "Fire-1" in page.text
    again = desk.open(reverse("desk:plan_file", args=[plan.code, "seats.csv"]))
    assert again.html.count("fire-1,") == 5


def test_a_seat_has_a_calendar_and_a_unit_only_its_own(aid: Help) -> None:
    roster = published(Colleague("planner"))
    unit = RosterShift.objects.filter(roster=roster).values_list("team", flat=True)[0]
    crew = Colleague(unit)
    page = crew.open(reverse("desk:roster", args=[roster.code]))
    calendars = [link for link in page.links if link.endswith(".ics")]
    shown = sum(crew.open(link).html.count("BEGIN:VEVENT") for link in calendars)
    assert shown == RosterShift.objects.filter(roster=roster, team=unit).count() > 0
    assert "Cover against the minimum" not in page.text
    for number in range(20):
        link = reverse("desk:roster_file", args=[roster.code, f"{number}.ics"])
        assert crew.open(link).status == (200 if link in calendars else 404)
    lines = crew.open(reverse("desk:roster_file", args=[roster.code, "roster.csv"])).html
    assert len(lines.splitlines()) == shown + 1
    assert crew.open(reverse("desk:roster_file", args=[roster.code, "seats.csv"])).status == 404


def test_a_unit_goes_on_duty_as_the_roster_says(aid: Help) -> None:
    roster = published(Colleague("planner"))
    now = timezone.now()
    shift = RosterShift.objects.filter(roster=roster, unit__isnull=False)[0]
    RosterShift.objects.exclude(pk=shift.pk).delete()
    RosterShift.objects.filter(pk=shift.pk).update(
        begin=now + timedelta(minutes=20), end=now + timedelta(hours=9)
    )
    crew = Colleague(shift.team)
    own = reverse("desk:unit_own")
    page = crew.open(own)
    assert "Next shifts of your seats" in page.text
    crew.send(page, own, do="on_rostered")
    duty = Duty.objects.get(unit=shift.unit, off_at=None)
    assert abs(duty.until - now - timedelta(hours=9)) < timedelta(seconds=1)
    go_off_duty(shift.team, aid.crews[shift.team], timezone.now())
    RosterShift.objects.all().delete()
    page = crew.open(own)
    assert crew.send(page, own, do="on_rostered").status == 422


def test_many_seats_are_shown_a_team_at_a_time(aid: Help) -> None:
    rows = "".join(f"{code},{seat}\n" for code in aid.units for seat in range(1, 8))
    plan = computed(Colleague("planner"), sheet=f"team,seat\n{rows}")
    page = Colleague("planner").open(reverse("desk:plan_table", args=[plan.code]), team="fire-1")
    assert page.html.count('<div class="roster-team"') == 1
    assert page.html.count(".ics") == 7


def test_only_those_in_the_table_are_let_in(aid: Help) -> None:
    roster = published(Colleague("planner"))
    everybody = ("planner", "response_coordinator", "fire-1", "dispatcher", "administrator")
    table = {
        reverse("desk:plan_seats"): (200, 403, 403, 403, 403),
        reverse("desk:plan_table", args=[roster.code]): (200, 403, 403, 403, 403),
        reverse("desk:rosters"): (200, 200, 200, 403, 403),
        reverse("desk:roster", args=[roster.code]): (200, 200, 200, 403, 403),
        reverse("desk:roster_file", args=[roster.code, "roster.csv"]): (200, 200, 200, 403, 403),
    }
    for path, expected in table.items():
        assert tuple(Colleague(who).open(path).status for who in everybody) == expected, path
        assert Client().get(path).status_code == 302


def test_a_page_of_a_roster_asks_the_database_little(
    aid: Help, django_assert_max_num_queries: Any
) -> None:
    roster = published(Colleague("planner"))
    desk = Colleague("planner")
    path = reverse("desk:roster", args=[roster.code])
    desk.open(path)
    with django_assert_max_num_queries(16):
        desk.open(path)
