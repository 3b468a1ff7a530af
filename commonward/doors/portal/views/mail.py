"""News of a report by e-mail: ask for it, confirm it, end it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commonward.areas.queries import revisions
from commonward.cases.actions.subscribing import (
    confirm,
    subscribe,
    subscription_of,
    unsubscribe,
)
from commonward.cases.queries.public import public_report
from commonward.core.numbers import normalise
from commonward.core.refusals import Missing, Refusal
from commonward.doors.look.showing import error_of, language, page
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.receipts import opened, opens_nothing
from commonward.people.queries import now as site_now


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, key: str) -> HttpResponse:
    """For the holder of a receipt: each step by e-mail."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    back = reverse("portal:mine", args=[key])
    return _asked(request, found.report, found.number, own=True, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """For everybody else: what the public can read of it, by e-mail."""
    try:
        found = public_report(normalise(number), revisions())
    except Refusal as refusal:
        raise Http404 from refusal
    if found is None:
        raise Http404
    back = reverse("portal:case", args=[found.number])
    return _asked(request, found.id, found.number, own=False, back=back)


def _asked(request: HttpRequest, report: int, number: str, *, own: bool, back: str) -> HttpResponse:
    if not settings.MAIL:
        raise Http404
    context: dict[str, Any] = {"number": number, "own": own, "back": back, "error": None}
    if request.method == "POST":
        address = request.POST.get("address", "")
        at = site_now()
        try:
            bound(request, at)
            subscribe(report, address, language(), at, own=own)
        except Refusal as refusal:
            context |= {"error": error_of(refusal), "given": address[:300]}
        else:
            return page(request, "portal/mail_sent.html", context, private=True)
    return page(request, "portal/mail_ask.html", context, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mail's link leads: a button to confirm, one to end. Only pressing them does it,
    because programs open the links of mails before people do."""
    wish = request.POST.get("wish", "") if request.method == "POST" else ""
    try:
        if wish == "confirm":
            found = confirm(token, site_now())
        elif wish == "stop":
            found = unsubscribe(token, site_now())
        else:
            found = subscription_of(token)
    except Missing as refusal:
        gone = {"error": error_of(refusal)}
        return page(request, "portal/mail_gone.html", gone, status=404, private=True)
    context = {
        "number": found.report.number,
        "own": found.own,
        "confirmed": found.confirmed_at is not None,
        "ended": found.ended_at is not None,
        "token": token,
    }
    return page(request, "portal/mail.html", context, private=True)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The mail program's own button "unsubscribe" (RFC 8058): it has no form of ours to send.

    Whoever can press it has the mail, and all that it does is end the mails.
    """
    if request.method == "POST":
        try:
            unsubscribe(token, site_now())
        except Missing:
            return HttpResponse(status=404)
        return HttpResponse(status=200)
    return HttpResponseRedirect(reverse("portal:mail", args=[token]))
