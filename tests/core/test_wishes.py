"""When somebody can come, against a slow oracle that looks at each quarter of an hour."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from commonward.core.meetings import slots
from commonward.core.meetings.wishes import (
    DAYS,
    PARTS,
    WEEK,
    can_come,
    cannot_come,
    taken_up,
)

ZONE = timezone(timedelta(hours=8))
SINCE = datetime(2026, 3, 2, 7, 30, tzinfo=ZONE)
UNTIL = SINCE + timedelta(days=9)
STEP = timedelta(minutes=15)
quarters = [SINCE + STEP * n for n in range(9 * 96)]


@given(st.sets(st.sampled_from(WEEK)), st.sets(st.integers(0, 10), max_size=4))
def test_each_quarter_of_an_hour_is_free_or_not_as_the_week_says(
    hours: set[str], off: set[int]
) -> None:
    away = {date(2026, 3, 2) + timedelta(days=n) for n in off}
    free = can_come(hours, away, SINCE, UNTIL, ZONE)
    busy = cannot_come(hours, away, SINCE, UNTIL, ZONE)
    for at in quarters:
        part = next((p for p, (a, b) in PARTS.items() if a <= at.time() < b), "")
        said = not hours or f"{DAYS[at.weekday()]}-{part}" in hours
        wanted = said and at.date() not in away
        assert any(a <= at < b for a, b in free) == wanted
        assert any(a <= at < b for a, b in busy) != wanted


stretch = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(
    lambda one: (SINCE + STEP * one[0], SINCE + STEP * (one[0] + one[1]))
)


@given(st.lists(stretch, max_size=8), st.integers(1, 4))
def test_a_service_is_taken_up_while_all_of_its_interpreters_are_out(
    sessions: list[tuple[datetime, datetime]], at_once: int
) -> None:
    taken = taken_up(sessions, at_once)
    for at in quarters[:60]:
        running = sum(a <= at < b for a, b in sessions)
        assert any(a <= at < b for a, b in taken) == (running >= at_once)


def test_a_session_fits_the_evening_that_both_can_come() -> None:
    span = (SINCE, UNTIL)
    both = [
        cannot_come({"tue-eve", "wed-am"}, (), *span, ZONE),
        cannot_come({"tue-eve", "thu-pm"}, {date(2026, 3, 3)}, *span, ZONE),
    ]
    (found,) = slots(timedelta(hours=2), [span], both, most=1)
    assert found.start.astimezone(ZONE) == datetime(2026, 3, 10, 18, tzinfo=ZONE)
    assert found.start.tzinfo is UTC
