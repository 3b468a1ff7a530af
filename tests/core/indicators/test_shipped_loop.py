"""Each shipped figure of the loop, against a handful of rows that can be reckoned by hand."""

from datetime import timedelta

import pytest

from commonward.core.figures import Closing, Standing
from tests.core.indicators.by_hand import (
    DAY,
    HOUR,
    act,
    case,
    figure,
    limit,
    march,
    value,
)

IN_TIME = case(closed_at=march(4), due_at=march(10), outcome="solved", took=3 * DAY)
LATE = case(closed_at=march(20), due_at=march(10), outcome="not_solved", took=19 * DAY)
OVERDUE = case(due_at=march(12))
NOT_DUE = case(due_at=march(2, month=4))
SUSPENDED = case(due_at=march(8), suspended=True)
VOID = case(closed_at=march(3), due_at=march(8), outcome="void")
REFUSED = case(closed_at=march(3), outcome="refused")
JOINED = case(closed_at=march(3), due_at=march(8), outcome="joined")
APPEALED = case(
    closed_at=march(22), due_at=march(9), counted=False, appealed=True, outcome="solved"
)
UNLIMITED = case(closed_at=march(5), outcome="answered", procedure="enquiry")
LOOP = (IN_TIME, LATE, OVERDUE, NOT_DUE, SUSPENDED, VOID, REFUSED, JOINED, APPEALED, UNLIMITED)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Due: in time, late, overdue; the suspended, the void, the appealed one are not in it.
        ("closed_in_time_rate", 1 / 3),
        ("closed_rate", 2 / 3),
        # With appeals left out of account there is one more, and it was late.
        ("closed_in_time_rate_raw", 1 / 4),
        # Late, overdue and the appealed one have marks; one of the three was appealed.
        ("appealed_rate", 1 / 3),
        ("cases_closed", 4),
        # Solved twice and answered once, of four closed.
        ("resolved_rate", 3 / 4),
        # Overdue, not due and suspended are open.
        ("backlog", 3),
        ("overdue_backlog", 1),
        ("cases_opened", 10),
        ("refused_rate", 1 / 10),
    ],
)
def test_the_closing_figures_of_ten_cases(name: str, expected: float) -> None:
    assert value(name, cases=LOOP) == round(expected, 6)


def test_the_closing_rate_is_the_one_that_departments_are_shown() -> None:
    standings = [
        (Standing(limited=True, closed=True, met=True, passed=True), 1),
        (Standing(limited=True, closed=True, met=False, passed=True), 1),
        (Standing(limited=True, closed=False, met=None, passed=True), 1),
        (Standing(limited=True, closed=False, met=None, passed=False), 1),
        (Standing(limited=True, closed=False, met=None, passed=True, suspended=True), 1),
        (Standing(limited=True, closed=True, met=True, passed=True, outcome="void"), 1),
        (Standing(limited=True, closed=True, met=False, passed=True, counted=False), 1),
        (Standing(limited=False, closed=True, met=None, passed=False), 1),
    ]
    known = Closing.of(standings)
    found = figure("closed_in_time_rate", cases=LOOP)
    assert (found.counts["closed_in_time"], found.under) == (known.in_time, known.due)
    assert figure("closed_rate", cases=LOOP).counts["due_and_closed"] == known.closed.numerator


def test_a_mark_taken_back_leaves_numerator_and_denominator_even_of_what_was_in_time() -> None:
    late_in_a_stage = case(closed_at=march(4), due_at=march(10), counted=False, outcome="solved")
    found = figure("closed_in_time_rate", cases=[late_in_a_stage, LATE])
    assert found.counts == {"closed_in_time": 0, "due_to_be_closed": 1}


def test_closed_within_the_last_second_of_the_limit_is_in_time_as_the_clock_says() -> None:
    due = march(10)
    rows = [
        case(closed_at=due + timedelta(milliseconds=999), due_at=due, outcome="solved"),
        case(closed_at=due + timedelta(seconds=1), due_at=due, outcome="solved"),
    ]
    assert value("closed_in_time_rate", cases=rows) == 0.5


def test_what_was_closed_after_the_window_was_not_closed_in_it() -> None:
    later = case(closed_at=march(2, month=4), due_at=march(20), outcome="solved")
    assert value("closed_rate", cases=[IN_TIME, later]) == 0.5
    assert value("backlog", cases=[IN_TIME, later]) == 1


@pytest.mark.parametrize(
    ("name", "column", "given"),
    [
        ("forced_rate", "outcome", {"forced": True, "outcome": "forced"}),
        ("reopened_rate", "reopened", {"reopened": 2}),
        ("extended_rate", "extended", {"extended": 1}),
        ("supervised_rate", "supervised", {"supervised": 1}),
        ("on_the_spot_rate", "on_the_spot", {"on_the_spot": True}),
        ("first_contact_rate", "first_contact", {"first_contact": True}),
    ],
)
def test_of_four_closed_cases_one_is_of_the_kind(
    name: str, column: str, given: dict[str, object]
) -> None:
    one = case(closed_at=march(4), **given)
    assert value(name, cases=[one, IN_TIME, LATE, UNLIMITED, VOID, OVERDUE]) == 0.25


def test_the_old_backlog_is_older_than_thirty_days_at_the_windows_end() -> None:
    old, young = case(opened_at=march(1, 0)), case(opened_at=march(2, 1))
    # March ends on 1 April at midnight: 31 days after the 1st, 29 days 23 hours after the 2nd.
    assert value("old_backlog_rate", cases=[old, young]) == 0.5


def test_handled_in_time_counts_what_fell_due_unhandled_and_not_what_was_handed_back() -> None:
    acts = [
        act("finish", in_time=True, spent=HOUR),
        act("finish", in_time=False, spent=3 * HOUR),
        act("finish", in_time=False, counted=False, spent=5 * HOUR),
        act("finish", in_time=True, task=True),
        act("finish", in_time=True, outcome="void"),
        act("hand_back", in_time=True),
    ]
    limits = [
        limit("handle", due_at=march(5)),
        limit("handle", due_at=march(5), stopped_at=march(6), stopped=True),
        limit("handle", due_at=march(5), suspended=True),
        limit("handle", due_at=march(5), counted=False),
        limit("dispatch", due_at=march(5)),
    ]
    assert value("handled_in_time_rate", acts=acts, limits=limits) == round(1 / 3, 6)
    assert value("median_handling_time", acts=acts) == 3 * HOUR


def test_a_finish_without_a_limit_is_neither_in_time_nor_late() -> None:
    acts = [act("finish", in_time=True), act("finish")]
    assert value("handled_in_time_rate", acts=acts) == 1


def test_filed_rightly_is_filed_less_voided() -> None:
    cases = [case(filed_at=march(2)) for _ in range(4)] + [case(filed_at=march(2), outcome="void")]
    assert value("filed_rightly_rate", cases=cases) == 0.8
    assert value("cases_filed", cases=[*cases, case()]) == 5


def test_filings_that_stood_are_told_by_act() -> None:
    acts = [act("file"), act("file", right=False, outcome="void"), act("accept")]
    assert value("filings_right_rate", acts=acts) == 0.5


@pytest.mark.parametrize(
    ("name", "verb", "stage"),
    [
        ("filed_in_time_rate", "file", "file"),
        ("verified_in_time_rate", "confirm", "verify"),
        ("verified_in_time_rate", "not_found", "verify"),
        ("checked_in_time_rate", "pass_check", "check"),
        ("checked_in_time_rate", "fail_check", "check"),
        ("taken_in_in_time_rate", "ask_verification", "collect"),
        ("closing_decided_in_time_rate", "close", "close"),
        ("dispatched_in_time_rate", "decide_finally", "dispatch"),
    ],
)
def test_a_stage_was_in_time_twice_of_three(name: str, verb: str, stage: str) -> None:
    acts = [
        act(verb, from_stage=stage, in_time=True),
        act(verb, from_stage=stage, in_time=True),
        act(verb, from_stage=stage, in_time=False),
        act(verb, from_stage=stage, in_time=False, counted=False),
        act(verb, from_stage=stage),
        act("note", from_stage=stage, in_time=True),
        act(verb, from_stage=stage, in_time=True, at=march(2, month=4)),
    ]
    assert value(name, acts=acts) == round(2 / 3, 6)


def test_dispatched_rightly_counts_what_fell_due_unsent() -> None:
    acts = [act("dispatch"), act("dispatch", right=False), act("hand_back"), act("decide_finally")]
    limits = [limit("dispatch", due_at=march(5)), limit("dispatch", due_at=march(1, month=4))]
    assert value("dispatched_rightly_rate", acts=acts, limits=limits) == 0.5
    assert value("handed_back_rate", acts=acts) == round(1 / 3, 6)


def test_rework_is_for_each_time_that_handling_was_finished() -> None:
    acts = [act("finish")] * 4 + [act("fail_check"), act("ask_rework"), act("pass_check")]
    assert value("rework_rate", acts=acts) == 0.5


def test_finds_that_are_not_decided_on_or_double_are_neither_valid_nor_not() -> None:
    cases = [
        case(origin="grid", filed_at=march(2)),
        case(origin="grid", closed_at=march(2), on_the_spot=True, outcome="solved"),
        case(origin="grid", closed_at=march(2), outcome="refused"),
        case(origin="grid", closed_at=march(2), filed_at=march(2), outcome="nothing_found"),
        case(origin="grid", closed_at=march(2), outcome="joined"),
        case(origin="grid"),
        case(origin="public", filed_at=march(2)),
    ]
    assert value("valid_find_rate", cases=cases) == 0.5


def test_missed_finds_are_what_the_public_reported_in_a_grid() -> None:
    inside = {"filed_at": march(2), "grid": "g1"}
    cases = [
        case(**inside),
        case(**inside, origin="grid"),
        case(**inside, origin="grid"),
        case(**inside, origin="inspection"),
        case(**inside, procedure="enquiry"),
        case(**inside, outcome="void"),
        case(filed_at=march(2)),
    ]
    assert value("missed_find_rate", cases=cases) == 0.25


def test_urgent_help_that_ended_on_the_spot() -> None:
    ended = {"procedure": "incident", "closed_at": march(3)}
    cases = [case(**ended, outcome="ended_on_spot"), case(**ended, outcome="handed_on")]
    assert value("incidents_on_the_spot_rate", cases=[*cases, IN_TIME]) == 0.5
