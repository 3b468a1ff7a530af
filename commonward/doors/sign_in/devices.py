"""Which device has signed in before: a signed cookie, so that others' wrong tries are not its own.

It holds numbers of accounts and a drawn one for each, is sent to this site alone, and opens nothing.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

DAYS = 90
_MOST = 8
"""Accounts that one device remembers: a counter's computer is used by several."""
_SALT = "commonward.device"


def cookie_name() -> str:
    """Its name; over TLS it belongs to this very host."""
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def device_of(request: HttpRequest, account: int | None) -> str:
    """The number of this device for an account; "" where it has not signed in with it."""
    return _known(request).get(str(account), "") if account is not None else ""


def remember(request: HttpRequest, response: HttpResponse, account: int) -> None:
    """From now on this device is known for the account."""
    known = _known(request)
    drawn = known.pop(str(account), "") or secrets.token_urlsafe(12)
    kept = dict([*known.items(), (str(account), drawn)][-_MOST:])
    response.set_cookie(
        cookie_name(), signing.dumps(kept, salt=_SALT), max_age=DAYS * 86400, httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax", path="/",
    )  # fmt: skip


def _known(request: HttpRequest) -> dict[str, str]:
    text = request.COOKIES.get(cookie_name(), "")
    try:
        told = signing.loads(text, salt=_SALT, max_age=DAYS * 86400) if text else {}
    except signing.BadSignature:
        return {}
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}
