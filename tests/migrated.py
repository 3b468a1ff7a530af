"""The empty SQLite database of the tests: made by the migrations once, then copied.

Walking through every migration costs more processor than most files of tests. What they made is
kept beside pytest's own cache under the digest of the migrations; a fresh clone has none and walks.
"""

import hashlib
import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import commonward

_MIGRATIONS = "*/migrations/*.py"


def digest() -> str:
    """Another one as soon as a migration of ours, Django or allauth changes."""
    found = hashlib.sha256(f"{version('django')} {version('django-allauth')}".encode())
    room = Path(commonward.__file__).parent
    for file in sorted(room.glob(_MIGRATIONS)):
        found.update(f"{file.relative_to(room)}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:24]


def bring(kept: Path, wanted: Path) -> None:
    """Put what is kept where the tests will look for it; nothing where nothing is kept."""
    if not kept.exists():
        return
    with closing(sqlite3.connect(kept)) as old, closing(sqlite3.connect(wanted)) as new:
        old.backup(new)


def keep(made: Path, kept: Path) -> None:
    """Keep a copy of what was made, whole or not at all; older ones go."""
    part = kept.with_suffix(f".{hashlib.sha256(str(made).encode()).hexdigest()[:8]}")
    with closing(sqlite3.connect(made)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
    part.replace(kept)
    for other in kept.parent.glob("*.sqlite3"):
        if other != kept:
            other.unlink(missing_ok=True)
