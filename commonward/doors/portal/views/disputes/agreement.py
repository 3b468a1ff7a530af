"""The agreement on a party's page: both wordings side by side, to sign or to object to."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes.access import require
from commonward.disputes.actions.agreements import object_to_agreement, sign_agreement
from commonward.disputes.queries.agreements import agreement_shown
from commonward.doors.look.showing import error_of, language, page
from commonward.doors.portal.views.disputes.mine import Opened, opened, shown
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

_DONE = {
    "signed": N_("You have signed. It binds once all have signed and the seal is set."),
    "objected": N_("Noted. The mediator drafts again; nothing is held against you."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, key: str) -> HttpResponse:
    """What lies before the sides, or what binds them."""
    try:
        found = opened(key)
        require(found.dispute, found.actor, "agreement")
    except Refusal as refusal:
        return opens_nothing(request, Missing(refusal.text, **refusal.values))
    error, status = None, 200
    if request.method == "POST":
        try:
            done = _done(request, found)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            leads = reverse("portal:dispute_agreement", args=[key])
            return HttpResponseRedirect(f"{leads}?done={done}")
    told = "zh" if language().startswith("zh") else "en"
    current = agreement_shown(found.dispute, found.actor, told)
    above = shown(found, key)
    own = above["own"].letter if above["own"] else ""
    told_done = _DONE.get(request.GET.get("done", ""), "")
    context = {
        **above,
        "agreement": current,
        "signed": [one for one in current.said if one.says == "signed"] if current else [],
        "own_letter": own,
        "mine_signed": current is not None
        and any(one.letter == own and one.says == "signed" for one in current.said),
        "done": _(told_done) if told_done else "",
        "error": error,
        "given": request.POST if error else {},
    }
    return page(request, "portal/disputes/agreement.html", context, status=status, private=True)


def _done(request: HttpRequest, found: Opened) -> str:
    number, digest = found.dispute.case.number, request.POST.get("digest", "")[:64]
    if request.POST.get("do") == "object":
        words = request.POST.get("words", "")
        object_to_agreement(number, digest, words, found.actor, site_now())
        return "objected"
    if not request.POST.get("read"):
        raise Invalid(N_("Tick that you have read it; then sign."), field="read")
    sign_agreement(number, digest, found.actor, site_now())
    return "signed"
