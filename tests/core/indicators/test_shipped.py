"""What ships is whole: every figure of the field is there, told in both languages, with a source."""

import re
from pathlib import Path

import pytest

from commonward.core.indicators.book import book, shipped
from commonward.core.outcomes import SHARES

HERE = Path(__file__).parent
WHOLE = {
    "按期处置率": "handled_in_time_rate",
    "结案率": "closed_rate",
    "按期结案率": "closed_in_time_rate",
    "按时立案率": "filed_in_time_rate",
    "准确立案率": "filed_rightly_rate",
    "准确派遣率": "dispatched_rightly_rate",
    "返工率": "rework_rate",
    "有效上报率": "valid_find_rate",
    "漏报率": "missed_find_rate",
    "按时核实率": "verified_in_time_rate",
    "按时核查率": "checked_in_time_rate",
    "专业部门得分": "department_score",
    "监督员（网格员）得分": "grid_worker_score",
    "受理员得分": "intake_officer_score",
    "值班长得分": "duty_chief_score",
    "派遣员得分": "dispatcher_score",
    "响应率": "response_rate",
    "解决率": "solved_rate",
    "满意率": "satisfaction_rate",
    "三率综合得分": "three_rates_score",
    "占比": "category_share",
    "环比": "month_on_month",
    "同比": "year_on_year",
    "首次答复用时（中位数）": "median_first_answer",
    "首次答复用时（90%）": "p90_first_answer",
    "自行处置率": "on_the_spot_rate",
    "首次办结率": "first_contact_rate",
    "在办时长（中位数）": "median_open_age",
    "零在办网格数": "grids_at_zero",
    "期末在办数": "backlog",
    "在办超30天占比": "old_backlog_rate",
}
"""The field's own list, by its Chinese names."""
PICTURES = ("standing_", "stage_")
"""Figures that only the desk's pictures show, tested where those are drawn."""
BOOK = book(shipped())


@pytest.mark.parametrize(("chinese", "name"), WHOLE.items())
def test_every_figure_of_the_field_ships(chinese: str, name: str) -> None:
    assert BOOK.indicators[name].titles["zh"] == chinese


@pytest.mark.parametrize("name", BOOK.indicators)
def test_every_figure_is_told_in_both_languages_with_its_source(name: str) -> None:
    entry = shipped()["indicators"][name]
    assert [
        k for k in ("title", "title_zh", "about", "about_zh", "source") if not entry.get(k)
    ] == []
    for count in BOOK.counts_of(name):
        assert count.about["en"] and count.about["zh"], count.name


def test_every_named_condition_and_constant_is_told_in_both_languages() -> None:
    named = {f"{t}.{n}" for t, entries in BOOK.conditions.items() for n in entries}
    for name in named | set(BOOK.constants):
        assert all(BOOK.said.get(name, {}).get(language) for language in ("en", "zh")), name


def test_every_count_is_used_by_a_figure() -> None:
    used = {count.name for name in BOOK.indicators for count in BOOK.counts_of(name)}
    assert set(BOOK.counts) - used == set()


def test_every_figure_has_a_test_with_rows_reckoned_by_hand() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_shipped_*.py"))
    tested = set(re.findall(r"\"(\w+)\"", texts)) | {f"disputes_{share}_rate" for share in SHARES}
    own = [name for name in BOOK.indicators if not name.startswith(PICTURES)]
    assert [name for name in own if name not in tested] == []


def test_grades_are_from_a_to_e() -> None:
    for name in ("department_score", "grid_worker_score", "three_rates_score"):
        found = BOOK.indicators[name]
        grades = [found.band(value) for value in (100, 90, 89.9, 75, 60, 40, 39.9, 0)]
        assert grades == ["A", "A", "B", "B", "C", "D", "E", "E"]


def test_what_staff_see_as_their_own_is_made_of_what_they_did() -> None:
    for name, one in BOOK.indicators.items():
        if one.own:
            assert any("account" in count.facts.columns for count in BOOK.counts_of(name)), name
