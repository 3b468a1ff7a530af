"""The tick: warnings, overdue marks, the ladder, late tables; twice is as good as once."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from commonward.areas.actions import import_calendar
from commonward.areas.queries import coverage
from commonward.cases import actions as cases
from commonward.cases.actions import ticking
from commonward.cases.models import Case, Clock, Event, Task
from commonward.core.calendars import Limit
from commonward.core.procedures import shipped
from tests.district import RUBBISH, ZONE, District


def told(number: str) -> list[tuple[str, float]]:
    """The tick's events of a case: verb and share."""
    return [
        (e.verb, e.data["share"])
        for e in Event.objects.filter(case__number=number, task=None, role="system").order_by("id")
        if "share" in e.data
    ]


def test_warning_at_80_percent_then_overdue_then_the_ladder(here: District) -> None:
    report = here.report(limit=Limit.parse("10 urgent_hour"))
    here.handled(report)
    number = report.case.number
    clock = Clock.objects.get(case=report.case_id, kind="total")
    Clock.objects.filter(case=report.case_id, kind="stage").update(next_at=None)
    moments = []
    for hours in (7.9, 8.0, 9.9, 10.0, 14.9, 15.0, 20.0, 30.0, 50.0):
        cases.tick(here.at + timedelta(hours=hours))
        moments.append(len(told(number)))
    assert moments == [0, 1, 1, 2, 2, 3, 4, 5, 6]
    assert told(number) == [
        ("warned", 0.8), ("overdue", 1.0), ("escalated", 1.5), ("escalated", 2.0),
        ("escalated", 3.0), ("escalated", 5.0),
    ]  # fmt: skip
    clock.refresh_from_db()
    assert clock.next_at is None
    measures = [
        e.data["measure"]
        for e in Event.objects.filter(case=report.case_id, verb="escalated").order_by("id")
    ]
    assert measures == ["order", "listed", "interview", "notice"]


def test_each_telling_carries_the_moment_it_was_due_not_the_moment_of_the_tick(
    here: District,
) -> None:
    report = here.report(limit=Limit.parse("10 urgent_hour"))
    here.handled(report)
    Clock.objects.filter(case=report.case_id, kind="stage").update(next_at=None)
    cases.tick(here.at + timedelta(hours=11))
    overdue = Event.objects.get(case=report.case_id, verb="overdue")
    assert overdue.at == here.at + timedelta(hours=10)
    assert overdue.data["tells"] == ["handler", "dispatcher", "duty_chief"]


def test_a_written_order_owes_a_reply_and_is_given_once(here: District) -> None:
    report = here.report(limit=Limit.parse("10 urgent_hour"))
    here.handled(report)
    cases.tick(here.at + timedelta(hours=15))
    order = Task.objects.get(case=report.case_id, kind="supervision")
    assert (order.team_id, order.stage, order.is_open) == (here.teams["street"], "ordered", True)
    assert Clock.objects.filter(task=order, stopped_at=None).count() == 1
    cases.tick(here.at + timedelta(hours=20))
    assert Task.objects.filter(case=report.case_id, kind="supervision").count() == 1


def test_ticking_twice_tells_once(here: District) -> None:
    report = here.report(limit=Limit.parse("10 urgent_hour"))
    at = here.at + timedelta(hours=9)
    cases.tick(at)
    once = told(report.case.number)
    again = cases.tick(at)
    assert (told(report.case.number), again.rungs) == (once, 0)
    assert once


def test_a_stage_without_a_limit_still_speaks_up_for_ever(here: District) -> None:
    text = json.loads(json.dumps(shipped("service_matter")))
    text["stages"]["collect"].pop("limit")
    text["stages"]["collect"]["no_limit_because"] = "the site reads by hand"
    text["stages"]["collect"]["review_every"] = "10 urgent_hour"
    cases.adopt_procedure(text, at=here.at)
    report = here.report()
    for hours in range(0, 24 * 12, 2):
        cases.tick(here.at + timedelta(hours=hours))
    shares = [s for _, s in told(report.case.number)]
    assert shares.count(1.0) >= 4
    assert shares.count(5.0) >= 4
    assert Clock.objects.filter(case=report.case_id, next_at__isnull=False).exists()


def test_when_the_callback_is_due_it_says_so(here: District) -> None:
    report = here.report()
    here.closed(report)
    cases.tick(here.at + timedelta(days=3))
    assert "callback_due" in [v for v, _ in told(report.case.number)]


def test_one_bad_case_never_stops_the_rest_and_stands_on_the_stuck_list(
    here: District, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = here.report(), here.report(words="Broken inside.")
    Clock.objects.filter(case=bad.case_id).update(face={"limit": "nonsense"})
    at = here.at + timedelta(minutes=13)
    done = cases.tick(at)
    assert (done.rungs, done.failed) == (1, 1)
    assert told(good.case.number) == [("warned", 0.8)]
    row = Clock.objects.get(case=bad.case_id)
    assert row.attempts == 1
    assert row.fault
    assert row.next_at == at + timedelta(minutes=5)
    pauses = []
    for _ in range(9):
        assert row.next_at is not None
        at = row.next_at
        cases.tick(at)
        row.refresh_from_db()
        assert row.next_at is not None
        pauses.append(row.next_at - at)
    assert pauses[:3] == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    assert pauses[-1] == ticking.LONGEST_PAUSE
    assert row.attempts == 10


def test_a_mended_case_leaves_the_stuck_list(here: District) -> None:
    report = here.report()
    face = Clock.objects.get(case=report.case_id).face
    Clock.objects.filter(case=report.case_id).update(face={"limit": "nonsense"})
    at = here.at + timedelta(minutes=13)
    cases.tick(at)
    Clock.objects.filter(case=report.case_id).update(face=face)
    cases.tick(at + timedelta(minutes=6))
    row = Clock.objects.get(case=report.case_id)
    assert (row.attempts, row.fault) == (0, "")


def year(number: int, off: list[str]) -> tuple[str, bytes]:
    """A holiday table as published."""
    days = [{"name": "春节", "date": d, "isOffDay": True} for d in off]
    return f"{number}.json", json.dumps({"year": number, "papers": [], "days": days}).encode()


def test_a_year_without_a_table_makes_deadlines_provisional_until_it_arrives(
    here: District,
) -> None:
    at = datetime(2039, 12, 28, 10, tzinfo=ZONE)  # the district's tables end with 2039
    report = here.report(RUBBISH, at=at, limit=Limit.parse("6 work_day"))
    case = Case.objects.get(pk=report.case_id)
    total = Clock.objects.get(case=case, kind="total")
    before = total.due_at
    assert (total.provisional, case.provisional) == (True, True)
    assert any(c.calendar == "site" for c in coverage(at))
    cases.tick(at + timedelta(minutes=1))
    assert Clock.objects.get(pk=total.pk).provisional is True
    import_calendar([year(2040, ["2040-01-02", "2040-01-03"])], at=at)
    done = cases.tick(at + timedelta(minutes=2))
    total.refresh_from_db()
    case.refresh_from_db()
    assert done.recomputed >= 1
    assert (total.provisional, case.provisional) == (False, False)
    assert before == datetime(2040, 1, 5, 10, tzinfo=ZONE)  # a Thursday: two days more are Monday
    assert total.due_at == datetime(2040, 1, 9, 10, tzinfo=ZONE)
    moved = Event.objects.get(case=case, verb="due_moved")
    assert moved.data["to"] == total.due_at.isoformat()
    assert cases.tick(at + timedelta(minutes=3)).recomputed == 0


def test_a_notice_that_moves_the_december_before_moves_deadlines_that_were_not_provisional(
    here: District,
) -> None:
    at = datetime(2039, 12, 26, 10, tzinfo=ZONE)  # a Monday
    report = here.report(RUBBISH, at=at, limit=Limit.parse("4 work_day"))
    total = Clock.objects.get(case=report.case_id, kind="total")
    before = total.due_at
    assert total.provisional is False
    import_calendar([year(2040, ["2039-12-30", "2040-01-02"])], at=at)
    cases.tick(at + timedelta(minutes=2))
    total.refresh_from_db()
    assert before == datetime(2039, 12, 30, 10, tzinfo=ZONE)
    assert total.due_at == datetime(2040, 1, 3, 10, tzinfo=ZONE)


def test_nothing_due_costs_a_handful_of_queries(
    here: District, django_assert_max_num_queries: object
) -> None:
    here.report()
    cases.tick(here.at)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        cases.tick(datetime(2026, 3, 2, 1, 0, 1, tzinfo=UTC))
