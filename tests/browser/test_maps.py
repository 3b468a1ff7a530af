"""The map in a real browser: it draws under the strict policy, and the pin works by hand and key."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.district import CELL, SOUTH, WEST, District

NEXT = "button[value=next]:not(.first-button)"
LANGUAGES = ("en-GB", "zh-CN")


def drawn(w: Any) -> Any:
    """The map's part of the page, once it has drawn all it had to."""
    part = w.page.locator("[data-map]")
    part.locator("xpath=self::*[@data-drawn]").wait_for(timeout=60_000)
    return part


def colours(part: Any) -> int:
    """How many different colours the map shows: an empty canvas has one."""
    picture = Image.open(BytesIO(part.locator(".map-canvas").screenshot()))
    found = picture.convert("RGB").getcolors(1 << 24) or []
    return len(found)


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_area_page_draws_its_map_and_lists_what_is_on_it(
    district: District, window: Callable[..., Any], language: str, width: int
) -> None:
    reports = [district.report(words=f"Rubbish {n}") for n in range(3)]
    lat, lon = district.inside(2, 2)
    for n in range(7):
        district.report(words=f"More {n}", lat=lat + n * 1e-5, lon=lon)
    hidden = district.report(words="Quiet", public=False, lat=lat, lon=WEST + CELL / 2)
    with window(language, width) as w:
        w.open("/areas/430298/")
        part = drawn(w)
        assert colours(part) > 20
        part.locator("summary").filter(has_text="").last.click()
        listed = part.locator(".map-list").inner_text()
        assert all(report.number in listed for report in reports)
        assert "7 " in listed
        assert hidden.number not in listed
        w.sound("map-area")
        link = part.locator(f'a[href="/cases/{reports[0].number}/"]')
        link.click()
        w.page.wait_for_load_state()
        assert w.path == f"/cases/{reports[0].number}/"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pin_is_set_by_tapping_and_by_the_keyboard_and_follows_the_numbers(
    district: District, window: Callable[..., Any], language: str, width: int
) -> None:
    with window(language, width) as w:
        to_where(w)
        part = drawn(w)
        w.sound("map-where")
        canvas = part.locator("canvas")
        canvas.click()
        w.filled("#lon", 1)
        lat, lon = (float(w.page.locator(f"#{name}").input_value()) for name in ("lat", "lon"))
        assert abs(lat - (SOUTH + 1.5 * CELL)) < CELL and abs(lon - (WEST + 1.5 * CELL)) < CELL
        assert f"{lat:.6f}" in part.locator(".map-told").inner_text()
        w.sound("map-where-pinned")
        canvas.focus()
        for _ in range(30):
            canvas.press("ArrowLeft")
            w.page.wait_for_timeout(200)  # the map glides
            canvas.press("Enter")
            moved = float(w.page.locator("#lon").input_value())
            if moved < lon - CELL / 10:
                break
        assert moved < lon - CELL / 10
        assert w.page.locator("#address").count() == 1, "Enter on the map sends no form"
        assert part.locator(".maplibregl-marker").count() == 1
        w.page.locator("#position").evaluate("part => part.open = true")
        w.page.locator("#lat").fill("")
        part.locator(".maplibregl-marker").wait_for(state="detached")
        w.page.locator("#lat").fill("27.805")
        w.page.locator("#lon").fill("113.105")
        part.locator(".maplibregl-marker").wait_for()
        w.page.locator(NEXT).click()
        w.page.wait_for_load_state()
        assert w.page.locator("#address").count() == 0, "the place was taken"


def to_where(w: Any) -> None:
    w.open("/report/")
    w.page.locator("#words").fill("大门旁有垃圾 Rubbish beside the gate")
    w.page.locator(NEXT).click()
    w.page.wait_for_load_state()
    kind = w.page.locator("#kind-0301")
    if not kind.is_visible():
        w.page.locator("summary").first.click()
    kind.check()
    w.page.locator(NEXT).click()
    w.page.wait_for_load_state()


def test_where_no_map_can_be_drawn_the_page_says_so_and_works(
    district: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 320) as w:
        w.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
        to_where(w)
        part = w.page.locator("[data-map]")
        part.get_by_text("The map cannot be shown here. Everything works without it.").wait_for()
        assert part.locator(".map-canvas").count() == 0
        w.page.locator("#address").fill("East gate")
        w.page.locator(NEXT).click()
        w.page.wait_for_load_state()
        assert w.page.locator("#address").count() == 0


def test_without_javascript_the_question_is_as_it_was(
    district: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 320, script=False) as w:
        to_where(w)
        assert not w.page.locator("[data-map]").is_visible()
        w.page.locator("#address").fill("East gate")
        w.page.locator(NEXT).click()
        w.page.wait_for_load_state()
        assert w.page.locator("#address").count() == 0
        w.sound("map-none")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_map_is_dark_where_the_page_is_and_changes_with_the_device(
    district: District, window: Callable[..., Any], width: int
) -> None:
    lat, lon = district.inside(2, 2)
    for n in range(7):
        district.report(words=f"More {n}", lat=lat + n * 1e-5, lon=lon)
    with window("zh-CN", width, dark=True) as w:
        w.open("/areas/430298/")
        part = drawn(w)
        assert brightness(part) < 70
        w.sound("map-area")
        w.page.emulate_media(color_scheme="light")
        w.page.wait_for_timeout(100)
        for _ in range(100):
            if brightness(part) > 180:
                break
            w.page.wait_for_timeout(200)
        assert brightness(part) > 180
        assert not w.faults


def brightness(part: Any) -> int:
    """The middle brightness of the map's picture, from 0 (black) to 255."""
    picture = Image.open(BytesIO(part.locator(".map-canvas").screenshot())).convert("L")
    return int(np.median(np.asarray(picture)))
