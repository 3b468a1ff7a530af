"""Support for whoever was deceived: steps, what was offered, letters to print (事后帮扶)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.queries.reference import book
from commonward.core.refusals import Missing
from commonward.core.urgent.support import offer
from commonward.doors.desk import sheets
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.response.incident import DOOR
from commonward.doors.look.showing import error_of, language, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.access import COORDINATES
from commonward.response.actions.supporting import support_step
from commonward.response.queries.supporting import SupportShown, support_for


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*COORDINATES)
def payment_support(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One support case: whom to call, what to offer, what was said, the next step."""
    try:
        found = support_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return _missing(request, standing, missing)
    case = found.support.case.number

    def step(asked: HttpRequest, who: Standing) -> str:
        support_step(
            case, text(asked, "verb"), who.actor, who.at, words=text(asked, "words"),
            offered=asked.POST.getlist("offered"), relatives=bool(text(asked, "relatives")),
        )  # fmt: skip
        done(asked, _("Noted."))
        return reverse("desk:payment_support", args=[case])

    return administer(
        request,
        standing,
        "desk/response/support.html",
        lambda: _shown(found),
        {"step": step},
    )


def _shown(found: SupportShown) -> dict[str, Any]:
    one = found.support
    procedure = book().procedures[one.case.procedure_id]
    stage = procedure.stages[one.case.stage]
    return {
        "one": one,
        "number": one.case.number,
        "stop": one.stop.case.number,
        "stage": said(stage.title),
        "plain": said(stage.plain),
        "due": one.case.due_at,
        "closed": one.case.closed_at,
        "callback": found.callback,
        "suits": found.suits,
        "notes": [
            (at, said(procedure.verbs[verb].title) if verb in procedure.verbs else verb, words)
            for at, verb, words in found.notes
        ],
        "verbs": [(v.name, said(v.title)) for v in procedure.by_stage[one.case.stage]],
        "aids": [
            {
                "code": aid.code,
                "title": said(aid.title),
                "text": said(aid.text),
                "letter": aid.letter,
                "consent": aid.consent,
                "offered": aid.code in one.offered,
            }
            for aid in offer().aids.values()
        ],
    }


@require_safe
@for_staff(*COORDINATES)
def support_letter(
    request: HttpRequest, standing: Standing, number: str, letter: str
) -> HttpResponse:
    """One letter to print; nothing of a person stands in it but what they write by hand."""
    try:
        found = support_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
        wanted = offer().letter(letter)
    except Missing as missing:
        return _missing(request, standing, missing)
    context = {
        "number": found.support.case.number,
        "title": said(wanted.title),
        "words": wanted.filled(language(), found.support.stop.case.number),
    }
    return desk_page(request, standing, "desk/response/support_letter.html", context)


def _missing(request: HttpRequest, standing: Standing, missing: Missing) -> HttpResponse:
    context = {"error": error_of(missing)}
    return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
