"""The reporter's word on whether their details go along to a neighbouring office (移送同意)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonward.cases.actions.federating.giving import consent
from commonward.cases.queries.neighbours import whereabouts
from commonward.core.refusals import Missing, Refusal
from commonward.core.rights import reporter
from commonward.doors.portal.views.receipts import opened, opens_nothing
from commonward.people.queries import now as site_now


@require_POST
def go_along(request: HttpRequest, key: str) -> HttpResponse:
    """Yes or no; either may be changed until the details have gone."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    here = HttpResponseRedirect(reverse("portal:mine", args=[key]))
    where = whereabouts(found.report)
    if where is None or not where.asks or request.POST.get("given") not in ("yes", "no"):
        return here
    given = request.POST["given"] == "yes"
    try:
        consent(where.hand_over, found.number, given, "", reporter(found.report), site_now())
    except Refusal:
        return here  # it ended meanwhile: the page says where it is
    return HttpResponseRedirect(f"{reverse('portal:mine', args=[key])}?done=consent")
