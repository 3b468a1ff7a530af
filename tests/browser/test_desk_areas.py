"""Areas and grids in a real browser: drawn on the map, and written by hand without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest

from commonward.areas.models import Area
from tests.browser.conftest import WIDTHS
from tests.district import CELL, COMMUNITIES, SOUTH, WEST, District

AREAS = "/desk/admin/areas/"
GRID = District.grid(0, 0)


def send(w: Any, deed: str) -> None:
    """Press the button that does this and wait for the page that follows."""
    with w.page.expect_navigation():
        w.page.locator(f"button[value={deed}]").click()


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_page_about_areas_reads_well(
    window: Callable[..., Any], district: District, language: str
) -> None:
    with window(language, WIDTHS) as w:
        w.sign_in("administrator")
        for name, path in {
            "areas": "",
            "area": f"{COMMUNITIES[0]}/",
            "area-add": f"{COMMUNITIES[0]}/add/",
            "area-split": f"{GRID}/split/",
            "area-redraw": f"{GRID}/redraw/",
            "area-merge": f"{GRID}/merge/",
            "area-end": f"{COMMUNITIES[0]}/end/",
        }.items():
            w.open(f"{AREAS}{path}")
            if w.page.locator("[data-map]").count():
                w.page.locator("[data-drawn=yes]").wait_for()
            w.sound(f"admin-{name}")


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 320)])
def test_a_grid_is_split_by_a_line_tapped_on_the_map(
    window: Callable[..., Any], district: District, language: str, width: int
) -> None:
    district.report(lat=SOUTH + CELL / 2, lon=WEST + 0.001)
    with window(language, width) as w:
        w.sign_in("administrator")
        w.open(f"{AREAS}{GRID}/split/")
        w.page.locator("[data-drawn=yes]").wait_for()
        w.page.locator(".maplibregl-ctrl-zoom-out").click()
        canvas = w.page.locator(".map-canvas canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        for count, height in ((1, 8), (2, box["height"] - 45)):
            canvas.click(position={"x": box["width"] / 2 - 8, "y": height})
            w.page.locator(".maplibregl-marker").nth(count - 1).wait_for()
        w.filled("#line", 2)
        w.page.locator("#name").fill("新网格")
        send(w, "preview")
        w.page.locator("[data-drawn=yes]").wait_for()
        w.sound("admin-area-tried")
        assert w.page.locator(".tried tbody tr").count() >= 2
        send(w, "save")
        assert Area.objects.filter(name="新网格").count() == 1
        w.sound("admin-area-saved")


def test_a_corner_is_moved_added_and_taken_away_with_mouse_and_keyboard(
    window: Callable[..., Any], district: District
) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("administrator")
        w.open(f"{AREAS}{District.grid(1, 1)}/redraw/")
        w.page.locator("[data-drawn=yes]").wait_for()
        field = w.page.locator("#outline")
        before = field.input_value()
        assert len(before.splitlines()) == 4
        w.page.get_by_role("button", name="Point 1", exact=True).press("Delete")
        w.filled("#outline", 3)
        w.page.get_by_role("button", name="Take back").click()
        w.filled("#outline", 4)
        assert field.input_value() == before
        w.page.locator(".map-canvas canvas").press("Enter")
        w.filled("#outline", 5)
        w.page.get_by_role("button", name="Draw anew").click()
        w.filled("#outline", 0)
        field.fill(before)
        w.page.get_by_role("button", name="Point 4", exact=True).wait_for()


def test_areas_are_administered_without_javascript(
    window: Callable[..., Any], district: District
) -> None:
    with window("en-GB", 320, script=False) as w:
        w.sign_in("administrator")
        w.open(f"{AREAS}{GRID}/split/")
        w.page.locator("#line").fill(f"{SOUTH - 1}, {WEST + 0.004}\n{SOUTH + 1}, {WEST + 0.004}")
        w.page.locator("#name").fill("新网格")
        send(w, "preview")
        assert "No overlap and no hole." in w.text
        send(w, "save")
        assert Area.objects.filter(name="新网格").count() == 1


def test_what_a_merge_would_make_is_drawn_before_it_is_made(
    window: Callable[..., Any], district: District
) -> None:
    with window("en-GB", 768) as w:
        w.sign_in("administrator")
        w.open(f"{AREAS}{GRID}/merge/")
        w.page.get_by_label("Grid 1-2").check()
        send(w, "preview")
        w.page.locator("[data-drawn=yes]").wait_for()
        w.sound("admin-area-merge-tried")
        assert "(ends)" in w.text
        send(w, "save")
        assert Area.objects.get(code=District.grid(0, 1)).valid_until is not None
