"""A side says what it asks for, when it can come, and whether it needs an interpreter."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import Missing, Refusal
from commonward.disputes.access import require, side_of
from commonward.disputes.actions.needs import Needs, say_needs
from commonward.disputes.queries.needs import needs_for
from commonward.doors.look.needing import needs_form, needs_given
from commonward.doors.look.showing import error_of, page
from commonward.doors.portal.views.disputes.mine import opened, shown
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now


@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: HttpRequest, key: str) -> HttpResponse:
    """The page; without an account, as often as they like until the dispute ends."""
    try:
        found = opened(key)
        require(found.dispute, found.actor, "words", side=side_of(found.actor))
    except Refusal as refusal:
        return opens_nothing(request, Missing(refusal.text, **refusal.values))
    letter = side_of(found.actor).letter
    now = needs_for(found.dispute, found.actor).get(letter, Needs())
    error, status = None, 200
    if request.method == "POST":
        try:
            now = needs_given(request)
            say_needs(found.dispute.case.number, letter, now, found.actor, site_now())
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            return HttpResponseRedirect(f"{reverse('portal:dispute_needs', args=[key])}?done=1")
    context = {
        **shown(found, key),
        "needs": needs_form(now),
        "error": error,
        "done": _("Kept.") if request.GET.get("done") else "",
    }
    return page(request, "portal/disputes/needs.html", context, status=status, private=True)
