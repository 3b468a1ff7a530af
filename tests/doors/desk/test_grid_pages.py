"""Grid design at the desk: asked with files, told in pages of bounded weight, moved and published."""

import json
import re
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonward.areas import actions as areas
from commonward.core.plans.running import Watch
from commonward.people.models import Account
from commonward.response.models import GridDesign, Plan, PlanData
from commonward.response.planning import grids as planning
from commonward.response.queries.grids import design_of
from commonward.response.queries.plans import packed
from tests.district import CELL, COMMUNITIES, DISTRICT, SINCE, SOUTH, WEST
from tests.doors.desk.conftest import BACKEND, Office
from tests.planning import grid_plan, planner

pytestmark = pytest.mark.django_db

TOWN = "430297"
SIDE = 0.0011
HEAVIEST = 600_000
"""Bytes of a page with 800 grids."""


@pytest.fixture
def desk(office: Office) -> Client:
    """A planner's browser, in English."""
    planner("planner", office.district.at)
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(login="planner"), BACKEND)
    return client


def geojson(shapes: list[Any], told: list[dict[str, Any]]) -> SimpleUploadedFile:
    rows = [
        {"type": "Feature", "properties": one, "geometry": shapely.geometry.mapping(shape)}
        for shape, one in zip(shapes, told, strict=True)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": rows}).encode()
    return SimpleUploadedFile("blocks.geojson", content, content_type="application/geo+json")


def ask(client: Client, area: str, **more: Any) -> Any:
    sent = {"do": "ask", "title": "Grids", "area": area, "source": "file", "seconds": "600"}
    return client.post(reverse("desk:plan_new", args=["grids"]), {**sent, **more})


def answered(plan: Plan) -> Plan:
    """Run as the worker runs it, in this thread."""
    given = planning.gathered(plan.asked, plan.area, plan.asked_at)
    answer = planning.planned(given, plan.seed, Watch(), lambda _better: None)
    PlanData.objects.filter(plan=plan).update(given=packed(given), answer=packed(answer))
    plan.state = "ended"
    plan.save()
    return plan


def test_a_file_of_blocks_with_faults_is_refused_naming_them(desk: Client) -> None:
    blocks = [shapely.box(WEST, SOUTH, WEST + CELL, SOUTH + CELL)] * 2
    page = ask(desk, DISTRICT, blocks=geojson(blocks, [{"id": "A"}, {"id": "B"}]))
    assert page.status_code == 422
    assert "A: it overlaps B" in page.content.decode()
    page = ask(desk, DISTRICT)
    assert "Choose the file of blocks." in page.content.decode()
    page = ask(desk, "", source="squares")
    assert "Choose the district, street or community to divide." in page.content.decode()
    assert not Plan.objects.exists()


def test_households_of_a_file_weigh_and_barriers_part(desk: Client) -> None:
    blocks, told = [], []
    for x in range(12):
        for y in range(12):
            west, south = WEST + x * CELL / 4, SOUTH + y * CELL / 4
            blocks.append(shapely.box(west, south, west + CELL / 4, south + CELL / 4))
            told.append({"id": f"{x}-{y}", "households": 300 if x == 0 else 50})
    river = [
        shapely.LineString([(WEST - CELL, SOUTH + CELL / 2), (WEST + 4 * CELL, SOUTH + CELL / 2)])
    ]
    page = ask(
        desk, DISTRICT, blocks=geojson(blocks, told), barriers=geojson(river, [{}]),
        households="100", cases="0", hectares="0", grids="12",
    )  # fmt: skip
    assert page.status_code == 302
    design = design_of(answered(Plan.objects.get()))
    assert sum(design.given["households"]) == pytest.approx(12 * 300 + 132 * 50)
    first = [b for b, name in enumerate(design.given["names"]) if name.startswith("0-")]
    assert design.loads[first].sum() / design.loads.sum() == pytest.approx(3600 / 10200)
    middle = SOUTH + CELL / 2
    south_of = {
        int(design.grids[b]) for b in range(len(design.grids))
        if design.mosaic.outline(b).centroid.y < middle
    }  # fmt: skip
    north_of = set(design.grids.tolist()) - south_of
    lowest = {int(design.grids[b]) for b in np.flatnonzero(design.village == 0)} & north_of
    assert lowest and south_of
    for b in np.flatnonzero(design.village == 0):
        north = design.mosaic.outline(int(b)).centroid.y > middle
        assert (int(design.grids[b]) in north_of) == north


def test_the_page_tells_the_score_beside_today_and_gives_files(desk: Client) -> None:
    who = planner("maker", SINCE)
    plan = grid_plan(who, SINCE + timedelta(days=2300))
    page = desk.get(reverse("desk:plan", args=[plan.code])).content.decode()
    assert all(
        words in page for words in ("Score sheet", "Compactness", "Blocks that change hands")
    )
    assert page.count("grid-face") == 9 and page.count('class="grid-village"') == 3
    table = desk.get(reverse("desk:plan_file", args=[plan.code, "grids.csv"]))
    assert len(table.content.decode().strip().splitlines()) == 10
    outlines = json.loads(
        desk.get(reverse("desk:plan_file", args=[plan.code, "grids.geojson"])).content
    )
    whole = shapely.union_all([shapely.geometry.shape(f["geometry"]) for f in outlines["features"]])
    assert whole.area == pytest.approx(9 * CELL**2, rel=1e-6)
    assert desk.get(reverse("desk:plan_file", args=[plan.code, "else.csv"])).status_code == 404


def test_a_refused_move_says_why_and_a_second_person_is_told(desk: Client) -> None:
    plan = grid_plan(planner("maker", SINCE), SINCE + timedelta(days=2300))
    design = design_of(plan)
    there = reverse("desk:plan_grids", args=[plan.code, COMMUNITIES[0]])
    own = int(design.grids[0])
    page = desk.post(there, {"do": "move", "version": "0", "block": "0", "grid": str(own)})
    assert page.status_code == 422 and "already" in page.content.decode()
    page = desk.post(there, {"do": "save", "version": "0", "moves": "0:x"})
    assert "There is no such block or grid." in page.content.decode()
    page = desk.post(there, {"do": "undo", "version": "7"})
    assert "Somebody else changed these grids" in page.content.decode()
    assert not GridDesign.objects.exists()
    assert desk.get(reverse("desk:plan_grids", args=[plan.code, "430298999999"])).status_code == 404


@pytest.fixture
def town(office: Office) -> None:
    """A hundred villages of ten streets, 71 × 71 blocks wide, without grids."""
    wide = 71 * SIDE
    whole = shapely.box(114, 28, 114 + wide, 28 + wide)
    areas.add_area(TOWN, "大区", name_en="Town", at=SINCE, polygon=whole, top=True)
    for x in range(10):
        west, east = 114 + wide * x / 10, 114 + wide * (x + 1) / 10
        areas.add_area(f"{TOWN}{x + 1:03}", f"{x + 1}街道", at=SINCE,
                       polygon=shapely.box(west, 28, east, 28 + wide))  # fmt: skip
        for y in range(10):
            village = shapely.box(west, 28 + wide * y / 10, east, 28 + wide * (y + 1) / 10)
            areas.add_area(f"{TOWN}{x + 1:03}{y + 1:03}", f"{x + 1}-{y + 1}村", at=SINCE,
                           polygon=village)  # fmt: skip


def test_five_thousand_blocks_become_eight_hundred_grids_on_pages_of_bounded_weight(
    desk: Client, town: None
) -> None:
    chance = np.random.default_rng(1).lognormal(5, 0.5, 71 * 71)
    blocks = [
        shapely.box(114 + x * SIDE, 28 + y * SIDE, 114 + (x + 1) * SIDE, 28 + (y + 1) * SIDE)
        for x in range(71) for y in range(71)
    ]  # fmt: skip
    told = [{"id": str(n), "households": round(float(h))} for n, h in enumerate(chance)]
    page = ask(desk, TOWN, blocks=geojson(blocks, told), grids="800", households="100", cases="0",
               hectares="0")  # fmt: skip
    assert page.status_code == 302
    plan = answered(Plan.objects.get())
    design = design_of(plan)
    assert len(set(design.grids.tolist())) == 800
    assert design.answer["even"] > 0.99
    assert (
        len({(g, v) for g, v in zip(design.grids.tolist(), design.village.tolist(), strict=True)})
        == 800
    )
    page = desk.get(reverse("desk:plan", args=[plan.code]))
    assert len(page.content) < HEAVIEST
    assert page.content.count(b"grid-face") == 800
    village = design.given["villages"][0][0]
    page = desk.get(reverse("desk:plan_grids", args=[plan.code, village]))
    assert len(page.content) < HEAVIEST / 3
    assert len(re.findall(rb"data-block=", page.content)) == int((design.village == 0).sum())
