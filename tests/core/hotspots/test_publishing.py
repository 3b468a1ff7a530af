"""What everybody reads of hotspots gives no small cell away."""

import h3
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.hotspots.publishing import LEAST, published, shown

COUNTS = st.dictionaries(
    st.sampled_from(sorted(h3.grid_disk(h3.latlng_to_cell(27.8, 113.1, 8), 3))),
    st.integers(0, 12),
    max_size=20,
)


@given(COUNTS)
def test_no_cell_of_fewer_than_five_is_shown_nor_follows_from_the_rest(
    counts: dict[str, int],
) -> None:
    told = shown(counts)
    assert all(count >= LEAST for count in told.counts.values())
    hidden = {c: n for c, n in counts.items() if n and c not in told.counts}
    if told.elsewhere is None:
        # Nothing could be put beside it: no total is told, so nothing can be taken away from it.
        assert hidden
    elif hidden:
        assert told.elsewhere == sum(hidden.values()) >= LEAST
        assert len(hidden) >= 2
    else:
        assert told.elsewhere == 0


@given(COUNTS, COUNTS)
def test_what_is_shown_is_the_same_for_any_hidden_counts_of_the_same_sum(
    counts: dict[str, int], mix: dict[str, int]
) -> None:
    """The statistic is a function of what is published: dealing the hidden ones anew changes nothing."""
    before = published(shown(counts), mix)
    open_ = {one.cell for one in before[0]}
    hidden = sorted(c for c, n in counts.items() if 0 < n < LEAST and c not in open_)
    for giver in hidden:
        for taker in hidden:
            if giver != taker and counts[giver] > 1 and counts[taker] < LEAST - 1:
                moved = {**counts, giver: counts[giver] - 1, taker: counts[taker] + 1}
                assert published(shown(moved), mix) == before
                return


def test_a_hidden_cell_takes_the_smallest_shown_one_with_it() -> None:
    a, b, c = sorted(h3.grid_disk(h3.latlng_to_cell(27.8, 113.1, 8), 1))[:3]
    told = shown({a: 3, b: 9, c: 6})
    assert dict(told.counts) == {b: 9}
    assert told.elsewhere == 9


def test_a_single_small_cell_alone_is_not_told_of_at_all() -> None:
    told = shown({h3.latlng_to_cell(27.8, 113.1, 8): 3})
    assert not told.counts
    assert told.elsewhere is None


def test_a_full_cell_among_its_like_is_a_hotspot_and_says_how_much() -> None:
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(27.8, 113.1, 8), 4))
    counts = dict.fromkeys(cells, 6)
    middle = h3.latlng_to_cell(27.8, 113.1, 8)
    for cell in h3.grid_disk(middle, 1):
        counts[cell] = 25
    told, elsewhere = published(shown(counts), dict.fromkeys(cells, 200))
    by_cell = {one.cell: one for one in told}
    assert by_cell[middle].hot
    assert by_cell[middle].band == "twice"
    assert by_cell[cells[0]].band in ("fewer", "usual")
    assert elsewhere == 0
