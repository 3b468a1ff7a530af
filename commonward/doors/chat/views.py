"""The addresses to which Telegram and WeChat tell what people wrote."""

import hmac
import json
import logging
from datetime import datetime

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commonward.core.refusals import Forbidden, Invalid
from commonward.doors.chat import telegram as telegram_door
from commonward.doors.chat import wechat as wechat_door
from commonward.doors.chat.talking import take
from commonward.people.queries import now as site_now

log = logging.getLogger(__name__)

MOST_BYTES = 262_144
_GIVEN = ("signature", "msg_signature", "timestamp", "nonce", "echostr")
_LONGEST_GIVEN = 200


@csrf_exempt
@require_POST
def telegram(request: HttpRequest) -> HttpResponse:
    """One update; what is answered goes back as the answer. 503: tell it again."""
    if not settings.TELEGRAM:
        return HttpResponse(status=404)
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not hmac.compare_digest(given.encode(), telegram_door.platform().secret.encode()):
        return HttpResponse(status=401)
    if _too_long(request):
        return HttpResponse(status=413)
    try:
        # Half a surrogate pair can be written in JSON and kept nowhere.
        whole = json.dumps(json.loads(request.body), ensure_ascii=False)
        update = json.loads(whole.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        update = None
    if not isinstance(update, dict):
        return HttpResponse(status=422)
    came = telegram_door.came_of(update)
    if came is None:
        return JsonResponse({})
    try:
        answers = take(came, site_now())
    except OperationalError:
        log.exception("A message could not be taken; the platform tells it again")
        return HttpResponse(status=503)
    return JsonResponse(telegram_door.webhook_answer(came.whose, answers))


@csrf_exempt
def wechat(request: HttpRequest) -> HttpResponse:
    """GET: the platform looks whether this address is the account's. POST: one message."""
    if not settings.WECHAT:
        return HttpResponse(status=404)
    if request.method not in ("GET", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    at = site_now()
    given = {name: request.GET.get(name, "")[:_LONGEST_GIVEN] for name in _GIVEN}
    if request.method == "POST" and _too_long(request):
        return HttpResponse(status=413)
    try:
        if request.method == "GET":
            wechat_door.checked_call(given, at)
            return _plain(given["echostr"])
        return _answered(given, request.body, at)
    except Forbidden:
        return HttpResponse(status=401)
    except Invalid:
        return HttpResponse(status=422)
    except OperationalError:
        log.exception("A message could not be taken; the platform tells it again")
        return HttpResponse(status=503)


def _answered(given: dict[str, str], body: bytes, at: datetime) -> HttpResponse:
    told = wechat_door.message_in(given, body, at)
    came = wechat_door.came_of(told)
    if came is None:
        return _plain("success")
    text = wechat_door.answer_to(told, take(came, at), at)
    kind = "text/plain" if text == "success" else "application/xml"
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8")


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _too_long(request: HttpRequest) -> bool:
    told = request.headers.get("Content-Length", "")
    return told.isdecimal() and int(told) > MOST_BYTES
