"""What may be urgent, on the desk: head of the lists, counted in the bar, decided with one press."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.cases.models import DangerAnswer, WordSettings
from commonward.cases.queries.read_first import MINUTES
from tests.doors.desk.conftest import Office

MAYBE = "隔壁大爷今天一直没有出来拿报纸"
PAGES = ("desk:home", "desk:queue", "desk:intake")


def test_it_stands_at_the_head_of_the_lists_and_is_counted_in_the_bar(office: Office) -> None:
    report = office.district.report(words=MAYBE, at=timezone.now())
    for name in PAGES:
        page = office.intake_officer.open(reverse(name))
        assert "Read first: may be urgent" in page.text and "1 to read first" in page.text, name
        assert "rings in 1" in page.text and "Perhaps danger now" not in page.text
        assert reverse("desk:case", args=[report.case.number]) in page.links
    assert "read first: may be urgent" in office.intake_officer.open(reverse("desk:queue")).text
    for login in ("handler", "administrator"):
        assert getattr(office, login).open(reverse("desk:read_first")).text == ""
        assert "to read first" not in getattr(office, login).open(reverse("desk:home")).text


def test_one_press_says_that_it_is_not_urgent(office: Office) -> None:
    number = office.district.report(words=MAYBE, at=timezone.now()).case.number
    page = office.intake_officer.open(reverse("desk:home"))
    sent = reverse("desk:danger_decided", args=[number])
    after = office.intake_officer.send(page, sent, urgent="no", back="home")
    assert after.path == reverse("desk:home") and "1 to read first" not in after.text
    assert not DangerAnswer.objects.get().urgent
    case = office.intake_officer.open(reverse("desk:case", args=[number]))
    assert "read it first: not urgent." in case.text and "Perhaps danger now" not in case.text


def test_urgent_leads_to_its_case_and_rings_for_the_others(office: Office) -> None:
    number = office.district.report(words=MAYBE, at=timezone.now()).case.number
    case = reverse("desk:case", args=[number])
    page = office.intake_officer.open(case)
    assert "Read first: may be urgent" in page.text
    sent = reverse("desk:danger_decided", args=[number])
    assert office.intake_officer.send(page, sent, urgent="yes").path == case
    other = office.dispatcher.open(reverse("desk:home")).text
    assert "Perhaps danger now" in other and "to read first" not in other


def test_what_nobody_read_in_time_rings_and_says_so(office: Office) -> None:
    late = timezone.now() - timedelta(minutes=MINUTES)
    office.district.report(words=MAYBE, at=late)
    text = office.dispatcher.open(reverse("desk:home")).text
    assert "Perhaps danger now" in text and "nobody has read it in time" in text
    assert "Read first" not in text


def test_an_answer_that_says_neither_is_refused(office: Office) -> None:
    number = office.district.report(words=MAYBE, at=timezone.now()).case.number
    page = office.intake_officer.open(reverse("desk:home"))
    sent = reverse("desk:danger_decided", args=[number])
    assert "Say whether" in office.intake_officer.send(page, sent, urgent="x").text
    assert not DangerAnswer.objects.exists()


def test_an_administrator_sets_the_minutes_and_sees_what_was_decided(office: Office) -> None:
    number = office.district.report(words=MAYBE, at=timezone.now()).case.number
    page = office.intake_officer.open(reverse("desk:home"))
    office.intake_officer.send(
        page, reverse("desk:danger_decided", args=[number]), urgent="yes", part="1"
    )
    here = reverse("desk:admin_words_danger")
    page = office.administrator.open(here)
    assert "What people decided here" in page.text
    after = office.administrator.send(page, here, do="keep", minutes="5", more="0")
    assert "Kept." in after.text and WordSettings.objects.get().read_first_minutes == 5
    assert 'name="minutes"' not in office.duty_chief.open(here).html


@pytest.mark.parametrize(("minutes", "more"), [("0", "0"), ("x", "0"), ("5", "nan"), ("5", "1")])
def test_what_makes_no_rule_is_refused(office: Office, minutes: str, more: str) -> None:
    here = reverse("desk:admin_words_danger")
    page = office.administrator.open(here)
    after = office.administrator.send(page, here, do="keep", minutes=minutes, more=more)
    assert after.status == 422 and "Kept." not in after.text
    assert not WordSettings.objects.exists()
