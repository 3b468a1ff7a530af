"""Proposals: anybody makes one, it is owed an answer, and what became of it is told to the end."""

from datetime import timedelta

import pytest

from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.councilling import (
    Question,
    Seats,
    answer_words,
    end_consultation,
    forget_councils,
    open_consultation,
    set_council,
    speak,
)
from commonward.programmes.actions.proposing import (
    Wish,
    appeal_comment,
    comment,
    decide_comment,
    hide_comment,
    merge_proposal,
    proposal_step,
    propose,
    put_to_vote,
    reckon_cost,
    support,
)
from commonward.programmes.models import CouncilSeat, Proposal, ProposalComment
from commonward.programmes.queries.decisions import (
    notes_of,
    proposal_of,
    proposals_for,
    shown_proposals,
)
from tests.programmes.councils import Councils


def wish(town: Councils, title: str = "公交站旁加一张长椅") -> str:
    made = propose(Wish(title, "老人等车没有地方坐。", town.area.pk), town.at)
    return made.case.number


def test_it_is_shown_once_it_was_looked_at_and_told_to_the_end(town: Councils) -> None:
    number = wish(town)
    with pytest.raises(Missing):
        proposal_of(number)
    proposal_step(number, "admit", town.officer, town.at)
    assert [support(number) for _ in range(3)] == [1, 2, 3]
    reckon_cost(number, 3200, "社区经费", 3, town.officer, town.at)
    roads = town.here.teams["roads"]
    proposal_step(number, "ask_answer", town.officer, town.at, team=roads)
    assert proposal_of(number).case.due_at is not None
    proposal_step(number, "answer", town.here.handler, town.at, words="可以，下月安装。")
    proposal_step(number, "accept", town.officer, town.at)
    work = town.here.report().case.number
    proposal_step(number, "begin", town.here.handler, town.at, linked="")
    with pytest.raises(Missing):
        proposal_step(number, "finish", town.officer, town.at, words="完成", linked=work)
    proposal_step(number, "finish", town.officer, town.at, words="已经装好。")
    found = proposal_of(number)
    assert (found.case.stage, found.case.outcome) == ("done", "solved")
    assert [n.kind for n in notes_of(found)] == [
        "checked", "cost", "checked", "answered", "accepted", "work", "done",
    ]  # fmt: skip
    with pytest.raises(Refusal):
        comment(number, "好", "", town.at)


def test_a_handler_sees_what_their_team_is_asked_and_nothing_else(town: Councils) -> None:
    asked, other = wish(town), wish(town, "种树")
    for number in (asked, other):
        proposal_step(number, "admit", town.officer, town.at)
    proposal_step(asked, "ask_answer", town.officer, town.at, team=town.here.teams["roads"])
    assert [p.case.number for p in proposals_for(town.here.handler).rows] == [asked]
    assert not proposals_for(town.here.second_handler).rows
    with pytest.raises(Missing):
        proposal_step(asked, "answer", town.here.second_handler, town.at, words="x")


def test_a_reason_is_needed_to_decline_and_everybody_reads_it(town: Councils) -> None:
    number = wish(town)
    with pytest.raises(Invalid):
        proposal_step(number, "decline", town.officer, town.at)
    proposal_step(number, "decline", town.officer, town.at, words="那里是消防通道。")
    assert notes_of(proposal_of(number))[-1].words == "那里是消防通道。"


def test_merging_carries_the_support_over(town: Councils) -> None:
    first, second = wish(town), wish(town, "车站要座位")
    for number in (first, second):
        proposal_step(number, "admit", town.officer, town.at)
    support(first), support(first), support(second)
    merge_proposal(second, first, town.officer, town.at)
    assert proposal_of(first).supports == 3
    assert proposal_of(second).merged_into == proposal_of(first)
    with pytest.raises(Refusal):
        support(second)
    with pytest.raises(Invalid):
        merge_proposal(first, first, town.officer, town.at)


def test_put_to_a_vote_it_leads_there(town: Councils) -> None:
    number, vote = wish(town), town.vote("yes_no")
    proposal_step(number, "admit", town.officer, town.at)
    proposal_step(number, "ask_answer", town.officer, town.at, team=town.here.teams["roads"])
    proposal_step(number, "answer", town.officer, town.at, words="可以表决。")
    with pytest.raises(Invalid):
        put_to_vote(number, number, town.officer, town.at)
    put_to_vote(number, vote.case.number, town.officer, town.at)
    assert proposal_of(number).vote == vote.case


def test_numbers_that_lead_to_a_person_are_hidden_before_they_are_kept(town: Councils) -> None:
    made = propose(Wish("长椅", "请打 13912345678 找我"), town.at)
    assert "139" not in Proposal.objects.get(pk=made.pk).words
    number = made.case.number
    proposal_step(number, "admit", town.officer, town.at)
    comment(number, "write to li@example.org", "", town.at)
    assert "example" not in ProposalComment.objects.get().words


def test_sent_twice_it_is_there_once(town: Councils) -> None:
    one = propose(Wish("长椅", "坐", sending="a" * 40), town.at)
    assert propose(Wish("长椅", "坐", sending="a" * 40), town.at).pk == one.pk
    assert Proposal.objects.count() == 1


def test_a_hidden_comment_tells_why_and_somebody_else_decides_the_appeal(town: Councils) -> None:
    number = wish(town)
    proposal_step(number, "admit", town.officer, town.at)
    said = comment(number, "三号楼张三不愿意", "", town.at).pk
    with pytest.raises(Invalid):
        hide_comment(said, " ", town.officer)
    with pytest.raises(Refusal):
        hide_comment(said, "姓名", town.here.handler)
    hide_comment(said, "写明了他人姓名", town.officer)
    appeal_comment(said, "那是公开的。")
    with pytest.raises(Refusal):
        appeal_comment(said, "再次")
    with pytest.raises(Refusal) as apart:
        decide_comment(said, True, "公开", town.officer)
    assert apart.value.code == "apart"
    decide_comment(said, True, "确属公开信息", town.second)
    assert ProposalComment.objects.get().hidden_because == ""


def test_the_list_goes_on_by_key(town: Councils) -> None:
    for n in range(32):
        proposal_step(wish(town, f"提案{n}"), "admit", town.officer, town.at)
    first = shown_proposals()
    rest = shown_proposals(before=first.older)
    assert (len(first.rows), len(rest.rows), rest.older) == (30, 2, None)


def test_names_of_a_council_need_consent_and_end_with_the_term(town: Councils) -> None:
    today = day_of(town.at)
    given = Seats(
        "estate", "一号院议事会", town.area.pk, today, today + timedelta(days=30),
        seats=[("召集人", "王某"), ("委员", "")],
    )  # fmt: skip
    with pytest.raises(Forbidden):
        set_council("", given, town.here.handler, town.at)
    set_council("", given, town.officer, town.at)
    forget_councils(town.at + timedelta(days=30))
    assert CouncilSeat.objects.exclude(shown_name="").count() == 1
    forget_councils(town.at + timedelta(days=31))
    assert not CouncilSeat.objects.exclude(shown_name="").exists()


def test_a_consultation_ends_when_each_question_has_its_answer(town: Councils) -> None:
    today = day_of(town.at)
    asked = open_consultation(
        Question("公园怎么建", town.area.pk, today, today + timedelta(days=5), today + timedelta(days=9)),
        town.officer, town.at,
    )  # fmt: skip
    said = speak(asked.code, "要有树荫。", town.at)
    with pytest.raises(Refusal) as owed:
        end_consultation(asked.code, "三条意见", "多种十棵树", town.officer, town.at)
    assert owed.value.code == "owed"
    answer_words(said.pk, "会种树。", town.officer, town.at)
    end_consultation(asked.code, "一条意见", "多种十棵树", town.officer, town.at)
    with pytest.raises(Refusal):
        speak(asked.code, "迟到", town.at + timedelta(days=6))
    assert forget_councils(town.at + timedelta(days=400)) == 1
