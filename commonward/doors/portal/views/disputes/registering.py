"""Asking for mediation on the portal: one page, no account, a link as the answer."""

import re
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.receipts import is_sent, sent_under, token_of
from commonward.core.disputes import GATES, KINDS, gate_of
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes import actions
from commonward.disputes.actions.passes import code_of
from commonward.doors.look.showing import error_of, language, named, page
from commonward.doors.look.stating import questions, stated
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.disputes.mine import opened
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

_SENDING = re.compile(r"[0-9a-f]{40}")


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The form; facts given in the address (by the explorer) are taken over."""
    error, gate, status = None, None, 200
    given: Any = request.GET
    if request.method == "POST":
        given = request.POST
        try:
            return _registered(request)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
            if refusal.code == "gate":
                gate = gate_of(_gated(request))
    sending = str(given.get("sending", ""))
    context = {
        "kinds": [(key, named(zh, _(en))) for key, (zh, en) in KINDS.items()],
        "gates": [(g.fact, _(g.why)) for g in GATES],
        "given": given,
        "questions": questions(given, site_now()),
        "facts": {k.removeprefix("fact_") for k in given if k.startswith("fact_")},
        "error": error,
        "sending": sending if _SENDING.fullmatch(sending) else secrets.token_hex(20),
        "gate": {"why": _(gate.why), "call": gate.call} if gate else None,
    }
    return page(request, "portal/disputes/register.html", context, status=status, private=True)


def _gated(request: HttpRequest) -> dict[str, bool | int]:
    return {g.fact: True for g in GATES if request.POST.get(f"fact_{g.fact}")}


def _registered(request: HttpRequest) -> HttpResponse:
    told = request.POST
    sending, at = told.get("sending", ""), site_now()
    if not _SENDING.fullmatch(sending):
        raise Invalid(N_("This form is too old or was changed. Please send it once more."))
    if not is_sent(sending, "portal"):
        bound(request, at)
    made = actions.register(
        actions.Application(
            kind=told.get("kind", ""),
            words=told.get("words", "").strip(),
            wants=told.get("wants", "").strip(),
            facts={**stated(told, at), **_gated(request)},
            applicant=(
                actions.Person({n: told.get(n, "").strip() for n in ("name", "phone", "email")}),
            ),
            others=(actions.Person({"name": told.get("other", "").strip()}),)
            if told.get("other", "").strip()
            else (),
            lat=_degrees(told.get("lat", "")),
            lon=_degrees(told.get("lon", "")),
            place=told.get("place", "").strip(),
            language=language(),
        ),
        at,
        key=token_of(sending),
        idempotency=sent_under(sending),
    )
    response = HttpResponseRedirect(reverse("portal:dispute_kept", args=[made.key]))
    response.headers["Cache-Control"] = "no-store"
    return response


def _degrees(given: str) -> float | None:
    if not given.strip():
        return None
    try:
        return float(given)
    except ValueError:
        raise Invalid(N_("{given} is not a number of degrees."), given=given, field="lat") from None


@require_http_methods(["GET", "HEAD"])
def kept(request: HttpRequest, key: str) -> HttpResponse:
    """The receipt: number, code and the secret link, to be kept or printed."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    return page(
        request,
        "portal/disputes/kept.html",
        {
            "key": key,
            "number": found.dispute.case.number,
            "address": request.build_absolute_uri(reverse("portal:dispute_mine", args=[key])),
            "code": code_of(key),
        },
        private=True,
    )
