"""Watch a log for a long time (长期监督): what is kept between two looks, and what a witness does.

Kept are the log's name, its newest key that was proven, the right edge of the tree, the moment and
the checkpoint of the last look: some hundred bytes, with no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.core.ledger import checkpoints, keychain, notes
from commonward.core.ledger.following import SKEW, Alarm, Seen, follow, same_log
from commonward.core.ledger.keychain import Announced
from commonward.core.ledger.tiles import Fetch

FORM = "commonward-watch/1"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of a log: its name, its newest proven key, what was seen, and the note."""

    origin: str
    key: notes.Verifier
    seen: Seen = Seen()
    note: str = ""

    def to_data(self) -> dict[str, Any]:
        """For a file."""
        return {
            "form": FORM,
            "origin": self.origin,
            "key": str(self.key),
            "seen": self.seen.to_data(),
            "checkpoint": self.note,
        }

    @classmethod
    def from_data(cls, given: Mapping[str, Any]) -> "Watched":
        """Raises ValueError, KeyError or TypeError for what `to_data` did not write."""
        if given["form"] != FORM:
            raise ValueError(f"this is no file of the form {FORM}")
        key = notes.Verifier.read(given["key"])
        seen = Seen.from_data(given["seen"])
        return cls(str(given["origin"]), key, seen, str(given["checkpoint"]))


def first_look(fetch: Fetch, key: notes.Verifier | None = None) -> Watched:
    """Begin to watch, with a key of the log, or by believing the first one it announces.

    Raises Alarm.
    """
    try:
        told = keychain.parsed(notes.parts_of(fetch(keychain.path(0)).decode())[0])
    except LookupError:
        raise Alarm("missing", "the log announces no key") from None
    except (notes.Unsigned, UnicodeDecodeError) as fault:
        raise Alarm("unsigned", str(fault)) from None
    return Watched(told.origin, key or told.key)


def look(watched: Watched, fetch: Fetch, now: float, skew: float = SKEW) -> Watched:
    """Look once more; `now` in seconds since 1970. Raises Alarm; `watched` stays as it was."""
    announced = chain_of(watched, fetch)
    note, checkpoint = latest(watched.origin, announced, fetch)
    keys = [one.key for one in announced]
    _check_last(watched, checkpoint)
    seen = follow(watched.origin, keys, _of_one_look(fetch, note), watched.seen, now, skew)
    return Watched(watched.origin, announced[-1].key, seen, note)


def chain_of(watched: Watched, fetch: Fetch) -> list[Announced]:
    """The log's keys from the one that is known. Raises Alarm."""
    try:
        announced = keychain.chain(watched.origin, fetch)
    except notes.Unsigned as fault:
        raise Alarm("unsigned", str(fault)) from None
    found = keychain.after([watched.key], announced)
    if not found:
        raise Alarm("unsigned", "the log announces other keys than the one that is known")
    return found


def latest(
    origin: str, announced: Sequence[Announced], fetch: Fetch
) -> tuple[str, checkpoints.Checkpoint]:
    """The newest checkpoint and its note, signed by the key in force. Raises Alarm."""
    try:
        note = fetch("checkpoint").decode()
    except (LookupError, UnicodeDecodeError):
        raise Alarm("missing", "the log has no checkpoint") from None
    try:
        return note, keychain.read(note, origin, announced)
    except notes.Unsigned as fault:
        raise Alarm("unsigned", str(fault)) from None


def check_same(note: str, watched: Watched, fetch: Fetch) -> checkpoints.Checkpoint:
    """Compare a checkpoint that was signed elsewhere (in a receipt, by a second server, seen by a
    witness) with the log. Raises Alarm where they are not one history.
    """
    announced = keychain.chain(watched.origin, fetch)
    try:
        other = keychain.read(note, watched.origin, announced)
    except notes.Unsigned as fault:
        raise Alarm("unsigned", str(fault)) from None
    _, mine = latest(watched.origin, announced, fetch)
    if other.size > mine.size:
        raise Alarm(
            "rolled_back",
            f"the log has {mine.size} entries, and one with {other.size} was signed: an older state"
            " was put back, or a second log is kept with the same key",
        )
    same_log(other, mine, fetch)
    return other


def cosign(
    watched: Watched, fetch: Fetch, witness: notes.Signer, now: float, skew: float = SKEW
) -> tuple[str, Watched]:
    """What a witness does: look, and sign what it saw only where that is one history.

    Gives the checkpoint with the cosignature behind the log's own signatures. Raises Alarm.
    """
    seen = look(watched, fetch, now, skew)
    return notes.cosigned(seen.note, witness, int(now)), seen


def _check_last(watched: Watched, checkpoint: checkpoints.Checkpoint) -> None:
    """Two states of one size say it plainly: there are two logs with one name."""
    if (
        checkpoint.size == watched.seen.size
        and watched.note
        and (checkpoint.root != watched.seen.root)
    ):
        raise Alarm(
            "forked",
            f"two different states of {checkpoint.size} entries were signed: two logs are kept"
            " with one key, or history was written anew",
        )


def _of_one_look(fetch: Fetch, note: str) -> Fetch:
    """The log goes on while it is read: one look has one checkpoint."""

    def fetched(path: str) -> bytes:
        return note.encode() if path == "checkpoint" else fetch(path)

    return fetched
