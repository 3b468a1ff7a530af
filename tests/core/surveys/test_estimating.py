"""Estimates against numbers reckoned by hand, and intervals that hold in two thousand drawn surveys."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.surveys.estimating import (
    Answered,
    Estimate,
    difference,
    estimate,
    rake,
    weights,
)

POPULATIONS = {"a": 6000, "b": 3000, "c": 1000}
SHARES = {"a": 0.30, "b": 0.60, "c": 0.90}
TRUE = sum(POPULATIONS[k] * SHARES[k] for k in POPULATIONS) / 10_000
DRAWS = 2000


def answers(counts: dict[str, tuple[int, int]], populations: dict[str, int]) -> list[Answered]:
    """So many ones of so many answers in each stratum, with their weights."""
    keys = [key for key, (_ones, n) in counts.items() for _ in range(n)]
    values = [float(i < ones) for ones, n in counts.values() for i in range(n)]
    given_ = weights(keys, populations)
    return [Answered(*row) for row in zip(keys, values, given_, strict=True)]


def test_a_stratified_share_is_the_one_reckoned_by_hand() -> None:
    """p = Σ W_h p_h; v = Σ W_h² (1 − f_h) p_h q_h / (n_h − 1) (Cochran 5.52)."""
    found = estimate(
        answers({"a": (18, 60), "b": (18, 30), "c": (9, 10)}, POPULATIONS), POPULATIONS
    )
    assert found is not None
    by_hand = sum(
        (w / 10_000) ** 2 * (1 - n / w) * p * (1 - p) / (n - 1)
        for w, n, p in ((6000, 60, 0.3), (3000, 30, 0.6), (1000, 10, 0.9))
    )
    assert found.value == pytest.approx(0.45)
    assert found.error == pytest.approx(math.sqrt(by_hand))
    assert found.effective == pytest.approx(100 * (0.99 * 0.45 * 0.55 / 99) / by_hand)
    assert 1 > found.deff > 0.7
    assert 0.355 < found.low < 0.365 and 0.535 < found.high < 0.555


def test_without_strata_it_is_wilsons_interval() -> None:
    """10 of 100: Wilson's (1927) interval with z is 0.0552–0.1744; with t a little wider."""
    found = estimate(answers({"a": (10, 100)}, {"a": 10**9}), {"a": 10**9})
    assert found is not None
    assert found.low == pytest.approx(0.0552, abs=0.001)
    assert found.high == pytest.approx(0.1744, abs=0.002)


@pytest.mark.parametrize(("ones", "side"), [(0, "high"), (40, "low")])
def test_at_nought_and_one_the_interval_still_has_a_width(ones: int, side: str) -> None:
    found = estimate(answers({"a": (ones, 40)}, {"a": 5000}), {"a": 5000})
    assert found is not None
    # The rule of three: about 3/40 is the exact bound.
    assert 0.06 < abs(getattr(found, side) - found.value) < 0.10


def test_whoever_asks_everybody_has_no_margin() -> None:
    found = estimate(answers({"a": (3, 10)}, {"a": 10}), {"a": 10})
    assert found is not None and found.low == found.value == found.high == 0.3


def covered(seed: int, *, truth: dict[str, float], broken: bool = False) -> float:
    """The share of drawn surveys whose interval holds the true share."""
    chance = random.Random(seed)
    sizes = {"a": 60, "b": 60, "c": 60}
    people = {
        key: [float(i < round(n * truth[key])) for i in range(n)] for key, n in POPULATIONS.items()
    }
    whole = sum(sum(one) for one in people.values()) / 10_000
    held = 0
    for _draw in range(DRAWS):
        rows = [(key, v) for key, n in sizes.items() for v in chance.sample(people[key], n)]
        own = weights([key for key, _v in rows], POPULATIONS)
        if broken:
            own = [1.0] * len(rows)
        found = estimate(
            [Answered(key, v, w) for (key, v), w in zip(rows, own, strict=True)], POPULATIONS
        )
        assert found is not None
        held += found.low <= whole <= found.high
    return held / DRAWS


def test_intervals_hold_in_between_93_and_97_of_100_drawn_surveys() -> None:
    assert 0.93 <= covered(20260301, truth=SHARES) <= 0.97


def test_intervals_hold_near_one_as_well() -> None:
    """Near 1 a share takes few values, so an interval holds rather more often than less."""
    assert 0.93 <= covered(7, truth={"a": 0.97, "b": 0.98, "c": 0.96}) <= 0.99


def test_without_the_weights_the_intervals_miss() -> None:
    assert covered(20260301, truth=SHARES, broken=True) < 0.5


def test_the_mean_of_a_scale_holds_too() -> None:
    chance = random.Random(11)
    people = {
        key: [min(4, max(0, round(chance.gauss(m, 1)))) / 4 for _ in range(n)]
        for (key, n), m in zip(POPULATIONS.items(), (2.2, 2.9, 3.6), strict=True)
    }
    whole = sum(sum(one) for one in people.values()) / 10_000
    held = 0
    for _draw in range(DRAWS):
        rows = [(key, v) for key in people for v in chance.sample(people[key], 40)]
        own = weights([key for key, _v in rows], POPULATIONS)
        found = estimate(
            [Answered(key, v, w) for (key, v), w in zip(rows, own, strict=True)],
            POPULATIONS,
        )  # fmt: skip
        assert found is not None
        held += found.low <= whole <= found.high
    assert 0.93 <= held / DRAWS <= 0.97


def test_raked_weights_add_up_to_both_margins() -> None:
    """Deming and Stephan's own fitting: rows and columns of a 2 × 2 table."""
    rows, columns = ["a"] * 60 + ["b"] * 40, (["x"] * 45 + ["y"] * 15) + (["x"] * 30 + ["y"] * 10)
    found = rake([1.0] * 100, rows, columns, {"a": 500, "b": 500}, {"x": 400, "y": 600})
    both = list(zip(rows, columns, found, strict=True))
    assert sum(w for r, _c, w in both if r == "a") == pytest.approx(500)
    assert sum(w for _r, c, w in both if c == "y") == pytest.approx(600)


def test_a_margin_that_nobody_of_answered_is_refused() -> None:
    with pytest.raises(Invalid):
        rake([1.0, 1.0], ["a", "a"], ["x", "x"], {"a": 10}, {"x": 5, "y": 5})


def test_raking_puts_right_who_answers_more_often() -> None:
    """The old answer three times as often, and are content: raked, the share is theirs no more."""
    rows = ["a"] * 200
    columns = ["old"] * 150 + ["young"] * 50
    values = [1.0] * 120 + [0.0] * 30 + [1.0] * 10 + [0.0] * 40
    raked = rake([50.0] * 200, rows, columns, {"a": 10_000}, {"old": 5000, "young": 5000})
    rows_of = zip(rows, values, raked, columns, strict=True)
    found = estimate([Answered(*row) for row in rows_of], {"a": 10_000}, raked=True)
    assert found is not None
    assert found.value == pytest.approx(0.5)
    assert found.low < 0.5 < found.high
    assert found.error < estimate_error(rows, values, raked)


def estimate_error(rows: list[str], values: list[float], raked: list[float]) -> float:
    """The same without telling that a margin was fitted: less is known, so it varies more."""
    rows_of = zip(rows, values, raked, strict=True)
    found = estimate([Answered(*row) for row in rows_of], {"a": 10_000})
    assert found is not None
    return found.error


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])),
        min_size=1, max_size=80,
    ),
)  # fmt: skip
def test_an_interval_lies_around_its_value_between_nought_and_one(
    rows: list[tuple[str, float]],
) -> None:
    own = weights([key for key, _v in rows], POPULATIONS)
    found = estimate(
        [Answered(key, v, w) for (key, v), w in zip(rows, own, strict=True)], POPULATIONS
    )
    assert found is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high
    assert found.effective > 0


def test_nobody_answered_is_no_estimate() -> None:
    assert estimate([], POPULATIONS) is None


def test_a_difference_is_shown_only_where_it_excludes_none() -> None:
    """56/70 against 48/80: 0.2, interval 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""

    def wilson(ones: int, n: int) -> Estimate:
        z, p = 1.959964, ones / n
        centre, width = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        rest = 1 + z * z / n
        return Estimate(p, (centre - width) / rest, (centre + width) / rest, n, n, 0.0)

    found = difference(wilson(56, 70), wilson(48, 80))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    assert found.shown
    assert not difference(wilson(50, 80), wilson(48, 80)).shown
