"""Whole disputes from the first word to the last, with everybody in their own post."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from commonward.cases.models import Clock, Event
from commonward.cases.queries.verifying import verify
from commonward.core.confirmation import CHECKS
from commonward.core.refusals import Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes import access
from commonward.disputes import actions as disputes
from commonward.disputes.actions.agreements import (
    bring_into_force,
    draft_agreement,
    propose_agreement,
    record_signature,
    sign_agreement,
)
from commonward.disputes.actions.handing import (
    prepare_confirmation,
    reply,
    send_confirmation,
    take_in,
)
from commonward.disputes.actions.holding import say_holds
from commonward.disputes.actions.performing import answer_claim, claim, tick_performing
from commonward.disputes.models import Dispute, DisputeClock, Obligation
from commonward.disputes.queries.handing import inbox
from commonward.people import actions as people
from commonward.people.queries import actor_for
from tests.district import SINCE, small_district
from tests.talks import Talks, mediation

PROOF = {"proof": "银行转账凭证 the bank's receipt", "if_not": "对方可以依法申请强制执行或者起诉"}


@pytest.fixture
def talks(db: None) -> Talks:
    """Mediation in the small district."""
    return mediation(small_district())


def day(talks: Talks, days: int) -> str:
    return (talks.at + timedelta(days=days)).date().isoformat()


def pays(talks: Talks, *parts: tuple[int, int], **more: Any) -> Mapping[str, Any]:
    """A clause by which side B pays side A in these parts: (days from now, fen)."""
    return {
        "act": "pay", "who": ["b"], "to": ["a"], "fen": sum(fen for _, fen in parts),
        "how": "bank transfer 银行转账", "instalments": [[day(talks, n), fen] for n, fen in parts],
        **PROOF, **more,
    }  # fmt: skip


def agreed(talks: Talks, number: str, clauses: list[Any], facts: str, after: float) -> str:
    """Drafted, checked and put before both sides; its digest."""
    _, findings = draft_agreement(
        number, {"facts": facts, "clauses": clauses}, talks.mediator, talks.later(after)
    )
    assert findings == [], findings
    return propose_agreement(number, talks.mediator, talks.later(after + 1)).digest


def test_the_neighbours_wall_is_settled_performed_and_holds(talks: Talks) -> None:
    made = talks.registered()
    first, second = talks.applicant(made), talks.other(made)
    assert talks.dispute(made.number).case.grade == "blue"
    disputes.answer(made.number, "b", "agreed", second, talks.later(60))
    disputes.start_talks(made.number, "grid", talks.coordinator, talks.later(90))
    clause = {
        "act": "do", "who": ["b"], "to": ["a"], "what": "take 80 cm off the wall 院墙降低80厘米",
        "where": "南巷4号院墙", "by": day(talks, 20), **PROOF,
    }  # fmt: skip
    digest = agreed(talks, made.number, [clause], "乙方砌墙挡住甲方采光。", 200)
    sign_agreement(made.number, digest, first, talks.later(210))
    sign_agreement(made.number, digest, second, talks.later(220))
    bring_into_force(made.number, digest, talks.mediator, talks.later(230), seal_set=True)
    done = talks.at + timedelta(days=10)
    said = claim(made.number, 1, second, done, words="降好了")
    answer_claim(made.number, said.pk, True, first, done + timedelta(hours=1))
    assert talks.dispute(made.number).case.stage == "follow"
    say_holds(made.number, True, first, done + timedelta(days=30))
    say_holds(made.number, True, second, done + timedelta(days=31))
    ended = talks.dispute(made.number)
    assert (ended.result, ended.case.is_open) == ("settled_performed", False)
    trail = list(Event.objects.filter(case=ended.case).order_by("id"))
    assert [e.at for e in trail] == sorted(e.at for e in trail)


def test_the_wages_of_twenty_three_workers_are_red_paid_in_parts_and_one_part_is_missed(
    talks: Talks,
) -> None:
    made = talks.registered(
        kind="migrant_wages",
        words="完工三个月，23名工人没有拿到工资。",
        neutral="完工后的工资。",
        facts={"livelihood": True, "households": 23, "threat": True},
        group=True,
        households=23,
    )
    case = talks.dispute(made.number).case
    assert case.grade == "red" and talks.dispute(made.number).grade_why["rules"]
    due = Clock.objects.get(case=case, kind="stage", stopped_at=None).due_at
    assert due == talks.at + timedelta(minutes=30), "a person speaks with them within half an hour"
    first, second = talks.applicant(made), talks.other(made)
    disputes.answer(made.number, "b", "agreed", second, talks.later(40))
    disputes.start_talks(made.number, "street", talks.coordinator, talks.later(50))
    parts = pays(talks, (10, 5_000_000), (40, 5_000_000), (70, 4_000_000), what="wages 工资")
    digest = agreed(talks, made.number, [parts], "23名工人完工后未获工资。", 60)
    for letter in "ab":
        record_signature(made.number, letter, digest, talks.mediator, talks.later(70))
    bring_into_force(made.number, digest, talks.mediator, talks.later(80), seal_set=True)
    paid = talks.at + timedelta(days=9)
    said = claim(made.number, 1, second, paid)
    answer_claim(made.number, said.pk, True, first, paid)
    missed = talks.at + timedelta(days=41, hours=2)
    assert tick_performing(missed) == (0, 1)
    clock = DisputeClock.objects.get(rule="enforcement")
    last = Obligation.objects.get(number=3).due
    assert last is not None and clock.due_at is not None and clock.due_at.year == last.year + 2
    disputes.take_step(
        made.number, "talk_again", talks.mediator, missed, {"reason": "第二期逾期，双方同意再谈"}
    )
    assert talks.dispute(made.number).case.stage == "choose"


def test_in_a_medical_dispute_the_appraisal_stops_the_clocks_and_the_panel_decides_nothing(
    talks: Talks,
) -> None:
    number, first, second = talks.talking(
        "district", kind="medical", track="medical", words="术后并发症。", neutral="术后的赔偿。"
    )
    law = DisputeClock.objects.get(dispute__case__number=number, rule="mediation")
    before = law.due_at
    disputes.take_step(
        number, "appraise", talks.mediator, talks.later(60), {"reason": "委托鉴定因果关系"}
    )
    back = talks.at + timedelta(days=21, hours=1)
    disputes.take_step(number, "resume", talks.mediator, back)
    law.refresh_from_db()
    assert before is not None and law.due_at is not None
    assert law.due_at >= before + timedelta(days=20), "the time of the appraisal does not count"
    disputes.go_up(number, "panel", talks.mediator, back + timedelta(hours=1))
    expert = access.dispute_for(number, talks.panelist, back, door="test")
    assert access.sees(expert, talks.panelist, "words")
    assert not access.sees(expert, talks.panelist, "caucus")
    disputes.take_step(
        number, "fail", talks.panelist, back + timedelta(days=3), {"reason": "双方未能达成一致"}
    )
    assert talks.dispute(number).result == "not_settled"
    for who in (first, second):
        assert access.dispute_for(number, who, back, door="test").result == "not_settled"


def test_what_the_police_hand_over_ends_when_one_side_says_no_and_they_read_only_that(
    talks: Talks,
) -> None:
    team = people.add_team(SYSTEM, "police", "派出所", at=SINCE, kind="partner").pk
    account = people.add_account(SYSTEM, "police", "Police", at=SINCE).pk
    people.grant(SYSTEM, account, "partner", at=SINCE)
    people.join_team(SYSTEM, account, team, at=SINCE)
    officer = actor_for(account, talks.at)
    told = talks.application(source="police", track="police")
    take_in(told, "2026-17", officer, talks.at, team=team)
    number = Dispute.objects.get().case.number
    disputes.take_step(number, "contact", talks.coordinator, talks.later(30))
    keys = [disputes.invite(number, letter, talks.coordinator, talks.later(31)) for letter in "ab"]
    first, second = (access.party_by(key, talks.later(32)) for key in keys)
    disputes.answer(number, "a", "agreed", first, talks.later(40))
    disputes.answer(number, "b", "refused", second, talks.later(50))
    line = inbox(officer)[0]
    assert (line.outcome, line.words) == ("refused_by_side", "")
    with pytest.raises(Missing):
        access.dispute_for(number, officer, talks.later(60), door="test")


def test_an_agreement_is_confirmed_by_the_court_within_its_thirty_days(talks: Talks) -> None:
    number, first, second = talks.talking("community")
    digest = agreed(
        talks, number, [pays(talks, (30, 120_000), what="plants 花木")], "乙方压坏甲方花木。", 60
    )
    for who in (first, second):
        sign_agreement(number, digest, who, talks.later(70))
    bring_into_force(number, digest, talks.mediator, talks.later(80), seal_set=True)
    at = talks.at + timedelta(days=12)
    court = talks.teams["court"]
    prepare_confirmation(number, court, dict.fromkeys(CHECKS, True), talks.mediator, at)
    made = send_confirmation(number, talks.mediator, at)
    reply(made.number, "confirmed", talks.clerk, at + timedelta(days=5), words="(2026)司调确1号")
    assert DisputeClock.objects.get(rule="confirmation").met_at is not None
    told = list(Event.objects.filter(verb="hand_over_answered").values_list("data", flat=True))
    assert [one["answer"] for one in told] == ["confirmed"]


def test_leaders_police_and_the_intake_desk_reach_nothing_by_any_step(talks: Talks) -> None:
    number, *_ = talks.talking("street")
    here = talks.here
    strangers: list[Actor] = [
        here.leader, here.intake_officer, here.administrator, here.handler, here.outsider,
        talks.second_mediator,
    ]  # fmt: skip
    for who in strangers:
        for deed in (
            lambda w: disputes.take_step(number, "fail", w, talks.later(90), {"reason": "x"}),
            lambda w: disputes.answer(number, "b", "refused", w, talks.later(90)),
            lambda w: disputes.invite(number, "b", w, talks.later(90)),
            lambda w: draft_agreement(number, {"clauses": []}, w, talks.later(90)),
        ):
            with pytest.raises(Refusal):
                deed(who)
    assert talks.dispute(number).case.stage == "at_street"


def test_the_store_fits_together_after_a_whole_dispute(talks: Talks) -> None:
    test_the_neighbours_wall_is_settled_performed_and_holds(talks)
    assert list(verify()) == []
