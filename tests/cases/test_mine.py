"""What waits for a person's teams, what changed there, and what a step would do with many cases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commonward.cases import actions as cases
from commonward.cases.models import Case, Event
from commonward.cases.queries.foreseen import foreseen_step, foreseen_tasks, possible
from commonward.cases.queries.mine import changed_since, tasks_waiting, waiting_for
from commonward.core.refusals import Refusal
from commonward.core.rights import Actor
from commonward.people.actions.looking import note_look
from commonward.people.queries.looks import last_look
from tests.district import LAMP, POTHOLE, QUESTION, RUBBISH, District


def test_what_waits_is_counted_by_stage_and_light_and_only_of_the_own_teams(
    here: District,
) -> None:
    for standard in (None, None, here.standards[RUBBISH]):
        here.handled(here.report(standard=standard))
    here.handled(here.report(LAMP))
    day = here.at + timedelta(days=2)
    found = waiting_for(here.street_handler, day)
    [stage] = found.stages
    assert (stage.stage, dict(stage.lights)) == ("handle", {"green": 2, "red": 1})
    assert (found.count, found.more, len(found.soonest)) == (3, False, 3)
    assert waiting_for(here.second_handler, day).count == 1
    assert waiting_for(here.outsider, day).count == 0


def test_a_task_of_the_own_team_waits_with_its_own_light(here: District) -> None:
    report = here.report()
    here.handled(report)
    at = here.at + timedelta(minutes=20)
    lamps = here.teams["lamps"]
    cases.ask_tasks(report.case.number, "whistle", [lamps], "Please come.", here.dispatcher, at)
    [task] = tasks_waiting(here.second_handler, at)
    assert (task.kind, task.light, task.case.number) == ("whistle", "green", report.case.number)
    [late] = tasks_waiting(here.second_handler, at + timedelta(minutes=31))
    assert late.light == "red"
    assert tasks_waiting(here.handler, at) == ()


def test_changes_are_those_of_others_to_the_own_cases_once_for_each_case(
    here: District,
) -> None:
    report = here.report()
    here.handled(report)
    other = here.report(LAMP)
    here.handled(other)
    since = here.at + timedelta(minutes=15)
    here.act(report, "take", here.street_handler, 20)
    now = here.at + timedelta(hours=1)
    assert changed_since(here.street_handler, since, now).rows == ()
    here.act(report, "note", here.leader, 30, words="Hurry.")
    here.act(report, "note", here.leader, 31, words="Please.")
    [row] = changed_since(here.street_handler, since, now).rows
    assert (row.line.number, row.event.verb, row.events) == (report.case.number, "note", 2)
    assert (row.event.at, row.event.role) == (here.at + timedelta(minutes=31), "leader")
    assert row.procedure.verbs["note"].title.en == "Note"


def test_changes_look_through_no_more_than_the_newest_events(
    here: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = here.report()
    here.handled(report)
    monkeypatch.setattr("commonward.cases.queries.mine.LOOKED_THROUGH", 2)
    for minute in (20, 21, 22):
        here.act(report, "note", here.leader, minute, words="…")
    found = changed_since(here.street_handler, here.at, here.at + timedelta(hours=1))
    assert found.looked_back_to == here.at + timedelta(minutes=21)
    assert [row.events for row in found.rows] == [2]


def test_a_last_look_is_ones_own_and_never_goes_back(here: District) -> None:
    at = here.at
    assert last_look(here.handler) is None
    note_look(here.handler, at)
    note_look(here.handler, at - timedelta(hours=1))
    assert last_look(here.handler) == at
    assert last_look(here.dispatcher) is None


def test_what_is_foreseen_is_what_happens(here: District) -> None:
    """Every verb of every stage with every person: the foreseen refusal is the true one."""
    ready = here.report()
    here.act(ready, "accept", here.intake_officer, 2)
    here.act(ready, "file", here.duty_chief, 5)
    fresh = here.report(POTHOLE, answers={"HOWDEEP": "5"})
    numbers = [ready.case.number, fresh.case.number]
    at = here.at + timedelta(minutes=30)
    people = (here.dispatcher, here.intake_officer, here.leader, here.outsider)
    given = {"team": here.teams["roads"], "reason": "Because."}
    for verb in ("dispatch", "accept", "force_close", "return_to_file", "note"):
        for who in people:
            for one in foreseen_step(who, numbers, verb, given, at):
                before = Case.objects.get(number=one.number)
                said = _tried(one.number, verb, who, at, given)
                if one.line is None:
                    assert one.refusal is not None  # not even seen
                elif one.refusal is None:
                    assert said == "", (verb, who.name)
                else:
                    assert said == str(one.refusal), (verb, who.name)
                assert before.version == Case.objects.get(number=one.number).version


def _tried(number: str, verb: str, who: Actor, at: datetime, given: dict[str, Any]) -> str:
    """What the action says, without keeping what it does."""
    with transaction.atomic():
        try:
            cases.act(number, verb, who, at, given)
            said = ""
        except Refusal as refusal:
            said = str(refusal)
        transaction.set_rollback(True)
    return said


def test_foreseeing_writes_nothing_and_asks_as_much_for_many_as_for_one(
    here: District,
) -> None:
    numbers = []
    for _ in range(12):
        report = here.report()
        here.handled(report)
        here.act(report, "finish", here.street_handler, 20, result="Done.")
        here.act(report, "pass_on", here.dispatcher, 25)
        numbers.append(report.case.number)
    at = here.at + timedelta(minutes=30)
    events = Event.objects.count()

    def asked(some: list[str]) -> int:
        with CaptureQueriesContext(connection) as captured:
            found = foreseen_step(here.second_grid_worker, some, "pass_check", {}, at)
        assert [one.refusal for one in found] == [None] * len(some)
        assert all("SELECT" in q["sql"][:8] for q in captured)
        return len(captured)

    assert asked(numbers) == asked(numbers[:1]) <= 8
    assert Event.objects.count() == events


def test_a_wrong_team_a_closed_main_case_and_another_procedure_are_foreseen(
    here: District,
) -> None:
    report, ended = here.report(), here.report(words="The same.")
    other = here.report(words="The same again.")
    here.act(ended, "void", here.duty_chief, 200, reason="A test.")
    number, at = report.case.number, here.at + timedelta(hours=6)
    here.act(report, "accept", here.intake_officer, 301)
    here.act(report, "file", here.duty_chief, 302)

    def said(verb: str, **given: object) -> str:
        [one] = foreseen_step(here.dispatcher, [number], verb, given, at)
        return str(one.refusal)

    assert "no team" in said("dispatch", team=10**6)
    assert "has ended" in said("join", into=ended.case.number)
    assert "itself" in said("join", into=number)
    assert "no case" in said("join", into="")
    assert said("join", into=other.case.number) == "None"
    assert "another procedure" in said("recategorise", category=QUESTION)
    assert said("recategorise", category=RUBBISH) == "None"


def test_possible_steps_are_counted_over_the_chosen_cases(here: District) -> None:
    ready, fresh = here.report(), here.report()
    here.act(ready, "accept", here.intake_officer, 2)
    here.act(ready, "file", here.duty_chief, 5)
    at = here.at + timedelta(minutes=30)
    found = possible(here.dispatcher, [ready.case.number, fresh.case.number], at)
    counted = {one.verb.name: one.cases for one in found}
    assert counted["dispatch"] == 1
    assert counted["note"] == 2
    assert "accept" not in counted


def test_a_whistle_is_foreseen_for_those_who_may_and_once_for_each_team(
    here: District,
) -> None:
    report = here.report()
    here.handled(report)
    at, lamps = here.at + timedelta(minutes=20), here.teams["lamps"]
    number = report.case.number
    [one] = foreseen_tasks(here.dispatcher, [number], "whistle", [lamps], at)
    assert one.to is not None
    [refused] = foreseen_tasks(here.street_handler, [number], "whistle", [lamps], at)
    assert "no such role" in str(refused.refusal)
    cases.ask_tasks(number, "whistle", [lamps], "Come.", here.dispatcher, at)
    [again] = foreseen_tasks(here.dispatcher, [number], "whistle", [lamps], at)
    assert "already" in str(again.refusal)
