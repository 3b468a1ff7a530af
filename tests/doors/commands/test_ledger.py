"""The command `ledger`: for who keeps the log, and for who follows it and has no database."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from commonward.cases.models import Event, LedgerKey, Report
from commonward.cases.queries.ledger import receipt_of, state
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.notes import Verifier, read
from tests.cases.ledgers import public, unguarded
from tests.district import AT, District, small_district


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def district(db: None) -> District:
    return small_district()


@pytest.fixture
def log(tmp_path: Path, settings: Any) -> Path:
    settings.LEDGER = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "city.example/ledger"
    return tmp_path / "ledger"


@pytest.fixture
def report(district: District, log: Path) -> Report:
    """A report that is in the log."""
    made = district.report(words="A lamp is out.")
    district.handled(made)
    told("sequence")
    return made


def told(*words: str, code: int = 0) -> str:
    out = StringIO()
    try:
        call_command("ledger", *words, stdout=out, stderr=out)
    except CommandError as fault:
        assert fault.returncode == code, fault
        return f"{out.getvalue()}{fault}"
    assert not code, out.getvalue()
    return out.getvalue()


@pytest.fixture
def receipt(report: Report, tmp_path: Path) -> Path:
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt_of(report.pk, AT + timedelta(hours=1)).receipt), "utf-8")
    return file


def test_sequencing_says_how_much_and_keys_what_it_is(report: Report) -> None:
    assert "0 leaves were added." in told("sequence")
    shown = told("keys")
    assert f"city.example/ledger has {Event.objects.count()} leaves" in shown
    assert state().keys[0].verifier in shown


def test_a_check_that_finds_something_names_it_and_ends_with_1(report: Report) -> None:
    assert "leaves fit the database" in told("check")
    event = Event.objects.get(verb="dispatch")
    with unguarded() as cursor:
        cursor.execute("UPDATE cases_event SET at = written_at WHERE id = %s", [event.pk])
    shown = told("check", code=1)
    assert f"changed: Leaf 3: event {event.pk} (dispatch) of case {report.case.number}" in shown


def test_a_receipt_is_verified_where_no_database_can_be_reached(
    receipt: Path, log: Path, tmp_path: Path
) -> None:
    environment = os.environ | {
        "DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/nowhere",
        "COMMONWARD_VAR": str(tmp_path / "else"),
        "DJANGO_SETTINGS_MODULE": "commonward.config.settings",
        "COMMONWARD_LANGUAGE": "en",
    }
    command = [sys.executable, "-m", "django", "ledger"]
    key = state().keys[0].verifier
    for words in (
        ["verify", str(receipt), "--key", key],
        ["verify", str(receipt), "--key", str(log / "keys"), "--log", str(log)],
        ["monitor", str(log), "--state", str(tmp_path / "seen.json"), "--key", key],
    ):
        done = subprocess.run(
            [*command, *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    (tmp_path / "false.json").write_text(
        receipt.read_text().replace('"verb": "file"', '"verb": "x"')
    )
    done = subprocess.run(
        [*command, "verify", str(tmp_path / "false.json"), "--key", key],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "proves nothing" in done.stderr


def test_verifying_shows_what_was_said_and_that_it_was_entered_late(receipt: Path) -> None:
    shown = told("verify", str(receipt), "--key", state().keys[0].verifier)
    assert "told: A lamp is out." in shown and "written down" in shown
    assert "All of it is in the log" in shown


def test_a_changed_receipt_proves_nothing(receipt: Path) -> None:
    key = state().keys[0].verifier
    text = receipt.read_text("utf-8")
    for false in (
        text.replace("A lamp is out.", "All is well."),
        text.replace('"verb": "file"', '"verb": "refuse"'),
        text.replace('"index": 1', '"index": 2'),
        "{}",
    ):
        assert false != text
        receipt.write_text(false, "utf-8")
        assert "proves nothing" in told("verify", str(receipt), "--key", key, code=1)
    told("verify", str(receipt), "--key", "nonsense+x", code=2)
    told("verify", str(receipt.with_name("none.json")), "--key", key, code=2)


def test_a_monitor_says_in_words_which_attack_it_was(
    district: District, report: Report, log: Path, tmp_path: Path
) -> None:
    seen = str(tmp_path / "seen.json")
    assert "believed" in told("monitor", str(log), "--state", seen)
    shutil.copytree(log, tmp_path / "backup")
    district.report()
    told("sequence")
    assert "nothing was changed" in told("monitor", str(log), "--state", seen)
    kept = Path(seen).read_text("utf-8")
    shown = told("monitor", str(tmp_path / "backup"), "--state", seen, code=1)
    assert "rolled_back" in shown and "old backup was put back" in shown
    then = datetime.now(UTC) - timedelta(hours=1)
    Event.objects.create(case=report.case, at=then, written_at=then, verb="warned", role="system")
    told("sequence")
    shown = told("monitor", str(log), "--state", seen, code=1)
    assert "back_dated" in shown and "came later than it claims" in shown
    assert "nothing was changed" in told("monitor", str(log), "--state", seen, "--skew", "7200")
    Folder(log).put("checkpoint", b"x")
    assert "not signed by its key" in told("monitor", str(log), "--state", seen, code=1)
    Path(seen).write_text(kept, "utf-8")
    (log / "checkpoint").unlink()
    assert "missing" in told("monitor", str(log), "--state", seen, code=1)
    told("monitor", str(tmp_path / "nowhere"), "--state", seen, code=2)
    Path(seen).write_text("[]", "utf-8")
    told("monitor", str(log), "--state", seen, code=2)


def test_who_knows_an_old_key_follows_the_log_to_the_new_one(
    district: District, report: Report, log: Path, tmp_path: Path
) -> None:
    seen, key = str(tmp_path / "seen.json"), state().keys[0].verifier
    told("monitor", str(log), "--state", seen, "--key", key)
    told("rotate")
    both = [Verifier.read(one.verifier) for one in state().keys]
    assert {one for one, _ in read((log / "checkpoint").read_text(), both).by} == set(both)
    district.report()
    told("sequence")
    assert {one for one, _ in read((log / "checkpoint").read_text(), both).by} == {both[1]}
    assert (log / "keys").read_text().split() == [str(one) for one in both]
    assert LedgerKey.objects.get(verifier=key).private is None
    assert "nothing was changed" in told("monitor", str(log), "--state", seen)
    fresh = str(tmp_path / "fresh.json")
    assert "nothing was changed" in told("monitor", str(log), "--state", fresh, "--key", key)
    # Who stole the old key announces another one in the place of the new.
    (log / "key/1").write_text((log / "key/0").read_text())
    assert "ALARM (unsigned)" in told("monitor", str(log), "--state", seen, code=1)


def test_a_witness_signs_what_it_saw_and_the_log_takes_it_in(
    district: District, report: Report, log: Path, tmp_path: Path
) -> None:
    own, seen, note = (str(tmp_path / name) for name in ("key", "seen.json", "note"))
    key = told("cosign", "--new-key", "press.example", "--key-file", own).strip()
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    told("cosign", "--new-key", "press.example", "--key-file", own, code=2)
    told("cosign", str(log), "--key-file", own, "--state", seen, "--out", note)
    assert "No witness of this log" in told("cosign", "--add", note, code=2)
    told("keys", "--witness", key)
    assert "press.example" in told("cosign", "--add", note)
    size = public(log).size
    assert [(one.name, one.size) for one in state().witnesses] == [("press.example", size)]
    witness = Verifier.read(key)
    assert read((log / "checkpoint").read_text(), [witness]).by[0][0] == witness
    # Once the log went on, what was cosigned is kept beside the newest checkpoint.
    district.report()
    told("sequence")
    assert read((log / "cosigned").read_text(), [witness]).by[0][0] == witness
    told("monitor", str(log), "--state", str(tmp_path / "m.json"), "--note", str(log / "cosigned"))
    (tmp_path / "false").write_text(Path(note).read_text().replace("\n4\n", "\n3\n"))
    assert "not one of this log" in told("cosign", "--add", str(tmp_path / "false"), code=2)
    told("keys", "--end-witness", "press.example")
    assert state().witnesses == ()
