"""The shipped weights on real cases and messages: as good as their page says, on a part of them."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench import text_same
from commonward.core.triage import same
from commonward.core.triage.hot.clustering import cluster


def test_the_original_of_a_boston_duplicate_stands_among_the_first_three(shared: Path) -> None:
    data = text_same.boston(shared / "data")
    some = data.later[::12]
    looked = [data.looked(case) for case in some]
    pairs = sum(len(data.originals[case]) for case in some)
    first, third = text_same.found_at(same.shipped(), looked)
    assert first / pairs >= 0.65
    assert third / pairs >= 0.85


def test_annotated_issues_are_found_again_among_other_messages(shared: Path) -> None:
    texts, truth = text_same.messages(shared / "data")
    # The annotated ones and every fifth of the rest: the whole is for the bench.
    kept = [i for i in range(len(texts)) if i in truth or i % 5 == 0]
    found = cluster([texts[i] for i in kept])
    measured = text_same.agreement(found, {k: truth[i] for k, i in enumerate(kept) if i in truth})
    assert measured["b3"] >= 0.85
    assert measured["macro"] >= 0.88


def test_agreement_is_one_for_the_truth_and_less_for_one_heap() -> None:
    truth = {0: "a", 1: "a", 2: "b"}
    assert text_same.agreement([0, 0, 1], truth)["b3"] == 1.0
    heap = text_same.agreement([0, 0, 0], truth)
    assert 0 < heap["b3"] < 1
    assert np.isclose(heap["macro"], (0.8 + 0.5) / 2)


TWIN = "康桥雅苑"


def test_twins_of_real_messages_at_another_estate_never_join_them(shared: Path) -> None:
    """What 55 people told of one estate, told once more of another: word for word but the name."""
    texts, truth = text_same.messages(shared / "data")
    giant = [
        one
        for one in (texts[i] for i in truth)
        if "丽发新城" in one.title and "搅拌" in one.title + one.body
    ]
    assert len(giant) >= 30
    twins = [
        replace(
            one,
            title=one.title.replace("丽发新城", TWIN),
            body=one.body.replace("丽发新城", TWIN),
            day=one.day + 0.25,
        )
        for one in giant
    ]
    others = [one for i, one in enumerate(texts) if i not in truth and i % 10 == 0]
    found = cluster([*giant, *twins, *others])
    first, second = found[: len(giant)], found[len(giant) : 2 * len(giant)]
    assert not set(first) & set(second)
    # And it is the place that tells them apart, not that nothing is put together.
    assert max(Counter(first).values()) > len(giant) / 2
