"""News of a report by e-mail or another channel: ask, confirm, say what of it, end it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commonward.areas.queries import revisions
from commonward.cases.actions.subscribing import (
    NEWS,
    confirm,
    prefer,
    subscription_of,
    unsubscribe,
)
from commonward.cases.models import Subscription
from commonward.cases.queries.public import public_report
from commonward.cases.queries.subscribed import Subscribed, of_report
from commonward.core import consents
from commonward.core.channels import Channel
from commonward.core.numbers import normalise
from commonward.core.quiet import clock, minutes
from commonward.core.refusals import N_, Missing, Refusal
from commonward.doors.look.showing import error_of, language, page
from commonward.doors.outbox.asking import ask
from commonward.doors.outbox.channels import channels, offered
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.receipts import opened, opens_nothing
from commonward.people.queries import now as site_now

_NEWS = {
    "all": N_("Every step"),
    "asked": N_("Only questions and answers"),
    "end": N_("Only the end"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, key: str) -> HttpResponse:
    """For the holder of a receipt: who is told now and what of it, and one more way."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    back = reverse("portal:mine", args=[key])
    told = [_shown(one) for one in of_report(found.report)]
    return _asked(request, found.report, found.number, own=True, back=back, told=told)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """For everybody else: what the public can read of it."""
    try:
        found = public_report(normalise(number), revisions())
    except Refusal as refusal:
        raise Http404 from refusal
    if found is None:
        raise Http404
    back = reverse("portal:case", args=[found.number])
    return _asked(request, found.id, found.number, own=False, back=back, told=[])


def _asked(
    request: HttpRequest,
    report: int,
    number: str,
    *,
    own: bool,
    back: str,
    told: list[dict[str, Any]],
) -> HttpResponse:
    ways = offered()
    if not ways:
        raise Http404
    given = request.POST.get("channel") or request.GET.get("channel", "")
    chosen = next((one for one in ways if one.code == given), ways[0])
    context: dict[str, Any] = {
        "number": number,
        "own": own,
        "back": back,
        "error": None,
        "told": told,
        "chosen": chosen,
        "asked": _(chosen.asked),
        "mail": chosen.code == "mail",
        "ways": [(one.code, _(one.title)) for one in ways] if len(ways) > 1 else [],
    }
    if request.method == "POST":
        address = request.POST.get("address", "")
        at = site_now()
        try:
            bound(request, at)
            ask(report, chosen.code, address, language(), at, own=own)
        except Refusal as refusal:
            context |= {"error": error_of(refusal), "given": address[:300]}
        else:
            return page(request, "portal/mail_sent.html", context, private=True)
    return page(request, "portal/mail_ask.html", context, private=True)


def _shown(one: Subscribed) -> dict[str, Any]:
    channel = channels().get(one.channel)
    return {
        "channel": _(channel.title) if channel else one.channel,
        "address": channel.mask(one.address) if channel else "…",
        "confirmed": one.confirmed,
        "news": _(_NEWS[one.news]),
        "token": one.token,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest, token: str) -> HttpResponse:
    """Where a message's link leads: a button to confirm, one to end, and what is wanted. Only
    pressing them does it, because programs open the links of mails before people do."""
    wish = request.POST.get("wish", "") if request.method == "POST" else ""
    error = None
    try:
        if wish == "confirm":
            found = confirm(token, site_now(), told=consents.newest(consents.NEWS))
        elif wish == "stop":
            found = unsubscribe(token, site_now())
        else:
            found = subscription_of(token)
        if wish == "prefer":
            try:
                found = _preferred(request, found)
            except Missing:
                raise
            except Refusal as refusal:
                error = error_of(refusal)
    except Missing as refusal:
        gone = {"error": error_of(refusal)}
        return page(request, "portal/mail_gone.html", gone, status=404, private=True)
    channel: Channel | None = channels().get(found.channel)
    context = {
        "number": found.report.number,
        "own": found.own,
        "mail": found.channel == "mail",
        "channel": _(channel.title) if channel else found.channel,
        "confirmed": found.confirmed_at is not None,
        "ended": found.ended_at is not None,
        "token": token,
        "error": error,
        "kept": wish == "prefer" and error is None,
        "news": [(one, _(_NEWS[one]), one == found.news) for one in NEWS],
        "languages": [(code, name, code == found.language) for code, name in settings.LANGUAGES],
        "quiet_from": clock(found.quiet_from),
        "quiet_until": clock(found.quiet_until),
    }
    return page(request, "portal/mail.html", context, private=True)


def _preferred(request: HttpRequest, found: Subscription) -> Subscription:
    reads = request.POST.get("language", "")
    prefer(
        found.pk,
        news=request.POST.get("news", ""),
        language=reads if reads in dict(settings.LANGUAGES) else found.language,
        quiet_from=minutes(request.POST.get("quiet_from", ""), "quiet_from"),
        quiet_until=minutes(request.POST.get("quiet_until", ""), "quiet_until"),
    )
    found.refresh_from_db()
    return found


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
