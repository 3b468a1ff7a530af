"""The explorer at the counter and on the telephone: the questions of the portal, asked aloud."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.refusals import Invalid, Missing
from commonward.disputes.actions.registering import MAY_REGISTER
from commonward.disputes.queries.exploring import current_explorer
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.exploring import answers_of, letter_of, letter_shown, walked
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff

DOOR = "desk"


@require_safe
@for_staff(*MAY_REGISTER)
def explorer(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The question, the gate or the ways after the answers in the address."""
    current = current_explorer(standing.at).explorer
    status = 200
    try:
        context = walked(current, answers_of(request.GET), DOOR)
    except Invalid as refusal:
        context, status = walked(current, (), DOOR) | {"error": error_of(refusal)}, 422
    context |= {
        "register": reverse("desk:dispute_new"),
        "register_words": _("Register the dispute"),
    }
    return desk_page(request, standing, "desk/disputes/explorer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*MAY_REGISTER)
def letter(request: HttpRequest, standing: Standing, letter: str) -> HttpResponse:
    """A letter to print for somebody at the counter; what is typed is kept nowhere."""
    try:
        found = letter_of(current_explorer(standing.at).explorer, letter)
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    given = request.POST.dict() if request.method == "POST" else None
    context = letter_shown(found, answers_of(request.GET), given, DOOR)
    return desk_page(request, standing, "desk/disputes/letter.html", context)
