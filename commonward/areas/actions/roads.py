"""The roads under the map: one file in the site's folder, replaced as a whole."""

from pathlib import Path

from django.db import transaction

from commonward.areas.actions.revisions import bump
from commonward.areas.queries.roads import roads_file
from commonward.core import roads


def import_roads(path: Path, *, credit: str = "", gcj02: bool = False) -> roads.Roads:
    """Take the roads of a file (道路) in place of the earlier ones; returns them.

    `credit` is whom the map thanks (for an OpenStreetMap extract known by itself). Raises Invalid.
    """
    found = roads.read(path, credit=credit, gcj02=gcj02)
    with transaction.atomic():
        found.save(roads_file())
        bump("roads")
    return found
