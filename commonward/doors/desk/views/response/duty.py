"""Shifts of the units of one's area, for who coordinates: on, off, gear, and what was left to say."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.board import until_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.response.access import COORDINATES, has_charge_of
from commonward.response.actions.units import defects_told, go_off_duty, go_on_duty, note_left
from commonward.response.models import Duty, Unit
from commonward.response.queries.fleet import OnDuty, on_duty
from commonward.response.queries.shifts import every_unit, last_shifts, open_shifts


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*COORDINATES)
def on_and_off(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Each unit of this coordinator's area: its shift, vehicles, gear, what is missing (值班)."""
    here = reverse("desk:duty")

    def on(asked: HttpRequest, who: Standing) -> str:
        go_on_duty(
            text(asked, "unit"), until_of(asked, who.at), who.actor, who.at,
            checked=bool(text(asked, "checked")), defects=text(asked, "defects"),
        )  # fmt: skip
        done(asked, _("On duty."))
        return here

    def off(asked: HttpRequest, who: Standing) -> str:
        go_off_duty(text(asked, "unit"), who.actor, who.at, note=text(asked, "note"))
        done(asked, _("Off duty. The last place of the unit is forgotten."))
        return here

    return administer(
        request,
        standing,
        "desk/response/duty.html",
        lambda: _page(standing),
        {"on": on, "off": off},
    )


def _page(standing: Standing) -> dict[str, Any]:
    marks = revisions()
    doing = {one.unit.pk: one for one in on_duty(standing.at)}
    shifts, last = open_shifts(), last_shifts()
    lines = [
        {
            **_line(unit, doing.get(unit.pk), shifts.get(unit.pk)),
            **_told(shifts.get(unit.pk), last.get(unit.pk), standing, marks),
        }
        for unit in every_unit()
        if has_charge_of(unit, standing.actor, "duty", marks)
    ]
    return {
        "on": [line for line in lines if line["shift"] is not None],
        "off": [line for line in lines if line["shift"] is None],
    }


def _told(
    shift: Duty | None, last: Duty | None, standing: Standing, marks: Mapping[str, int]
) -> dict[str, str]:
    """Sealed words of the shifts; to an administrator's borrowed eyes none are opened."""
    if standing.actor.seen_by is not None:
        return {"defects": "", "note": ""}
    actor = standing.actor
    return {
        "defects": defects_told(shift, actor, marks) if shift is not None else "",
        "note": note_left(last, actor, marks) if last is not None else "",
    }


def _line(unit: Unit, doing: OnDuty | None, shift: Duty | None) -> dict[str, Any]:
    return {
        "unit": unit,
        "radio": wording.radio(unit),
        "agency": wording.agency(unit.agency),
        "shift": shift,
        "status": wording.word(wording.STATUS, "drill" if doing.in_drill else doing.status)
        if doing is not None
        else "",
        "held": doing is not None and (doing.in_drill or doing.status == "busy"),
    }
