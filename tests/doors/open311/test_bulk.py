"""requests.csv: the whole table, streamed, safe to open in a spreadsheet."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.cases.models import Report
from commonward.cases.queries import public
from tests.district import LAMP, RUBBISH, District
from tests.doors.open311.conftest import Door

COLUMNS = [
    "service_request_id",
    "requested_datetime",
    "updated_datetime",
    "closed_date",
    "status_description",
    "status_notes",
    "source",
    "service_name",
    "service_subtype",
    "description",
    "agency_responsible",
    "address",
    "lat",
    "long",
]


def table(door: Door, **query: Any) -> list[dict[str, str]]:
    found = door.get("requests", form="csv", **query)
    assert found.status == 200
    assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(found.raw.decode(), newline="")))
    return [dict(row) for row in rows]


def test_the_columns_are_the_standards_and_the_oldest_comes_first(
    xml: Door, district: District
) -> None:
    late = district.report(RUBBISH, "later", at=district.at + timedelta(hours=1))
    lamp = district.report(LAMP, "Dark, call 13912345678", standard=district.standards[LAMP])
    district.closed(lamp)
    rows = table(xml)
    assert list(rows[0]) == COLUMNS
    assert [r["service_request_id"] for r in rows] == [lamp.number, late.number]
    first, second = rows
    assert (first["status_description"], first["source"]) == ("closed", "counter")
    assert (first["service_name"], first["service_subtype"]) == ("Street lamp", "单灯不亮")
    assert first["description"] == "Dark, call •••"
    assert first["agency_responsible"] == "Lamps"
    assert first["closed_date"] == first["updated_datetime"]
    assert (float(first["lat"]), float(first["long"])) == district.inside()
    assert (second["status_description"], second["closed_date"]) == ("open", "")


def test_the_table_is_narrowed_by_status_service_and_dates_of_any_length(
    xml: Door, district: District
) -> None:
    lamp, rubbish = district.report(LAMP), district.report(RUBBISH)
    old = district.report(RUBBISH, "old", at=district.at - timedelta(days=400))
    district.closed(lamp)

    def found(**query: Any) -> set[str]:
        return {r["service_request_id"] for r in table(xml, **query)}

    assert found() == {lamp.number, rubbish.number, old.number}
    assert found(status="closed") == {lamp.number}
    assert found(service_code=RUBBISH) == {rubbish.number, old.number}
    year = (district.at - timedelta(days=300)).isoformat()
    assert found(end_date=year) == {old.number}
    assert found(start_date=year, status="open") == {rubbish.number}
    assert xml.get("requests", form="csv", start_date="2026-01-01").status == 400
    assert xml.get("requests", form="csv", status="nix").wrong


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", '=HYPERLINK("http://x","y")'],
)
def test_no_words_become_a_formula(xml: Door, district: District, words: str) -> None:
    report = district.report(RUBBISH, "x", address="-2")
    Report.objects.filter(pk=report.pk).update(words=words)
    [row] = table(xml)
    assert row["description"] == f"'{words}"
    assert row["address"] == "'-2"


def test_lines_quotes_and_commas_stay_inside_their_cell(xml: Door, district: District) -> None:
    words = 'He said "look",\nand left; 𠮷 مرحبا'
    district.report(RUBBISH, words)
    assert [r["description"] for r in table(xml)] == [words]


def test_what_is_not_public_is_not_in_the_table(xml: Door, district: District) -> None:
    district.report(public=False)
    assert table(xml) == []


def test_the_table_is_read_in_parts_and_none_is_lost_or_doubled(
    xml: Door, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "_CHUNK", 3)
    moments = [0, 0, 0, 0, 1, 1, 1, 2]
    made = {district.report(at=district.at + timedelta(hours=m)).number for m in moments}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = [r["service_request_id"] for r in table(xml)]
    assert (len(found), set(found)) == (8, made)
    assert sum("cases_report" in q["sql"] for q in queries.captured_queries) == 3


def test_the_table_comes_under_no_other_method(xml: Door) -> None:
    assert xml.send("POST", "requests.csv").status == 405
