"""Hand one message to a message centre: whole, or in parts that the telephone puts together.

Each attempt is the same down to the reference: a centre that knows `user_message_reference` sends
it once, and a telephone that gets a part twice under one reference shows it once.
"""

import hashlib
import re

from commonward.core.channels import Later, Message, Refused, Sent
from commonward.core.sms import pdu
from commonward.core.sms.alphabet import alphabet_of, encoded
from commonward.core.sms.parts import cut, room
from commonward.core.sms.pdu import Answer, Sms
from commonward.core.sms.provider import Provider
from commonward.doors.sms.behind import behind_of
from commonward.doors.sms.session import Session

_INTERNATIONAL, _NATIONAL, _NAMED, _ISDN, _UNKNOWN = 1, 2, 5, 1, 0
_UCS2 = 0x08
_WITH_RECEIPT = 1
_CLOSED_TO_US = frozenset({pdu.THROTTLED, pdu.QUEUE_FULL, pdu.SYSTEM_ERROR, pdu.BAD_SENDER})
"""Statuses that every other message would meet as well."""
_SUBSCRIPTION = re.compile(r"/(\d+)-[0-9a-f]+(?:/|$)", re.ASCII)
"""In the page that ends the messages."""
_NOBODY = frozenset({pdu.BAD_RECEIVER})


def submit(session: Session, message: Message, by: Provider) -> Sent:
    """All parts of it; its name is that of the last part, which alone asks for a receipt.

    Raises Refused, Later.
    """
    answers = session.ask(pdu.SUBMIT_SM, parts_of(message, by))
    for one in answers:
        if one.status != pdu.OK:
            raise _refusal(one.status)
        if not one.command & pdu.RESPONSE or one.command == pdu.GENERIC_NACK:
            raise Later("SMPP no answer to what was sent")
    body = answers[-1].body
    return Sent(body.name if isinstance(body, Answer) else "")


def parts_of(message: Message, by: Provider) -> list[Sms]:
    """The message as the centre is given it: a payload where one part does not hold it, or parts
    with headers where the site's centre takes no payload."""
    reference = reference_of(message.key)
    alphabet = by.alphabet or alphabet_of(message.text)
    octets = encoded(message.text, alphabet)
    one_part = room(alphabet) * (1 if alphabet == "gsm" else 2)
    if by.payload and len(octets) > one_part:
        return [_sms(message, by, b"", alphabet == "ucs2", 0, {pdu.PAYLOAD: octets}, last=True)]
    parts = cut(message.text, reference, wide=by.wide, alphabet=alphabet).parts
    return [
        _sms(
            message, by, header + part, alphabet == "ucs2", pdu.HAS_HEADER if header else 0, {},
            last=number == len(parts),
        )
        for number, (header, part) in enumerate(parts, 1)
    ]  # fmt: skip


def reference_of(key: str) -> int:
    """16 bits that are the same at each attempt of one message."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:2], "big")


def source_of(message: Message, by: Provider) -> str:
    """Who it is from; where the site has numbers behind its own, that of this subscription: an
    answer then says which message it answers, without anybody being looked up."""
    if not by.extension:
        return by.source
    found = _SUBSCRIPTION.search(message.stop)
    whole = by.source + (behind_of(int(found[1])) if found else "")
    return whole if len(whole) <= 20 else by.source


def _sms(
    message: Message,
    by: Provider,
    octets: bytes,
    ucs2: bool,
    esm_class: int,
    more: dict[int, bytes],
    *,
    last: bool,
) -> Sms:
    source = source_of(message, by)
    named = not source.removeprefix("+").isdecimal()
    abroad = source.startswith("+")
    return Sms(
        source=source.removeprefix("+"),
        source_ton=_NAMED if named else _INTERNATIONAL if abroad else _UNKNOWN,
        source_npi=_UNKNOWN if named else _ISDN,
        destination=message.to.removeprefix("+"),
        destination_ton=_INTERNATIONAL,
        destination_npi=_ISDN,
        octets=octets,
        esm_class=esm_class,
        registered=_WITH_RECEIPT if last else 0,
        coding=_UCS2 if ucs2 else 0,
        more={pdu.REFERENCE: reference_of(message.key).to_bytes(2, "big"), **more},
        service=by.service,
    )


def _refusal(status: int) -> Exception:
    told = f"SMPP {status:#x}"
    if status in _NOBODY:
        return Refused(told)
    return Later(told, provider=status in _CLOSED_TO_US)
