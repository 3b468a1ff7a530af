"""The larger areas in force, from memory: for lists of choices on every page."""

from collections.abc import Mapping

from commonward.areas.models import Area
from commonward.areas.queries.tree import Place
from commonward.people.queries import InMemory

LEVELS = ("city", "district", "street", "community")
"""Down to the community (社区); grids are too many to choose from and are named by their code."""
MOST = 1_000


def areas_to_choose(marks: Mapping[str, int]) -> tuple[Place, ...]:
    """The areas of `LEVELS` without an end, the largest first (no query while nothing changed)."""
    return _areas.at(marks)


def _load() -> tuple[Place, ...]:
    rows = Area.objects.filter(valid_until=None, level__in=LEVELS).order_by("code")
    found = [
        Place(*row)
        for row in rows.values_list("id", "code", "name", "name_en", "level", "path", "synthetic")
    ]
    found.sort(key=lambda place: (LEVELS.index(place.level), place.code))
    return tuple(found[:MOST])


_areas = InMemory("areas", _load)
