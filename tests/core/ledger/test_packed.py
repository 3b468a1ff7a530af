"""A receipt in an address: back as it was, small enough for a QR code, and no bomb."""

import json
import re
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.ledger.packed import SIGNS, packed, unpacked
from commonward.core.ledger.receipts import Refuted, receipt
from commonward.core.ledger.tiles import Tiled
from tests.core.ledger.log import ORIGIN, Log


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_what_was_packed_comes_back(given: dict[str, Any]) -> None:
    assert json.loads(unpacked(packed(given))) == given


@given(st.text(alphabet=SIGNS) | st.text())
def test_whatever_was_not_packed_is_refuted(given: str) -> None:
    try:
        found = unpacked(given)
    except Refuted:
        return
    assert isinstance(found, str)


def test_its_signs_may_stand_in_an_address_and_in_a_qr_code_s_short_mode() -> None:
    assert len(set(SIGNS)) == 41
    assert re.fullmatch(r"[A-Z0-9$*\-/:]+", SIGNS)


def test_one_entry_of_a_log_fits_a_qr_code() -> None:
    log = Log()
    log.grow(1000)
    note = log.files["checkpoint"].decode()
    made = receipt(ORIGIN, note, [log.leaves[7]], Tiled(1000, log.fetch).node)
    # Alphanumeric capacity of version 40 at level L: 4,296 signs.
    assert len(packed(made)) < 2_000


def test_a_few_signs_that_claim_to_be_gigabytes_are_refused() -> None:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packing.compress(bytes(50_000_000)) + packing.flush()
    value = [int.from_bytes(raw[p : p + 2].ljust(2, b"\0"), "big") for p in range(0, len(raw), 2)]
    signs = "".join(SIGNS[v % 41] + SIGNS[v // 41 % 41] + SIGNS[v // 1681] for v in value)
    with pytest.raises(Refuted):
        unpacked(signs)
