"""Put a page of the desk together: the shared look, and the ways that this person's post opens."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.doors.desk.alarms import first_shown
from commonward.doors.desk.navigation import FIRST, WAYS
from commonward.doors.look.showing import page
from commonward.doors.look.standing import Standing


def desk_page(
    request: HttpRequest,
    standing: Standing,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the desk; private, because it may show somebody's words."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    known = ways_of(standing)
    open_to = {way["address"] for way in known}
    above = {way["address"]: way["below"] for way in known if way["below"] in open_to}
    while here in above:
        here = above[here]
    ways: list[dict[str, Any]] = [
        {**way, "here": way["address"] == here, "first": place < FIRST}
        for place, way in enumerate(way for way in known if way["address"] not in above)
    ]
    folded = ways[FIRST:]
    shared = {
        "ways": ways,
        "more_ways": bool(folded),
        "more_here": any(way["here"] for way in folded),
        "me": standing.actor,
        "now": standing.at,
        "read_first": first_shown(standing),
    }
    return page(request, template, {**shared, **(context or {})}, status=status, private=True)


def ways_of(standing: Standing) -> list[dict[str, str]]:
    """The main ways that this person's post opens."""
    return [
        {
            "address": way.address,
            "href": reverse(way.address),
            "text": _(way.text),
            "key": way.key,
            "below": way.below,
        }
        for way in WAYS
        if not way.roles or standing.holds(way.roles)
    ]
