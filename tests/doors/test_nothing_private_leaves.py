"""Marks planted in a case are in no file, list, feed or log that leaves the office."""

import csv
import gzip
import io
import logging
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from commonward.cases.actions.hooking import add_hook, prepare
from commonward.cases.models import Delivery
from commonward.cases.queries.hooks import message
from commonward.config.logs import Hidden
from commonward.core.indicators.pictures import Cell, Column, Table
from commonward.core.rights import SYSTEM
from commonward.doors.desk.table_files import table_file
from commonward.doors.desk.tables import csv_file
from commonward.insight.actions.open_data import publish_files
from tests.district import RUBBISH, District, small_district

PLANTED = {
    "phone": "13987654321",
    "spaced phone": "139 8765 4320",
    "identity number": "11010519491231002X",
    "plate": "湘B12345",
    "e-mail": "planted.mark@example.org",
    "account": "planted_account",
    "bank card": "6222021202012345678",
}
SAID = (
    "Rubbish 垃圾. Call 13987654321 or 139 8765 4320, 身份证11010519491231002X, 车牌湘B12345, "
    "planted.mark@example.org, 微信planted_account, 卡号6222021202012345678."
)


def leaks(raw: bytes | str) -> list[str]:
    """Which of the marks stand in something."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    return [name for name, mark in PLANTED.items() if mark in text]


@pytest.fixture
def town(db: None) -> District:
    """A case with the marks wherever somebody can write, and an answer of the office with them."""
    district = small_district(timezone.now() - timedelta(days=2))
    report = district.report(words=SAID, address=f"East gate {SAID}"[:290], public=True)
    district.handled(report)
    district.act(report, "finish", district.street_handler, 200, result=SAID)
    return district


@pytest.mark.parametrize(
    "path",
    [
        "/", "/areas/", "/areas/430298/", "/feed.atom", "/feed.rss", "/hotspots/",
        "/areas/430298/feed.atom",
        "/open311/v2/requests.json", "/open311/v2/requests.xml", "/open311/v2/requests.csv",
        "/open311/v2/servicerequestupdates.json", "/open311/v2/servicerequestupdates.xml",
    ],
)  # fmt: skip
def test_no_public_address_shows_a_mark(town: District, path: str) -> None:
    answer: Any = Client().get(path)
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, (path, answer.status_code)
    assert leaks(raw) == []
    if "requests" in path and "updates" not in path:
        assert "Rubbish" in raw.decode(), "the words themselves are there"


def test_no_file_of_the_open_data_holds_a_mark(
    town: District, tmp_path: Path, settings: Any
) -> None:
    settings.OPEN_DATA = tmp_path / "open"
    folder = publish_files(timezone.now())
    assert folder is not None
    read = {}
    for path in folder.iterdir():
        raw = path.read_bytes()
        if path.suffix == ".parquet":
            raw = str(pq.read_table(path).to_pylist()).encode()
        elif path.suffix == ".gz":
            raw = gzip.decompress(raw)
        read[path.name] = raw
        assert leaks(raw) == [], path.name
    assert b"Rubbish" in read["requests.csv"] and b"Rubbish" in read["requests.parquet"]


def test_no_hook_is_told_a_mark(town: District) -> None:
    add_hook(SYSTEM, "Other", "https://example.org/hook", at=timezone.now() - timedelta(days=3))
    town.report(category=RUBBISH, words=SAID, public=True)
    prepare(timezone.now() + timedelta(minutes=5))
    told = [
        message(one, timezone.now())
        for one in Delivery.objects.exclude(hook=None).values_list("id", flat=True)
    ]
    assert told and all(one is not None and leaks(str(one.body)) == [] for one in told)


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_no_table_of_the_desk_holds_a_mark(form: str) -> None:
    rows = ((Cell(SAID), Cell(3.0)), (Cell("13987654321"), Cell(4.0)))
    table = Table("t", "T", (Column("What", ""), Column("How many", "count")), rows)
    answer = table_file(form, table, "all", timezone.now())
    raw = answer.content
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            raw = b"".join(book.read(name) for name in book.namelist())
        assert b"Rubbish" in raw
    assert leaks(raw) == []


def test_a_file_of_the_desk_keeps_codes_and_hides_who() -> None:
    answer = csv_file([["430298001002", SAID, "13987654321", 7]], "x.csv")
    ((code, said, phone, number),) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (code, phone, number) == ("430298001002", "•••", "7")
    assert "Rubbish" in said and leaks(said) == []


def test_no_line_of_the_log_holds_a_mark() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(Hidden())
    log = logging.getLogger("planted")
    log.addHandler(handler)
    log.propagate = False
    try:
        request = RequestFactory().get("/x", {"q": SAID})
        log.warning("failed for %s at %s", SAID, request)
        try:
            raise ValueError(SAID)
        except ValueError:
            log.exception("no team")
    finally:
        log.removeHandler(handler)
    assert "failed for" in out.getvalue() and leaks(out.getvalue()) == []
