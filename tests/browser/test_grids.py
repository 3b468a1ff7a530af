"""Grids in a real browser: planned, moved block by block by mouse and keys, published."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from commonward.areas.models import Shape
from commonward.core.refusals import Invalid
from commonward.people.queries import account_by_login, actor_for
from commonward.response.actions.gridding import _moved, propose
from commonward.response.models import GridDesign, Plan
from commonward.response.queries.grids import design_of
from tests.browser.conftest import WIDTHS
from tests.district import COMMUNITIES, SOUTH, WEST, District
from tests.planning import grid_plan, planner


@pytest.fixture
def plan(district: District) -> Plan:
    """Nine grids over three villages; cases spread unevenly."""
    for step in range(40):
        lat, lon = SOUTH + 0.03 * (step * 0.618 % 1), WEST + 0.03 * ((step * 0.414 % 1) ** 1.5)
        district.report(lat=round(lat, 6), lon=round(lon, 6))
    who = planner("planner", timezone.now() - timedelta(days=2))
    return grid_plan(who, timezone.now() - timedelta(hours=1), cases=30, hectares=70, metres=200)


def movable(plan: Plan) -> tuple[int, int, int]:
    """A block that may go to a neighbouring grid, that grid, and the village's number."""
    design = design_of(plan)
    for one, other in design.ends.tolist():
        if design.grids[one] != design.grids[other]:
            try:
                _moved(design, [(one, int(design.grids[other]))])
            except Invalid:
                continue
            return one, int(design.grids[other]), int(design.village[one])
    raise AssertionError("no block can be moved")


def pick(w: Any, name: str, number: int) -> None:
    """Choose an option by its value alone: a label may be the same number."""
    options = w.page.locator(f"#{name} option").all()
    values = [one.get_attribute("value") for one in options]
    w.page.locator(f"#{name}").select_option(index=values.index(str(number)))


def address(plan: Plan, village: int) -> str:
    return f"/desk/plans/{plan.code}/villages/{COMMUNITIES[village]}/"


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_page_about_grids_reads_well(
    window: Callable[..., Any], district: District, plan: Plan, language: str
) -> None:
    _block, _grid, village = movable(plan)
    with window(language, WIDTHS) as w:
        w.sign_in("planner")
        w.open("/desk/plans/new/grids/")
        w.sound("grids-new")
        w.open(f"/desk/plans/{plan.code}/")
        w.sound("grids-plan")
        w.open(address(plan, village))
        w.page.locator("[data-ready]").wait_for()
        w.page.locator("[data-block]").first.click()
        w.sound("grids-village")
        w.open(f"/desk/plans/{plan.code}/publish/")
        w.page.locator("button[value=preview]").click()
        w.page.locator("#tried").wait_for()
        w.sound("grids-publish")
        row = propose(
            plan.code, timezone.now() + timedelta(days=2), 0, district_planner(), timezone.now()
        )
        w.sign_in("administrator")
        w.open("/desk/admin/grids/")
        w.sound("grids-admin")
        w.open(f"/desk/admin/grids/{row.plan.code}/")
        w.sound("grids-admin-one")


def district_planner() -> Any:
    account = account_by_login("planner")
    assert account is not None
    return actor_for(account, timezone.now())


def test_a_block_is_moved_by_the_mouse_taken_back_by_keys_and_saved(
    window: Callable[..., Any], plan: Plan
) -> None:
    block, grid, village = movable(plan)
    with window("en-GB", 1280) as w:
        w.sign_in("planner")
        w.open(address(plan, village))
        w.page.locator("[data-ready]").wait_for()
        face = w.page.locator(f"[data-block='{block}']")
        row = w.page.locator(f"[data-grid-rows] tr[data-grid='{grid}'] [data-load]")
        before = row.inner_text()
        face.click()
        w.page.locator(f"[data-to='{grid}']").click()
        moved = row.inner_text()
        assert float(moved) > float(before)
        w.page.keyboard.press("Control+z")
        assert row.inner_text() == before
        w.page.keyboard.press("Control+Shift+z")
        assert row.inner_text() == moved
        w.sound("grids-moved")
        with w.page.expect_navigation():
            w.page.locator("[data-save]").click()
        w.page.locator("[data-ready]").wait_for()
        assert int(design_of(plan).grids[block]) == grid
        assert row.inner_text() == moved
        with w.page.expect_navigation():
            w.page.locator("[data-undo]").click()
        assert row.inner_text() == before
        w.sound("grids-undone")


def test_a_block_is_moved_by_keys_alone(window: Callable[..., Any], plan: Plan) -> None:
    block, grid, village = movable(plan)
    with window("en-GB", 768) as w:
        w.sign_in("planner")
        w.open(address(plan, village))
        w.page.locator("[data-ready]").wait_for()
        first = w.page.locator("[data-block][tabindex='0']")
        first.focus()
        seen = set()
        for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
            w.page.keyboard.press(key)
            seen.add(w.page.evaluate("() => document.activeElement.dataset.block"))
        assert len(seen) > 1
        w.page.locator(f"[data-block='{block}']").focus()
        w.page.keyboard.press("Enter")
        w.focus_on("[data-choices] button")
        for _ in range(8):
            if w.page.evaluate("() => document.activeElement.dataset.to") == str(grid):
                break
            w.page.keyboard.press("Tab")
        w.page.keyboard.press("Enter")
        w.focus_on(f"[data-block='{block}']")
        assert "to grid" in w.page.locator("[data-told]").inner_text()
        w.page.locator("[data-save]").focus()
        with w.page.expect_navigation():
            w.page.keyboard.press("Enter")
        assert int(design_of(plan).grids[block]) == grid


def test_what_the_page_refuses_at_once_the_server_refuses_alike(
    window: Callable[..., Any], plan: Plan
) -> None:
    design = design_of(plan)
    with window("en-GB", 1280) as w:
        w.sign_in("planner")
        for village in range(len(COMMUNITIES)):
            w.open(address(plan, village))
            w.page.locator("[data-ready]").wait_for()
            w.page.locator(".grid-move summary").click()
            here = np.flatnonzero(design.village == village).tolist()
            grids = sorted({int(design.grids[b]) for b in here})
            for block in here[:: max(1, len(here) // 6)]:
                for grid in grids:
                    pick(w, "block", block)
                    pick(w, "grid", grid)
                    w.page.locator("[data-move]").click()
                    said = w.page.locator("[data-told]").inner_text()
                    try:
                        _moved(design, [(block, grid)])
                    except Invalid as refusal:
                        assert said == str(refusal)
                    else:
                        assert "went from" in said
                        w.page.locator("[data-undo]").click()
        assert not GridDesign.objects.exists()


def test_who_comes_second_sees_the_newest_state_and_the_own_moves_made_again(
    window: Callable[..., Any], plan: Plan
) -> None:
    block, grid, village = movable(plan)
    with window("en-GB", 768) as one, window("en-GB", 768) as other:
        for w in (one, other):
            w.sign_in("planner")
            w.open(address(plan, village))
            w.page.locator("[data-ready]").wait_for()
            w.page.locator(f"[data-block='{block}']").focus()
            w.page.keyboard.press("Enter")
            w.page.locator(f"[data-to='{grid}']").click()
        with one.page.expect_navigation():
            one.page.locator("[data-save]").click()
        with other.page.expect_navigation():
            other.page.locator("[data-save]").click()
        assert "Somebody else changed these grids" in other.text
        other.faults.clear()  # the browser tells of the 422, as it should
        assert "0 of 1 moves were made again" in other.page.locator("[data-told]").inner_text()


def test_without_javascript_a_block_is_moved_by_the_form(
    window: Callable[..., Any], plan: Plan
) -> None:
    block, grid, village = movable(plan)
    with window("en-GB", 320, script=False) as w:
        w.sign_in("planner")
        w.open(address(plan, village))
        pick(w, "block", block)
        pick(w, "grid", grid)
        with w.page.expect_navigation():
            w.page.locator("[data-move]").click()
        assert "The block was moved." in w.text
        assert int(design_of(plan).grids[block]) == grid
        with w.page.expect_navigation():
            w.page.locator("[data-undo]").click()
        assert int(design_of(plan).grids[block]) != grid


def test_a_planner_proposes_and_an_administrator_publishes_and_takes_back(
    window: Callable[..., Any], plan: Plan
) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("planner")
        w.open(f"/desk/plans/{plan.code}/publish/")
        with w.page.expect_navigation():
            w.page.locator("button[value=preview]").click()
        assert re.search(r"All \d+ cases were looked at", w.text)
        with w.page.expect_navigation():
            w.page.locator("button[value=propose]").click()
        assert "Waits for an administrator" in w.text
        w.sign_in("administrator")
        w.open("/desk/admin/grids/")
        with w.page.expect_navigation():
            w.page.locator(".admin-sheet li a").first.click()
        with w.page.expect_navigation():
            w.page.locator("button[value=publish]").click()
        assert "until then it can be taken back" in w.text
        assert Shape.objects.filter(area__level="grid", valid_from__gt=timezone.now()).exists()
        w.sound("grids-published")
        with w.page.expect_navigation():
            w.page.locator("button[value=take_back]").click()
        assert not Shape.objects.filter(area__level="grid", valid_from__gt=timezone.now()).exists()
