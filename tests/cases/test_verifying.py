"""Each kind of inconsistency is planted behind the actions' back, and found."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from commonward.cases.actions import (
    ask_suspension,
    ask_tasks,
    decide,
    join,
    split,
    tick,
)
from commonward.cases.models import Case, Clock, Event, Photo, Report, Task
from commonward.cases.queries.verifying import told, verify
from commonward.core.numbers import normalise
from tests.district import RUBBISH, District


def whats() -> set[str]:
    return {finding.what for finding in verify()}


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def plant(report: Report, column: str, value: object) -> None:
    Case.objects.filter(pk=report.case_id).update(**{column: value})


def plant_event(report: Report, verb: str, from_stage: str, to_stage: str, here: District) -> None:
    """An event that nobody's action wrote, an hour after the district's moment."""
    Event.objects.create(
        case_id=report.case_id, at=here.at + timedelta(hours=9), written_at=here.at, verb=verb,
        from_stage=from_stage, to_stage=to_stage, role="dispatcher",
    )  # fmt: skip


@pytest.fixture
def lived(here: District) -> Report:
    """A case in handling, beside others in every condition that the loop can bring about."""
    closed = here.report()
    here.closed(closed)
    main, same = here.report(), here.report()
    join(same.number, main.number, "same", here.intake_officer, here.at)
    whole = here.report()
    split(whole.number, [(RUBBISH, "a part")], here.dispatcher, here.at)
    paused = here.report()
    here.handled(paused)
    asked = ask_suspension(
        paused.number, here.at + timedelta(days=40), "winter", here.street_handler,
        here.at + timedelta(minutes=30),
    )  # fmt: skip
    for who in (here.duty_chief, here.leader):
        decide(asked.pk, True, "yes", who, here.at + timedelta(minutes=40))
    whistled = here.report()
    here.handled(whistled)
    ask_tasks(whistled.number, "whistle", [here.teams["roads"]], "come", here.leader,
              here.at + timedelta(hours=1))  # fmt: skip
    report = here.report()
    here.handled(report)
    tick(here.at + timedelta(hours=3))
    return report


def test_a_store_that_lived_through_every_side_move_is_consistent(lived: Report) -> None:
    assert [str(f) for f in verify()] == []


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("stage", "check", "stage"),
        ("is_open", False, "is_open"),
        ("paused", True, "paused"),
        ("version", 2, "version"),
        ("due_at", None, "due_at"),
        ("warn_at", None, "warn_at"),
        ("provisional", True, "provisional"),
        ("area_path", "/4302/", "area"),
        ("number", "1234567891", "number"),
        ("unrouted", True, "unrouted"),
    ],
)
def test_a_field_that_its_record_contradicts_is_found(
    lived: Report, column: str, value: object, what: str
) -> None:
    plant(lived, column, value)
    assert what in whats()


@pytest.mark.parametrize("column", ["closed_at", "stage_since", "opened_at"])
def test_a_moment_that_no_event_has_is_found(lived: Report, here: District, column: str) -> None:
    moment = here.at + timedelta(days=1 if column == "closed_at" else -1)
    Case.objects.filter(pk=lived.case_id).update(**{column: moment})
    assert column in whats()


@pytest.mark.parametrize(
    ("verb", "from_stage", "to_stage", "words"),
    [
        ("finish", "handle", "closed", "does not allow"),
        ("pass_on", "feed_back", "check", "it was in handle"),
        ("warned", "handle", "check", "although it is no step"),
        ("finish", "handle", "limbo", "there is not"),
    ],
)
def test_a_step_outside_the_table_is_found(
    lived: Report, here: District, verb: str, from_stage: str, to_stage: str, words: str
) -> None:
    plant_event(lived, verb, from_stage, to_stage, here)
    assert words in " ".join(str(f) for f in verify() if f.what == "events")


def test_a_step_before_the_one_ahead_of_it_is_found(lived: Report, here: District) -> None:
    Event.objects.create(
        case_id=lived.case_id, at=here.at - timedelta(days=1), written_at=here.at, verb="finish",
        from_stage="handle", to_stage="feed_back", role="handler",
    )  # fmt: skip
    assert any("ahead of it" in str(f) for f in verify())


def test_a_case_without_events_is_found(here: District) -> None:
    report = here.report()
    copy = Case.objects.get(pk=report.case_id)
    copy.pk, copy.number = None, "0000000000"
    assert normalise(copy.number) == copy.number
    copy.save(force_insert=True)
    assert [f.number for f in verify() if f.what == "events"] == ["0000000000"]


def running(report: Report) -> Clock:
    return Clock.objects.get(case_id=report.case_id, task=None, stopped_at=None)


def move(name: str, by: timedelta) -> Callable[[Clock], None]:
    def planted(clock: Clock) -> None:
        setattr(clock, name, getattr(clock, name) + by)

    return planted


def stop(clock: Clock) -> None:
    clock.stopped_at, clock.next_at, clock.met = clock.due_at, None, True


@pytest.mark.parametrize(
    ("planted", "what"),
    [
        (move("due_at", timedelta(hours=1)), "clock due_at"),
        (move("next_at", timedelta(hours=1)), "clock next_at"),
        (stop, "clock"),
        (lambda clock: setattr(clock, "provisional", True), "clock provisional"),
        (lambda clock: setattr(clock, "stage", "check"), "clock"),
        (lambda clock: setattr(clock, "calendar", "mars"), "clock"),
        (lambda clock: setattr(clock, "face", {"limit": {}}), "clock"),
    ],
)
def test_a_clock_that_its_intervals_contradict_is_found(
    lived: Report, planted: Callable[[Clock], None], what: str
) -> None:
    clock = running(lived)
    planted(clock)
    clock.save()
    assert what in whats()


def test_a_false_mark_on_a_stopped_clock_is_found(lived: Report) -> None:
    clock = Clock.objects.filter(case_id=lived.case_id, stage="collect").get()
    Clock.objects.filter(pk=clock.pk).update(met=not clock.met)
    assert whats() == {"met"}


def test_a_stage_without_a_running_clock_is_found(lived: Report) -> None:
    running(lived).delete()
    assert "clock" in whats()


def test_a_clock_that_outlives_its_case_is_found(here: District) -> None:
    report = here.report()
    here.closed(report)
    here.act(report, "content", here.intake_officer, 400, satisfied=5)
    assert whats() == set()
    row = Clock.objects.filter(case_id=report.case_id, stage="evaluate").get()
    Clock.objects.create(
        case_id=report.case_id, kind="review", stage="evaluate", calendar=row.calendar,
        face={k: v for k, v in row.face.items() if k != "stopped"}, started_at=row.started_at,
        due_at=row.due_at, next_at=row.started_at,
    )  # fmt: skip
    assert "clock" in whats()


def test_a_clock_pushed_away_after_a_failure_is_no_finding(lived: Report) -> None:
    clock = running(lived)
    clock.attempts, clock.fault = 1, "it failed"
    assert clock.next_at is not None
    clock.next_at += timedelta(minutes=5)
    clock.save()
    assert whats() == set()


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [("stage", "ended", "whistle stage"), ("is_open", False, "whistle is_open")],
)
def test_a_task_that_its_events_contradict_is_found(
    lived: Report, column: str, value: object, what: str
) -> None:
    Task.objects.filter(kind="whistle").update(**{column: value})
    assert what in whats()


def test_joins_in_a_chain_or_in_name_only_are_found(lived: Report, here: District) -> None:
    main = Case.objects.get(pk__in=Case.objects.filter(stage="joined").values("joined_to"))
    plant(lived, "joined_to_id", main.pk)
    assert "joined" in whats()
    plant(lived, "joined_to_id", None)
    assert whats() == set()
    Case.objects.filter(pk=main.pk).update(joined_to=lived.case_id)
    assert sum(f.what == "joined" for f in verify()) == 2


def test_a_child_of_a_child_is_found(lived: Report) -> None:
    child = Case.objects.exclude(parent=None).get()
    plant(lived, "parent_id", child.pk)
    assert "parent" in whats()


def test_a_case_nobody_reported_is_found(here: District) -> None:
    report = here.report()
    other = here.report()
    sql("UPDATE cases_report SET case_id = %s WHERE id = %s", other.case_id, report.pk)
    assert "reports" in whats()


def test_a_team_lost_from_a_routed_stage_is_found(here: District) -> None:
    report = here.report()
    plant(report, "team_id", None)
    assert whats() == {"unrouted"}


def test_a_photo_whose_file_is_gone_is_found(here: District) -> None:
    report = here.report()
    Photo.objects.create(
        case_id=report.case_id, name="ab/there.jpg", digest="", width=1, height=1, added_at=here.at
    )
    Photo.objects.create(
        case_id=report.case_id, name="ab/gone.jpg", digest="", width=1, height=1, added_at=here.at
    )
    there = settings.MEDIA_ROOT / "ab/there.jpg"
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_bytes(b"x")
    assert ["gone.jpg" in str(f) for f in verify()] == [True]
    there.unlink()


def test_findings_are_counted_all_and_shown_in_part(here: District) -> None:
    for _ in range(3):
        plant(here.report(), "team_id", None)
    first, count = told(verify(), 2)
    assert (len(first), count) == (2, 3)
