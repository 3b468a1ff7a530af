"""Reviews of risk on the portal: read by everybody, asked without an account, hidden lines told."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commonward.doors.portal.draft import Draft
from commonward.programmes.actions.risk import asking, hearing, masking
from commonward.programmes.models import RiskQuestion, RiskReview, RiskSeat
from tests.district import small_district
from tests.programmes.risk_office import Reviews, reviews


@pytest.fixture
def office(db: None) -> Reviews:
    """Reviews that began a month ago, so that days have passed."""
    return reviews(small_district(timezone.now() - timedelta(days=30)))


@pytest.fixture
def anybody() -> Client:
    """A browser without an account, in English."""
    return Client(headers={"accept-language": "en"})


def test_the_list_tells_those_open_for_questions_first(office: Reviews, anybody: Client) -> None:
    done, now = office.conditional(), office.announced()
    text = anybody.get("/together/risk/").content.decode()
    assert text.index(now.case.number) < text.index(done.case.number)
    draft = office.drafted()
    assert draft.case.number not in text
    assert anybody.get(f"/together/risk/{draft.case.number}/").status_code == 404


def test_asking_is_three_questions_and_a_receipt(office: Reviews, anybody: Client) -> None:
    number = office.announced().case.number
    ask = f"/together/risk/{number}/ask/"
    assert b'name="kind"' in anybody.get(ask).content
    sent = {"step": "kind", "kind": "objection", "secret": "a" * 20, "go": "next"}
    assert b"<textarea" in anybody.post(ask, sent).content
    sent |= {"step": "words", "words": "Too loud, ring 139 1234 5678"}
    assert b'id="contact"' in anybody.post(ask, sent).content
    assert not RiskQuestion.objects.exists()
    sent |= {"step": "contact", "contact": "a@b.example"}
    for _ in range(2):
        answer = anybody.post(ask, sent, follow=True)
    text = answer.content.decode()
    assert "We have it" in text and "a" * 20 in text and "139" not in text
    assert RiskQuestion.objects.count() == 1
    followed = anybody.post("/together/risk/follow/", {"code": "A" * 20}, follow=True)
    assert "We have it" in followed.content.decode()
    assert anybody.get("/together/risk/answers/bbbb/").status_code == 404


def test_what_is_said_cannot_become_markup(office: Reviews, anybody: Client) -> None:
    made = office.announced()
    row = office.asked(made, "<script>alert(1)</script> & more")
    asking.answer(made.case.number, row.pk, "<b>yes</b>", office.officer, office.later(3))
    text = anybody.get(f"/together/risk/{made.case.number}/").content.decode()
    assert "<script>alert" not in text and "&lt;script&gt;" in text and "<b>yes" not in text


def test_a_hidden_line_is_told_with_reason_and_a_button(office: Reviews, anybody: Client) -> None:
    made = office.announced()
    row = office.asked(made, "Zhao Xiaomei drinks.")
    number = made.case.number
    path = f"/together/risk/{number}/"
    assert "Zhao Xiaomei" in anybody.get(path).content.decode()
    mask = masking.hide_line(
        number, "question", row.pk, "private", "a neighbour's name", office.officer, office.later(3)
    )
    text = anybody.get(path).content.decode()
    assert "Zhao Xiaomei" not in text and "a neighbour&#x27;s name" in text
    assert "Programme officer" in text
    page = anybody.get(f"{path}object/{mask.pk}/")
    assert page.status_code == 200 and b'action="/report/"' in page.content
    form = page.context
    went_on = anybody.post(
        "/report/", {"state": form["state"], "step": "words", "words": form["words"], "go": "next"}
    )
    assert number in Draft.read(went_on.context["state"]).words
    for name in ("report.pdf",):
        assert anybody.get(path + name).content.startswith(b"%PDF")
    files = anybody.get("/together/risk/reviews.json").json()
    assert "Zhao" not in json.dumps(files)


def test_a_place_at_a_hearing_needs_no_name_unless_one_speaks(
    office: Reviews, anybody: Client
) -> None:
    number = office.announced().case.number
    one = hearing.announce_hearing(
        number, office.later(60), "Hall", 2, office.officer, office.later(2)
    )
    path = f"/together/risk/{number}/hearing/{one.pk}/"
    refused = anybody.post(path, {"secret": "c" * 20, "speaks": "yes", "name": ""})
    assert refused.status_code == 422
    anybody.post(path, {"secret": "c" * 20, "speaks": "no", "name": "Zhao"})
    assert RiskSeat.objects.get().name is None
    assert "You have a place" in anybody.get(f"/together/risk/places/{'c' * 20}/").content.decode()
    anybody.post(f"/together/risk/places/{'c' * 20}/")
    assert not RiskSeat.objects.exists()


def test_the_decision_and_its_conditions_are_read_by_everybody(
    office: Reviews, anybody: Client
) -> None:
    number = office.conditional().case.number
    text = anybody.get(f"/together/risk/{number}/").content.decode()
    for part in (
        "利大于弊。",
        "保留通道。",
        "先修便道",
        "无利害关系。",
        "商户要求保留通道。",
        "go, with conditions",
    ):
        assert part in text
    assert "Ask or object" not in text
    assert anybody.get("/together/risk/reviews.csv").content.startswith(b"\xef\xbb\xbfnumber,")
    assert RiskReview.objects.get().decision == "conditions"
