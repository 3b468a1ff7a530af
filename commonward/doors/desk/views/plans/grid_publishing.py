"""Designs of grids on their way into the areas: proposed by planners, published by administrators."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.regridding import rules_naming
from commonward.cases.queries.relocated import relocated
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.areas import told_moves
from commonward.doors.desk.views.admin.doing import Deed, administer, beginning, done, text
from commonward.doors.desk.views.plans.grid_map import overview
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.gridding import (
    foreseen,
    hand_back,
    propose,
    publish,
    take_back,
    withdraw,
)
from commonward.response.queries.grids import Design, design_for, proposal_for, proposals
from commonward.response.queries.plans import PLANS

STATES: Mapping[str, str] = {
    "draft": N_("Draft"),
    "proposed": N_("Waits for an administrator"),
    "published": N_("Published"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*PLANS)
def grids_proposal(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """What publishing would change, and handing the design to the administrators."""
    tried: dict[str, Any] = {}

    def shown() -> Mapping[str, Any]:
        design = design_for(code, standing.actor)
        tomorrow = timezone.localtime(standing.at + timedelta(days=1)).date().isoformat()
        return {
            **_card(design), "since": text(request, "since") or tomorrow, "earliest": tomorrow,
            **tried,
        }  # fmt: skip

    def preview(request: HttpRequest, who: Standing) -> str:
        design = design_for(code, who.actor)
        tried["tried"] = _tried(design, beginning(request, "since"), who.at)
        return ""

    def hand_in(request: HttpRequest, who: Standing) -> str:
        propose(code, beginning(request, "since"), _version(request), who.actor, who.at)
        done(request, _("An administrator of the area sees it now and decides."))
        return reverse("desk:plan_grids_publish", args=[code])

    def take(request: HttpRequest, who: Standing) -> str:
        withdraw(code, _version(request), who.actor, who.at)
        done(request, _("The proposal was taken back; it can be changed again."))
        return reverse("desk:plan_grids_publish", args=[code])

    deeds: dict[str, Deed] = {"preview": preview, "propose": hand_in, "withdraw": take}
    return administer(request, standing, "desk/plans/grids_publish.html", shown, deeds)


@require_safe
@for_staff("administrator")
def admin_grids(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Designs that wait for this administrator, and those published."""
    rows = [
        {"row": one, "state": _(STATES[one.state]), "plan": one.plan}
        for one in proposals(standing.actor)
    ]
    return desk_page(request, standing, "desk/admin/grids.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def admin_grid(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One proposal with all that it would change, and the decision."""

    def shown() -> Mapping[str, Any]:
        design = proposal_for(code, standing.actor)
        row = design.row
        waits = row is not None and row.state == "proposed" and row.since is not None
        coming = row is not None and row.since is not None and row.since > standing.at
        return {
            **_card(design), "map": overview(design), "coming": coming,
            "tried": _tried(design, row.since, standing.at)
            if waits and coming and row is not None and row.since is not None else None,
        }  # fmt: skip

    def bring(request: HttpRequest, who: Standing) -> str:
        publish(code, _version(request), who.actor, who.at)
        done(request, _("The new grids hold from their day on; until then it can be taken back."))
        return reverse("desk:admin_grid", args=[code])

    def back(request: HttpRequest, who: Standing) -> str:
        hand_back(code, _version(request), who.actor, who.at)
        done(request, _("Handed back to the planners."))
        return reverse("desk:admin_grids")

    def revert(request: HttpRequest, who: Standing) -> str:
        take_back(code, _version(request), who.actor, who.at)
        done(request, _("Taken back: today's grids go on as if nothing had been published."))
        return reverse("desk:admin_grids")

    deeds: dict[str, Deed] = {"publish": bring, "hand_back": back, "take_back": revert}
    return administer(request, standing, "desk/admin/grid.html", shown, deeds)


def _card(design: Design) -> dict[str, Any]:
    row = design.row
    state = row.state if row is not None else "draft"
    return {
        "plan": design.plan, "design": row, "state": state, "state_words": _(STATES[state]),
        "version": design.version, "moved": len(design.moves),
        "grids": len(design.village_of), "villages": len(design.given["villages"]),
    }  # fmt: skip


def _tried(design: Design, since: datetime, at: datetime) -> dict[str, Any]:
    """Numbers of a dry run: grids kept, redrawn, new, ended, and cases that would go elsewhere."""
    made = foreseen(design, since, at)
    draft, cases = made.draft, relocated(made.draft, at)
    redrawn = sum(code in draft.before for code in draft.outlines)
    return {
        "since": since, "unchanged": made.unchanged, "redrawn": redrawn,
        "added": len(draft.added), "ended": draft.ended,
        "rules": rules_naming(draft.ended, since),
        "parts": [
            (_("Open cases"), cases.open, told_moves(cases.open)),
            (_("Cases of the last month"), cases.month, told_moves(cases.month)),
        ],
    }  # fmt: skip


def _version(request: HttpRequest) -> int:
    given = text(request, "version")
    if not given.isdecimal() or len(given) > 9:
        raise Invalid(N_("This page does not know that step."), field="version")
    return int(given)
