"""Hot issues in browsers: listed, split, merged, made a case of; every width, both languages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from commonward.cases.models import Case
from commonward.insight.actions.hot import find_hot
from commonward.insight.models import HotAct, HotIssue
from tests.district import LAMP, District
from tests.insight.test_hot import PLANT

LAMPS = ("幸福小区路灯不亮", "幸福小区路灯坏了，晚上看不见", "幸福小区门口路灯不亮")
SIZES = [
    ("en-GB", (320, 1280), False),
    ("zh-CN", (320, 768, 1280), False),
    ("en-GB", 768, True),
]


@pytest.fixture
def issues(district: District) -> District:
    """Four open cases of a mixing plant and three of lamps two grids away, found as two issues."""
    for n, words in enumerate(PLANT):
        district.report(words=words, at=district.at - timedelta(days=30 - 8 * n))
    lat, lon = district.inside(2, 2)
    for n, words in enumerate(LAMPS):
        told = district.at - timedelta(days=3 - n)
        district.report(LAMP, words=words, lat=lat, lon=lon, at=told)
    find_hot(district.at)
    assert sorted(HotIssue.objects.values_list("count", flat=True)) == [3, 4]
    return district


@pytest.mark.parametrize(("language", "width", "dark"), SIZES)
def test_issues_are_listed_and_one_is_followed_to_its_cases(
    issues: District,
    window: Callable[..., Any],
    language: str,
    width: int | tuple[int, ...],
    dark: bool,
) -> None:
    with window(language, width, dark=dark) as w:
        w.sign_in("leader")
        w.open("/desk/hot/")
        assert w.page.locator("tbody tr").count() == 2
        w.sound("hot-issues")
        w.page.get_by_role("link", name="丽发新城").first.click()
        w.page.wait_for_load_state()
        assert w.page.locator(".hot-cases li").count() == 4
        w.page.locator("main summary").first.click()
        assert w.page.locator("details[open] tbody tr").count() == 12
        w.sound("hot-issue")


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1280)])
def test_the_dashboard_lists_those_that_grow_fastest(
    issues: District, window: Callable[..., Any], language: str, width: int | tuple[int, ...]
) -> None:
    with window(language, width) as w:
        w.sign_in("leader")
        w.open("/desk/dashboard/")
        assert w.page.locator(".hot-short li").count() == 2
        # A chart that is not drawn yet stands as an open table.
        w.page.wait_for_function(
            "() => [...document.querySelectorAll('figure[data-chart]')].every(f => f.dataset.drawn)"
        )
        w.sound("hot-dashboard")


def test_before_there_is_anything_the_page_says_when_there_will_be(
    district: District, window: Callable[..., Any]
) -> None:
    with window("zh-CN", 320) as w:
        w.sign_in("leader")
        w.open("/desk/hot/")
        assert w.page.locator(".notice").count() == 1
        w.sound("hot-none")


@pytest.mark.parametrize("script", [True, False])
def test_an_issue_is_split_merged_and_made_a_case_of_by_clicks(
    issues: District, window: Callable[..., Any], script: bool
) -> None:
    plant = HotIssue.objects.get(count=4)
    with window("en-GB", 1280, script=script) as w:
        w.sign_in("dispatcher")
        w.open(f"/desk/hot/{plant.pk}/")
        w.page.locator(".hot-cases label").first.click()
        w.press("Split off the marked cases")
        assert "Give the reason" in w.text
        assert w.page.locator(".hot-cases :checked").count() == 1, "what was marked stays so"
        w.faults.clear()  # the browser's own word for the answer 400
        w.sound("hot-refused")
        w.page.get_by_label("Reason").fill("another plant")
        w.press("Split off the marked cases")
        assert w.page.locator(".hot-cases li").count() == 3
        assert "another plant" in w.text
        small = HotIssue.objects.exclude(pk=plant.pk).get(count=1)
        w.open(f"/desk/hot/{small.pk}/")
        w.page.get_by_label("Reason").fill("the same after all")
        w.page.get_by_label("Belongs to").select_option(str(plant.pk))
        w.press("Merge")
        assert w.path == f"/desk/hot/{plant.pk}/"
        assert w.page.locator(".hot-cases li").count() == 4
        w.page.get_by_label("Reason").fill("one plant")
        w.page.get_by_label("What is wrong, for the case").fill("Noise of the mixing plant")
        w.press("Make a case of it")
        assert w.path.startswith("/desk/cases/")
        plant.refresh_from_db()
        assert plant.case is not None
        assert Case.objects.filter(joined_to=plant.case).count() == 4
        w.open(f"/desk/hot/{plant.pk}/")
        assert plant.case.number in w.text
        assert w.page.get_by_role("button", name="Make a case of it").count() == 0
        w.sound("hot-decided")
    assert sorted(HotAct.objects.values_list("verb", flat=True)) == ["case", "merge", "split"]


def test_an_issue_is_reached_and_split_with_the_keyboard_alone(
    issues: District, window: Callable[..., Any]
) -> None:
    plant = HotIssue.objects.get(count=4)
    with window("en-GB", 768) as w:
        w.sign_in("leader")
        w.open("/desk/hot/")
        link = w.page.locator(f"a[href$='/hot/{plant.pk}/']").first
        link.focus()
        w.page.keyboard.press("Enter")
        w.page.wait_for_url(f"**/hot/{plant.pk}/")
        w.page.locator(".hot-cases input").first.focus()
        w.page.keyboard.press("Space")
        for _ in range(20):
            w.page.keyboard.press("Tab")
            if w.page.evaluate("document.activeElement.id") == "reason":
                break
        w.page.keyboard.type("another plant")
        w.page.keyboard.press("Tab")
        w.page.keyboard.press("Enter")
        w.page.wait_for_load_state()
        w.page.locator("#decided-title").wait_for()
    assert HotAct.objects.get().verb == "split"
