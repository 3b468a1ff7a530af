"""The shipped volumes, changes, times and outcomes of disputes, reckoned by hand."""

from datetime import timedelta

import pytest

from commonward.core.indicators.book import book
from commonward.core.indicators.words import words
from commonward.core.outcomes import OUTCOMES, SHARES, Counted, shares
from commonward.core.refusals import Invalid
from tests.core.indicators.by_hand import (
    DAY,
    HOUR,
    case,
    dispute,
    figure,
    grouped,
    march,
    value,
)


def test_the_share_of_each_category_is_of_all_cases_opened() -> None:
    cases = [case(category="lamp"), case(category="lamp"), case(category="cover")]
    found = grouped("category_share", by=["category"], cases=cases)
    assert {group: one.value for group, one in found.items()} == {
        ("cover",): 1 / 3,
        ("lamp",): 2 / 3,
    }


def test_changes_are_against_the_month_before_and_the_same_month_a_year_before() -> None:
    now = [case() for _ in range(3)]
    before = [case(opened_at=march(5, month=2)) for _ in range(2)]
    long_ago = [case(opened_at=march(5).replace(year=2025)) for _ in range(4)]
    rows = [*now, *before, *long_ago]
    assert value("month_on_month", cases=rows) == 0.5
    assert value("year_on_year", cases=rows) == -0.25
    assert value("year_on_year", cases=now) is None


def test_times_to_the_first_answer_and_to_closing_are_exact_quantiles() -> None:
    cases = [
        case(
            answered_at=march(2),
            first_answer=hours * HOUR,
            closed_at=march(3),
            took=hours * DAY,
            outcome="solved",
        )
        for hours in (1, 2, 3, 4)
    ]
    cases.append(case(answered_at=march(2), first_answer=99 * HOUR, outcome="void"))
    assert value("median_first_answer", cases=cases) == 2.5 * HOUR
    assert value("p90_first_answer", cases=cases) == round(3.7 * HOUR, 6)
    assert value("median_closing", cases=cases) == 2.5 * DAY
    assert value("p90_closing", cases=cases) == round(3.7 * DAY, 6)


def test_the_age_of_open_cases_is_reckoned_to_the_end_of_the_window() -> None:
    cases = [
        case(opened_at=march(31)),
        case(opened_at=march(22), closed_at=march(3, month=4), outcome="solved"),
        case(opened_at=march(12, month=2)),
        case(opened_at=march(2), closed_at=march(9), outcome="solved"),
        case(opened_at=march(2, month=4)),
        case(opened_at=march(1), closed_at=march(3, month=4), outcome="joined"),
    ]
    # One day, ten and forty-eight are open when April begins; what is closed or void is not.
    end = march(1, month=4) - timedelta(hours=march(1).hour)
    ages = sorted((end - c["opened_at"]).total_seconds() for c in cases[:3])
    assert value("median_open_age", cases=cases) == ages[1]
    assert figure("median_open_age", cases=cases[3:5]).value is None


def test_an_age_is_of_a_moment_alone() -> None:
    for measure in ("median(age(took))", "sum(age(opened_at))", "median(opened_at)", "p90(age())"):
        with pytest.raises(Invalid):
            book({"counts": {"a": {"of": "cases", "measure": measure}}})
    made = book({"counts": {"a": {"of": "cases", "measure": "median(age(opened_at))", "about": "a"}},
                 "indicators": {"x": {"formula": "a"}}})  # fmt: skip
    assert made.indicators["x"].unit.value == "seconds"
    told = words(made, made.indicators["x"], "en", str).counts[0].measure
    assert told == "the median of the time from “when it was opened” to the end of the window"


def test_grids_with_nothing_open_are_all_grids_less_those_with_something() -> None:
    cases = [
        case(grid="g1"),
        case(grid="g1"),
        case(grid="g2", closed_at=march(5), outcome="solved"),
        case(grid="g3", closed_at=march(5, month=4), outcome="solved"),
        case(grid="g4", opened_at=march(5, month=4)),
        case(grid=""),
    ]
    assert value("grids_at_zero", cases=cases, areas={"grid": 5}) == 3
    assert value("grids_at_zero_rate", cases=cases, areas={"grid": 5}) == 0.6


DISPUTES = [
    ("settled_performed", True, True),
    ("settled_performed", True, False),
    ("settled_in_part", True, False),
    ("settled_not_performed", True, False),
    ("not_settled", True, False),
    ("refused_by_side", False, False),
    ("no_answer", False, False),
    ("withdrawn", True, False),
    ("gated", False, False),
    ("handed_on", False, False),
    ("open", False, False),
]


@pytest.mark.parametrize("share", SHARES)
def test_outcomes_of_disputes_are_those_of_the_disputes_own_return(share: str) -> None:
    rows = [dispute(outcome, talked=t, confirmed=c) for outcome, t, c in DISPUTES]
    known = {
        one.name: one
        for one in shares(
            Counted("neighbours", "asked", outcome, talked=t, confirmed_by_all=c)
            for outcome, t, c in DISPUTES
        )
    }[share]
    found = figure(f"disputes_{share}_rate", disputes=rows)
    assert found.value == pytest.approx(known.over / known.under)
    assert found.under == known.under


def test_every_way_a_dispute_can_end_is_in_the_denominator() -> None:
    assert {outcome for outcome, _, _ in DISPUTES} == {*OUTCOMES, "open"}
    rows = [dispute(outcome) for outcome, _, _ in DISPUTES]
    assert value("disputes_registered", disputes=rows) == len(rows)


def test_the_time_of_disputes_that_ended() -> None:
    rows = [
        dispute("not_settled", ended_at=march(5), took=days * DAY, talked=True) for days in (2, 4)
    ]
    assert value("median_dispute_time", disputes=[*rows, dispute()]) == 3 * DAY
