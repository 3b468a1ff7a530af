"""What can be done about a dispute: one question a page, anonymous, nothing kept."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.refusals import Invalid, Missing
from commonward.disputes.queries.exploring import current_explorer
from commonward.doors.look.exploring import answers_of, letter_of, letter_shown, walked
from commonward.doors.look.showing import error_of, page
from commonward.doors.portal.views.home import nothing_here
from commonward.people.queries import now as site_now

DOOR = "portal"


@require_safe
def explorer(request: HttpRequest) -> HttpResponse:
    """The question, the gate or the ways after the answers in the address."""
    current = current_explorer(site_now()).explorer
    answers = answers_of(request.GET)
    status = 200
    try:
        context = walked(current, answers, DOOR)
    except Invalid as refusal:
        # Another version came into force on the way, or the address was cut off.
        context, status = walked(current, (), DOOR) | {"error": error_of(refusal)}, 422
    context |= {
        "register": reverse("portal:dispute_register"),
        "register_words": _("Ask for mediation"),
    }
    return page(
        request, "portal/disputes/explorer.html", context, status=status, private=bool(answers)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, letter: str) -> HttpResponse:
    """A letter to fill in and print. What is typed comes back on the page and goes nowhere else."""
    try:
        found = letter_of(current_explorer(site_now()).explorer, letter)
    except Missing:
        return nothing_here(request)
    given = request.POST.dict() if request.method == "POST" else None
    context = letter_shown(found, answers_of(request.GET), given, DOOR)
    return page(request, "portal/disputes/letter.html", context, private=True)
