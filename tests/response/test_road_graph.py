"""The site's road graph: made by one command, taken up by those who run, prepared where it is large."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from commonward.core.refusals import Invalid
from commonward.response.actions import roads
from commonward.response.actions.recommending import recommend
from commonward.response.queries.roads import graph_file, labels_folder, ready_for, road_graph
from tests.help import Help


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR, settings.ROAD_GRAPH = tmp_path, ""


def streets(path: Path, lat: float, lon: float) -> Path:
    """Nine streets that cross, over the district."""
    lines = [
        [[lon + 0.004 * (a - 4), lat + 0.004 * (b - 4)] for b in range(9)] for a in range(9)
    ] + [[[lon + 0.004 * (a - 4), lat + 0.004 * (b - 4)] for a in range(9)] for b in range(9)]
    features = [
        {
            "type": "Feature",
            "properties": {"highway": "residential"},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for line in lines
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_one_command_makes_the_graph_by_which_units_are_recommended_from_then_on(
    aid: Help, tmp_path: Path
) -> None:
    number = aid.call().case.number
    assert road_graph() is None
    assert recommend(number, aid.coordinator, aid.later(5)).method == "straight"
    told = StringIO()
    call_command(
        "roads", "graph", str(streets(tmp_path / "a.geojson", *aid.here.inside())), stdout=told
    )
    assert told.getvalue().startswith("81 ") and graph_file() == tmp_path / "road-graph.npz"
    found = recommend(number, aid.coordinator, aid.later(6))
    assert found.method == "road" and found.data["picks"]
    call_command("roads", "graph", str(streets(tmp_path / "b.geojson", 27.9, 113.2)))
    newest = road_graph()
    assert newest is not None and float(newest.lat[0]) == pytest.approx(27.884)


def test_a_large_graph_is_prepared_and_its_labels_are_taken_up(
    aid: Help, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roads, "PREPARED_FROM", 10)
    labels_folder().mkdir()
    (labels_folder() / "of-an-older-graph-0.labels.npz").write_bytes(b"old")
    roads.adopt_road_graph(streets(tmp_path / "a.geojson", *aid.here.inside()))
    graph = road_graph()
    assert graph is not None and graph.labels(12) is None
    kept = sorted(file.name[:16] for file in labels_folder().iterdir())
    assert kept == [graph.hash[:16]] * len(graph.profile.names)
    ready_for(graph, 12)
    assert graph.labels(12) is not None


def test_a_file_that_is_no_map_changes_nothing(tmp_path: Path, settings: Any) -> None:
    wrong = tmp_path / "wrong.geojson"
    wrong.write_text("{}")
    with pytest.raises(CommandError):
        call_command("roads", "graph", str(wrong))
    assert road_graph() is None
    settings.ROAD_GRAPH = str(tmp_path / "named.npz")
    with pytest.raises(Invalid, match="no saved road graph"):
        road_graph()
