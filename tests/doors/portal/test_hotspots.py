"""Hotspots as everybody reads them: large cells, none of fewer than five, and how it is made."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from commonward.insight.actions.hotspots import publish_periods
from commonward.insight.actions.publishing import closed_months, publish_months
from tests.district import District
from tests.insight.placing import placed, quiet_year

PAGE = "/hotspots/"


@pytest.fixture
def reader(db: None) -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def published(district: District) -> District:
    quiet_year(district, 1200)
    first = closed_months(district.at)[-1].first
    inside = district.at - (district.at.date() - first - timedelta(days=3))
    lat, lon = district.inside(1, 1)
    placed(district, [(lat, lon, inside)] * 37, prefix="X")
    placed(district, [(lat, lon, inside)] * 100, prefix="Y", public=False)
    publish_months(district.at, months=2)
    publish_periods(district.at)
    return district


def test_before_anything_was_published_the_page_says_so(district: District, reader: Client) -> None:
    answer = reader.get(PAGE)
    assert answer.status_code == 200
    assert "Nothing has been published yet" in answer.content.decode()
    assert reader.get(f"{PAGE}hotspots.csv").status_code == 404


def test_everybody_reads_the_counts_of_large_cells_and_what_they_mean(
    published: District, reader: Client
) -> None:
    html = reader.get(PAGE).content.decode()
    assert "hotspot-ground" in html
    assert "How this is made" in html
    assert "What this says, and what not" in html
    assert "Grid" not in html  # nothing finer than a community is named


def test_the_file_has_no_small_count_and_no_hidden_case(
    published: District, reader: Client
) -> None:
    text = reader.get(f"{PAGE}hotspots.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows
    assert all(int(row["cases"]) >= 5 for row in rows)
    assert any(int(row["cases"]) >= 37 for row in rows)
    assert all(int(row["cases"]) < 100 for row in rows)
    assert {row["h3_resolution"] for row in rows} == {"8"}


@pytest.mark.parametrize("given", ["2026-01-02", "yesterday", "9999-99-99"])
def test_a_period_that_was_not_published_is_not_there(
    published: District, reader: Client, given: Any
) -> None:
    assert reader.get(PAGE, {"from": given}).status_code == 404
