"""A caucus note is read by its mediator with the passphrase, and by nobody in any other way."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core import caucus, sealing
from commonward.core.caucus import (
    Opened,
    Ring,
    WrongPassphrase,
    fingerprint,
    new_ring,
    open_note,
    open_ring,
    parcel_for,
    relocked,
    seal_note,
)
from commonward.core.refusals import Invalid
from commonward.core.sealing import CannotOpen

CHEAP = 10
WORDS = "Side A would take 40,000 and an apology. 我方底线四万。"
PHRASE = "seven quiet herons cross"


@pytest.fixture(scope="module")
def ring() -> Ring:
    return new_ring(PHRASE, "mediator 7", cost=CHEAP)


@pytest.fixture(scope="module")
def opened(ring: Ring) -> Opened:
    return open_ring(ring, PHRASE, "mediator 7")


@settings(deadline=None)
@given(st.text(max_size=3_000))
def test_a_note_opens_again_with_its_sides_key(words: str) -> None:
    key = bytes(range(32))
    sealed = seal_note(words, key, "7H/a/1")
    assert open_note(sealed, key, "7H/a/1") == words
    assert (len(sealed) - 29) % 512 == 0


def test_the_length_of_a_short_note_says_nothing() -> None:
    key = bytes(range(32))
    assert {len(seal_note("x" * n, key, "7H/a/1")) for n in range(500)} == {541}
    with pytest.raises(Invalid, match="at most"):
        seal_note("好" * 20_001, key, "7H/a/1")


def test_the_other_sides_key_another_case_and_another_note_do_not_open_it(opened: Opened) -> None:
    ours = opened.side_key(opened.new_side("7H/a"), "7H/a")
    theirs = opened.side_key(opened.new_side("7H/b"), "7H/b")
    sealed = seal_note(WORDS, ours, "7H/a/1")
    for key, context in ((theirs, "7H/a/1"), (ours, "7H/b/1"), (ours, "7K/a/1"), (ours, "7H/a/2")):
        with pytest.raises(CannotOpen):
            open_note(sealed, key, context)
    wrapped = opened.new_side("7H/a")
    with pytest.raises(CannotOpen):
        opened.side_key(wrapped, "7H/b")


def test_whoever_holds_the_database_and_the_master_key_opens_nothing(
    ring: Ring, opened: Opened
) -> None:
    """Every stored byte, used as a key or as a passphrase in every place, opens nothing."""
    master = sealing.master("the secret of this site, random enough")
    case_key = sealing.new_key()
    wrapped = opened.new_side("7H/a")
    note = seal_note(WORDS, opened.side_key(wrapped, "7H/a"), "7H/a/1")
    stored = [ring.public, ring.locked, wrapped, note, master.key, master.mark, case_key]
    pieces = {one[k : k + 32] for one in stored for k in range(len(one) - 31)}
    for piece in pieces:
        with pytest.raises(CannotOpen):
            open_note(note, piece, "7H/a/1")
    strangers = [Opened(piece) for piece in itertools.islice(sorted(pieces), 0, None, 7)]
    for stranger in strangers:
        with pytest.raises(CannotOpen):
            stranger.side_key(wrapped, "7H/a")
    for guess in (ring.public.hex(), master.key.hex(), "", "administrator", PHRASE.upper()):
        with pytest.raises(WrongPassphrase):
            open_ring(ring, guess, "mediator 7")


def test_nothing_of_the_words_or_of_the_private_key_lies_in_what_is_stored(
    ring: Ring, opened: Opened
) -> None:
    wrapped = opened.new_side("7H/a")
    key = opened.side_key(wrapped, "7H/a")
    note = seal_note(WORDS, key, "7H/a/1")
    for stored in (ring.public, ring.locked, wrapped, note):
        for secret in (WORDS.encode()[:8], "我方底线".encode(), key, opened._private):
            assert secret not in stored
    assert opened._private.hex() not in repr(opened)


def test_another_mediators_lock_or_a_changed_bit_of_it_does_not_open(ring: Ring) -> None:
    with pytest.raises(WrongPassphrase):
        open_ring(ring, PHRASE, "mediator 8")
    for place in range(len(ring.locked)):
        changed = bytearray(ring.locked)
        changed[place] ^= 1 if place != 1 else 0x80
        with pytest.raises(WrongPassphrase):
            open_ring(Ring(ring.public, bytes(changed)), PHRASE, "mediator 7")
        with pytest.raises(WrongPassphrase):
            open_ring(Ring(ring.public, ring.locked[:place]), PHRASE, "mediator 7")


def test_a_strangers_public_key_beside_the_lock_is_found(ring: Ring) -> None:
    strange = new_ring("an administrator's own", "mediator 7", cost=CHEAP).public
    with pytest.raises(CannotOpen, match="not yours"):
        open_ring(replace(ring, public=strange), PHRASE, "mediator 7")


def test_a_side_key_that_a_stranger_put_in_place_of_the_mediators_does_not_open(
    opened: Opened,
) -> None:
    """Otherwise an administrator could choose the key of all notes to come."""
    stranger = open_ring(
        new_ring("an administrator's own", "mediator 9", cost=CHEAP),
        "an administrator's own",
        "mediator 9",
    )
    forged = stranger.wrap_side(b"k" * 32, "7H/a")
    with pytest.raises(CannotOpen):
        opened.side_key(forged, "7H/a")
    parcel = parcel_for(b"k" * 32, opened.public, "7H/a")
    with pytest.raises(CannotOpen):
        opened.side_key(parcel[:61], "7H/a")


def test_a_successor_reads_what_was_handed_over_and_nothing_else(opened: Opened) -> None:
    phrase = "nine loud magpies rest"
    successor_ring = new_ring(phrase, "mediator 8", cost=CHEAP)
    successor = open_ring(successor_ring, phrase, "mediator 8")
    key = opened.side_key(opened.new_side("7H/a"), "7H/a")
    note = seal_note(WORDS, key, "7H/a/1")
    parcel = parcel_for(key, successor_ring.public, "7H/a")
    assert key not in parcel
    wrapped = successor.take_over(parcel, "7H/a")
    assert open_note(note, successor.side_key(wrapped, "7H/a"), "7H/a/1") == WORDS
    with pytest.raises(CannotOpen):
        opened.take_over(parcel, "7H/a")
    with pytest.raises(CannotOpen):
        successor.take_over(parcel, "7H/b")
    for place in range(len(parcel)):
        changed = bytearray(parcel)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            successor.take_over(bytes(changed), "7H/a")
    weak = parcel[:1] + bytes(32) + parcel[33:]
    with pytest.raises(CannotOpen):
        successor.take_over(weak, "7H/a")
    with pytest.raises(Invalid):
        parcel_for(key, bytes(32), "7H/a")


def test_a_new_passphrase_keeps_the_notes_and_ends_the_old_one(ring: Ring, opened: Opened) -> None:
    wrapped = opened.new_side("7H/a")
    fresh = relocked(ring, PHRASE, "eleven slow geese land", "mediator 7", cost=CHEAP)
    assert fresh.public == ring.public
    again = open_ring(fresh, "eleven slow geese land", "mediator 7")
    assert again.side_key(wrapped, "7H/a") == opened.side_key(wrapped, "7H/a")
    with pytest.raises(WrongPassphrase):
        open_ring(fresh, PHRASE, "mediator 7")


def test_a_short_passphrase_and_a_cheap_lock_are_refused() -> None:
    with pytest.raises(Invalid, match="needs 12 to 200"):
        new_ring("eleven char", "mediator 7", cost=CHEAP)
    with pytest.raises(Invalid, match="cost"):
        new_ring(PHRASE, "mediator 7", cost=9)
    assert caucus.COST >= 15


def test_two_public_keys_have_two_marks_of_thirty_digits(ring: Ring) -> None:
    other = new_ring(PHRASE, "mediator 7", cost=CHEAP)
    assert fingerprint(ring.public) != fingerprint(other.public)
    assert len(fingerprint(ring.public).replace(" ", "")) == 30
