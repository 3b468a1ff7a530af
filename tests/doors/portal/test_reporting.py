"""Telling a problem: each question, each refusal, sent once, and shown as it was promised."""

import io
import re
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone
from PIL import Image

from commonward.cases.actions import act
from commonward.cases.actions.receipts import token_of
from commonward.cases.models import Case, Photo, Receipt, Report
from commonward.cases.queries.dangers import dangers_waiting, to_read_first
from commonward.cases.queries.public import public_report
from commonward.people.queries import revisions
from tests.district import LAMP, POTHOLE, District
from tests.doors.portal.conftest import Resident, last_report


def photo() -> io.BytesIO:
    """A small picture as a browser sends it."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "JPEG")
    made.seek(0)
    made.name = "photo.jpg"
    return made


def test_a_report_without_an_account_is_kept_with_all_that_was_told(
    resident: Resident, district: District
) -> None:
    _, page = resident.reported(phone="139 1234 5678", last_name="Li")
    kept = last_report()
    assert page.heading == "Your receipt"
    assert kept.number in page.text
    assert (kept.channel, kept.address, kept.lat, kept.lon) == (
        "portal", "East gate", 27.805, 113.105,
    )  # fmt: skip
    assert kept.case.category.code == "0301"
    assert kept.case.area is not None
    assert kept.case.area.code == district.grid(0, 0)
    assert kept.contact is not None
    assert kept.language == "en"
    assert b"139" not in bytes(kept.contact), "the telephone number is sealed"


def test_nothing_is_kept_before_it_is_sent(resident: Resident) -> None:
    resident.told()
    assert not Report.objects.exists()
    assert not Case.objects.exists()


def test_a_form_sent_twice_is_one_report_with_one_receipt(resident: Resident) -> None:
    check = resident.told()
    first, second = resident.send(check), resident.send(check)
    assert first.path == second.path
    assert Report.objects.count() == Receipt.objects.count() == 1


def test_the_same_form_with_other_words_is_told_that_it_was_sent_already(
    resident: Resident,
) -> None:
    check = resident.told()
    resident.send(check)
    words = resident.send(check, go="edit-words")
    again = resident.send(words, words="Something else altogether.")
    while again.step != "check":
        again = resident.send(again, same="other", category="0301")
    page = resident.send(again)
    assert page.heading == "This was sent already"
    assert Report.objects.count() == 1
    assert any(link.startswith("/my/") for link in page.links)


@pytest.mark.parametrize(
    ("step", "answers", "said"),
    [
        ("words", {"words": "  "}, "Please say in a few words what is wrong."),
        ("words", {"words": "x" * 4001}, "The description has 4001 characters"),
        ("category", {"category": "0302"}, "Please choose what kind of problem it is."),
        ("category", {"category": "<script>"}, "Please choose what kind of problem it is."),
        ("where", {"address": "", "lat": "", "lon": ""}, "Please say where it is"),
        ("where", {"lat": "27.8", "lon": ""}, "A position has two numbers; one is missing."),
        ("where", {"lat": "north"}, "“north” is no position"),
        ("where", {"lat": "nan"}, "“nan” is no position"),
        ("where", {"lat": "1", "lon": "2"}, "This place is outside the area served."),
        ("where", {"lat": "113.105", "lon": "27.805"}, "“113.105” is no position"),
        ("where", {"address": "x" * 301}, "The address has 301 characters"),
        ("contact", {"phone": "12"}, "This telephone number is too short"),
        ("contact", {"email": "li@"}, "An e-mail address looks like"),
    ],
)
def test_a_wrong_answer_is_asked_again_in_words_and_keeps_what_was_typed(
    resident: Resident, step: str, answers: dict[str, str], said: str
) -> None:
    page = resident.send(resident.told(until=step), **answers)
    assert page.step == step
    assert said in page.text
    assert 'role="alert"' in page.html
    name, typed = next(iter(answers.items()))
    if name in ("address", "lat", "phone", "email"):
        assert page.fields[name] == typed


def test_a_category_is_suggested_from_the_words_and_says_why(resident: Resident) -> None:
    page = resident.told("The lamp before number 7 is dark", until="category")
    assert page.text.index("Street lamp") < page.text.index("Something else")
    assert "because of: lamp" in page.text


def test_a_category_s_questions_are_asked_one_by_one_and_kept(resident: Resident) -> None:
    page = resident.told("A hole in the road", until="ask-HOWDEEP", category=POTHOLE)
    assert page.heading == "How deep is it, in centimetres?"
    assert "Please answer this question." in resident.send(page, answer="").text
    wrong = resident.send(page, answer="deep")
    assert "Please write a number; “deep” is none." in wrong.text
    page = resident.send(page, answer="12")
    assert page.heading == "Which surface?"
    page = resident.send(page, answer="asphalt")
    assert page.heading == "Who is harmed?"
    page = resident.send(page, answer=["walkers", "drivers"])
    page = resident.send(page, answer="2026-03-01T08:30")
    page = resident.send(page, answer="")
    check = resident.send(page)
    assert "12" in check.text
    resident.send(check)
    assert last_report().answers == {
        "HOWDEEP": "12",
        "SURFACE": "asphalt",
        "HARMS": ["walkers", "drivers"],
        "SEENAT": "2026-03-01T08:30:00+08:00",
    }


def test_a_place_near_a_border_is_asked_for_its_side(
    resident: Resident, district: District
) -> None:
    page = resident.told(until="side", lat="27.805", lon="113.11003")
    assert "Grid 1-1" in page.text
    assert "Grid 1-2" in page.text
    assert "Please choose a side" in resident.send(page, side="430298002001001").text
    page = resident.send(page, side=district.grid(0, 0))
    resident.send(resident.send(page))
    area = last_report().case.area
    assert area is not None
    assert area.code == district.grid(0, 0)


def test_a_place_that_cannot_be_told_goes_to_a_person(resident: Resident) -> None:
    page = resident.send(resident.told(until="where"), cannot="1")
    resident.send(resident.send(page))
    kept = last_report()
    assert (kept.lat, kept.address) == (None, "")


def test_the_same_problem_near_by_is_shown_and_joined(
    resident: Resident, district: District
) -> None:
    first = district.report(LAMP, "The lamp is out, ring 139 1234 5678", at=timezone.now())
    page = resident.told("Lamp dark", until="same", category=LAMP)
    assert first.number in page.fields or first.number in page.html
    assert "139 1234" not in page.html, "what others wrote is masked"
    check = resident.send(resident.send(page, same=first.number))
    assert "They are not shown to the public." in check.text
    resident.send(check)
    joined = last_report()
    assert joined.case_id == first.case_id
    assert not joined.public
    assert Case.objects.count() == 1


def test_a_problem_that_was_closed_is_not_offered_as_the_same(
    resident: Resident, district: District
) -> None:
    earlier = district.report(LAMP, "The lamp is out", at=timezone.now())
    for verb, who, given in (
        ("accept", district.intake_officer, {}),
        ("force_close", district.leader, {"reason": "The whole road is rebuilt."}),
    ):
        act(earlier.case.number, verb, who, timezone.now(), given)
    page = resident.told("Lamp dark", until="contact", category=LAMP)
    assert page.step == "contact"


def test_what_is_not_public_is_not_offered_as_the_same(
    resident: Resident, district: District
) -> None:
    district.report(LAMP, "Not for everybody", at=timezone.now(), public=False)
    page = resident.told("Lamp dark", until="contact", category=LAMP)
    assert page.step == "contact"


def test_the_check_page_shows_exactly_what_becomes_public(resident: Resident) -> None:
    check = resident.told(
        "Rubbish; ring 139 1234 5678 or li@example.org", address="Gate 2, ring 0731-88887777"
    )
    resident.send(check)
    entry = public_report(last_report().number, revisions())
    assert entry is not None
    assert "•••" in entry.words
    public = resident.open(f"/cases/{entry.number}/")
    for shown in (entry.words, entry.address, "27.805, 113.105"):
        assert shown in check.text
        assert shown in public.text
    for hidden in ("139 1234", "li@example", "88887777"):
        assert hidden not in public.html
        assert hidden not in check.text


def test_a_report_that_shall_not_be_shown_is_not(resident: Resident) -> None:
    resident.send(resident.told(), quiet="1")
    kept = last_report()
    assert not kept.case.public
    assert resident.open(f"/cases/{kept.number}/").status == 404
    assert kept.words not in resident.open("/areas/430298/").html


def test_photos_come_with_the_report_and_are_public_only_when_somebody_shows_them(
    resident: Resident, media: object, district: District
) -> None:
    resident.send(resident.told(), photos=photo())
    kept = Photo.objects.get()
    assert kept.report_id == last_report().pk
    name = kept.name.removesuffix(".jpg")
    assert resident.open(f"/photos/{name}.jpg").status == 404


def test_a_file_that_is_no_photo_is_refused_and_nothing_is_kept(
    resident: Resident, media: object
) -> None:
    bad = io.BytesIO(b"<svg onload=alert(1)>")
    bad.name = "photo.jpg"
    page = resident.send(resident.told(), photos=bad)
    assert page.step == "check"
    assert "send a plain photo" in page.text
    assert not Report.objects.exists()


def test_more_photos_than_are_taken_are_refused(resident: Resident, media: object) -> None:
    page = resident.send(resident.told(), photos=[photo() for _ in range(7)])
    assert "7 photos were sent; at most 6 are taken" in page.text
    assert not Report.objects.exists()


def test_a_changed_form_is_noticed(resident: Resident) -> None:
    check = resident.told()
    changed = check.fields["state"][:-2] + "xx"
    page = resident.send(check, state=changed)
    assert page.step == "words"
    assert "could not be read any more" in page.text
    forged = signing.dumps({"key": "x"}, salt="another")
    assert resident.send(check, state=forged).step == "words"
    assert not Report.objects.exists()


def test_the_last_page_sent_first_asks_what_is_missing(resident: Resident) -> None:
    page = resident.send(resident.open("/report/"), step="check")
    assert page.step == "words"
    assert not Report.objects.exists()


def test_return_in_a_field_presses_next_and_never_another_button(resident: Resident) -> None:
    for page in (resident.open("/report/"), resident.told(until="where"), resident.told()):
        first = re.search(r"<button[^>]*>", page.html)
        assert first
        assert 'form="question"' in first.group()
        assert 'value="next"' in first.group(), "browsers press the first one of the form"


def test_back_and_change_lead_to_the_questions_before(resident: Resident) -> None:
    check = resident.told()
    assert resident.send(check, go="back").step == "contact"
    where = resident.send(check, go="edit-where")
    assert (where.step, where.fields["address"]) == ("where", "East gate")
    assert resident.send(check, go="edit-nothing").step == "words"


def test_without_the_form_s_own_cookie_nothing_is_sent(resident: Resident) -> None:
    check = resident.told()
    stranger = Resident()
    page = stranger.send(check)
    assert page.status == 403
    assert page.heading == "Please go back and send again"
    assert not Report.objects.exists()


def test_words_that_mean_danger_are_answered_with_whom_to_call(resident: Resident) -> None:
    page = resident.told("楼道着火了, a neighbour fainted", until="category")
    alert = page.html[page.html.index('role="alert"') :]
    assert alert.index("tel:119") < alert.index("tel:120")
    assert "tel:110" not in page.html
    calm = resident.told("A fire hydrant is painted green", until="category")
    assert 'role="alert"' not in calm.html
    for number in ("110", "119", "120"):
        assert f"tel:{number}" in calm.html


def test_the_receipt_s_token_cannot_be_made_from_what_is_kept(resident: Resident) -> None:
    key, _ = resident.reported()
    kept = last_report()
    receipt = Receipt.objects.get()
    assert key not in (kept.idempotency, receipt.digest, receipt.code_digest)
    assert token_of(kept.idempotency) != key


def test_a_report_told_again_a_day_later_is_another_one(
    resident: Resident, district: District
) -> None:
    earlier = district.report(LAMP, "Lamp dark", at=timezone.now() - timedelta(hours=30))
    page = resident.told("Lamp dark", until="contact", category=LAMP)
    assert page.step == "contact"
    assert earlier.case.is_open


def test_danger_alarms_a_person_and_the_receipt_names_the_number(
    resident: Resident, district: District
) -> None:
    page = resident.told("楼道着火了，快来人")
    receipt = resident.send(page)
    assert "/receipt" in receipt.path or "Your receipt" in receipt.text
    assert receipt.text.count("Do not wait for us: call now.") == 1
    assert receipt.html.count("tel:119") == 1
    (told,) = dangers_waiting(district.dispatcher, timezone.now())
    assert told.case == last_report().case.number
    assert "told of danger" not in resident.open(f"/cases/{told.case}/").text


def test_what_may_be_urgent_judges_nobody_and_tells_the_numbers_on_the_receipt(
    resident: Resident, district: District
) -> None:
    receipt = resident.send(resident.told("隔壁大爷今天一直没有出来拿报纸"))
    assert "If somebody is in danger now, call:" in receipt.text
    assert "Do not wait for us" not in receipt.text and "urgent" not in receipt.text
    (told,) = to_read_first(district.dispatcher, timezone.now())
    assert told.case == last_report().case.number
    plain = resident.send(resident.told("The lamp at the gate is dark."))
    assert "If somebody is in danger" not in plain.text
