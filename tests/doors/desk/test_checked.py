"""Before everybody reads it: what may be private is marked, and one press hides it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commonward.cases.actions.checking import decide_public
from commonward.cases.actions.forgetting import forget
from commonward.cases.actions.receipts import new_link
from commonward.cases.models import Approval, Event, Report
from commonward.core.refusals import Forbidden, Missing, Refusal
from tests.doors.desk.conftest import Office, Page

WORDS = "Mr Smith of flat 12b has no lamp, call 13800138000 about file 1234567."


def told(office: Office) -> Report:
    return office.district.report(words=WORDS, address="12 Harbour Street", public=True)


def path_of(report: Report) -> str:
    return reverse("desk:checked", args=[report.case.number])


def press(office: Office, report: Report, do: str, **given: str) -> Page:
    page = office.duty_chief.open(path_of(report))
    filled = {"report": report.number, "part": "words", "do": do, **given}
    return office.duty_chief.send(page, path_of(report), **filled)


def outside(report: Report) -> str:
    answer = Client(headers={"accept-language": "en"}).get(f"/cases/{report.number}/")
    return answer.content.decode()


def stretch(part: str) -> str:
    begin = WORDS.index(part)
    return f"{begin}:{begin + len(part)}"


def test_the_page_marks_what_was_found_and_says_what_is_read_now(office: Office) -> None:
    report = told(office)
    page = office.duty_chief.open(path_of(report))
    assert "Mr Smith person's name · proposed: everybody reads it now" in page.text
    assert "13800138000 telephone · hidden by itself" in page.text
    assert (
        "2 places may tell of somebody"
        in office.duty_chief.open(reverse("desk:case", args=[report.case.number])).text
    )


def test_one_press_hides_a_name_and_the_event_names_who_and_not_what(office: Office) -> None:
    report = told(office)
    assert "Mr Smith" in outside(report)
    after = press(office, report, f"hide:{stretch('Mr Smith')}")
    assert "hidden by the office" in after.text
    assert "Mr Smith" not in outside(report) and "flat 12b" in outside(report)
    event = Event.objects.get(verb="marked")
    assert event.account_id is not None
    assert event.data == {"part": "words", "hidden": 1, "shown": 0}


def test_all_that_is_proposed_is_hidden_by_one_press(office: Office) -> None:
    report = told(office)
    press(office, report, "hide_all")
    html = outside(report)
    assert "Mr Smith" not in html and "flat 12b" not in html and "has no lamp" in html


def test_what_is_hidden_by_itself_can_be_said_to_be_public(office: Office) -> None:
    report = told(office)
    press(office, report, f"show:{stretch('13800138000')}")
    assert "13800138000" in outside(report)
    assert "public: somebody decided" in office.duty_chief.open(path_of(report)).text


def test_words_that_nobody_found_are_hidden_by_hand(office: Office) -> None:
    report = told(office)
    wrong = press(office, report, "other", other="Nobody of that name")
    assert "These words do not stand in the text" in wrong.text
    press(office, report, "other", other="NO LAMP")
    assert "no lamp" not in outside(report)


def test_the_same_holds_in_every_list_and_in_open311(office: Office) -> None:
    report = told(office)
    press(office, report, "hide_all")
    client = Client(headers={"accept-language": "en"})
    for path in ("/areas/430298/", "/open311/v2/requests.json"):
        html = client.get(path).content.decode()
        assert "Mr Smith" not in html and "has no lamp" in html, path


def test_the_reporter_reads_it_objects_and_a_leader_shows_it_again(office: Office) -> None:
    report = told(office)
    press(office, report, "hide_all")
    key = new_link(report.pk, office.district.at)
    resident = office.nobody
    mine = resident.open(f"/my/{key}/")
    assert "The office hid private data in your words from the public" in mine.text
    assert "Mr Smith" in mine.text, "one's own words are one's own"
    form = resident.open(f"/my/{key}/object/")
    resident.send(form, "", words="That is our mayor.")
    made = Approval.objects.get(kind="objection")
    decide = reverse("desk:decide", args=[report.case.number, made.pk])
    office.leader.send(office.leader.open(decide), decide, grant="yes", reason="A public office.")
    html = outside(report)
    assert "Mr Smith" in html and "13800138000" not in html


def test_other_posts_and_texts_that_are_not_public_are_refused(office: Office) -> None:
    district = office.district
    report = told(office)
    at = district.at
    with pytest.raises(Forbidden):
        decide_public(
            report.case.number, report.number, "words", [(0, 2, True)], district.outsider, at
        )
    with pytest.raises(Missing):
        decide_public(
            report.case.number, "", "step-999999", [(0, 2, True)], district.duty_chief, at
        )
    quiet = district.report(words=WORDS, public=False)
    with pytest.raises(Refusal, match="does not see"):
        decide_public(
            quiet.case.number, quiet.number, "words", [(0, 2, True)], district.duty_chief, at
        )


def test_marks_go_with_the_words(office: Office) -> None:
    report = told(office)
    office.district.closed(report)
    press(office, report, "hide_all")
    report.refresh_from_db()
    assert report.marks["words"]["at"]
    type(report.case).objects.filter(pk=report.case_id).update(is_open=False)
    assert forget(office.district.at + timedelta(days=365 * 40)) == 1
    report.refresh_from_db()
    assert (report.words, report.marks) == ("", {})
