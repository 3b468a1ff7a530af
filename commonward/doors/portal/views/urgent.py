"""Send for help where nobody can speak: one short page (求助)."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.urgent.meaning import kind_meant
from commonward.doors.look.showing import error_of, language, page, said
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.home import nothing_here
from commonward.people.queries import now as site_now
from commonward.response.actions.calling import Called, take_call
from commonward.response.actions.setting_up import PAYMENT
from commonward.response.queries.cards import card, cards

_SENDING = re.compile(r"[0-9a-f]{40}")
_NOT_ASKED = frozenset({"assembly"})
"""Cards that are for the desk alone."""


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
        known = cards(at).cards
        # Who is in no state to choose is not held up, and is not sent for a fire by a first entry.
        kind = told.get("kind", "") or kind_meant(told.get("words", ""), known)
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
