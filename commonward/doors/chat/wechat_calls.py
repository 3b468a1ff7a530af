"""Calls to WeChat: its access token, a picture by its name, a message to somebody (客服消息).

It answers 200 to everything; only the body tells what failed (`errcode`).
"""

import http.client
import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from commonward.cases.actions.photos import MOST_BYTES
from commonward.core.channels import Later, Message, Refused, Sent
from commonward.core.chat.platforms import Platform, wechat_of
from commonward.core.refusals import N_, Invalid
from commonward.doors.look.calling import Answered, exchange
from commonward.people.queries import now as site_now

LONGEST = 600
"""Characters of one message: 2048 bytes in Chinese."""
MOST_ANSWER = 65_536
FETCH = 3.0
"""Seconds for a picture: the platform waits five for our answer."""
EARLY = timedelta(minutes=5)
"""Before its end a token is asked for again."""
_TOKEN_OVER = frozenset({40001, 40014, 42001})
_NOBODY = frozenset({40003, 43004, 48002})
"""No such reader, no follower any more, or one who takes no messages."""
_OURS = frozenset({-1, 40013, 40125, 40164, 45009, 45011, 48001, 50002})
"""What every other message would meet as well: busy, the account's own fault, or its daily limit."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    ends_at: datetime


_tokens: dict[str, _Token] = {}
_lock = threading.Lock()


class Failed(Exception):
    """The platform's own code of what failed; -2 where its answer cannot be read."""

    def __init__(self, code: int) -> None:
        super().__init__(f"errcode {code}")
        self.code = code


def forget_tokens() -> None:
    """Ask for a token again."""
    with _lock:
        _tokens.clear()


def send(message: Message) -> Sent:
    """Hand one message to the platform. Raises Refused, Later."""
    by = wechat_of(settings.WECHAT)
    told = {"touser": message.to, "msgtype": "text", "text": {"content": message.text[:LONGEST]}}
    body = json.dumps(told, ensure_ascii=False).encode()
    try:
        _asked(by, "/cgi-bin/message/custom/send", body)
    except (OSError, http.client.HTTPException) as fault:
        raise Later(type(fault).__name__, provider=True) from fault
    except Failed as fault:
        if fault.code in _NOBODY:
            raise Refused(str(fault)) from fault
        ours = fault.code in _OURS | _TOKEN_OVER or fault.code == -2
        raise Later(str(fault), provider=ours) from fault
    return Sent()


def fetched(media: str, by: Platform) -> bytes:
    """A picture by its name, from the platform's own address. Raises OSError, Invalid.

    The address that a message names for it is never opened: anybody's could stand there."""
    try:
        token = _token(by, longest=FETCH / 2)
        got = exchange(
            by.at("/cgi-bin/media/get", access_token=token, media_id=media), b"", {},
            private=True, most=MOST_BYTES + 1, longest=FETCH, method="GET",
        )  # fmt: skip
    except (http.client.HTTPException, Failed) as fault:
        raise OSError("no picture") from fault
    if got.status != 200 or got.body[:1] in (b"{", b""):
        if _code(got) in _TOKEN_OVER:
            forget_tokens()
        raise OSError("no picture")
    if len(got.body) > MOST_BYTES:
        raise Invalid(
            N_("A photo has {given} bytes; at most {most} are taken."),
            given=len(got.body), most=MOST_BYTES, field="media",
        )  # fmt: skip
    return got.body


def _asked(by: Platform, path: str, body: bytes) -> dict[str, Any]:
    """One call with a token; where that one is over, once more with a new one. Raises Failed."""
    for again in (False, True):
        token = _token(by, new=again)
        answered = exchange(
            by.at(path, access_token=token), body, {"Content-Type": "application/json"},
            private=True, most=MOST_ANSWER,
        )  # fmt: skip
        code = _code(answered)
        if code == 0:
            return _json(answered)
        if code not in _TOKEN_OVER or again:
            break
    raise Failed(code)


def _token(by: Platform, *, new: bool = False, longest: float = 10.0) -> str:
    """The access token: one for all processes (stable_token), kept until shortly before its end."""
    now = site_now()
    with _lock:
        kept = _tokens.get(by.user)
        if kept is not None and kept.ends_at > now and not new:
            return kept.value
    asked = {
        "grant_type": "client_credential", "appid": by.user, "secret": by.password,
        "force_refresh": new,
    }  # fmt: skip
    answered = exchange(
        by.at("/cgi-bin/stable_token"), json.dumps(asked).encode(),
        {"Content-Type": "application/json"}, private=True, most=MOST_ANSWER, longest=longest,
    )  # fmt: skip
    told = _json(answered)
    value, lasts = told.get("access_token"), told.get("expires_in")
    if not isinstance(value, str) or not value or type(lasts) is not int:
        raise Failed(_code(answered) or -2)
    with _lock:
        _tokens[by.user] = _Token(value, now + timedelta(seconds=lasts) - EARLY)
    return value


def _code(answered: Answered) -> int:
    """0 where it succeeded; -2 for what is no answer of this platform."""
    told = _json(answered)
    code = told.get("errcode", 0 if told else -2)
    if answered.status != 200 and code == 0:
        return -2
    return code if type(code) is int else -2


def _json(answered: Answered) -> dict[str, Any]:
    try:
        found = json.loads(answered.body)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}
