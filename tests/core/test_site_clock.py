"""The demonstration's clock: no leap, no way back, whatever speeds are chosen when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.site_clock import SPEEDS, SiteTime

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
waits = st.lists(
    st.tuples(st.integers(-50, 5_000).map(lambda ms: timedelta(milliseconds=ms)),
              st.sampled_from(SPEEDS)),
    max_size=12,
)  # fmt: skip


@given(waits)
def test_the_site_s_time_never_leaps_and_never_goes_back(
    changes: list[tuple[timedelta, int]],
) -> None:
    real, stands = NOON, SiteTime(NOON, NOON, 1)
    seen = stands.at(real)
    for wait, speed in changes:
        real += wait
        before = stands.at(real)
        stands = stands.changed(real, speed)
        assert stands.at(real) == before
        assert stands.at(real) >= seen or wait < timedelta()
        seen = max(seen, stands.at(real))


@given(st.sampled_from(SPEEDS), st.integers(0, 10**6))
def test_so_many_site_seconds_pass_in_a_real_one(speed: int, seconds: int) -> None:
    stands = SiteTime(NOON, NOON, 1).changed(NOON, speed)
    assert stands.at(NOON + timedelta(seconds=seconds)) - NOON == timedelta(seconds=seconds * speed)


def test_another_speed_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="0, 1, 60, 600"):
        SiteTime(NOON, NOON, 1).changed(NOON, 7)
