"""Whoever has the database, the files and the key is found all the same, and the words say which
attack it was."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import CaseKey, Event, Ledger, LedgerRun, Remark, Report
from commonward.cases.queries.ledger_checking import check
from commonward.cases.queries.ledger_findings import Finding
from commonward.core.ledger import watching
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.following import Alarm
from commonward.core.ledger.merkle import EMPTY
from commonward.core.refusals import Refusal
from tests.cases.ledgers import public, unguarded, watched
from tests.district import District


@pytest.fixture
def report(here: District, log: Path) -> Report:
    """A case with some steps, all of them leaves."""
    made = here.report(words="A lamp is out.")
    here.closed(made)
    sequence()
    return made


def findings() -> list[Finding]:
    return check().findings


def alarm(log: Path, before: watching.Watched) -> Alarm:
    with pytest.raises(Alarm) as raised:
        watched(log, before)
    return raised.value


def test_an_honest_record_fits_its_log(report: Report, log: Path) -> None:
    done = check()
    assert done.findings == []
    assert (done.leaves, done.unprovable) == (Event.objects.count(), 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cases_event SET verb = 'refuse' WHERE id = %s",
        "UPDATE cases_event SET to_stage = 'refused' WHERE id = %s",
        "UPDATE cases_event SET role = 'handler' WHERE id = %s",
        "UPDATE cases_event SET account_id = account_id + 1 WHERE id = %s",
        "UPDATE cases_event SET at = written_at WHERE id = %s",
        "UPDATE cases_event SET written_at = at WHERE id = %s",
        """UPDATE cases_event SET data = '{"other": 1}' WHERE id = %s""",
        "UPDATE cases_event SET team_id = NULL WHERE id = %s",
        "UPDATE cases_event SET spent = 1 WHERE id = %s",
    ],
)
def test_a_row_that_was_changed_is_named(report: Report, log: Path, change: str) -> None:
    event = Event.objects.get(case=report.case, verb="dispatch")
    with unguarded() as cursor:
        cursor.execute(change, [event.pk])
    (found,) = [one for one in findings() if one.kind == "changed"]
    assert found.values["event"] == event.pk and found.values["case"] == report.case.number
    assert f"event {event.pk}" in str(found) and "was changed" in str(found)


def test_words_that_were_changed_are_named(report: Report, log: Path) -> None:
    Report.objects.filter(pk=report.pk).update(words="All is well.")
    assert [one.values["verb"] for one in findings()] == ["opened"]
    Report.objects.filter(pk=report.pk).update(words="A lamp is out.")
    said = Remark.objects.get(event__verb="finish")
    Remark.objects.filter(pk=said.pk).update(words="It was never reported.")
    assert [one.values["verb"] for one in findings()] == ["finish"]
    said.delete()
    assert [one.values["verb"] for one in findings()] == ["finish"]


def test_a_row_that_was_deleted_is_named(report: Report, log: Path) -> None:
    event = Event.objects.get(case=report.case, verb="dispatch")
    with unguarded() as cursor:
        cursor.execute("DELETE FROM cases_remark WHERE event_id = %s", [event.pk])
        cursor.execute("DELETE FROM cases_event WHERE id = %s", [event.pk])
    (found,) = findings()
    assert (found.kind, found.values["event"]) == ("deleted", event.pk)
    assert "was deleted" in str(found)


def test_an_old_row_that_was_inserted_is_named(report: Report, log: Path) -> None:
    with unguarded() as cursor:
        columns = [str(f.column) for f in Event._meta.concrete_fields if f.name != "id"]
        listed = ", ".join(columns)
        cursor.execute(
            f"INSERT INTO cases_event (id, {listed}) SELECT 0, {listed} FROM cases_event"  # noqa: S608 (own names)
            " WHERE verb = 'dispatch'"
        )
    (found,) = findings()
    assert (found.kind, found.values["event"]) == ("inserted", 0)
    assert found.values["case"] == report.case.number and "put in later" in str(found)


def test_an_event_that_is_written_back_is_found_by_the_monitor_and_by_the_check(
    report: Report, log: Path
) -> None:
    before = watched(log)
    then = datetime.now(UTC) - timedelta(hours=3)
    Event.objects.create(case=report.case, at=then, written_at=then, verb="warned", role="system")
    sequence()
    found = alarm(log, before)
    assert found.kind == "back_dated" and found.index == before.seen.size
    (told,) = findings()
    assert told.kind == "back_dated" and told.values["index"] == found.index


def test_rows_that_changed_places_are_told_as_such(report: Report, log: Path) -> None:
    first, second = Event.objects.filter(verb__in=("accept", "file")).order_by("pk")
    names = [str(f.column) for f in Event._meta.concrete_fields if f.name != "id"]
    with unguarded() as cursor:
        rows = {}
        for one in (first.pk, second.pk):
            cursor.execute(f"SELECT {', '.join(names)} FROM cases_event WHERE id = %s", [one])  # noqa: S608 (own names)
            rows[one] = cursor.fetchone()
        for one, other in ((first.pk, second.pk), (second.pk, first.pk)):
            sets = ", ".join(f"{name} = %s" for name in names)
            cursor.execute(f"UPDATE cases_event SET {sets} WHERE id = %s", [*rows[other], one])  # noqa: S608 (own names)
    found = findings()
    assert {(one.kind, one.values["event"], one.values["other"]) for one in found if "other" in one.values} == {
        ("reordered", first.pk, second.pk), ("reordered", second.pk, first.pk),
    }  # fmt: skip
    assert all("re-ordered" in str(one) for one in found if one.kind == "reordered")


def test_a_key_that_was_destroyed_in_silence_is_named(report: Report, log: Path) -> None:
    CaseKey.objects.filter(case=report.case).update(wrapped=None)
    (found,) = findings()
    assert found.kind == "key" and found.values["case"] == report.case.number
    CaseKey.objects.filter(case=report.case).delete()
    assert "removed" in str(findings()[0])


def grown_by(here: District, words: str) -> None:
    here.report(words=words)
    sequence()


def test_an_old_backup_of_the_database_is_refused_and_named(
    here: District, report: Report, log: Path
) -> None:
    class Restored(Exception):
        pass

    with pytest.raises(Restored), transaction.atomic():
        grown_by(here, "This came after the backup.")
        raise Restored
    with pytest.raises(Refusal, match="older than its own log"):
        sequence()
    before = public(log)
    here.report(words="Another one instead.")
    with pytest.raises(Refusal, match="would fork the log"):
        sequence()
    assert public(log) == before
    assert findings()[0].kind == "rolled_back"
    assert "put back" in str(findings()[0])


def restored(log: Path, aside: Path) -> None:
    shutil.rmtree(log)
    shutil.copytree(aside, log)


def test_an_old_backup_of_database_and_files_is_found_by_the_monitor(
    here: District, report: Report, log: Path, tmp_path: Path
) -> None:
    shutil.copytree(log, tmp_path / "backup")

    class Restored(Exception):
        pass

    with pytest.raises(Restored), transaction.atomic():
        for _ in range(3):
            grown_by(here, "This came after the backup.")
        seen = watched(log)
        raise Restored
    restored(log, tmp_path / "backup")
    assert alarm(log, seen).kind == "rolled_back"
    for _ in range(3):
        grown_by(here, "Another history.")
    assert alarm(log, seen).kind == "forked"
    grown_by(here, "And it goes on.")
    assert alarm(log, seen).kind == "changed"


def test_old_files_under_a_newer_database_are_refused_and_named(
    here: District, report: Report, log: Path, tmp_path: Path
) -> None:
    shutil.copytree(log, tmp_path / "backup")
    grown_by(here, "This came after the backup.")
    seen = watched(log)
    restored(log, tmp_path / "backup")
    with pytest.raises(Refusal, match="put back or changed"):
        sequence()
    assert findings()[0].kind == "forked"
    assert alarm(log, seen).kind == "rolled_back"


def test_files_that_are_gone_are_refused_and_named(report: Report, log: Path) -> None:
    shutil.rmtree(log)
    with pytest.raises(Refusal, match="would be a fork"):
        sequence()
    assert findings()[0].kind == "missing"


def test_two_servers_with_one_key_are_found(
    here: District, report: Report, log: Path, tmp_path: Path, settings: Any
) -> None:
    other = tmp_path / "other"
    shutil.copytree(log, other)

    class Elsewhere(Exception):
        pass

    with pytest.raises(Elsewhere), transaction.atomic():
        grown_by(here, "The one server.")
        seen, note = watched(log), (log / "checkpoint").read_text("utf-8")
        raise Elsewhere
    settings.LEDGER = other
    grown_by(here, "The other server.")
    assert alarm(other, seen).kind == "forked"
    with pytest.raises(Alarm) as raised:
        watching.check_same(note, watched(other), Folder(other).fetch)
    assert raised.value.kind == "forked"
    grown_by(here, "It goes on.")
    assert alarm(other, seen).kind == "changed"


def attacked(change: Callable[[], None], log: Path) -> None:
    """Write the whole history anew, with the log's own key."""
    kept = [(log / path).read_bytes() for path in ("keys", "key/0")]
    change()
    shutil.rmtree(log)
    LedgerRun.objects.all().delete()
    row = Ledger.objects.get()
    Ledger.objects.filter(pk=1).delete()
    Ledger.objects.create(pk=1, origin=row.origin, root=EMPTY)
    Folder(log).put("keys", kept[0])
    Folder(log).put("key/0", kept[1])
    sequence()


def test_history_that_is_written_anew_with_the_key_fits_itself_and_not_what_was_seen(
    report: Report, log: Path
) -> None:
    before = watched(log)

    def change() -> None:
        with unguarded() as cursor:
            cursor.execute("UPDATE cases_event SET at = written_at WHERE verb = 'finish'")

    attacked(change, log)
    assert findings() == []
    assert alarm(log, before).kind == "forked"
