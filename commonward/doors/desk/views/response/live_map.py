"""The live map (实时地图): units on duty, open incidents, and how far the free units reach.

The page says in a table what the map shows, and works without it. Of a unit it tells the radio
name, its force, what it does and since when; there is nobody on it.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.areas.queries.places import locate
from commonward.areas.queries.tree import chain
from commonward.core.refusals import Invalid
from commonward.core.urgent.nearest import SPEED_KMH
from commonward.core.urgent.words import AGENCIES
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.response import map_signs, wording
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.access import COORDINATES
from commonward.response.queries.on_map import (
    STATUSES,
    Picture,
    Sight,
    UnitOnMap,
    picture,
    sight_of,
)
from commonward.response.queries.reaching import MINUTES, Reach, reach

ROWS = 100
"""Units on one page of the table; more are a page further."""
WITHIN = 5


@require_safe
@for_staff(*COORDINATES)
def live_map(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The page: the map where there is JavaScript, the table and the figure always."""
    sight, seen = _seen(standing)
    given = _given(request)
    found = [
        one
        for one in seen.units.values()
        if (not given["kind"] or one.agency == given["kind"])
        and (not given["status"] or one.status == given["status"])
    ]
    shown, following = _page_of(found, given["after"])
    kinds = wording.kinds(standing.at)
    context = {
        "units": _rows(shown, seen, standing),
        "following": following,
        "total": len(found),
        "on_duty": len(seen.units),
        "free": sum(one.status == "idle" for one in seen.units.values()),
        "incidents": _incidents(seen, dict(kinds)),
        "asked": given,
        "forces": map_signs.forces(),
        "used_forces": [map_signs.force(code) for code in AGENCIES if _on_duty(seen, code)],
        "statuses": map_signs.statuses(),
        "priorities": map_signs.priorities(),
        "minutes": MINUTES,
        "words": map_signs.words(kinds, _texts()),
        "zone": settings.TIME_ZONE,
        "live_here": standing.actor.seen_by is None,
        "query": _query(given),
        **_reach(seen, sight, given),
    }
    return desk_page(request, standing, "desk/response/live_map.html", context)


@require_safe
@for_staff(*COORDINATES)
def now(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Units and incidents as the script draws them (JSON); the stream tells what changes."""
    return _json(_seen(standing)[1].to_data())


@require_safe
@for_staff(*COORDINATES)
def reached(request: HttpRequest, standing: Standing) -> HttpResponse:
    """How far the free units reach (JSON): `ground` is GeoJSON, `words` what the page says of it."""
    sight, seen = _seen(standing)
    told = _reach(seen, sight, _given(request))
    found: Reach | None = told["reach"]
    return _json(
        {
            "ground": None if found is None else json.loads(found.ground),
            "words": [told["share"], *told["said"]] if told["share"] else told["said"],
        }
    )


def _seen(standing: Standing) -> tuple[Sight, Picture]:
    sight = sight_of(standing.actor) or Sight(())
    return sight, picture(standing.at).for_sight(sight)


def _given(request: HttpRequest) -> dict[str, Any]:
    """What was asked for; what is not known counts as not asked."""
    get = request.GET.get
    minutes, after = get("minutes", ""), get("after", "")
    return {
        "kind": get("kind", "") if get("kind", "") in AGENCIES else "",
        "status": get("status", "") if get("status", "") in STATUSES else "",
        "force": get("force", "") if get("force", "") in AGENCIES else "",
        "minutes": next((m for m in MINUTES if str(m) == minutes), WITHIN),
        "after": int(after) if after.isdecimal() and len(after) < 19 else 0,
    }


def _query(given: dict[str, Any]) -> str:
    return "&".join(
        f"{name}={given[name]}" for name in ("kind", "status", "force", "minutes") if given[name]
    )


def _page_of(found: Sequence[UnitOnMap], after: int) -> tuple[Sequence[UnitOnMap], int]:
    """The rows after a unit, and after which one the next page begins (0: there is none)."""
    begin = next((n + 1 for n, one in enumerate(found) if one.id == after), 0)
    shown = found[begin : begin + ROWS]
    return shown, shown[-1].id if len(found) > begin + ROWS else 0


def _on_duty(seen: Picture, agency: str) -> bool:
    return any(one.agency == agency for one in seen.units.values())


def _rows(shown: Sequence[UnitOnMap], seen: Picture, standing: Standing) -> list[dict[str, Any]]:
    codes = [
        locate(one.lat, one.lon, at=standing.at, border_metres=0, revisions=seen.marks).code
        for one in shown
    ]
    today = timezone.localdate(standing.at)
    places = {p.code: p for p in chain("/".join(sorted(set(codes) - {""})), standing.at)}
    return [
        {
            "one": one,
            "radio": named(one.radio, one.radio_en),
            "force": map_signs.force(one.agency),
            "status": map_signs.status(one.status),
            "today": timezone.localdate(one.since) == today,
            "place": named(places[code].name, places[code].name_en) if code in places else "",
        }
        for one, code in zip(shown, codes, strict=True)
    ]


def _incidents(seen: Picture, kinds: dict[str, str]) -> list[dict[str, Any]]:
    order = {"critical": 0, "urgent": 1, "routine": 2}
    rows = sorted(seen.incidents.values(), key=lambda one: order.get(one.priority, 3))
    return [
        {
            "one": one,
            "kind": kinds.get(one.kind, one.kind),
            "priority": wording.priority(one.priority),
        }
        for one in rows
    ]


def _reach(seen: Picture, sight: Sight, given: dict[str, Any]) -> dict[str, Any]:
    """How far the free units reach, in words: the share, and by what it was counted."""
    try:
        found = reach(seen, sight, given["force"], given["minutes"])
    except Invalid as refusal:
        return {"reach": None, "share": "", "said": [error_of(refusal)["text"]]}
    if not found.units:
        return {"reach": found, "share": "", "said": [_("No unit of it is free.")]}
    local = timezone.localtime(found.at)
    percent = None if found.share is None else round(100 * found.share)
    if found.method == "road":
        share = _("{share} of the streets are within {minutes} minutes of a free unit.")
        how = _("By road, with the travel times of {hour}:00 to {next}:00.").format(
            hour=local.hour, next=local.hour + 1
        )
    else:
        share = _("{share} of the ground is within {minutes} minutes of a free unit.")
        how = _(
            "By the straight line at {speed} km/h, because this site has no road graph: real"
            " journeys take longer."
        ).format(speed=round(SPEED_KMH))
    said = [how, _("As of {time}.").format(time=f"{local:%H:%M}")]
    if found.credit:
        said.append(found.credit)
    return {
        "reach": found,
        "share": ""
        if percent is None
        else share.format(share=f"{percent} %", minutes=found.minutes),
        "said": said,
    }


def _texts() -> dict[str, str]:
    return {
        "since": _("since {time}"),
        "drill": _("DRILL"),
        "drill_letter": _("D"),
        "at_station": _("counted at its station"),
        "place_told": _("place told at {time}"),
        "incident": reverse("desk:incident", args=["NUMBER"]),
    }


def _json(told: dict[str, Any]) -> HttpResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})
