"""Where a slip of a survey of staff is answered: an address that asks for no sign-in.

Neither slip nor answer stands in an address, so that no log of addresses holds one.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Missing, Refusal
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import named, page
from commonward.people.queries import now
from commonward.programmes.actions.wellbeing import answer_survey
from commonward.programmes.queries.wellbeing import is_open, staff_survey, teams_to_name

CHOICES = range(1, 6)
ENDS = {1: N_("not at all"), 5: N_("fully")}


@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: HttpRequest, staff: str) -> HttpResponse:
    """The questions, answered once with a slip."""
    at = now()
    try:
        found = staff_survey(staff)
    except Missing as missing:
        raise Http404 from missing
    questions = [named(*one) for one in found.questions]
    error = ""
    sent = False
    if request.method == "POST":
        marks = [request.POST.get(f"mark{n}", "") for n in range(len(questions))]
        team = request.POST.get("team", "")
        try:
            answer_survey(
                staff, request.POST.get("slip", ""), marks, request.POST.get("words", ""),
                int(team) if team.isdecimal() and len(team) < len("10" * 9) else None, at,
            )  # fmt: skip
            sent = True
        except Refusal as why:
            error = refused(why)
    context: dict[str, Any] = {
        "title": named(found.title, found.title_en),
        "open": is_open(found, timezone.localdate(at)),
        "questions": [
            {"number": n, "words": words, "chosen": request.POST.get(f"mark{n}", "")}
            for n, words in enumerate(questions)
        ],
        "choices": [(str(n), f"{n} · {_(ENDS[n])}" if n in ENDS else str(n)) for n in CHOICES],
        "teams": [(str(pk), named(one.name, one.name_en)) for pk, one in teams_to_name(at).items()],
        "error": error,
        "sent": sent,
        "given": request.POST if error else {},
    }
    return page(
        request,
        "portal/programmes/learning/slip.html",
        context,
        status=422 if error else 200,
        private=True,
    )
