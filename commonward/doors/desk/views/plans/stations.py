"""Stations that planners propose, before the administrators who decide on them."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_
from commonward.doors.desk.views.admin.doing import Deed, administer, done, text
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.stationing import decide_stations, end_stations
from commonward.response.models import StationPlan
from commonward.response.queries.fleet import names
from commonward.response.queries.stations import stations_for

STATES: Mapping[str, str] = {
    "proposed": N_("Waits for a decision"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "ended": N_("Ended"),
}
_PARTS: Mapping[str, str] = {
    "whole": N_("The whole day"),
    "day": N_("By day"),
    "night": N_("By night"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def admin_stations(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Proposals with all that they would move, and the decision."""

    def shown() -> Mapping[str, Any]:
        rows = stations_for(standing.actor)
        units = names([post[0] for row in rows for posts in row.posts.values() for post in posts])
        return {"rows": [_card(row, units) for row in rows]}

    def accept(asked: HttpRequest, who: Standing) -> str:
        decide_stations(text(asked, "code"), True, who.actor, who.at)
        done(asked, _("Accepted: the stations move at the moment that was named."))
        return reverse("desk:admin_stations")

    def decline(asked: HttpRequest, who: Standing) -> str:
        decide_stations(text(asked, "code"), False, who.actor, who.at)
        done(asked, _("Declined: nothing moves."))
        return reverse("desk:admin_stations")

    def end(asked: HttpRequest, who: Standing) -> str:
        end_stations(text(asked, "code"), who.actor, who.at)
        done(asked, _("Ended: the units' stations are where they were before."))
        return reverse("desk:admin_stations")

    deeds: dict[str, Deed] = {"accept": accept, "decline": decline, "end": end}
    return administer(request, standing, "desk/admin/stations.html", shown, deeds)


def state_of(row: StationPlan) -> str:
    """In words."""
    return _(STATES[row.state])


def _card(row: StationPlan, units: Mapping[int, Any]) -> dict[str, Any]:
    return {
        "row": row,
        "state": state_of(row),
        "parts": [
            {
                "name": _(_PARTS[part]),
                "posts": [
                    {
                        "unit": named(units[unit].radio_name, units[unit].radio_name_en),
                        "station": station,
                        "lat": f"{lat:.5f}",
                        "lon": f"{lon:.5f}",
                    }
                    for unit, lat, lon, station in posts
                    if unit in units
                ],
            }
            for part, posts in row.posts.items()
        ],
    }
