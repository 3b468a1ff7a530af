"""What a receipt says (送达回执): SMPP's text of appendix B, "id:… stat:…", or its parameters."""

import re
from dataclasses import dataclass

from commonward.core.sms.pdu import IS_RECEIPT, RECEIPTED, STATE, Sms

DELIVERED, UNDELIVERABLE = "delivered", "undeliverable"
_ID = re.compile(r"\bid:\s*(\S{1,64})", re.IGNORECASE)
_STAT = re.compile(r"\bstat:\s*([A-Z]{5,13})", re.IGNORECASE)
_ERR = re.compile(r"\berr:\s*(\w{1,8})", re.IGNORECASE)
_WORDS = {
    "DELIVRD": DELIVERED, "DELIVERED": DELIVERED,
    "EXPIRED": UNDELIVERABLE, "DELETED": UNDELIVERABLE, "UNDELIV": UNDELIVERABLE,
    "REJECTD": UNDELIVERABLE, "REJECTED": UNDELIVERABLE, "UNDELIVERABLE": UNDELIVERABLE,
}  # fmt: skip
_STATES = {2: DELIVERED, 3: UNDELIVERABLE, 4: UNDELIVERABLE, 5: UNDELIVERABLE, 8: UNDELIVERABLE}
_NAMES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}


@dataclass(frozen=True, slots=True)
class Told:
    """`outcome` is "delivered", "undeliverable", or "" for what is not the end (accepted, on its
    way, unknown); `fault` is the network's word and number, without any address."""

    name: str
    outcome: str
    fault: str = ""


def receipt_of(sms: Sms) -> Told | None:
    """What a deliver_sm tells of a message of ours; None where it is a message of somebody's.

    The parameters count before the text: centres write that as they like.
    """
    if not sms.esm_class & IS_RECEIPT:
        return None
    text = sms.content.decode("latin-1")
    named, stat, err = _ID.search(text), _STAT.search(text), _ERR.search(text)
    name = sms.more.get(RECEIPTED, b"").rstrip(b"\x00").decode("latin-1") or (
        named[1] if named else ""
    )
    state = sms.more.get(STATE, b"")
    if len(state) == 1 and state[0] in _NAMES:
        outcome, word = _STATES[state[0]], _NAMES[state[0]]
    else:
        word = stat[1].upper() if stat else ""
        outcome = _WORDS.get(word, "")
    number = err[1] if err else ""
    fault = f"{word} {number}".strip() if outcome == UNDELIVERABLE else ""
    return Told(name, outcome, fault)
