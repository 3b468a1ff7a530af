"""Faults that the random walks found, each in the fewest steps that show it."""

from datetime import timedelta

import pytest

from commonward.cases import actions as cases
from commonward.cases.models import Case, Event, Remark, Task
from commonward.core.refusals import Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from tests.district import QUESTION, RUBBISH, District


def test_the_ladder_climbs_on_where_the_team_has_lost_its_last_member(here: District) -> None:
    report = here.report()
    people.leave_team(SYSTEM, here.accounts["intake_officer"], here.teams["intake"], at=here.at)
    done = cases.tick(here.at + timedelta(hours=2))
    assert (done.failed, done.rungs) == (0, 6)
    assert Event.objects.filter(case=report.case_id, verb="escalated").count() == 4
    assert not Task.objects.exists()


def test_an_order_given_by_the_tick_raises_the_version_as_one_given_by_a_chief_does(
    here: District,
) -> None:
    report = here.report()
    cases.tick(here.at + timedelta(hours=2))
    assert Task.objects.filter(case=report.case_id, kind="supervision").count() == 1
    assert Case.objects.get(pk=report.case_id).version == 2


def test_a_second_answer_on_a_case_that_nobody_handled_is_owed_by_those_who_have_it(
    here: District,
) -> None:
    report = here.report(QUESTION, words="When is the office open?")
    here.act(report, "answer", here.intake_officer, 3, words="Never.")
    here.act(report, "not_content", here.holder(report), 9, reason="That cannot be.")
    case = Case.objects.get(pk=report.case_id)
    assert (case.stage, case.team_id) == ("answer_again", here.teams["intake"])
    assert not case.unrouted


def test_nothing_is_joined_without_the_case_that_it_joins(here: District) -> None:
    report = here.report()
    with pytest.raises(Invalid, match="which case"):
        here.act(report, "join", here.dispatcher, 5)
    assert Case.objects.get(pk=report.case_id).stage == "collect"


def test_somebody_without_a_receipt_of_the_case_reopens_nothing(here: District) -> None:
    mine, other = here.report(), here.report(words="Another heap.")
    here.closed(mine)
    for stranger in (here.resident, here.holder(other)):
        with pytest.raises(Missing):
            here.act(mine, "reopen", stranger, 310, reason="Once more.")
    assert Case.objects.get(pk=mine.case_id).stage == "evaluate"


def test_cases_that_follow_a_joined_case_are_told_whom_they_follow_now(here: District) -> None:
    first, second, third = (here.report(words=f"Heap {n}.") for n in range(3))
    cases.join(first.case.number, second.case.number, "One heap.", here.dispatcher, here.at)
    cases.join(second.case.number, third.case.number, "One heap.", here.dispatcher, here.at)
    follower = Case.objects.get(pk=first.case_id)
    assert (follower.joined_to_id, follower.version) == (third.case_id, 3)
    last = Event.objects.filter(case=follower).latest("id")
    assert (last.verb, last.data) == ("follows", {"case": third.case.number})


def test_a_case_is_not_refused_over_an_open_part_of_it(here: District) -> None:
    report = here.report()
    cases.split(report.case.number, [(RUBBISH, "And here.")], here.dispatcher, here.at)
    with pytest.raises(Refusal) as refused:
        here.act(report, "refuse", here.intake_officer, 5, reason="Not ours.")
    assert refused.value.code == "waits"


def test_what_is_written_after_a_case_was_forgotten_is_forgotten_too(here: District) -> None:
    report = here.report()
    here.closed(report)
    here.act(report, "content", here.holder(report), 310, satisfied=4)
    later = here.at + timedelta(days=6 * 366)
    assert cases.forget(later) == 1
    cases.act(report.case.number, "note", here.leader, later, {"words": "Mrs Chen telephoned."})
    assert cases.forget(later + timedelta(days=1)) == 1
    assert not Remark.objects.filter(event__case=report.case_id).exists()
    assert cases.forget(later + timedelta(days=2)) == 0
