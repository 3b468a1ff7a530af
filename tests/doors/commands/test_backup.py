"""A backup is made while the site works, and what is put back fits together; to the second, too."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import translation

from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import Ledger, Report
from commonward.doors.commands.backing import making, manifest
from commonward.people.keyring import ring
from house import postgres
from tests.cases.ledgers import public
from tests.district import District, small_district

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def programs_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump refuses a server that is newer than itself: take the server's own programs."""
    found = postgres.binaries()
    if found is not None:
        monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def here(tmp_path: Path, settings: Any) -> Iterator[District]:
    """A district with a public log, a photo and files of its own."""
    settings.LEDGER = tmp_path / "site" / "ledger"
    settings.MEDIA_ROOT = tmp_path / "site" / "media"
    settings.VAR = tmp_path / "site"
    (tmp_path / "site" / "media" / "ab").mkdir(parents=True)
    (tmp_path / "site" / "media" / "ab" / "photo.jpg").write_bytes(b"a photo")
    with translation.override("en"):
        found = small_district()
        found.closed(found.report())
        sequence()
        yield found


def told(*asked: str) -> str:
    said = StringIO()
    call_command("backup", *asked, stdout=said)
    return said.getvalue()


def manage(environment: dict[str, str], *asked: str) -> str:
    """A command in a process of the restored installation."""
    done = subprocess.run(
        [sys.executable, "manage.py", *asked],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an installation that has nothing yet but the master key."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {
        "COMMONWARD_VAR": str(tmp_path / "again"),
        "COMMONWARD_MASTER_KEY": ring()[0].kept,
        "COMMONWARD_LANGUAGE": "en",
    }
    if connection.vendor == "sqlite":
        yield environment
        return
    name = f"restored_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    found = connection.settings_dict
    user, host = f"{found['USER']}:{found['PASSWORD']}", f"{found['HOST']}:{found['PORT']}"
    yield environment | {"DATABASE_URL": f"postgresql://{user}@{host}/{name}"}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def made_in(folder: Path) -> Path:
    (found,) = [one for one in folder.iterdir() if not one.name.startswith(".")]
    return found


def test_a_backup_under_writes_is_put_back_and_fits_together(
    here: District, empty: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, enough = threading.Event(), threading.Event()

    def reports() -> None:
        """Somebody reports and the log is signed, again and again, while the backup is made."""
        try:
            while not enough.is_set():
                here.report()
                sequence()
                begun.set()
        finally:
            connections.close_all()

    copied = making.copy_new
    still: list[int] = []

    def counted(source: Path, target: Path) -> None:
        copied(source, target)
        if source == django_settings.LEDGER:
            still.append(public(target).size)

    monkeypatch.setattr(making, "copy_new", counted)
    writer = threading.Thread(target=reports)
    writer.start()
    try:
        assert begun.wait(60)
        said = told("make", str(tmp_path / "kept"))
    finally:
        enough.set()
        writer.join()
    assert "The master key is not among them" in said
    assert ring()[0].kept not in (made_in(tmp_path / "kept") / "backup.json").read_text()
    assert (made_in(tmp_path / "kept") / "forgotten.jsonl").read_text() == ""
    kept = json.loads((made_in(tmp_path / "kept") / "backup.json").read_text())
    assert kept["ledger"]["size"] == still[-1]

    assert "Restored as it was" in manage(
        empty, "backup", "restore", str(made_in(tmp_path / "kept"))
    )
    assert "everything fits together" in manage(empty, "verify")
    assert (tmp_path / "again" / "media" / "ab" / "photo.jpg").read_bytes() == b"a photo"
    assert public(tmp_path / "again" / "ledger").size == kept["ledger"]["size"]
    manage(empty, "ledger", "sequence")
    manage(empty, "ledger", "check")
    with pytest.raises(AssertionError, match="is not empty"):
        manage(empty, "backup", "restore", str(made_in(tmp_path / "kept")))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"steps": ["cases.9999_of_a_newer_version"]}, "newer than this code"),
        ({"master_keys": ["00" * 8]}, "The master key is not the one"),
        ({"database": "sqlite/postgresql"}, "written by another version"),
    ],
)
def test_a_backup_that_does_not_belong_here_is_refused_before_anything_is_written(
    wrong: dict[str, Any], said: str, here: District, settings: Any, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    told_of = {
        "form": 1, "version": "9", "made_at": "now", "database": connection.vendor,
        "master_keys": manifest.marks_of_keys(), "steps": [],
    }  # fmt: skip
    (kept / "backup.json").write_text(json.dumps(told_of | wrong))
    with pytest.raises(CommandError, match=said):
        told("restore", str(kept))
    # Nor over a site that is there.
    (kept / "backup.json").write_text(json.dumps(told_of))
    with pytest.raises(CommandError, match="is not empty"):
        told("restore", str(kept))


def test_a_file_that_was_changed_or_lost_is_named(here: District, tmp_path: Path) -> None:
    told("make", str(tmp_path / "kept"))
    kept = made_in(tmp_path / "kept")
    manifest.check_sums(kept)
    (kept / "media" / "ab" / "photo.jpg").write_bytes(b"another")
    with pytest.raises(CommandError, match=r"media/ab/photo.jpg is missing or was changed"):
        manifest.check_sums(kept)
    assert not [one for one in (tmp_path / "kept").iterdir() if one.name.startswith(".")]
    assert Ledger.objects.get().signed_size == public(kept / "ledger").size
    assert Report.objects.count() == 1
