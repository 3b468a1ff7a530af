"""Blind signatures agree with RFC 9474, with `cryptography`, and with every possible pairing."""

import json
from functools import cache
from math import lcm
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.ballots import blind, codes, recount
from commonward.core.refusals import Invalid

RFC = json.loads((Path(__file__).parent / "rfc9474.json").read_text())


@cache
def key() -> blind.Key:
    return blind.new_key(1024)


@cache
def rfc_key() -> blind.Key:
    p, q = int(RFC["p"], 16), int(RFC["q"], 16)
    return blind.Key(p * q, pow(blind.EXPONENT, -1, lcm(p - 1, q - 1)))


def test_each_step_gives_the_numbers_of_the_rfc() -> None:
    one = rfc_key()
    inverse = int(RFC["inv"], 16)
    said, salt = bytes.fromhex(RFC["msg"]), bytes.fromhex(RFC["salt"])
    sent, back = blind.blind(one, said, salt=salt, factor=pow(inverse, -1, one.n))
    assert (sent.hex(), back) == (RFC["blinded_msg"], inverse)
    assert blind.sign_blinded(one, sent).hex() == RFC["blind_sig"]
    assert blind.unblind(one, bytes.fromhex(RFC["blind_sig"]), inverse).hex() == RFC["sig"]
    assert recount.signed(one.public, said, RFC["sig"])


def test_a_library_takes_the_signature_for_an_ordinary_one() -> None:
    made = blind.new_key()
    said = recount.message("vote", "00" * 32, "11" * 32)
    public = rsa.RSAPublicNumbers(made.e, made.n).public_key()
    salted = padding.PSS(padding.MGF1(SHA384()), recount.SALT)
    public.verify(blind.sign(made, said), said, salted, SHA384())


@given(st.binary(max_size=80), st.integers(0, 8 * 128 - 1))
@settings(max_examples=40, deadline=None)
def test_one_changed_bit_of_a_signature_or_a_message_is_seen(said: bytes, bit: int) -> None:
    signature = blind.sign(key(), said)
    assert recount.signed(key().public, said, signature.hex())
    other = (int.from_bytes(signature, "big") ^ (1 << bit)).to_bytes(128, "big")
    assert not recount.signed(key().public, said, other.hex())
    assert not recount.signed(key().public, said + b"!", signature.hex())


@given(st.permutations(range(4)))
@settings(max_examples=24, deadline=None)
def test_whoever_knows_all_requests_and_all_ballots_can_pair_each_with_each(
    order: list[int],
) -> None:
    """For any request and any ballot there is exactly one factor that fits: nothing can be told."""
    one = key()
    said = [bytes([n]) * 40 for n in range(4)]
    sent = [blind.blind(one, words)[0] for words in said]
    signatures = [blind.sign(one, words) for words in said]
    for request, ballot in zip(sent, order, strict=True):
        hidden = pow(int.from_bytes(signatures[ballot], "big"), one.e, one.n)
        factor_to_e = int.from_bytes(request, "big") * pow(hidden, -1, one.n) % one.n
        factor = pow(factor_to_e, one.d, one.n)
        assert hidden * pow(factor, one.e, one.n) % one.n == int.from_bytes(request, "big")


@pytest.mark.parametrize("sent", [b"", bytes(128), b"\x00" * 127 + b"\x01", b"\xff" * 128])
def test_what_no_browser_sends_is_not_signed(sent: bytes) -> None:
    with pytest.raises(Invalid):
        blind.sign_blinded(key(), sent)


def test_a_code_is_taken_as_people_type_it() -> None:
    code = codes.new_code()
    assert len(code) == codes.LETTER
    assert set(code) <= set(codes.ALPHABET)
    assert codes.as_kept(f" {codes.shown(code).lower()} ") == code
    assert codes.mark("a", code) != codes.mark("b", code)
