"""Numbers of people are no target, in either language and however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.targets.allowed import refuse_people, why_not

REFUSED = (
    ("抓获嫌疑人", "名"), ("行政拘留人数", "人"), ("查处违法行为", "人"), ("全年查处违法人员200人", ""),
    ("罚款金额增长", "万元"), ("上访人次下降", "%"), ("信访量同比下降", "%"), ("稳控重点人员", "人"),
    ("排查流动人口", "人次"), ("清退租户", "户"), ("约谈业主", "名"), ("抓 获 嫌 疑 人", ""),
    ("发现可疑人员", "个"), ("劝返群众", "批"), ("罚单数量", "张"), ("处罚商贩", "起"),
    ("Number of people fined", ""), ("Residents found without a permit", ""), ("Arrests", "cases"),
    ("Offenders caught", ""), ("People who petition the city", ""), ("Reduce the number of petitions", "%"),
    ("Vendors removed from the street", ""), ("Persons of interest monitored", ""),
    ("Fines issued", "yuan"), ("ARRESTED persons", ""), ("Families evicted", ""),
    ("Cases caught", "people"), ("Fewer complaints from residents", ""), ("fi\u200bned people", ""),
)  # fmt: skip
ALLOWED = (
    ("老旧小区改造", "个"), ("路灯修复", "盏"), ("信访事项按期答复率", "%"), ("矛盾纠纷调解成功率", "%"),
    ("加装电梯", "部"), ("发现并消除消防隐患", "处"), ("雨水井清理", "座"), ("人行道修复", "米"),
    ("群众满意度", "%"), ("工作人员培训", "人次"), ("新增学位", "个"), ("违法建设拆除", "平方米"),
    ("投诉处理及时率", "%"), ("居民小区充电桩", "个"), ("排查燃气管线", "公里"), ("急救到场时间", "分钟"),
    ("Old estates renewed", "estates"), ("Lamps found broken and mended within 3 days", "%"),
    ("Complaints answered in time", "%"), ("Lifts added", "lifts"), ("Residents satisfied with the answer", "%"),
    ("Fine dust, yearly mean", "µg/m³"), ("School places added", "places"), ("Mediations that held", "%"),
    ("Fire doors found blocked and cleared", "doors"), ("Petitions answered within the limit", "%"),
    ("Minutes until help arrives", "min"), ("Drains cleared before the rain", "km"),
)  # fmt: skip


@pytest.mark.parametrize(("title", "unit"), REFUSED)
def test_a_number_of_people_is_refused_and_the_words_are_named(title: str, unit: str) -> None:
    with pytest.raises(Invalid) as refusal:
        refuse_people(title, unit=unit)
    assert refusal.value.code == "counts_people"
    assert refusal.value.values["words"]


@pytest.mark.parametrize(("title", "unit"), ALLOWED)
def test_works_places_answers_and_times_may_be_targets(title: str, unit: str) -> None:
    assert why_not(title, unit=unit) is None


@given(
    st.sampled_from([t for t, _ in REFUSED]),
    st.sampled_from(["", " ", "2026：", "Task 7. "]),
    st.sampled_from(["", "（全年）", " by June", "。"]),
)
def test_words_before_and_after_do_not_hide_it(title: str, before: str, after: str) -> None:
    unit = dict(REFUSED)[title]
    assert why_not(before + title + after, unit=unit) is not None


@given(st.sampled_from([t for t, _ in REFUSED if t.isascii()]))
def test_wide_or_large_letters_do_not_hide_it(title: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in title.upper())
    unit = dict(REFUSED)[title]
    assert why_not(wide, unit=unit) is not None


@given(st.text(), st.text())
def test_any_words_are_judged_without_a_fault(title: str, unit: str) -> None:
    why_not(title, unit=unit)
