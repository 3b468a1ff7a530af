"""Sealed details open with their own key at their own place, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.sealing import (
    HEAD,
    CannotOpen,
    head_of,
    mark_of,
    master,
    new_key,
    open_sealed,
    seal,
    unwrap,
    wrap,
)

OLD = master("the first secret of this site, random enough")
NEW = master("the second secret of this site, random enough")


@given(st.binary(max_size=2_000), st.text(max_size=40))
def test_what_was_sealed_opens_again_with_its_key_and_context(plain: bytes, context: str) -> None:
    key = new_key()
    sealed = seal(plain, key, context)
    assert open_sealed(sealed, key, context) == plain
    assert open_sealed(memoryview(sealed), key, context) == plain
    assert len(sealed) == len(plain) + 29
    assert seal(plain, key, context) != sealed


@given(st.binary(max_size=60), st.data())
def test_any_changed_or_missing_bit_is_refused(plain: bytes, data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal(plain, key, "7H/contact"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CannotOpen):
        open_sealed(bytes(sealed), key, "7H/contact")
    cut = data.draw(st.integers(0, len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CannotOpen):
        open_sealed(bytes(sealed[:cut]), key, "7H/contact")


def test_every_changed_bit_of_a_wrapped_key_is_refused() -> None:
    wrapped = wrap(new_key(), [OLD], "7H")
    assert len(wrapped) == 69
    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotOpen):
            unwrap(bytes(changed), [OLD, NEW], "7H")
    for cut in range(len(wrapped)):
        with pytest.raises(CannotOpen, match="cut off"):
            unwrap(wrapped[:cut], [OLD], "7H")


def test_a_detail_moved_to_another_case_does_not_open() -> None:
    key = new_key()
    with pytest.raises(CannotOpen, match="the place is another"):
        open_sealed(seal(b"13800000000", key, "7H/contact"), key, "8K/contact")
    with pytest.raises(CannotOpen):
        open_sealed(seal(b"13800000000", key, "7H/contact"), new_key(), "7H/contact")


def test_a_key_wrapped_for_one_case_does_not_serve_another() -> None:
    with pytest.raises(CannotOpen):
        unwrap(wrap(new_key(), [OLD], "7H"), [OLD], "8K")


def test_keys_wrapped_before_a_rotation_open_until_the_earlier_master_is_gone() -> None:
    key = new_key()
    before = wrap(key, [OLD], "7H")
    assert unwrap(memoryview(before), [NEW, OLD], "7H") == key
    assert mark_of(before) == OLD.mark
    after = wrap(unwrap(before, [NEW, OLD], "7H"), [NEW, OLD], "7H")
    assert after[:HEAD] == head_of(NEW.mark)
    assert unwrap(after, [NEW], "7H") == key
    with pytest.raises(CannotOpen, match="add the earlier one"):
        unwrap(before, [NEW], "7H")


def test_neither_the_key_nor_the_plain_bytes_can_be_seen_in_what_is_kept() -> None:
    key = new_key()
    assert key not in wrap(key, [OLD], "7H")
    assert b"13800000000" not in seal(b"13800000000", key, "7H")
    assert OLD.key.hex() not in repr(OLD)
    assert repr(OLD.key) not in repr(OLD)


def test_the_same_secret_gives_the_same_master_and_another_gives_another() -> None:
    master.cache_clear()
    assert master("the first secret of this site, random enough") == OLD
    assert OLD.key != NEW.key
    assert OLD.mark != NEW.mark


def test_short_secrets_wrong_keys_and_no_master_are_refused_in_words() -> None:
    with pytest.raises(Invalid, match="has 5 characters; it needs at least 32"):
        master("12345")
    with pytest.raises(Invalid, match="32 bytes"):
        seal(b"", b"short", "7H")
    with pytest.raises(Invalid, match="32 bytes"):
        open_sealed(seal(b"", new_key(), ""), b"k" * 16, "")
    with pytest.raises(Invalid, match="32 bytes"):
        wrap(b"k" * 16, [OLD], "7H")
    with pytest.raises(Invalid, match="No master key"):
        wrap(new_key(), [], "7H")
