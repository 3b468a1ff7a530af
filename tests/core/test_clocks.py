"""A clock's verbs, its refusals and its laws."""

import doctest
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core import clocks
from commonward.core.calendars import Calendar, DayTable, Limit, Unit
from commonward.core.clocks import Beginning, Clock, Due, Extension
from commonward.core.refusals import Invalid, Refusal
from tests.core.notices import OFF, TABLE, WORK

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar("Asia/Shanghai", TABLE, seasons={"planting": ((2, 20), (4, 30))})
BOSTON = Calendar("America/New_York", DayTable(years=frozenset({2025})))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MONDAY = at("2025-03-03T09:00")
RUNNING = Clock(Limit(8, Unit.WORK_HOUR), MONDAY)

limits = st.builds(
    lambda unit, amount, whole, season: Limit(amount, unit, whole and unit.of_days, season),
    st.sampled_from(Unit),
    st.integers(1, 40),
    st.booleans(),
    st.sampled_from(["", "", "planting"]),
)
moments = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone itself)
    datetime(2026, 11, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZONE]),
)
gaps = st.timedeltas(timedelta(0), timedelta(days=20))
calendars = st.sampled_from(
    [CALENDAR, Calendar("America/New_York", TABLE, seasons=CALENDAR.seasons)]
)


@given(limits, moments, calendars, st.sampled_from([(), (0.8,), (0.8, Fraction(1), 1.5)]))
def test_a_beginning_says_what_the_clock_would_say(
    limit: Limit, started: datetime, calendar: Calendar, shares: tuple[float | Fraction, ...]
) -> None:
    begun = Beginning(limit, calendar, shares).at(started)
    clock = Clock(limit, started)
    assert Due(begun.due, begun.provisional) == clock.due(calendar)
    assert begun.moments == tuple(clock.moment(calendar, share) for share in shares)
    assert begun.instant == clock.to_data()["started"]


@st.composite
def running_clocks(draw: st.DrawFn) -> tuple[Clock, datetime]:
    """A running clock with some pauses and extensions, and a moment after all of them."""
    now = draw(moments)
    clock = Clock(draw(limits), now)
    for _ in range(draw(st.integers(0, 3))):
        now += draw(gaps)
        clock = clock.pause(now)
        now += draw(gaps)
        clock = clock.resume(now)
        if draw(st.booleans()):
            clock = clock.extend(now, draw(st.integers(1, 200_000)))
    return clock, now + draw(gaps)


def due_at(clock: Clock, calendar: Calendar) -> datetime:
    due = clock.due(calendar)
    assert due is not None
    return due.at


@given(calendars, limits, moments, gaps)
def test_a_later_start_is_never_due_earlier(
    calendar: Calendar, limit: Limit, start: datetime, later: timedelta
) -> None:
    first, second = Clock(limit, start), Clock(limit, start + later)
    assert due_at(first, calendar) <= due_at(second, calendar)


@given(calendars, running_clocks(), st.integers(1, 500_000))
def test_more_time_allowed_is_due_later(
    calendar: Calendar, made: tuple[Clock, datetime], more: int
) -> None:
    clock, now = made
    assert due_at(clock, calendar) < due_at(clock.extend(now, more), calendar)


@given(calendars, running_clocks(), gaps)
def test_resuming_a_pause_never_changes_the_remaining_time(
    calendar: Calendar, made: tuple[Clock, datetime], length: timedelta
) -> None:
    clock, now = made
    left = clock.remaining(calendar, now)
    paused = clock.pause(now)
    resumed = paused.resume(now + length)
    assert paused.remaining(calendar, now + length) == left
    assert resumed.remaining(calendar, now + length) == left


@given(calendars, running_clocks(), gaps, st.integers(1, 500_000))
def test_extension_and_pause_commute(
    calendar: Calendar, made: tuple[Clock, datetime], length: timedelta, more: int
) -> None:
    clock, now = made
    until = now + length
    before = clock.extend(now, more).pause(now).resume(until)
    within = clock.pause(now).extend(now, more).resume(until)
    after = clock.pause(now).resume(until).extend(now, more)
    assert before == within == after
    assert before.due(calendar) == within.due(calendar) == after.due(calendar)


@given(calendars, running_clocks())
def test_due_is_the_earliest_moment_with_all_time_used(
    calendar: Calendar, made: tuple[Clock, datetime]
) -> None:
    clock, _ = made
    due = due_at(clock, calendar)
    assert clock.used(calendar, due) == clock.allowed
    assert clock.used(calendar, due - timedelta(seconds=1)) == clock.allowed - 1


@given(running_clocks(), st.booleans(), st.booleans())
def test_data_gives_back_the_same_clock(
    made: tuple[Clock, datetime], paused: bool, stopped: bool
) -> None:
    clock, now = made
    clock = clock.pause(now) if paused else clock
    clock = clock.stop(now) if stopped else clock
    assert Clock.from_data(clock.to_data()) == clock


def test_a_paused_clock_has_no_due_moment_and_a_resumed_one_has() -> None:
    paused = RUNNING.pause(at("2025-03-03T10:00"))
    assert paused.paused
    assert paused.due(CALENDAR) is None
    assert paused.moment(CALENDAR, 0.8) is None
    resumed = paused.resume(at("2025-03-04T10:00"))
    assert resumed.due(CALENDAR) == Due(at("2025-03-05T09:00"), False)


def test_the_warning_comes_when_exactly_80_percent_are_used() -> None:
    clock = Clock(Limit(5, Unit.WORK_HOUR), MONDAY)
    assert clock.moment(CALENDAR, 0.8) == at("2025-03-03T15:00")
    assert clock.moment(CALENDAR, Fraction(4, 5)) == at("2025-03-03T15:00")
    assert clock.moment(CALENDAR, 1) == at("2025-03-03T16:00") == due_at(clock, CALENDAR)
    assert clock.moment(CALENDAR, 1.5) == at("2025-03-04T08:30")


@pytest.mark.parametrize(
    ("moment", "light"),
    [
        ("2025-03-07T16:24:00", "green"),
        ("2025-03-07T16:24:01", "yellow"),
        ("2025-03-07T18:00:00", "yellow"),
        ("2025-03-08T10:00:00", "red"),  # Saturday: no more working time is used, yet it is late
        ("2025-03-10T08:00:01", "red"),
    ],
)
def test_the_light_is_green_to_80_percent_yellow_to_the_due_moment_then_red(
    moment: str, light: str
) -> None:
    clock = Clock(Limit(8, Unit.WORK_HOUR), at("2025-03-07T08:00"))
    assert clock.light(CALENDAR, at(moment)) == light


def test_a_stopped_clock_keeps_the_light_and_the_time_of_its_stop() -> None:
    stopped = RUNNING.stop(at("2025-03-03T10:00"))
    later = at("2025-04-03T10:00")
    assert stopped.light(CALENDAR, later) == "green"
    assert stopped.used(CALENDAR, later) == 3_600
    assert RUNNING.light(CALENDAR, later) == "red"


def test_stopping_at_the_due_moment_is_in_time_and_a_second_later_is_not() -> None:
    due = due_at(RUNNING, CALENDAR)
    assert RUNNING.met(CALENDAR) is None
    assert RUNNING.stop(due).met(CALENDAR) is True
    assert RUNNING.stop(due + timedelta(seconds=1)).met(CALENDAR) is False


def test_a_pause_that_began_after_the_due_moment_does_not_make_it_in_time() -> None:
    late = RUNNING.pause(at("2025-03-05T10:00"))
    assert late.light(CALENDAR, at("2025-03-06T10:00")) == "red"
    assert late.stop(at("2025-03-06T10:00")).met(CALENDAR) is False
    assert late.remaining(CALENDAR, at("2025-03-06T10:00")) == -9 * 3_600


def test_stopping_ends_an_open_pause() -> None:
    stopped = RUNNING.pause(at("2025-03-03T10:00")).stop(at("2025-03-20T10:00"))
    assert not stopped.paused
    assert stopped.met(CALENDAR) is True
    assert stopped.used(CALENDAR, at("2025-03-30T10:00")) == 3_600


def test_microseconds_are_cut_off_everywhere() -> None:
    clock = Clock(Limit(1, Unit.URGENT_MINUTE), MONDAY + timedelta(microseconds=999_999))
    assert clock.started == MONDAY
    late = MONDAY + timedelta(seconds=60, microseconds=999_999)
    assert clock.stop(late).met(CALENDAR) is True
    assert clock.light(CALENDAR, late) == "yellow"
    assert clock.used(CALENDAR, late) == 60


def test_whole_days_leave_out_the_day_of_the_start() -> None:
    clock = Clock(Limit(2, Unit.WORK_DAY, whole_days=True), at("2025-09-30T09:00"))
    # The days off and nothing else lie between: 9 and 10 October are the two days.
    assert clock.due(CALENDAR) == Due(at("2025-10-11T00:00"), False)
    assert clock.used(CALENDAR, at("2025-09-30T23:00")) == 0
    plain = Clock(Limit(2, Unit.DAY, whole_days=True), at("2025-10-01T00:00"))
    assert due_at(plain, CALENDAR) == at("2025-10-04T00:00")


def test_a_pause_on_the_day_left_out_costs_nothing_and_gives_nothing() -> None:
    clock = Clock(Limit(2, Unit.DAY, whole_days=True), at("2025-03-03T09:00"))
    paused = clock.pause(at("2025-03-03T10:00")).resume(at("2025-03-03T11:00"))
    assert paused.due(CALENDAR) == clock.due(CALENDAR) == Due(at("2025-03-06T00:00"), False)


def test_a_share_that_ends_inside_a_second_is_reached_at_its_end() -> None:
    clock = Clock(Limit(7, Unit.URGENT_SECOND), MONDAY)
    assert clock.moment(CALENDAR, 0.8) == MONDAY + timedelta(seconds=6)


def test_a_limit_of_the_planting_season_waits_for_the_season() -> None:
    clock = Clock(Limit(15, Unit.WORK_DAY, season="planting"), at("2025-04-25T09:00"))
    # 25, 27 (make-up), 28, 29, 30 April; the rest from Tuesday 24 February 2026.
    assert due_at(clock, CALENDAR) == at("2026-03-09T09:00")
    assert clock.light(CALENDAR, at("2025-12-01T09:00")) == "green"


def test_a_deadline_in_a_year_without_a_notice_is_provisional_until_the_table_arrives() -> None:
    clock = Clock(Limit(3, Unit.WORK_DAY), at("2026-12-30T10:00"))
    assert clock.due(CALENDAR) == Due(at("2027-01-04T10:00"), True)
    arrived = DayTable(
        frozenset({*OFF, datetime(2027, 1, 1, tzinfo=ZONE).date()}),
        frozenset(WORK),
        frozenset({2025, 2026, 2027}),
    )
    settled = clock.due(Calendar("Asia/Shanghai", arrived))
    assert settled == Due(at("2027-01-05T10:00"), False)


def test_emergency_time_and_calendar_days_are_never_provisional() -> None:
    for unit in (Unit.URGENT_DAY, Unit.DAY, Unit.URGENT_HOUR):
        due = Clock(Limit(5, unit), at("2031-01-01T10:00")).due(CALENDAR)
        assert due is not None
        assert not due.provisional


def test_a_deadline_at_the_last_midnight_of_a_covered_year_is_final() -> None:
    clock = Clock(Limit(1, Unit.WORK_DAY, whole_days=True), at("2026-12-30T10:00"))
    assert clock.due(CALENDAR) == Due(at("2027-01-01T00:00"), False)


def test_a_working_day_of_23_hours_is_filled_up_on_the_next() -> None:
    new_york = BOSTON.tz
    everyday = Calendar("America/New_York", BOSTON.days, weekend=())
    clock = Clock(Limit(1, Unit.WORK_DAY), datetime(2025, 3, 8, 12, tzinfo=new_york))
    assert due_at(clock, everyday) == datetime(2025, 3, 9, 13, tzinfo=new_york)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "pause before the start": (
        lambda: RUNNING.pause(MONDAY - timedelta(seconds=1)),
        "cannot be paused before",
    ),
    "pause twice": (lambda: RUNNING.pause(MONDAY).pause(MONDAY), "resume it first"),
    "pause before the last resume": (
        lambda: RUNNING.pause(MONDAY).resume(at("2025-03-04T09:00")).pause(MONDAY),
        "cannot be paused before",
    ),
    "resume while running": (lambda: RUNNING.resume(MONDAY), "only a paused clock can be resumed"),
    "resume before the pause": (
        lambda: RUNNING.pause(at("2025-03-04T09:00")).resume(at("2025-03-04T08:59")),
        "cannot be resumed before",
    ),
    "extend before the start": (
        lambda: RUNNING.extend(MONDAY - timedelta(days=1), 60),
        "cannot be extended before",
    ),
    "extend by nothing": (lambda: RUNNING.extend(MONDAY, 0), "An extension is 1 to"),
    "stop before the start": (
        lambda: RUNNING.stop(MONDAY - timedelta(days=1)),
        "cannot have stopped before",
    ),
    "stop before the last resume": (
        lambda: RUNNING.pause(MONDAY).resume(at("2025-03-04T09:00")).stop(MONDAY),
        "it cannot have stopped before",
    ),
    "pause after the stop": (lambda: RUNNING.stop(MONDAY).pause(MONDAY), "nothing can be changed"),
    "resume after the stop": (
        lambda: RUNNING.stop(MONDAY).resume(MONDAY),
        "nothing can be changed",
    ),
    "extend after the stop": (
        lambda: RUNNING.stop(MONDAY).extend(MONDAY, 9),
        "nothing can be changed",
    ),
    "stop twice": (lambda: RUNNING.stop(MONDAY).stop(MONDAY), "nothing can be changed"),
    "no share": (lambda: RUNNING.moment(CALENDAR, 0), "more than 0"),
    "a share that is no number": (lambda: RUNNING.moment(CALENDAR, float("nan")), "more than 0"),
    "a share without end": (lambda: RUNNING.moment(CALENDAR, float("inf")), "more than 0"),
    "a start without a zone": (
        lambda: Clock(RUNNING.limit, datetime(2025, 3, 3)),  # noqa: DTZ001
        "without a zone",
    ),
    "stopped with an open pause": (
        lambda: Clock(RUNNING.limit, MONDAY, ((MONDAY, None),), (), MONDAY),
        "Only the last",
    ),
    "two open pauses": (
        lambda: Clock(RUNNING.limit, MONDAY, ((MONDAY, None),) * 2),
        "Only the last",
    ),
    "an unknown season": (
        lambda: Clock(Limit(1, Unit.DAY, season="harvest"), MONDAY).due(CALENDAR),
        "no season harvest",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_in_words(what: str) -> None:
    verb, words = REFUSED[what]
    with pytest.raises(Refusal, match=words):
        verb()


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"limit": {"amount": 1, "unit": "day"}},
        {"limit": {"amount": 1, "unit": "day"}, "started": "2025-03-03"},
        {"limit": {"amount": 1, "unit": "day"}, "started": 10**30},
        {"limit": {"amount": 1, "unit": "day"}, "started": 0, "pauses": [[1]]},
        {"limit": {"amount": 1, "unit": "day"}, "started": 0, "extensions": [[1, "x"]]},
    ],
)
def test_data_that_is_no_clock_is_refused(data: Any) -> None:
    with pytest.raises(Invalid):
        Clock.from_data(data)


def test_an_extension_is_kept_at_whole_seconds() -> None:
    assert Extension(MONDAY + timedelta(microseconds=1), 5) == Extension(MONDAY, 5)


def test_the_examples_in_the_text_are_true() -> None:
    result = doctest.testmod(clocks)
    assert result.attempted
    assert not result.failed
