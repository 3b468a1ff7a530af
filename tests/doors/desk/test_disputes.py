"""A dispute at the desk: registered at the counter, both sides asked, talks begun, gone up."""

import pytest
from django.urls import reverse

from commonward.disputes.models import Dispute, HandOver
from tests.doors.desk.conftest import Office
from tests.talks import Talks, mediation


@pytest.fixture
def talks(office: Office) -> Talks:
    """Mediation in the district of the office."""
    return mediation(office.district)


def test_a_coordinator_registers_invites_and_begins_the_talks(office: Office, talks: Talks) -> None:
    desk = office.browser("coordinator")
    new = reverse("desk:dispute_new")
    lat, lon = office.district.inside()
    page = desk.send(
        desk.open(new), new, do="register", kind="neighbours", words="The wall takes our light.",
        neutral="A wall.", a_name="钱多多", b_name="赵小梅", lat=str(lat), lon=str(lon),
    )  # fmt: skip
    number = Dispute.objects.get().case.number
    assert "The wall takes our light." in page.text and "Side A – wants to talk" in page.text
    contact = reverse("desk:dispute_step", args=[number, "contact"])
    desk.send(desk.open(contact), contact)
    sides = reverse("desk:dispute_sides", args=[number])
    page = desk.open(sides)
    assert "钱多多" in page.text
    page = desk.post(sides, {**page.forms[-1].fields, "do": "invite", "side": "b"})
    assert "The secret link of side B" in page.text
    page = desk.post(
        sides, {**page.forms[-1].fields, "do": "answer", "side": "b", "says": "agreed"}
    )
    assert Dispute.objects.get().case.stage == "choose"
    step = reverse("desk:dispute_step", args=[number, "to_grid"])
    page = desk.send(desk.open(step), step)
    assert Dispute.objects.get().level == "grid" and "Talks: the grid" in page.text


def test_a_step_without_its_reason_is_refused_in_words(office: Office, talks: Talks) -> None:
    number, *_ = talks.talking("street")
    desk = office.browser("mediator")
    step = reverse("desk:dispute_step", args=[number, "fail"])
    page = desk.send(desk.open(step), step)
    assert page.status == 422 and "reason" in page.text.lower()
    page = desk.send(desk.open(step), step, reason="They could not meet.")
    assert Dispute.objects.get().result == "not_settled"


def test_a_grid_worker_registers_and_sees_only_the_number(office: Office, talks: Talks) -> None:
    desk = office.browser("grid_worker")
    lat, lon = office.district.inside()
    page = desk.send(
        desk.open(reverse("desk:dispute_new")), reverse("desk:dispute_new"), do="register", kind="property_service",
        source="grid", words="Lift fees.", lat=str(lat), lon=str(lon),
    )  # fmt: skip
    number = Dispute.objects.get().case.number
    assert number in page.text
    assert desk.open(reverse("desk:dispute", args=[number])).status == 403
    assert desk.open(reverse("desk:case", args=[number])).status == 404


def test_the_pages_speak_chinese(office: Office, talks: Talks) -> None:
    number, *_ = talks.talking("street")
    desk = office.browser("coordinator", "zh-CN")
    page = desk.open(reverse("desk:dispute", args=[number]))
    assert "邻里" in page.text and "调解中（街道）" in page.text


def test_legal_aid_gets_it_gives_the_receipt_and_sends_it_back(
    office: Office, talks: Talks
) -> None:
    number, *_ = talks.talking("street")
    path = reverse("desk:dispute_handovers", args=[number])
    desk = office.browser("mediator")
    page = desk.send(
        desk.open(path), path, do="hand_on", what="legal_aid", team="legal-aid", reason="A lawyer."
    )
    assert "Handed on" in page.text and Dispute.objects.get().case.stage == "handed"
    aid, box = office.browser("legal_aid"), reverse("desk:handover_box")
    seen = aid.open(box)
    assert "A lawyer." not in seen.text, "content stays with those who mediate"
    sent = HandOver.objects.get().number
    token = seen.forms[-1].fields
    aid.post(box, {**token, "do": "receive", "number": sent, "reference": "LA-1"})
    page = aid.post(box, {**token, "do": "answer", "number": sent, "answer": "returned"})
    assert "returned to mediation" in page.text
    assert Dispute.objects.get().case.stage == "at_street"
    assert office.browser("clerk").open(box).text.count(sent) == 0
