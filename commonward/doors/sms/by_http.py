"""A provider that takes text messages as JSON: one POST each, under the key of the message.

Its 200 alone proves nothing: only an answer with a name of the message and without an error does.
"""

import base64
import http.client
import json
from typing import Any

from commonward.core.channels import Later, Message, Refused, Sent
from commonward.core.sms.provider import Provider
from commonward.doors.look.calling import Answered, exchange
from commonward.doors.outbox.address import address
from commonward.doors.sms.submitting import source_of

MOST_ANSWER = 65_536
NAMES = ("id", "message_id", "message_uuid")
"""What providers call the name of a message."""
NOBODY = frozenset(
    {"invalid_recipient", "invalid_number", "unknown_subscriber", "blocked", "unsubscribed"}
)
"""Codes of an error that say: this number, never."""
_BAD = frozenset({"rejected", "failed", "error", "undeliverable"})
_OURS = frozenset({401, 402, 403, 404, 405, 408, 429})
"""Statuses that every other message would meet as well."""
_REPEATED = 409


def send(message: Message, by: Provider) -> Sent:
    """Hand it over. Raises Refused, Later."""
    told = {
        "to": message.to,
        "from": source_of(message, by),
        "text": message.text,
        "reference": message.key,
        "status_url": address("sms:receipts"),
    }
    try:
        answered = exchange(
            by.address, json.dumps(told, ensure_ascii=False).encode(), _headers(message, by),
            # The site's own operator named it; gateways stand in the own network.
            private=True, most=MOST_ANSWER,
        )  # fmt: skip
    except (OSError, http.client.HTTPException) as fault:
        raise Later(type(fault).__name__, provider=True) from fault
    return _read(answered)


def named(told: dict[str, Any]) -> str:
    """The name of a message in what a provider wrote."""
    found = next((told[name] for name in NAMES if told.get(name)), "")
    name = str(found)[:120] if isinstance(found, str | int) else ""
    return name if name.isprintable() else ""


def error_in(told: dict[str, Any]) -> str | None:
    """The code of an error in what a provider wrote, whatever its status said; None for none."""
    error = told.get("error") or told.get("errors")
    if isinstance(error, list):
        error = error[0] if error else None
    if isinstance(error, dict):
        error = error.get("code") or "error"
    if error:
        return _code(error)
    status = str(told.get("status", "")).lower()
    return _code(status) if status in _BAD or told.get("success") is False else None


def _read(answered: Answered) -> Sent:
    status = answered.status
    try:
        told = json.loads(answered.body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        told = {}
    code = error_in(told)
    name = named(told)
    if code in NOBODY and (status < 300 or status in (400, 409, 410, 422)):
        raise Refused(f"HTTP {status} {code}")
    if status >= 500 or status in _OURS:
        raise Later(f"HTTP {status}", provider=True)
    if code is not None and status != _REPEATED:
        raise Later(f"HTTP {status} {code}")
    if not (200 <= status < 300 or (status == _REPEATED and name)):
        raise Later(f"HTTP {status}")
    if not name:
        raise Later(f"HTTP {status} without a name of the message", provider=True)
    return Sent(name)


def _code(error: object) -> str:
    """A code as it may be kept: providers repeat the number in their words."""
    text = str(error).lower()
    return text if len(text) <= 40 and text.replace("_", "").isalpha() else "error"


def _headers(message: Message, by: Provider) -> dict[str, str]:
    pair = base64.b64encode(f"{by.user}:{by.password}".encode()).decode()
    return {
        "Authorization": f"Basic {pair}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": message.key,
    }
