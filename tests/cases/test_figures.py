"""The figures by which offices are measured, from one definition."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.cases.actions import appeal_mark, ask_suspension, decide
from commonward.cases.models import Report
from commonward.cases.queries.figures import Line, figures
from commonward.core.calendars import Limit
from commonward.core.figures import Closing, Rate, Standing, Verdict, quantile, verdict
from tests.district import LAMP, RUBBISH, District

HOUR = timedelta(hours=1)


def standing(**given: object) -> Standing:
    plain = {"limited": True, "closed": False, "met": None, "passed": False}
    return Standing(**(plain | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (standing(closed=True, met=True, passed=True), Verdict.IN_TIME),
        (standing(closed=True, met=True), Verdict.IN_TIME),
        (standing(closed=True, met=False, passed=True), Verdict.LATE),
        (standing(passed=True), Verdict.OVERDUE),
        (standing(), Verdict.NOT_DUE),
        (standing(passed=True, suspended=True), Verdict.OUT),
        (standing(closed=True, met=True, outcome="void"), Verdict.OUT),
        (standing(closed=True, met=True, outcome="refused"), Verdict.OUT),
        (standing(closed=True, met=True, outcome="joined"), Verdict.OUT),
        (standing(closed=True, met=False, counted=False), Verdict.OUT),
        (standing(limited=False, closed=True), Verdict.OUT),
    ],
)
def test_each_case_counts_as_the_definition_says(case: Standing, expected: Verdict) -> None:
    assert verdict(case) is expected


def test_what_leaves_the_denominator_changes_no_rate() -> None:
    met = standing(closed=True, met=True)
    late = standing(closed=True, met=False)
    waiting = standing(passed=True)
    some = Closing.of([(met, 6), (late, 2), (waiting, 2)])
    more = Closing.of(
        [(met, 6), (late, 2), (waiting, 2), (standing(suspended=True, passed=True), 50),
         (standing(), 50)]
    )  # fmt: skip
    assert some.closed_in_time == more.closed_in_time == Rate(6, 10)
    assert some.closed == Rate(8, 10)
    assert (some + more).in_time == 12


def test_a_rate_of_nothing_is_no_number() -> None:
    assert Closing().closed_in_time.share is None
    assert str(Closing().closed_in_time) == "–"


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60), st.floats(0, 1))
def test_quantiles_are_those_of_numpy(values: list[int], share: float) -> None:
    found = quantile(sorted(values), share)
    assert found == pytest.approx(float(np.quantile(np.array(values), share)), abs=1e-6)


def test_there_is_no_quantile_of_nothing() -> None:
    assert quantile([], 0.5) is None


def of(here: District, team: str, after: timedelta) -> Line:
    found = figures(here.at + after)
    return next(line for line in found.lines if line.code == team)


def limited(here: District, hours: int, category: str = RUBBISH) -> Report:
    return here.report(category, limit=Limit.parse(f"{hours} urgent_hour"))


def test_closed_late_and_overdue_are_told_apart_at_the_moment_of_reckoning(
    here: District,
) -> None:
    here.closed(limited(here, 6))
    here.closed(limited(here, 4))
    here.handled(limited(here, 8))
    here.handled(limited(here, 90))
    line = of(here, "street", 10 * HOUR)
    assert (line.filed, line.closed) == (4, 2)
    assert line.closing == Closing(in_time=1, late=1, overdue=1, not_due=1)
    assert of(here, "street", 7 * HOUR).closing.not_due == 2


def test_a_case_without_a_stated_limit_is_filed_and_closed_but_not_rated(here: District) -> None:
    here.closed(here.report())
    line = of(here, "street", 10 * HOUR)
    assert (line.filed, line.closed, line.closing.due) == (1, 1, 0)


def test_a_suspended_case_leaves_the_rate_and_comes_back(here: District) -> None:
    report = limited(here, 2)
    here.handled(report)
    asked = ask_suspension(
        report.number, here.at + timedelta(days=30), "winter", here.street_handler,
        here.at + timedelta(minutes=20),
    )  # fmt: skip
    for who in (here.duty_chief, here.leader):
        decide(asked.pk, True, "yes", who, here.at + timedelta(minutes=30))
    assert of(here, "street", 24 * HOUR).closing == Closing(out=1)
    here.act(report, "resume", here.street_handler, 60)
    assert of(here, "street", 24 * HOUR).closing == Closing(overdue=1)


def test_a_void_case_was_never_filed(here: District) -> None:
    report = limited(here, 2)
    here.handled(report)
    here.act(report, "void", here.duty_chief, 30, reason="entered twice")
    line = of(here, "street", 9 * HOUR)
    assert (line.filed, line.closed, line.closing.out) == (0, 0, 1)


def test_a_mark_taken_back_on_appeal_is_not_counted(here: District) -> None:
    report = limited(here, 4)
    here.closed(report)
    here.act(report, "content", here.intake_officer, 400, satisfied=5)
    assert of(here, "street", 9 * HOUR).closing == Closing(late=1)
    asked = appeal_mark(report.number, "storm", here.dispatcher, here.at + 8 * HOUR)
    decide(asked.pk, True, "it stormed", here.leader, here.at + 8 * HOUR)
    assert of(here, "street", 9 * HOUR).closing == Closing(out=1)


def test_hand_backs_count_for_who_handed_back_and_reworks_for_who_did_it(here: District) -> None:
    report = limited(here, 90, LAMP)
    here.act(report, "accept", here.intake_officer, 1)
    here.act(report, "file", here.duty_chief, 2)
    here.act(report, "dispatch", here.dispatcher, 3, team=here.teams["roads"])
    here.act(report, "hand_back", here.handler, 33, reason="not ours")
    here.act(report, "dispatch", here.dispatcher, 43, team=here.teams["lamps"])
    here.act(report, "finish", here.second_handler, 103, result="done")
    here.act(report, "pass_on", here.dispatcher, 104)
    here.act(report, "fail_check", here.grid_worker, 105, reason="dark")
    assert (of(here, "roads", 9 * HOUR).handed_back, of(here, "roads", 9 * HOUR).filed) == (1, 0)
    line = of(here, "lamps", 9 * HOUR)
    assert (line.handed_back, line.reworked, line.filed) == (0, 1, 1)
    passages = line.stages["handle"]
    assert passages.passages == 2
    assert passages.median == pytest.approx(0.75)
    assert line.stages["dispatch"].ninety == pytest.approx((1 + 0.9 * 9) / 60)


def test_one_area_leaves_out_what_was_filed_elsewhere(here: District) -> None:
    here.closed(limited(here, 6))
    lat, lon = here.inside(2, 0)
    here.report(lat=lat, lon=lon, limit=Limit.parse("6 urgent_hour"))
    first, second = (
        figures(here.at + 9 * HOUR, area=street).total for street in ("430298001", "430298002")
    )
    assert (first.filed, first.closing.in_time) == (1, 1)
    assert (second.filed, second.closing.overdue) == (1, 1)
    whole = figures(here.at + 9 * HOUR).total
    assert whole.closing == first.closing + second.closing
