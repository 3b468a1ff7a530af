"""POST requests: what is taken, what is refused and in which words, and that nothing is doubled."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.access import contact_of
from commonward.cases.models import Case, CaseKey, Event, Report
from commonward.cases.queries.dangers import dangers_waiting
from commonward.core.rights import SYSTEM
from commonward.doors.open311 import keys
from commonward.people.actions import issue_key, revoke_key
from commonward.people.models import ApiKey
from tests.district import INSPECTION, LAMP, POTHOLE, QUESTION, RUBBISH, District
from tests.doors.open311.conftest import Door


def nothing_written() -> bool:
    return not any(m._default_manager.exists() for m in (Report, Case, CaseKey, Event))


def test_a_report_is_located_routed_and_answered_with_a_number_alone(
    door: Door, district: District, here: dict[str, Any]
) -> None:
    row = door.post(service_code=LAMP, description="Dark since Monday", **here).row
    assert row["service_notice"] == "We have your report and are reading it."
    assert set(row) == {"service_request_id", "service_notice"}
    report = Report.objects.get(number=row["service_request_id"])
    assert (report.channel, report.words, report.language) == ("open311", "Dark since Monday", "en")
    assert report.case.area_path.endswith(f"/{district.grid(0, 0)}/")
    assert report.case.team_id == district.teams["intake"]
    assert report.case.due_at is not None
    assert door.get(f"requests/{report.number}").row["description"] == "Dark since Monday"


def test_details_are_sealed_kept_from_the_public_and_open_to_those_who_work_on_it(
    door: Door, district: District, here: dict[str, Any]
) -> None:
    told = {
        "first_name": "李", "last_name": "Hua", "email": "li@example.org",
        "phone": "13912345678", "device_id": "d-1", "account_id": "a-1",
    }  # fmt: skip
    row = door.post(service_code=RUBBISH, **here, **told).row
    assert row["account_id"] == "a-1"
    report = Report.objects.get()
    assert contact_of(report, district.intake_officer, timezone.now(), door="test") == told
    for page in ("requests", f"requests/{report.number}"):
        raw = door.get(page, extensions="true").raw.decode()
        for private in told.values():
            assert private not in raw


def test_answers_are_taken_in_both_spellings_and_checked(door: Door, here: dict[str, Any]) -> None:
    row = door.post(
        service_code=POTHOLE,
        more={
            "attribute[HOWDEEP]": "12.5",
            "attribute[SURFACE]": "asphalt",
            "attribute[HARMS][]": ["walkers", "drivers"],
            "attribute[SEENAT]": "2026-01-31T08:00:00+08:00",
            "attribute[NOTE]": "",
        },
        **here,
    ).row
    assert Report.objects.get(number=row["service_request_id"]).answers == {
        "HOWDEEP": "12.5",
        "SURFACE": "asphalt",
        "HARMS": ["walkers", "drivers"],
        "SEENAT": "2026-01-31T08:00:00+08:00",
    }


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({}, "HOWDEEP required"),
        ({"attribute[HOWDEEP]": " "}, "HOWDEEP required"),
        ({"attribute[HOWDEEP]": "deep"}, "HOWDEEP"),
        ({"attribute[HOWDEEP]": "nan"}, "HOWDEEP"),
        ({"attribute[HOWDEEP]": ["1", "2"]}, "HOWDEEP"),
        ({"attribute[HOWDEEP]": "1", "attribute[SURFACE]": "mud"}, "mud"),
        ({"attribute[HOWDEEP]": "1", "attribute[SURFACE][]": ["asphalt", "concrete"]}, "SURFACE"),
        ({"attribute[HOWDEEP]": "1", "attribute[HARMS][]": ["walkers", "birds"]}, "birds"),
        ({"attribute[HOWDEEP]": "1", "attribute[SEENAT]": "2026-01-31T08:00:00"}, "SEENAT"),
        ({"attribute[HOWDEEP]": "1", "attribute[COLOUR]": "red"}, "COLOUR"),
        ({"attribute[HOWDEEP]": "1", "attribute.SURFACE": "asphalt"}, "attribute.SURFACE"),
        ({"attribute[HOWDEEP]": "1", "attribute[NOTE]": "x" * 4001}, "NOTE"),
    ],
)
def test_a_wrong_answer_is_refused_by_the_name_of_its_question(
    door: Door, here: dict[str, Any], answers: dict[str, Any], named: str
) -> None:
    found = door.post(service_code=POTHOLE, more=answers, **here)
    assert found.status == 400
    assert named in found.wrong
    assert nothing_written()


def test_everything_that_is_missing_is_named_at_once(door: Door) -> None:
    found = door.post(description="Something")
    assert found.status == 400
    assert [e["description"].split(" required")[0] for e in found.rows] == [
        "service_code",
        "lat and long",
    ]


@pytest.mark.parametrize("code", ["nix", INSPECTION, "01", "٠١٠٢"])
def test_a_service_that_is_not_offered_is_not_found(
    door: Door, here: dict[str, Any], code: str
) -> None:
    found = door.post(service_code=code, **here)
    assert (found.status, code in found.wrong) == (404, True)
    assert nothing_written()


def test_an_address_alone_is_taken_for_a_person_to_place(door: Door, district: District) -> None:
    row = door.post(service_code=RUBBISH, address_string="North gate of the market").row
    report = Report.objects.get(number=row["service_request_id"])
    assert (report.address, report.lat, report.case.area_path) == (
        "North gate of the market", None, "",
    )  # fmt: skip
    assert report.case.team_id == district.teams["intake"]
    shown = door.get(f"requests/{report.number}").row
    assert shown["address"] == "North gate of the market"
    assert "lat" not in shown


def test_an_address_id_alone_is_kept_as_words(door: Door) -> None:
    row = door.post(service_code=RUBBISH, address_id="545483").row
    assert "545483" in Report.objects.get(number=row["service_request_id"]).address


@pytest.mark.parametrize(
    ("lat", "lon", "says"),
    [
        ("27,805", "113.105", "with a point"),
        ("NaN", "113.105", "number of degrees"),
        ("27.805", "inf", "number of degrees"),
        ("1e2", "113.105", "number of degrees"),
        ("27.805 N", "113.105", "number of degrees"),
        ("113.105", "27.805", "right way round"),
        ("27.805", "213.105", "not on the earth"),
        ("27.805", None, "long required"),
        (None, "113.105", "lat required"),
        ("13.105", "27.805", "outside the area served"),
        ("27.9", "113.105", "outside the area served"),
        ("٢٧.٨", "113.105", "number of degrees"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_what_would_be_right(
    door: Door, lat: str | None, lon: str | None, says: str
) -> None:
    found = door.post(service_code=RUBBISH, lat=lat, long=lon)
    assert found.status == 400
    assert says in found.wrong
    assert nothing_written()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("description", "x" * 4001, "4001"),
        ("description", "😀" * 4001, "4001"),
        ("address_string", "x" * 301, "301"),
        ("media_url", "javascript:alert(1)", "media_url"),
        ("media_url", "https://[", "media_url"),
        ("media_url", "https://example.org/" + "x" * 500, "media_url"),
        ("phone", "1" * 201, "phone"),
        ("first_name", "x\x00y", "NUL"),
        ("description", "x\x00y", "NUL"),
        ("idempotency_key", "x" * 201, "201"),
    ],
)
def test_what_is_too_long_or_of_no_use_is_refused_whole(
    door: Door, here: dict[str, Any], field: str, value: str, says: str
) -> None:
    found = door.post(service_code=RUBBISH, **{**here, field: value})
    assert found.status == 400
    assert says in found.wrong
    assert nothing_written()


def test_emoji_right_to_left_text_and_four_thousand_characters_are_kept_as_they_are(
    door: Door, here: dict[str, Any]
) -> None:
    words = ("שלום 🚧👷🏽‍♀️ مرحبا 𠮷 " * 400)[:4000].strip()
    row = door.post(service_code=RUBBISH, description=words, **here).row
    assert Report.objects.get(number=row["service_request_id"]).words == words
    assert door.get(f"requests/{row['service_request_id']}").row["description"] == words


def test_the_same_idempotency_key_gives_the_same_report_and_another_content_is_refused(
    door: Door, here: dict[str, Any], client: Client, district: District
) -> None:
    told = {"service_code": RUBBISH, "description": "Bags", **here}
    first = door.post(headers={"Idempotency-Key": "k 1#%_"}, **told).row
    again = door.post(idempotency_key="k 1#%_", **told).row
    assert again["service_request_id"] == first["service_request_id"]
    assert Report.objects.count() == 1
    other = door.post(idempotency_key="k 1#%_", **{**told, "description": "Boxes"})
    assert (other.status, "idempotency key" in other.wrong) == (400, True)
    # It is the client's own: another client may use the same one.
    secret = issue_key(SYSTEM, "other", ["open311.report"], at=district.at)[1]
    Door(client, door.form, secret).post(idempotency_key="k 1#%_", **told)
    door.post(**told)
    door.post(**told)
    assert Report.objects.count() == 4


@pytest.mark.parametrize("given", [None, "", "wrong", "cw_" + "x" * 43, "x" * 5000, "钥匙"])
def test_without_a_right_key_nothing_is_taken(
    door: Door, here: dict[str, Any], given: str | None
) -> None:
    found = door.post(service_code=RUBBISH, api_key=given, **here)
    assert found.status == 403
    assert "api_key" in found.wrong
    assert nothing_written()


def test_a_key_opens_only_what_it_was_given_for_and_nothing_once_it_is_over(
    door: Door, district: District, here: dict[str, Any]
) -> None:
    _, updates = issue_key(SYSTEM, "updates", ["open311.update"], at=district.at)
    over = issue_key(
        SYSTEM,
        "over",
        ["open311.report"],
        at=district.at,
        until=timezone.now() - timedelta(hours=1),
    )[1]
    for secret in (updates, over):
        assert door.post(service_code=RUBBISH, api_key=secret, **here).status == 403


def test_a_revoked_key_opens_nothing_after_the_seconds_that_a_process_believes_it(
    district: District, secret: str
) -> None:
    now = timezone.now()
    assert keys.holder(secret, now) is not None
    revoke_key(SYSTEM, ApiKey.objects.get().pk, at=now)
    assert keys.holder(secret, now + keys.KEPT_FOR) is None
    assert keys.holder(secret, now + timedelta(seconds=1)) is None


def test_a_key_used_too_often_is_told_when_to_come_again(
    door: Door, district: District, here: dict[str, Any]
) -> None:
    _, few = issue_key(SYSTEM, "few", ["open311.report"], at=district.at, per_minute=2)
    answers = [door.post(service_code=RUBBISH, api_key=few, **here) for _ in range(6)]
    refused = [a for a in answers if a.status == 429]
    # Six in a row touch at most two minutes.
    assert 2 <= len(refused) <= 4
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert "2 times a minute" in refused[0].wrong
    assert Report.objects.count() == len(answers) - len(refused)


def test_key_and_service_may_stand_in_the_address_as_some_clients_send_them(
    xml: Door, here: dict[str, Any], secret: str
) -> None:
    path = f"/open311/v2/requests.xml?api_key={secret}&service_code={RUBBISH}"
    found = xml.client.post(path, here)
    assert found.status_code == 200


def test_details_of_a_person_are_never_read_from_the_address(
    xml: Door, here: dict[str, Any], secret: str
) -> None:
    path = f"/open311/v2/requests.xml?api_key={secret}&phone=13912345678&email=li@example.org"
    assert xml.client.post(path, {"service_code": RUBBISH, **here}).status_code == 200
    assert Report.objects.get().contact is None


def test_the_test_endpoint_checks_everything_and_keeps_nothing(
    door: Door, here: dict[str, Any]
) -> None:
    door.root = "/open311/test/v2/"
    row = door.post(service_code=RUBBISH, phone="13912345678", **here).row
    assert row["service_request_id"]
    assert "not kept" in row["service_notice"]
    assert nothing_written()
    assert door.post(service_code=POTHOLE, **here).wrong == "HOWDEEP required"
    assert door.post(service_code=RUBBISH, api_key="wrong", **here).status == 403
    assert door.get("services").rows


def test_an_enquiry_is_taken_like_any_service(door: Door, here: dict[str, Any]) -> None:
    row = door.post(service_code=QUESTION, description="When is it open?", **here).row
    assert row["service_notice"] == "We have your question."


def test_the_words_of_an_answer_follow_the_language(door: Door, here: dict[str, Any]) -> None:
    row = door.post(service_code=RUBBISH, headers={"accept-language": "zh-CN"}, **here).row
    assert row["service_notice"] == "我们已收到您的反映，正在阅看。"


def test_danger_alarms_a_person_and_the_notice_says_whom_to_call(
    door: Door, district: District, here: dict[str, Any]
) -> None:
    row = door.post(service_code=LAMP, description="楼道着火了，有人晕倒", **here).row
    assert row["service_notice"].startswith(
        "This sounds dangerous. Do not wait for us: call 119, 120"
    )
    (told,) = dangers_waiting(district.dispatcher, timezone.now())
    assert told.case == Report.objects.get().case.number
    raw = door.get("requests", extensions="true").raw.decode()
    assert "danger" not in raw and "119" not in raw, "nobody else is told"
