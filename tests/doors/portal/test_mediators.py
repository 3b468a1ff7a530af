"""A party chooses the mediator, reads the disclosure, objects, and sees the sessions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commonward.disputes import actions as disputes
from commonward.disputes.actions import appointing, sessions
from commonward.disputes.actions.passes import new_pass
from commonward.disputes.models import Appointment, Objection, Proposal
from tests.chosen import Choosing, appointed, choosing
from tests.district import District
from tests.talks import Talks, mediation


@pytest.fixture
def case(district: District) -> Choosing:
    """Both sides want to talk; two mediators are in the register."""
    talks: Talks = mediation(district)
    return choosing(talks)


def keys(case: Choosing) -> tuple[str, str]:
    """Fresh secret links of both sides."""
    assert case.first.party is not None and case.second.party is not None
    return new_pass(case.first.party, case.at(31)), new_pass(case.second.party, case.at(31))


def test_both_sides_tick_on_their_own_page_and_do_not_learn_each_others_ticks(
    case: Choosing,
) -> None:
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    appointing.answer_conflict(case.number, False, case.talks.mediator, case.at(41))
    near, far = case.account("mediator"), case.account("second_mediator")
    first, second = (reverse("portal:dispute_mediator", args=[key]) for key in keys(case))
    a, b = Client(), Client()
    assert "Second Mediator" in a.get(first).content.decode()
    a.post(first, {"do": "tick", f"m{near}": "yes", f"m{far}": "no"})
    seen = b.get(second).content.decode()
    assert "checked" not in seen
    page = b.post(second, {"do": "tick", f"m{near}": "yes"}, follow=True).content.decode()
    assert Appointment.objects.get().mediator_id == near
    assert "mediates now" in page or "担任" in page or "调解" in page


def test_nothing_ticked_and_a_strange_step_are_refused(case: Choosing) -> None:
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    path = reverse("portal:dispute_mediator", args=[keys(case)[0]])
    assert Client().post(path, {"do": "tick"}).status_code == 422
    assert Client().post(path, {"do": "appoint", "mediator": "1"}).status_code == 422
    assert Client().get(reverse("portal:dispute_mediator", args=["0" * 40])).status_code == 404


def test_a_wish_finds_others(case: Choosing) -> None:
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    path = reverse("portal:dispute_mediator", args=[keys(case)[0]])
    Client().post(path, {"do": "wish", "gender": "f"})
    assert Proposal.objects.get(ended_at=None).gender == "f"


def test_a_side_reads_the_disclosure_and_objects(case: Choosing) -> None:
    appointed(case)
    first, second = (reverse("portal:dispute_mediator", args=[key]) for key in keys(case))
    assert "I know neither side." in Client().get(first).content.decode()
    Client().post(second, {"do": "object", "words": "He is my landlord."})
    assert Objection.objects.count() == 1
    assert "landlord" in Client().get(second).content.decode()
    assert "landlord" not in Client().get(first).content.decode()


def test_both_sides_see_the_session_and_its_record(case: Choosing) -> None:
    appointed(case)
    start = case.at(60 * 30)
    plan = sessions.Plan(start, start + timedelta(hours=1), place="Tea house")
    made = sessions.plan(case.number, plan, case.talks.mediator, case.at(50))
    words = {part: f"Said of {part}." for part in sessions.PARTS}
    sessions.record_session(
        case.number, made.pk, words, "ab", case.talks.mediator, start + timedelta(hours=2)
    )
    for key in keys(case):
        page = Client().get(reverse("portal:dispute_sessions", args=[key])).content.decode()
        assert "Tea house" in page and "Said of facts." in page


def test_after_a_no_the_page_stays_and_nobody_is_proposed(case: Choosing) -> None:
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    key = keys(case)[1]
    disputes.answer(case.number, "b", "refused", case.second, case.at(45))
    page = Client().get(reverse("portal:dispute_mediator", args=[key]))
    assert page.status_code == 200
