"""What a telephone system tells of calls: read, refused in words, and waiting in figures."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.phoning import IN_TIME, KINDS, answering, number_dialled, read_event
from commonward.core.refusals import Invalid

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=30) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def test_an_event_is_read_with_its_moment_and_number() -> None:
    found = read_event(
        {"type": "call.offered", "call": "1732.12", "number": "+86 731-2222 3333", "queue": "main",
         "at": "2026-03-02T09:00:05+08:00"}, NOW,
    )  # fmt: skip
    assert (found.kind, found.ref, found.number, found.queue) == (
        "offered",
        "1732.12",
        "+8673122223333",
        "main",
    )
    assert found.at == NOW + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("given_event", "field"),
    [
        ({"type": "recorded", "call": "1"}, "type"),
        ({"type": "offered", "call": ""}, "call"),
        ({"type": "offered", "call": "a b"}, "call"),
        ({"type": "offered", "call": "+8613800138000-17", "number": "+8613800138000"}, "call"),
        ({"type": "offered", "call": ["1"]}, "call"),
        ({"type": "answered", "call": "1"}, "extension"),
        ({"type": "words", "call": "1"}, "words"),
        ({"type": "offered", "call": "1", "at": "2026-03-02T09:00:05"}, "at"),
        ({"type": "offered", "call": "1", "at": "soon"}, "at"),
    ],
)
def test_what_is_wrong_with_an_event_is_said_with_its_field(
    given_event: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_event(given_event, NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("off", [timedelta(minutes=11), timedelta(days=-400)])
def test_a_telephone_system_whose_clock_is_wrong_is_not_believed(off: timedelta) -> None:
    found = read_event({"type": "ended", "call": "1", "at": (NOW + off).isoformat()}, NOW)
    assert found.at == NOW


@pytest.mark.parametrize(
    "hidden", ["anonymous", "Unavailable", "", "+", "１３９１２３４５６７８", "1" * 16]
)
def test_a_number_that_cannot_be_dialled_is_none(hidden: str) -> None:
    assert number_dialled(hidden) == ""


@given(
    st.dictionaries(
        st.sampled_from(["type", "call", "at", "number", "extension", "words", "queue"]), JSON
    )
)
def test_whatever_is_sent_is_read_or_refused_by_field(event: dict[str, object]) -> None:
    try:
        found = read_event(event, NOW)
    except Invalid as refused:
        assert refused.field
    else:
        assert found.kind in KINDS
        assert abs(found.at - NOW) <= timedelta(minutes=10)


SECONDS = st.integers(0, 200)


@given(st.lists(st.tuples(SECONDS, st.none() | SECONDS, st.none() | SECONDS)))
def test_each_call_is_answered_given_up_or_waits(
    calls: list[tuple[int, int | None, int | None]],
) -> None:
    def moment(came: int, later: int | None) -> datetime | None:
        return None if later is None else NOW + timedelta(seconds=came + later)

    rows = [(NOW + timedelta(seconds=c), moment(c, a), moment(c, e)) for c, a, e in calls]
    found = answering(rows, NOW + timedelta(seconds=300))
    assert found.came == len(calls) == found.answered + found.left + found.waiting
    assert found.in_time == sum(
        a is not None and timedelta(seconds=a) <= IN_TIME for _, a, _ in calls
    )
    assert found.share is None or 0 <= found.share <= 1
    assert found.left_late <= found.left


def test_who_hangs_up_before_the_time_did_not_wait_for_us() -> None:
    gave_up_soon = (NOW, None, NOW + timedelta(seconds=5))
    gave_up_late = (NOW, None, NOW + timedelta(seconds=16))
    soon = (NOW, NOW + timedelta(seconds=15), None)
    assert answering([soon, gave_up_soon], NOW).share == 1
    assert answering([soon, gave_up_late], NOW).share == 0.5
    assert answering([gave_up_soon], NOW).share is None
