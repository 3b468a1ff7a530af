"""Incidents handed to another centre and from it, as that centre's people see them (移交)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.board import degrees
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.calling import Called
from commonward.response.actions.ending import (
    receive_hand_over,
    return_hand_over,
    take_from_centre,
)
from commonward.response.actions.sealing import unseal_data
from commonward.response.queries.incidents import inbox


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

    def handed(asked: HttpRequest, who: Standing) -> str:
        team = next(iter(sorted(who.actor.teams)), None)
        if team is None:
            raise Invalid(N_("You do not belong to that office."), field="reference")
        made = take_from_centre(
            Called(
                kind=text(asked, "kind"), source="centre", words=text(asked, "words"),
                callback=text(asked, "callback"), place=text(asked, "place"),
                lat=degrees(asked, "lat"), lon=degrees(asked, "lon"),
                graded=False, drill=bool(text(asked, "drill")),
            ),
            text(asked, "reference"), who.actor, who.at, team=team,
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
        {"receive": received, "return": returned, "hand": handed},
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
