"""What is said to a bank's computer and what it answers (银行止付接口), as JSON and a signature.

Both sides sign as webhooks do (core.hooking): HMAC-SHA256 over "id.timestamp.body". An answer
counts only when it is signed, names the request, and says one of three things; that a server
answered with status 200 says nothing.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.core.hooking import signature
from commonward.core.refusals import N_, Invalid

TYPE, TRIAL = "payment.stop", "payment.stop.test"
STOPPED = ("stopped", "in_part", "too_late")
ANSWERS = (*STOPPED, "refused")
"""How a bank may answer: what became of the money, or that it does not do it, with its reason."""
SIDES = ("from", "to")
LONGEST_REASON, LONGEST_REFERENCE = 500, 80
MOST_ANSWER = 16_384
"""Bytes of an answer that are read."""
CLOCKS_DIFFER = 300
"""Seconds that the bank's clock may be off (Standard Webhooks' own bound)."""

NOT_READ = N_("The answer is no JSON object of this protocol.")


@dataclass(frozen=True, slots=True)
class BankSays:
    """What a bank says of one request: "acknowledged", or "answered" with one of `ANSWERS`."""

    state: str
    answer: str = ""
    reason: str = ""
    reference: str = ""


def request_body(
    request: str,
    number: str,
    asked_at: str,
    transfers: Sequence[Mapping[str, Any]],
    answer_to: str,
) -> dict[str, Any]:
    """What a bank is asked; each transfer has the account on this bank's own side and no other."""
    return {
        "type": TYPE,
        "request": request,
        "number": number,
        "asked_at": asked_at,
        "answer_to": answer_to,
        "transfers": [dict(one) for one in transfers],
    }


def written(body: Mapping[str, Any]) -> bytes:
    """The bytes that are sent and signed."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def read_answer(body: bytes, request: str) -> BankSays:
    """What the bank said. Raises Invalid for whatever is not exactly an answer to this request."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid(NOT_READ, field="body") from None
    if not isinstance(found, dict):
        raise Invalid(NOT_READ, field="body")
    if found.get("request") != request:
        raise Invalid(N_("The answer is about another request."), field="request")
    return says(
        found.get("state"), found.get("result", ""), found.get("reason", ""),
        found.get("reference", ""),
    )  # fmt: skip


def says(state: Any, result: Any = "", reason: Any = "", reference: Any = "") -> BankSays:
    """The answer, checked. Raises Invalid naming the field."""
    for name, value, most in (
        ("reason", reason, LONGEST_REASON), ("reference", reference, LONGEST_REFERENCE),
    ):  # fmt: skip
        if not isinstance(value, str) or len(value) > most or "\x00" in value:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name,
                most=most,
                field=name,
            )
    if state == "acknowledged":
        return BankSays("acknowledged", reference=reference)
    if state == "confirmed" and result in STOPPED:
        return BankSays("answered", str(result), reason, reference)
    if state == "refused":
        if not reason.strip():
            raise Invalid(N_("Say why it is refused."), field="reason")
        return BankSays("answered", "refused", reason, reference)
    raise Invalid(
        N_("state is acknowledged, confirmed with a result ({known}), or refused with a reason."),
        known=", ".join(STOPPED),
        field="state",
    )


def is_signed(key: bytes, message: str, timestamp: str, body: bytes, given: str, now: int) -> bool:
    """Whether one of the given signatures is ours over these bytes, and from about this moment."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(int(timestamp) - now) > CLOCKS_DIFFER:
        return False
    right = signature(key, message, int(timestamp), body).encode()
    return any(hmac.compare_digest(right, one.encode("utf-8", "replace")) for one in given.split())


def together(answers: Sequence[str]) -> str:
    """One word for the answers of several banks: "in_part" where they differ."""
    kinds = set(answers)
    if len(kinds) == 1:
        return answers[0]
    return "in_part" if kinds & {"stopped", "in_part"} else "too_late"
