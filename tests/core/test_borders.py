"""Borders are cut, joined and moved without losing or doubling any land."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core import borders, cells
from commonward.core.refusals import Invalid

SQUARE = shapely.box(113.10, 27.80, 113.11, 27.81)
ANGLES = st.floats(0, 360, exclude_max=True)
NOTHING = 1e-13


def tiles(seed: int, count: int = 6) -> list[shapely.Polygon]:
    return cells.tile(SQUARE, [(n,) for n in range(count)], seed)


def through(outline: shapely.Polygon, turn: float) -> shapely.LineString:
    """A line through a point inside the outline that begins and ends outside it."""
    at = outline.representative_point()
    line = shapely.LineString([(at.x - 1, at.y), (at.x + 1, at.y)])
    return shapely.affinity.rotate(line, turn, origin=(at.x, at.y))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), ANGLES)
def test_two_halves_are_the_whole_and_share_their_border_exactly(seed: int, turn: float) -> None:
    for outline in tiles(seed, 3):
        line = through(outline, turn)
        left, right = borders.split(outline, line)
        assert left.area > 0
        assert right.area > 0
        assert shapely.coverage_is_valid([left, right])
        assert left.area + right.area == pytest.approx(outline.area, rel=1e-9)
        assert left.union(right).symmetric_difference(outline).area < NOTHING


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), ANGLES)
def test_the_halves_lie_on_the_sides_of_the_line_that_they_are_named_for(
    seed: int, turn: float
) -> None:
    outline = tiles(seed, 1)[0]
    line = through(outline, turn)
    (x0, y0), (x1, y1) = line.coords
    for half, sign in zip(borders.split(outline, line), (1, -1), strict=True):
        at = half.representative_point()
        assert sign * ((x1 - x0) * (at.y - y0) - (y1 - y0) * (at.x - x0)) > 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 500), ANGLES)
def test_what_was_split_is_merged_again_to_what_it_was(seed: int, turn: float) -> None:
    outline = tiles(seed, 2)[0]
    left, right = borders.split(outline, through(outline, turn))
    again = borders.merge({"left": left, "right": right})
    assert again.symmetric_difference(outline).area < NOTHING
    assert again.geom_type == outline.geom_type
    assert not list(getattr(again, "interiors", []))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 500), st.integers(0, 5), st.floats(0.0002, 0.003), ANGLES)
def test_neighbours_give_way_and_take_over_so_that_all_still_tile_the_whole(
    seed: int, chosen: int, reach: float, turn: float
) -> None:
    parts = {str(n): part for n, part in enumerate(tiles(seed))}
    old = parts.pop(str(chosen))
    moved = shapely.affinity.rotate(old, turn / 30).buffer(reach / 4, join_style="mitre")
    new = borders._land(moved.intersection(SQUARE))
    if new.geom_type != "Polygon":
        return
    try:
        changed = borders.fitted(old, new, parts)
    except Invalid:
        return
    all_now = [new, *(parts | changed).values()]
    whole = shapely.union_all(all_now)
    assert sum(part.area for part in all_now) == pytest.approx(whole.area, rel=1e-9)
    for left in shapely.get_parts(borders._land(SQUARE.difference(whole))):
        touching = {code: borders._common(left, part) for code, part in parts.items()}
        assert max(touching.values()) == 0, "only what no neighbour touches is left to nobody"
    assert all(part.is_valid for part in all_now)


def test_a_line_that_crosses_both_arms_of_an_outline_leaves_the_bottom_on_one_side() -> None:
    forked = shapely.Polygon([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)])
    left, right = borders.split(forked, shapely.LineString([(-1, 2), (4, 2)]))
    assert (left.geom_type, left.area) == ("MultiPolygon", 2.0)
    assert (right.geom_type, right.area) == ("Polygon", 5.0)


def test_an_island_that_the_line_does_not_touch_goes_with_the_nearer_side() -> None:
    outline = shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(3, 0, 4, 1)])
    left, right = borders.split(outline, shapely.LineString([(1, -1), (1, 3)]))
    assert (left.area, right.area) == (2.0, 3.0)


@pytest.mark.parametrize(
    "points",
    [
        [(113.05, 27.805), (113.105, 27.805)],
        [(113.102, 27.803), (113.108, 27.807)],
        [(113.2, 27.8), (113.3, 27.9)],
        [(113.10, 27.75), (113.10, 27.85)],
    ],
)
def test_a_line_that_does_not_cut_through_is_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(Invalid, match="does not cut through"):
        borders.split(SQUARE, shapely.LineString(points))


def test_a_line_that_winds_around_the_outline_is_refused() -> None:
    winding = shapely.LineString([(-1, 1), (3, 1), (3, 4), (-1, 4), (-1, 2), (2.5, 2)])
    with pytest.raises(Invalid, match="cannot be told apart"):
        borders.split(shapely.box(0, 0, 2, 3), winding)


def test_areas_that_meet_at_a_corner_or_not_at_all_are_not_merged() -> None:
    east, north = shapely.box(1, 0, 2, 1), shapely.box(2, 1, 3, 2)
    with pytest.raises(Invalid, match="north has no border in common"):
        borders.merge({"east": east, "north": north})
    chain = {"a": shapely.box(0, 0, 1, 1), "c": shapely.box(2, 0, 3, 1), "b": east}
    assert borders.merge(chain).equals(shapely.box(0, 0, 3, 1))


def test_nothing_left_of_a_neighbour_is_refused() -> None:
    with pytest.raises(Invalid, match="Nothing would be left of b"):
        borders.fitted(None, shapely.box(0, 0, 5, 5), {"b": shapely.box(1, 1, 2, 2)})


def test_overlaps_and_gaps_are_told_in_square_metres() -> None:
    half = shapely.box(113.10, 27.80, 113.105, 27.81)
    found = borders.overlaps(
        SQUARE, {"half": half, "beside": shapely.box(113.11, 27.8, 113.12, 28)}
    )
    assert found.keys() == {"half"}
    assert found["half"] == pytest.approx(985 * 1108 / 2, rel=0.01)
    assert borders.gaps(SQUARE, [half]) == pytest.approx(found["half"], rel=1e-6)
    assert borders.gaps(SQUARE, [SQUARE]) == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 500))
def test_what_is_written_is_read_back_exactly(seed: int) -> None:
    for outline in tiles(seed):
        assert borders.read_outline(borders.write(outline)).equals_exact(outline, 0)
    holed = SQUARE.difference(shapely.box(113.102, 27.802, 113.103, 27.803))
    assert borders.read_outline(borders.write(holed)).equals_exact(holed, 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "three points"),
        ("27.8, 113.1\n27.9", "Line 2"),
        ("27.8, 113.1\n113.1, 27.8\n1,1", "Line 2"),
        ("27.8, nan\n1, 1\n2, 2", "Line 1"),
        ("0,0\n1,1\n0,1\n1,0", "crosses or touches itself"),
        ("{", "no GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', "polygon"),
        ('{"type": "Polygon", "coordinates": [[[1, 2], ["x", 3]]]}', "no GeoJSON"),
        ("[]", "Line 1"),
        ('{"type": "Polygon", "coordinates": []}', "no GeoJSON"),
    ],
)
def test_what_is_no_outline_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        borders.read_outline(text)


@pytest.mark.parametrize("text", ["1,1", "0,0\n2,2\n0,2\n2,0", "1,1\n1,1"])
def test_what_is_no_line_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid):
        borders.read_line(text)
