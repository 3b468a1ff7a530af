"""`exchange`: what the desk does with files of another system, by command."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from commonward.cases.models import Case, ExchangeRun
from tests.district import small_district
from tests.exchanges import csv_bytes, made, order


@pytest.fixture(autouse=True)
def hotline(db: None, settings: Any, tmp_path: Path) -> None:
    """An exchange with its mapping in the district; files lie in a folder of the test."""
    settings.VAR = tmp_path
    small_district()
    made()


def said(*words: object) -> str:
    """The command's own words, in English."""
    out = io.StringIO()
    with translation.override("en"):
        call_command("exchange", *(str(one) for one in words), stdout=out)
    return out.getvalue()


def test_orders_in_statuses_out_acknowledged_and_compared(tmp_path: Path) -> None:
    orders, report, out = (tmp_path / name for name in ("o.csv", "refused.csv", "out.csv"))
    orders.write_bytes(csv_bytes([order("H1"), order("H2", 类别="?")]))
    assert "taken in" in said("in", "hotline", orders, "--report", report)
    assert Case.objects.filter(source="hotline").count() == 1
    rows = list(csv.reader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert [row[2] for row in rows[1:]] == ["H2"]
    said("in", "hotline", orders)
    assert Case.objects.filter(source="hotline").count() == 1, "the same file takes nothing twice"
    said("go-on")
    assert "1 statuses" in said("out", "hotline", out)
    number = ExchangeRun.objects.get(kind="out").number
    first = out.read_bytes()
    said("out", "hotline", out, "--again", number)
    assert out.read_bytes() == first and b"H1" in first
    said("ack", "hotline", number)
    assert "Nothing changed" in said("out", "hotline", out)
    theirs, differing = tmp_path / "theirs.csv", tmp_path / "differing.xlsx"
    theirs.write_bytes(csv_bytes([order("H1", 地址="West gate"), order("H9")]))
    said("reconcile", "hotline", theirs, "--report", differing)
    run = ExchangeRun.objects.get(kind="reconcile")
    assert (run.differing, run.only_there) == (1, 1)
    assert differing.read_bytes().startswith(b"PK")


def test_what_cannot_be_done_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        said("in", "hotline", tmp_path / "none.csv")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with pytest.raises(CommandError, match="empty"):
        said("in", "hotline", empty)
    with pytest.raises(CommandError):
        said("ack", "hotline", 7)
