"""Moves to other stations that stand, and those that would help now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from commonward.response.actions.reckoning import Standing, move_told, standing
from commonward.response.models import MoveUp, Unit

LEAST = 0.03
"""A move that adds less than this share of places to its force's cover is not proposed."""
MOST = 5


def move_ups() -> Sequence[MoveUp]:
    """The moves that are not over, the newest first (1 query)."""
    rows = MoveUp.objects.filter(over_at=None).select_related("unit", "incident__case")
    return list(rows.order_by("-ordered_at", "-pk"))


def move_up_of(unit: Unit) -> MoveUp | None:
    """Where a unit was told to wait, if anywhere (1 query)."""
    return MoveUp.objects.filter(unit=unit, over_at=None).select_related("by").first()


def proposed(at: datetime, stands: Standing | None = None) -> Sequence[Mapping[str, Any]]:
    """The moves that would add most cover with the units as they stand, at most five; none without
    roads, and none of units that are under way already."""
    stands = stands or standing(at)
    if stands.graph is None:
        return []
    moving = set(MoveUp.objects.filter(over_at=None).values_list("unit_id", flat=True))
    # A unit in a drill is taken for a call, but not for waiting elsewhere.
    with stands.fleet(drill=True) as fleet:
        found = fleet.move_ups(least=LEAST)
    return [move_told(one) for one in found if one.unit not in moving][:MOST]
