"""Nothing that fewer than five gave can be read, nor reckoned from a sum; who answered, by AAPOR."""

from hypothesis import given
from hypothesis import strategies as st

from commonward.core.surveys.rates import rates
from commonward.core.surveys.showing import (
    LEAST_AREA,
    K,
    figure_may_stand,
    shown_areas,
    shown_options,
)

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), min_size=1)


@given(COUNTS)
def test_no_small_area_is_shown_and_none_is_left_alone(counts: dict[str, int]) -> None:
    shown = shown_areas(counts)
    assert all(counts[key] >= LEAST_AREA for key in shown)
    hidden = [n for key, n in counts.items() if key not in shown and n > 0]
    assert not hidden or not shown or (len(hidden) > 1 and sum(hidden) >= LEAST_AREA)


@given(COUNTS)
def test_no_option_of_one_to_four_can_be_reckoned(counts: dict[str, int]) -> None:
    shown = shown_options(counts)
    assert all(counts[key] == 0 or counts[key] >= K for key in shown)
    hidden = [n for key, n in counts.items() if key not in shown and n > 0]
    assert not hidden or not any(counts[k] for k in shown) or (len(hidden) > 1 and sum(hidden) >= K)


def test_an_area_where_nobody_answered_hides_no_other() -> None:
    assert shown_areas({"a": 40, "b": 30, "c": 0}) == {"a", "b"}


def test_a_share_of_a_few_is_not_shown() -> None:
    assert not figure_may_stand(4, 4)
    assert not figure_may_stand(30, 3)
    assert not figure_may_stand(30, 27)
    assert figure_may_stand(30, 30)
    assert figure_may_stand(30, 12)


def test_rates_of_nothing_are_none_and_a_wrong_number_is_no_refusal() -> None:
    assert rates({}).rr1 is None
    assert rates({"wrong_number": 7}).rr1 is None
    found = rates({"answered": 30, "refused": 10, "wrong_number": 60})
    assert found.rr1 == 0.75
    assert found.refused == 0.25
    assert found.asked == 100
