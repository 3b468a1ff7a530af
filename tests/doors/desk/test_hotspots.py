"""Hotspots at the desk: asked, worked out, read as map, table and file, down to the cases."""

import csv
import io
import json
import re
from typing import Any

import pytest

from commonward.cases.models import Case
from tests.district import RUBBISH
from tests.doors.desk.conftest import Office, Page
from tests.insight.placing import heated, quiet_year

PAGE = "/desk/hotspots/"
ASKED: dict[str, Any] = {
    "category": RUBBISH,
    "weeks": "13",
    "exposure": "history",
    "model": "permutation",
}


@pytest.fixture
def hot(office: Office) -> Office:
    quiet_year(office.district)
    heated(office.district)
    return office


def worked_out(office: Office) -> Page:
    return office.leader.send(office.leader.open(PAGE, **ASKED), PAGE)


def test_a_page_that_nobody_asked_for_says_so_and_offers_to_work_it_out(office: Office) -> None:
    page = office.leader.open(PAGE)
    assert page.status == 200
    assert "Nobody has asked this yet" in page.text
    assert ("", "") in [(name, value) for form in page.forms for name, value in form.buttons]


def test_a_hotspot_is_worked_out_shown_and_followed_down_to_its_cases(hot: Office) -> None:
    page = worked_out(hot)
    assert page.status == 200
    assert "Clusters that last until now" in page.text
    assert "Grid 1-1" in page.text
    assert "emerging" in page.text
    for named in ("How this is made", "999 worlds by chance", "H3, resolution 9", "Kulldorff"):
        assert named in page.text
    way = next(link for link in page.links if "/cases/?kind=cluster" in link)
    cases = hot.leader.open(way)
    assert "Cases of a hotspot" in cases.text
    numbers = [link for link in cases.links if "/cases/N" in link]
    assert len(numbers) >= 15


def test_the_map_is_told_as_cells_with_words_and_no_case(hot: Office) -> None:
    worked_out(hot)
    html = hot.leader.open(PAGE, **ASKED).html
    found = re.search(r'<script id="hotspot-ground" type="application/json">(.*?)</script>', html)
    assert found is not None
    ground = json.loads(found.group(1))
    kinds = {one["properties"]["kind"] for one in ground["features"]}
    assert {"cluster", "emerging", "usual"} <= kinds
    assert {one["geometry"]["type"] for one in ground["features"]} == {"Polygon", "MultiPolygon"}
    assert not re.search(r"\bN\d+\b", found.group(1))


def test_the_file_has_every_row_with_its_parameters(hot: Office) -> None:
    worked_out(hot)
    text = hot.leader.client.get(f"{PAGE}hotspots.csv", ASKED).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {"cluster", "cells", "cell"} <= {row["kind"] for row in rows}
    assert {row["model"] for row in rows} == {"permutation"}
    assert {row["seed"] for row in rows} == {"1"}
    assert all(row["window_first"] < row["window_until"] for row in rows)
    counted = sum(int(row["observed"]) for row in rows if row["kind"] == "cell")
    assert counted <= Case.objects.filter(category__code=RUBBISH).count()


@pytest.mark.parametrize(
    "asked", [{"category": "D-06"}, {"weeks": "5"}, {"model": "oracle"}, {"category": "0901"}]
)
def test_what_may_not_be_asked_is_refused_in_words(office: Office, asked: dict[str, Any]) -> None:
    page = office.leader.open(PAGE, **asked)
    assert page.status == 400
    assert 'id="error"' in page.html or 'role="alert"' in page.html


def test_the_page_is_in_chinese_too(hot: Office) -> None:
    page = hot.browser("leader", "zh-hans").open(PAGE)
    assert page.status == 200
    assert "暴露垃圾" in page.html
