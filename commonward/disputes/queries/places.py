"""Places where disputes come again without being settled: for mediation there, never for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from commonward.areas.queries import chain
from commonward.areas.queries.tree import Place
from commonward.core.disputes import category_of
from commonward.core.recurring import Lying, Recurring, middle, recurring
from commonward.core.rights import Actor
from commonward.disputes.models import Dispute

MOST = 100
"""Places that are told of, those with most disputes."""
MAY_SEE = ("coordinator",)
SETTLED = ("settled_performed", "gated")
"""Results after which nothing is open at that place, or that were never a matter of talks."""


@dataclass(frozen=True, slots=True)
class RecurringPlace:
    """A place with at least so many unsettled disputes that are counted nowhere else.

    `areas` are those around it, the largest first; `lat` and `lon` the middle of the cell of
    about 50 m, None where they lie anywhere in the area; `kind` is "" where there are several.
    """

    areas: Sequence[Place]
    lat: float | None
    lon: float | None
    kind: str
    at_least: int


def counted_until(at: datetime) -> datetime:
    """The beginning of the month: what comes in during it is told of when it is over, so that
    nobody can look every day and see which one came."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def recurring_places(actor: Actor, at: datetime) -> Sequence[RecurringPlace]:
    """The places inside this coordinator's grants, most disputes first; () for anybody else.

    `at` is in the site's zone. Everybody is told the same figures: who has two areas learns no
    more than the two who have one each.
    """
    if not any(right.role in MAY_SEE for right in actor.rights):
        return ()
    until = counted_until(at)
    since = until.replace(year=until.year - 1)
    rows = Dispute.objects.filter(
        Q(ended_at=None) | ~Q(result__in=SETTLED), registered_at__gte=since, registered_at__lt=until
    ).values_list("case__area_path", "place_cell", "kind")
    found = [
        one for one in recurring(Lying(*row) for row in rows.iterator()) if _inside(one, actor)
    ]
    # All areas that are named are read at once: a path is codes, whosever they are.
    codes = sorted({code for one in found[:MOST] for code in one.path.strip("/").split("/")})
    named = {place.code: place for place in chain("/".join(codes), at)} if codes else {}
    return [_told(one, named) for one in found[:MOST]]


def _inside(one: Recurring, actor: Actor) -> bool:
    category = category_of(one.kind) if one.kind else ""
    return bool(actor.roles_for(MAY_SEE, "see", one.path, category))


def _told(one: Recurring, named: Mapping[str, Place]) -> RecurringPlace:
    lat, lon = middle(one.cell) if one.cell else (None, None)
    areas = [named[code] for code in one.path.strip("/").split("/") if code in named]
    return RecurringPlace(areas, lat, lon, one.kind, one.at_least)
