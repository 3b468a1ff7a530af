"""Give the site its road graph (路网): read once from a map, kept as a file, prepared beforehand."""

import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from commonward.core.geo import to_wgs84
from commonward.response.queries.roads import graph_file, labels_folder

PREPARED_FROM = 20_000
"""Smaller graphs are answered by scipy within milliseconds: their labels are not worked out."""


def adopt_road_graph(path: Path, *, gcj02: bool = False, watch: Any | None = None) -> Any:
    """Make the road graph of a file (.osm.pbf, GeoJSON lines and others) the site's; returns it.

    Processes that run take it up by themselves. A large one is prepared for each table of its day,
    seconds to minutes of compute, which `watch` may follow. Raises Invalid.
    """
    roads = importlib.import_module("commonward.core.plans.roads")
    graph = roads.read_roads(path)
    if gcj02:
        lon, lat = to_wgs84(graph.lon, graph.lat)
        graph = replace(graph, lat=lat, lon=lon, _kept={})
    folder = labels_folder()
    if len(graph) >= PREPARED_FROM:
        for hour in sorted({graph.profile.hours.index(table) for table in graph.profile.hours}):
            graph.prepare(hour, watch, folder)
    graph.save(graph_file())
    for old in folder.glob("*.labels.npz"):
        if not old.name.startswith(graph.hash[:16]):
            old.unlink(missing_ok=True)
    return graph
