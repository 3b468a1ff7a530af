"""Attacks on the log, each found by who follows it with nothing but its files and its key."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.ledger import checkpoints
from commonward.core.ledger.checkpoints import Checkpoint
from commonward.core.ledger.entries import LENGTH
from commonward.core.ledger.following import Alarm, Seen, follow, latest, same_log
from commonward.core.ledger.merkle import root_of
from commonward.core.ledger.notes import Signer
from commonward.core.ledger.tiles import Tiled, bundle, bundle_path, unbundled
from tests.core.ledger.log import BEGUN, ORIGIN, Log

NOBODY = Seen()


def look(log: Log, seen: Seen, later: float = 0.0) -> Seen:
    return follow(ORIGIN, [log.signer.verifier], log.fetch, seen, log.now + later)


def found(log: Log, seen: Seen, later: float = 0.0) -> Alarm:
    with pytest.raises(Alarm) as raised:
        look(log, seen, later)
    return raised.value


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_a_log_that_only_grows_is_followed_without_an_alarm(steps: list[int]) -> None:
    log, seen = Log(), NOBODY
    for step in steps:
        log.grow(step)
        seen = look(log, seen)
        assert (seen.size, seen.root) == (
            log.size,
            root_of(log.size, Tiled(log.size, log.fetch).node),
        )
        assert Seen.from_data(seen.to_data()) == seen


def attacked(log: Log, change: Callable[[list[bytes]], list[bytes]]) -> Log:
    """The log made anew with changed entries by who holds its key, all files in order."""
    kept: list[bytes] = []
    for index in range(-(-log.size // 256)):
        kept += Tiled(log.size, log.fetch).entries(index)
    other = Log(signer=log.signer, at=log.at)
    other.add(change(kept))
    return other


@pytest.mark.parametrize(
    ("what", "change", "kind"),
    [
        ("a row is changed", lambda rows: [*rows[:5], rows[5][:-1] + b"!", *rows[6:]], "changed"),
        ("two rows change places", lambda rows: [rows[1], rows[0], *rows[2:]], "changed"),
        ("a row is removed", lambda rows: [*rows[:5], *rows[6:], rows[5]], "changed"),
        ("an old row is inserted", lambda rows: [*rows[:5], rows[0], *rows[5:]], "changed"),
        ("the last row is removed", lambda rows: rows[:-1], "rolled_back"),
        ("an old state is put back", lambda rows: rows[:256], "rolled_back"),
    ],
)
def test_who_holds_the_key_and_writes_history_anew_is_found(
    what: str, change: Callable[[list[bytes]], list[bytes]], kind: str
) -> None:
    log = Log()
    log.grow(300)
    seen = look(log, NOBODY)
    assert found(attacked(log, change), seen).kind == kind, what


def test_history_written_anew_is_found_although_the_log_went_on() -> None:
    log = Log()
    log.grow(300)
    seen = look(log, NOBODY)
    other = attacked(log, lambda rows: [*rows[:5], *rows[6:]])
    other.grow(50)
    assert found(other, seen).kind == "changed"


def test_an_entry_changed_in_a_file_alone_is_named() -> None:
    log = Log()
    log.grow(40)
    path = bundle_path(0, 40)
    rows = unbundled(log.files[path], 40)
    log.files[path] = bundle([*rows[:7], rows[7][:-1] + bytes((rows[7][-1] ^ 1,)), *rows[8:]])
    alarm = found(log, NOBODY)
    assert alarm.kind == "changed" and "entry 7" in str(alarm)


def test_tiles_that_do_not_lead_to_what_was_signed_are_found() -> None:
    log = Log()
    log.grow(20)
    log.sign(bytes(32))
    assert found(log, NOBODY).kind == "changed"


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000.p/20", "tile/entries/000.p/20"])
def test_a_file_that_is_gone_is_found(path: str) -> None:
    log = Log()
    log.grow(20)
    del log.files[path]
    assert found(log, NOBODY).kind == "missing"


def test_an_event_written_back_is_found_and_named() -> None:
    log = Log()
    log.grow(10)
    seen = look(log, NOBODY, later=3600)
    log.at += timedelta(hours=2)
    log.grow(3)
    assert look(log, seen).size == 13
    log.grow(1, at=BEGUN)
    alarm = found(log, seen)
    assert (alarm.kind, alarm.index) == ("back_dated", 13)


def test_an_event_within_the_skew_is_no_alarm_and_one_ahead_of_the_clock_is() -> None:
    log = Log()
    log.grow(10)
    seen = look(log, NOBODY, later=3600)
    log.at += timedelta(hours=1)
    log.grow(1, at=log.at - timedelta(seconds=290))
    seen = look(log, seen)
    log.grow(1, at=log.at + timedelta(seconds=400))
    assert found(log, seen).kind == "ahead"


def test_bytes_that_are_no_entry_are_found() -> None:
    log = Log()
    log.grow(3)
    log.add([bytes(LENGTH)])
    assert found(log, NOBODY).kind == "changed"


def test_another_key_and_another_log_are_not_believed() -> None:
    log = Log()
    log.grow(3)
    stranger = replace(log, signer=Signer.new(ORIGIN))
    stranger.sign(bytes(32))
    assert found(Log(files=log.files), NOBODY).kind == "unsigned"
    log.files["checkpoint"] = (
        Checkpoint("other.example", 3, bytes(32)).signed([log.signer]).encode()
    )
    assert found(log, NOBODY).kind == "unsigned"


def test_two_servers_with_one_key_are_found_by_comparing_what_they_signed() -> None:
    one = Log()
    one.grow(100)
    other = Log(one.signer, dict(one.files), one.size, one.at, list(one.leaves))
    keys = [one.signer.verifier]
    one.grow(20)
    same_log(latest(ORIGIN, keys, other.fetch), latest(ORIGIN, keys, one.fetch), one.fetch)
    other.grow(20)
    with pytest.raises(Alarm, match="not one history") as raised:
        same_log(latest(ORIGIN, keys, one.fetch), latest(ORIGIN, keys, other.fetch), one.fetch)
    assert raised.value.kind == "forked"
    other.grow(20)
    with pytest.raises(Alarm, match="not one history"):
        same_log(latest(ORIGIN, keys, one.fetch), latest(ORIGIN, keys, other.fetch), other.fetch)


def test_a_look_reads_only_what_is_new() -> None:
    log = Log()
    log.grow(256 * 40)
    seen = look(log, NOBODY)
    log.grow(10)
    asked: list[str] = []

    def fetch(path: str) -> bytes:
        asked.append(path)
        return log.fetch(path)

    follow(ORIGIN, [log.signer.verifier], fetch, seen, log.now)
    assert len(asked) == 3  # the checkpoint, one tile, one bundle


def test_what_was_seen_is_refused_when_its_file_was_changed() -> None:
    log = Log()
    log.grow(5)
    data = look(log, NOBODY).to_data()
    with pytest.raises(ValueError, match="edge"):
        Seen.from_data(data | {"size": 7})


def test_the_checkpoint_that_was_followed_is_the_one_that_was_signed() -> None:
    log = Log()
    note = log.grow(9)
    assert checkpoints.read(note, ORIGIN, [log.signer.verifier]).root == look(log, NOBODY).root
