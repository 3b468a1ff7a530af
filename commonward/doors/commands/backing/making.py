"""Make a backup while the site works.

The public log refuses a database that is older than its files, and files that are older than the
database. Both are therefore of one moment: most files of the log are copied before it; then, while
nobody may sign, the few that came since, and from that very moment the database. Photos come last:
a row never lacks its file.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _

from commonward.cases.actions.standing_still import Still, ledger_still
from commonward.cases.queries.forgotten import forgotten
from commonward.doors.commands.backing import manifest
from commonward.doors.commands.forgotten import write_lines
from commonward.doors.look.beats import note_done
from commonward.people.queries.schema import steps_taken


def make(into: Path, at: datetime) -> tuple[Path, int]:
    """Make a backup in a folder of its own below this one; says where, and how many files."""
    folder = into / f"commonward-{at:%Y%m%dT%H%M%SZ}"
    making = into / f".{folder.name}.making"
    if folder.exists() or making.exists():
        raise CommandError(_("{folder} is there already.").format(folder=folder))
    # Words of residents stand in it: only its owner reads it.
    making.mkdir(parents=True, mode=0o700)
    try:
        ledger = making / "ledger"
        copy_new(settings.LEDGER, ledger)
        target = making / manifest.DATABASES[connection.vendor]
        still = (_sqlite if connection.vendor == "sqlite" else _postgresql)(ledger, target)
        for name, place in folders().items():
            copy_new(place, making / name)
        told = {
            "form": manifest.FORM, "version": version("commonward"), "made_at": at.isoformat(),
            "database": connection.vendor, "master_keys": manifest.marks_of_keys(),
            "ledger": {"origin": still.origin, "size": still.size},
            "steps": [f"{app}.{name}" for app, name in steps_taken()],
        }  # fmt: skip
        (making / manifest.NAME).write_text(json.dumps(told, indent=1) + "\n", "utf-8")
        write_lines(making / manifest.FORGOTTEN, forgotten())
        count = manifest.write_sums(making)
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    note_done("backup")
    return folder, count


def folders() -> dict[str, Path]:
    """The folders whose files cannot be made anew from the database, by their names in a backup."""
    kept = {name: Path(settings.VAR) / name for name in ("exchanges", "reports", "roads")}
    return {"media": Path(settings.MEDIA_ROOT), **kept}


def copy_new(source: Path, target: Path) -> None:
    """Copy the files that the target lacks or has otherwise; what is being written is left out."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if path.name.startswith(".") or not path.is_file():
            continue
        copy = target / path.relative_to(source)
        try:
            was, is_ = copy.stat() if copy.exists() else None, path.stat()
            if was and (was.st_size, was.st_mtime_ns) == (is_.st_size, is_.st_mtime_ns):
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
        except FileNotFoundError:
            # A partial tile is gone as soon as the whole one is there; photos may be forgotten.
            copy.unlink(missing_ok=True)


def _sqlite(ledger: Path, target: Path) -> Still:
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name, timeout=20, isolation_level=None)) as reading:
        with ledger_still() as still:
            # From its first read on a reader of the WAL sees this state, whatever is written.
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM django_migrations").fetchone()
            copy_new(settings.LEDGER, ledger)
        with closing(sqlite3.connect(target)) as copy:
            reading.backup(copy, pages=-1)
        reading.execute("ROLLBACK")
    return still


def _postgresql(ledger: Path, target: Path) -> Still:
    program = shutil.which("pg_dump")
    if program is None:
        raise CommandError(_("pg_dump was not found: install PostgreSQL's client programs."))
    import psycopg  # noqa: PLC0415 (only where PostgreSQL is the database)

    with psycopg.connect(**_told(connection.settings_dict)) as reading:
        with ledger_still() as still:
            reading.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = reading.execute("SELECT pg_export_snapshot()").fetchone()
            copy_new(settings.LEDGER, ledger)
        snapshot = row[0] if row else ""
        call(
            [
                program,
                "--format=custom",
                "--no-owner",
                f"--snapshot={snapshot}",
                "--file",
                str(target),
            ]
        )
    return still


def _told(found: dict[str, Any]) -> dict[str, Any]:
    """How psycopg is told the database of these settings."""
    return {
        name: value
        for name, value in (
            ("dbname", found["NAME"]), ("user", found["USER"]), ("password", found["PASSWORD"]),
            ("host", found["HOST"]), ("port", found["PORT"]),
        )
        if value
    }  # fmt: skip


def environment() -> dict[str, str]:
    """Where PostgreSQL's programs find the database: never on a command line that others see."""
    told = _told(connection.settings_dict)
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD",
             "host": "PGHOST", "port": "PGPORT"}  # fmt: skip
    return os.environ | {names[name]: str(value) for name, value in told.items()}


def call(command: list[str]) -> None:
    """Run one of PostgreSQL's programs. Raises CommandError with what it said last."""
    done = subprocess.run(  # noqa: S603 (found on PATH, called without a shell)
        command, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [str(done.returncode)]
        raise CommandError(f"{Path(command[0]).name}: {said[-1]}")
