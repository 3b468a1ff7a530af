"""servicerequestupdates: what happened, and what other systems may say and do."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.actions import join
from commonward.cases.models import Case, Event, Remark, Report
from commonward.core.rights import SYSTEM
from commonward.people.actions import issue_key
from tests.district import LAMP, POTHOLE, RUBBISH, District
from tests.doors.open311.conftest import Door

UPDATES = "servicerequestupdates"


def update(door: Door, report: Report, status: str | None = "OPEN", **more: Any) -> Any:
    fields = {"service_request_id": report.number, "status": status, "update_id": "u-1"} | more
    return door.post(UPDATES, **fields)


def key_of(district: District, person: str, client: Client, form: str) -> Door:
    """The door with a key that acts as this member of staff."""
    _, secret = issue_key(
        SYSTEM, person, ["open311.update"], at=district.at, account=district.accounts[person]
    )
    return Door(client, form, secret)


def stage(report: Report) -> str:
    return Case.objects.get(pk=report.case_id).stage


def test_every_stage_entered_is_an_update_the_oldest_first(door: Door, district: District) -> None:
    report = district.report()
    district.closed(report)
    rows = door.get(UPDATES).rows
    assert {r["service_request_id"] for r in rows} == {report.number}
    assert [r["status"] for r in rows] == ["open"] * 7 + ["closed"]
    assert rows[0]["description"] == "We have your report and are reading it."
    assert rows[4]["description"].endswith("Done as asked.")
    moments = [datetime.fromisoformat(r["updated_datetime"]) for r in rows]
    assert moments == sorted(moments)
    assert len({r["update_id"] for r in rows}) == 8


def test_updates_are_bounded_by_dates_and_hide_what_is_not_public(
    door: Door, district: District
) -> None:
    report = district.report()
    hidden = district.report(public=False)
    for one in (report, hidden):
        district.act(one, "accept", district.intake_officer, 60)
    half = (district.at + timedelta(minutes=30)).isoformat()
    assert [r["service_request_id"] for r in door.get(UPDATES, start_date=half).rows] == [
        report.number
    ]
    assert len(door.get(UPDATES, end_date=half).rows) == 1
    assert door.get(UPDATES, start_date="2026-01-01").status == 400
    assert door.get(UPDATES, api_key="wrong").status == 403


def test_those_who_were_joined_get_the_updates_of_the_case_they_follow_from_then_on(
    door: Door, district: District
) -> None:
    main, twin = district.report(), district.report()
    district.act(main, "accept", district.intake_officer, 1)
    minute = timedelta(minutes=1)
    join(twin.number, main.number, "same", district.intake_officer, district.at + 2 * minute)
    district.act(main, "file", district.duty_chief, 3)
    rows = [r for r in door.get(UPDATES).rows if r["service_request_id"] == twin.number]
    assert [r["status"] for r in rows] == ["open", "open", "open"]
    assert rows[-1]["description"] == "The centre is sending it to those who must answer."


def test_words_from_the_reporters_app_reach_the_case_and_stay_unpublished(
    door: Door, district: District
) -> None:
    report = district.report()
    row = update(door, report, description="Now it smells").row
    assert (row["service_request_id"], row["status"]) == (report.number, "open")
    remark = Remark.objects.get()
    assert (remark.words, remark.event.verb, remark.event.role) == (
        "Now it smells", "add_words", "reporter",
    )  # fmt: skip
    assert str(remark.event_id) == row["update_id"]
    assert b"smells" not in door.get(UPDATES).raw
    assert b"smells" not in door.get("requests", extensions="true").raw


def test_the_same_update_sent_again_changes_nothing_and_another_under_its_name_is_refused(
    door: Door, district: District
) -> None:
    report = district.report()
    first = update(door, report, description="Now it smells").row
    events = Event.objects.count()
    assert update(door, report, description="Now it smells").row == first
    assert Event.objects.count() == events
    other = update(door, report, description="Another")
    assert (other.status, "update_id" in other.wrong) == (400, True)
    assert update(door, report, description="Another", update_id="u-2").status == 200
    assert update(door, report, description="No name", update_id=None).status == 200
    assert update(door, report, description="No name", update_id=None).status == 200
    assert Remark.objects.count() == 4


def test_a_reporters_app_may_not_close_and_is_told_who_may(door: Door, district: District) -> None:
    report = district.report(LAMP)
    district.handled(report)
    found = update(door, report, "CLOSED", description="Repaired")
    assert (found.status, "handler" in found.wrong) == (403, True)
    assert stage(report) == "handle"
    assert not Remark.objects.filter(words="Repaired").exists()


def test_closing_from_the_department_reports_the_result_to_be_checked(
    door: Door, district: District, client: Client
) -> None:
    report = district.report(LAMP)
    district.handled(report)
    lamps = key_of(district, "second_handler", client, door.form)
    row = update(lamps, report, "FIXED", description="New bulb").row
    # Whoever handles never checks: the result is reported, and the request stays open.
    assert (row["status"], stage(report)) == ("open", "feed_back")
    assert (
        Remark.objects.get(words="New bulb").event.account_id == district.accounts["second_handler"]
    )
    told = door.get(UPDATES).rows[-1]
    assert told["update_id"] == row["update_id"]
    assert told["description"].endswith("New bulb")


def test_words_from_the_department_become_its_note(
    door: Door, district: District, client: Client
) -> None:
    report = district.report(LAMP)
    district.handled(report)
    lamps = key_of(district, "second_handler", client, door.form)
    assert update(lamps, report, "IN_PROGRESS", description="Lift ordered").status == 200
    remark = Remark.objects.get(words="Lift ordered")
    assert (remark.event.verb, remark.event.role) == ("note", "handler")
    assert b"Lift ordered" not in door.get(UPDATES).raw


def test_another_departments_key_may_not_close_and_nothing_closes_without_words(
    door: Door, district: District, client: Client
) -> None:
    report = district.report(LAMP)
    district.handled(report)
    roads = key_of(district, "handler", client, door.form)
    assert update(roads, report, "CLOSED", description="Done").status == 403
    lamps = key_of(district, "second_handler", client, door.form)
    silent = update(lamps, report, "CLOSED")
    assert (silent.status, "description" in silent.wrong) == (400, True)
    assert stage(report) == "handle"


def test_a_stage_from_which_nothing_closes_is_named(
    door: Door, district: District, client: Client
) -> None:
    report = district.report(LAMP)
    district.act(report, "accept", district.intake_officer, 1)
    lamps = key_of(district, "second_handler", client, door.form)
    found = update(lamps, report, "CLOSED", description="Done")
    assert (found.status, "Filing" in found.wrong) == (400, True)


def test_a_closed_request_is_reopened_by_its_reporter_with_a_reason(
    door: Door, district: District
) -> None:
    report = district.report(LAMP)
    district.closed(report)
    assert update(door, report, "OPEN").status == 400
    row = update(door, report, "OPEN", description="Dark again").row
    assert (row["status"], stage(report)) == ("open", "dispatch")
    assert door.get(f"requests/{report.number}").row["status"] == "open"


def test_an_update_that_says_what_is_so_already_is_taken_and_changes_no_stage(
    door: Door, district: District
) -> None:
    report = district.report(LAMP)
    district.closed(report)
    row = update(door, report, "CLOSED").row
    assert (row["status"], stage(report)) == ("closed", "evaluate")
    assert update(door, report, "CLOSED", description="Thanks", update_id="u-2").status == 200
    assert Remark.objects.filter(words="Thanks").exists()


def test_an_update_to_a_joined_report_goes_to_the_case_it_follows(
    door: Door, district: District
) -> None:
    main, twin = district.report(), district.report()
    join(twin.number, main.number, "same", district.intake_officer, district.at)
    update(door, twin, description="Still there")
    assert Remark.objects.get(words="Still there").event.case_id == main.case_id


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"service_request_id": None}, 400, "service_request_id required"),
        ({"service_request_id": "NOTHERE"}, 404, "NOTHERE"),
        ({"status": "SOLVED?"}, 400, "IN_PROGRESS"),
        ({"updated_datetime": "2026-01-01T00:00:00"}, 400, "updated_datetime"),
        ({"update_id": "x" * 201}, 400, "201"),
        ({"description": "x" * 4001}, 400, "4001"),
        ({"description": ""}, 400, "description"),
        ({"media_url": "data:text/html,x"}, 400, "media_url"),
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "wrong"}, 403, "api_key"),
    ],
)
def test_a_wrong_update_is_refused_in_words_and_leaves_nothing(
    door: Door, district: District, fields: dict[str, Any], status: int, says: str
) -> None:
    report = district.report()
    events = Event.objects.count()
    sent = {"service_request_id": report.number, "update_id": "u", "description": "Hm"} | fields
    found = door.post(UPDATES, **sent)
    assert (found.status, says in found.wrong) == (status, True)
    assert Event.objects.count() == events


def test_a_key_for_reports_alone_sends_no_updates_and_a_hidden_report_is_not_found(
    door: Door, district: District, client: Client
) -> None:
    report = district.report(POTHOLE, answers={"HOWDEEP": "1"})
    _, only = issue_key(SYSTEM, "reports", ["open311.report"], at=district.at)
    assert update(door, report, description="Hm", api_key=only).status == 403
    hidden = district.report(RUBBISH, public=False)
    assert update(door, hidden, description="Hm").status == 404


def test_the_clients_own_time_is_noted_and_never_computed_with(
    door: Door, district: District
) -> None:
    report = district.report()
    far = "2099-01-01T00:00:00+08:00"
    update(door, report, description="From the future", updated_datetime=far)
    received = Event.objects.get(verb="update_received")
    assert received.data["said_at"] == far
    assert received.at <= timezone.now()
    assert Case.objects.get(pk=report.case_id).changed_at <= timezone.now()


def test_the_test_endpoint_checks_an_update_and_keeps_nothing(
    door: Door, district: District
) -> None:
    report = district.report()
    events = Event.objects.count()
    door.root = "/open311/test/v2/"
    assert update(door, report, description="Hm").status == 200
    assert update(door, report, "CLOSED", description="Hm").status in (400, 403)
    assert Event.objects.count() == events
