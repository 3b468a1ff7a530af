"""Places where disputes come again: where mediators go to look before the next one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commonward.core.recurring import K
from commonward.disputes.queries.places import (
    MAY_SEE,
    MOST,
    RecurringPlace,
    counted_until,
    recurring_places,
)
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.disputes import wording
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff


@require_safe
@for_staff(*MAY_SEE)
def places(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The list, most disputes first; figures only, in steps of five."""
    at = timezone.localtime(standing.at)
    rows = [_shown(one) for one in recurring_places(standing.actor, at)]
    context = {
        "rows": rows,
        "points": any(row["point"] for row in rows),
        "until": counted_until(at),
        "k": K,
        "most": MOST,
    }
    return desk_page(request, standing, "desk/disputes/places.html", context)


def _shown(one: RecurringPlace) -> dict[str, Any]:
    return {
        "place": " › ".join(named(area.name, area.name_en) for area in one.areas),
        "point": "" if one.lat is None else f"{one.lat:.5f}, {one.lon:.5f}",
        "kind": wording.kind(one.kind) if one.kind else "",
        "at_least": one.at_least,
    }
