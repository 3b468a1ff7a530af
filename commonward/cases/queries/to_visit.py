"""Where open cases lie, for who plans rounds: places and what kind of problem, nobody's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from commonward.areas.queries.paths import paths_of
from commonward.cases.models import Case

_STAGES = {
    "open": (),
    "verify": ("verify",),
    "check": ("check",),
    "street": ("verify", "check"),
}
WHICH = tuple(_STAGES)
"""All that are open; those to be verified, to be checked, or either on the spot."""


@dataclass(frozen=True, slots=True)
class CasePlace:
    """A place with an open case: its number, its category's name, where it lies, since when."""

    number: str
    category: str
    lat: float
    lon: float
    opened_at: datetime
    urgent: bool
    late: bool


def places_of_cases(
    area: str, category: str, which: str, at: datetime, most: int
) -> Sequence[CasePlace]:
    """Open service matters of an area ("" everywhere) and of categories that begin so, oldest first.

    Disputes, calls for help and petitions are no places to go round: they are left out. 1 query,
    2 where the area's paths are not known yet.
    """
    rows = Case.objects.filter(
        is_open=True, lat__isnull=False, procedure__name="service_matter", joined_to=None
    )
    if area:
        inside = Q(pk__in=())
        for path in paths_of(area):
            inside |= Q(area_path__startswith=path)
        rows = rows.filter(inside)
    if category:
        rows = rows.filter(category__code__startswith=category)
    if _STAGES[which]:
        rows = rows.filter(stage__in=_STAGES[which])
    found = rows.order_by("opened_at", "id").values_list(
        "number", "category__name", "lat", "lon", "opened_at", "grade", "due_at"
    )
    return tuple(
        CasePlace(number, name, lat, lon, opened, grade == "urgent", due is not None and due < at)
        for number, name, lat, lon, opened, grade, due in found[:most]
        if lat is not None and lon is not None
    )
