"""SMPP's units come back as they were, and what is broken is refused before it is believed."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.sms import pdu
from commonward.core.sms.pdu import Answer, Bind, BrokenPdu, Pdu, Sms, decode, encode, length_of
from commonward.core.sms.receipts import Told, receipt_of


def latin(most: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=most)


OCTET = st.integers(0, 255)
MORE = st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=300), max_size=4)
SMS = st.builds(
    Sms, source=latin(20), destination=latin(20), octets=st.binary(max_size=254), source_ton=OCTET,
    source_npi=OCTET, destination_ton=OCTET, destination_npi=OCTET, esm_class=OCTET,
    registered=OCTET, coding=OCTET, more=MORE, service=latin(5), validity=latin(16),
)  # fmt: skip
BODIES = st.one_of(
    st.tuples(st.sampled_from(pdu.BINDS), st.builds(Bind, latin(15), latin(8), latin(12))),
    st.tuples(st.sampled_from([pdu.SUBMIT_SM, pdu.DELIVER_SM]), SMS),
    st.tuples(
        st.sampled_from([one | pdu.RESPONSE for one in (*pdu.BINDS, 4, 5)]),
        st.builds(Answer, latin(64), MORE),
    ),
    st.tuples(
        st.sampled_from(
            [pdu.UNBIND, pdu.UNBIND | pdu.RESPONSE, pdu.ENQUIRE_LINK, pdu.GENERIC_NACK]
        ),
        st.none(),
    ),
)
NUMBER = st.integers(0, 0xFFFFFFFF)


@given(BODIES, NUMBER, NUMBER)
def test_a_unit_comes_back_as_it_was(
    body: tuple[int, Bind | Sms | Answer | None], sequence: int, status: int
) -> None:
    made = Pdu(body[0], sequence, status, body[1])
    octets = encode(made)
    assert length_of(octets[:4]) == len(octets)
    assert decode(octets) == made


@given(BODIES, st.data())
def test_a_unit_that_is_cut_off_or_too_long_is_refused(
    body: tuple[int, Bind | Sms | Answer | None], data: st.DataObject
) -> None:
    octets = encode(Pdu(body[0], 7, 0, body[1]))
    end = data.draw(st.integers(0, len(octets) - 1))
    with pytest.raises(BrokenPdu):
        decode(octets[:end])
    with pytest.raises(BrokenPdu):
        decode(octets + b"\x00")


@given(BODIES, st.data())
def test_a_unit_cut_off_under_a_length_that_fits_is_refused_or_read_to_its_last_octet(
    body: tuple[int, Bind | Sms | Answer | None], data: st.DataObject
) -> None:
    octets = encode(Pdu(body[0], 7, 0, body[1]))
    end = data.draw(st.integers(16, len(octets)))
    short = struct.pack(">I", end) + octets[4:end]
    try:
        found = decode(short)
    except BrokenPdu:
        return
    assert encode(found) == short or end == 16, "a refusal needs no body"


@pytest.mark.parametrize("more", [b"\x04\x24\x00\x05abc", b"\x04\x24\x00", b"\x04"])
def test_an_optional_parameter_that_is_cut_off_is_refused(more: bytes) -> None:
    octets = encode(Pdu(pdu.DELIVER_SM, 1, body=Sms("1", "2", b"abc"))) + more
    with pytest.raises(BrokenPdu):
        decode(struct.pack(">I", len(octets)) + octets[4:])


@given(st.binary(max_size=400), st.sampled_from([1, 2, 4, 5, 9, 0x80000004, 0x80000009, 0x15, 3]))
def test_any_octets_are_a_unit_or_refused_and_nothing_else(told: bytes, command: int) -> None:
    octets = struct.pack(">IIII", 16 + len(told), command, 0, 99) + told
    try:
        found = decode(octets)
    except BrokenPdu as broken:
        assert broken.sequence == 99
        return
    assert found.command == command


@pytest.mark.parametrize("length", [0, 15, pdu.LONGEST_PDU + 1, 0xFFFFFFFF])
def test_a_length_that_there_cannot_be_is_refused_before_anything_is_read(length: int) -> None:
    with pytest.raises(BrokenPdu):
        length_of(struct.pack(">I", length))


def test_a_text_longer_than_what_there_is_is_refused() -> None:
    octets = bytearray(encode(Pdu(pdu.DELIVER_SM, 1, body=Sms("1", "2", b"abc"))))
    octets[octets.index(b"\x03abc")] = 200
    with pytest.raises(BrokenPdu):
        decode(bytes(octets))


def test_a_command_that_nobody_knows_is_named_as_that() -> None:
    with pytest.raises(BrokenPdu) as refused:
        decode(struct.pack(">IIII", 16, 0x99, 0, 3))
    assert refused.value.status == pdu.BAD_COMMAND


@pytest.mark.parametrize(
    "body", [Sms("1" * 21, "2"), Sms("1", "诉"), Sms("1\x00", "2"), Sms("1", "2", b"a" * 255)]
)
def test_a_field_that_does_not_fit_is_never_sent(body: Sms) -> None:
    with pytest.raises(BrokenPdu):
        encode(Pdu(pdu.SUBMIT_SM, 1, body=body))


TEXT = "id:{id} sub:001 dlvrd:001 submit date:2603020800 done date:2603020801 stat:{stat} err:{err} text:x"


@pytest.mark.parametrize(
    ("stat", "err", "outcome", "fault"),
    [
        ("DELIVRD", "000", "delivered", ""),
        ("UNDELIV", "011", "undeliverable", "UNDELIV 011"),
        ("EXPIRED", "000", "undeliverable", "EXPIRED 000"),
        ("ENROUTE", "000", "", ""),
        ("ACCEPTD", "000", "", ""),
    ],
)
def test_a_receipt_is_read_from_its_text(stat: str, err: str, outcome: str, fault: str) -> None:
    text = TEXT.format(id="a7-9", stat=stat, err=err).encode()
    assert receipt_of(Sms("1", "2", text, esm_class=4)) == Told("a7-9", outcome, fault)


def test_the_parameters_of_a_receipt_count_before_its_text() -> None:
    text = TEXT.format(id="wrong", stat="ENROUTE", err="000").encode()
    more = {pdu.RECEIPTED: b"right\x00", pdu.STATE: b"\x02"}
    assert receipt_of(Sms("1", "2", text, esm_class=4, more=more)) == Told("right", "delivered")


def test_a_text_of_somebody_that_looks_like_a_receipt_is_none() -> None:
    assert receipt_of(Sms("1", "2", TEXT.format(id="1", stat="DELIVRD", err="0").encode())) is None
