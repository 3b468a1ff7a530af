"""Signed notes, cosignatures and checkpoints, with vectors that are not ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.ledger import checkpoints
from commonward.core.ledger.checkpoints import Checkpoint
from commonward.core.ledger.notes import (
    WITNESS,
    Signer,
    Unsigned,
    Verifier,
    cosigned,
    parts_of,
    read,
    signed,
)

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
"""The example of Go's package golang.org/x/mod/sumdb/note."""
ORIGIN = "log.example/ledger"


def test_a_note_that_others_signed_is_read() -> None:
    found = read(NOTE, [Verifier.read(PETER)])
    assert found.text.startswith("If you think")
    assert str(found.by[0][0]) == PETER


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("think", "thought", "wrong"),
        ("PeterNeumann x", "Somebody x", "no known key"),
        ("— PeterNeumann", "- PeterNeumann", "right form"),
        ("x08go", "y08go", "no known key"),
        (".\n\n", ".\n\x07\n\n", "no signed note"),
        ("\n\n", "\n", "no signed note"),
        ("AM=\n", "AM=", "no signed note"),
        ("x08go/", "x08go", "right form"),
    ],
)
def test_a_note_that_was_changed_is_not_believed(old: str, new: str, why: str) -> None:
    assert old in NOTE
    with pytest.raises(Unsigned, match=why):
        read(NOTE.replace(old, new, 1), [Verifier.read(PETER)])


@given(st.text())
def test_whatever_is_no_note_is_refused_in_words(given: str) -> None:
    with pytest.raises(Unsigned):
        read(given, [Verifier.read(PETER)])


@given(st.text(max_size=80))
def test_whatever_is_no_key_is_refused_in_words(given: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Verifier.read(given)


def test_a_key_whose_id_is_anothers_is_refused() -> None:
    with pytest.raises(ValueError, match="id of the key"):
        Verifier.read(PETER.replace("c74f20a3", "c74f20a4"))


def test_a_new_key_signs_beside_the_old_one_and_either_is_enough() -> None:
    old, new = Signer.new(ORIGIN), Signer.new(ORIGIN)
    note = signed("text\n", [old, new])
    for known in ([old.verifier], [new.verifier], [old.verifier, new.verifier]):
        assert {key for key, _ in read(note, known).by} == set(known)


def test_a_witness_says_when_it_saw_the_state_and_the_log_cannot_say_it_for_them() -> None:
    log, witness = Signer.new(ORIGIN), Signer.new("witness.example", WITNESS)
    note = cosigned(Checkpoint(ORIGIN, 3, bytes(32)).signed([log]), witness, 1_700_000_000)
    found = read(note, [log.verifier, witness.verifier])
    assert dict(found.by)[witness.verifier] == 1_700_000_000
    assert checkpoints.read(note, ORIGIN, [log.verifier]).size == 3
    with pytest.raises(Unsigned, match="no key of the log"):
        checkpoints.read(note, ORIGIN, [witness.verifier])
    text, lines = parts_of(note)
    stamped = lines[1][2]
    later = (1_700_000_001).to_bytes(8, "big") + stamped[8:]
    with pytest.raises(Unsigned, match="wrong"):
        witness.verifier.verify(text, later)
    with pytest.raises(Unsigned, match="length"):
        witness.verifier.verify(text, stamped[:-1])


@pytest.mark.parametrize(
    "text",
    ["a\n1\n", "a\n01\n" + "A" * 43 + "=\n", "a\n-1\n" + "A" * 43 + "=\n", "a\n1\nAAAA\n",
     "\n1\n" + "A" * 43 + "=\n", "a\n１\n" + "A" * 43 + "=\n", "a\n1\n" + "A" * 43 + "=\nx"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Unsigned):
        checkpoints.parsed(text)


def test_another_logs_checkpoint_is_refused() -> None:
    key = Signer.new(ORIGIN)
    note = Checkpoint("other.example", 1, bytes(32)).signed([key])
    with pytest.raises(Unsigned, match=r"of other\.example"):
        checkpoints.read(note, ORIGIN, [key.verifier])


def test_a_text_without_its_end_or_with_controls_is_not_signed() -> None:
    for text in ("text", "te\rxt\n"):
        with pytest.raises(ValueError, match="newline"):
            signed(text, [Signer.new(ORIGIN)])
