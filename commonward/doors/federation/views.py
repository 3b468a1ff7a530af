"""The inbox of a federation (收件口): a letter in, a signed answer out; errors say no more than that."""

import logging
import time

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from commonward.cases.actions.allowing import spend
from commonward.cases.actions.federating.arriving import receive
from commonward.cases.actions.federating.keys import own_name, public_key
from commonward.core.federation.letters import (
    MOST_BYTES,
    Refused,
    fingerprint,
    public_text,
)
from commonward.core.refusals import Refusal
from commonward.doors.look.network import network_of
from commonward.people.queries import now as site_now

log = logging.getLogger(__name__)

JSON = "application/json"
STRANGERS_AN_HOUR = 120
"""Letters that are not believed, from one network address: what is believed is not counted."""


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """Who we are: name, public key and its fingerprint, which two people compare by telephone."""
    public = public_key(site_now())
    told = {
        "name": own_name(),
        "address": settings.SITE_URL,
        "key": public_text(public),
        "fingerprint": fingerprint(public),
        "inbox": f"{settings.SITE_URL}/federation/inbox",
    }
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


@csrf_exempt
@require_POST
def inbox(request: HttpRequest) -> HttpResponse:
    """A letter. 200 with our signed answer; 403 not believed, 409 does not follow, 413 too large,
    429 too many that were not believed, 503 to be sent again."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    if not given.isdecimal() or int(given) > MOST_BYTES:
        return _refused(413)
    if request.content_type != JSON:
        return _refused(415)
    try:
        answer = receive(request.read(MOST_BYTES + 1), site_now(), time.time())
    except Refused:
        return _not_believed(request)
    except DatabaseError:
        log.exception("A letter could not be taken; it is sent again")
        return _refused(503)
    except Refusal as refusal:
        # What it was is told to our own people alone: the words may name what lies here.
        log.warning("A neighbour's letter was not taken: %s", refusal.code)
        return _refused(409)
    return HttpResponse(answer, content_type=JSON, headers={"Cache-Control": "no-store"})


def _not_believed(request: HttpRequest) -> HttpResponse:
    try:
        spend(network_of(request), site_now(), STRANGERS_AN_HOUR)
    except Refusal:
        return _refused(429)
    return _refused(403)


def _refused(status: int) -> HttpResponse:
    return JsonResponse({"error": "refused"}, status=status)
