"""Keys that follow one another, parts that only some may read, files that are whole or not there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.ledger import keychain
from commonward.core.ledger.checkpoints import Checkpoint
from commonward.core.ledger.facts import Happening, Salts, digest, plain
from commonward.core.ledger.folder import Folder, fetch_from, is_path
from commonward.core.ledger.keychain import Announced, after, chain
from commonward.core.ledger.notes import Signer, Unsigned
from commonward.core.ledger.tiles import bundle_path, tile_path
from tests.core.ledger.log import ORIGIN

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
FIRST, SECOND, THIEF = (Signer.new(ORIGIN) for _ in range(3))


def announced(*changes: tuple[Signer, int, list[Signer]]) -> dict[str, bytes]:
    return {
        keychain.path(number): Announced(ORIGIN, key.verifier, size, AT).signed(by).encode()
        for number, (key, size, by) in enumerate(changes)
    }


def test_who_knows_one_key_finds_the_later_ones() -> None:
    files = announced((FIRST, 0, [FIRST]), (SECOND, 7, [FIRST, SECOND]))
    found = chain(ORIGIN, files.__getitem__)
    assert [one.key for one in found] == [FIRST.verifier, SECOND.verifier]
    assert [one.key for one in after([FIRST.verifier], found)] == [FIRST.verifier, SECOND.verifier]
    assert [one.key for one in after([SECOND.verifier], found)] == [SECOND.verifier]
    assert after([THIEF.verifier], found) == []


@pytest.mark.parametrize(
    "changes",
    [
        [(FIRST, 0, [THIEF])],
        [(FIRST, 0, [FIRST]), (THIEF, 7, [THIEF])],
        [(FIRST, 0, [FIRST]), (SECOND, 7, [FIRST])],
        [(FIRST, 5, [FIRST]), (SECOND, 4, [FIRST, SECOND])],
    ],
)
def test_a_key_that_the_one_before_does_not_announce_is_none(
    changes: list[tuple[Signer, int, list[Signer]]],
) -> None:
    with pytest.raises(Unsigned):
        chain(ORIGIN, announced(*changes).__getitem__)


def test_a_key_signs_only_while_it_is_in_force() -> None:
    files = announced((FIRST, 0, [FIRST]), (SECOND, 7, [FIRST, SECOND]))
    found = chain(ORIGIN, files.__getitem__)

    def note(size: int, by: Signer) -> str:
        return Checkpoint(ORIGIN, size, bytes(32)).signed([by])

    for size, by in ((6, FIRST), (7, FIRST), (7, SECOND), (8, SECOND)):
        assert keychain.read(note(size, by), ORIGIN, found).size == size
    for size, by in ((8, FIRST), (6, SECOND), (7, THIEF)):
        with pytest.raises(Unsigned):
            keychain.read(note(size, by), ORIGIN, found)


def test_each_part_has_a_salt_of_its_own() -> None:
    salts = Salts(b"k" * 32)
    event = Happening(5, "C1", "opened", "", "collect", AT, AT, "reporter", "roads", {"told": "x"})
    facts = event.facts(salts)
    assert facts["at"] == "2026-11-22T08:00:00.000000Z"
    drawn = {salts.of(5), salts.of(5, "told"), salts.of(5, "words"), salts.of(51)}
    assert len(drawn) == 4 and all(len(one) == 32 for one in drawn)
    assert salts.digest(5, "told", "x") == digest(salts.of(5, "told"), "told", "x")
    assert event.entry(salts) == event.entry(Salts(b"k" * 32)) != event.entry(Salts(b"l" * 32))


@given(st.text() | st.integers() | st.dictionaries(st.text(), st.integers() | st.floats()))
def test_whatever_stands_in_a_record_has_a_digest(value: object) -> None:
    assert len(digest(bytes(32), "rest", plain(value))) == 32


def test_half_a_character_has_a_digest_too() -> None:
    assert len(digest(bytes(32), "told", plain("\ud800"))) == 32


@given(st.integers(0, 10**15), st.integers(0, 5), st.integers(1, 256))
def test_every_file_of_a_log_has_a_path_that_is_let_in(index: int, level: int, width: int) -> None:
    assert is_path(tile_path(level, index, width)) and is_path(bundle_path(index, width))


@pytest.mark.parametrize(
    "given_path",
    ["", "../checkpoint", "tile/0/../../x", "/etc/passwd", "tile/0/000.p/256", "tile/0/000.p/0",
     "tile/0/00", "key/", "checkpoint/", "tile/0/000\n", ".checkpoint.1.2"],
)  # fmt: skip
def test_no_other_file_is_reached(tmp_path: Path, given_path: str) -> None:
    with pytest.raises(LookupError):
        Folder(tmp_path).fetch(given_path)
    with pytest.raises(LookupError):
        Folder(tmp_path).put(given_path, b"")


def test_a_folder_that_is_not_there_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="neither a folder nor"):
        fetch_from(str(tmp_path / "none"))
    Folder(tmp_path).put("checkpoint", b"x")
    assert fetch_from(str(tmp_path))("checkpoint") == b"x"
    with pytest.raises(LookupError):
        fetch_from(str(tmp_path))("keys")
