"""Hand-overs of a dispute, and the inbox of a partner office (移交、司法确认、协作单位收件箱)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.confirmation import CHECKS, RULINGS
from commonward.core.disputes import PARTNERS
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.disputes.access import dispute_for
from commonward.disputes.actions.handing import (
    ANSWERS,
    CONFIRMATION,
    PARTNER_POSTS,
    confirmation_defects,
    hand_on,
    prepare_confirmation,
    receive,
    reply,
    send_confirmation,
)
from commonward.disputes.models import Dispute, HandOver
from commonward.disputes.queries.handing import HandOverLine, inbox, of_dispute, package_of
from commonward.doors.desk import sheets, wording
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import team_by_code, teams_on

_STATES = {
    "prepared": N_("being prepared"),
    "sent": N_("sent, no receipt yet"),
    "received": N_("received"),
    "defects": N_("sent back: something is lacking"),
    "answered": N_("answered"),
    "withdrawn": N_("withdrawn"),
}
_ANSWERS = {
    **RULINGS,
    "defects": N_("something is lacking"),
    "returned": N_("returned to mediation"),
    "ended": N_("ended there"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator")
def handovers(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Where it was handed on to, and the application for judicial confirmation."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
        of_dispute(found, standing.actor)
    except Missing as missing:
        return nothing(request, standing, missing)
    except Forbidden as no:
        return nothing(request, standing, Missing(no.text, **no.values))
    case = found.case.number
    here = reverse("desk:dispute_handovers", args=[case])

    def on(asked: HttpRequest, who: Standing) -> str:
        team = team_by_code(text(asked, "team")).pk
        hand_on(case, text(asked, "what"), team, text(asked, "reason"), who.actor, who.at)
        done(asked, _("Handed on. The talks wait until the answer comes."))
        return here

    def prepare(asked: HttpRequest, who: Standing) -> str:
        team = team_by_code(text(asked, "team")).pk
        checks = {code: bool(text(asked, f"check_{code}")) for code in CHECKS}
        _made, lacking = prepare_confirmation(case, team, checks, who.actor, who.at)
        done(asked, _("Nothing is lacking.") if not lacking else _("Kept; something is lacking."))
        return here

    def send(asked: HttpRequest, who: Standing) -> str:
        send_confirmation(case, who.actor, who.at)
        done(asked, _("Sent to the court."))
        return here

    return administer(
        request,
        standing,
        "desk/disputes/handovers.html",
        lambda: _page(found, standing),
        {"hand_on": on, "prepare": prepare, "send": send},
    )


def _page(found: Dispute, standing: Standing) -> dict[str, Any]:
    found.case.refresh_from_db()
    prepared = HandOver.objects.filter(
        dispute=found, what=CONFIRMATION, state__in=["prepared", "defects"]
    ).first()
    checks = prepared.checks if prepared is not None else {}
    partners = [
        (t.code, named(t.name, t.name_en)) for t in teams_on(standing.at) if t.kind == "partner"
    ]
    lines = of_dispute(found, standing.actor)
    # One that lies with the court, or was confirmed, is not asked for a second time.
    asked = any(
        line.what == CONFIRMATION
        and (line.state in ("sent", "received") or line.answer == "confirmed")
        for line in lines
    )
    return {
        **head_of(found, standing),
        "lines": [_line(line) for line in lines],
        "partners": partners,
        "whats": [(k, named(zh, _(en))) for k, (zh, en) in PARTNERS.items() if k != CONFIRMATION],
        "confirms": not asked and found.case.stage in ("perform", "follow", "closed"),
        "hands_on": found.case.stage in ("register", "invite", "choose")
        or found.case.stage.startswith("at_"),
        "checks": [(code, _(told), bool(checks.get(code))) for code, told in CHECKS.items()],
        "prepared": prepared,
        "lacking": [_(d.words) for d in confirmation_defects(found, checks, standing.at)]
        if prepared is not None
        else [],
    }


def _line(line: HandOverLine) -> dict[str, Any]:
    zh, en = PARTNERS[line.what]
    return {
        "line": line,
        "what": named(zh, _(en)),
        "team": named(line.team, line.team_en),
        "state": wording.word(_STATES, line.state),
        "answer": wording.word(_ANSWERS, line.answer) if line.answer else "",
        "outcome": wording.word(wording.OUTCOMES, line.outcome) if line.outcome else "",
        "answers": [
            (code, wording.word(_ANSWERS, code))
            for code in ((*RULINGS, "defects") if line.what == CONFIRMATION else ANSWERS)
        ],
        "asks": line.direction == "out" and line.state in ("sent", "received"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*PARTNER_POSTS)
def box(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What lies with this person's office: receipt, answer, and the court's papers."""
    here = reverse("desk:handover_box")

    def received(asked: HttpRequest, who: Standing) -> str:
        receive(text(asked, "number"), who.actor, who.at, reference=text(asked, "reference"))
        done(asked, _("The receipt is given."))
        return here

    def answered(asked: HttpRequest, who: Standing) -> str:
        reply(
            text(asked, "number"), text(asked, "answer"), who.actor, who.at,
            words=text(asked, "words"),
        )  # fmt: skip
        done(asked, _("The answer is given."))
        return here

    return administer(
        request,
        standing,
        "desk/disputes/box.html",
        lambda: {"lines": [_line(line) for line in inbox(standing.actor)]},
        {"receive": received, "answer": answered},
    )


@require_safe
@for_staff(*PARTNER_POSTS)
def package(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The papers of an application, for the court that they were sent to."""
    try:
        pdf = package_of(number, standing.actor)
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    return response
