"""The administrator edits the explorer: looked at first, all faults at once, then in force."""

import html

from django.utils import timezone

from commonward.core.explorer import shipped, shipped_text
from commonward.disputes.actions.exploring import adopt_explorer
from commonward.disputes.models import ExplorerVersion
from commonward.disputes.queries.exploring import current_explorer
from commonward.people.models import Change
from tests.doors.desk.conftest import Office
from tests.doors.desk.test_admin_people import do

WHERE = "/desk/admin/explorer/"


def test_numbers_are_filled_in_looked_at_and_then_in_force(office: Office) -> None:
    me = office.administrator
    page = me.open(WHERE)
    assert "The explorer that comes with the product is in force." in page.text
    assert "10 offices have no number yet" in page.text
    page = do(me, page, "phones", **{"phone-court": "0731-555"})
    assert '+phone = "0731-555"' in html.unescape(page.text)
    assert "ways lead where they led." in page.text
    assert not ExplorerVersion.objects.exists(), "only looked at"
    page = do(me, page, "adopt")
    assert "Version 1 of the explorer is in force." in page.text
    assert current_explorer(timezone.now()).explorer.contacts["court"].phone == "0731-555"
    assert Change.objects.get(verb="adopt_explorer").by is not None
    assert "0731-555" in me.open("/disputes/", a="no.home.family.status").text
    assert "Explorer of disputes changed" in me.open("/desk/admin/").text


def test_a_changed_question_says_which_ways_lead_elsewhere(office: Office) -> None:
    me = office.administrator
    wanted = shipped_text().replace('gate = "land_ownership" }', 'gate = "title" }')
    page = do(me, me.open(WHERE), "look", whole=wanted)
    assert page.status == 200 and "Gate land_ownership is never reached" in page.text
    wanted = shipped_text().replace('first = ["review"], last = ["talk"]', 'first = ["court"]')
    page = do(me, me.open(WHERE), "look", whole=wanted)
    assert "ways lead elsewhere." in page.text
    assert "An office decided, and I do not agree → Court" in page.text


def test_all_faults_are_told_at_once_and_the_text_is_not_lost(office: Office) -> None:
    me = office.administrator
    wanted = shipped_text().replace('next = "family"', "").replace('phone = "110"', "")
    wanted = wanted.replace('kind = "family", ', 'kind = "family"')
    page = do(me, me.open(WHERE), "look", whole=wanted)
    assert "It cannot come into force:" in page.text
    assert "leads nowhere" in page.text and "is urgent" not in page.text.split("leads nowhere")[0]
    form = next(form for form in page.forms if "whole" in form.fields)
    assert form.fields["whole"][0] == wanted
    assert not any("proposed" in form.fields for form in page.forms)


def test_what_is_adopted_by_force_is_checked_again(office: Office) -> None:
    me = office.administrator
    page = do(me, me.open(WHERE), "phones", **{"phone-court": "0731-555"})
    page = do(me, page, "adopt", proposed="title = 1")
    assert page.status == 422 and not ExplorerVersion.objects.exists()


def test_two_administrators_do_not_undo_each_other(office: Office) -> None:
    me = office.administrator
    page = do(me, me.open(WHERE), "phones", **{"phone-court": "0731-555"})
    other = shipped_text().replace("[contacts.health]", '[contacts.health]\nphone = "0731-1"')
    adopt_explorer(other, at=timezone.now())
    page = do(me, page, "adopt")
    assert page.status == 422 and "Somebody else changed the explorer" in page.text
    assert current_explorer(timezone.now()).explorer.contacts["court"].phone == ""


def test_what_is_no_number_is_refused_in_words(office: Office) -> None:
    me = office.administrator
    page = do(me, me.open(WHERE), "phones", **{"phone-court": "call us"})
    assert page.status == 422 and "a telephone number is digits" in page.text
    assert current_explorer(timezone.now()).explorer == shipped()
