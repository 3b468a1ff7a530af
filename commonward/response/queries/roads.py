"""The road graph that the site has read in, kept in memory until its file changes."""

import importlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

GRAPH, LABELS = "road-graph.npz", "road-labels"


def graph_file() -> Path:
    """Where the site's road graph lies: `COMMONWARD_ROAD_GRAPH`, or the installation's folder."""
    return Path(settings.ROAD_GRAPH) if settings.ROAD_GRAPH else Path(settings.VAR) / GRAPH


def labels_folder() -> Path:
    """Where what was worked out of the graph beforehand is kept, beside it."""
    return graph_file().parent / LABELS


def road_graph() -> Any | None:
    """The graph of the site (`roads graph FILE` makes it); None where it has none.

    Raises Invalid for a file that is no road graph, or where the one named in the settings is not
    there: a wrong answer would be worse than none.
    """
    path = graph_file()
    if not path.exists():
        if not settings.ROAD_GRAPH:
            return None
        return _read(path, 0)
    return _read(path, path.stat().st_mtime_ns)


def ready_for(graph: Any, hour: int) -> None:
    """Take up the labels of this hour where they were worked out beforehand (a fraction of a
    second, once for each process); where they were not, the graph answers by scipy."""
    if graph.labels(hour) is None:
        kept = f"{graph.hash[:16]}-{graph.table_at(hour)}.labels.npz"
        if (labels_folder() / kept).exists():
            graph.prepare(hour, folder=labels_folder())


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int) -> Any:
    return importlib.import_module("commonward.core.plans.roads").RoadGraph.load(path)
