"""What is public, on the case page: exactly what the portal shows, and the switches beside it."""

import re

from django.test import Client
from django.urls import reverse

from commonward.cases.actions.hiding import object_to_hiding
from commonward.cases.actions.receipts import new_link
from commonward.cases.models import Approval, Report
from commonward.core.rights import reporter
from tests.doors.desk.conftest import Office, Page

WORDS = "Smoke from the yard of number 7, call 13800138000."


def case_page(office: Office, report: Report, who: str = "duty_chief") -> Page:
    found: Page = getattr(office, who).open(reverse("desk:case", args=[report.case.number]))
    return found


def public_part(page: Page) -> str:
    return page.html.split('id="public-title"')[1].split("</section>")[0]


def hide_it(office: Office, report: Report, *args: str) -> Page:
    name = "desk:publicity_words" if args else "desk:publicity"
    path = reverse(name, args=[report.case.number, *args])
    form = office.duty_chief.open(path)
    return office.duty_chief.send(form, path, ground="private", reason="It names a yard.")


def test_the_case_page_shows_what_the_portal_shows_and_nothing_more(office: Office) -> None:
    report = office.district.report(words=WORDS, public=True)
    part = public_part(case_page(office, report))
    portal = Client(headers={"accept-language": "en"}).get(f"/cases/{report.number}/")
    seen = re.search(r'id="public-words">(.*?)</dd>', portal.content.decode())
    assert seen is not None and seen[1] in part
    assert "13800138000" not in part


def test_a_quiet_case_says_that_nothing_is_public_and_offers_no_switch(office: Office) -> None:
    report = office.district.report(words=WORDS, public=False)
    page = case_page(office, report)
    assert "Nothing of this case is public." in page.text
    assert reverse("desk:publicity", args=[report.case.number]) not in page.links


def test_an_officer_hides_a_case_and_the_portal_says_why_it_is_not_there(office: Office) -> None:
    report = office.district.report(words=WORDS, public=True)
    after = hide_it(office, report)
    assert "The whole case is hidden from the public since" in after.text
    assert "It names a yard." in public_part(after)
    answer = Client(headers={"accept-language": "en"}).get(f"/cases/{report.number}/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "Hidden from the public" in html and "private things" in html
    assert "Smoke" not in html and "It names a yard" not in html
    path = reverse("desk:publicity", args=[report.case.number])
    form = office.duty_chief.open(path)
    shown = office.duty_chief.send(form, path, reason="It names nobody.")
    assert "Smoke from the yard" in public_part(shown)


def test_without_a_ground_the_form_comes_back_with_what_was_typed(office: Office) -> None:
    report = office.district.report(words=WORDS, public=True)
    path = reverse("desk:publicity", args=[report.case.number])
    back = office.duty_chief.send(office.duty_chief.open(path), path, reason="It looks bad.")
    assert "Please fill this in." in back.text and "It looks bad." in back.html
    assert "Nothing is hidden because it criticises" in back.text
    report.case.refresh_from_db()
    assert report.case.public


def test_hidden_words_are_gone_from_every_public_page_and_from_open311(office: Office) -> None:
    report = office.district.report(words=WORDS, public=True)
    hide_it(office, report, report.number)
    outside = Client(headers={"accept-language": "en"})
    paths = (f"/cases/{report.number}/", "/areas/430298/", "/open311/v2/requests.json")
    pages = {path: outside.get(path) for path in paths}
    assert {p: a.status_code for p, a in pages.items()} == dict.fromkeys(paths, 200)
    for path, answer in pages.items():
        html = answer.content.decode()
        assert "Smoke" not in html, path
        assert report.number in html, path
    assert "The office hid these words" in pages[paths[0]].content.decode()


def test_the_reporter_reads_why_objects_and_a_leader_finds_it_among_their_decisions(
    office: Office,
) -> None:
    report = office.district.report(words=WORDS, public=True)
    key = new_link(report.pk, office.district.at)
    resident = office.nobody
    assert "I object to this" not in resident.open(f"/my/{key}/").text
    hide_it(office, report)
    mine = resident.open(f"/my/{key}/")
    assert "The office hid this case from the public" in mine.text
    assert "It names a yard." in mine.text and f"/my/{key}/object/" in mine.links
    form = resident.open(f"/my/{key}/object/")
    empty = resident.send(form, "", words="")
    assert "Give the reason." in empty.text
    sent = resident.send(form, "", words="It is the factory, not a person.")
    assert "Your objection goes to a leader" in sent.text
    assert "You objected. A leader who did not hide it decides" in sent.text
    made = Approval.objects.get(kind="objection")
    decide = reverse("desk:decide", args=[report.case.number, made.pk])
    home = office.leader.open(reverse("desk:home"))
    assert decide in home.links and "Objection to hiding it from the public" in home.text
    assert decide not in office.duty_chief.open(reverse("desk:home")).links
    page = office.leader.open(decide)
    done = office.leader.send(page, decide, grant="yes", reason="It is a firm.")
    assert "Smoke from the yard" in public_part(done)
    again = resident.open(f"/my/{key}/")
    assert "It is a firm." in again.text and "I object to this" not in again.text


def test_the_request_on_the_case_page_names_the_resident_as_its_asker(office: Office) -> None:
    report = office.district.report(words=WORDS, public=True)
    hide_it(office, report)
    object_to_hiding(report.pk, "Why?", reporter(report.pk), office.district.at)
    text = case_page(office, report, "leader").text
    assert "Objection to hiding it from the public – waits for a decision · Resident" in text
    assert "The reporter objected; a leader decides." in text
