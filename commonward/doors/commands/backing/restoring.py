"""Put a backup back: into an empty installation, and never over anything."""

import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from commonward.doors.commands.backing import making, manifest
from commonward.people.queries.schema import lacking, unknown


def restore(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Put it back into the database and folders of these settings.

    Gives what the backup says of itself, and the steps that `migrate` owes. Everything is looked
    at before anything is written. Raises CommandError in words.
    """
    told = manifest.read(folder)
    steps = [tuple(one.split(".", 1)) for one in told["steps"]]
    newer = unknown([(app, name) for app, name in steps])
    if newer:
        raise CommandError(
            _(
                "The backup is of version {version}, which is newer than this code ({steps}): "
                "restore it with that version or a later one."
            ).format(version=told["version"], steps=", ".join(newer[:5]))
        )
    if told["database"] != connection.vendor:
        raise CommandError(
            _("The backup is of {theirs}, and DATABASE_URL names {ours}.").format(
                theirs=told["database"], ours=connection.vendor
            )
        )
    lacking_keys = manifest.missing_keys(told)
    if lacking_keys:
        raise CommandError(
            _(
                "The master key is not the one of the backup ({marks}): without that one no sealed "
                "detail can be read again. Add it below the first line of the file master-key, or "
                "to COMMONWARD_MASTER_KEY after a comma."
            ).format(marks=", ".join(lacking_keys))
        )
    for place in (Path(settings.LEDGER), *making.folders().values()):
        if place.is_dir() and any(place.iterdir()):
            raise CommandError(_there(place))
    _require_empty()
    manifest.check_sums(folder)
    _put_back(folder / manifest.DATABASES[connection.vendor])
    making.copy_new(folder / "ledger", settings.LEDGER)
    for name, place in making.folders().items():
        making.copy_new(folder / name, place)
    return told, lacking([(app, name) for app, name in steps])


def _require_empty() -> None:
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        if name.exists() and name.stat().st_size:
            raise CommandError(_there(name))
        return
    try:
        tables = connection.introspection.table_names()
    except DatabaseError as fault:
        raise CommandError(str(fault)) from None
    finally:
        connection.close()
    if tables:
        raise CommandError(_there(str(connection.settings_dict["NAME"])))


def _put_back(source: Path) -> None:
    if connection.vendor != "sqlite":
        program = shutil.which("pg_restore")
        if program is None:
            raise CommandError(_("pg_restore was not found: install PostgreSQL's client programs."))
        making.call(
            [program, "--exit-on-error", "--no-owner", "--single-transaction",
             f"--dbname={connection.settings_dict['NAME']}", str(source)]
        )  # fmt: skip
        return
    name = Path(str(connection.settings_dict["NAME"]))
    name.parent.mkdir(parents=True, exist_ok=True)
    made = name.with_name(f".{name.name}.{os.getpid()}")
    shutil.copyfile(source, made)
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    made.replace(name)


def _there(place: object) -> str:
    return _(
        "{place} is not empty, and a restore never writes over anything: name an empty folder "
        "in COMMONWARD_VAR, or an empty database in DATABASE_URL."
    ).format(place=place)
