"""Public figures and open data in a real browser: wide and narrow, in both languages, no script."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commonward.insight.actions import publishing
from commonward.insight.actions.open_data import publish_files
from commonward.people.queries import now as site_now
from tests.browser.conftest import WIDTHS
from tests.district import District


def published(district: District, folder: Path, settings: Any) -> None:
    """Two months of reports, published, and the files of today."""
    settings.OPEN_DATA = folder
    first = site_now().replace(day=1, hour=2, minute=0, second=0, microsecond=0)
    for back, many in ((50, 9), (20, 14)):
        began = (first - timedelta(days=back)).replace(day=6)
        for hour in range(many):
            district.report(at=began + timedelta(hours=hour))
    publishing.publish_months(first + timedelta(days=5), months=2)
    publish_files(site_now())


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_figures_and_open_data_are_sound(
    district: District,
    window: Callable[..., Any],
    settings: Any,
    tmp_path: Path,
    language: str,
) -> None:
    # Each width once in each language is enough.
    width = WIDTHS if language == "en-GB" else (320, 1280)
    published(district, tmp_path / "open", settings)
    with window(language, width) as w:
        for path, name in (
            ("/figures/?figure=cases_opened", "60-figures"),
            ("/figures/?figure=closed_in_time_rate&by=part", "61-figures-part"),
            ("/data/", "62-data"),
        ):
            w.open(path)
            w.sound(name)


def test_without_script_the_tables_stand_there(
    district: District, window: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    published(district, tmp_path / "open", settings)
    with window("en-GB", 320, script=False) as w:
        w.open("/figures/?figure=cases_opened")
        w.sound("63-figures-plain")
        assert "14" in w.page.locator("main").text_content()
