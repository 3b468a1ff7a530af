"""All open needs together, and moves to other stations: one press each, a person decides."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.response import wording
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.response.access import COORDINATES, has_charge_of
from commonward.response.actions.moving_up import answer_move_up, order_move_up, stop_move_up
from commonward.response.actions.reckoning import standing as standing_of
from commonward.response.actions.together import Share, all_together, order_together
from commonward.response.models import MoveUp, Unit
from commonward.response.queries.fleet import names
from commonward.response.queries.move_ups import move_ups, proposed


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*COORDINATES)
def together(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What to send where for all open incidents, and the moves that would help."""
    here = reverse("desk:incidents_together")

    def order(asked: HttpRequest, who: Standing) -> str:
        units = [int(v) for v in asked.POST.getlist("unit") if v.isdecimal() and len(v) < 12]
        made = order_together(
            sheets.meant(text(asked, "number")), units, who.actor, who.at, key=text(asked, "key")
        )
        done(asked, _("Order {number} was given.").format(number=made.number))
        return here

    def move(asked: HttpRequest, who: Standing) -> str:
        case = text(asked, "number")
        made = order_move_up(
            number(asked, "unit"), text(asked, "station"), who.actor, who.at,
            number=sheets.meant(case) if case else "",
        )  # fmt: skip
        told = _("{unit} was told to wait at {station}.")
        done(asked, told.format(unit=wording.radio(made.unit), station=made.station))
        return _back(asked, case)

    def arrived(asked: HttpRequest, who: Standing) -> str:
        answer_move_up(number(asked, "move"), "arrived", who.actor, who.at)
        return _back(asked, "")

    def stop(asked: HttpRequest, who: Standing) -> str:
        stop_move_up(number(asked, "move"), who.actor, who.at)
        done(asked, _("It need not go there any more."))
        return _back(asked, "")

    return administer(
        request,
        standing,
        "desk/response/together.html",
        lambda: _page(standing),
        {"order": order, "move": move, "arrived": arrived, "stop": stop},
    )


def _back(asked: HttpRequest, case: str) -> str:
    """Where the button stood: an incident's page, the board, or this page."""
    if case:
        return f"{reverse('desk:incident', args=[sheets.meant(case)])}#moves"
    if text(asked, "from") == "board":
        return f"{reverse('desk:incidents')}#moves"
    return reverse("desk:incidents_together")


def _page(standing: Standing) -> dict[str, Any]:
    stands = standing_of(standing.at)
    plan = all_together(standing.actor, standing.at, stands)
    shares = plan.shares if plan else ()
    ids = {unit for share in shares for unit in (*share.units, *share.alone)}
    ids |= {row["unit"] for share in shares for row in share.data["passed"]}
    units = names(sorted(ids))
    return {
        "plan": plan,
        "roads": plan is not None,
        "shares": [_share(one, units) for one in shares],
        "sooner": wording.seconds(max(0, plan.waiting_alone - plan.waiting)) if plan else "",
        "gains": bool(
            plan and (plan.waiting_alone > plan.waiting or plan.missing_alone > plan.missing)
        ),
        "fewer": plan.missing_alone - plan.missing if plan else 0,
        **moves_of(standing, proposed(standing.at, stands)),
    }


def _share(one: Share, units: Mapping[int, Unit]) -> dict[str, Any]:
    return {
        "number": one.incident.case.number,
        "kind": wording.kind(one.incident),
        "priority": wording.priority(one.incident.case.grade),
        "called_at": one.incident.called_at,
        "key": secrets.token_urlsafe(24),
        "picks": [
            {
                "unit": units[row["unit"]],
                "radio": wording.radio(units[row["unit"]]),
                "agency": wording.agency(units[row["unit"]].agency),
                "seconds": wording.seconds(row["seconds"]),
                "why": wording.reasons(row["why"]),
            }
            for row in one.data["picks"]
        ],
        "passed": [
            f"{wording.radio(units[row['unit']])} · {wording.reasons(row['why'])}"
            for row in one.data["passed"]
        ],
        "short": [
            {
                "what": wording.need(
                    {**one.needs[row["need"]].to_data(), "number": row["missing"]}
                ),
                "why": wording.reasons(row["why"]),
            }
            for row in one.data["short"]
        ],
        "differs": one.differs,
        "alone": [wording.radio(units[key]) for key in one.alone],
    }


def moves_of(standing: Standing, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Moves that stand and moves that would help, as a page shows them."""
    units = names([row["unit"] for row in found]) if found else {}
    marks = revisions()
    return {
        "moving": [
            _moving(one)
            for one in move_ups()
            if has_charge_of(one.unit, standing.actor, "order", marks)
        ],
        "moves": [
            {
                "unit": units[row["unit"]],
                "radio": wording.radio(units[row["unit"]]),
                "agency": wording.agency(units[row["unit"]].agency),
                "station": row["station"],
                "seconds": wording.seconds(row["seconds"]),
                "why": wording.reasons(row["why"]),
            }
            for row in found
            if row["unit"] in units
            and has_charge_of(units[row["unit"]], standing.actor, "order", marks)
        ],
    }


def _moving(one: MoveUp) -> dict[str, Any]:
    if one.arrived_at is not None:
        shape, state = "●", _("waits there")
    elif one.acknowledged_at is not None:
        shape, state = "◑", _("on the way there")
    else:
        shape, state = "○", _("told, no answer yet")
    return {
        "one": one,
        "radio": wording.radio(one.unit),
        "shape": shape,
        "state": state,
        "there": one.arrived_at is not None,
    }
