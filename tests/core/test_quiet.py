"""Quiet hours: across midnight, and where clocks are put forward or back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.quiet import DAY, clock, minutes, quiet_until
from commonward.core.refusals import Invalid

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ZONES = (SHANGHAI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"))


def local(zone: ZoneInfo, year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


def test_a_night_begins_in_the_evening_and_ends_in_the_morning() -> None:
    night = (22 * 60, 7 * 60)
    for at in (local(SHANGHAI, 2026, 5, 1, 23, 30), local(SHANGHAI, 2026, 5, 2, 6, 59)):
        assert quiet_until(at, *night, SHANGHAI) == local(SHANGHAI, 2026, 5, 2, 7)
    for at in (local(SHANGHAI, 2026, 5, 2, 7), local(SHANGHAI, 2026, 5, 2, 21, 59)):
        assert quiet_until(at, *night, SHANGHAI) is None


def test_a_rest_at_noon_lies_within_one_day() -> None:
    noon = (12 * 60, 14 * 60)
    at = local(SHANGHAI, 2026, 5, 1, 13)
    assert quiet_until(at, *noon, SHANGHAI) == local(SHANGHAI, 2026, 5, 1, 14)
    assert quiet_until(at, 60, 60, SHANGHAI) is None
    assert quiet_until(at, None, None, SHANGHAI) is None


def test_where_clocks_are_put_forward_over_the_end_it_ends_after_the_gap() -> None:
    # On 29 March 2026 there is no 02:30 in Berlin.
    at = local(BERLIN, 2026, 3, 29, 1, 30)
    found = quiet_until(at, 22 * 60, 2 * 60 + 30, BERLIN)
    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_where_clocks_are_put_back_nobody_is_woken_at_the_first_of_the_two() -> None:
    # On 25 October 2026 there are two 02:30 in Berlin.
    at = local(BERLIN, 2026, 10, 25, 1)
    found = quiet_until(at, 22 * 60, 2 * 60 + 30, BERLIN)
    assert found == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(
    at=st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 (made aware below)
    begins=st.integers(0, DAY - 1),
    ends=st.integers(0, DAY - 1),
    zone=st.sampled_from(ZONES),
)
def test_it_ends_later_than_now_and_within_a_day_and_an_hour(
    at: datetime, begins: int, ends: int, zone: ZoneInfo
) -> None:
    now = at.replace(tzinfo=UTC)
    found = quiet_until(now, begins, ends, zone)
    if found is not None:
        assert now < found <= now + timedelta(hours=25, minutes=1)


@pytest.mark.parametrize("given_", ["25:00", "7", "aa:bb", "10:99", "24:00", "10:"])
def test_what_is_no_time_of_day_is_refused(given_: str) -> None:
    with pytest.raises(Invalid):
        minutes(given_, "from")


def test_times_are_read_as_they_are_shown() -> None:
    assert minutes("", "from") is None
    assert clock(None) == ""
    assert all(minutes(clock(one), "from") == one for one in range(DAY))
