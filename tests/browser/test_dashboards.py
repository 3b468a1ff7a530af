"""The dashboards in a browser: drawn, with their tables, at every width, in both languages, on paper."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.conftest import PATIENCE
from tests.district import LAMP, District

DASHBOARD = "/desk/dashboard/?figure=handled_in_time_rate"


@pytest.fixture
def busy(district: District) -> District:
    """A district in which something was closed, something is handled and something has just come."""
    district.closed(district.report())
    district.handled(district.report(LAMP))
    district.report()
    return district


def drawn(w: Any) -> None:
    """Wait until every chart of the page is drawn."""
    for figure in w.page.locator("figure[data-chart]").all():
        figure.scroll_into_view_if_needed()
    w.page.wait_for_function(
        "() => [...document.querySelectorAll('figure[data-chart]')].every(f => f.dataset.drawn)",
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("en-GB", 320, False), ("zh-CN", 768, False), ("zh-CN", 320, True), ("en-GB", 1280, True)],
)
def test_the_charts_are_drawn_and_the_page_is_sound(
    busy: District, window: Callable[..., Any], language: str, width: int, dark: bool
) -> None:
    with window(language, width, dark=dark) as w:
        w.sign_in("leader")
        w.open(DASHBOARD)
        drawn(w)
        charts = w.page.locator("figure[data-chart]").count()
        assert charts >= 4
        assert w.page.locator("figure[data-drawn] canvas").count() >= charts
        blank = w.page.evaluate(
            """() => [...document.querySelectorAll('figure[data-drawn] canvas')].filter((c) => {
                 const pixels = new Uint32Array(
                   c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
                 return pixels.every((p) => p === pixels[0]);
               }).map((c) => c.closest('figure').id)"""
        )
        assert not [one for one in blank if one != "chart-areas" and one != "chart-teams"]
        w.sound("dashboard")


def test_each_chart_gives_its_table_by_a_key_and_leads_to_the_cases(
    busy: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("leader")
        w.open(DASHBOARD)
        drawn(w)
        table = w.page.locator("#chart-stages .chart-table")
        assert table.get_attribute("open") is None
        table.locator("summary").focus()
        w.page.keyboard.press("Enter")
        assert table.locator("tbody tr").count() >= 2
        table.locator("tbody a").first.click()
        w.page.wait_for_url("**/desk/queue/**")


def test_without_script_the_tables_stand_there(busy: District, window: Callable[..., Any]) -> None:
    with window("en-GB", 320, script=False) as w:
        w.sign_in("leader")
        w.open(DASHBOARD)
        assert w.page.locator("#chart-stages table").is_visible()
        assert not w.page.locator("#chart-stages .chart-picture").is_visible()
        assert "Being handled" in w.text


def test_on_paper_stand_drawings_and_open_tables(
    busy: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("leader")
        w.open(DASHBOARD)
        drawn(w)
        w.page.emulate_media(media="print")
        assert w.page.locator("#chart-stages .chart-print").is_visible()
        assert not w.page.locator("#chart-stages .chart-picture").is_visible()
        assert w.page.locator("#chart-stages .chart-print").evaluate("(i) => i.naturalWidth") > 0
        paper = PdfReader(BytesIO(w.page.pdf()))
        read = " ".join(page.extract_text() for page in paper.pages)
        text = " ".join(normalize("NFKC", read).split())
        assert "Being handled" in text and "Nine of ten took no longer than" in text


def test_a_chart_follows_the_width_of_its_page(busy: District, window: Callable[..., Any]) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("leader")
        w.open(DASHBOARD)
        drawn(w)
        w.page.set_viewport_size({"width": 320, "height": 720})
        w.page.wait_for_function(
            "() => document.querySelector('#chart-stages canvas').clientWidth < 320",
            timeout=PATIENCE,
        )
        w.sound("dashboard-narrowed")


@pytest.mark.parametrize(
    "address", ["/desk/dashboard/team/", "/desk/dashboard/grid/", "/desk/reports/"]
)
def test_a_team_a_grid_and_the_reports_are_sound(
    busy: District, window: Callable[..., Any], address: str
) -> None:
    for language, width in (("zh-CN", 320), ("en-GB", 768)):
        with window(language, width) as w:
            w.sign_in("leader")
            w.open(address)
            drawn(w)
            w.sound(address.strip("/").replace("/", "-"))


def test_a_choice_leads_to_another_window_and_back(
    busy: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 768) as w:
        w.sign_in("leader")
        w.open(DASHBOARD)
        w.page.select_option("#grain", "day")
        w.page.fill("#day", (busy.at - timedelta(days=1)).date().isoformat())
        w.press("Show")
        assert "grain=day" in w.page.url and "figure=handled_in_time_rate" in w.page.url
        w.page.get_by_role("link", name="Window after").click()
        w.page.wait_for_load_state()
        assert "grain=day" in w.page.url
