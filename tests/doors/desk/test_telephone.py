"""Telephones: events of the telephone system, the form that opens, who waits, whom to call back."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from commonward.cases.actions.phoning import (
    BACK_WITHIN,
    NUMBER_STAYS,
    SHIFT,
    end_calls,
    number_of,
    sit_at,
    take_event,
)
from commonward.cases.models import PhoneCall, Seat
from commonward.core.phoning import read_event
from commonward.core.refusals import Invalid
from commonward.people.actions import issue_key
from commonward.people.models import Change
from house.installing import ROOT
from tests.doors.desk.conftest import Office

NUMBER = "13912345678"


@pytest.fixture
def secret(office: Office) -> str:
    return issue_key(office.district.administrator, "PBX", ("telephony",), at=office.district.at)[1]


def tell(secret: str, **event: Any) -> Any:
    return Client().post(
        "/telephony/events", json.dumps(event), content_type="application/json",
        headers={"authorization": f"Bearer {secret}"},
    )  # fmt: skip


def said(secret: str, **event: Any) -> PhoneCall:
    answer = tell(secret, **event)
    assert answer.status_code == 204, answer.content
    return PhoneCall.objects.get(ref=event["call"])


def seated(office: Office, extension: str = "8012") -> None:
    sit_at(extension, office.district.intake_officer, timezone.now())


def test_a_call_that_is_answered_opens_its_form_with_the_number_of_this_call_alone(
    office: Office, secret: str
) -> None:
    seated(office)
    call = said(secret, type="offered", call="1", number=NUMBER, queue="main")
    assert NUMBER not in office.intake_officer.open("/desk/lines/mine/").html
    said(secret, type="answered", call="1", extension="8012")
    waits = office.intake_officer.open("/desk/lines/mine/")
    assert f"/desk/intake/?call={call.pk}" in waits.links
    assert NUMBER not in waits.html
    form = office.intake_officer.open("/desk/intake/", call=call.pk)
    assert NUMBER in form.text
    assert form.form("/desk/intake/").fields["phone"] == [""]
    assert NUMBER not in office.duty_chief.open("/desk/intake/", call=call.pk).html
    said(secret, type="ended", call="1")
    assert NUMBER not in office.intake_officer.open("/desk/intake/", call=call.pk).html
    assert PhoneCall.objects.get().account_id is None


def test_words_spoken_on_the_line_show_the_number_to_call_and_are_kept_nowhere(
    office: Office, secret: str
) -> None:
    seated(office)
    said(secret, type="answered", call="1", extension="8012")
    call = said(secret, type="words", call="1", words="楼道着火了，有人晕倒了")
    assert call.danger == "119 120"
    assert "119" in office.intake_officer.open("/desk/lines/mine/").text
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_phonecall")
        assert "着火" not in str(cursor.fetchall())


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1, 2, 1)])
def test_events_that_come_late_twice_and_in_any_order_make_one_call(
    office: Office, order: tuple[int, ...]
) -> None:
    now = timezone.now()
    told = (
        {"type": "offered", "call": "7", "queue": "main", "at": now.isoformat()},
        {
            "type": "answered",
            "call": "7",
            "extension": "1",
            "at": (now + timedelta(seconds=9)).isoformat(),
        },
        {"type": "ended", "call": "7", "at": (now + timedelta(seconds=60)).isoformat()},
    )
    for n in order:
        take_event(read_event(told[n], now), now)
    call = PhoneCall.objects.get()
    assert (call.came_at, call.answered_at) == (now, now + timedelta(seconds=9))
    assert (call.ended_at, call.account_id) == (now + timedelta(seconds=60), None)
    assert call.extension == "", "where it was answered is needed for its form alone"


def test_numbers_end_with_their_call_and_nothing_of_them_is_left(
    office: Office, secret: str
) -> None:
    call = said(secret, type="offered", call="1", number=NUMBER)
    assert number_of(call) == NUMBER
    said(secret, type="ended", call="1")
    now = timezone.now()
    assert end_calls(now + NUMBER_STAYS - timedelta(minutes=1)) == 0
    assert end_calls(now + NUMBER_STAYS + timedelta(minutes=1)) == 1
    call.refresh_from_db()
    assert (call.key, call.number, number_of(call)) == (None, None, "")
    # A late repetition of an event brings it back no more.
    said(secret, type="offered", call="1", number=NUMBER)
    assert number_of(PhoneCall.objects.get()) == ""


def test_whoever_wishes_it_is_called_back_and_the_look_at_the_number_is_noted(
    office: Office, secret: str
) -> None:
    call = said(secret, type="offered", call="1", number=NUMBER, queue="main")
    said(secret, type="call_back", call="1")
    said(secret, type="ended", call="1")
    end_calls(timezone.now() + timedelta(hours=2))
    page = office.intake_officer.open("/desk/lines/")
    assert NUMBER not in page.html
    token = page.forms[-1].fields
    shown = office.intake_officer.post("/desk/lines/", {**token, "do": "look", "call": call.pk})
    assert NUMBER in shown.text
    assert Change.objects.filter(verb="look", about=f"call back {call.pk}").exists()
    assert NUMBER not in str(list(Change.objects.values_list("about", "data")))
    for outcome, kept in (("unreached", NUMBER), ("unreached", "")):
        office.intake_officer.post(
            "/desk/lines/", {**token, "do": "told", "call": call.pk, "outcome": outcome}
        )
        assert number_of(PhoneCall.objects.get()) == kept
    gone = office.intake_officer.post("/desk/lines/", {**token, "do": "look", "call": call.pk})
    assert gone.status == 404


def test_a_call_back_that_nobody_made_is_over_after_a_day(office: Office, secret: str) -> None:
    said(secret, type="offered", call="1", number=NUMBER)
    said(secret, type="call_back", call="1")
    end_calls(timezone.now() + BACK_WITHIN + timedelta(minutes=1))
    call = PhoneCall.objects.get()
    assert (call.back_told, call.number) == ("over", None)


def test_a_call_whose_end_was_never_told_ends_and_names_nobody(office: Office, secret: str) -> None:
    seated(office)
    said(secret, type="answered", call="1", extension="8012")
    assert PhoneCall.objects.get().account_id == office.district.intake_officer.account
    end_calls(timezone.now() + timedelta(hours=5))
    call = PhoneCall.objects.get()
    assert call.ended_at is not None
    assert call.account_id is None
    assert call.extension == ""


def test_the_page_says_who_waits_and_the_share_within_fifteen_seconds(
    office: Office, secret: str
) -> None:
    now = timezone.now()
    for n, wait in enumerate((5, 14, 40)):
        for kind, after in (("offered", 0), ("answered", wait), ("ended", wait + 30)):
            at = now - timedelta(seconds=120) + timedelta(seconds=after)
            take_event(
                read_event(
                    {"type": kind, "call": f"c{n}", "extension": "1", "at": at.isoformat()}, now
                ),
                now,
            )
    said(secret, type="offered", call="w", queue="夜班")
    page = office.leader.open("/desk/lines/")
    assert page.status == 200
    assert "夜班" in page.text
    if timezone.localtime(now).hour or timezone.localtime(now).minute >= 3:  # not across midnight
        assert "66 % answered within 15 seconds. Calls: 4." in page.text
    assert "I sit at telephone" not in page.text


def test_one_person_sits_at_one_telephone_until_the_shift_is_over(office: Office) -> None:
    here, now = office.district, timezone.now()
    sit_at("8012", here.intake_officer, now)
    with pytest.raises(Invalid, match="sits at this telephone"):
        sit_at("8012", here.duty_chief, now)
    sit_at("8013", here.intake_officer, now)
    sit_at("8012", here.duty_chief, now)
    assert Seat.objects.count() == 2
    sit_at("8012", here.intake_officer, now + SHIFT)
    assert list(Seat.objects.values_list("extension", flat=True)) == ["8012"]
    sit_at("", here.intake_officer, now + SHIFT)
    assert not Seat.objects.exists()


@pytest.mark.parametrize(
    ("rights", "status"), [(None, 401), (("open311.report",), 403), (("telephony",), 422)]
)
def test_only_the_telephone_systems_key_tells_of_calls_and_faults_are_said(
    office: Office, rights: tuple[str, ...] | None, status: int
) -> None:
    key = "cw_unknown"
    if rights is not None:
        _, key = issue_key(office.district.administrator, "x", rights, at=office.district.at)
    answer = tell(key, type="recorded", call="1")
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert not PhoneCall.objects.exists()


def test_an_event_may_come_as_a_form_and_never_as_something_else(secret: str) -> None:
    head = {"authorization": f"Bearer {secret}"}
    sent = Client().post("/telephony/events", {"type": "offered", "call": "9"}, headers=head)
    assert sent.status_code == 422  # multipart is not read
    form = "type=offered&call=9&number=13912345678"
    kind = "application/x-www-form-urlencoded"
    assert Client().post("/telephony/events", form, kind, headers=head).status_code == 204
    assert Client().get("/telephony/events", headers=head).status_code == 405


def test_the_examples_of_telephone_systems_tell_the_events_that_are_known() -> None:
    folder = ROOT / "docs" / "examples" / "telephony"
    told = " ".join(p.read_text("utf-8") for p in folder.iterdir())
    for kind in ("offered", "answered", "ended", "call_back"):
        assert f"type={kind}" in told
