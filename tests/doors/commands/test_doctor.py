"""The doctor finds each planted fault, says what to do, and finds nothing in a site that is well."""

import json
import shutil
import time
from collections import namedtuple
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone, translation

from commonward.cases.actions.data_requests import ask_data
from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import Case, Clock, DataRequest, Delivery, Event
from commonward.doors.commands import examining
from commonward.doors.look import beats
from tests.district import District, small_district

Usage = namedtuple("Usage", "total used free")
PLANTED_BY_THE_TESTS = {"wal"} if connection.vendor == "postgresql" else set()
"""The throw-away server runs without fsync, and the doctor says so."""


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of its own, whose worker lives, whose backup is of now, with room on its disk."""
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(100, 50, 50))
    settings.VAR = tmp_path
    settings.LEDGER = tmp_path / "ledger"
    settings.SITE_URL = "https://tongli.example.org"
    settings.ALLOWED_HOSTS = ["tongli.example.org"]
    settings.SECOND_FACTOR = True
    beats.beat("work", 15, working=False)
    beats.note_done("backup")


@pytest.fixture
def town(db: None) -> District:
    return small_district(timezone.now() - timedelta(hours=1))


def told(*more: str, code: int = 0) -> dict[str, list[dict[str, str]]]:
    """What is found, by what was looked at."""
    said = StringIO()
    ended = 0
    with translation.override("en"):
        try:
            call_command("doctor", "--json", *more, stdout=said)
        except SystemExit as end:
            ended = int(str(end.code))
    answer = json.loads(said.getvalue())
    found: dict[str, list[dict[str, str]]] = {}
    for one in answer["findings"]:
        assert bool(one["told"]) == bool(one["do"]) == (one["state"] != "ok"), one
        if one["about"] not in PLANTED_BY_THE_TESTS:
            found.setdefault(one["about"], []).append(one)
    if not PLANTED_BY_THE_TESTS:
        assert ended == code
        assert answer["fault"] == bool(code)
    return found


def wrong(about: str, *more: str, state: str = "fault") -> str:
    """The one thing that is wrong, which must be about this and nothing else."""
    found = told(*more, code=1 if state == "fault" else 0)
    bad = [one for them in found.values() for one in them if one["state"] != "ok"]
    assert [(one["about"], one["state"]) for one in bad] == [(about, state)], bad
    return f"{bad[0]['told']} {bad[0]['do']}"


def test_a_site_that_is_well_is_found_well(town: District) -> None:
    town.report()
    found = told()
    assert {one["state"] for them in found.values() for one in them} == {"ok"}
    assert set(found) == set(examining._CHECKS) - PLANTED_BY_THE_TESTS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "state", "said"),
    [
        ("ALLOWED_HOSTS", ["other.example.org"], "fault", "Add tongli.example.org"),
        ("DEBUG", True, "fault", "COMMONWARD_DEBUG"),
        ("SECOND_FACTOR", False, "warning", "password alone"),
        ("SITE_URL", "http://tongli.example.org", "warning", "without TLS"),
        ("MAIL_FROM", "office@example.org", "fault", "by half"),
    ],
)
def test_a_setting_that_does_harm_is_named(
    name: str, value: Any, state: str, said: str, settings: Any
) -> None:
    settings.MAIL = False
    settings.MAIL_FROM = ""
    settings.EMAIL_HOST = "localhost"
    setattr(settings, name, value)
    assert said in wrong("settings", state=state)


@pytest.mark.django_db
def test_a_key_that_others_can_read_is_found(tmp_path: Path, settings: Any) -> None:
    settings.MASTER_KEY_FILE = tmp_path / "master-key"
    (tmp_path / "master-key").write_text("s" * 43)
    (tmp_path / "master-key").chmod(0o644)
    assert "chmod 600" in wrong("settings")


def test_a_database_that_is_away_is_one_fault_and_the_rest_is_still_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> None:
        raise OperationalError("no route to that host")

    monkeypatch.setattr(connection, "cursor", away)
    assert "does not answer" in wrong("database")


@pytest.mark.django_db
def test_steps_that_are_owed_are_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'people' AND name LIKE '0001%'")
    assert "run `migrate`" in wrong("migrations")


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('cases', '9999_of_tomorrow', CURRENT_TIMESTAMP)"
        )
    assert "cases.9999_of_tomorrow" in wrong("migrations")


@pytest.mark.django_db
def test_a_write_ahead_log_that_grows_without_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's alone")
    monkeypatch.setattr(examining, "LARGE_WAL", -1)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE zz_of_a_test (x)")
    assert "write-ahead log" in wrong("wal", state="warning")


@pytest.mark.django_db
@pytest.mark.parametrize(("free", "state"), [(5, "warning"), (1, "fault")])
def test_a_disk_that_fills_is_found(free: int, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(100, 100 - free, free))
    assert f"{free}.0 % of the disk" in wrong("disk", state=state)


def test_a_clock_that_runs_ahead_is_found(town: District, monkeypatch: pytest.MonkeyPatch) -> None:
    town.report()
    written = Event.objects.latest("pk").written_at.timestamp()
    monkeypatch.setattr(time, "time", lambda: written - 600)
    found = told(code=1)
    assert "ahead of this machine's" in found["clock"][0]["told"]


@pytest.mark.django_db
def test_workers_that_died_or_never_lived_are_found(tmp_path: Path) -> None:
    beats.beat("plan", 2, working=False)
    path = next((tmp_path / "beats").glob("plan@*"))
    path.write_text(json.dumps(json.loads(path.read_text()) | {"at": time.time() - 900}))
    said = wrong("workers")
    assert "`plan` gave no sign of life for 15 minutes" in said and str(path.parent) in said
    # The same worker lives on another host: nobody misses the one that is gone.
    (path.parent / "plan@other.json").write_text(
        json.dumps(json.loads(path.read_text()) | {"at": time.time(), "host": "other"})
    )
    told()
    for one in path.parent.glob("work@*"):
        one.unlink()
    assert "No worker ever ticked" in wrong("workers")


def test_messages_that_wait_for_too_long_or_were_given_up_are_found(town: District) -> None:
    now = timezone.now()
    made = Delivery.objects.create(
        room="tests", channel="sms", made_at=now, next_at=now - timedelta(hours=3)
    )
    assert "channel sms are due, for 3.0 hours" in wrong("outbox")
    Delivery.objects.filter(pk=made.pk).update(state="failed", next_at=None, ended_at=now)
    assert "given up" in wrong("outbox", state="warning")


@pytest.mark.django_db(transaction=True)
def test_a_public_log_that_stands_still_is_found(settings: Any) -> None:
    town = small_district(timezone.now() - timedelta(hours=1))
    town.report()
    sequence()
    town.report()
    told()
    settings.LEDGER_LATE_MINUTES = -1
    assert "`ledger sequence`" in wrong("ledger")


def test_cases_that_should_be_forgotten_are_found(town: District) -> None:
    made = town.report()
    long_ago = timezone.now() - timedelta(days=365 * 20)
    Case.objects.filter(pk=made.case.pk).update(
        is_open=False, opened_at=long_ago, closed_at=long_ago
    )
    assert "Run `forget`" in wrong("forgetting")


def test_requests_about_data_that_nobody_answered_in_time_are_found(town: District) -> None:
    made = town.report()
    long_ago = timezone.now() - timedelta(days=31)
    ask_data(made.pk, "erase", "contact", {}, town.holder(made), long_ago)
    DataRequest.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert "1 requests" in wrong("forgetting", state="warning")


def test_clocks_that_failed_are_found(town: District) -> None:
    town.report()
    Clock.objects.update(attempts=5)
    assert "/api/v1/stuck" in wrong("deadlines", state="warning")


@pytest.mark.django_db
def test_a_backup_that_is_too_old_or_was_never_made_is_found(tmp_path: Path) -> None:
    path = tmp_path / "beats" / "backup-done.json"
    path.write_text(json.dumps({"at": time.time() - 40 * 3600}))
    assert "40 hours ago" in wrong("backup")
    told("--backup-hours", "48")
    path.unlink()
    assert "ever made" in wrong("backup", state="warning")


@pytest.mark.django_db
def test_it_is_told_to_people_with_what_to_do_below_it(tmp_path: Path) -> None:
    said = StringIO()
    (tmp_path / "beats" / "backup-done.json").unlink()
    with translation.override("en"):
        try:
            call_command("doctor", stdout=said)
        except SystemExit:
            assert PLANTED_BY_THE_TESTS
    lines = said.getvalue().splitlines()
    assert lines[0].split() == ["well", "settings"]
    place = next(n for n, one in enumerate(lines) if one.startswith("caution backup: No backup"))
    assert lines[place + 1].split()[0] == "→"
