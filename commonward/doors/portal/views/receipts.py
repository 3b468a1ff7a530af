"""The receipt, the link that follows a report, and the way in by number and code."""

import segno
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions.receipts import close_link, code_of, enter, new_link
from commonward.cases.queries.followed import Followed, followed, report_of_receipt, report_of_token
from commonward.core.danger import heard
from commonward.core.refusals import N_, Missing, Refusal
from commonward.doors.look.showing import error_of, page
from commonward.doors.outbox.channels import offered as ways_offered
from commonward.doors.portal.views.urgent import offered
from commonward.people.queries import now as site_now

_SALT = "commonward.portal.entered"
_ENTERED_SECONDS = 2 * 3600
"""How long a number and code, once given, open a report on that device."""


def opened(key: str) -> Followed:
    """The report that a link's token, or a ticket given for number and code, leads to.

    Raises Missing when it opens nothing (any more).
    """
    if ":" not in key:
        return followed(report_of_token(key), site_now())
    try:
        receipt = int(signing.loads(key, salt=_SALT, max_age=_ENTERED_SECONDS))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise Missing(
            N_("The number and code were given too long ago. Please give them again.")
        ) from error
    return followed(report_of_receipt(receipt), site_now())


def opens_nothing(request: HttpRequest, refusal: Missing) -> HttpResponse:
    """A wrong, replaced or closed link: said in words, with the other ways in."""
    context = {"error": error_of(refusal)}
    return page(request, "portal/opens_nothing.html", context, status=404, private=True)


@require_safe
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """Number, contact code, link and its QR code; made to be printed."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    if ":" in key:
        # A ticket knows neither the link nor the code: only a new link can be shown.
        return HttpResponseRedirect(reverse("portal:link", args=[key]))
    address = request.build_absolute_uri(reverse("portal:mine", args=[key]))
    code = code_of(key)
    told = heard(found.words)
    context = {
        "found": found,
        "key": key,
        "address": address,
        "code": f"{code[:3]} {code[3:]}",
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=3),
        "renewed": "renewed" in request.GET,
        "call": tuple(sorted({cue.number for cue in told.cues})),
        "if_danger": told.doubt is not None,
        "help_at": reverse("portal:help") if offered() else "",
        "mail": bool(ways_offered()),
    }
    return page(request, "portal/receipt.html", context, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, key: str) -> HttpResponse:
    """Replace the link by a new one, or close it; asked on its own page, done by POST only."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    wish = request.POST.get("wish", "") if request.method == "POST" else ""
    if wish == "new":
        token = new_link(found.report, site_now())
        return HttpResponseRedirect(f"{reverse('portal:receipt', args=[token])}?renewed")
    if wish == "close":
        close_link(found.report, site_now())
        return page(request, "portal/link_closed.html", {"found": found}, private=True)
    return page(request, "portal/link.html", {"found": found, "key": key}, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """The way in by the number and the contact code of a receipt."""
    error = None
    if request.method == "POST":
        try:
            found = enter(request.POST.get("number", ""), request.POST.get("code", ""), site_now())
        except Refusal as refusal:
            error = error_of(refusal)
        else:
            ticket = signing.dumps(found.pk, salt=_SALT)
            return HttpResponseRedirect(reverse("portal:mine", args=[ticket]))
    # A mail's link names the number; the code stands on the receipt alone.
    given = request.POST or {"number": request.GET.get("number", "")[:40]}
    context = {"given": given, "error": error}
    return page(request, "portal/follow.html", context, private=request.method == "POST")
