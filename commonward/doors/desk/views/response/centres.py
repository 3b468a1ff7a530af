"""Incidents handed to another centre and from it, as that centre's people see them (移交)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.urgent.handing import MOST_BYTES, unpacked
from commonward.core.urgent.meaning import kind_meant
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.board import degrees
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.calling import Called
from commonward.response.actions.ending import (
    receive_hand_over,
    return_hand_over,
    take_from_centre,
)
from commonward.response.actions.sealing import unseal_data
from commonward.response.queries.cards import cards
from commonward.response.queries.incidents import inbox, package_for


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("partner")
def centre_box(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What lies with this person's centre: its receipt, or giving it back; and handing one over."""
    here = reverse("desk:centre_box")

    def received(asked: HttpRequest, who: Standing) -> str:
        receive_hand_over(text(asked, "number"), text(asked, "reference"), who.actor, who.at)
        done(asked, _("The receipt is given."))
        return here

    def returned(asked: HttpRequest, who: Standing) -> str:
        return_hand_over(text(asked, "number"), who.actor, who.at)
        done(asked, _("Given back."))
        return here

    def filed(asked: HttpRequest, who: Standing) -> str:
        sent = asked.FILES.get("file")
        if sent is None:
            raise Invalid(N_("Choose the file that the other centre made."), field="file")
        found = unpacked(sent.read(MOST_BYTES + 1))
        known = cards(who.at).cards
        made = take_from_centre(
            Called(
                kind=found.kind if found.kind in known else kind_meant(found.words, known),
                source="centre", words=found.words, callback=found.callback, place=found.place,
                lat=found.lat, lon=found.lon, graded=False, drill=found.drill,
            ),
            found.number, who.actor, who.at, team=_own_team(who),
        )  # fmt: skip
        done(asked, _("Taken over; the receipt is {number}.").format(number=made.number))
        return here

    def handed(asked: HttpRequest, who: Standing) -> str:
        made = take_from_centre(
            Called(
                kind=text(asked, "kind"), source="centre", words=text(asked, "words"),
                callback=text(asked, "callback"), place=text(asked, "place"),
                lat=degrees(asked, "lat"), lon=degrees(asked, "lon"),
                graded=False, drill=bool(text(asked, "drill")),
            ),
            text(asked, "reference"), who.actor, who.at, team=_own_team(who),
        )  # fmt: skip
        done(asked, _("Taken over; the receipt is {number}.").format(number=made.number))
        return here

    return administer(
        request,
        standing,
        "desk/response/centres.html",
        lambda: {
            "lines": [_line(one) for one in inbox(standing.actor)],
            "kinds": wording.kinds(standing.at),
        },
        {"receive": received, "return": returned, "hand": handed, "file": filed},
    )


def _own_team(who: Standing) -> int:
    team = next(iter(sorted(who.actor.teams)), None)
    if team is None:
        raise Invalid(N_("You do not belong to that office."), field="reference")
    return team


@require_safe
@for_staff("partner")
def centre_package(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One hand-over as a file with its checksum, for the program of the other centre."""
    try:
        made = package_for(number, standing.actor, standing.at, door="desk")
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    return HttpResponse(
        made,
        content_type="application/json",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="hand-over-{number}.json"',
        },
    )


def _line(one: Any) -> dict[str, Any]:
    ours = one.direction == "out" and one.state in ("sent", "received")
    package = unseal_data(one.incident.case, one.package, f"hand-over {one.number}") if ours else {}
    return {
        "one": one,
        "team": named(one.team.name, one.team.name_en),
        "state": wording.word(wording.HANDED, one.state),
        "asks": one.direction == "out" and one.state == "sent",
        "kind": wording.kind(one.incident) if ours else "",
        "place": package.get("place", ""),
        "calls": package.get("calls", ()),
        "package": json.dumps(package, ensure_ascii=False, indent=1) if package else "",
    }
