"""Handing to neighbours on the desk, and what the reporter reads and answers meanwhile."""

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.actions import ask_tasks
from commonward.cases.actions.federating.neighbours import add_neighbour, compare
from commonward.cases.actions.receipts import new_link
from commonward.cases.models import HandOver, HandOverConsent, Neighbour
from commonward.core.federation import letters
from tests.district import RUBBISH, District, small_district
from tests.doors.desk.conftest import key_of


@pytest.fixture
def here(db: None) -> District:
    """The district now."""
    return small_district(timezone.now())


def signed_in(login: str) -> Client:
    """Somebody of the staff, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(*key_of(login))
    return client


def test_a_neighbour_is_added_compared_and_handed_a_case(here: District) -> None:
    admin, chief = signed_in("administrator"), signed_in("duty_chief")
    public = letters.public_of(letters.new_key())
    page = admin.post(
        "/desk/admin/neighbours/",
        {"do": "add", "name": "Riverside", "address": "https://river.example.org",
         "key": letters.public_text(public), "speaks": "commonward"},
        follow=True,
    )  # fmt: skip
    assert b"key not compared yet" in page.content
    report = here.report(RUBBISH, "A heap.", contact={"phone": "13800138000"})
    step = f"/desk/cases/{report.case.number}/neighbour/"
    assert b"No neighbour takes" in chief.get(step).content
    where = page.redirect_chain[-1][0]
    wrong = admin.post(where, {"do": "compare", "fingerprint": "1234"})
    assert wrong.status_code == 422 and b"another fingerprint" in wrong.content
    said = letters.fingerprint(public)
    assert (
        b"in force"
        in admin.post(where, {"do": "compare", "fingerprint": said}, follow=True).content
    )
    assert b"Riverside" in chief.get(step).content
    to = Neighbour.objects.get().pk
    offered = chief.post(
        step, {"do": "offer", "neighbour": str(to), "reason": "It lies there."}, follow=True
    )
    assert b"the neighbour decides whether to take it" in offered.content
    assert b"Riverside" in chief.get("/desk/neighbours/").content
    assert b"Riverside" in admin.get("/desk/admin/neighbours/").content

    key = new_link(report.pk, timezone.now())
    portal = Client(headers={"accept-language": "en"})
    mine = portal.get(f"/my/{key}/").content
    assert b"have asked them to take it" in mine and b"May we give Riverside" in mine
    portal.post(f"/my/{key}/neighbour/", {"given": "yes"})
    assert HandOverConsent.objects.get().how == "page"
    assert b"You said yes." in portal.get(f"/my/{key}/").content
    row = HandOver.objects.get()
    back = chief.post(f"/desk/neighbours/{row.pk}/", {"do": "withdraw"}, follow=True)
    assert b"taken back" in back.content
    assert b"Where it is now" not in portal.get(f"/my/{key}/").content


def test_one_task_is_handed_and_the_case_stays_here(here: District) -> None:
    chief = signed_in("duty_chief")
    public = letters.public_of(letters.new_key())
    to = add_neighbour(
        here.administrator, "Riverside", "https://river.example.org", at=here.at,
        key=letters.public_text(public),
    )  # fmt: skip
    compare(here.administrator, to.pk, letters.fingerprint(public), at=here.at)
    report = here.report(RUBBISH, "A heap.")
    here.handled(report)
    (task,) = ask_tasks(
        report.case.number, "assist", [here.teams["roads"]], "Lend the truck.", here.duty_chief,
        timezone.now(),
    )  # fmt: skip
    step = f"/desk/cases/{report.case.number}/neighbour/{task.pk}/"
    assert step.encode() in chief.get(f"/desk/cases/{report.case.number}/").content
    assert signed_in("street_handler").get(step).status_code == 403
    assert b"Hand this task to a neighbour" in chief.get(step).content
    offered = chief.post(
        step, {"do": "offer", "neighbour": str(to.pk), "reason": "Their truck."}, follow=True
    )
    assert b"the case stays ours" in offered.content
    row = HandOver.objects.get()
    assert (row.what, row.task_id) == ("task", task.pk)
    again = chief.get(step).content
    assert b"It is offered or handed already" in again and b'value="offer"' not in again
    whole = chief.get(f"/desk/cases/{report.case.number}/neighbour/").content
    assert b'value="offer"' in whole, "the case itself may still be handed on"
