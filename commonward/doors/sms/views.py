"""What a provider tells by HTTP: texts that came, and receipts; signed as Standard Webhooks say."""

import base64
import binascii
import hmac
import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commonward.core.hooking import signature
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.sms import pdu
from commonward.core.sms.provider import provider_of
from commonward.core.sms.receipts import DELIVERED, UNDELIVERABLE
from commonward.doors.sms.by_http import named
from commonward.doors.sms.taking import Came, take, take_receipt
from commonward.people.queries import now as site_now
from commonward.people.words import tell

log = logging.getLogger(__name__)

MOST_BYTES = 65_536
SKEW = 300
"""Seconds that the moment of a signature may be off ours."""
OUTCOMES = {
    "delivered": DELIVERED, "read": DELIVERED, "undeliverable": UNDELIVERABLE,
    "undelivered": UNDELIVERABLE, "failed": UNDELIVERABLE, "rejected": UNDELIVERABLE,
    "expired": UNDELIVERABLE,
}  # fmt: skip
_LONGEST = {"from": 40, "to": 40, "text": 40_000, "in_reply_to": 120}

View = Callable[[dict[str, Any]], HttpResponse]


def _told(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one signed JSON object; 503 where it is to be told again."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.SMS.startswith("http"):
            return HttpResponse(status=404)
        try:
            if len(request.body) > MOST_BYTES:
                raise Invalid(N_("A message is one small JSON object."), field="body")
            return view(_given(request))
        except Forbidden as refusal:
            return JsonResponse({"detail": tell(refusal)}, status=401)
        except Invalid as refusal:
            return JsonResponse({"detail": tell(refusal), "field": refusal.field}, status=422)
        except (Refusal, OperationalError):
            log.exception("A text message could not be taken; the provider tells it again")
            return HttpResponse(status=503)

    return answer


@_told
def incoming(told: dict[str, Any]) -> HttpResponse:
    """A text that somebody sent; 204 when it is kept, and when it was kept before."""
    texts = {name: told.get(name, "") for name in _LONGEST}
    for name, most in _LONGEST.items():
        if not isinstance(texts[name], str) or len(texts[name]) > most:
            raise Invalid(N_("A message is one small JSON object."), field=name)
    if not named(told) or not texts["from"]:
        raise Invalid(N_("Name the message (id) and who sent it (from)."), field="id")
    came = Came(texts["from"], texts["to"], texts["text"], named(told), texts["in_reply_to"])
    try:
        take(came, site_now())
    except Invalid as refusal:  # what this site cannot file now is no fault of the message
        log.exception("A text message could not be filed")
        raise Refusal(refusal.text, **refusal.values) from refusal
    return HttpResponse(status=204)


@_told
def receipts(told: dict[str, Any]) -> HttpResponse:
    """What became of a message of ours; 503 where it is not known yet: tell it again."""
    outcome = OUTCOMES.get(str(told.get("status", "")).lower(), "")
    error = told.get("error")
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    fault = code if len(code) <= 40 and code.replace("_", "").isalnum() else ""
    if fault.isdecimal() and len(fault) > 5:
        fault = ""  # as long as a telephone number
    status = take_receipt(named(told), outcome, fault)
    return HttpResponse(status=204 if status == pdu.OK else 503)


def _given(request: HttpRequest) -> dict[str, Any]:
    body = request.body
    _check(request, body)
    try:
        # Half a surrogate pair can be written in JSON and kept nowhere.
        whole = json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
        found = json.loads(whole)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(N_("A message is one small JSON object."), field="body")
    return found


def _check(request: HttpRequest, body: bytes) -> None:
    """Raises Forbidden for a signature that is not the provider's, or of another moment."""
    name = request.headers.get("webhook-id", "")
    moment = request.headers.get("webhook-timestamp", "")
    signed = request.headers.get("webhook-signature", "").split()
    wrong = Forbidden(N_("The signature of this message does not fit."))
    secret = provider_of(settings.SMS).password
    if not (secret and name and moment.isascii() and moment.isdecimal() and len(moment) < 12):
        raise wrong
    if abs(int(moment) - site_now().timestamp()) > SKEW:
        raise wrong
    right = signature(_key(secret), name, int(moment), body)
    if not any(hmac.compare_digest(one.encode(), right.encode()) for one in signed[:5]):
        raise wrong


def _key(secret: str) -> bytes:
    """The bytes that a secret stands for: base64 behind "whsec_", else its own."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
