"""Approvals, whistles, joins and splits: what happens beside the straight way."""

from datetime import timedelta

import pytest

from commonward.cases import actions as cases
from commonward.cases.access import contact_of
from commonward.cases.models import Case, Clock, Event, Report
from commonward.core.calendars import Limit
from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.core.rights import Actor, Right
from tests.district import POTHOLE, RUBBISH, District


def case_of(report: Report) -> Case:
    """The case of a report as it stands in the database."""
    return Case.objects.get(pk=report.case_id)


def verbs(report: Report) -> list[str]:
    """What happened to a report's case, in order."""
    return list(
        Event.objects.filter(case=report.case_id).order_by("id").values_list("verb", flat=True)
    )


def test_an_extension_needs_two_levels_and_moves_the_due_moment(here: District) -> None:
    report = here.report(RUBBISH, standard=here.standards[RUBBISH])
    here.handled(report)
    before = case_of(report).due_at
    asked = cases.ask_extension(
        report.case.number,
        Limit.parse("2 work_hour"),
        "Needs a crane.",
        here.street_handler,
        here.at,
    )
    cases.decide(asked.pk, True, "Yes.", here.duty_chief, here.at)
    assert case_of(report).due_at == before
    done = cases.decide(asked.pk, True, "Yes too.", here.leader, here.at)
    assert done.state == "granted"
    assert before is not None
    # 15:10 and two working hours more.
    assert case_of(report).due_at == before + timedelta(hours=2)


def test_an_extension_longer_than_the_limit_or_in_another_unit_is_refused(here: District) -> None:
    report = here.report(RUBBISH, standard=here.standards[RUBBISH])
    here.handled(report)
    for words, limit in (("at most as long", "5 work_hour"), ("work_hour too", "1 work_day")):
        with pytest.raises(Invalid, match=words):
            cases.ask_extension(
                report.case.number, Limit.parse(limit), "Rain.", here.street_handler, here.at
            )


def test_a_third_extension_is_refused(here: District) -> None:
    report = here.report(RUBBISH, standard=here.standards[RUBBISH])
    here.handled(report)
    for _ in range(2):
        asked = cases.ask_extension(
            report.case.number, Limit.parse("1 work_hour"), "Rain.", here.street_handler, here.at
        )
        for who in (here.duty_chief, here.leader):
            cases.decide(asked.pk, True, "Yes.", who, here.at)
    with pytest.raises(Refusal) as refused:
        cases.ask_extension(
            report.case.number, Limit.parse("1 work_hour"), "Rain.", here.street_handler, here.at
        )
    assert refused.value.code == "bound"


def test_a_suspension_stops_the_clock_leaves_the_counts_and_ends_by_itself(here: District) -> None:
    report = here.report(RUBBISH, standard=here.standards[RUBBISH], limit=Limit.parse("3 day"))
    here.handled(report)
    at = here.at + timedelta(minutes=40)
    until = at + timedelta(days=10)
    asked = cases.ask_suspension(report.case.number, until, "Frozen soil.", here.street_handler, at)
    for who in (here.duty_chief, here.leader):
        cases.decide(asked.pk, True, "Yes.", who, at)
    case = case_of(report)
    assert (case.stage, case.paused, case.due_at) == ("suspended", True, until)
    cases.tick(until + timedelta(minutes=1))
    case = case_of(report)
    assert (case.stage, case.paused) == ("handle", False)
    assert case.team_id == here.teams["street"]
    # 30 of 240 working minutes were used before; the rest runs from the end of the suspension.
    clock = Clock.objects.get(case=case, kind="stage", stopped_at=None)
    assert clock.due_at is not None
    assert clock.due_at > until
    assert Clock.objects.filter(case=case, kind="total", stopped_at=None).get().due_at == (
        here.at + timedelta(days=13, minutes=1)
    )


def test_a_case_is_suspended_once_and_never_when_overdue(here: District) -> None:
    report = here.report(RUBBISH, standard=here.standards[RUBBISH])
    here.handled(report)
    late = here.at + timedelta(days=3)
    with pytest.raises(Refusal) as refused:
        cases.ask_suspension(
            report.case.number, late + timedelta(days=5), "Rain.", here.street_handler, late
        )
    assert refused.value.code == "overdue"


def test_an_overtime_mark_can_be_appealed_once_and_the_raw_facts_stay(here: District) -> None:
    report = here.report(RUBBISH, limit=Limit.parse("1 urgent_hour"))
    here.closed(report)
    here.act(report, "content", here.holder(report), 310, satisfied=4)
    at = here.at + timedelta(days=1)
    asked = cases.appeal_mark(report.case.number, "The road was closed.", here.street_handler, at)
    cases.decide(asked.pk, True, "That is so.", here.leader, at)
    assert case_of(report).counted is False
    assert Clock.objects.get(case=report.case_id, kind="total").met is False
    with pytest.raises(Refusal) as refused:
        cases.appeal_mark(report.case.number, "Again.", here.street_handler, at)
    assert refused.value.code == "bound"


def test_nobody_decides_what_they_asked_for(here: District) -> None:
    report = here.report()
    here.handled(report)
    both = Actor(
        account=here.street_handler.account,
        rights=(*here.street_handler.rights, Right("duty_chief")),
        teams=here.street_handler.teams,
    )
    asked = cases.ask_extension(
        report.case.number, Limit.parse("1 work_day"), "Rain.", both, here.at
    )
    with pytest.raises(Forbidden):
        cases.decide(asked.pk, True, "Of course.", both, here.at)


def test_a_whistle_calls_departments_and_the_case_waits_for_them(here: District) -> None:
    report = here.report()
    here.handled(report)
    roads, lamps = cases.ask_tasks(
        report.case.number, "whistle", [here.teams["roads"], here.teams["lamps"]],
        "Come to the gate.", here.dispatcher, here.at,
    )  # fmt: skip
    clock = Clock.objects.get(task=roads, stopped_at=None)
    assert clock.due_at == here.at + timedelta(minutes=40)  # ten after nine, and thirty
    here.act(report, "finish", here.street_handler, 60, result="Done.")
    here.act(report, "pass_on", here.dispatcher, 70)
    here.act(report, "pass_check", here.grid_worker, 80)
    with pytest.raises(Refusal) as refused:
        here.act(report, "close", here.duty_chief, 90, outcome="solved")
    assert refused.value.code == "waits"
    at = here.at + timedelta(minutes=90)
    cases.act_on_task(lamps.pk, "object", here.second_handler, at, {"reason": "No lamp there."})
    cases.act_on_task(lamps.pk, "release", here.duty_chief, at, {"reason": "True."})
    for verb, who, given in (
        ("accept", here.handler, {}),
        ("arrive", here.handler, {}),
        ("conclude", here.handler, {"result": "Fence moved."}),
        ("score", here.dispatcher, {"score": 90}),
    ):
        roads = cases.act_on_task(roads.pk, verb, who, at, given)
    assert (roads.stage, roads.score, roads.is_open) == ("scored", 90, False)
    here.act(report, "close", here.duty_chief, 95, outcome="solved")
    assert case_of(report).closed_at is not None


def test_a_department_does_not_score_itself(here: District) -> None:
    report = here.report()
    here.handled(report)
    (task,) = cases.ask_tasks(
        report.case.number, "whistle", [here.teams["roads"]], "Come.", here.dispatcher, here.at
    )
    for verb, given in (("accept", {}), ("arrive", {}), ("conclude", {"result": "Done."})):
        cases.act_on_task(task.pk, verb, here.handler, here.at, given)
    with pytest.raises(Forbidden):
        cases.act_on_task(task.pk, "score", here.handler, here.at, {"score": 100})


def test_two_reports_of_one_problem_are_joined_and_both_are_answered(here: District) -> None:
    first, second = here.report(), here.report(words="The same heap.")
    cases.join(second.case.number, first.case.number, "One heap.", here.dispatcher, here.at)
    assert case_of(second).joined_to_id == first.case_id
    assert case_of(second).is_open is False
    here.closed(first)
    here.act(first, "content", here.holder(first), 400, satisfied=5)
    for report in (first, second):
        report.refresh_from_db()
        assert report.answered_at == here.at + timedelta(minutes=400)


def test_me_too_adds_a_report_with_a_number_of_its_own(here: District) -> None:
    first = here.report()
    said = cases.Said(channel="portal", words="I see it too.", contact={"email": "b@example.org"})
    second = cases.add_report(first.case.number, said, here.at + timedelta(minutes=5))
    assert second.number != first.number
    assert second.case_id == first.case_id
    assert contact_of(second, here.intake_officer, here.at, door="test") == {
        "email": "b@example.org"
    }


def test_a_split_case_closes_only_after_its_children(here: District) -> None:
    report = here.report()
    (child,) = cases.split(
        report.case.number, [(POTHOLE, "And the road is broken.")], here.dispatcher, here.at
    )
    assert child.parent_id == report.case_id
    here.handled(report)
    here.act(report, "finish", here.street_handler, 60, result="Swept.")
    here.act(report, "pass_on", here.dispatcher, 70)
    here.act(report, "pass_check", here.grid_worker, 80)
    with pytest.raises(Refusal) as refused:
        here.act(report, "close", here.duty_chief, 90, outcome="solved")
    assert refused.value.code == "waits"
    at = here.at + timedelta(minutes=95)
    cases.act(child.number, "refuse", here.intake_officer, at, {"reason": "No hole there."})
    here.act(report, "close", here.duty_chief, 100, outcome="solved")
    assert case_of(report).closed_at is not None
