"""How a figure is made, the cases behind it and one's own figures, in browsers and both languages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.district import District
from tests.insight.busy import week


@pytest.mark.parametrize(("language", "width"), [("zh-CN", (320, 1280)), ("en-GB", 768)])
def test_figures_are_told_and_lead_to_their_cases(
    district: District, window: Callable[..., Any], language: str, width: int | tuple[int, ...]
) -> None:
    week(district)
    with window(language, width) as w:
        w.open("/figures/closed_in_time_rate/")
        w.sound("figure-public")
        w.sign_in("leader")
        for name, path in (
            ("figures", "/desk/figures/"),
            ("figure", "/desk/figures/department_score/"),
            ("figure-cases", "/desk/figures/closed_in_time_rate/cases/?count=due_to_be_closed"),
        ):
            w.open(path)
            w.sound(name)
    with window(language, width) as w:
        w.sign_in("dispatcher")
        w.open("/desk/figures/mine/")
        w.sound("figures-mine")


@pytest.mark.parametrize(("language", "width"), [("en-GB", 320), ("zh-CN", 1280)])
def test_the_sites_own_figures_are_changed_in_a_browser(
    district: District, window: Callable[..., Any], language: str, width: int | tuple[int, ...]
) -> None:
    with window(language, width) as w:
        w.sign_in("administrator")
        w.open("/desk/admin/figures/")
        w.sound("admin-figures")
        w.open("/desk/admin/figures/dispatcher_score/")
        w.sound("admin-figure")
        w.page.fill("[name=i-formula]", "weighted(50, dispatched_in_time_rate, 50, closed_rate)")
        w.page.click("button[value=look]")
        w.page.wait_for_selector("[name=proposed]", state="attached")
        w.sound("admin-figure-tried")
