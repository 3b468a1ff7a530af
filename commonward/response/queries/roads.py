"""The road graph that the site has read in, kept in memory until its file changes."""

import importlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings


def road_graph() -> Any | None:
    """The graph of `COMMONWARD_ROAD_GRAPH`; None where the site has none.

    Raises Invalid for a file that is no road graph: a wrong answer would be worse than none.
    """
    if not settings.ROAD_GRAPH:
        return None
    path = Path(settings.ROAD_GRAPH)
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int) -> Any:
    return importlib.import_module("commonward.core.plans.roads").RoadGraph.load(path)
