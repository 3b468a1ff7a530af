"""A long run can be watched and stopped, and knows its gap."""

import pytest

from commonward.core.plans.running import Progress, Watch


@pytest.mark.parametrize(
    ("best", "bound", "gap"),
    [
        (None, 1.0, None),
        (1.0, None, None),
        (0.0, 0.0, 0.0),
        (100.0, 99.0, 0.01),
        (-8.0, -10.0, 0.25),
    ],
)
def test_the_gap_is_the_distance_of_the_best_from_the_bound(
    best: float | None, bound: float | None, gap: float | None
) -> None:
    assert Progress("x", 1, 2, best, bound).gap == (None if gap is None else pytest.approx(gap))


def test_a_run_is_over_when_somebody_stops_it_or_its_time_has_passed() -> None:
    asked = iter((False, True))
    watch = Watch(stop=lambda: next(asked))
    assert [watch.over, watch.over] == [False, True]
    assert Watch(seconds=0).over
