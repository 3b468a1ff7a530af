"""The roads under the map, as they were imported last."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from commonward.core.roads import Roads
from commonward.people.queries import InMemory
from commonward.people.queries import revisions as read_revisions


def roads_file() -> Path:
    """Where they are kept; every machine of a site shares this folder."""
    folder: Path = settings.VAR / "roads"
    return folder / "roads.npz"


def site_roads(revisions: Mapping[str, int] | None = None) -> Roads | None:
    """All of them (about 10 bytes a point in memory), None when none were imported."""
    marks = read_revisions() if revisions is None else revisions
    return _roads.at(marks) if "roads" in marks else None


def _load() -> Roads | None:
    try:
        return Roads.load(roads_file())
    except FileNotFoundError:
        return None


_roads: InMemory[Roads | None] = InMemory("roads", _load)
