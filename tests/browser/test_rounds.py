"""Rounds of a day in real browsers: a planner asks and sends, a grid worker walks without network."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Round, Visit
from commonward.people.queries import now
from commonward.response.actions.planning import run_next
from commonward.response.models import Plan
from tests import rounds as planning
from tests.browser.conftest import WIDTHS
from tests.browser.test_field import without_network
from tests.core.plans.gpx_schema import faults_of
from tests.district import District
from tests.planning import planner

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def fill_team(w: Any, number: int, code: str, kind: str) -> None:
    given = planning.team(code, kind=kind)
    for name in ("team", "kind", "start", "begins", "ends"):
        w.page.fill(f"#{name}_{number}", given[name])
    w.page.select_option(f"#speed_{number}", "bike")


def test_a_round_is_asked_for_sent_and_walked_without_network_once(
    window: Callable[..., Any], district: District
) -> None:
    planner("planner", timezone.now())
    with window("en-GB", 1280) as w:
        w.sign_in("planner")
        w.open("/desk/plans/new/rounds/")
        w.page.fill("#day", timezone.localdate().isoformat())
        w.page.select_option("#source", "csv")
        w.page.fill("#csv", planning.TABLE)
        fill_team(w, 0, "grids-south", "grid")
        fill_team(w, 1, "roads", "roads")
        w.press("Compute")
        run_next(now())
        assert Plan.objects.get().state == "ended", Plan.objects.get().refusal
        w.page.reload()
        w.press("Send to the phones")
        assert "On the phones of 2 teams" in w.text
        w.sound("plan-rounds-sent")
        assert Round.objects.count() == 2
    row = Round.objects.get(team__code="grids-south")
    points = [point["name"] for point in row.points]
    with window("en-GB", 320) as w:
        w.sign_in("grid_worker")
        w.open("/field/")
        w.page.wait_for_selector("h1")
        w.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        w.page.reload()
        w.page.wait_for_selector("h1")
        w.page.wait_for_load_state("networkidle")
        with without_network(w):
            w.page.reload()
            w.page.get_by_text("No network").first.wait_for()
            w.page.get_by_role("link", name="Rounds").click()
            w.page.get_by_role("heading", name=f"Next: {points[0]}").wait_for()
            assert "Go " in w.text, "the way there is told without network"
            w.faults[:] = [f for f in w.faults if "ERR_INTERNET_DISCONNECTED" not in f]
            w.sound("field-rounds-next")
            w.page.locator(".field-next").get_by_text("Not possible, because …").click()
            w.page.locator(".field-next").get_by_role("button", name="It is closed").click()
            for name in points[1:]:
                w.page.get_by_role("heading", name=f"Next: {name}").wait_for()
                w.page.locator(".field-next").get_by_role(
                    "button", name="I am here: visited"
                ).click()
            w.page.get_by_text("Every point has its answer.").wait_for()
            w.page.get_by_text(f"Not yet sent: {len(points)}").wait_for()
            assert not Visit.objects.exists()
        w.page.get_by_text("Everything is sent").wait_for()
        w.page.get_by_text("Every point has its answer.").wait_for()
        assert Visit.objects.count() == len(points)
        assert list(Visit.objects.exclude(why="").values_list("point", "why")) == [(0, "closed")]
        with w.page.expect_download() as loading:
            w.page.get_by_role("link", name="Take it along as a GPX file").click()
        assert faults_of(loading.value.path().read_bytes()) == []
        w.sound("field-rounds-done")
    with window("en-GB", 768) as w:
        w.sign_in("dispatcher")
        w.open("/desk/rounds/")
        assert f"Today: {len(points) - 1} of {len(points)} points visited" in w.text
        w.sound("desk-rounds-walked")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_pages_of_rounds_read_well(
    window: Callable[..., Any], district: District, language: str
) -> None:
    who = planner("planner", timezone.now())
    plan = planning.planned(who, now(), timezone.localdate() + timedelta(days=1))
    with window(language, WIDTHS) as w:
        w.sign_in("planner")
        for name, path in {
            "plan-rounds-form": "/desk/plans/new/rounds/",
            "plan-rounds": f"/desk/plans/{plan.code}/",
            "plan-rounds-sheet": f"/desk/plans/{plan.code}/sheet.html",
        }.items():
            w.open(path)
            w.sound(name)
