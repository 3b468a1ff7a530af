"""A worse model is not used, and a threshold says what was really measured."""

import random
from dataclasses import replace
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from commonward.core.triage.calibrating import surely
from commonward.core.triage.card import card
from commonward.core.triage.judging import Answered, answered, judge, precision_at, threshold_for
from commonward.core.triage.learning import train
from commonward.core.triage.said import Example, Reads
from commonward.core.triage.starting import Starting
from tests.core.triage.invented_reports import SEEDS, WORDS, reports

HELD_BACK = reports(300, seed=9)


@cache
def champion() -> Reads:
    return train(reports(500), SEEDS)


FRESH = reports(300, seed=4)


def planted(code: str, share: float) -> list[Example]:
    """A new batch in which a share of a category was shuffled."""
    chance = random.Random(3)
    others = [other for other in WORDS if other != code]
    return [
        replace(example, code=chance.choice(others))
        if example.code == code and chance.random() < share
        else example
        for example in FRESH
    ]


def taught(batch: list[Example]) -> Reads:
    """What learns the champion's examples and a new batch."""
    return train(reports(500) + batch, SEEDS)


def test_more_good_cases_may_take_over() -> None:
    verdict = judge(champion(), taught(FRESH), HELD_BACK, fresh=FRESH)
    assert verdict.deploy
    assert verdict.reasons == ()


def test_a_planted_bad_batch_is_refused_with_its_reason() -> None:
    batch = planted("waste", 0.2)
    verdict = judge(champion(), taught(batch), HELD_BACK, fresh=batch)
    assert not verdict.deploy
    assert any(reason.values.get("code") == "waste" for reason in verdict.reasons)


def test_a_whole_category_taught_wrongly_is_refused_by_name() -> None:
    verdict = judge(champion(), taught(planted("waste", 0.9)), HELD_BACK)
    assert not verdict.deploy
    assert any(reason.values.get("code") == "waste" for reason in verdict.reasons)


def test_a_handful_of_held_back_cases_decides_nothing() -> None:
    assert not judge(None, champion(), HELD_BACK[:10]).deploy
    assert judge(None, champion(), HELD_BACK).deploy


def test_the_slider_shows_what_was_measured() -> None:
    answers = [Answered("a", p / 100, "a" if p >= 60 else "b", 80) for p in range(100)]
    found = precision_at(0.5, answers, code="a")
    assert (found.count, found.of, found.precision) == (50, 100, 0.8)
    assert found.surely < 0.8
    assert precision_at(0.5, answers, short=True).precision is None


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=300),
    st.sampled_from([0.8, 0.9, 0.95]),
)
def test_a_threshold_surely_keeps_its_precision(
    pairs: list[tuple[float, bool]], asked: float
) -> None:
    answers = [Answered("a", p, "a" if hit else "b", 80) for p, hit in pairs]
    at = threshold_for(asked, answers)
    if at is not None:
        found = precision_at(at, answers)
        assert found.surely >= asked
        assert found.precision is not None
        assert found.precision >= found.surely


def test_the_lower_bound_is_wilson_s() -> None:
    # statsmodels' proportion_confint(95, 100, 0.1, "wilson"), written down by hand.
    assert abs(surely(95, 100) - 0.9010) < 0.0005
    assert surely(0, 0) == 0.0


def test_the_card_tells_the_measures_and_no_small_cell() -> None:
    kinds = ["old town" if n % 2 else "new estate" for n in range(len(HELD_BACK))]
    told = card(champion(), HELD_BACK, area_types=kinds)
    assert told["version"] == champion().version
    assert told["held_back"] == 300
    assert {row["code"] for row in told["by_code"]} == set(WORDS)
    assert {row["area_type"] for row in told["by_area_type"]} == {"old town", "new estate"}
    assert all(row["count"] >= 5 for row in told["calibration"])
    few = card(champion(), HELD_BACK[:4])
    assert few["macro_f"] is None
    assert all(row["count"] is None for row in few["by_code"])


def test_the_seeds_are_read_by_the_same_shape_and_are_modest() -> None:
    first = Starting.of(SEEDS)
    (best, *_) = first.suggest("门口的路灯不亮，夜里漆黑")
    assert best.code == "lamp"
    assert "路灯" in best.because
    assert 0 < best.probability <= 0.6
    assert first.suggest("Лампа не горит") == ()
    assert first.suggest("今天天气很好") == ()
    assert sum(one.probability for one in first.suggest("垃圾 噪音 路灯", most=9)) <= 0.6
    answers = answered(first, HELD_BACK)
    sure = sum(a.probability for a in answers) / len(answers)
    assert sure <= sum(a.hit for a in answers) / len(answers)
