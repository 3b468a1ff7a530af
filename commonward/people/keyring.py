"""The master keys in use, read from where they are kept: environment, file, or key service.

A file is looked at each time (one `stat`), so that every process of the site follows a change of
keys without a new start. What stands in the environment is what the process began with.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from django.conf import settings

from commonward.core import keyring, sealing
from commonward.core.keyring import FOREIGN, Entry
from commonward.core.refusals import N_, Missing
from commonward.people import kms

_seen: dict[Path, tuple[tuple[int, int, int], list[Entry], list[sealing.Master]]] = {}


def masters() -> Sequence[sealing.Master]:
    """The master keys, the newest first: it wraps, and each opens what it wrapped.

    Raises Invalid for a ring that cannot be read, and KmsSilent.
    """
    if settings.MASTER_KEY:
        return [sealing.master(part) for part in settings.MASTER_KEY.split(",") if part]
    return _read(Path(settings.MASTER_KEY_FILE))[2]


def ring() -> list[Entry]:
    """The entries as they are kept, in order; the environment's have no day."""
    if settings.MASTER_KEY:
        return [Entry(part) for part in settings.MASTER_KEY.split(",") if part]
    return _read(Path(settings.MASTER_KEY_FILE))[1]


def master_of(entry: Entry) -> sealing.Master:
    """The key that an entry stands for. Raises KmsSilent."""
    if entry.kept.startswith(FOREIGN):
        return sealing.master(kms.unwrap(entry.kept.removeprefix(FOREIGN)))
    return sealing.master(entry.kept)


def kept_new_secret() -> str:
    """A new secret as the ring keeps it: wrapped by the key service where there is one."""
    made = keyring.new_secret()
    return FOREIGN + kms.wrap(made) if settings.KMS else made


def keep(entries: Sequence[Entry]) -> None:
    """Write the ring, whole or not at all, readable by its owner alone."""
    write_secret(Path(settings.MASTER_KEY_FILE), keyring.written(entries))


def retired_folder() -> Path:
    """Where keys lie that wrap nothing any more, for the backups of their time."""
    file = Path(settings.MASTER_KEY_FILE)
    return file.with_name(f"{file.name}-retired")


def write_secret(path: Path, text: str) -> None:
    """A file of 0600 that is whole on the disk before it has its name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        made.unlink()
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    made.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> tuple[tuple[int, int, int], list[Entry], list[sealing.Master]]:
    stood = path.stat()
    mark = (stood.st_mtime_ns, stood.st_ino, stood.st_size)
    found = _seen.get(path)
    if found is None or found[0] != mark:
        entries = keyring.read(path.read_text("utf-8"))
        found = _seen[path] = (mark, entries, [master_of(one) for one in entries])
    return found


def begin(day: date) -> None:
    """Put a new key at the ring's end: known to every process, wrapping nothing yet."""
    entries = ring()
    if not any(one.coming for one in entries):
        keep(keyring.with_next(entries, kept_new_secret(), day))


def promote() -> None:
    """From now on the coming key wraps."""
    keep(keyring.promoted(ring()))


def retire() -> list[bytes]:
    """Take out of the ring what wraps nothing any more, and lay it beside it; gives the marks.

    What it wrapped stands in backups of its time: they open as long as its file is kept.
    """
    newest, *earlier = ring()
    marks = []
    for one in earlier:
        mark = master_of(one).mark
        write_secret(retired_folder() / mark.hex(), keyring.written([one]))
        marks.append(mark)
    keep([newest])
    return marks


def destroy(mark: str) -> None:
    """Overwrite and delete a retired key. Raises Missing.

    A disk may keep the old bytes all the same (flash, copies of the machine): a key service's
    wrapped key is the one that is truly gone when the service forgets its own.
    """
    file = retired_folder() / Path(mark).name
    if not file.is_file():
        raise Missing(N_("No retired key has the mark {mark}."), mark=mark, field="mark")
    with file.open("r+b") as out:
        out.write(os.urandom(file.stat().st_size))
        out.flush()
        os.fsync(out.fileno())
    file.unlink()


def retired() -> list[tuple[str, float]]:
    """The retired keys that still lie here: mark, and the second (since 1970) of their retiring."""
    folder = retired_folder()
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted((one.name, one.stat().st_mtime) for one in found if one.name[0] != ".")
