"""Areas and grids, administered on the desk: looked at first, in force from a coming day on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.areas import queries
from commonward.areas.actions import set_rule
from commonward.areas.models import Area
from commonward.core.rights import SYSTEM
from commonward.people.models import Change
from tests.district import CELL, COMMUNITIES, DISTRICT, SOUTH, STREETS, WEST, District
from tests.doors.desk.conftest import Office, Page
from tests.doors.desk.test_admin_people import do

AREAS = "/desk/admin/areas/"
GRID, BESIDE = District.grid(0, 0), District.grid(0, 1)
NORTH, EAST = SOUTH + CELL, WEST + CELL
CUT = f"{SOUTH - 0.01}, {WEST + 0.004}\n{NORTH + 0.01}, {WEST + 0.004}"


def corners(south: float, west: float, north: float, east: float) -> str:
    """The text of a rectangle, as it is typed."""
    return f"{south}, {west}\n{south}, {east}\n{north}, {east}\n{north}, {west}"


def filled_in(page: Page) -> dict[str, list[str]]:
    """The fields of the form that is looked at first, as the page fills them in."""
    return next(form.fields for form in page.forms if ("do", "preview") in form.buttons)


def day(count: int = 1) -> str:
    return (timezone.localtime() + timedelta(days=count)).date().isoformat()


def begins(count: int = 1) -> datetime:
    found = datetime.combine(timezone.localtime().date(), datetime.min.time())
    return timezone.make_aware(found + timedelta(days=count))


def test_the_tree_is_walked_from_the_top_to_a_grid(office: Office) -> None:
    me = office.administrator
    page = me.open(AREAS)
    assert f"{AREAS}{DISTRICT}/" in page.links
    for code, below in ((DISTRICT, STREETS[0]), (STREETS[0], COMMUNITIES[0])):
        assert f"{AREAS}{below}/" in me.open(f"{AREAS}{code}/").links
    grid = me.open(f"{AREAS}{GRID}/")
    assert "Grid 1-1" in grid.heading
    assert f"{AREAS}{COMMUNITIES[0]}/" in grid.links
    assert f"{AREAS}{GRID}/" in me.open(AREAS, code=GRID).links
    assert me.open(AREAS, code="000").status == 404


def test_a_split_is_looked_at_then_holds_from_its_day_on(office: Office) -> None:
    district = office.district
    set_rule(
        SYSTEM, "one grid", duty="grid", team=district.teams["lamps"], at=district.at,
        duties={"grid"}, categories=(), area_code=GRID,
    )  # fmt: skip
    number = district.report(lat=SOUTH + 0.005, lon=WEST + 0.002).case.number
    me, where = office.administrator, f"{AREAS}{GRID}/split/"
    page = me.open(where)
    new = filled_in(page)["code"][0]
    page = do(me, page, "preview", line=CUT, name="新网格", name_en="New grid")
    assert "1 case would lie in another area, 1 would go to another team." in page.text
    assert "Lamps Southern grids" in page.text
    assert number in page.text
    assert "No overlap and no hole." in page.text
    assert not Area.objects.filter(code=new).exists(), "looking changes nothing"
    page = do(me, page, "save")
    assert f"It holds from {day()} on" in page.text
    assert queries.locate(SOUTH + 0.005, WEST + 0.002, at=timezone.now()).code == GRID
    assert queries.locate(SOUTH + 0.005, WEST + 0.002, at=begins()).code == new
    assert queries.area_by_code(new, begins()).name_en == "New grid"
    assert f"from {day()} on" in me.open(f"{AREAS}{COMMUNITIES[0]}/").text
    assert "Area split" in me.open("/desk/admin/").text


def test_a_border_is_moved_and_the_neighbour_gives_way(office: Office) -> None:
    me, where = office.administrator, f"{AREAS}{GRID}/redraw/"
    wider = corners(SOUTH, WEST, NORTH, EAST + 0.002)
    page = do(me, me.open(where), "preview", outline=wider, fit="")
    assert "Overlap" in page.text
    page = do(me, me.open(where), "preview", outline=wider)
    assert "No overlap and no hole." in page.text
    assert BESIDE in page.text
    do(me, page, "save")
    assert queries.locate(SOUTH + 0.005, EAST + 0.001, at=begins()).code == GRID
    assert queries.locate(SOUTH + 0.005, EAST + 0.001, at=timezone.now()).code == BESIDE


def test_the_outline_of_the_page_sent_back_changes_nothing(office: Office) -> None:
    me = office.administrator
    page = do(me, me.open(f"{AREAS}{GRID}/redraw/"), "preview")
    assert "No overlap and no hole." in page.text
    assert page.text.count("No case would lie in another area.") == 2


def test_a_new_grid_is_drawn_and_an_old_one_ends(office: Office) -> None:
    me = office.administrator
    page = do(me, me.open(f"{AREAS}{GRID}/end/"), "preview")
    assert "Hole" in page.text
    do(me, page, "save")
    page = me.open(f"{AREAS}{COMMUNITIES[0]}/add/")
    new = filled_in(page)["code"][0]
    square = corners(SOUTH, WEST, NORTH, EAST)
    page = do(me, page, "preview", outline=square, name="重画网格", since=day())
    assert "No overlap and no hole." in page.text
    do(me, page, "save")
    assert queries.locate(SOUTH + 0.005, WEST + 0.002, at=begins()).code == new
    assert f"until {day()}" in me.open(f"{AREAS}{GRID}/").text
    assert me.open(f"{AREAS}{GRID}/redraw/").status == 404, "what ends is not changed again"


def test_neighbours_are_offered_and_merged(office: Office) -> None:
    me, where = office.administrator, f"{AREAS}{BESIDE}/merge/"
    page = me.open(where)
    for column in (0, 2):
        assert District.grid(0, column) in page.text
    page = do(me, page, "preview", others=GRID)
    do(me, page, "save")
    assert queries.locate(SOUTH + 0.005, WEST + 0.002, at=begins()).code == BESIDE
    assert Change.objects.get(verb="merge_areas").data["ended"] == GRID


def test_a_name_is_changed_on_the_page(office: Office) -> None:
    me, where = office.administrator, f"{AREAS}{GRID}/"
    page = do(me, me.open(where), "rename", name="东风网格", name_en="East wind")
    assert "East wind" in page.heading


@pytest.mark.parametrize(
    ("change", "given", "told"),
    [
        ("split", {"line": "1", "name": "x"}, "Line 1"),
        ("split", {"line": "27.8051, 113.1\n27.8052, 113.105", "name": "x"}, "cut through"),
        ("split", {"line": CUT, "name": ""}, "Give the area a name"),
        ("split", {"line": CUT, "name": "x", "code": "12"}, "12"),
        ("split", {"line": CUT, "name": "x", "new_part": "?"}, "Choose one of the list"),
        ("redraw", {"outline": "{}"}, "no GeoJSON"),
        ("redraw", {"since": ""}, "Give the day"),
        ("redraw", {"since": "2026-13-45"}, "Give the day"),
        ("redraw", {"since": "2020-01-01"}, "never in the past"),
        ("merge", {}, "Name one to"),
        ("merge", {"others": "430298002001003"}, "lies in another area"),
        ("end", {"since": "1"}, "Give the day"),
    ],
)
@pytest.mark.parametrize("deed", ["preview", "save"])
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    office: Office, change: str, given: dict[str, str], told: str, deed: str
) -> None:
    me, where = office.administrator, f"{AREAS}{GRID}/{change}/"
    page = me.post(where, {**filled_in(me.open(where)), **given, "do": deed})
    assert page.status == 422
    assert told in page.text
    assert not Change.objects.filter(verb__in=("split_area", "redraw", "end_area")).exists()


def test_unknown_areas_and_changes_are_missing(office: Office) -> None:
    for path in ("999/", "999/redraw/", f"{GRID}/paint/"):
        assert office.administrator.open(f"{AREAS}{path}").status == 404


def test_pages_ask_a_bounded_number_of_queries(
    office: Office, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for path in ("", f"{COMMUNITIES[0]}/", f"{GRID}/redraw/", f"{GRID}/merge/"):
        office.administrator.open(f"{AREAS}{path}")
        with django_assert_max_num_queries(24):
            office.administrator.open(f"{AREAS}{path}")
