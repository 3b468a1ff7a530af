"""Open data and public figures over the real stack: what is in the files, and what never is."""

import csv
import hashlib
import io
import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commonward.cases.models import Case, Report
from commonward.cases.queries.services import services
from commonward.insight.actions import publishing
from commonward.insight.actions.open_data import publish_files
from commonward.insight.queries import requests
from commonward.people.queries import now as site_now
from tests.district import District, small_district
from tests.doors.portal.conftest import Resident

PERSONS = (
    "account", "reporter", "contact", "phone", "email", "first_name", "last_name", "role",
    "officer", "handler", "mediator", "device_id", "words",
)  # fmt: skip


def earlier(day: int = 5) -> datetime:
    """A day in the month that is over."""
    first = site_now().replace(day=1, hour=2, minute=0, second=0, microsecond=0)
    return (first - timedelta(days=3)).replace(day=day)


def lines(path: Path) -> list[list[str]]:
    """The lines of a CSV file."""
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """An empty folder for open data."""
    settings.OPEN_DATA = tmp_path / "open"
    return tmp_path / "open"


@pytest.fixture
def town(db: None, folder: Path) -> District:
    """A district with a month of reports that is over and published, and today's files."""
    began = earlier()
    district = small_district(began - timedelta(days=3))
    for hour in range(12):
        report = district.report(
            at=began + timedelta(hours=hour),
            words="Rubbish, ring Alice on 13912345678 垃圾",
            address="East gate 东门",
        )
        if hour < 7:
            district.closed(report)
    # Where things settle late, the month before this one is published later than its second day.
    publishing.publish_months(began + timedelta(days=40), months=2)
    publish_files(site_now())
    return district


def test_each_file_is_there_with_its_checksum(town: District, folder: Path) -> None:
    day = json.loads((folder / "current.json").read_text())["version"]
    sums = dict(
        reversed(line.split("  "))
        for line in (folder / day / "SHA256SUMS").read_text().splitlines()
    )
    assert {"requests.csv", "requests.parquet", "requests.geojson", "figures.csv", "counts.parquet",
            "dictionary.json", "catalogue.jsonld"} <= set(sums)  # fmt: skip
    client = Client()
    for name, digest in sums.items():
        answer = client.get(f"/data/{day}/{name}")
        body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert hashlib.sha256(body).hexdigest() == digest, name
        assert "max-age=31536000" in answer["Cache-Control"]
        again = client.get(f"/data/{day}/{name}", headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304


def test_the_bulk_file_is_what_open311_gives(town: District, folder: Path) -> None:
    answer = Client().get("/open311/v2/requests.csv", headers={"accept-language": "zh-CN"})
    theirs = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    ours = next(folder.glob("*/requests.csv")).read_text("utf-8")
    assert list(csv.reader(io.StringIO(ours))) == list(csv.reader(io.StringIO(theirs)))


def test_no_file_has_a_column_or_a_word_of_a_person(town: District, folder: Path) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*/*")):
        if path.suffix == ".csv":
            columns[path.name] = lines(path)[0]
        elif path.suffix == ".parquet":
            columns[path.name] = pq.read_schema(path).names
        elif path.suffix == ".geojson":
            feature = json.loads(path.read_text("utf-8"))["features"][0]
            columns[path.name] = list(feature["properties"])
        if path.suffix != ".parquet":
            text = path.read_text("utf-8")
            assert "13912345678" not in text, path.name
            for account in town.accounts:
                if path.name.startswith("requests"):
                    assert account not in text, path.name
    assert len(columns) >= 8
    for name, found in columns.items():
        assert not set(found) & set(PERSONS), name
    for name in ("requests.csv", "requests.parquet"):
        assert set(columns[name]) == set(requests.COLUMNS)


def test_disputes_and_urgent_help_are_in_no_file_case_by_case(
    town: District, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if a site made such a case public by mistake, it is in no file and no feed."""
    report = Report.objects.filter(public=True).latest("id")
    category = services(_revisions())[report.case.category_id]
    monkeypatch.setattr(requests, "APART", (category.code,))
    assert [row["service_request_id"] for row in requests.rows("en")] == []
    assert Case.objects.filter(public=True).exists()


def _revisions() -> Any:
    from commonward.areas.queries import revisions  # noqa: PLC0415

    return revisions()


def test_a_held_back_case_is_not_in_the_file(town: District, folder: Path) -> None:
    report = Report.objects.filter(public=True).latest("id")
    Report.objects.filter(pk=report.pk).update(public=False)
    assert report.number not in [row["service_request_id"] for row in requests.rows("en")]


def test_figures_with_small_numbers_say_so(town: District, folder: Path) -> None:
    head, *body = lines(next(folder.glob("*/figures.csv")))
    rows = [dict(zip(head, row, strict=True)) for row in body]
    assert rows
    for row in rows:
        for name in ("over", "under"):
            assert not row[name] or row["unit"] != "share" or not 0 < float(row[name]) < 5, row
        if row["held_back"] == "yes":
            assert not row["value"]
    opened = [r for r in rows if (r["indicator"], r["level"]) == ("cases_opened", "site")]
    assert "12" in [r["value"] for r in opened]


def test_the_dictionary_tells_every_column_in_both_languages(town: District, folder: Path) -> None:
    told = json.loads(next(folder.glob("*/dictionary.json")).read_text("utf-8"))
    for part in told["files"]:
        header = lines(next(folder.glob(f"*/{part['file']}.csv")))[0]
        assert [column["column"] for column in part["columns"]] == header
        assert all(column["about"] and column["about_zh"] for column in part["columns"])
    assert {one["name"] for one in told["indicators"]} >= {"closed_in_time_rate", "cases_opened"}


def test_the_catalogue_names_licence_and_checksums(town: District, folder: Path) -> None:
    told = json.loads(next(folder.glob("*/catalogue.jsonld")).read_text("utf-8"))
    assert told["@type"] == "dcat:Catalog"
    assert told["dct:license"]["@id"].startswith("https://creativecommons.org/")
    shared = [d for one in told["dcat:dataset"] for d in one["dcat:distribution"]]
    assert len(shared) >= 8
    assert all(len(d["spdx:checksum"]["spdx:checksumValue"]) == 64 for d in shared)


def test_a_day_is_written_once_and_old_days_go(town: District, folder: Path) -> None:
    assert publish_files(site_now()) is None
    for day in range(1, 20):
        publish_files(site_now() + timedelta(days=day))
    assert len([p for p in folder.iterdir() if p.is_dir()]) == 14


def test_nothing_outside_the_folder_is_given_away(town: District) -> None:
    client = Client()
    for path in ("latest/..%2fcurrent.json", "latest/.hidden", "2020-01-01/requests.csv",
                 "latest/nothing.csv", "../secret-key"):  # fmt: skip
        assert client.get(f"/data/{path}").status_code in (301, 404), path


def test_the_page_of_figures_tells_denominators_and_what_is_not_told(town: District) -> None:
    page = Resident("en").open("/figures/")
    assert page.status == 200
    assert "Closed in time" in page.text
    assert " of " in page.text
    assert "/figures/closed_in_time_rate/" in page.links
    other = Resident("en").open("/figures/", figure="cases_opened", by="part")
    assert "Cases opened" in other.text or "opened" in other.text.lower()
    assert Resident("en").open("/figures/", figure="' OR 1=1", by="account").status == 200


def test_the_page_of_open_data_lists_files_and_columns(town: District) -> None:
    page = Resident("en").open("/data/")
    assert "requests.csv" in page.text
    assert "service_request_id" in page.text
    assert any(link.endswith("/SHA256SUMS") for link in page.links)


def test_before_the_first_publication_both_pages_say_so(db: None, folder: Path) -> None:
    small_district(datetime(2026, 1, 5, tzinfo=UTC))
    assert "Nothing has been published yet" in Resident("en").open("/figures/").text
    assert "No files have been made yet" in Resident("en").open("/data/").text


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_feeds_hold_news_and_closed_cases(town: District, form: str) -> None:
    page = Client(headers={"accept-language": "en"}).get(f"/areas/430298/feed.{form}")
    root = ET.fromstring(page.content)  # noqa: S314 (our own)
    entries = [e for e in root.iter() if e.tag.rpartition("}")[2] in ("entry", "item")]
    assert len(entries) == 7
    assert "13912345678" not in page.content.decode()
    assert Client().get(f"/areas/nowhere/feed.{form}").status_code == 404
    assert Client().get(f"/feed.{form}").status_code == 200


def test_the_public_doors_define_no_figure_of_their_own() -> None:
    """“Resolved” and “on time” are defined once, in the indicators; public pages read releases."""
    doors = Path(__file__).resolve().parents[3] / "commonward" / "doors"
    files = [p for name in ("portal", "open311") for p in sorted((doors / name).rglob("*.py"))]
    assert len(files) > 30
    for path in files:
        text = path.read_text("utf-8")
        for other in ("core.figures", "cases.queries.figures", "indicators.reference", "Closing("):
            assert other not in text, f"{path.name} reckons with {other}"
        assert "figures_of" not in text, f"{path.name} shows figures that were not published"
