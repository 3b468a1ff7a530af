"""Follow a log (监督者) and raise when it was changed: without its database, with its files alone.

Whoever follows keeps the right edge of the tree and the moment of the last look, some hundred
bytes. Each look reads the new entries, builds the tree from them, and compares it with what was
signed. So a leaf that was changed, removed, inserted or re-ordered leads to another root; an old
state put back is smaller than what was seen; and an event that claims to be from before the last
look, beyond the skew allowed, was written back.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.core.ledger import checkpoints, notes
from commonward.core.ledger.entries import Entry
from commonward.core.ledger.merkle import (
    EMPTY,
    Broken,
    Lacking,
    joined,
    leaf_hash,
    node_hash,
    root_of,
    subtrees,
)
from commonward.core.ledger.tiles import WIDTH, Fetch, Tiled

SKEW = 300.0
"""Seconds by which the moments of a log and of who follows it may differ."""
KINDS = ("unsigned", "rolled_back", "forked", "missing", "changed", "back_dated", "ahead")


class Alarm(Exception):
    """The log was changed: what kind of change, in words, and the leaf where one is known."""

    def __init__(self, kind: str, text: str, index: int | None = None) -> None:
        self.kind, self.index = kind, index
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a log: its size, the full subtrees it consists of, and when that was.

    `at` are seconds since 1970 by the clock of who follows.
    """

    size: int = 0
    edge: tuple[bytes, ...] = ()
    at: float = 0.0

    @property
    def root(self) -> bytes:
        """The root over what was seen."""
        return joined(self.edge)

    def to_data(self) -> dict[str, Any]:
        """For a file."""
        edge = [base64.b64encode(one).decode() for one in self.edge]
        return {"size": self.size, "edge": edge, "at": self.at}

    @classmethod
    def from_data(cls, given: Mapping[str, Any]) -> "Seen":
        """Raises ValueError or KeyError for what `to_data` did not write."""
        edge = tuple(base64.b64decode(one, validate=True) for one in given["edge"])
        found = cls(int(given["size"]), edge, float(given["at"]))
        if len(edge) != len(subtrees(0, found.size)):
            raise ValueError("the edge does not belong to the size")
        return found


def follow(
    origin: str,
    keys: Sequence[notes.Verifier],
    fetch: Fetch,
    seen: Seen,
    now: float,
    skew: float = SKEW,
) -> Seen:
    """Look at a log once: all that is new since `seen`. Raises Alarm; `seen` stays as it was."""
    checkpoint = latest(origin, keys, fetch)
    if checkpoint.size < seen.size:
        raise Alarm(
            "rolled_back",
            f"the log has {checkpoint.size} entries and had {seen.size}: an older state was put back",
        )
    tree = Tiled(checkpoint.size, fetch)
    edge = list(seen.edge)
    try:
        for index, entry in new_entries(tree, seen.size):
            _check_moment(entry, index, seen, now, skew)
            edge = grown(edge, index, leaf_hash(entry.to_bytes()))
    except Broken as fault:
        _blame(tree, seen, checkpoint)
        raise _told(fault) from None
    last = Seen(checkpoint.size, tuple(edge), now)
    if last.root != checkpoint.root:
        _blame(tree, seen, checkpoint)
        raise Alarm(
            "forked",
            "what was signed is not the tree of what was seen before with the entries that came",
        )
    return last


def latest(origin: str, keys: Sequence[notes.Verifier], fetch: Fetch) -> checkpoints.Checkpoint:
    """The newest checkpoint of a log, its signature checked. Raises Alarm."""
    try:
        note = fetch("checkpoint").decode()
    except (LookupError, UnicodeDecodeError):
        raise Alarm("missing", "the log has no checkpoint") from None
    try:
        return checkpoints.read(note, origin, keys)
    except notes.Unsigned as fault:
        raise Alarm("unsigned", str(fault)) from None


def same_log(one: checkpoints.Checkpoint, other: checkpoints.Checkpoint, fetch: Fetch) -> None:
    """Check that two signed checkpoints are of one history, as read from `fetch` of the larger:
    two servers with one key show themselves so. Raises Alarm.
    """
    less, more = sorted((one, other), key=lambda c: c.size)
    try:
        found = root_of(less.size, Tiled(more.size, fetch).node) if less.size else EMPTY
    except Broken as fault:
        raise _told(fault) from None
    if less.size == more.size:
        found = more.root
    if found != less.root:
        raise Alarm(
            "forked",
            f"two states were signed that are not one history: {less.size} and {more.size} entries",
        )


def new_entries(tree: Tiled, since: int) -> Iterator[tuple[int, Entry]]:
    """The entries from `since` on, each checked against its leaf. Raises Broken, and Alarm for
    bytes that are no entry.
    """
    index = since
    while index < tree.size:
        for raw in tree.entries(index // WIDTH)[index % WIDTH :]:
            try:
                yield index, Entry.from_bytes(raw)
            except ValueError as fault:
                raise Alarm("changed", f"leaf {index}: {fault}", index) from None
            index += 1


def _check_moment(entry: Entry, index: int, seen: Seen, now: float, skew: float) -> None:
    moment = entry.milliseconds / 1000
    if seen.size and moment < seen.at - skew:
        raise Alarm(
            "back_dated",
            f"leaf {index} came after the last look and says it is {seen.at - moment:.0f} seconds"
            " older than that look",
            index,
        )
    if moment > now + skew:
        raise Alarm("ahead", f"leaf {index} says it is {moment - now:.0f} seconds from now", index)


def _blame(tree: Tiled, seen: Seen, checkpoint: checkpoints.Checkpoint) -> None:
    """Say more exactly what is wrong, where the log's own tiles tell it. Raises Alarm or returns."""
    try:
        if seen.size and root_of(seen.size, tree.node) != seen.root:
            raise Alarm(
                "changed", f"one of the first {seen.size} entries is another than was seen before"
            )
        if root_of(checkpoint.size, tree.node) != checkpoint.root:
            raise Alarm("changed", "the tiles of the log do not lead to the root that was signed")
    except Broken as fault:
        raise _told(fault) from None


def _told(fault: Broken) -> Alarm:
    return Alarm("missing" if isinstance(fault, Lacking) else "changed", str(fault))


def grown(edge: list[bytes], index: int, leaf: bytes) -> list[bytes]:
    """The full subtrees after one leaf more: those of one size become one of twice the size."""
    hashed = leaf
    while index & 1:
        hashed = node_hash(edge.pop(), hashed)
        index >>= 1
    edge.append(hashed)
    return edge
