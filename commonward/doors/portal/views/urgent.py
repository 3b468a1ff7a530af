"""Send for help where nobody can speak, and have a payment stopped: two short pages (求助、止付)."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.look.showing import error_of, language, named, page, said
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.home import nothing_here
from commonward.people.queries import now as site_now
from commonward.people.queries import team_by_code, teams_on
from commonward.response.actions.calling import Called, take_call
from commonward.response.actions.paying import Payment, tell_payment
from commonward.response.actions.setting_up import PAYMENT
from commonward.response.queries.cards import card, cards

_SENDING = re.compile(r"[0-9a-f]{40}")
_NOT_ASKED = frozenset({"assembly"})
"""Cards that are for the desk alone."""
_FACTS = {
    "amount": N_("How much"),
    "from_bank": N_("From which bank"),
    "from_account": N_("From which account"),
    "to_bank": N_("To which bank"),
    "to_account": N_("To which account"),
    "paid_at": N_("When it was paid"),
    "callback": N_("Your telephone number"),
}


def offered(marks: Mapping[str, int] | None = None) -> bool:
    """Whether this site has urgent help set up; `marks` are revisions that were read already."""
    return PAYMENT in book(marks).codes


@require_http_methods(["GET", "HEAD", "POST"])
def send_help(request: HttpRequest) -> HttpResponse:
    """What is happening, where, a number to call back; a call is always quicker, and it says so."""

    def shown() -> dict[str, Any]:
        known = cards(site_now()).cards.values()
        return {"kinds": [(c.kind, said(c.title)) for c in known if c.kind not in _NOT_ASKED]}

    def sent(key: str) -> dict[str, Any]:
        at, told = site_now(), request.POST
        kind = told.get("kind", "")
        if kind in _NOT_ASKED:
            raise Invalid(N_("Choose one of the list."), field="kind")
        _version, asked = card(kind, at)
        made = take_call(
            Called(
                kind=kind, source="portal", words=told.get("words", "").strip(),
                callback=told.get("callback", "").strip(), place=told.get("place", "").strip(),
                lat=_degrees(told.get("lat", "")), lon=_degrees(told.get("lon", "")),
                graded=False, language=language(), key=key,
            ),
            at,
        )  # fmt: skip
        return {"number": made.case.number, "say": said(asked.say)}

    return _page(request, "portal/urgent/help.html", shown, sent)


@require_http_methods(["GET", "HEAD", "POST"])
def stop_payment(request: HttpRequest) -> HttpResponse:
    """Whoever was deceived says which payment; with the bank chosen it is asked at once."""

    def shown() -> dict[str, Any]:
        return {
            "facts": [(name, _(told), request.POST.get(name, "")) for name, told in _FACTS.items()],
            "banks": [
                (t.code, named(t.name, t.name_en)) for t in teams_on(site_now()) if t.kind == "bank"
            ],
        }

    def sent(key: str) -> dict[str, Any]:
        told = request.POST
        given = Payment(**{f.name: told.get(f.name, "").strip() for f in fields(Payment)})
        bank = told.get("bank", "")
        chosen = team_by_code(bank).pk if bank else None
        made = tell_payment(given, site_now(), bank=chosen, key=key, channel="portal")
        return {"number": made.case.number, "asked": made.asked_at is not None}

    return _page(request, "portal/urgent/payment.html", shown, sent)


def _page(
    request: HttpRequest,
    template: str,
    shown: Callable[[], dict[str, Any]],
    sent: Callable[[str], dict[str, Any]],
) -> HttpResponse:
    """The form; sent again with the same key nothing is added."""
    if not offered():
        return nothing_here(request)
    error, status, result = None, 200, {}
    key = request.POST.get("sending", "")
    if request.method == "POST":
        try:
            if not _SENDING.fullmatch(key):
                raise Invalid(N_("This form is too old or was changed. Please send it once more."))
            bound(request, site_now())
            result = sent(key)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
    context = {
        **shown(),
        **result,
        "given": request.POST,
        "error": error,
        "sending": key if _SENDING.fullmatch(key) else secrets.token_hex(20),
    }
    return page(request, template, context, status=status, private=True)


def _degrees(given: str) -> float | None:
    try:
        return float(given) if given.strip() else None
    except ValueError:
        raise Invalid(N_("{given} is not a number of degrees."), given=given, field="lat") from None
