"""The count agrees with two libraries, with worked examples, and with itself in any order.

`by_libraries.json` holds drawn elections with what pabutools 1.2.3 (greedy by votes, method of
equal shares with costs as worth) and pref-voting (Borda, beat path, instant run-off with parallel
universes) made of them. The libraries bring numpy, numba, solvers and plotting along, so they
decided once and are not installed with the tests.
"""

import json
import random
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.ballots import recount

LIBRARIES = json.loads((Path(__file__).parent / "by_libraries.json").read_text())


def terms_of(method: str, options: int = 4, **more: Any) -> dict[str, Any]:
    named = [{"number": n, "name": f"Option {n}", "cost": 10 * n} for n in range(1, options + 1)]
    return {"method": method, "options": named, "seats": 1, "budget": 50, "quorum": 0, **more}


def with_costs(one: dict[str, Any]) -> dict[str, Any]:
    options = [{"number": n, "cost": cost} for n, cost in enumerate(one["costs"], 1)]
    return {"method": "knapsack", "options": options, "budget": one["budget"]}


@pytest.mark.parametrize("one", LIBRARIES["budgets"])
def test_budgets_are_shared_as_pabutools_shares_them(one: dict[str, Any]) -> None:
    terms, kept = with_costs(one), Counter(tuple(b) for b in one["ballots"])
    order = [o["number"] for o in terms["options"]]
    assert sorted(recount.knapsack(kept, terms, order)["winners"]) == [
        n for n in one["greedy"] if any(n in b for b in one["ballots"])
    ]
    assert (
        sorted(recount.shares(kept, recount.costs_of(terms), one["budget"], order)) == one["shares"]
    )


@pytest.mark.parametrize("one", LIBRARIES["ranked"])
def test_rankings_are_counted_as_pref_voting_counts_them(one: dict[str, Any]) -> None:
    order = list(range(1, one["options"] + 1))
    for method, name in (("borda", "borda"), ("schulze", "schulze"), ("instant_runoff", "runoff")):
        terms = terms_of(method, one["options"])
        met = {
            recount.count(terms, one["ballots"], random.sample(order, len(order)))["winners"][0]
            for _ in range(60)
        }
        # Each winner that a tie can bring is one of the library's, and no other.
        assert met <= set(one[name])
        if len(one[name]) == 1:
            assert met == set(one[name])


def test_yes_or_no_needs_its_quorum() -> None:
    terms = terms_of("yes_no", 0, quorum=4)
    few = recount.count(terms, ["yes", "yes", "no"], [])
    enough = recount.count(terms, ["yes", "yes", "no", "blank"], [])
    assert (few["accepted"], enough["accepted"]) == (False, True)
    assert recount.count(terms, ["yes", "yes", "no", "no"], [])["accepted"] is False


def test_left_out_options_share_the_points_that_remain() -> None:
    found = recount.count(terms_of("borda", 4), [[2], [3, 1]], [1, 2, 3, 4])
    assert found["points"] == {"1": 3, "2": "7/2", "3": 4, "4": "3/2"}


def test_a_third_with_a_wish_of_their_own_gets_a_third_of_the_budget() -> None:
    terms = {
        "method": "equal_shares",
        "budget": 90,
        "options": [{"number": n, "cost": 30} for n in range(1, 5)],
    }
    ballots: list[Any] = [[1, 2, 3]] * 6 + [[4]] * 3
    shared = recount.count(terms, ballots, [1, 2, 3, 4])
    greedy = recount.count({**terms, "method": "knapsack"}, ballots, [1, 2, 3, 4])
    assert (sorted(shared["winners"]), sorted(greedy["winners"])) == ([1, 2, 4], [1, 2, 3])


CHOICES = st.lists(st.lists(st.integers(1, 4), unique=True, max_size=4), min_size=1, max_size=12)


@given(CHOICES, st.sampled_from(sorted(set(recount.METHODS) - {"yes_no"})), st.randoms())
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_ballots_changes_nothing(
    choices: list[list[int]], method: str, chance: random.Random
) -> None:
    if method not in recount.RANKED:
        choices = [sorted(c) for c in choices]
    terms, order = terms_of(method), [1, 2, 3, 4]
    found = recount.count(terms, choices, order)
    mixed = chance.sample(choices, len(choices))
    assert recount.count(terms, mixed, order) == found
    assert set(found["winners"]) <= set(order)
    if method in recount.BUDGETED:
        assert found["spent"] <= terms["budget"]


@given(CHOICES)
@settings(max_examples=100, deadline=None)
def test_nobody_pays_more_than_an_equal_share(choices: list[list[int]]) -> None:
    kept = Counter(tuple(sorted(c)) for c in choices)
    costs = recount.costs_of(terms_of("equal_shares"))
    chosen = recount.shares(kept, costs, 50, [1, 2, 3, 4])
    for n in chosen:
        backers = sum(k for c, k in kept.items() if n in c)
        assert Fraction(50, sum(kept.values())) * backers >= costs[n]
