"""A unit's own page, made for a phone: its order, what it answers, its shift and where it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.board import until_of
from commonward.doors.desk.views.response.incident import DOOR
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.access import incident_for, unit_of
from commonward.response.actions.moving_up import answer_move_up
from commonward.response.actions.ordering import answer, set_free
from commonward.response.actions.units import (
    defects_told,
    go_off_duty,
    go_on_duty,
    note_for_next,
)
from commonward.response.models import Duty, Unit
from commonward.response.queries import incidents as read
from commonward.response.queries.move_ups import move_up_of
from commonward.response.queries.rosters import next_shifts, rostered_until

_NEXT = {"sent": "acknowledged", "acknowledged": "en_route", "en_route": "on_scene"}
_SAYS = {
    "acknowledged": N_("We have it"),
    "en_route": N_("We are on our way"),
    "on_scene": N_("We are there"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("unit")
def own(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The page; whatever it sends may be sent again and happens once."""
    try:
        unit = unit_of(standing.actor)
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    here = reverse("desk:unit_own")

    def say(asked: HttpRequest, who: Standing) -> str:
        answer(number(asked, "assignment"), text(asked, "step"), who.actor, who.at)
        return here

    def free(asked: HttpRequest, who: Standing) -> str:
        why = text(asked, "why")
        if why not in ("done", "cannot"):
            raise Invalid(N_("Say whether it is done, or that you cannot go."), field="why")
        set_free(number(asked, "assignment"), why, who.actor, who.at)
        return here

    def moving(asked: HttpRequest, who: Standing) -> str:
        answer_move_up(number(asked, "move"), text(asked, "step"), who.actor, who.at)
        return here

    def on(asked: HttpRequest, who: Standing) -> str:
        go_on_duty(
            unit.code, until_of(asked, who.at), who.actor, who.at,
            checked=bool(text(asked, "checked")), defects=text(asked, "defects"),
        )  # fmt: skip
        done(asked, _("On duty."))
        return here

    def on_rostered(asked: HttpRequest, who: Standing) -> str:
        until = rostered_until(unit, who.at)
        if until is None:
            raise Invalid(N_("No roster has a shift of this unit now."), field="do")
        go_on_duty(
            unit.code, until, who.actor, who.at,
            checked=bool(text(asked, "checked")), defects=text(asked, "defects"),
        )  # fmt: skip
        done(asked, _("On duty."))
        return here

    def off(asked: HttpRequest, who: Standing) -> str:
        go_off_duty(unit.code, who.actor, who.at, note=text(asked, "note"))
        done(asked, _("Off duty. The last place of the unit is forgotten."))
        return here

    return administer(
        request,
        standing,
        "desk/response/unit.html",
        lambda: _page(unit, standing),
        {
            "moving": moving,
            "answer": say,
            "free": free,
            "on": on,
            "on_rostered": on_rostered,
            "off": off,
        },
    )


def _page(unit: Unit, standing: Standing) -> dict[str, Any]:
    duty = Duty.objects.filter(unit=unit, off_at=None).select_related("unit").first()
    seen = standing.actor.seen_by is None
    held = read.order_of(unit)
    shown: dict[str, Any] = {}
    if held is not None:
        found = incident_for(
            held.order.incident.case.number, standing.actor, standing.at, door=DOOR, what="order"
        )
        following = _NEXT.get(held.step, "")
        calls = read.calls_of(found)
        shown = {
            "held": held,
            "number": found.case.number,
            "kind": wording.kind(found),
            "priority": wording.priority(found.case.grade),
            "place": read.place_of(found),
            "lat": found.lat,
            "lon": found.lon,
            "calls": calls,
            "drill": found.drill,
            "step": wording.step(held.step),
            "next": following,
            "next_words": _(_SAYS[following]) if following else "",
            "others": [
                {"radio": wording.radio(line.unit), "step": wording.step(line.step)}
                for line in read.gathered(found, standing.at).lines
                if line.unit.pk != unit.pk
            ],
        }
    return {
        "unit": unit,
        "radio": wording.radio(unit),
        "agency": wording.agency(unit.agency),
        "duty": duty,
        "move": move_up_of(unit) if held is None else None,
        "defects": defects_told(duty, standing.actor) if duty is not None and seen else "",
        "left_drill": held is not None and read.left_drill(unit, held),
        "rostered_until": rostered_until(unit, standing.at) if duty is None else None,
        "coming": wording.shifts(next_shifts(unit, standing.at)),
        "left_note": note_for_next(unit, standing.actor) if duty is not None and seen else "",
        **shown,
    }
