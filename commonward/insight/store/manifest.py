"""Which files hold now (清单): written whole and put in place at once, lent to who reads.

A manifest is a file of its own by its number; `manifest.json` is the newest of them. A reader holds
a shared lock on the one it reads by; the writer deletes the files of an older one only where it
gets that lock for itself. The system lets go of locks of whoever was killed.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from commonward.core.indicators.facts import TABLES

LAYOUT = 1
"""Rises when files of the same columns are kept otherwise."""
NEWEST = "manifest.json"
KEPT = "manifests"
LOCK = "writer.lock"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class File:
    """The rows of one table and month: its file, how many rows, and the rollups by moment."""

    name: str
    rows: int
    rolled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the store holds: files by table and month ("2026-03", of the partition moment in UTC).

    `position` is the place in the events up to which they were followed, `at` when that was;
    `swept` the last case that was looked at again without an event. `counts` are the counts that
    are rolled up, each with the digest of its definition; `zone` that of the rollups' months.
    """

    number: int
    schema: str
    zone: str
    position: str
    at: str
    swept: int = 0
    codes: str = ""
    counts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, File]] = field(default_factory=dict)
    layout: int = LAYOUT

    def names(self) -> set[str]:
        """Every file it names."""
        found = {self.codes} if self.codes else set()
        for months in self.files.values():
            for one in months.values():
                found |= {one.name, *one.rolled.values()}
        return found

    def rows(self, table: str) -> int:
        """How many rows of a table there are."""
        return sum(one.rows for one in self.files.get(table, {}).values())


def schema() -> str:
    """A digest of the columns that the files have."""
    said = repr(
        (LAYOUT, [(t.name, t.partition, list(t.columns.values())) for t in TABLES.values()])
    )
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def read(folder: Path, *, older: bool = False) -> Manifest | None:
    """The newest manifest; None where there is none, or one of other columns than today's.

    With `older` columns one of other columns is told too: it serves until all is made anew.
    """
    try:
        data = json.loads((folder / NEWEST).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if data.get("schema") != schema() and not (older and data.get("layout", 1) == LAYOUT):
        return None
    data["files"] = {
        table: {month: File(**one) for month, one in months.items()}
        for table, months in data["files"].items()
    }
    return Manifest(**data)


def mark(folder: Path) -> tuple[int, int] | None:
    """What changes with each new manifest, without reading it."""
    try:
        found = (folder / NEWEST).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def lent(folder: Path) -> tuple[Manifest, IO[str]] | None:
    """The newest manifest and the lock under which its files stay; close it to let go."""
    for _ in range(_TRIES):
        found = read(folder, older=True)
        if found is None:
            return None
        try:
            held = (folder / KEPT / f"{found.number}.json").open(encoding="utf-8")
        except FileNotFoundError:  # a newer one has just taken its place
            continue
        fcntl.flock(held, fcntl.LOCK_SH)
        again = read(folder, older=True)
        if again is not None and again.number == found.number:
            return found, held
        held.close()
    return None


@contextmanager
def writing(folder: Path) -> Iterator[bool]:
    """Whether we are the one writer, for as long as it lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def put(folder: Path, manifest: Manifest) -> None:
    """Make this the newest manifest: all at once, and for good when it returns."""
    for name in manifest.names():
        _synced(folder / name)
    kept = folder / KEPT
    kept.mkdir(exist_ok=True)
    path = kept / f"{manifest.number}.json"
    path.write_text(_text(manifest), "utf-8")
    _synced(path)
    move(folder, manifest)


def move(folder: Path, manifest: Manifest) -> None:
    """Note how far the same files have followed the events, under the same number."""
    path = folder / f".{NEWEST}"
    path.write_text(_text(manifest), "utf-8")
    _synced(path)
    path.replace(folder / NEWEST)
    _synced(folder)


def tidy(folder: Path) -> int:
    """Delete what no manifest names that is newest or read by somebody; how many files."""
    now = read(folder)
    if now is None:
        return 0
    needed = now.names()
    for path in (folder / KEPT).glob("*.json"):
        if path.stem == str(now.number):
            continue
        with path.open(encoding="utf-8") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                needed |= _names(json.load(held))
                continue
            path.unlink()
    gone = 0
    for path in folder.glob("*/**/*.parquet"):
        if str(path.relative_to(folder)) not in needed:
            path.unlink(missing_ok=True)
            gone += 1
    for path in folder.glob("codes/*.json"):
        if str(path.relative_to(folder)) not in needed:
            path.unlink(missing_ok=True)
    return gone


def _text(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), ensure_ascii=False)


def _names(data: Mapping[str, Mapping[str, Mapping[str, Mapping[str, object]]]]) -> set[str]:
    """The files a manifest as stored names, of whatever columns it is."""
    found: set[str] = set()
    with suppress(AttributeError, KeyError, TypeError):
        found.add(str(data["codes"]))
        for months in data["files"].values():
            for one in months.values():
                found.add(str(one["name"]))
                rolled = one["rolled"]
                found |= set(rolled.values()) if isinstance(rolled, dict) else set()
    return found


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
