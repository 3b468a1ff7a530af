"""Faults that the random walks found, each in the fewest steps that show it."""

from datetime import timedelta

from commonward.cases import actions as cases
from commonward.cases.models import Case, Event, Task
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from tests.district import QUESTION, District


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
