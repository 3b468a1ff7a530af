"""Every kind of chart as a drawing for paper: whole, escaped, without a hole where nothing is known."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.indicators.drawing import svg, ticks
from commonward.core.indicators.pictures import Band, Chart, Form, Series, options

values = st.one_of(st.none(), st.floats(0, 1), st.floats(0, 1e9, allow_nan=False))
words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), max_size=12)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    many = draw(st.integers(1, 8))
    series = []
    form = draw(st.sampled_from(list(Form)))
    for _ in range(1 if form is Form.LEAGUE else draw(st.integers(1, 3))):
        found = draw(st.lists(values, min_size=many, max_size=many))
        bounds = found if form is Form.LEAGUE else ()
        tone = draw(st.sampled_from(("main", "late", "quiet")))
        series.append(Series(draw(words), found, bounds, bounds, tone))
    band = None
    if form is Form.LINE and draw(st.booleans()):
        low = draw(st.lists(values, min_size=many, max_size=many))
        band = Band("usual", low, [None if v is None else v + 1 for v in low])
    labels = draw(st.lists(words, min_size=many, max_size=many))
    unit = draw(st.sampled_from(("share", "count", "seconds", "number", "score")))
    aim = draw(st.one_of(st.none(), st.floats(0, 1e6)))
    target = None if aim is None else (draw(words), aim)
    return Chart("c", form, "t", "a", unit, labels, series, band=band, target=target)


@given(charts(), st.sampled_from(("en", "zh-hans")))
def test_any_chart_becomes_a_whole_drawing(chart: Chart, language: str) -> None:
    drawn = svg(chart, language)
    root = ET.fromstring(drawn)  # noqa: S314 (ours)
    assert root.tag.endswith("svg") and "style=" not in drawn and "<script" not in drawn
    assert "nan" not in drawn and "inf" not in drawn.replace("info", "")


@pytest.mark.parametrize("form", list(Form))
def test_a_text_cannot_become_markup(form: Form) -> None:
    bad = '</text><script>alert("x")</script>'
    low = (0.1,) if form is Form.LEAGUE else ()
    drawn = svg(Chart("c", form, bad, bad, "share", (bad,), (Series(bad, (0.5,), low, low),)), "en")
    assert "<script" not in drawn


@pytest.mark.parametrize(
    ("low", "high"), [(0, 5e-324), (0, 1e-200), (1e9, 1e9 + 1e-7), (3, 3), (0, 1e300), (-1e-12, 0)]
)
def test_ticks_of_next_to_nothing_end(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 2 <= len(found) <= 9
    assert found == sorted(set(found))


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6))
def test_ticks_hold_what_they_measure(low: float, wide: float) -> None:
    found = ticks(low, low + wide)
    assert found[0] <= low and found[-1] >= low + wide - 1e-8 * (abs(low) + wide)
    assert 2 <= len(found) <= 8


@pytest.mark.parametrize("form", [Form.LINE, Form.LEAGUE])
def test_a_target_is_a_dashed_line_with_its_name_and_a_column_of_the_table(form: Form) -> None:
    low = (0.5, 0.6) if form is Form.LEAGUE else ()
    series = (Series("Handled", (0.7, 0.8), low, low),)
    plain = Chart("c", form, "t", "a", "share", ("May", "June"), series)
    aimed = replace(plain, target=("Target", 0.95))
    assert 'stroke-dasharray="7 4"' not in svg(plain, "en")
    drawn = svg(aimed, "en")
    # Once in the field and once before its name.
    assert drawn.count('stroke-dasharray="7 4"') == 2
    assert "Target 95.0%" in drawn
    assert aimed.table.columns[-1].title == "Target"
    assert [row[-1] for row in aimed.table.texts("en")] == ["95.0%", "95.0%"]
    assert options(aimed, "en")["target"] == {"name": "Target", "value": 0.95, "text": "95.0%"}
