"""A receipt (回执): what was filed or answered, and the proof that the log holds it.

It is checked without this site: facts and salt make the leaf, the proof leads from the leaf to the
root, and the log's key has signed the root. The format is JSON, `commonward-receipt/1`.
"""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from commonward.core.ledger import checkpoints, notes
from commonward.core.ledger.entries import (
    ENTERED,
    VERSIONS,
    WRITTEN,
    Entry,
    commitment,
    milliseconds,
)
from commonward.core.ledger.facts import digest
from commonward.core.ledger.merkle import Broken, Node, inclusion, leaf_hash, verify_inclusion

FORMAT = "commonward-receipt/1"
MOST = 512 * 1024
"""Characters of a receipt at most."""
_WRITTEN_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
_WRITTEN_LENGTH = len("2026-11-22T08:00:00.000000Z")


class Refuted(ValueError):
    """A receipt that proves nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One event with all that is needed to show that it is leaf `index`.

    `opened` are the parts (see `facts`) that the holder may read, each with its own salt. `at_ms`
    is what the leaf's `version` says (see `entries`).
    """

    facts: Mapping[str, Any]
    salt: bytes
    at_ms: int
    index: int
    opened: Mapping[str, tuple[Any, bytes]] = field(default_factory=dict)
    version: int = WRITTEN


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt proves: these facts, and these parts of them, were in the log when it had
    `size` leaves."""

    facts: Mapping[str, Any]
    at: datetime
    index: int
    size: int
    root: bytes
    opened: Mapping[str, Any] = field(default_factory=dict)
    entered: bool = False
    """Whether `at` is when it was entered in the log, and not when it was written down."""


def receipt(origin: str, note: str, leaves: Sequence[Leaf], node: Node) -> dict[str, Any]:
    """The receipt of some events under one checkpoint (a signed note), as JSON's values.

    Raises Broken where an event lies behind the checkpoint.
    """
    size = checkpoints.parsed(notes.parts_of(note)[0]).size
    return {
        "format": FORMAT,
        "log": origin,
        "checkpoint": note,
        "entries": [
            {
                "facts": dict(one.facts),
                "salt": _written(one.salt),
                "at_ms": one.at_ms,
                **({} if one.version == WRITTEN else {"version": one.version}),
                "index": one.index,
                "proof": [_written(h) for h in inclusion(one.index, size, node)],
                "opened": {
                    name: {"value": value, "salt": _written(salt)}
                    for name, (value, salt) in one.opened.items()
                },
            }
            for one in leaves
        ],
    }


def verify(given: str, keys: Sequence[notes.Verifier], origin: str = "") -> list[Proven]:
    """Check a receipt with the log's keys alone: all of it holds, or Refuted says what does not.

    With `origin`, it must be that log's.
    """
    told = _read(given)
    name = _text(told, "log")
    if origin and name != origin:
        raise Refuted(f"the receipt is of the log {name}, not of {origin}")
    try:
        checkpoint = checkpoints.read(_text(told, "checkpoint"), name, keys)
    except notes.Unsigned as fault:
        raise Refuted(f"the checkpoint must not be believed: {fault}") from None
    rows = told.get("entries")
    if not isinstance(rows, list) or not rows:
        raise Refuted("the receipt has no entries")
    return [_proven(row, place, checkpoint) for place, row in enumerate(rows, 1)]


def _proven(row: Any, place: int, checkpoint: checkpoints.Checkpoint) -> Proven:
    if not isinstance(row, dict) or not isinstance(row.get("facts"), dict):
        raise Refuted(f"entry {place} has no facts")
    at_ms, index, proof = row.get("at_ms"), row.get("index"), row.get("proof")
    if not _whole(at_ms) or not _whole(index) or not isinstance(proof, list):
        raise Refuted(f"entry {place} lacks its moment, its index or its proof")
    version = row.get("version", WRITTEN)
    # By type, too: 1.0 and true are equal to 1, and would not be the byte that stands in the leaf.
    if type(version) is not int or version not in VERSIONS:
        raise Refuted(f"entry {place} is of a version that is not known")
    try:
        entry = Entry(int(str(at_ms)), commitment(_bytes(row.get("salt")), row["facts"]), version)
        verify_inclusion(
            leaf_hash(entry.to_bytes()),
            int(str(index)),
            checkpoint.size,
            [_bytes(one) for one in proof],
            checkpoint.root,
        )
        moment = entry.at
        _check_written(row["facts"], entry, place)
        opened = _opened(row, place)
    except Broken as fault:
        raise Refuted(f"entry {place} is not in the log as it is written here: {fault}") from None
    except Refuted:
        raise
    except (ValueError, OverflowError) as fault:
        raise Refuted(f"entry {place} is not of the right form: {fault}") from None
    return Proven(
        row["facts"], moment, int(str(index)), checkpoint.size, checkpoint.root, opened,
        version == ENTERED,
    )  # fmt: skip


def _check_written(facts: Mapping[str, Any], entry: Entry, place: int) -> None:
    """The facts say when the event was written; what followers saw of the leaf must agree.

    Else a site could show its followers one moment and the holder of the receipt another.
    """
    told = facts.get("written")
    if told is None:
        return
    try:
        written = milliseconds(datetime.strptime(str(told), _WRITTEN_FORM).replace(tzinfo=UTC))
    except ValueError:
        written = -1
    if written < 0 or len(str(told)) != _WRITTEN_LENGTH:
        raise Refuted(f"entry {place} does not say when it was written")
    if entry.milliseconds < written or (entry.version == WRITTEN and entry.milliseconds != written):
        raise Refuted(f"entry {place} says it was written at another moment than its leaf")


def _opened(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The parts that are shown, each as the facts commit to it. Raises Refuted, ValueError."""
    shown, parts = row.get("opened", {}), row["facts"].get("parts", {})
    if not isinstance(shown, dict) or not isinstance(parts, dict):
        raise Refuted(f"the parts of entry {place} are not of the right form")
    found = {}
    for name, one in shown.items():
        if not isinstance(one, dict) or "value" not in one or name not in parts:
            raise Refuted(f"entry {place} shows “{name}”, to which its facts do not commit")
        told = digest(_bytes(one.get("salt")), name, one["value"])
        if not hmac.compare_digest(told, _bytes(parts[name])):
            raise Refuted(f"entry {place}: “{name}” is not what was written down")
        found[name] = one["value"]
    return found


def _read(given: str) -> dict[str, Any]:
    if len(given) > MOST:
        raise Refuted("the receipt is too long")
    try:
        told = json.loads(given)
    except (ValueError, RecursionError):
        raise Refuted("this is no receipt: it is not JSON") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise Refuted(f"this is no receipt of the format {FORMAT}")
    return told


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str) or not found:
        raise Refuted(f"the receipt lacks “{name}”")
    return found


def _whole(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 2**63


def _bytes(given: Any) -> bytes:
    try:
        return base64.b64decode(given, validate=True)
    except (TypeError, ValueError):
        raise ValueError("a hash or a salt is not base64") from None


def _written(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
