"""Somebody has come in: it is noted for them, their device is known, and notices are told."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commonward.core.signing_in import browser_kind, way_of
from commonward.doors.look.signing_words import notice_words
from commonward.doors.sign_in.devices import device_of, remember
from commonward.people.actions.signing import note_sign_in, see_notices
from commonward.people.models import Account
from commonward.people.queries import now
from commonward.people.queries.signing import notices, world


def came_in(request: HttpRequest, account: Account, response: HttpResponse) -> HttpResponse:
    """Note this sign-in, remember the device, and say what is new to know."""
    known = bool(device_of(request, account.pk))
    browser = browser_kind(request.headers.get("User-Agent", ""))
    note_sign_in(account.pk, _way(request), browser, known=known, at=world())
    remember(request, response, account.pk)
    told = notices(account.pk, unseen=True)
    for one in told[:3]:
        messages.warning(request, notice_words(one.kind, one.about))
    if told:
        messages.info(request, _("All of it stands under “Where I am signed in”."))
        see_notices(account.pk, now())
    return response


def _way(request: HttpRequest) -> str:
    records: list[dict[str, Any]] = request.session.get("account_authentication_methods", [])
    return way_of(
        (str(one.get("method", "")),
         "passkey" if one.get("passwordless") else str(one.get("type", "")))
        for one in records
    )  # fmt: skip
