"""The grade of a dispute as a party reads it, its objection, and its word on the performance."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Missing, Refusal
from commonward.disputes.access import require, side_of
from commonward.disputes.actions.grading import LONGEST_REASON, contest_grade
from commonward.disputes.actions.holding import say_holds
from commonward.disputes.models import Holding
from commonward.disputes.queries.grading import graded
from commonward.doors.look.showing import error_of, named, page
from commonward.doors.portal.views.disputes.mine import Opened, opened, shown
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

GRADES = {
    "red": (N_("red"), N_("Very urgent: somebody speaks with you before anything else.")),
    "yellow": (N_("yellow"), N_("Urgent: somebody speaks with you soon.")),
    "blue": (N_("blue"), N_("In its turn: somebody speaks with you on a working day.")),
}
SHAPES = {"red": "■", "yellow": "▲", "blue": "●"}
_DONE = {
    "objected": N_("Your objection is noted. A person looks at it and answers."),
    "yes": N_("Noted: it was carried out."),
    "no": N_("Noted: it was not carried out. The coordinator looks at it."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def grade(request: HttpRequest, key: str) -> HttpResponse:
    """The colour, every reason, and the way to object."""
    try:
        found = opened(key)
        require(found.dispute, found.actor, "summary")
    except Refusal as refusal:
        return opens_nothing(request, Missing(refusal.text, **refusal.values))
    error, status = None, 200
    if request.method == "POST":
        try:
            words = request.POST.get("words", "")
            contest_grade(found.dispute.case.number, words, found.actor, site_now())
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            address = reverse("portal:dispute_grade", args=[key])
            return HttpResponseRedirect(f"{address}?done=objected")
    now = graded(found.dispute, found.actor, site_now())
    own = side_of(found.actor).letter
    context = {
        **_page(request, found, key),
        "grade": _(GRADES[now.colour][0]),
        "grade_name": now.colour,
        "shape": SHAPES[now.colour],
        "means": _(GRADES[now.colour][1]),
        "by_hand": now.by_hand,
        "reasons": [named(one.words_zh, one.words) for one in now.reasons],
        "answers": [one for one in now.said if one.kind == "regrade" and one.words],
        "objected": any(
            one.kind == "objection" and one.side == own and one.answered_at is None
            for one in now.said
        ),
        "version": now.version,
        "longest": LONGEST_REASON,
        "error": error,
        "given": request.POST if error else {},
    }
    return page(request, "portal/disputes/grade.html", context, status=status, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def holds(request: HttpRequest, key: str) -> HttpResponse:
    """After the performance: was it carried out, and does it hold?"""
    try:
        found = opened(key)
        require(found.dispute, found.actor, "performance")
    except Refusal as refusal:
        return opens_nothing(request, Missing(refusal.text, **refusal.values))
    error, status = None, 200
    if request.method == "POST":
        says = request.POST.get("says", "")
        try:
            if says not in ("yes", "no"):
                raise Refusal(N_("Say yes or no."), field="says")
            say_holds(found.dispute.case.number, says == "yes", found.actor, site_now())
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            address = reverse("portal:dispute_holds", args=[key])
            return HttpResponseRedirect(f"{address}?done={says}")
    said = Holding.objects.filter(side=side_of(found.actor)).first()
    context = {
        **_page(request, found, key),
        "asked": found.dispute.case.stage == "follow",
        "said": said,
        "error": error,
    }
    return page(request, "portal/disputes/holds.html", context, status=status, private=True)


def _page(request: HttpRequest, found: Opened, key: str) -> dict[str, Any]:
    done = _DONE.get(request.GET.get("done", ""), "")
    return {**shown(found, key), "done": _(done) if done else ""}
