"""Planned stations for who decides on them and for the plan that they came from."""

from collections.abc import Sequence

from commonward.areas.queries.paths import paths_of
from commonward.core.rights import Actor, Right
from commonward.people.access import may_administer
from commonward.response.models import StationPlan

_UNIT = Right(role="unit")


def stations_for(actor: Actor, most: int = 100) -> Sequence[StationPlan]:
    """The newest ones of the areas that this administrator has, those that wait first."""
    rows = StationPlan.objects.select_related("proposed_by", "decided_by").order_by("-pk")[:most]
    found = [
        row
        for row in rows
        if may_administer(actor, "set_unit", _UNIT, paths_of(row.area)[-1] if row.area else "")
    ]
    return sorted(found, key=lambda row: row.state != "proposed")


def stations_of(plan: str) -> Sequence[StationPlan]:
    """What became of a plan's posts, the newest first; the caller has looked the plan up."""
    return list(StationPlan.objects.filter(plan=plan).order_by("-pk"))
