"""What was taken over waits for what happens now, and is entered all the same: in the order of each
case, each once, and with the moment at which it was."""

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest

from commonward.cases.actions import sequencing
from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import Case, Event, Ledger, LedgerWaiting, Report
from commonward.cases.queries.leaves import events_at, index_of
from commonward.cases.queries.ledger import queued, receipt_of, state
from commonward.cases.queries.ledger_checking import check
from commonward.cases.queries.sealed import all_sealed
from commonward.core.ledger.entries import ENTERED, WRITTEN, Entry
from commonward.core.ledger.following import Alarm
from commonward.core.ledger.notes import Verifier
from commonward.core.ledger.receipts import verify
from tests.cases.ledgers import clock_now, entries, unguarded, watched
from tests.cases.test_ledger_crashes import Deadly, Killed
from tests.district import AT, District

LONG_AGO = timedelta(hours=2)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may wait bears the moment at which it was entered, however short the wait was."""
    monkeypatch.setattr(sequencing, "PROMPT", timedelta(seconds=-1))


def taken_over(here: District, count: int, written: timedelta = timedelta(0)) -> Report:
    """A case from elsewhere with so many events, which stood in the record for so long."""
    report = here.report()
    Case.objects.filter(pk=report.case_id).update(origin="import", source="earlier")
    moment = clock_now() - written
    Event.objects.bulk_create(
        Event(case=report.case, at=AT, written_at=moment, verb="warned", role="system")
        for _ in range(count)
    )
    return report


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of a few."""
    monkeypatch.setattr(sequencing, "MOST", 5)
    monkeypatch.setattr(sequencing, "LEAST", 5)
    monkeypatch.setattr(sequencing, "LOOKED", 12)


def versions(log: Path) -> list[int]:
    return [Entry.from_bytes(one).version for one in entries(log)]


def test_what_happens_now_stands_before_what_was_taken_over_earlier(
    here: District, log: Path, small: None
) -> None:
    sequence()
    taken_over(here, 30)
    now = here.report()
    newest = Event.objects.filter(case=now.case).latest("pk").pk
    looks = iter([False] * 4)
    sequence(leaving=lambda: index_of(newest) is not None or next(looks, True))
    assert index_of(newest) is not None and queued() > 0
    assert receipt_of(now.pk, AT + timedelta(minutes=5)).complete
    assert check().findings == []
    sequence()
    assert queued() == 0
    assert len(entries(log)) == Event.objects.count() == Ledger.objects.get().signed_size
    assert check().findings == []


def test_the_leaf_of_what_waited_says_when_it_was_entered_and_no_monitor_is_alarmed(
    here: District, log: Path
) -> None:
    sequence()
    here.report()
    sequence()
    seen = watched(log)
    report = taken_over(here, 3)
    sequence()
    seen = watched(log, seen)
    # What came by now itself (the report) did not wait for long.
    assert versions(log) == [WRITTEN, WRITTEN, ENTERED, ENTERED, ENTERED]
    assert all(
        clock_now() - Entry.from_bytes(one).at < timedelta(minutes=1) for one in entries(log)
    )
    found = receipt_of(report.pk, AT + timedelta(minutes=5))
    assert found.receipt is not None
    told = verify(json.dumps(found.receipt), [Verifier.read(state().keys[0].verifier)])
    assert [one.entered for one in told if one.facts["verb"] == "opened"] == [False]
    assert check().findings == []


def test_the_record_before_the_log_waits_and_an_older_report_has_its_receipt(
    here: District, log: Path
) -> None:
    report = here.report()
    Event.objects.bulk_create(
        Event(case=report.case, at=AT, written_at=clock_now(), verb=verb, role="handler")
        for verb in ("accept", "file")
    )
    sequence()
    here.report()
    sequence()
    assert versions(log) == [ENTERED, ENTERED, ENTERED, WRITTEN]
    found = receipt_of(report.pk, AT + timedelta(days=1))
    assert found.complete
    told = verify(json.dumps(found.receipt), [Verifier.read(state().keys[0].verifier)])
    assert all(one.entered for one in told)
    assert check().findings == []


def test_the_leaves_of_a_case_stand_in_the_order_of_its_events(
    here: District, log: Path, small: None
) -> None:
    """At random: some cases that were taken over, acts on them and on others, in small batches."""
    sequence()
    drawn = random.Random(16)
    reports = [taken_over(here, drawn.randrange(1, 9)) for _ in range(5)]
    seen = watched(log)
    for _ in range(12):
        for _ in range(drawn.randrange(1, 5)):
            who = drawn.choice([*reports, here.report()])
            role = drawn.choice(["system", "handler", "reporter"])
            Event.objects.create(
                case=who.case, at=AT, written_at=clock_now(), verb="warned", role=role
            )
        if drawn.random() < 0.3:
            reports.append(taken_over(here, drawn.randrange(1, 9)))
        rounds = iter([False] * drawn.randrange(1, 4))
        sequence(leaving=lambda left=rounds: next(left, True))  # type: ignore[misc]
        seen = watched(log, seen)
        assert check().findings == []
    sequence()
    count = Event.objects.count()
    ids = events_at(0, count)
    assert sorted(ids) == sorted(Event.objects.values_list("pk", flat=True))
    of_case = dict(Event.objects.values_list("pk", "case_id"))
    for case in set(of_case.values()):
        mine = [one for one in ids if of_case[one] == case]
        assert mine == sorted(mine)
    assert all_sealed(ids) and check().findings == []
    assert watched(log, seen).seen.size == count


@pytest.mark.parametrize("half", ["before", "torn", "after"])
def test_who_is_killed_while_something_waits_is_continued(
    here: District, log: Path, small: None, monkeypatch: pytest.MonkeyPatch, half: str
) -> None:
    deadly = Deadly(monkeypatch)
    sequence()
    seen, killed, point = watched(log), True, 0
    while killed:
        point += 3
        report = taken_over(here, 7)
        Event.objects.create(
            case=report.case, at=AT, written_at=clock_now(), verb="accept", role="handler"
        )
        deadly.at(point, half)
        try:
            sequence()
            killed = False
        except Killed:
            pass
        deadly.at(0, "")
        assert check().findings == []
        sequence()
        seen = watched(log, seen)
        assert len(entries(log)) == Event.objects.count()
        assert queued() == 0 and check().findings == []


def test_what_waits_is_not_sealed_and_what_stands_is_while_others_are_written(
    here: District, log: Path, small: None
) -> None:
    first = here.report()
    sequence()
    sealed = list(Event.objects.filter(case=first.case).values_list("pk", flat=True))
    waits = taken_over(here, 20)
    rounds = iter([False] * 3)
    sequence(leaving=lambda: next(rounds, True))
    assert all_sealed(sealed)
    waiting = Event.objects.filter(case=waits.case).latest("pk").pk
    assert queued() > 0 and not all_sealed([*sealed, waiting])


def test_an_event_that_is_gone_while_it_waits_is_named(
    here: District, log: Path, small: None
) -> None:
    sequence()
    report = taken_over(here, 9)
    sequence(most=1)
    ids = list(Event.objects.filter(case=report.case).order_by("pk").values_list("pk", flat=True))
    assert LedgerWaiting.objects.exists()
    with unguarded() as cursor:
        cursor.execute("DELETE FROM cases_event WHERE id = %s", [ids[-1]])
    (found,) = check().findings
    assert (found.kind, found.values["event"]) == ("deleted", ids[-1])
    sequence()
    assert len(entries(log)) == Event.objects.count() and queued() == 0
    (found,) = check().findings
    assert (found.kind, found.values["event"]) == ("deleted", ids[-1])
    assert "while it waited" in str(found)


def test_what_must_not_wait_and_was_held_back_is_named(here: District, log: Path) -> None:
    sequence()
    report = taken_over(here, 2)
    sequence()
    assert check().findings == []
    Case.objects.filter(pk=report.case_id).update(origin="public")
    assert {one.kind for one in check().findings} == {"held_back"}


def test_who_dates_a_row_back_among_those_that_were_taken_over_is_named(
    here: District, log: Path
) -> None:
    sequence()
    report = taken_over(here, 3)
    Event.objects.create(
        case=report.case,
        at=AT,
        written_at=clock_now() - timedelta(days=9),
        verb="warned",
        role="system",
    )
    sequence()
    (found,) = check().findings
    assert found.kind == "back_dated" and "put in later" in str(found)


def test_a_batch_of_what_may_wait_takes_about_a_second_on_any_machine() -> None:
    for leaves_a_second in (100, 700, 1_000, 6_000, 10**6):
        some = 1024
        for _ in range(20):
            some = sequencing._as_many(some, some / leaves_a_second)
        assert sequencing.LEAST <= some <= sequencing.MOST
        took = some / leaves_a_second
        assert took <= 1.5 or some == sequencing.LEAST
        assert took >= 0.5 or some == sequencing.MOST


def test_a_watcher_who_sees_an_entered_leaf_of_long_ago_is_alarmed(
    here: District, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment of entering cannot be dated back either."""
    here.report()
    sequence()
    seen = watched(log)
    taken_over(here, 2, LONG_AGO)
    sequence(now=clock_now() - timedelta(hours=1))
    with pytest.raises(Alarm) as raised:
        watched(log, seen)
    assert raised.value.kind == "back_dated"
