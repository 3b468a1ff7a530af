"""Receipts: proven without the site, and refuted in words when anything of them was changed."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.ledger.entries import Entry, canonical, commitment, entry_of, new_salt
from commonward.core.ledger.merkle import Broken
from commonward.core.ledger.notes import Signer
from commonward.core.ledger.receipts import Leaf, Refuted, receipt, verify
from commonward.core.ledger.tiles import Tiled
from tests.core.ledger.log import ORIGIN, Log


@pytest.fixture(scope="module")
def log() -> Log:
    made = Log()
    made.grow(300)
    return made


def made(log: Log) -> dict[str, Any]:
    note = log.files["checkpoint"].decode()
    return receipt(ORIGIN, note, [log.leaves[3], log.leaves[280]], Tiled(300, log.fetch).node)


def test_a_receipt_is_proven_with_the_key_alone(log: Log) -> None:
    found = verify(json.dumps(made(log)), [log.signer.verifier], ORIGIN)
    assert [one.facts["case"] for one in found] == ["C3", "C280"]
    assert [(one.index, one.size) for one in found] == [(3, 300), (280, 300)]
    assert found[0].at.timestamp() == log.leaves[3].at_ms / 1000


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        (("entries", 0, "facts", "verb"), "closed", "as it is written here"),
        (("entries", 0, "at_ms"), 1, "as it is written here"),
        (("entries", 0, "index"), 4, "as it is written here"),
        (("entries", 0, "index"), True, "lacks its moment"),
        (("entries", 0, "index"), 2**70, "lacks its moment"),
        (("entries", 0, "salt"), "AAAA", "right form"),
        (("entries", 0, "salt"), "?", "right form"),
        (("entries", 0, "salt"), None, "right form"),
        (("entries", 0, "version"), 2, "as it is written here"),
        (("entries", 0, "version"), 3, "version that is not known"),
        (("entries", 0, "version"), 1.0, "version that is not known"),
        (("entries", 0, "version"), True, "version that is not known"),
        (("entries", 0, "version"), "1", "version that is not known"),
        (("entries", 0, "facts"), [], "no facts"),
        (("entries", 0, "facts"), {"n": 2**60}, "right form"),
        (("entries", 0, "proof"), [], "as it is written here"),
        (("entries", 0, "proof"), "x", "lacks its moment"),
        (("entries",), [], "no entries"),
        (("log",), "other.example", "of another|not of"),
        (("format",), "other/1", "no receipt"),
        (("checkpoint",), "x", "not be believed"),
    ],
)
def test_a_receipt_that_was_changed_is_refuted_in_words(
    log: Log, place: tuple[Any, ...], value: Any, why: str
) -> None:
    changed = copy.deepcopy(made(log))
    inner: Any = changed
    for one in place[:-1]:
        inner = inner[one]
    inner[place[-1]] = value
    with pytest.raises(Refuted, match=why):
        verify(json.dumps(changed), [log.signer.verifier], ORIGIN)


def test_a_receipt_under_a_strangers_key_proves_nothing(log: Log) -> None:
    with pytest.raises(Refuted, match="no known key"):
        verify(json.dumps(made(log)), [Signer.new(ORIGIN).verifier])


def test_half_a_pair_of_surrogates_is_refuted_and_breaks_nothing(log: Log) -> None:
    given = made(log)
    with pytest.raises(Refuted, match="no text"):
        verify(json.dumps({**given, "checkpoint": given["checkpoint"] + "\ud800"}), [])


def test_a_signature_that_is_not_even_ascii_is_refuted_and_breaks_nothing(log: Log) -> None:
    given = made(log)
    note = given["checkpoint"].removesuffix("\n") + "é\n"
    with pytest.raises(Refuted, match="signature line"):
        verify(json.dumps({**given, "checkpoint": note}), [log.signer.verifier], ORIGIN)


def test_an_event_behind_the_checkpoint_has_no_receipt_yet(log: Log) -> None:
    note = Log(log.signer).grow(2)
    with pytest.raises(Broken, match="not among 2"):
        receipt(ORIGIN, note, [log.leaves[3]], Tiled(300, log.fetch).node)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_whatever_is_no_receipt_is_refuted(given: Any) -> None:
    with pytest.raises(Refuted):
        verify(json.dumps(given), [])


def test_facts_have_one_way_to_be_written() -> None:
    # RFC 8785 §3.2.3: keys by their UTF-16 units, numbers as ECMAScript writes them.
    facts = {"\u20ac": 1.0, "\r": 2e-7, "\ufb33": "öffnen", "1": [True, None], "\U0001f600": 1e21}
    written = '{"\\r":2e-7,"1":[true,null],"€":1,"😀":1e+21,"\ufb33":"öffnen"}'
    assert canonical(facts).decode() == written


def test_who_has_not_the_salt_cannot_tell_which_of_two_events_it_was() -> None:
    salt = new_salt()
    one, other = {"verb": "solved"}, {"verb": "refused"}
    assert commitment(salt, one) != commitment(salt, other)
    assert commitment(new_salt(), one) != commitment(salt, one)
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(salt[:-1], one)


def test_an_entry_is_read_back_to_the_millisecond() -> None:
    at = datetime(2026, 11, 22, 23, 59, 59, 999_000, tzinfo=UTC)
    entry = entry_of(at, new_salt(), {})
    assert Entry.from_bytes(entry.to_bytes()) == entry
    assert entry.at == at
    with pytest.raises(ValueError, match="zone"):
        entry_of(at.replace(tzinfo=None), new_salt(), {})


WRITTEN_AT = "2026-11-22T08:00:01.000000Z"


@pytest.mark.parametrize(
    ("written", "version", "late", "why"),
    [
        (WRITTEN_AT, 1, 0, ""),
        (WRITTEN_AT, 2, 3_600_000, ""),
        (WRITTEN_AT, 1, 3_600_000, "at another moment"),
        (WRITTEN_AT, 1, -1, "at another moment"),
        (WRITTEN_AT, 2, -1, "at another moment"),
        ("2026-11-22T08:00:01Z", 1, 0, "does not say when"),
        ("2026-11-22T16:00:01.000000+08:00", 1, 0, "does not say when"),
        ("1969-12-31T23:59:59.000000Z", 2, 0, "does not say when"),
        (7, 1, 0, "does not say when"),
    ],
)
def test_a_site_that_tells_its_followers_another_moment_than_the_holder_is_refuted(
    written: Any, version: int, late: int, why: str
) -> None:
    """Everything is signed and in the log; only the two moments do not agree."""
    log, salt = Log(), new_salt()
    facts = {"case": "C1", "verb": "opened", "written": written}
    at_ms = int(datetime(2026, 11, 22, 8, 0, 1, tzinfo=UTC).timestamp() * 1000) + late
    entry = Entry(at_ms, commitment(salt, facts), version)
    note = log.add([entry.to_bytes()])
    made = receipt(
        ORIGIN, note, [Leaf(facts, salt, at_ms, 0, version=version)], Tiled(1, log.fetch).node
    )
    if not why:
        (told,) = verify(json.dumps(made), [log.signer.verifier])
        assert told.entered == (version == 2)
        return
    with pytest.raises(Refuted, match=why):
        verify(json.dumps(made), [log.signer.verifier])


@pytest.mark.parametrize("depth", [100, 900, 100_000])
def test_facts_that_are_nested_deeply_are_refuted_and_break_nothing(log: Log, depth: int) -> None:
    text = json.dumps(made(log)).replace('"n": 3', '"n": ' + "[" * depth + "]" * depth)
    with pytest.raises(Refuted):
        verify(text, [log.signer.verifier])
