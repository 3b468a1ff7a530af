"""Samples: sizes by Cochran's formulas, bounds held for whatever is wished, draws that repeat."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.surveys.sampling import ALLOCATIONS, Stratum, allocate, draw, size_for

STRATA = st.lists(
    st.tuples(st.integers(1, 5000), st.floats(0.05, 0.5)), min_size=1, max_size=12
).map(lambda rows: [Stratum(f"s{n}", *row) for n, row in enumerate(rows)])


@given(STRATA, st.integers(1, 4000), st.sampled_from(sorted(ALLOCATIONS)), st.integers(1, 30))
def test_sizes_add_up_between_the_least_and_all_who_live_there(
    strata: list[Stratum], size: int, how: str, least: int
) -> None:
    floor = sum(min(least, one.population) for one in strata)
    assume(floor <= size <= sum(one.population for one in strata))
    found = allocate(strata, size, how, least=least)
    assert sum(found.values()) == size
    for one in strata:
        assert min(least, one.population) <= found[one.key] <= one.population


def test_neyman_asks_more_where_answers_differ_more() -> None:
    """n_h = n N_h S_h / Σ N_h S_h (Cochran 5.26), reckoned by hand: 4000·0.5 to 6000·0.1."""
    strata = [Stratum("a", 4000, 0.5), Stratum("b", 6000, 0.1)]
    assert allocate(strata, 260, "neyman") == {"a": 200, "b": 60}
    assert allocate(strata, 260, "equal") == {"a": 130, "b": 130}
    assert allocate(strata, 260) == {"a": 104, "b": 156}


def test_a_full_stratum_leaves_its_rest_to_the_others() -> None:
    strata = [Stratum("a", 10), Stratum("b", 1000), Stratum("c", 1000)]
    assert allocate(strata, 300, "equal") == {"a": 10, "b": 145, "c": 145}


def test_the_size_for_a_margin_is_the_textbooks() -> None:
    """n0 = z² p q / d² = 384.1 (Cochran 4.4), and n0 / (1 + n0/N) for a small population."""
    assert size_for([Stratum("a", 10**8)], 0.05) == 385
    assert size_for([Stratum("a", 1000)], 0.05) == 278
    two = [Stratum("a", 5000), Stratum("b", 5000)]
    assert size_for(two, 0.03) == size_for([Stratum("a", 10_000)], 0.03)
    uneven = [Stratum("a", 9000), Stratum("b", 1000)]
    assert size_for(uneven, 0.03, "equal") > size_for(uneven, 0.03)


@given(STRATA, st.sampled_from(sorted(ALLOCATIONS)), st.floats(0.01, 0.2))
def test_a_smaller_margin_never_needs_fewer(strata: list[Stratum], how: str, margin: float) -> None:
    assert size_for(strata, margin, how) >= size_for(strata, min(0.25, margin * 1.2), how)


@given(st.integers(0, 300), st.data(), st.sampled_from(["simple", "systematic"]))
def test_a_draw_repeats_from_its_seed_and_asks_nobody_twice(
    there: int, data: st.DataObject, method: str
) -> None:
    size = data.draw(st.integers(0, there))
    units = list(range(there))
    found = draw(units, size, "seed-1", method)
    assert found == draw(units, size, "seed-1", method)
    assert len(set(found)) == size and set(found) <= set(units)


@pytest.mark.parametrize("method", ["simple", "systematic"])
def test_everybody_has_the_same_chance(method: str) -> None:
    drawn = Counter(
        unit for seed in range(4000) for unit in draw(range(10), 3, f"chance-{seed}", method)
    )
    # 1,200 expected, standard deviation 29: five of them on either side.
    assert all(1055 < drawn[unit] < 1345 for unit in range(10))


def test_what_cannot_be_sampled_is_refused() -> None:
    for wrong in (
        [],
        [Stratum("a", 0)],
        [Stratum("a", 5), Stratum("a", 5)],
        [Stratum("a", 5, 0.9)],
    ):
        with pytest.raises(Invalid):
            allocate(wrong, 2)
    with pytest.raises(Invalid):
        allocate([Stratum("a", 5)], 6)
    with pytest.raises(Invalid):
        draw([1], 2, "s")
