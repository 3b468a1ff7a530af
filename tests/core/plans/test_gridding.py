"""Blocks for grids: read from files, fitted to villages, shared out, divided, named."""

import json
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core import geo
from commonward.core.plans.gridding import covering, dividing
from commonward.core.plans.gridding.mosaic import Mosaic
from commonward.core.plans.gridding.naming import continued
from commonward.core.plans.gridding.reading import read_barriers, read_blocks
from commonward.core.plans.gridding.sharing import shared
from commonward.core.plans.running import Watch
from commonward.core.refusals import Invalid

STEP = 0.001


def box(x: float, y: float, wide: float = 1, high: float = 1) -> Any:
    """A rectangle in thousandths of a degree from 113°, 27°."""
    west, south = 113 + x * STEP, 27 + y * STEP
    return shapely.box(west, south, west + wide * STEP, south + high * STEP)


def file(*features: tuple[Any, dict[str, Any]]) -> bytes:
    rows = [
        {"type": "Feature", "properties": told, "geometry": shapely.geometry.mapping(shape)}
        for shape, told in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def lattice(size: int) -> list[Any]:
    return [box(x, y) for x in range(size) for y in range(size)]


def test_blocks_are_read_with_their_households_and_names() -> None:
    found = read_blocks(
        file((box(0, 0), {"id": "A", "households": 120}), (box(1, 0), {"编号": "B", "户数": "80"}))
    )
    assert (found.names, found.households, found.mended) == (["A", "B"], [120.0, 80.0], [])


def test_a_block_whose_ring_crosses_itself_is_mended_and_named() -> None:
    bow = shapely.Polygon([(113, 27), (113.001, 27.001), (113.001, 27), (113, 27.002)])
    found = read_blocks(file((bow, {"id": "bow"}), (box(5, 5), {"id": "square"})))
    assert found.mended == ["bow"]
    assert all(one.is_valid for one in found.outlines)


def test_blocks_that_cannot_be_used_are_named_with_the_reason() -> None:
    line = shapely.LineString([(113, 27), (113.1, 27)])
    with pytest.raises(Invalid) as refused:
        read_blocks(
            file(
                (line, {"id": "road"}), (box(0, 0), {"id": "x", "households": -3}),
                (box(1, 0), {"id": "twice"}), (box(2, 0), {"id": "twice"}),
            )
        )  # fmt: skip
    said = str(refused.value)
    assert "4 rows" not in said and "3 rows" in said
    assert all(word in said for word in ("road: it is a LineString", "x: its households", "twice"))


def test_overlapping_blocks_are_named_both() -> None:
    with pytest.raises(Invalid, match=r"A: it overlaps B"):
        read_blocks(file((box(0, 0, 2, 1), {"id": "A"}), (box(1, 0, 2, 1), {"id": "B"})))
    with pytest.raises(Invalid, match=r"A: it overlaps B"):
        read_blocks(file((box(0, 0, 9, 9), {"id": "A"}), (box(1, 1), {"id": "B"})))


def test_blocks_of_chinese_web_maps_are_moved_to_wgs84() -> None:
    plain = [box(0, 0), box(1, 0)]
    shifted = [
        shapely.transform(one, lambda xy: np.stack(geo.to_gcj02(xy[:, 0], xy[:, 1]), axis=1))
        for one in plain
    ]
    found = read_blocks(file(*((one, {}) for one in shifted)), gcj02=True)
    assert found.outlines[0].symmetric_difference(plain[0]).area < 1e-12
    assert geo.metres_between(27, 113, *shifted[0].centroid.coords[0][::-1]) > 300


def test_metres_of_a_projection_are_refused() -> None:
    far = shapely.box(500_000, 3_000_000, 500_100, 3_000_100)
    with pytest.raises(Invalid, match="use degrees"):
        read_blocks(file((far, {}), (box(0, 0), {})))


def test_barriers_are_lines_and_bridges_points() -> None:
    river = shapely.LineString([(113, 27), (113.1, 27)])
    found = read_barriers(file((river, {}), (shapely.Point(113.05, 27), {})))
    assert (len(found.lines), len(found.bridges)) == (1, 1)
    with pytest.raises(Invalid, match="has no line"):
        read_barriers(file((shapely.Point(113, 27), {})))


@settings(max_examples=25, deadline=None)
@given(
    shifts=st.lists(st.floats(-0.2, 0.2), min_size=16, max_size=16),
    left_out=st.sets(st.integers(0, 15), max_size=4),
)
def test_fitted_blocks_cover_the_villages_exactly_whatever_holes_and_overlaps_they_have(
    shifts: list[float], left_out: set[int]
) -> None:
    villages = [box(0, 0, 2, 4), box(2, 0, 2, 4)]
    blocks = [
        box(n % 4 + shift, n // 4 - shift / 2, 1 + shift / 3, 1)
        for n, shift in enumerate(shifts) if n not in left_out
    ]  # fmt: skip
    cover = covering.fitted(villages, blocks)
    for number, village in enumerate(villages):
        mine = [o for o, v in zip(cover.outlines, cover.village, strict=True) if v == number]
        assert shapely.coverage_is_valid(mine)
        assert shapely.union_all(mine).symmetric_difference(village).area < 1e-15
        assert sum(one.area for one in mine) == pytest.approx(village.area, rel=1e-9)
    mosaic = cover.mosaic()
    again = Mosaic.read(json.loads(json.dumps(mosaic.written())))
    for block, outline in enumerate(cover.outlines):
        assert again.outline(block).equals(outline)


def test_a_block_across_a_village_border_is_cut_and_its_parts_share_it() -> None:
    cover = covering.fitted([box(0, 0, 1.5, 1), box(1.5, 0, 1.5, 1)], [box(x, 0) for x in range(3)])
    assert cover.part_of.count(1) == 2
    halves = [s for s, p in zip(cover.share, cover.part_of, strict=True) if p == 1]
    assert halves == pytest.approx([0.5, 0.5])


def test_squares_are_cut_at_todays_grids_so_that_these_can_stay() -> None:
    village, grids = box(0, 0, 10, 10), [box(0, 0, 4.4, 10), box(4.4, 0, 5.6, 10)]
    cover = covering.cut([village], grids, 111.0)
    for grid in grids:
        mine = [o for o in cover.outlines if grid.contains(o.representative_point())]
        assert shapely.union_all(mine).symmetric_difference(grid).area < 1e-14
    with pytest.raises(Invalid, match="take larger ones"):
        covering.cut([box(0, 0, 500, 500)], [], 30.0)


def test_land_between_roads_is_a_block_and_large_land_is_cut_into_squares() -> None:
    road = shapely.LineString([(113 - STEP, 27 + STEP), (113 + 20 * STEP, 27 + STEP)])
    cover = covering.cut([box(0, 0, 4, 2)], [], 150.0, [road])
    assert len(cover.outlines) == 2
    large = covering.cut([box(0, 0, 20, 20)], [], 150.0, [road])
    assert len(large.outlines) > 50
    assert not any(shapely.crosses(road, one) for one in large.outlines)


def test_borders_are_found_with_their_lengths() -> None:
    mosaic = covering.fitted([box(0, 0, 2, 2)], lattice(2)).mosaic()
    borders = mosaic.borders
    assert len(borders.ends) == 4
    across, along = geo.metres_per_degree(27.001)
    assert sorted(borders.lengths) == pytest.approx(
        [across * STEP] * 2 + [along * STEP] * 2, rel=1e-3
    )
    assert mosaic.areas.sum() == pytest.approx(4 * across * along * STEP**2, rel=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    loads=st.lists(st.floats(0.1, 9), min_size=1, max_size=4),
    sizes=st.lists(st.integers(1, 4), min_size=4, max_size=4),
    grids=st.integers(1, 9),
)
def test_grids_are_shared_among_parts_as_evenly_as_any_sharing(
    loads: list[float], sizes: list[int], grids: int
) -> None:
    sizes = sizes[: len(loads)]
    ways = [
        counts for counts in _ways(len(loads), grids)
        if all(c <= most for c, most in zip(counts, sizes, strict=True))
    ]  # fmt: skip
    if not ways:
        with pytest.raises(Invalid, match="can be"):
            shared(np.array(loads), np.array(sizes), grids)
        return
    mean = sum(loads) / grids

    def off(counts: Any) -> float:
        return float(max(abs(load / n / mean - 1) for load, n in zip(loads, counts, strict=True)))

    counts, bound = shared(np.array(loads), np.array(sizes), grids)
    best = min(off(way) for way in ways)
    assert tuple(counts) in ways
    assert off(counts) == pytest.approx(best, abs=1e-9)
    assert bound == pytest.approx(best, abs=1e-9)


def _ways(parts: int, grids: int) -> list[tuple[int, ...]]:
    bars = combinations_with_replacement(range(grids - parts + 1), parts - 1)
    if grids < parts:
        return []
    found = []
    for bar in bars:
        edges = (0, *bar, grids - parts)
        found.append(tuple(b - a + 1 for a, b in zip(edges, edges[1:], strict=False)))
    return found


def ground(barriers: Any = (), bridges: Any = (), grids: int = 6) -> dividing.Land:
    mosaic = covering.fitted([box(0, 0, 3, 6), box(3, 0, 3, 6)], lattice(6)).mosaic()
    return dividing.land(mosaic, np.ones(mosaic.size), grids, barriers, bridges)


def test_no_grid_lies_in_two_villages_or_across_a_river_without_a_bridge() -> None:
    river = shapely.LineString([(113 - STEP, 27 + 2 * STEP), (113 + 9 * STEP, 27 + 2 * STEP)])
    land = ground([river])
    found = dividing.divided(land, 6, tolerance=0.01)
    assert found.off < 1e-9 and found.bound < 1e-9
    for one, other, crossed in zip(*land.area.ends.T, land.area.crossed, strict=True):
        assert crossed or found.grids[one] != found.grids[other]
    assert dividing.sheet(land, found.grids, 0.01, None, np.ones(36)).broken == 0
    bridge = shapely.Point(113 + 0.5 * STEP, 27 + 2 * STEP)
    assert ground([river], [bridge]).area.crossed.sum() > land.area.crossed.sum()


def test_land_beyond_a_river_too_small_for_a_grid_is_joined_and_told() -> None:
    creek = shapely.LineString([(113 - STEP, 27 + STEP), (113 + 1 * STEP, 27 + STEP),
                                (113 + STEP, 27 - STEP)])  # fmt: skip
    land = ground([creek], grids=4)
    assert len(land.joined) == 1
    found = dividing.divided(land, 4)
    assert len(set(found.grids.tolist())) == 4
    assert dividing.sheet(land, found.grids, 0.05, None, np.ones(36)).broken == 1


def test_a_proof_names_the_block_that_is_heavier_than_a_grid_may_be() -> None:
    mosaic = covering.fitted([box(0, 0, 6, 6)], lattice(6)).mosaic()
    loads = np.ones(36)
    loads[7] = 30.0
    land = dividing.land(mosaic, loads, 6)
    found = dividing.divided(land, 6)
    assert [block for block, _why in found.proofs] == [7]
    assert "alone has a load" in str(found.proofs[0][1])
    assert found.bound == pytest.approx(30 / (65 / 6) - 1)
    assert found.off >= found.bound


def test_the_same_seed_divides_alike_and_a_stopped_run_still_answers() -> None:
    land = ground(grids=5)
    one, other = (dividing.divided(land, 5, seed=3) for _ in range(2))
    assert (one.grids == other.grids).all()
    kept: list[dividing.Divided] = []
    cut = dividing.divided(land, 5, watch=Watch(stop=lambda: True), better=kept.append)
    assert cut.stopped and len(set(cut.grids.tolist())) == 5
    assert (kept[0].grids >= 0).all()


def test_todays_grids_stay_where_they_are_good() -> None:
    cover = covering.fitted([box(0, 0, 6, 6)], lattice(6))
    land = dividing.land(cover.mosaic(), np.ones(36), 4)
    today = np.array([(n // 6 // 3) * 2 + n % 6 // 3 for n in cover.part_of])
    found = dividing.divided(land, 4, today=today, keep=2.0)
    assert dividing.sheet(land, found.grids, 0.05, today, np.ones(36)).changed == 0
    assert continued(found.grids, today, np.ones(36)) == {n: n for n in range(4)}


def test_a_grid_continues_the_one_with_which_it_shares_most_of_the_work_of_both() -> None:
    grids = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    today = np.array([5, 5, 6, 6, 6, 7, 8, -1])
    weight = np.array([3.0, 3, 1, 4, 4, 1, 1, 9])
    assert continued(grids, today, weight) == {0: 5, 1: 6}
