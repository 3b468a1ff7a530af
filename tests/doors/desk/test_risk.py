"""The desk's pages of a review: its stages in order, its contact opened once and noted, its sheet."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commonward.people.models import AccessRecord
from commonward.programmes.actions.risk import asking
from tests.district import small_district
from tests.doors.desk.conftest import key_of
from tests.programmes.risk_office import Reviews, reviews


@pytest.fixture
def office(db: None) -> Reviews:
    """Reviews that began a month ago."""
    return reviews(small_district(timezone.now() - timedelta(days=30)))


@pytest.fixture
def desk(office: Reviews) -> Client:
    """The programme officer's browser, in English."""
    found = Client(headers={"accept-language": "en"})
    found.force_login(*key_of("programme_officer"))
    return found


def test_the_stages_stand_in_the_order_in_which_they_come(office: Reviews, desk: Client) -> None:
    number = office.at_experts().case.number
    way = desk.get(f"/desk/programmes/risk/{number}/").context["way"]
    assert [one["title"] for one in way] == [
        "Being drafted", "Announced", "Hearing", "Experts are heard",
        "Weighed, waits for a decision", "Decided", "Ended",
    ]  # fmt: skip
    assert [one["over"] for one in way] == [True, True, True, False, False, False, False]


def test_a_contact_is_opened_by_a_button_and_the_look_is_noted(
    office: Reviews, desk: Client
) -> None:
    number = office.announced().case.number
    row, _ = asking.ask(number, "question", "When?", office.later(2), contact="a@b.example")
    path = f"/desk/programmes/risk/{number}/questions/"
    assert b"a@b.example" not in desk.get(path).content
    before = AccessRecord.objects.filter(what="contact").count()
    assert b"a@b.example" in desk.post(path, {"do": "look", "open": str(row.pk)}).content
    assert AccessRecord.objects.filter(what="contact").count() == before + 1


def test_the_sheet_is_a_pdf_for_who_sees_the_review(office: Reviews, desk: Client) -> None:
    number = office.conditional().case.number
    sent = desk.get(f"/desk/programmes/risk/{number}/report.pdf")
    assert sent.content.startswith(b"%PDF") and "no-store" in sent["Cache-Control"]
