"""Divisions of small districts against every division there is, proofs, refusals, moves by hand."""

from functools import cache
from itertools import product

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.districting.blocks import (
    District,
    Ints,
    district,
    from_outlines,
    workload,
)
from commonward.core.plans.districting.dividing import divide
from commonward.core.plans.districting.hand import lay, moved, with_move
from commonward.core.plans.districting.proof import impossible
from commonward.core.plans.districting.sheet import score
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import Invalid


def lattice(rows: int, columns: int, loads: list[float] | np.ndarray) -> District:
    """Blocks of a chessboard, row by row; each touches those above, below and beside."""
    places = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([places[:, :-1].ravel(), places[:, 1:].ravel()])
    down = np.column_stack([places[:-1].ravel(), places[1:].ravel()])
    return district(loads, np.concatenate([across, down]))


def connected(area: District, blocks: set[int]) -> bool:
    """Whether blocks are in one piece: an own search, not the one that is tested."""
    ends = [
        (int(a), int(b)) for (a, b), open_ in zip(area.ends, area.crossed, strict=True) if open_
    ]
    reached = {min(blocks)}
    while True:
        more = {b for a, b in ends if a in reached} | {a for a, b in ends if b in reached}
        if more & blocks <= reached:
            return reached == blocks
        reached |= more & blocks


def is_whole(area: District, grids: Ints) -> bool:
    return all(connected(area, set(np.flatnonzero(grids == g).tolist())) for g in np.unique(grids))


@cache
def all_divisions(rows: int, columns: int, count: int) -> list[Ints]:
    """Every division into so many grids, each in one piece (grids named in order of first block)."""
    found = []
    area = lattice(rows, columns, np.ones(rows * columns))
    for rest in product(range(count), repeat=area.loads.size - 1):
        grids = np.array((0, *rest))
        firsts = [int(np.argmax(grids == g)) for g in range(count) if (grids == g).any()]
        if len(firsts) == count and firsts == sorted(firsts) and is_whole(area, grids):
            found.append(grids)
    return found


def off(area: District, grids: Ints) -> float:
    loads = np.bincount(grids, area.loads)
    loads = loads[np.unique(grids)]
    return float(np.abs(loads / loads.mean() - 1).max())


SMALL = st.tuples(
    st.sampled_from([(2, 3), (2, 4), (3, 3)]),
    st.lists(st.integers(1, 6), min_size=9, max_size=9),
    st.integers(2, 3),
    st.sampled_from([0.05, 0.15, 0.3]),
    st.integers(0, 5),
)


@given(SMALL)
@settings(max_examples=60, deadline=None)
def test_a_division_is_whole_and_as_good_as_the_best_of_all(
    case: tuple[tuple[int, int], list[int], int, float, int],
) -> None:
    (rows, columns), loads, count, tolerance, seed = case
    area = lattice(rows, columns, [float(load) for load in loads[: rows * columns]])
    everything = all_divisions(rows, columns, count)
    good = [grids for grids in everything if off(area, grids) <= tolerance + 1e-9]
    proof = impossible(area, count, tolerance=tolerance)
    if proof:
        assert not good, f"{proof.reason} but {good[0]} is a division"
    found = divide(area, count, tolerance=tolerance, anyway=True, effort=500, seed=seed)
    assert is_whole(area, found.grids) and np.unique(found.grids).size == count
    assert found.off == pytest.approx(off(area, found.grids))
    if good:
        assert found.off <= tolerance + 1e-9
        # The cut within the window is the least that any division in it has.
        least = min(score(area, grids).cut for grids in good)
        assert found.cut == pytest.approx(least)


@given(st.lists(st.integers(1, 9), min_size=9, max_size=9), st.integers(2, 3))
@settings(max_examples=60, deadline=None)
def test_a_block_said_to_fit_no_grid_fits_none(loads: list[int], count: int) -> None:
    area = lattice(3, 3, [float(load) for load in loads])
    proof = impossible(area, count, tolerance=0.1)
    if proof is None or len(proof.blocks) != 1:
        return
    block = proof.blocks[0]
    for grids in all_divisions(3, 3, count):
        own = area.loads[grids == grids[block]].sum()
        rest = off(area, grids)
        assert not (proof.low - 1e-9 <= own <= proof.high + 1e-9 and rest <= 0.1)


def test_eighty_lumpy_grids_are_all_within_five_percent_and_in_one_piece() -> None:
    loads = np.random.default_rng(3).lognormal(0, 0.5, 504)
    area = lattice(18, 28, loads)
    found = divide(area, 80, effort=3_000, seed=4)
    sheet = score(area, found.grids)
    assert sheet.off <= 0.05 + 1e-9 and sheet.within == 1.0
    assert sheet.broken == 0 and is_whole(area, found.grids)
    assert sheet.grids == 80
    assert sheet.cut < 0.48
    again = divide(area, 80, effort=3_000, seed=4)
    assert (again.grids == found.grids).all()


def test_a_block_heavier_than_a_grid_may_be_is_the_reason() -> None:
    area = lattice(2, 3, [1, 1, 9, 1, 1, 1])
    with pytest.raises(Invalid, match="Block 2 alone has a load of 9"):
        divide(area, 3)
    nearest = divide(area, 3, anyway=True, effort=200)
    assert nearest.proof is not None and nearest.proof.blocks == (2,)
    assert is_whole(area, nearest.grids)


def test_a_block_whose_every_grid_cuts_off_a_rest_is_the_reason() -> None:
    # A row 1 4 5: the last can only be 5 alone or with 4; alone leaves 5, which is fine in 2 grids
    # of 5, but in a row 4 1 5 3 2 the middle must stand alone and the ends are 5 and 5.
    assert impossible(lattice(1, 5, [4, 1, 5, 3, 2]), 3) is None
    proof = impossible(lattice(1, 5, [3, 1, 5, 4, 2]), 3)
    assert proof is not None
    # 3 + 1 = 4 and 4 + 2 = 6 stand beside the middle: neither is a grid of 4.75 to 5.25.
    assert "cut off" in str(proof.reason) or "cannot be a grid" in str(proof.reason)


def test_a_piece_within_hard_borders_needs_a_whole_number_of_grids() -> None:
    ends = [(0, 1), (1, 2), (2, 3)]
    crossed = [True, False, True]
    area = district([1.0, 1.5, 1.0, 1.0], ends, crossed=crossed)
    proof = impossible(area, 2)
    assert proof is not None and set(proof.blocks) in ({0, 1}, {2, 3})
    assert "no whole number of grids" in str(proof.reason)
    wider = divide(area, 2, tolerance=0.2, effort=100)
    assert wider.grids[0] == wider.grids[1] != wider.grids[2] == wider.grids[3]
    even = district([1.0] * 4, ends, crossed=crossed)
    with pytest.raises(Invalid, match="need 2 to 4 grids, not 5|can be 2 to 4"):
        divide(even, 5)


def test_todays_grids_stay_where_leaving_them_is_dear() -> None:
    loads = np.ones(36)
    area = lattice(6, 6, loads)
    today = np.repeat(np.arange(6), 6)
    today[5] = 1
    held = divide(area, 6, tolerance=0.1, today=today, keep=5.0, effort=500)
    assert score(area, held.grids, today=today).changed == 1
    assert held.off <= 0.1 and is_whole(area, held.grids)
    free = divide(area, 6, tolerance=0.1, today=today, effort=2_000)
    assert free.cut < held.cut


def test_fixed_blocks_stay_and_a_new_grid_gets_a_new_number() -> None:
    area = lattice(6, 6, np.ones(36))
    today = np.repeat([3, 7, 9, 11, 12], [6, 6, 6, 6, 12])
    fixed = np.full(36, -1)
    fixed[[0, 5, 35]] = today[[0, 5, 35]]
    found = divide(area, 6, today=today, fixed=fixed, keep=1.0, effort=500)
    assert (found.grids[[0, 5, 35]] == [3, 3, 12]).all()
    assert set(np.unique(found.grids)) == {3, 7, 9, 11, 12, 13}
    assert found.off <= 0.05
    fewer = divide(area, 4, today=today, fixed=fixed, effort=500)
    assert (fewer.grids[[0, 5, 35]] == [3, 3, 12]).all()
    with pytest.raises(Invalid, match="fixed to the grid only"):
        divide(area, 5, today=today, fixed=np.where(np.arange(36) == 0, 7, -1))


def test_a_grid_torn_apart_today_is_made_whole() -> None:
    area = lattice(4, 4, np.ones(16))
    today = np.array([0, 0, 1, 0, 0, 1, 1, 0, 2, 2, 3, 3, 2, 2, 3, 3])
    assert score(area, today).broken == 1
    found = divide(area, 4, today=today, keep=0.5, effort=300)
    assert score(area, found.grids).broken == 0 and found.off <= 0.05


def test_a_run_that_is_stopped_gives_a_whole_division_and_says_so() -> None:
    told: list[Progress] = []
    watch = Watch(tell=told.append, stop=lambda: len(told) >= 2)
    area = lattice(12, 12, np.random.default_rng(1).lognormal(0, 0.5, 144))
    found = divide(area, 20, watch=watch, effort=500)
    assert found.stopped and is_whole(area, found.grids)
    assert len(told) >= 2


def squares(count: int) -> list[shapely.Polygon]:
    return [
        shapely.box(100 * column, 100 * row, 100 * column + 100, 100 * row + 100)
        for row in range(count)
        for column in range(count)
    ]


def test_outlines_give_borders_and_rivers_are_crossed_at_bridges_only() -> None:
    river = shapely.LineString([(0, 200), (400, 200)])
    bridge = shapely.Point(150, 200)
    area = from_outlines(squares(4), np.ones(16), barriers=[river], bridges=[bridge])
    assert len(area.ends) == 24 and np.allclose(area.lengths, 100)
    shut = {tuple(sorted(pair)) for pair in area.ends[~area.crossed].tolist()}
    assert shut == {(4, 8), (6, 10), (7, 11)}
    villages = [0] * 8 + [1] * 8
    split = from_outlines(squares(4), np.ones(16), villages=villages, bridges=[bridge])
    assert split.pieces.tolist() == villages
    found = divide(split, 4, effort=500)
    sheet = score(split, found.grids)
    # Four squares of 200 m: π/4 each.
    assert sheet.round == pytest.approx(np.pi / 4) and sheet.ragged == pytest.approx(np.pi / 4)
    with pytest.raises(Invalid, match="overlap"):
        from_outlines([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)], [1.0, 1.0])


def test_the_sheet_counts_households_in_another_grid() -> None:
    area = lattice(2, 2, [1.0, 2.0, 1.0, 2.0])
    today = np.array([0, 0, 1, 1])
    sheet = score(area, np.array([0, 1, 0, 1]), today=today, households=np.array([5.0, 7, 11, 13]))
    assert (sheet.changed, sheet.moved) == (2, 18.0)
    assert sheet.off == pytest.approx(1 / 3) and sheet.within == 0.0
    assert sheet.cut == 0.5


@given(st.integers(0, 200), st.data())
@settings(max_examples=40, deadline=None)
def test_a_move_by_hand_is_judged_as_if_it_were_made(seed: int, data: st.DataObject) -> None:
    chance = np.random.default_rng(seed)
    area = lattice(4, 5, chance.integers(1, 9, 20).astype(float))
    grids = divide(area, 4, tolerance=0.5, anyway=True, effort=20, seed=seed).grids
    table = lay(area, grids)
    for _ in range(10):
        block, grid = data.draw(st.integers(0, 19)), data.draw(st.integers(0, 3))
        told = moved(table, block, grid)
        after = grids.copy()
        after[block] = grid
        loads = np.bincount(after, area.loads, minlength=4) / (area.loads.sum() / 4) - 1
        assert told.entered == pytest.approx(loads[grid])
        assert told.left == pytest.approx(loads[grids[block]])
        whole = np.unique(after).size == 4 and is_whole(area, after)
        assert told.allowed == whole
        if whole:
            cut = score(area, after).cut - score(area, grids).cut
            assert told.cut == pytest.approx(cut * area.lengths.sum())
            assert (with_move(table, block, grid).grids == after).all()
        else:
            with pytest.raises(Invalid, match="one piece"):
                with_move(table, block, grid)


def test_work_is_a_weighted_sum_and_every_count_has_its_weight() -> None:
    counts = {"households": [10.0, 20.0], "cases": [1.0, 0.0], "hectares": [2.0, 4.0]}
    found = workload(counts, {"households": 1.0, "cases": 5.0, "hectares": 0.5})
    assert found.tolist() == [16.0, 22.0]
    with pytest.raises(Invalid, match="one weight"):
        workload(counts, {"households": 1.0})


@pytest.mark.parametrize(
    ("loads", "ends", "words"),
    [
        ([1.0, -1.0], [(0, 1)], "0 or more"),
        ([0.0, 0.0], [(0, 1)], "not 0 for all"),
        ([1.0, 1.0], [(0, 2)], "not there"),
        ([1.0, 1.0], [(0, 1), (1, 0)], "named once"),
    ],
)
def test_blocks_that_cannot_be_are_refused_in_words(
    loads: list[float], ends: list[tuple[int, int]], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        district(loads, ends)


@given(st.integers(0, 10**6), st.integers(1, 4), st.booleans())
@settings(max_examples=25, deadline=None)
def test_grids_never_reach_over_a_hard_border_however_the_pieces_lie(
    seed: int, more: int, from_today: bool
) -> None:
    chance = np.random.default_rng(seed)
    whole = lattice(5, 6, chance.lognormal(0, 0.5, 30))
    crossed = chance.random(len(whole.ends)) < 0.7
    area = district(whole.loads, whole.ends, crossed=crossed)
    count = min(30, int(area.pieces.max()) + more)
    today = chance.integers(0, 6, 30) if from_today else None
    found = divide(area, count, today=today, keep=0.3, anyway=True, effort=50, seed=seed)
    assert is_whole(area, found.grids)
    assert np.unique(found.grids).size == count
