"""SMPP 3.4: its units (PDUs) as octets and back ("Short Message Peer to Peer Protocol
Specification v3.4", 1999). Whatever arrives broken is refused before it is believed.

Own, because the library for it on PyPI is a client of its own and reads lengths as they come.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x01, 0x02, 0x09
SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK, GENERIC_NACK = 0x04, 0x05, 0x06, 0x15, 0x80000000
RESPONSE = 0x80000000
BINDS = (BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER)
_MESSAGES = (SUBMIT_SM, DELIVER_SM)
_EMPTY = (UNBIND, UNBIND | RESPONSE, ENQUIRE_LINK, ENQUIRE_LINK | RESPONSE, GENERIC_NACK)

OK, BAD_LENGTH, BAD_COMMAND, TOO_SOON, SYSTEM_ERROR, QUEUE_FULL, THROTTLED = (
    0x00, 0x02, 0x03, 0x04, 0x08, 0x14, 0x58,
)  # fmt: skip
BAD_SENDER, BAD_RECEIVER, LATER, NEVER = 0x0A, 0x0B, 0x64, 0x65
"""`LATER` is ESME_RX_T_APPN (tell it again), `NEVER` ESME_RX_P_APPN."""

PAYLOAD, REFERENCE, RECEIPTED, STATE = 0x0424, 0x0204, 0x001E, 0x0427
"""Optional parameters: message_payload, user_message_reference, receipted_message_id, message_state."""
HAS_HEADER, IS_RECEIPT = 0x40, 0x04
"""Of `esm_class`: the octets begin with a header (UDH); a receipt of the network's centre."""

HEADER = 16
LONGEST_PDU = 70_000
"""Octets that one may say it has: a payload of 64 kB and its fields."""
MOST_SHORT = 254
_NUL = b"\x00"


class BrokenPdu(ValueError):
    """What arrived is no PDU; `status` is what to answer under its `sequence`."""

    def __init__(self, why: str, status: int = BAD_LENGTH, sequence: int = 0) -> None:
        super().__init__(why)
        self.status = status
        self.sequence = sequence


@dataclass(frozen=True, slots=True)
class Bind:
    """Who binds. `kind` is one of `BINDS`, in the PDU's command."""

    system_id: str
    password: str
    system_type: str = ""


@dataclass(frozen=True, slots=True)
class Sms:
    """The fields of submit_sm and deliver_sm that are used; the others go out empty."""

    source: str
    destination: str
    octets: bytes = b""
    source_ton: int = 0
    source_npi: int = 0
    destination_ton: int = 0
    destination_npi: int = 0
    esm_class: int = 0
    registered: int = 0
    coding: int = 0
    more: Mapping[int, bytes] = field(default_factory=dict)
    service: str = ""
    validity: str = ""

    @property
    def content(self) -> bytes:
        """The octets of the text, wherever they stand."""
        return self.more.get(PAYLOAD, b"") if not self.octets else self.octets


@dataclass(frozen=True, slots=True)
class Answer:
    """The name that a response gives: of the message, or of who was bound to."""

    name: str = ""
    more: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pdu:
    """One unit; `body` is None where it has none."""

    command: int
    sequence: int
    status: int = OK
    body: Bind | Sms | Answer | None = None


def encode(pdu: Pdu) -> bytes:
    """As octets. Raises BrokenPdu for a field that is too long or holds a NUL."""
    body = pdu.body
    if isinstance(body, Bind):
        told = (
            _text(body.system_id, 16) + _text(body.password, 9) + _text(body.system_type, 13)
            + b"\x34\x00\x00\x00"
        )  # fmt: skip
    elif isinstance(body, Sms):
        told = _sms(body)
    elif isinstance(body, Answer):
        told = _text(body.name, 65) + _more(body.more)
    else:
        told = b""
    return struct.pack(">IIII", HEADER + len(told), pdu.command, pdu.status, pdu.sequence) + told


def length_of(header: bytes) -> int:
    """How many octets the unit has whose first four these are. Raises BrokenPdu for a length that
    there cannot be, before anything is read or kept of it."""
    (length,) = struct.unpack(">I", header)
    if not HEADER <= length <= LONGEST_PDU:
        raise BrokenPdu(f"length {length}")
    return int(length)


def decode(octets: bytes) -> Pdu:
    """The unit that these octets are, all of them. Raises BrokenPdu."""
    if len(octets) < HEADER:
        raise BrokenPdu("shorter than its header")
    length, command, status, sequence = struct.unpack(">IIII", octets[:HEADER])
    if length != len(octets):
        raise BrokenPdu(f"{len(octets)} octets of {length}", sequence=sequence)
    try:
        return Pdu(command, sequence, status, _body(command, octets[HEADER:]))
    except BrokenPdu as broken:
        broken.sequence = sequence
        raise


def _body(command: int, told: bytes) -> Bind | Sms | Answer | None:
    if command in BINDS:
        system_id, told = _read(told, 16)
        password, told = _read(told, 9)
        system_type, told = _read(told, 13)
        # interface_version, addr_ton, addr_npi, address_range
        _range, rest = _read(_from(told, 2)[1:], 41)
        if rest:
            raise BrokenPdu("octets behind a bind")
        return Bind(system_id, password, system_type)
    if command in _MESSAGES:
        return _read_sms(told)
    if command in _EMPTY:
        if told:
            raise BrokenPdu("octets behind what has no body")
        return None
    if command & RESPONSE and command & ~RESPONSE in (*BINDS, *_MESSAGES):
        if not told:  # a refusal needs none
            return Answer()
        name, told = _read(told, 65)
        return Answer(name, _read_more(told))
    raise BrokenPdu(f"command {command:#x}", BAD_COMMAND)


def _sms(body: Sms) -> bytes:
    if len(body.octets) > MOST_SHORT:
        raise BrokenPdu("a short message holds 254 octets; longer ones are a payload")
    return b"".join(
        (
            _text(body.service, 6),
            bytes([body.source_ton, body.source_npi]), _text(body.source, 21),
            bytes([body.destination_ton, body.destination_npi]), _text(body.destination, 21),
            bytes([body.esm_class, 0, 0]),
            _NUL, _text(body.validity, 17),
            bytes([body.registered, 0, body.coding, 0, len(body.octets)]),
            body.octets,
            _more(body.more),
        )
    )  # fmt: skip


def _read_sms(told: bytes) -> Sms:
    service, told = _read(told, 6)
    source_ton, source_npi = _from(told, 0)[:2]
    source, told = _read(_from(told, 2), 21)
    destination_ton, destination_npi = _from(told, 0)[:2]
    destination, told = _read(_from(told, 2), 21)
    esm_class = _from(told, 0)[0]
    _scheduled, told = _read(_from(told, 3), 17)
    validity, told = _read(told, 17)
    if len(told) < 5:
        raise BrokenPdu("it ends within its fields")
    registered, _replaced, coding, _own, length = told[:5]
    if length > MOST_SHORT or 5 + length > len(told):
        raise BrokenPdu(f"a text of {length} octets where there are {len(told) - 5}")
    return Sms(
        source=source, destination=destination, octets=told[5 : 5 + length],
        source_ton=source_ton, source_npi=source_npi,
        destination_ton=destination_ton, destination_npi=destination_npi,
        esm_class=esm_class, registered=registered, coding=coding,
        more=_read_more(told[5 + length :]), service=service, validity=validity,
    )  # fmt: skip


def _from(told: bytes, at: int) -> bytes:
    if len(told) < at + 2:
        raise BrokenPdu("it ends within its fields")
    return told[at:]


def _text(text: str, most: int) -> bytes:
    """A C-octet string, its NUL counted in `most`."""
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        raise BrokenPdu("a field holds signs that SMPP has not") from None
    if _NUL in octets or len(octets) >= most:
        raise BrokenPdu(f"a field of {len(octets)} octets where {most - 1} are the most")
    return octets + _NUL


def _read(told: bytes, most: int) -> tuple[str, bytes]:
    octets, nul, rest = told.partition(_NUL)
    if not nul or len(octets) >= most:
        raise BrokenPdu("a field without an end")
    return octets.decode("latin-1"), rest


def _more(given: Mapping[int, bytes]) -> bytes:
    for octets in given.values():
        if len(octets) > 0xFFFF:
            raise BrokenPdu("an optional parameter holds 65535 octets")
    return b"".join(struct.pack(">HH", tag, len(v)) + v for tag, v in given.items())


def _read_more(told: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while told:
        if len(told) < 4:
            raise BrokenPdu("an optional parameter without its length")
        tag, length = struct.unpack(">HH", told[:4])
        if 4 + length > len(told):
            raise BrokenPdu(f"an optional parameter of {length} octets where {len(told) - 4} are")
        found.setdefault(tag, told[4 : 4 + length])
        told = told[4 + length :]
    return found
