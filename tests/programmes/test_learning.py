"""Courses, sessions, attendance, what is due, and what lets somebody be assigned."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commonward.cases.actions.tasking import ask_tasks
from commonward.core.learning_sheet import read_past
from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.people.models import Qualification, Requirement
from commonward.people.queries import revisions
from commonward.people.queries.qualified import refuse_unqualified
from commonward.programmes.actions.learning.bringing_in import bring_in
from commonward.programmes.actions.learning.courses import keep_course
from commonward.programmes.actions.learning.forgetting import forget_learning, tick_learning
from commonward.programmes.actions.learning.sessions import (
    call_off_session,
    give_up_seat,
    mark_seat,
    sign_up,
)
from commonward.programmes.models import Certificate, CourseSeat
from commonward.programmes.queries.learning import due_by_team, own_courses
from tests.district import LAMP, District
from tests.programmes.learning_office import LAW, Learning, learning


@pytest.fixture
def office(district: District) -> Learning:
    return learning(district)


def test_a_colleague_signs_up_another_marks_and_the_course_counts(office: Learning) -> None:
    worker = office.here.grid_worker
    (due,) = own_courses(worker, office.today, office.at)
    assert (due.state, due.following) == ("missing", None)
    session = office.session()
    seat = sign_up(session.pk, worker, office.at)
    (due,) = own_courses(worker, office.today, office.at)
    assert due.signed_up
    assert due.following == session
    later = office.at + timedelta(days=3, hours=3)
    with pytest.raises(Refusal, match="not begun"):
        mark_seat(seat.pk, office.officer, office.at, was_there=True)
    with pytest.raises(Forbidden, match="keeps the list"):
        mark_seat(seat.pk, office.here.leader, later, was_there=True)
    mark_seat(seat.pk, office.officer, later, was_there=True)
    (due,) = own_courses(worker, office.today + timedelta(days=4), later)
    assert due.state == "current"
    made = Certificate.objects.get()
    assert made.until == made.done_on.replace(year=made.done_on.year + 2)
    assert Qualification.objects.get().until == made.until
    # A mistake is put right by the same hand.
    mark_seat(seat.pk, office.officer, later, was_there=False)
    assert not Certificate.objects.exists()
    assert not Qualification.objects.exists()


def test_nobody_marks_themselves_not_even_who_keeps_the_list(office: Learning) -> None:
    session = office.session()
    seat = sign_up(session.pk, office.officer, office.at)
    later = office.at + timedelta(days=4)
    with pytest.raises(Forbidden, match="themselves"):
        mark_seat(seat.pk, office.officer, later, was_there=True)
    assert mark_seat(seat.pk, office.second, later, was_there=True).was_there


def test_a_full_session_takes_nobody_until_a_seat_is_given_up(office: Learning) -> None:
    session = office.session(capacity=1)
    sign_up(session.pk, office.here.grid_worker, office.at)
    with pytest.raises(Refusal, match="full"):
        sign_up(session.pk, office.here.second_grid_worker, office.at)
    give_up_seat(session.pk, office.here.grid_worker, office.at)
    assert sign_up(session.pk, office.here.second_grid_worker, office.at)


def test_only_who_keeps_the_whole_site_writes_courses(office: Learning) -> None:
    for actor in (office.here.leader, office.here.grid_worker):
        with pytest.raises(Forbidden):
            keep_course(LAW, actor, office.at)
    with pytest.raises(Invalid, match="kind of dispute"):
        keep_course(replace(LAW, kind="medical"), office.officer, office.at)


def test_what_is_switched_on_bars_with_the_next_session_in_the_reason(office: Learning) -> None:
    case = office.here.report(LAMP).case
    teams = [office.here.teams["grids-south"]]
    assert not Requirement.objects.exists()
    session = office.session(days=5)
    keep_course(replace(LAW, barring=True), office.officer, office.at)
    day = session.starts_at.date().isoformat()
    with pytest.raises(Refusal, match=f"网格法律基础 / Law for grids.*{day}"):
        ask_tasks(case.number, "whistle", teams, "去看", office.here.dispatcher, office.at)
    call_off_session(session.pk, office.officer, office.at)
    with pytest.raises(Refusal, match="no session is set yet"):
        ask_tasks(case.number, "whistle", teams, "去看", office.here.dispatcher, office.at)
    lines, _ = read_past(
        [["login", "course", "done_on"], ["grid_worker", "grid-law", "2026-01-05"]]
    )
    bring_in(lines, office.officer, office.at)
    assert ask_tasks(case.number, "whistle", teams, "去看", office.here.dispatcher, office.at)
    keep_course(LAW, office.officer, office.at)
    assert not Requirement.objects.exists()


def test_the_tick_names_the_next_session_once_the_named_one_is_over(office: Learning) -> None:
    keep_course(replace(LAW, barring=True), office.officer, office.at)
    office.session(days=2)
    second = office.session(days=9)
    assert Requirement.objects.get().next_on == (office.at + timedelta(days=2)).date()
    assert tick_learning(office.at + timedelta(days=3)) == 1
    assert Requirement.objects.get().next_on == second.starts_at.date()


def test_a_course_for_a_kind_of_dispute_bars_that_kind_alone(office: Learning) -> None:
    given = replace(LAW, code="medical", work="mediator", kind="medical", barring=True)
    keep_course(given, office.officer, office.at)
    account = office.here.accounts["handler"]
    refuse_unqualified(revisions(), "mediator", account, office.today, "housing")
    with pytest.raises(Refusal, match="missing"):
        refuse_unqualified(revisions(), "mediator", account, office.today, "medical")


def test_who_is_due_stands_by_team_with_names_for_who_keeps_the_courses_alone(
    office: Learning,
) -> None:
    lines, _ = read_past(
        [["login", "course", "done_on"], ["grid_worker", "grid-law", "2026-01-05"]]
    )
    bring_in(lines, office.officer, office.at)
    north = office.here.teams["grids-north"]
    (row,) = due_by_team(office.officer, office.today, office.at)
    assert row.names == ()
    (row,) = due_by_team(office.officer, office.today, office.at, names_of=north)
    assert (row.team, row.of, row.late) == (north, 1, 1)
    assert row.names == ["Second Grid Worker"]
    (told,) = due_by_team(office.here.leader, office.today, office.at, names_of=north)
    assert (told.late, list(told.names)) == (1, [])


def test_past_records_come_from_a_table_all_or_none_and_once(office: Learning) -> None:
    rows = [
        ["登录名", "课程代码", "完成日期", "有效期至"],
        ["grid_worker", "grid-law", "2025年3月2日", ""],
        ["nobody", "grid-law", "2025-03-02", ""],
        ["grid_worker", "no-such", "2025-03-02", ""],
        ["second_grid_worker", "grid-law", "2027-03-02", ""],
        ["second_grid_worker", "grid-law", "2025-03-02", "2024-01-01"],
    ]
    lines, faults = read_past(rows)
    assert [one.row for one in faults] == [6]
    tried = bring_in(lines, office.officer, office.at)
    assert [(one.row, one.column) for one in tried.faults] == [
        (3, "login"), (4, "course"), (5, "done_on"),
    ]  # fmt: skip
    assert not Certificate.objects.exists()
    lines, _ = read_past(rows[:2])
    assert len(bring_in(lines, office.officer, office.at, only_try=True).new) == 1
    assert not Certificate.objects.exists()
    assert len(bring_in(lines, office.officer, office.at).new) == 1
    again = bring_in(lines, office.officer, office.at)
    assert (len(again.new), again.same) == (0, 1)
    assert str(Certificate.objects.get().until) == "2027-03-02"


def test_records_go_with_the_account_and_two_years_after_they_ran_out(office: Learning) -> None:
    lines, _ = read_past(
        [
            ["login", "course", "done_on"],
            ["grid_worker", "grid-law", "2026-01-05"],
            ["second_grid_worker", "grid-law", "2026-01-05"],
        ]
    )
    bring_in(lines, office.officer, office.at)
    sign_up(office.session().pk, office.here.second_grid_worker, office.at)
    assert forget_learning(office.at) == 0
    people.deactivate_account(SYSTEM, office.here.accounts["second_grid_worker"], at=office.at)
    assert forget_learning(office.at) == 3
    assert not CourseSeat.objects.exists()
    assert forget_learning(office.at + timedelta(days=1400)) == 0
    assert forget_learning(office.at + timedelta(days=1410)) == 2
