"""Where a unit is, sent by its own page while it is on duty."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.desk.views.response.board import degrees
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.reporting import MOST_AT_ONCE, Fix, report_own_positions

LONGEST = 100 * MOST_AT_ONCE
"""Characters of so many places as JSON."""


@require_POST
@for_staff("unit")
def position(request: HttpRequest, standing: Standing) -> HttpResponse:
    """One place (`lat`, `lon`), or those of a time without a network (`positions`, JSON: a list of
    [lat, lon, seconds ago]); off duty it is refused."""
    try:
        fixes = _fixes(request)
        _unit, taken = report_own_positions(fixes, standing.actor, standing.at)
    except Refusal as refusal:
        return JsonResponse({"refused": error_of(refusal)["text"]}, status=422)
    return JsonResponse({"kept": True, "taken": taken})


def _fixes(request: HttpRequest) -> list[Fix]:
    several = request.POST.get("positions", "")
    if several:
        return _read(several)
    lat, lon = degrees(request, "lat"), degrees(request, "lon")
    if lat is None or lon is None:
        raise Invalid(N_("Give the position in degrees, such as 27.805 and 113.105."), field="lat")
    return [Fix(lat, lon)]


def _read(several: str) -> list[Fix]:
    wrong = Invalid(
        N_("Send positions as a list of [latitude, longitude, seconds ago]."), field="positions"
    )
    if len(several) > LONGEST:
        raise wrong
    try:
        rows: Any = json.loads(several)
        return [Fix(*(_number(value) for value in row)) for row in rows]
    except (ValueError, TypeError, RecursionError):
        raise wrong from None


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError
    return float(given)
