"""The mediator drafts clause by clause, sees what is unclear, and brings it into force."""

import pytest
from django.urls import reverse

from commonward.disputes.actions.agreements import sign_agreement
from commonward.disputes.actions.offers import give_points
from commonward.disputes.models import Agreement, BidRound, Division
from tests.doors.desk.conftest import Office
from tests.talks import Talks, mediation


@pytest.fixture
def talks(office: Office) -> Talks:
    """Mediation in the district of the office."""
    return mediation(office.district)


CLEAR = {
    "c1-who": "b",
    "c1-to": "a",
    "c1-what": "plants",
    "c1-fen": "1,200.50",
    "c1-by": "within 30 days of signing",
    "c1-how": "bank transfer",
    "c1-proof": "the bank's receipt",
    "c1-if_not": "对方可以依法起诉",
}


def test_from_the_first_clause_to_an_agreement_in_force(office: Office, talks: Talks) -> None:
    number, first, second = talks.talking("street")
    desk = office.browser("mediator")
    where = reverse("desk:dispute_agreement", args=[number])
    page = desk.open(where)
    page = desk.send(page, where, do="add", kind="pay", facts="A wall took the light.")
    assert "It is not said how much money it is" in page.text
    page = desk.send(page, where, do="save", **CLEAR)
    assert "Nothing is unclear" in page.text and "1200.50" in str(page.forms)
    page = desk.send(page, where, do="propose")
    assert "lies before the sides" in page.text
    assert "壹仟贰佰元伍角整" in page.text or "1,200.50" in page.text
    digest = Agreement.objects.get(state="proposed").digest
    sign_agreement(number, digest, first, talks.at)
    page = desk.post(
        where, {**page.forms[-1].fields, "do": "signed", "side": "b", "digest": digest}
    )
    page = desk.post(where, {**page.forms[-1].fields, "do": "force", "digest": digest})
    assert page.status == 422 and "seal" in page.text
    fields = {**page.forms[-1].fields, "do": "force", "digest": digest, "seal": "1"}
    page = desk.post(where, fields)
    assert "In force since" in page.text
    assert talks.dispute(number).case.stage == "perform"


def test_what_is_unclear_is_told_without_saving(office: Office, talks: Talks) -> None:
    number, *_ = talks.talking("street")
    desk = office.browser("mediator")
    where = reverse("desk:dispute_agreement", args=[number])
    page = desk.open(where)
    page = desk.send(page, where, do="add", kind="do")
    check = reverse("desk:dispute_agreement_check", args=[number])
    told = {
        "count": "1",
        "c1-act": "do",
        "c1-who": "b",
        "c1-what": "妥善处理",
        "c1-by": "2026-02-30",
    }
    page = desk.post(check, {**page.forms[-1].fields, **told})
    assert "妥善" in page.text and "There is no such day: 2026-02-30" in page.text
    assert Agreement.objects.get().findings["what"] == 1


def test_a_clause_is_taken_out_and_later_ones_keep_what_they_follow(
    office: Office, talks: Talks
) -> None:
    number, *_ = talks.talking("street")
    desk = office.browser("mediator")
    where = reverse("desk:dispute_agreement", args=[number])
    page = desk.open(where)
    for kind in ("other", "do", "do"):
        page = desk.send(page, where, do="add", kind=kind)
    page = desk.send(page, where, do="remove-1", **{"c3-after": "2"})
    fields = page.form(where).fields
    assert fields["count"] == ["2"]
    assert fields["c2-after"] == ["1"]


def test_somebody_elses_change_is_not_overwritten(office: Office, talks: Talks) -> None:
    number, *_ = talks.talking("street")
    desk = office.browser("mediator")
    where = reverse("desk:dispute_agreement", args=[number])
    old = desk.open(where)
    desk.send(old, where, do="add", kind="pay")
    page = desk.send(old, where, do="add", kind="do")
    assert page.status == 422 and "Somebody else changed" in page.text


def test_instalments_and_shares_are_typed_as_people_write_them(
    office: Office, talks: Talks
) -> None:
    number, *_ = talks.talking("street")
    desk = office.browser("mediator")
    where = reverse("desk:dispute_agreement", args=[number])
    page = desk.open(where)
    page = desk.send(page, where, do="add", kind="pay")
    given = {**CLEAR, "c1-fen": "3000", "c1-by": ""}
    lines = "2099-01-31 1000\n2099-02-28：1,500.00元\nsoon"
    page = desk.send(page, where, do="save", **given, **{"c1-instalments": lines})
    assert "The parts make 2,500.00 yuan, the whole is 3,000.00 yuan" in page.text
    page = desk.send(page, where, do="add", kind="costs")
    page = desk.send(
        page, where, do="save", **{"c2-fen": "100", "c2-share-a": "40", "c2-share-b": "50"}
    )
    assert "The parts make 90.00 yuan" in page.text


def test_a_round_in_envelopes_and_a_division_are_opened_and_their_outcome_is_shown(
    office: Office, talks: Talks
) -> None:
    number, first, second = talks.talking("street")
    desk = office.browser("mediator")
    where = reverse("desk:dispute_offers", args=[number])
    page = desk.open(where)
    token = page.forms[-1].fields
    same = desk.post(
        where, {**token, "do": "round", "payer": "a", "taker": "a", "step": "100", "way": "browser"}
    )
    assert same.status == 422
    opened = {"do": "round", "payer": "b", "taker": "a", "step": "100", "way": "envelopes"}
    desk.post(where, {**token, **opened})
    page = desk.post(where, {**token, "do": "envelopes", "crossed": "yes", "sum": "4321"})
    assert "4,321.00" in page.text and BidRound.objects.get().state == "met"
    things = {"do": "divide", "things": "piano\nshed", "first": "a", "second": "b"}
    desk.post(where, {**token, **things})
    give_points(number, 1, {"piano": 70, "shed": 30}, first, talks.at)
    give_points(number, 1, {"piano": 20, "shed": 80}, second, talks.at)
    page = desk.open(where)
    assert Division.objects.get().ended_at is not None
    # The mediator learns who gets what, not the points.
    assert "piano" in page.text and " 70 " not in page.text and " 20 " not in page.text


def test_free_words_are_put_before_the_sides_only_when_the_mediator_vouches_for_them(
    office: Office, talks: Talks
) -> None:
    number, *_ = talks.talking("street")
    desk = office.browser("mediator")
    where = reverse("desk:dispute_agreement", args=[number])
    page = desk.send(desk.open(where), where, do="add", kind="pay")
    page = desk.send(page, where, do="save", **CLEAR)
    page = desk.send(page, where, do="add", kind="other")
    page = desk.send(page, where, do="propose", **{"c2-text": "Two copies are made."})
    assert page.status == 422 and "free words" in page.text
    page = desk.send(page, where, do="propose", read="1")
    assert Agreement.objects.filter(state="proposed").exists()
