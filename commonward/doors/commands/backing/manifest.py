"""What a backup says of itself: `backup.json`, and a sum for each of its files."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from commonward.people.keyring import masters, ring

FORM = 1
NAME, SUMS = "backup.json", "SHA256SUMS"
FORGOTTEN = "forgotten.jsonl"
"""What was forgotten until then: whoever restores an older backup forgets it again by this list."""
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def marks_of_keys() -> list[str]:
    """What tells one master key from another and gives neither away: of each in use."""
    return [one.mark.hex() for one in masters()]


def missing_keys(told: dict[str, Any]) -> list[str]:
    """The marks of the master keys that a backup needs and this installation does not have."""
    if "master_keys" in told:
        return [mark for mark in told["master_keys"] if mark not in marks_of_keys()]
    # Backups from before there was a ring: a keyed hash of the one setting.
    ours = [settings.MASTER_KEY, *(one.kept for one in ring())]
    mark = str(told.get("master_key", ""))
    return [] if mark in {_earlier_mark(one) for one in ours} else [mark]


def _earlier_mark(secret: str) -> str:
    return hmac.new(secret.encode(), b"commonward backup", hashlib.sha256).hexdigest()[:16]


def read(folder: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises CommandError."""
    try:
        told: dict[str, Any] = json.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise CommandError(
            _("{folder} is no backup of a site: {why}").format(folder=folder, why=fault)
        ) from None
    if told.get("form") != FORM or told.get("database") not in DATABASES:
        raise CommandError(_("{folder} was written by another version.").format(folder=folder))
    return told


def write_sums(folder: Path) -> int:
    """Write down the sum of every file, as `sha256sum --check` reads it; says how many."""
    lines = [f"{_sum(path)}  {path.relative_to(folder)}\n" for path in _files(folder)]
    (folder / SUMS).write_text("".join(lines), "utf-8")
    return len(lines)


def check_sums(folder: Path) -> None:
    """Is every file there as it was written? Raises CommandError that names the first wrong one."""
    try:
        told = (folder / SUMS).read_text("utf-8").splitlines()
    except OSError as fault:
        raise CommandError(_("The backup is not whole: {why}").format(why=fault)) from None
    for line in told:
        wanted, _gap, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or _sum(path) != wanted:
            raise CommandError(
                _("The backup is not whole: {file} is missing or was changed.").format(file=name)
            )


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != SUMS:
            yield path


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
