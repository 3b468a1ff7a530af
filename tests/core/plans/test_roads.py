"""Roads: read or made up, the same times by every method, and how far help reaches."""

import json
import lzma
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.roads import (
    ByScipy,
    ByValhalla,
    RoadGraph,
    generated,
    graph_of,
    read_profile,
    read_roads,
)
from commonward.core.plans.roads.profile import FLAT, shipped
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import Invalid
from tests.architecture.tracked import ROOT


def drawn(count: int, arcs: list[tuple[int, int, int]]) -> RoadGraph:
    """A graph from (tail, head, milliseconds), its nodes on a line."""
    tails, heads, free = (np.array(column) for column in zip(*arcs, strict=True))
    return graph_of(
        np.linspace(30, 30.1, count), np.full(count, 114.0), tails, heads, free, 0 * tails, FLAT
    )


@st.composite
def graphs(draw: st.DrawFn) -> RoadGraph:
    count = draw(st.integers(2, 14))
    node = st.integers(0, count - 1)
    # Few different times: so that many shortest ways tie, where labels go wrong first.
    arc = st.tuples(node, node, st.integers(1, 4))
    return drawn(count, [(0, 1, 1), *draw(st.lists(arc, max_size=40))])


def lines(folder: Path, *features: dict[str, object]) -> Path:
    path = folder / "lines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def line(points: list[list[float]], **told: str) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"highway": "primary", **told},
        "geometry": {"type": "LineString", "coordinates": points},
    }


@given(graphs())
def test_labels_give_every_time_that_dijkstra_gives(graph: RoadGraph) -> None:
    nodes = np.arange(len(graph))
    expected = ByScipy(graph, 12).table(nodes, nodes)
    assert graph.prepare(12)
    assert np.array_equal(graph.times(12).table(nodes, nodes), expected)


@settings(max_examples=5)
@given(st.integers(0, 10_000))
def test_towns_have_the_same_times_by_labels_and_by_dijkstra_at_every_hour(seed: int) -> None:
    graph = generated(seed, rows=12, columns=9)
    some = np.random.default_rng(seed).integers(0, len(graph), 40)
    for hour in (3, 8, 12):
        expected = ByScipy(graph, hour).table(some[:9], some)
        graph.prepare(hour)
        times = graph.times(hour)
        assert np.array_equal(times.table(some[:9], some), expected)
        assert np.array_equal(
            times.to_place(some, int(some[3])), times.table(some, [some[3]])[:, 0]
        )
        assert np.array_equal(times.from_place(int(some[0]), some), expected[0])


def test_dijkstras_table_is_the_same_from_either_end() -> None:
    graph = generated(3, rows=8, columns=8)
    times = ByScipy(graph, 12)
    wide, tall = times.table([1, 2], range(10)), times.table(range(10), [1, 2])
    assert wide.shape == (2, 10)
    assert tall.shape == (10, 2)
    assert tall[7, 1] == times.from_place(7, [2])[0]
    assert wide[1, 7] == times.to_place([2], 7)[0]


def test_the_same_seed_makes_the_same_town_in_which_each_place_is_reached() -> None:
    one, other = generated(5), generated(5)
    assert one.hash == other.hash != generated(6).hash
    assert one.main.all()
    assert 1_200 < len(one) <= 1_600
    with pytest.raises(Invalid, match="two rows"):
        generated(1, rows=1)


def test_rush_hours_take_longer_than_nights_and_hours_share_a_table() -> None:
    graph = generated(2, rows=10, columns=10)
    night, rush = graph.milliseconds(3), graph.milliseconds(8)
    assert (rush > night).all()
    assert graph.milliseconds(17) is rush
    assert shipped().hours_of(graph.table_at(8)) == (7, 8, 17, 18, 19)
    with pytest.raises(Invalid, match="0 to 23"):
        graph.milliseconds(24)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[7, 8, 17, 18, 19]", "[7, 8, 17, 18]", "Hour 19 is in no table"),
        ("[7, 8, 17, 18, 19]", "[6, 7, 8, 17, 18, 19]", "Hour 6 is in two tables"),
        ("motorway = 1.5", "motorway = 0", "greater than nothing"),
    ],
)
def test_a_road_profile_that_cannot_hold_is_refused(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    text = (ROOT / "commonward/core/plans/roads/profile.toml").read_text()
    path = tmp_path / "profile.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(Invalid, match=fault):
        read_profile(path)


def test_a_one_way_street_is_driven_one_way_and_walked_both(tmp_path: Path) -> None:
    points = [[114.0, 30.0], [114.001, 30.0]]
    path = lines(
        tmp_path,
        line(points, oneway="yes"),
        line([points[1], [114.001, 30.003], points[0]], maxspeed="20"),
    )
    graph = read_roads(path)
    west, east = graph.nearest(30.0, 114.0), graph.nearest(30.0, 114.001)
    times = graph.times(3)
    ahead, back = times.table([west], [east])[0, 0], times.table([east], [west])[0, 0]
    assert ahead == pytest.approx(96.3 / (50 / 3.6), abs=0.2)
    assert back == pytest.approx((333.6 + 347.2) / (20 / 3.6), abs=0.5)
    walked = read_roads(path, mode="foot").times(3)
    assert walked.table([west], [east])[0, 0] == walked.table([east], [west])[0, 0]


def test_barred_roads_are_left_out_and_a_turned_one_way_runs_back(tmp_path: Path) -> None:
    path = lines(
        tmp_path,
        line([[114.0, 30.0], [114.001, 30.0]], oneway="-1"),
        line([[114.0, 30.0], [114.0, 30.001]], access="private"),
        line([[114.0, 30.0], [114.002, 30.001]], highway="footway"),
        line([[114.0, 30.0], [114.0, 30.002]], highway="motorway", maxspeed="30 mph"),
    )
    graph = read_roads(path)
    # A motorway's carriageway runs one way without saying so.
    assert graph.arcs == 2
    assert graph.free.max() == pytest.approx(222.39 / (30 * 1.609344 / 3.6) * 1000, abs=5)
    ends = {
        (round(float(graph.lon[tail]), 3), round(float(graph.lon[head]), 3))
        for tail, head in zip(graph.tails, graph.heads, strict=True)
    }
    assert (114.001, 114.0) in ends
    assert (114.0, 114.001) not in ends


def test_a_long_bend_keeps_points_near_enough_to_snap_to(tmp_path: Path) -> None:
    points = [[114.0 + step * 0.0005, 30.0] for step in range(41)]
    graph = read_roads(lines(tmp_path, line(points)))
    assert 8 <= len(graph) <= 17
    assert graph.metres.max() < 200
    assert graph.snap(30.0, 114.0101).metres < 100
    assert graph.metres.sum() / 2 == pytest.approx(
        0.02 * 111_195 * np.cos(np.radians(30)), rel=1e-3
    )


def test_a_point_is_snapped_to_the_part_that_everybody_reaches() -> None:
    graph = graph_of(
        [30.0, 30.01, 30.02, 30.03],
        [114.0] * 4,
        [0, 1, 1, 3],
        [1, 0, 2, 2],
        [9, 9, 9, 9],
        [0] * 4,
        FLAT,
    )
    assert graph.nearest(30.021, 114.0) == 1
    assert graph.snap(30.012, 114.0).metres == pytest.approx(222.4, abs=1)
    with pytest.raises(Invalid, match="latitude"):
        graph.nearest(91, 0)


def test_a_graph_is_loaded_as_it_was_saved_and_a_changed_file_is_refused(tmp_path: Path) -> None:
    graph, path = generated(4, rows=6, columns=6), tmp_path / "town.npz"
    graph.save(path)
    assert read_roads(path).hash == graph.hash
    with np.load(path) as kept:
        parts = dict(kept)
    parts["free"][0] += 1
    np.savez(path, **parts)
    with pytest.raises(Invalid, match="changed after"):
        RoadGraph.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(Invalid, match="no saved road graph"):
        RoadGraph.load(path)


def test_labels_are_kept_for_this_graph_and_hour_and_for_no_other(tmp_path: Path) -> None:
    graph = generated(4, rows=8, columns=8)
    graph.prepare(12, folder=tmp_path)
    (path,) = tmp_path.iterdir()
    again = generated(4, rows=8, columns=8)
    again.prepare(12, folder=tmp_path)
    nodes = range(len(graph))
    assert np.array_equal(again.times(12).table(nodes, nodes), graph.times(12).table(nodes, nodes))
    slower = graph.with_milliseconds(graph.free * 2)
    path.rename(tmp_path / path.name.replace(graph.hash[:16], slower.hash[:16]))
    slower.prepare(12, folder=tmp_path)
    assert np.array_equal(
        slower.times(12).table(nodes, nodes), ByScipy(slower, 12).table(nodes, nodes)
    )


def test_preparing_tells_how_far_it_is_and_ends_when_told_to() -> None:
    graph = generated(4, rows=8, columns=8)
    seen: list[Progress] = []
    graph.prepare(12, Watch(tell=seen.append))
    assert {told.step for told in seen} == {"hierarchy", "labels"}
    other = generated(5, rows=8, columns=8)
    with pytest.raises(InterruptedError):
        other.prepare(12, Watch(stop=lambda: True))
    assert isinstance(other.times(12), ByScipy)


@pytest.mark.parametrize("seconds", [0, 61.5, 240])
def test_an_isochrone_holds_what_some_unit_reaches_in_time(seconds: float) -> None:
    graph, starts = generated(8, rows=14, columns=14), [3, 90]
    reached = graph.isochrone(starts, seconds, 8)
    took = ByScipy(graph, 8).table(starts, range(len(graph))).min(axis=0)
    assert np.array_equal(reached.nodes, np.flatnonzero(took <= seconds))
    assert np.array_equal(reached.seconds, took[took <= seconds])
    area = reached.area()
    if seconds:
        inside = shapely.contains_xy(area, graph.lon, graph.lat)
        assert inside[reached.nodes].all()
        assert not inside[took > 2 * seconds + 120].any()
        assert len(reached.segments()) >= len(reached) - len(starts)


def test_the_last_stretch_of_an_isochrone_ends_where_its_time_does() -> None:
    graph = drawn(3, [(0, 1, 10_000), (1, 0, 10_000), (1, 2, 10_000), (2, 1, 10_000)])
    (whole, part) = graph.isochrone([0], 14).segments()
    assert whole[:, 1] == pytest.approx([30.0, 30.05])
    assert part[:, 1] == pytest.approx([30.05, 30.07])


def test_an_isochrone_of_nobody_is_empty_and_of_no_node_is_refused() -> None:
    graph = generated(1, rows=5, columns=5)
    assert len(graph.isochrone([], 300)) == 0
    assert shapely.is_empty(graph.isochrone([], 300).area())
    with pytest.raises(Invalid, match="no node"):
        graph.isochrone([len(graph)], 300)
    with pytest.raises(Invalid, match="less than no time"):
        graph.isochrone([0], -1)


def test_tables_and_topologies_are_read(tmp_path: Path) -> None:
    path = tmp_path / "roads.zip"
    with zipfile.ZipFile(path, "w") as folder:
        folder.writestr("nodes.csv", "nodes,,,\nindex,x,y,\n1.0,174.7,-36.7,\n2.0,174.8,-36.7,\n")
        folder.writestr(
            "arcs.csv", "arcs,,,\nindex,a,b,km,mode_1,mode_2\n1.0,1.0,2.0,6.0,0.005,0.006\n"
        )
    graph = read_roads(path)
    assert (len(graph), graph.arcs) == (2, 1)
    assert graph.times(3).table([0], [1])[0, 0] == pytest.approx(432)
    bare = tmp_path / "bare.gr.xz"
    bare.write_bytes(lzma.compress(b"p tw 3 2\n1 2\n2 3\n"))
    graph = read_roads(bare)
    assert (len(graph), graph.arcs) == (3, 4)
    assert graph.times(3).table([0], [2])[0, 0] == graph.times(3).table([2], [0])[0, 0]
    with pytest.raises(Invalid, match="no coordinates"):
        graph.nearest(30, 114)


@pytest.mark.parametrize(
    "name", ["roads.zip", "roads.gr", "roads.osm.pbf", "roads.geojson", "x.npz"]
)
def test_a_file_without_roads_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid, match="There is no file"):
        read_roads(tmp_path / name)
    (tmp_path / name).write_bytes(b"not a road")
    with pytest.raises(Invalid, match=r"no road file|no saved road graph"):
        read_roads(tmp_path / name)
    with pytest.raises(Invalid, match="vehicle or on foot"):
        read_roads(tmp_path / name, mode="boat")


def test_arcs_that_take_no_time_are_refused_and_parallel_ones_are_joined() -> None:
    graph = drawn(2, [(0, 1, 9), (0, 1, 5), (1, 0, 7), (0, 0, 1)])
    assert graph.arcs == 2
    assert sorted(graph.free.tolist()) == [5, 7]
    with pytest.raises(Invalid, match="millisecond"):
        drawn(2, [(0, 1, 0)])
    with pytest.raises(Invalid, match="no road"):
        drawn(2, [(0, 0, 5)])


def test_valhalla_is_refused_in_words_where_it_is_not_installed() -> None:
    with pytest.raises(Invalid, match="pyvalhalla"):
        ByValhalla(generated(1, rows=3, columns=3), Path("none.json"))


def test_maps_of_the_field_are_read_with_their_one_ways_and_answered_exactly(shared: Path) -> None:
    town = read_roads(shared / "data/roads/liechtenstein.osm.pbf")
    assert town.credit == "© OpenStreetMap contributors"
    assert town.main.sum() > 0.8 * len(town)
    back = set(zip(town.heads.tolist(), town.tails.tolist(), strict=True))
    single = [
        pair
        for pair in zip(town.tails.tolist(), town.heads.tolist(), strict=True)
        if pair not in back
    ]
    assert 0 < len(single) < town.arcs / 4
    vaduz = town.snap(47.1410, 9.5209)
    assert vaduz.metres < 100
    city = read_roads(shared / "data/roads/auckland_roads.zip")
    assert (len(city), city.arcs) == (54_370, 90_638)
    city.prepare(12)
    some = np.random.default_rng(1).integers(0, len(city), 300)
    expected = ByScipy(city, 12).table(some[:12], some)
    assert np.array_equal(city.times(12).table(some[:12], some), expected)


def test_without_numba_the_same_questions_have_the_same_answers() -> None:
    asked = (
        "import sys\n"
        "if sys.argv[1] == 'without': sys.modules['numba'] = None\n"
        "from commonward.core.plans.roads import generated\n"
        "from commonward.core.plans.dispatching import Call, Fleet, Need, Rules, Unit\n"
        "assert 'numba' not in sys.modules or sys.modules['numba'] is None\n"
        "graph = generated(7, rows=9, columns=9)\n"
        "assert graph.prepare() == (sys.argv[1] == 'with')\n"
        "units = [Unit(k, k * 2, 'abc'[k % 3], 'car', crew=k % 4, station='st'[k % 2],\n"
        "              status=('free', 'free', 'busy')[k % 3 if k % 2 else 0]) for k in range(33)]\n"
        "fleet = Fleet(graph, units, Rules(stations={'s': 3, 't': 70}, keeps={('s', 'a', 'car'): 4}))\n"
        "fleet.move(5, 60)\n"
        "print(fleet.recommend(40, [Need('a', 'car', 3, crew=2), Need('', 'car', 2)]))\n"
        "calls = [Call(p, (Need('b', 'car', 2), Need('', 'car')), weight=1 + p % 3)\n"
        "         for p in range(0, 60, 7)]\n"
        "print(fleet.choose_together(calls).chosen)\n"
        "print(graph.times().table([1, 2], [3, 4]).tolist())\n"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", asked, how], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for how in ("with", "without")
    ]
    assert told[0] == told[1]
    assert "Pick(" in told[0]
