"""A project's risks by two words and a table, and the words that have no place in a review."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.procedures import check, parse, shipped
from commonward.core.refusals import Invalid
from commonward.core.risk.allowed import refuse_against_people, refuse_measure, why_refused
from commonward.core.risk.table import GRAVE, LEVELS, LIKELY, NOW, SHAPES, TABLES, level_of
from commonward.core.risk.terms import Terms

LIKELIES, GRAVES = list(LIKELY), list(GRAVE)
RANK = {code: rank for rank, code in enumerate(LEVELS)}


def rank(likely: int, grave: int, version: str) -> int:
    """The rank of the level at this place of the table."""
    return RANK[level_of(LIKELIES[likely], GRAVES[grave], version)]


PLACES = st.tuples(st.integers(0, 3), st.integers(0, 3))


@given(PLACES, PLACES, st.sampled_from(sorted(TABLES)))
def test_what_is_likelier_and_graver_is_never_a_lower_level(
    one: tuple[int, int], other: tuple[int, int], version: str
) -> None:
    if one[0] <= other[0] and one[1] <= other[1]:
        assert rank(*one, version) <= rank(*other, version)


@pytest.mark.parametrize("version", sorted(TABLES))
def test_each_table_is_whole_and_uses_each_level(version: str) -> None:
    cells = TABLES[version].cells
    assert len(cells) == len(GRAVE) and {len(row) for row in cells} == {len(LIKELY)}
    assert {level for row in cells for level in row} == set(LEVELS)
    assert TABLES[version].version == version


def test_a_level_is_told_by_a_shape_of_its_own() -> None:
    assert NOW in TABLES
    assert set(SHAPES) == set(LEVELS) and len(set(SHAPES.values())) == len(SHAPES)


@pytest.mark.parametrize(
    ("likely", "grave", "field"), [("x", "felt", "likely"), ("rare", "", "grave")]
)
def test_an_unknown_word_is_refused_by_its_field(likely: str, grave: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        level_of(likely, grave)
    assert refused.value.field == field


AGAINST = (
    "安排专人接访", "稳 控 到 位", "稳*控", "劝返", "建立重点人员台账", "监控居民动态", "约谈群众代表",
    "对反对者看管", "警告反对者", "一人一策", "降低信访量", "减少投诉", "上门劝说", "删帖", "人脸识别", "１３９１２３４５６７８",
    "Draw up a list of key persons", "Monitor residents who object", "dissuade the neighbours",
    "KEY-PERSONS", "calm the residents", "prevent complaints", "fewer petitions",
    "list of objectors", "stability maintenance", "maintain social stability", "a watch list",
    "warn residents who speak", "house visits to persuade",
)  # fmt: skip
FOR_THE_PROJECT = (
    "每户门前保留两米通道", "雨水拦截沟先行施工", "跟踪监测地面沉降", "风险防控评估", "安装屏蔽门",
    "监控居民楼沉降", "排查居民房屋裂缝", "登记居民意见并答复", "居民夜间休息受影响", "公示施工进度",
    "Two metres stay open before each door", "Residents cannot sleep", "Noise is measured each night",
    "Ensure stability of the slope", "Residents are told a week before", "Losses are paid",
    "Each objection is answered", "The number of parking places falls",
)  # fmt: skip


@pytest.mark.parametrize("words", AGAINST)
def test_measures_against_people_are_refused_and_the_words_named(words: str) -> None:
    assert why_refused(words)
    for refuse in (refuse_against_people, refuse_measure):
        with pytest.raises(Invalid, match="weighs the project") as refused:
            refuse(words, field="measure")
        assert (refused.value.code, refused.value.field) == ("against_people", "measure")


@pytest.mark.parametrize("words", FOR_THE_PROJECT)
def test_what_the_project_does_may_be_said(words: str) -> None:
    assert why_refused(words) == ""


@given(st.sampled_from(AGAINST), st.text(max_size=20), st.text(max_size=20))
def test_words_around_do_not_hide_a_measure_against_people(
    bad: str, before: str, after: str
) -> None:
    assert why_refused(f"{before} 。 {bad} 。 {after}")


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    why_refused(text)


def test_the_days_are_whole_and_a_question_is_shown_before_its_answer_is_due() -> None:
    assert Terms.from_data(Terms().to_data()) == Terms()
    for wrong in ({"notice_days": 0}, {"answer_days": 2.5}, {"hearing_days": 999}, {"names_days": True},
                  {"read_days": 20, "answer_days": 10}):  # fmt: skip
        with pytest.raises(Invalid):
            Terms.from_data(wrong)


def test_the_shipped_procedure_keeps_who_drafts_from_deciding() -> None:
    made = parse(shipped("risk_review"))
    assert check(made) == []
    deciding = [v for v in made.verbs.values() if v.name.startswith("decide_")]
    assert {v.outcome for v in deciding} == {"go", "conditions", "later", "no"}
    for verb in deciding:
        assert set(verb.apart_from) == {"draft", "weigh"} and "reason" in verb.needs and verb.public
