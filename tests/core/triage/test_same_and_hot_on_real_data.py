"""The shipped weights on real cases and messages: as good as their page says, on a part of them."""

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
