"""A WeChat official account (微信公众号): what it tells at our address, and what it is answered.

After developers.weixin.qq.com/doc/offiaccount: the signature of each call, messages in XML, the
sealed mode. It is answered within five seconds in the answer itself, or asks twice more.
"""

import re
from datetime import datetime
from secrets import token_bytes

from django.conf import settings

from commonward.core.chat.flat_xml import read_xml, written_xml
from commonward.core.chat.model import Message, Place
from commonward.core.chat.platforms import Platform, wechat_of
from commonward.core.chat.sealed import is_signed, key_of, opened, sealed, signature
from commonward.core.geo import to_wgs84
from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.doors.chat.talking import Answer, Came
from commonward.doors.chat.wechat_calls import fetched

CODE = "wechat"
SKEW = 300
"""Seconds that the moment of a signature may be off ours."""
LONGEST_BYTES = 2048
"""Of a text, in UTF-8."""
_OPENID = re.compile(r"[A-Za-z0-9_-]{6,64}")
_NUMBER = re.compile(r"[0-9]{1,20}")


def platform() -> Platform:
    """The site's own account."""
    return wechat_of(settings.WECHAT)


def checked_call(given: dict[str, str], at: datetime) -> None:
    """A call that the platform signed, now. Raises Forbidden."""
    timestamp, nonce = given.get("timestamp", ""), given.get("nonce", "")
    _fresh(timestamp, at)
    if not is_signed(given.get("signature", ""), platform().secret, timestamp, nonce):
        raise _wrong()


def message_in(given: dict[str, str], body: bytes, at: datetime) -> dict[str, str]:
    """The fields of a message, opened where the account seals them. An account that seals takes
    nothing in plain: nobody can ask for less. Raises Forbidden, Invalid."""
    by = platform()
    if not by.aes:
        checked_call(given, at)
        return read_xml(body)
    timestamp, nonce = given.get("timestamp", ""), given.get("nonce", "")
    _fresh(timestamp, at)
    encrypted = read_xml(body).get("Encrypt", "")
    if not encrypted or not is_signed(
        given.get("msg_signature", ""), by.secret, timestamp, nonce, encrypted
    ):
        raise _wrong()
    return read_xml(opened(encrypted, key_of(by.aes), by.user).encode())


def came_of(told: dict[str, str]) -> Came | None:
    """The message; None for what asks for no answer (somebody left, a menu was pressed)."""
    whose, by = told.get("FromUserName", ""), platform()
    if not _OPENID.fullmatch(whose):
        raise Invalid(N_("This is no message in XML."), field="body")
    kind = told.get("MsgType", "")
    media = told.get("MediaId", "") if kind == "image" else ""
    number = told.get("MsgId", "")
    name = f"m{number}" if _NUMBER.fullmatch(number) else f"e{told.get('CreateTime', '')[:20]}"
    if kind == "event":
        event = told.get("Event", "").lower()
        if event not in ("subscribe", "unsubscribe"):
            return None
        text = "stop" if event == "unsubscribe" else ""
        return Came(CODE, whose, Message(f"{name}{event}", text), by.category)
    text = told.get("Content", "") if kind == "text" else ""
    place = _place(told) if kind == "location" else None
    strange = "" if kind in ("text", "image") or place else "kind"
    return Came(
        CODE, whose, Message(name, text, place, strange=strange), by.category,
        picture=(lambda: fetched(media, by)) if media else None,
    )  # fmt: skip


def answer_to(told: dict[str, str], answers: tuple[Answer, ...], at: datetime) -> str:
    """The answer in the form that the account has; "success" says that there is none."""
    text = "\n\n".join(_numbered(one) for one in answers)
    if not text or told.get("Event", "").lower() == "unsubscribe":
        return "success"
    by = platform()
    plain = written_xml(
        {
            "ToUserName": told.get("FromUserName", ""),
            "FromUserName": told.get("ToUserName", ""),
            "CreateTime": str(int(at.timestamp())),
            "MsgType": "text",
            "Content": cut(text),
        }
    )
    if not by.aes:
        return plain
    encrypted = sealed(plain, key_of(by.aes), by.user, token_bytes(16))
    timestamp, nonce = str(int(at.timestamp())), token_bytes(8).hex()
    drawn = signature(by.secret, timestamp, nonce, encrypted)
    return written_xml(
        {"Encrypt": encrypted, "MsgSignature": drawn, "TimeStamp": timestamp, "Nonce": nonce}
    )


def cut(text: str) -> str:
    """As long as the platform takes; no sign is broken.

    >>> len(cut("路" * 1000).encode()) <= LONGEST_BYTES
    True
    """
    raw = text.encode("utf-8", "replace")
    return (
        text
        if len(raw) <= LONGEST_BYTES
        else raw[: LONGEST_BYTES - 3].decode("utf-8", "ignore") + "…"
    )


def _numbered(answer: Answer) -> str:
    """The answers that are offered have numbers here: there are no buttons."""
    lines = [f"{number} {label}" for number, label in enumerate(answer.choices, 1)]
    return "\n".join((answer.text, *lines))


def _place(told: dict[str, str]) -> Place | None:
    """WeChat tells places in GCJ-02 (国测局坐标)."""
    try:
        lat, lon = float(told.get("Location_X", "")), float(told.get("Location_Y", ""))
    except ValueError:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    lons, lats = to_wgs84(lon, lat)
    return Place(float(lats), float(lons), told.get("Label", "")[:200])


def _fresh(timestamp: str, at: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        raise _wrong()
    if abs(int(timestamp) - at.timestamp()) > SKEW:
        raise _wrong()


def _wrong() -> Forbidden:
    return Forbidden(N_("The signature of this message does not fit."))
