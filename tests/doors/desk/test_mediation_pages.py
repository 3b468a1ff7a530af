"""Mediation at the desk: the register, the three, disclosure, sessions, record, notes, review."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonward.disputes import actions as disputes
from commonward.disputes.actions import appointing
from commonward.disputes.models import (
    Appointment,
    BusyTime,
    CaucusNote,
    Dispute,
    Mediator,
    Objection,
    Review,
    Session,
    Training,
)
from tests.chosen import Choosing, appointed, choosing, with_passphrase
from tests.chosen import cheap as cheap
from tests.doors.desk.conftest import Office
from tests.talks import Talks, mediation

SECRET = "They would take forty thousand."


@pytest.fixture
def talks(office: Office) -> Talks:
    """Mediation in the district of the office."""
    return mediation(office.district)


@pytest.fixture
def case(talks: Talks, cheap: None) -> Choosing:
    """A dispute whose sides want to talk; two mediators in the register."""
    return choosing(talks)


def test_a_coordinator_puts_a_mediator_in_the_register_and_records_a_training(
    office: Office, talks: Talks
) -> None:
    desk = office.browser("coordinator")
    path = reverse("desk:dispute_mediators")
    token = desk.open(path).forms[-1].fields
    page = desk.post(path, {**token, "do": "add", "login": "nobody-here"})
    assert page.status == 404
    page = desk.post(path, {**token, "do": "add", "login": "clerk"})
    assert page.status == 422 and "no grant" in page.text
    page = desk.post(path, {**token, "do": "add", "login": "mediator"})
    own = reverse("desk:dispute_mediator", args=[talks.accounts["mediator"]])
    assert "None recorded" in page.text
    day = datetime.now(UTC).date() + timedelta(days=365)
    given = {"do": "train", "title": "Basic", "done_on": "2020-01-01", "until": day.isoformat()}
    desk.post(own, {**token, **given})
    assert Training.objects.get().title == "Basic"
    put = {"do": "put", "language": ["zh-Hans", "yue"], "subject": ["neighbours"],
           "hour": ["mon-am"], "gender": "f", "most": "5", "active": "1"}  # fmt: skip
    desk.post(own, {**token, **put})
    row = Mediator.objects.get()
    assert (row.languages, row.subjects, row.most) == (["yue", "zh-Hans"], ["neighbours"], 5)
    assert desk.post(own, {**token, **put, "most": "many"}).status == 422


def test_from_three_to_a_signed_disclosure(office: Office, case: Choosing) -> None:
    desk, hers = office.browser("coordinator"), office.browser("mediator")
    path = reverse("desk:dispute_mediation", args=[case.number])
    token = desk.open(path).forms[-1].fields
    page = desk.post(path, {**token, "do": "propose"})
    assert "Second Mediator" in page.text and "km" in page.text
    own = reverse("desk:dispute_own")
    page = hers.open(own)
    assert "赵小梅" in page.text
    page = hers.post(
        own, {**page.forms[-1].fields, "do": "conflict", "number": case.number, "conflicted": "no"}
    )
    page = desk.post(path, {**token, "do": "appoint", "mediator": str(case.account("mediator"))})
    assert "named by a coordinator" in page.text
    page = hers.open(path)
    page = hers.post(path, {**page.forms[-1].fields, "do": "disclose", "words": "I know nobody."})
    assert "I know nobody." in page.text
    assert Appointment.objects.get().disclosed_at is not None


def test_an_objection_is_decided_on_the_page(office: Office, case: Choosing) -> None:
    appointed(case)
    made = appointing.object_to(case.number, "My landlord.", case.second, case.at(60))
    desk = office.browser("coordinator")
    path = reverse("desk:dispute_mediation", args=[case.number])
    page = desk.open(path)
    assert "My landlord." in page.text
    given = {"do": "decide", "objection": str(made.pk), "upheld": "no", "words": "He is not."}
    page = desk.post(path, {**page.forms[-1].fields, **given})
    assert "He is not." in page.text and Objection.objects.get().upheld is False


def test_the_first_common_time_is_one_button_and_a_taken_one_is_refused(
    office: Office, case: Choosing
) -> None:
    appointed(case)
    hers = office.browser("mediator")
    path = reverse("desk:dispute_sessions", args=[case.number])
    page = hers.open(path)
    form = next(f for f in page.forms if "slot" in f.fields)
    slot = form.fields["slot"][0]
    given = {**form.fields, "do": "plan", "slot": slot, "place": "Tea house"}
    page = hers.post(path, given)
    assert "Tea house" in page.text and Session.objects.count() == 1
    page = hers.post(path, given)
    assert page.status == 422 and "another session" in page.text
    assert hers.post(path, {**given, "slot": "other", "day": "", "time": ""}).status == 422
    assert hers.post(path, {**given, "slot": "soon"}).status == 422
    row = Session.objects.get()
    record = reverse("desk:dispute_record", args=[case.number, row.pk])
    Session.objects.update(start=case.at(-60), end=case.at(-1))
    page = hers.open(record)
    form = page.forms[-1]
    words = {name: f"About {name}." for name in form.fields if name not in ("do", "present")}
    words["csrfmiddlewaretoken"] = form.fields["csrfmiddlewaretoken"][0]
    page = hers.post(record, {**words, "do": "record", "facts": ""})
    assert page.status == 422 and "About rights." in page.html
    hers.post(record, {**words, "do": "record", "present": ["a", "b"]})
    row.refresh_from_db()
    assert (row.state, row.present) == ("held", "ab")
    assert "About rights." not in office.browser("coordinator").open(record).html


def test_notes_are_opened_with_the_passphrase_and_shown_to_nobody_else(
    office: Office, case: Choosing
) -> None:
    appointed(case)
    phrase = with_passphrase(case)
    hers = office.browser("mediator")
    path = reverse("desk:dispute_caucus", args=[case.number])
    token = hers.open(path).forms[-1].fields
    base = {**token, "side": "a", "passphrase": phrase}
    page = hers.post(path, {**base, "do": "write", "words": SECRET})
    assert CaucusNote.objects.count() == 1 and SECRET not in page.html
    assert SECRET in hers.post(path, {**base, "do": "read"}).text
    page = hers.post(path, {**base, "do": "read", "passphrase": "not the passphrase"})
    assert page.status == 422 and SECRET not in page.html
    page = hers.post(path, {**base, "do": "write", "passphrase": "wrong", "words": SECRET})
    assert page.status == 422 and SECRET in page.html, "what was typed is not lost"
    for login in ("coordinator", "second_mediator", "panelist", "clerk", "leader", "administrator"):
        answer = office.browser(login).post(path, {**base, "do": "read"})
        assert answer.status in (403, 404) and SECRET not in answer.html


def test_the_own_page_takes_a_calendar_a_passphrase_and_gives_a_secret_address(
    office: Office, case: Choosing
) -> None:
    hers = office.browser("mediator")
    own = reverse("desk:dispute_own")
    token = hers.open(own).forms[-1].fields
    day = datetime.now(UTC).date() + timedelta(days=3)
    ics = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\n"
        f"DTSTART:{day:%Y%m%d}T010000Z\r\nDURATION:PT2H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
    hers.post(own, {**token, "do": "calendar", "calendar": SimpleUploadedFile("a.ics", ics)})
    assert BusyTime.objects.count() == 1
    page = hers.post(
        own, {**token, "do": "calendar", "calendar": SimpleUploadedFile("a.ics", b"nonsense")}
    )
    assert page.status == 422 and BusyTime.objects.count() == 1
    two = {"new": "twelve letters and", "again": "twelve letters or"}
    assert hers.post(own, {**token, "do": "passphrase", **two}).status == 422
    hers.post(own, {**token, "do": "passphrase", "new": two["new"], "again": two["new"]})
    assert Mediator.objects.get(pk=case.account("mediator")).public is not None
    page = hers.post(own, {**token, "do": "feed"})
    address = next(word for word in page.text.split() if word.endswith(".ics"))
    appointed(case)
    feed = Client().get(address.removeprefix("http://testserver"))
    assert feed.status_code == 200 and feed.headers["Content-Type"].startswith("text/calendar")
    wrong = reverse("portal:dispute_calendar", args=["0" * 40])
    assert Client().get(wrong).status_code == 404


def test_listed_cases_are_read_again_and_get_a_finding(office: Office, talks: Talks) -> None:
    for n in range(12):
        disputes.register(
            talks.application(words=f"They quarrelled and shook hands at house {n}.", source="own"),
            talks.later(2 * n - 60),
            talks.mediator,
            channel="desk",
        )
    Dispute.objects.update(result="settled_performed")
    desk = office.browser("coordinator")
    path = reverse("desk:dispute_review")
    page = desk.post(path, {**desk.open(path).forms[-1].fields, "do": "look"})
    assert "12 settled cases were typed at one desk" in page.text
    first = Review.objects.order_by("dispute").first()
    assert first is not None
    given = {"do": "settle", "number": first.dispute.case.number, "finding": "real",
             "words": "I spoke with both."}  # fmt: skip
    page = desk.post(path, {**page.forms[-1].fields, **given})
    assert "It is real" in page.text
