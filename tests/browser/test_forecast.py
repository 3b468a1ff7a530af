"""The forecast in browsers: charts with their tables, at every width, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest

from commonward.insight.actions.forecasting import make_forecast
from tests.district import STREETS, District
from tests.insight.arriving import arrived


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("en-GB", (320, 1280), False), ("zh-CN", 768, False), ("zh-CN", 1280, True)],
)
def test_the_forecast_is_drawn_told_in_tables_and_sound(
    district: District,
    window: Callable[..., Any],
    language: str,
    width: int | tuple[int, ...],
    dark: bool,
) -> None:
    arrived(district)
    with window(language, width, dark=dark) as w:
        w.sign_in("leader")
        w.open("/desk/forecast/")
        w.sound("forecast-none")
        make_forecast(district.at)
        w.open("/desk/forecast/?day=3&handling=600&calls=150")
        for chart in ("days", "hours"):
            w.page.locator(f"#chart-forecast-{chart}").scroll_into_view_if_needed()
            w.page.locator(f"#chart-forecast-{chart} :is(canvas, svg)").first.wait_for()
        assert w.page.locator("#chart-forecast-days table tbody tr").count() == 14
        assert w.page.locator("#chart-forecast-hours table tbody tr").count() == 24
        w.sound("forecast")


def test_without_javascript_the_tables_stand_alone(
    district: District, window: Callable[..., Any]
) -> None:
    arrived(district)
    make_forecast(district.at)
    with window("en-GB", 768, script=False) as w:
        w.sign_in("leader")
        w.open("/desk/forecast/")
        assert w.page.locator("#chart-forecast-days table tbody tr").count() == 14
        w.page.fill("#area", STREETS[0])
        w.page.select_option("#day", "5")
        w.press("Show")
        assert w.page.locator("#chart-forecast-hours table tbody tr").count() == 24
        w.sound("forecast-plain")
