"""What a telephone system tells of its calls (CTI 事件): JSON, or a form as Asterisk's CURL sends it.

A key with the right "telephony" opens this address and nothing else, and nothing is read by it.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commonward.cases.actions.phoning import take_event
from commonward.core.phoning import read_event
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.people.actions import count_use
from commonward.people.queries import key_for
from commonward.people.queries import now as site_now
from commonward.people.words import tell

RIGHT = "telephony"
MOST_BYTES = 16_384


@csrf_exempt
@require_POST
def events(request: HttpRequest) -> HttpResponse:
    """One event of one call; 204 when it is kept, and when it was kept before."""
    at = site_now()
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    key = key_for(secret.strip(), at) if scheme.lower() == "bearer" else None
    if key is None:
        refusal = Forbidden(N_("Send the key of the telephone system: Authorization: Bearer …"))
        return _told(refusal, 401)
    if not key.may(RIGHT):
        return _told(Forbidden(N_("This key does not open the telephone events.")), 403)
    if not count_use(key, at):
        return _told(Forbidden(N_("Too many events in this minute; send this one again.")), 429)
    try:
        take_event(read_event(_given(request), at), at)
    except Refusal as refusal:
        return _told(refusal, 422)
    return HttpResponse(status=204)


def _given(request: HttpRequest) -> Mapping[str, Any]:
    if request.content_type == "application/x-www-form-urlencoded":
        return request.POST.dict()
    if len(request.body) > MOST_BYTES:
        raise Invalid(N_("An event is one small JSON object."), field="body")
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(N_("An event is one small JSON object."), field="body")
    return found


def _told(refusal: Refusal, status: int) -> JsonResponse:
    told = {"detail": tell(refusal), "field": getattr(refusal, "field", "")}
    answer = JsonResponse(told, status=status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
