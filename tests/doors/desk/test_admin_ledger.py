"""The public log on the desk: how it stands, what waits, and what is wrong with its files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commonward.cases.actions.ledger_checks import check_and_keep
from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import Event, Report
from commonward.cases.queries.ledger import state
from tests.doors.desk.conftest import Office

PAGE = "/desk/admin/ledger/"


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings: Any) -> Path:
    """A folder for the log of this test alone."""
    settings.LEDGER = tmp_path / "ledger"
    return tmp_path / "ledger"


def test_before_it_begins_the_page_says_so(office: Office) -> None:
    assert "It has not begun yet" in office.administrator.open(PAGE).text


def test_its_size_and_its_key_stand_there(office: Office) -> None:
    office.district.report()
    sequence()
    page = office.administrator.open(PAGE)
    assert "The files lead to what was signed" in page.text
    assert state().keys[0].verifier in page.text
    assert str(state().size) in page.text
    assert "None yet. Ask a newspaper" in page.text


def test_what_waits_too_long_is_an_alarm(office: Office) -> None:
    office.district.report()
    sequence()
    office.district.report()
    last = Event.objects.order_by("-pk").first()
    assert last is not None
    old = datetime.now(UTC) - timedelta(hours=1)
    later = Event(
        case=last.case, at=old, written_at=old, verb="note", role="system", data={},
        from_stage=last.to_stage, to_stage=last.to_stage,
    )  # fmt: skip
    sequence()
    later.save(force_insert=True)
    page = office.administrator.open(PAGE)
    assert "Something waits too long to be sealed." in page.text


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda log: (log / "checkpoint").unlink(), "its files are gone"),
        (lambda log: (log / "checkpoint").write_text("x"), "must not be believed"),
        (
            lambda log: [one.write_bytes(bytes(one.stat().st_size))
                         for one in (log / "tile" / "0").rglob("*") if one.is_file()],
            "do not lead to what was signed",
        ),
        (
            lambda log: [one.unlink() for one in (log / "tile").rglob("*") if one.is_file()],
            "must not be believed",
        ),
    ],
)  # fmt: skip
def test_files_that_were_spoilt_are_told(office: Office, log: Path, spoil: Any, told: str) -> None:
    office.district.report()
    sequence()
    spoil(log)
    page = office.administrator.open(PAGE)
    assert page.status == 200
    assert told in page.text


def test_an_old_folder_that_was_put_back_is_told(office: Office, log: Path) -> None:
    office.district.report()
    sequence()
    kept = {one: one.read_bytes() for one in log.rglob("*") if one.is_file()}
    office.district.report()
    sequence()
    for one, raw in kept.items():
        one.write_bytes(raw)
    assert "an old folder was put back" in office.administrator.open(PAGE).text


def test_the_last_comparison_with_the_record_stands_there(office: Office) -> None:
    report = office.district.report(words="A lamp is out.")
    sequence()
    assert "Not yet: it is done every night." in office.administrator.open(PAGE).text
    check_and_keep()
    assert "Nothing was found." in office.administrator.open(PAGE).text
    Report.objects.filter(pk=report.pk).update(words="All is well.")
    check_and_keep()
    page = office.administrator.open(PAGE)
    assert "1 thing does not fit." in page.text and "or the words that go with it" in page.text
    public = office.nobody.open("/ledger/").text
    assert "1 thing does not fit." in public and report.case.number not in public
