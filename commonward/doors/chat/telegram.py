"""Telegram's bot API: what it tells at our webhook, the pictures it keeps, the messages it takes.

After core.telegram.org/bots/api (webhooks, getFile, sendMessage). The answer to a message goes back
as the answer of the webhook itself; what is told later goes by `send`.
"""

import http.client
import json
import re
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from commonward.cases.actions.photos import MOST_BYTES
from commonward.core.channels import Later, Message, Refused, Sent
from commonward.core.chat import model
from commonward.core.chat.platforms import Platform, telegram_of
from commonward.core.refusals import N_, Invalid
from commonward.doors.chat.talking import Answer, Came
from commonward.doors.look.calling import Answered, exchange

CODE = "telegram"
LONGEST = 4000
"""Characters of one message; the platform takes 4096."""
MOST_ANSWER = 65_536
FETCH = 8.0
"""Seconds for one picture, each of both calls: the platform waits for our answer meanwhile."""
_CHAT = re.compile(r"[1-9][0-9]{0,18}")
_FILE_PATH = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*(?:\.[A-Za-z0-9]{1,8})?")
_OURS = frozenset({401, 404, 409, 429})
"""Statuses that every other message would meet as well: the key is wrong, or too many came."""


def platform() -> Platform:
    """The site's own bot."""
    return telegram_of(settings.TELEGRAM)


def came_of(update: dict[str, Any]) -> Came | None:
    """The message in an update; None for what is none: edits, groups, channels, bots."""
    told = update.get("message")
    number = update.get("update_id")
    if not isinstance(told, dict) or type(number) is not int:
        return None
    chat, sender = _object(told, "chat"), _object(told, "from")
    whose = str(chat.get("id", ""))
    if chat.get("type") != "private" or not _CHAT.fullmatch(whose) or sender.get("is_bot"):
        return None
    text = told.get("text") or told.get("caption") or ""
    picture, size = _picture(told)
    place = _place(told)
    strange = "" if text or picture or place else "kind"
    if size > MOST_BYTES:
        picture, strange = "", "large"
    message = model.Message(f"u{number}", str(text), place, strange=strange)
    answered = _object(told, "reply_to_message").get("message_id")
    by = platform()
    return Came(
        CODE, whose, message, by.category,
        picture=(lambda: fetched(picture, by)) if picture else None,
        answers=name_of(whose, answered) if type(answered) is int else "",
        language=str(sender.get("language_code", ""))[:10],
    )  # fmt: skip


def webhook_answer(whose: str, answers: tuple[Answer, ...]) -> dict[str, Any]:
    """What the webhook answers: one message with the answers that are offered, {} for silence."""
    if not answers:
        return {}
    told = _message(whose, "\n\n".join(one.text for one in answers))
    return {"method": "sendMessage", **told, "reply_markup": _keyboard(answers[-1])}


def send(message: Message) -> Sent:
    """Hand one message to the platform. Raises Refused, Later."""
    by = platform()
    try:
        answered = exchange(
            by.at(f"/bot{_key(by)}/sendMessage"),
            json.dumps(_message(message.to, message.text), ensure_ascii=False).encode(),
            {"Content-Type": "application/json"},
            # The site's own operator named it; a bot API server may stand in the own network.
            private=True, most=MOST_ANSWER,
        )  # fmt: skip
    except (OSError, http.client.HTTPException) as fault:
        raise Later(type(fault).__name__, provider=True) from fault
    return _read(message.to, answered)


def fetched(file: str, by: Platform) -> bytes:
    """A picture by its name, at most so large as is taken. Raises OSError, Invalid.

    It is fetched from the platform's own address alone: what the answer says is a path there.
    """
    try:
        asked = exchange(
            by.at(f"/bot{_key(by)}/getFile"), json.dumps({"file_id": file}).encode(),
            {"Content-Type": "application/json"}, private=True, most=MOST_ANSWER, longest=FETCH,
        )  # fmt: skip
        told = _json(asked)
        found = _object(told, "result")
        path = str(found.get("file_path", ""))
        if asked.status != 200 or told.get("ok") is not True or not _FILE_PATH.fullmatch(path):
            raise OSError("no such file")
        size = found.get("file_size", 0)
        if type(size) is int and size > MOST_BYTES:
            raise _large()
        got = exchange(
            by.at(f"/file/bot{_key(by)}/{path}"), b"", {}, private=True, most=MOST_BYTES + 1,
            longest=FETCH, method="GET",
        )  # fmt: skip
    except http.client.HTTPException as fault:
        raise OSError("no answer") from fault
    if got.status != 200:
        raise OSError("no such file")
    if len(got.body) > MOST_BYTES:
        raise _large()
    return got.body


def name_of(whose: str, message: int) -> str:
    """What a message of ours is known by: its number counts within one chat only, and what is
    kept must not name that."""
    told = f"{whose} {message}"
    return salted_hmac("commonward.telegram", told, algorithm="sha256").hexdigest()[:40]


def _read(whose: str, answered: Answered) -> Sent:
    told, status = _json(answered), answered.status
    if status == 200 and told.get("ok") is True:
        number = _object(told, "result").get("message_id")
        return Sent(name_of(whose, number) if type(number) is int else "")
    code = told.get("error_code")
    status = code if type(code) is int and 100 <= code < 600 else status
    about = str(told.get("description", "")).lower()
    if status == 403 or (status == 400 and "chat not found" in about):
        raise Refused(f"HTTP {status}")
    wait = _object(told, "parameters").get("retry_after")
    waits = f" retry_after {wait}" if status == 429 and type(wait) is int else ""
    raise Later(f"HTTP {status}{waits}", provider=status >= 500 or status in _OURS)


def _message(whose: str, text: str) -> dict[str, Any]:
    return {
        "chat_id": int(whose),
        "text": text[: LONGEST + 50],
        "link_preview_options": {"is_disabled": True},
    }


def _keyboard(answer: Answer) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = [[{"text": one}] for one in answer.choices]
    if answer.place:
        rows.insert(0, [{"text": answer.place, "request_location": True}])
    if not rows:
        return {"remove_keyboard": True}
    return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}


def _picture(told: dict[str, Any]) -> tuple[str, int]:
    """The largest size of a picture that is taken, and how large it is (0: not said)."""
    sizes = [one for one in told.get("photo") or () if isinstance(one, dict)]
    document = _object(told, "document")
    if not sizes and str(document.get("mime_type", "")).startswith("image/"):
        sizes = [document]
    named = [(_size(one), str(one.get("file_id", ""))) for one in sizes if one.get("file_id")]
    if not named:
        return "", 0
    fit = [one for one in named if one[0] <= MOST_BYTES] or named
    size, file = max(fit)
    return file, size


def _size(one: dict[str, Any]) -> int:
    size = one.get("file_size", 0)
    return size if type(size) is int else 0


def _place(told: dict[str, Any]) -> model.Place | None:
    venue = _object(told, "venue")
    found = _object(venue, "location") or _object(told, "location")
    lat, lon = found.get("latitude"), found.get("longitude")
    if not (isinstance(lat, int | float) and isinstance(lon, int | float)):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return model.Place(float(lat), float(lon), str(venue.get("title", ""))[:200])


def _object(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _json(answered: Answered) -> dict[str, Any]:
    try:
        found = json.loads(answered.body)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _key(by: Platform) -> str:
    return f"{by.user}:{by.password}"


def _large() -> Invalid:
    return Invalid(
        N_("A photo has {given} bytes; at most {most} are taken."),
        given=MOST_BYTES + 1, most=MOST_BYTES, field="media",
    )  # fmt: skip


def checked(address: str) -> str:
    """No address is asked for: news go where the report came from. Raises Invalid."""
    raise Invalid(N_("News come to the chat in which the report was told."), field="address")
