"""A chart as a page shows it: its numbers as data, its table behind it, no style or script of its own."""

import json
import re

from django.template.loader import render_to_string
from django.utils import translation

from commonward.core.indicators.pictures import Band, Chart, Form, Series
from commonward.doors.look.charting import shown


def trend(**more: object) -> Chart:
    given: dict[str, object] = {
        "name": "trend",
        "form": Form.LINE,
        "title": "Closed in time",
        "about": "Three months beside what is usual.",
        "unit": "share",
        "labels": ("2026-01", "2026-02", "2026-03"),
        "series": (Series("Closed in time", (0.9, None, 0.95)),),
        "label_title": "Month",
        "band": Band("Usual", (0.8, 0.8, None), (0.96, 0.97, None), (0.9, 0.9, None), "Median"),
    }
    return Chart(**(given | more))  # type: ignore[arg-type]


def page(chart: Chart) -> str:
    with translation.override("en"):
        return render_to_string("look/chart.html", {"chart": shown(chart)})


def test_the_table_behind_a_chart_tells_every_figure_with_its_unit() -> None:
    html = page(trend())
    words = re.sub(r"<[^>]+>", " ", html.split("<table")[1])
    assert "90.0%" in words and "80.0% – 96.0%" in words and "Median" in words
    assert words.count("–") >= 3  # what is not known stands as a dash


def test_a_chart_carries_its_data_beside_it_and_no_script_or_style_of_its_own() -> None:
    html = page(trend(title="</script><b>not bold</b>", labels=("</script>", "b", "c")))
    assert "style=" not in html and "onclick" not in html
    assert re.findall(r"<script([^>]*)>", html) == [
        ' id="chart-trend-data" type="application/json"'
    ]
    data = json.loads(html.split('type="application/json">')[1].split("</script>")[0])
    assert data["labels"][0] == "</script>" and data["series"][0]["texts"][0] == "90.0%"
    assert "<b>not bold" not in html


def test_a_chart_without_a_figure_says_so_and_draws_nothing() -> None:
    html = page(trend(series=(Series("Closed in time", (None, None, None)),), band=None))
    assert "There is nothing to show here yet." in html and "data-chart=" not in html


def test_a_label_leads_to_its_cases() -> None:
    html = page(trend(hrefs=("/a/", "/b/", "")))
    assert '<a href="/a/">2026-01</a>' in html and html.count("<a ") == 2
