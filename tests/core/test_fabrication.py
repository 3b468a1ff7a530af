"""Invented cases are listed for another reading; honest ones, even odd ones, are left alone."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.fabrication import Claim, Flag, Limits, alike, flags, marks, scores
from tests.core.invented_disputes import KEY, Told, stock_words, town

CHOSEN_ON = (1, 2, 3)
HELD_OUT = (101, 102, 103, 104)
BOTH = frozenset("ab")


def weights(told: list[Told]) -> tuple[list[float], list[float]]:
    """The sums of the invented and of the honest cases; a case that claims nothing has none."""
    found = {one.case: one.weight for one in scores([one.claim for one in told])}
    return (
        [found.get(one.claim.case, 0.0) for one in told if one.invented],
        [found.get(one.claim.case, 0.0) for one in told if not one.invented],
    )


def shares(seeds: tuple[int, ...], threshold: float) -> tuple[float, float]:
    """Which share of the invented and of the honest cases is listed."""
    pairs = [weights(town(seed)) for seed in seeds]
    invented = np.concatenate([a for a, _ in pairs])
    honest = np.concatenate([b for _, b in pairs])
    return float((invented >= threshold).mean()), float((honest >= threshold).mean())


def test_the_shipped_threshold_is_one_that_the_first_towns_choose() -> None:
    pairs = [weights(town(seed)) for seed in CHOSEN_ON]
    good = [
        threshold
        for threshold in np.arange(0.5, 2.5, 0.05)
        if all(np.mean(np.array(a) >= threshold) >= 0.97 for a, _ in pairs)
        and all(np.mean(np.array(b) >= threshold) <= 0.018 for _, b in pairs)
    ]
    assert min(good) < Limits().threshold < max(good)


def test_in_towns_never_seen_before_19_of_20_invented_cases_are_listed_and_2_of_100_honest() -> (
    None
):
    for seed in HELD_OUT:
        found, wrong = shares((seed,), Limits().threshold)
        print(f"town {seed}: {found:.1%} of the invented, {wrong:.1%} of the honest listed")
        assert found >= 0.95
        assert wrong <= 0.02


def test_a_flag_names_its_signs_and_what_claims_nothing_is_never_flagged() -> None:
    same = marks("They quarrelled about the wall and shook hands at last.", KEY)
    typed = [Claim(n, 3, 100 * n, same, True, frozenset("a"), BOTH) for n in range(12)]
    listed = flags(typed)
    assert len(listed) == 12
    assert listed[0] == Flag(0, 3.05, {"burst": 12.0, "words": 11.0, "one_sided": 1.0,
                                       "unmet_signature": 1.0})  # fmt: skip
    unsettled = [Claim(n, 3, 100 * n, same, False, frozenset(), BOTH) for n in range(12)]
    assert flags(unsettled) == []


@pytest.mark.parametrize(
    ("met", "signed"),
    [(BOTH, BOTH), (frozenset("a"), frozenset("a")), (BOTH, frozenset()), (frozenset("b"), BOTH)],
)
def test_without_bursts_and_copies_it_takes_an_unmet_side_that_signed(
    met: frozenset[str], signed: frozenset[str]
) -> None:
    claims = [Claim(n, 1, 86_400 * n, b"", True, met, signed) for n in range(8)]
    assert flags(claims, Limits(threshold=1.0)) == (scores(claims) if signed - met else [])


def test_a_group_that_claims_the_same_in_one_afternoon_is_no_burst_and_no_copy() -> None:
    same = marks("Three months of wages were not paid on the site by the river.", KEY)
    group = [Claim(n, 1, 60 * n, same, True, BOTH, BOTH, bundle=9) for n in range(23)]
    assert all(one.signs == {} for one in scores(group))
    strangers = [Claim(n, 1, 60 * n, same, True, BOTH, BOTH) for n in range(23)]
    assert all(set(one.signs) == {"burst", "words"} for one in scores(strangers))


def test_cases_of_several_desks_typed_at_once_are_no_burst() -> None:
    claims = [Claim(n, n, 0, b"", True, BOTH, BOTH) for n in range(20)]
    assert all(one.signs == {} for one in scores(claims))


@given(st.text(min_size=12, max_size=300))
def test_marks_do_not_hold_the_words_and_another_key_gives_others(words: str) -> None:
    made = marks(words, KEY)
    if not made:
        return
    assert len(made) == 256
    assert alike(made, made) == 1.0
    other = marks(words, b"another secret, as long as this.")
    assert alike(made, other) < 0.5
    assert words.encode("utf-8", "surrogatepass")[:12] not in made


def test_changed_numbers_and_spaces_do_not_hide_a_copy_and_other_words_are_no_copy() -> None:
    first = marks("调解员向双方说明了法律,3号楼与5号楼的漏水纠纷当场解决。", KEY)
    copied = marks("调解员 向双方说明了法律,7号楼与9号楼的漏水纠纷当场解决!", KEY)
    other = marks("工资拖欠三个月,工人等候开发商代表到场,尚未谈拢。", KEY)
    assert alike(first, copied) > 0.9
    assert alike(first, other) < 0.2
    assert marks("too short", KEY) == b""


def test_the_estimate_is_near_the_true_share_of_common_pieces() -> None:
    chance = np.random.default_rng(5)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    off = []
    for kept in range(5, 100, 10):
        first = "".join(chance.choice(letters, 200))
        second = first[: 2 * kept] + "".join(chance.choice(letters, 200 - 2 * kept))
        a = {first[k : k + 3] for k in range(198)}
        b = {second[k : k + 3] for k in range(198)}
        off.append(abs(alike(marks(first, KEY), marks(second, KEY)) - len(a & b) / len(a | b)))
    assert np.mean(off) < 0.06


def test_a_month_of_one_template_is_looked_through_without_every_pair() -> None:
    chance = random.Random(4)
    claims = [
        Claim(n, n % 9, 4_000 * n, marks(stock_words(chance, 0), KEY), True, BOTH, BOTH)
        for n in range(1_500)
    ]
    assert all(one.signs["words"] == 50.0 for one in scores(claims)[:20])
