"""Hotspots in browsers: the map drawn, tables behind it, every width, both languages, dark too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from commonward.insight.actions.hotspots import ask_hotspots, publish_periods
from commonward.insight.actions.publishing import closed_months, publish_months
from commonward.insight.queries.hotspots import Asked
from tests.district import LAMP, RUBBISH, District
from tests.insight.placing import heated, placed, quiet_year

SIZES = [("en-GB", (320, 1280), False), ("zh-CN", 768, False), ("zh-CN", 1280, True)]


@pytest.mark.parametrize(("language", "width", "dark"), SIZES)
def test_hotspots_are_drawn_told_in_tables_and_followed_to_the_cases(
    district: District,
    window: Callable[..., Any],
    language: str,
    width: int | tuple[int, ...],
    dark: bool,
) -> None:
    quiet_year(district)
    heated(district)
    with window(language, width, dark=dark) as w:
        w.sign_in("leader")
        w.open(f"/desk/hotspots/?category={LAMP}")
        w.sound("hotspots-none")
        ask_hotspots(Asked(category=RUBBISH), district.leader, district.at)
        w.open(f"/desk/hotspots/?category={RUBBISH}")
        w.page.locator("[data-map][data-hotspots]").wait_for()
        w.page.locator("[data-map][data-drawn]").wait_for()
        assert int(w.page.locator("[data-map]").get_attribute("data-hotspots")) > 10
        assert w.page.locator("#clusters-title ~ .wide tbody tr").count() >= 1
        w.sound("hotspots")
        w.page.locator("summary").last.click()
        w.page.locator(".hotspot-cases").first.click()
        w.page.wait_for_load_state()
        assert w.page.locator(".short-list li").count() >= 10
        w.sound("hotspot-cases")


@pytest.mark.parametrize(("language", "width", "dark"), SIZES)
def test_everybodys_hotspots_are_drawn_and_told_in_a_table(
    district: District,
    window: Callable[..., Any],
    language: str,
    width: int | tuple[int, ...],
    dark: bool,
) -> None:
    quiet_year(district, 1200)
    first = closed_months(district.at)[-1].first
    inside = district.at - (district.at.date() - first - timedelta(days=3))
    placed(district, [(*district.inside(1, 1), inside)] * 37, prefix="X")
    with window(language, width, dark=dark) as w:
        w.open("/hotspots/")
        w.sound("public-hotspots-none")
        publish_months(district.at, months=2)
        publish_periods(district.at)
        w.open("/hotspots/")
        w.page.locator("[data-map][data-hotspots]").wait_for()
        w.page.locator("[data-map][data-drawn]").wait_for()
        assert w.page.locator(".wide tbody tr").count() >= 1
        w.sound("public-hotspots")


def test_without_javascript_the_tables_stand_alone(
    district: District, window: Callable[..., Any]
) -> None:
    quiet_year(district)
    heated(district)
    with window("en-GB", 768, script=False) as w:
        w.sign_in("leader")
        w.open(f"/desk/hotspots/?category={RUBBISH}")
        w.page.locator(".hotspot-anew button").click()
        assert "Clusters that last until now" in w.text
        assert w.page.locator("#clusters-title ~ .wide tbody tr").count() >= 1
