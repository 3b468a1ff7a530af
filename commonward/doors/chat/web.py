"""The conversation as a page of the portal (网页对话): a form, and the same without JavaScript.

A cookie that was signed here and is kept nowhere else joins the messages of one conversation.
"""

import re
from functools import partial
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commonward.cases.actions import chatting
from commonward.cases.actions.allowing import spend
from commonward.cases.actions.photos import MOST_BYTES
from commonward.core.chat.model import Knows, Message, Place, Reply
from commonward.core.chat.plan import shipped
from commonward.core.chat.states import ask
from commonward.core.chat.stepping import concluded, fresh
from commonward.core.refusals import Refusal
from commonward.doors.chat.talking import WEB, Came, language_of, take, told
from commonward.doors.look.network import network_of
from commonward.doors.look.showing import error_of, language, page
from commonward.people.queries import now as site_now

COOKIE = "chat"
LASTS = 24 * 3600
_ID = re.compile(r"[0-9a-f]{8,32}")


@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: HttpRequest) -> HttpResponse:
    """What was said so far, and the field for more."""
    if not settings.CHAT:
        raise Http404
    whose = request.get_signed_cookie(COOKIE, "", max_age=LASTS) or ""
    if request.method != "POST":
        return _shown(request, whose)
    at = site_now()
    new = whose or token_hex(16)
    came = _came(request, new)
    if not came.message.text and came.message.place is None and came.picture is None:
        return HttpResponseRedirect(reverse("chat:web"))
    try:
        if chatting.found(WEB, new, at).row is None:
            spend(network_of(request), at, settings.SENDINGS_AN_HOUR, "chat")
        take(came, at)
    except Refusal as refusal:
        return _shown(request, whose, refusal, came.message.text)
    response = HttpResponseRedirect(reverse("chat:web") + "#last")
    response.set_signed_cookie(
        COOKIE, new, max_age=LASTS, path=reverse("chat:web"), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _came(request: HttpRequest, whose: str) -> Came:
    post = request.POST
    given = post.get("id", "")
    text = post.get("choice") or post.get("text", "")
    sent = request.FILES.get("photo")
    # One byte more than is taken tells that it is too large; the rest need not be read.
    read = partial(sent.read, MOST_BYTES + 1) if sent is not None and sent.size else None
    at = site_now()
    network = network_of(request)
    return Came(
        WEB, whose,
        Message(given if _ID.fullmatch(given) else token_hex(8), text, _place(request)),
        "" if settings.CHAT == "unsorted" else settings.CHAT,
        picture=read, language=language(),
        bound=lambda: spend(network, at, settings.SENDINGS_AN_HOUR),
    )  # fmt: skip


def _place(request: HttpRequest) -> Place | None:
    try:
        return Place(float(request.POST.get("lat", "")), float(request.POST.get("lon", "")))
    except ValueError:
        return None


def _shown(
    request: HttpRequest, whose: str, refusal: Refusal | None = None, text: str = ""
) -> HttpResponse:
    at = site_now()
    held = chatting.found(WEB, whose, at) if whose else chatting.Held(None, None)
    talk, lines = held.talk, held.lines
    asker = Came(WEB, whose, Message(""))
    if talk is None:
        talk = fresh(shipped(), "", language_of(language()))
        talk = concluded(talk, (Reply("hello"), ask(shipped(), talk, Knows())))
        lines = tuple(("you", one.text) for one in told(asker, talk))
    answers = told(asker, talk)
    call = [number for one in answers for number in one.call]
    last = answers[-1] if answers else None
    context: dict[str, Any] = {
        "lines": lines,
        "choices": last.choices if last else (),
        "place": last.place if last else "",
        "picture": last is None or last.picture,
        "call": call,
        "id": token_hex(8),
        "typed": text,
        "most": shipped().longest_words,
        "error": error_of(refusal) if refusal else None,
        "html_lang": "zh-Hans" if talk.language.startswith("zh") else "en",
    }
    return page(request, "chat/chat.html", context, private=True, status=429 if refusal else 200)
