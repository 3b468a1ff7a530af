"""Hand-overs: to the court, to other offices and from the police, each with receipt and answer."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from commonward.core.confirmation import CHECKS
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.actions.handing import (
    hand_on,
    prepare_confirmation,
    receive,
    reply,
    send_confirmation,
    take_in,
)
from commonward.disputes.models import Dispute, DisputeClock, HandOver
from commonward.disputes.queries.handing import inbox, of_dispute, package_of
from commonward.people import actions as people
from commonward.people.queries import actor_for
from tests.disputes.test_performing import in_force
from tests.district import SINCE
from tests.talks import Talks

ALL = dict.fromkeys(CHECKS, True)


@pytest.fixture
def police(talks: Talks) -> tuple[Actor, int]:
    """An officer of the police station that hands disputes over, and its team."""
    team = people.add_team(SYSTEM, "police", "派出所", at=SINCE, kind="partner").pk
    account = people.add_account(SYSTEM, "police", "Police", at=SINCE).pk
    people.grant(SYSTEM, account, "partner", at=SINCE)
    people.join_team(SYSTEM, account, team, at=SINCE)
    return actor_for(account, talks.at), team


def test_the_court_gets_the_package_in_time_and_its_ruling_returns_to_the_case(
    talks: Talks,
) -> None:
    number, *_ = in_force(talks)
    court = talks.teams["court"]
    _, lacking = prepare_confirmation(number, court, {}, talks.mediator, talks.later(80))
    assert {d.code for d in lacking} == set(CHECKS)
    with pytest.raises(Refusal, match="lacks"):
        send_confirmation(number, talks.mediator, talks.later(81))
    assert inbox(talks.clerk) == []
    made, lacking = prepare_confirmation(number, court, ALL, talks.mediator, talks.later(82))
    assert lacking == []
    send_confirmation(number, talks.mediator, talks.later(83))
    clock = DisputeClock.objects.get(rule="confirmation")
    assert clock.met_at is not None
    assert [one.number for one in inbox(talks.clerk, waiting=True)] == [made.number]
    pages = PdfReader(io.BytesIO(package_of(made.number, talks.clerk))).pages
    assert len(pages) >= 2
    receive(made.number, talks.clerk, talks.later(90), reference="(2026) 1")
    reply(made.number, "defects", talks.clerk, talks.later(95), words="One signature is missing.")
    later = talks.at + timedelta(days=40)
    prepare_confirmation(number, court, ALL, talks.mediator, later)
    send_confirmation(number, talks.mediator, later)
    reply(made.number, "confirmed", talks.clerk, later + timedelta(days=1))
    reply(made.number, "confirmed", talks.clerk, later + timedelta(days=2))
    with pytest.raises(Refusal, match="answered already"):
        reply(made.number, "dismissed", talks.clerk, later + timedelta(days=2))
    line = of_dispute(talks.dispute(number), talks.mediator)[0]
    assert (line.state, line.answer, line.reference) == ("answered", "confirmed", "(2026) 1")


def test_after_thirty_days_nothing_is_sent_for_the_first_time(talks: Talks) -> None:
    number, *_ = in_force(talks)
    late = talks.at + timedelta(days=40)
    _, lacking = prepare_confirmation(number, talks.teams["court"], ALL, talks.mediator, late)
    assert [d.code for d in lacking] == ["too_late"]
    with pytest.raises(Refusal, match="thirty days"):
        send_confirmation(number, talks.mediator, late)


@pytest.mark.parametrize("answer,stage", [("returned", "at_street"), ("ended", "closed")])
def test_what_is_handed_on_comes_back_or_ends_there(talks: Talks, answer: str, stage: str) -> None:
    number, *_ = talks.talking("street")
    aid = talks.teams["legal-aid"]
    made = hand_on(number, "legal_aid", aid, "She asks for a lawyer.", talks.mediator,
                   talks.later(60))  # fmt: skip
    assert talks.dispute(number).case.stage == "handed"
    with pytest.raises(Missing):
        reply(made.number, answer, talks.clerk, talks.later(70))
    reply(made.number, answer, talks.legal_aid, talks.later(70))
    dispute = talks.dispute(number)
    assert dispute.case.stage == stage
    assert dispute.result == ("handed_on" if answer == "ended" else "")


def test_the_police_hand_over_once_and_read_the_outcome_only(
    talks: Talks, police: tuple[Actor, int]
) -> None:
    officer, team = police
    told = talks.application(source="police", track="police")
    made = take_in(told, "2026-0007", officer, talks.at, team=team)
    again = take_in(told, "2026-0007", officer, talks.at, team=team)
    assert made.pk == again.pk and Dispute.objects.count() == 1
    line = inbox(officer)[0]
    assert (line.direction, line.reference, line.outcome, line.words) == (
        "in", "2026-0007", "", "",
    )  # fmt: skip
    with pytest.raises(Missing):
        package_of(made.number, officer)
    with pytest.raises(Forbidden):
        take_in(told, "2026-0008", talks.clerk, talks.at, team=team)
    with pytest.raises(Forbidden):
        of_dispute(Dispute.objects.get(), officer)
    assert HandOver.objects.count() == 1


def test_nobody_hands_on_to_a_team_that_is_no_partner(talks: Talks) -> None:
    number, *_ = talks.talking("street")
    with pytest.raises(Invalid, match="partner"):
        hand_on(number, "court", talks.here.teams["roads"], "x", talks.mediator, talks.later(60))
    assert talks.dispute(number).case.stage == "at_street"
