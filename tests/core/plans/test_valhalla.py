"""Valhalla behind the interface of travel times, on a real map; where it is installed."""

import importlib
import importlib.util
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from commonward.core.plans.roads import ByValhalla, RoadGraph, read_roads

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("valhalla") is None,
    reason="pyvalhalla is not installed: pip install pyvalhalla-weekly (or pyvalhalla) to run this",
)


@pytest.fixture
def by_valhalla(shared: Path, tmp_path: Path) -> ByValhalla:
    """Valhalla's tiles of the map of central Helsinki, and our graph of the same file."""
    pytest.importorskip("osmium", reason="reading .osm.pbf needs the package osmium")
    valhalla = importlib.import_module("valhalla")
    source = shared / "data" / "roads" / "helsinki_centre.osm.pbf"
    tiles, configuration = tmp_path / "tiles", tmp_path / "valhalla.json"
    tiles.mkdir()
    told = valhalla.get_config(tile_dir=str(tiles), tile_extract="", verbose=False)
    configuration.write_text(json.dumps(told))
    build = Path(str(valhalla.__file__)).parent / "bin" / "valhalla_build_tiles"
    subprocess.run(
        [str(build), "-c", str(configuration), str(source)], check=True, capture_output=True
    )
    return ByValhalla(read_roads(source), configuration)


def test_valhalla_answers_as_the_interface_says_and_much_like_our_own_graph(
    by_valhalla: ByValhalla,
) -> None:
    graph: RoadGraph = by_valhalla.graph
    chance = np.random.default_rng(1)
    sources, targets = (chance.choice(np.flatnonzero(graph.main), n) for n in (12, 9))
    table = by_valhalla.table(sources, targets)
    assert table.shape == (12, 9)
    assert np.array_equal(by_valhalla.to_place(sources, int(targets[0])), table[:, 0])
    assert np.array_equal(by_valhalla.from_place(int(sources[0]), targets), table[0])
    # Its costs are its own; but far is far for both.
    both = np.isfinite(table)
    assert both.mean() > 0.8
    own = graph.times(12).table(sources, targets)
    assert np.corrcoef(table[both], own[both])[0, 1] > 0.8
    assert 0.7 < np.median(table[both] / own[both]) < 1.6
