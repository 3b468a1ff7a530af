"""What the nightly comparison came to stays, and when the next one is due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from commonward.cases.actions.ledger_checks import check_and_keep
from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import LedgerCheck, Report
from commonward.cases.queries.ledger_checks import check_is_due, last_check
from tests.cases.ledgers import public
from tests.district import District

NIGHT = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
"""Half past two in Shanghai."""


def test_what_was_compared_and_that_nothing_was_found_stays(here: District, log: Path) -> None:
    here.report()
    sequence()
    assert last_check() is None
    check_and_keep()
    kept = last_check()
    assert kept is not None
    assert (kept.found, kept.findings, kept.leaves) == (0, (), 1)
    assert (kept.size, LedgerCheck.objects.get().root) == (1, public(log).root)


def test_what_was_found_stays_in_words(here: District, log: Path) -> None:
    report = here.report(words="A lamp is out.")
    sequence()
    Report.objects.filter(pk=report.pk).update(words="All is well.")
    check_and_keep()
    kept = last_check()
    assert kept is not None and kept.found == 1
    assert kept.findings[0].kind == "changed" and report.case.number in str(kept.findings[0])
    assert "lamp" not in str(LedgerCheck.objects.get().findings)


def test_a_comparison_is_due_once_a_night_and_at_once_after_a_long_pause(
    here: District, log: Path
) -> None:
    assert not check_is_due(NIGHT)
    sequence()
    assert check_is_due(NIGHT + timedelta(hours=10))
    check_and_keep()
    LedgerCheck.objects.update(ended_at=NIGHT)
    assert not check_is_due(NIGHT + timedelta(hours=1))
    assert not check_is_due(NIGHT + timedelta(hours=12, minutes=5))
    assert check_is_due(NIGHT + timedelta(hours=23, minutes=30))
    assert check_is_due(NIGHT + timedelta(hours=29))
