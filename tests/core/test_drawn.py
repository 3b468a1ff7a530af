"""A clock drawn: its stretches make up the whole, and its days add up to the limit."""

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from commonward.core.calendars import Calendar, DayTable, Limit
from commonward.core.clocks import Clock
from commonward.core.drawn import drawn

ZONE = timezone(timedelta(hours=8))
CALENDAR = Calendar(
    "Asia/Shanghai", DayTable(off=frozenset({date(2026, 3, 4)}), years=frozenset({2025, 2026}))
)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZONE)


def test_the_days_say_why_it_is_due_on_friday() -> None:
    clock = Clock(Limit.parse("3 work_day"), MONDAY)
    picture = drawn(clock, CALENDAR, MONDAY)
    assert picture.due == datetime(2026, 3, 6, 9, tzinfo=ZONE)
    assert [(d.day.day, d.counted // 3600, d.off) for d in picture.days] == [
        (2, 15, False), (3, 24, False), (4, 0, True), (5, 24, False), (6, 9, False),
    ]  # fmt: skip
    assert picture.days[-1].total == clock.allowed


def test_a_pause_is_drawn_as_one_and_moves_the_end() -> None:
    clock = Clock(Limit.parse("4 work_hour"), MONDAY)
    paused = clock.pause(MONDAY + timedelta(hours=1)).resume(MONDAY + timedelta(hours=2))
    picture = drawn(paused, CALENDAR, MONDAY + timedelta(hours=7))
    assert [s.kind for s in picture.spans] == ["used", "paused", "used", "idle", "used"]
    assert picture.due == datetime(2026, 3, 2, 16, tzinfo=ZONE)


def test_an_open_pause_has_no_due_moment_and_ends_now() -> None:
    clock = Clock(Limit.parse("4 work_hour"), MONDAY).pause(MONDAY + timedelta(hours=1))
    picture = drawn(clock, CALENDAR, MONDAY + timedelta(days=3))
    assert picture.due is None
    assert [s.kind for s in picture.spans] == ["used", "paused"]
    assert picture.spans[-1].until == picture.ends == MONDAY + timedelta(days=3)


def test_what_is_a_month_late_is_cut_so_that_the_limit_can_still_be_seen() -> None:
    clock = Clock(Limit.parse("2 urgent_hour"), MONDAY)
    picture = drawn(clock, CALENDAR, MONDAY + timedelta(days=30))
    assert picture.cut
    assert picture.spans[-1].kind == "over"
    assert picture.ends == MONDAY + timedelta(hours=4)


@given(
    limit=st.sampled_from(["3 work_hour", "5 work_day", "90 urgent_minute", "7 day whole_days"]),
    start=st.integers(0, 20 * 24 * 60),
    gaps=st.lists(st.integers(1, 3 * 24 * 60), max_size=5),
    after=st.integers(0, 40 * 24 * 60),
)
def test_the_stretches_join_and_what_is_used_is_what_the_clock_says(
    limit: str, start: int, gaps: list[int], after: int
) -> None:
    clock = Clock(Limit.parse(limit), MONDAY + timedelta(minutes=start))
    moment = clock.started
    for number, gap in enumerate(gaps):
        moment += timedelta(minutes=gap)
        clock = clock.resume(moment) if number % 2 else clock.pause(moment)
    at = moment + timedelta(minutes=after)
    picture = drawn(clock, CALENDAR, at)
    assert picture.spans[0].since == picture.begins
    assert picture.spans[-1].until == picture.ends
    assert all(a.until == b.since for a, b in pairwise(picture.spans))
    used = sum(
        CALENDAR.measure(clock.limit, s.since, s.until) for s in picture.spans if s.kind == "used"
    )
    counted = clock.used(CALENDAR, at)
    assert used == (counted if picture.due is None else min(counted, clock.allowed))
    if picture.due is not None and picture.days:
        assert picture.days[-1].total == clock.allowed
