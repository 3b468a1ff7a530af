"""Where the project of a review lies, in words for who sees no map: areas, size, a position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely

from commonward.areas.queries.drawn import Drawn, drawn_in
from commonward.core import geo
from commonward.core.risk.outline import Outline, shape_of
from commonward.people.queries import revisions

LEVELS: Sequence[Sequence[str]] = (("community",), ("street",), ("district",))
"""Areas are named at the lowest level at which they are few."""
MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A point or an outline; `areas` in force that it lies in or reaches into."""

    outline: Outline
    areas: Sequence[Drawn]
    more: int
    """How many areas are not named."""
    square_metres: float
    """0 for a point."""
    lat: float
    lon: float
    """A point well inside."""


def place_of(outline: Mapping[str, object] | None, at: datetime) -> Place | None:
    """Where a review's project lies; None where nobody said."""
    if outline is None:
        return None
    shape = shape_of(outline)
    inside = shapely.point_on_surface(shape)
    found: list[Drawn] = []
    marks = revisions()
    for levels in LEVELS:
        found = [
            one for one in drawn_in(shape.bounds, levels, at, marks) if _reaches(one.outline, shape)
        ]
        if 0 < len(found) <= MOST_NAMED:
            break
    return Place(
        outline, found[:MOST_NAMED], max(0, len(found) - MOST_NAMED), geo.square_metres(shape),
        inside.y, inside.x,
    )  # fmt: skip


def _reaches(area: Any, shape: Any) -> bool:
    """A neighbour that only shares a border with the outline is not named."""
    return bool(shapely.intersects(area, shape) and not shapely.touches(area, shape))
