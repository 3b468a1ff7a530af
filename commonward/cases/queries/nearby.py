"""Open cases that are perhaps the same problem."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.cases.access import seen_by
from commonward.cases.models import Case
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.lists import planned
from commonward.cases.queries.reference import book
from commonward.core.geo import metres_between, metres_per_degree
from commonward.core.rights import Actor
from commonward.people.queries import revisions as read_revisions

MOST = 20
_LOOKED_AT = 500
"""Of cases in the square around a place, the newest; one spot has never that many problems."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A case near by, and how far away it is."""

    line: CaseLine
    metres: float


def similar(
    actor: Actor, category: str, lat: float, lon: float, at: datetime
) -> tuple[Similar, ...]:
    """The open cases of this category (疑似重复) within its `near_metres` and opened within its
    `near_hours`, nearest first, at most 20; only those that the actor may see. Raises Invalid
    for an unknown category.
    """
    marks = read_revisions()
    facts = book(marks).category(category)
    per_lon, per_lat = metres_per_degree(lat)
    high, wide = facts.near_metres / per_lat, facts.near_metres / max(per_lon, 1e-6)
    with planned():
        near = (
            Case.objects.filter(seen_by(actor, marks))
            .filter(
                category_id=facts.id,
                is_open=True,
                opened_at__gte=at - timedelta(hours=facts.near_hours),
                opened_at__lte=at,
                lat__range=(lat - high, lat + high),
                lon__range=(lon - wide, lon + wide),
            )
            .order_by("-opened_at", "-id")
            .values_list("pk", "lat", "lon")[:_LOOKED_AT]
        )
        away = {
            pk: metres_between(lat, lon, y, x)
            for pk, y, x in near
            if y is not None and x is not None
        }
    nearest = sorted((m, pk) for pk, m in away.items() if m <= facts.near_metres)[:MOST]
    shown = lines([pk for _, pk in nearest], at, marks)
    return tuple(Similar(line, away[line.id]) for line in shown)
