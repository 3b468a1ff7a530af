"""A site's own table of words: it never contradicts itself, and a model keeps the one it had."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.triage.learning import train
from commonward.core.triage.model import Trained, load, save
from commonward.core.triage.reading import plain, tokens
from commonward.core.triage.said import distinct
from commonward.core.triage.spelling import (
    MOST_PAIRS,
    changed,
    of_told,
    shipped,
    variant_of,
)
from commonward.core.triage.starting import Seed, Starting
from tests.core.triage.invented_reports import SEEDS, reports


def test_a_sites_pair_is_read_and_one_left_out_is_not() -> None:
    mine = changed(shipped(), {"路凳": "路灯", "单车": ""})
    assert plain("路凳旁的单车", mine) == "路灯旁的单车"
    assert plain("路凳旁的单车") == "路凳旁的自行车"
    assert plain("捷运站", mine) == "地铁站"


def test_a_site_gives_a_variant_of_the_package_another_meaning() -> None:
    mine = changed(shipped(), {"食水": "饮用水"})
    assert plain("食水发黄", mine) == "饮用水发黄"


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        ({"路凳": "路登"}, "meant"),  # the package reads that as another word
        ({"路凳": "灯杆", "灯杆": "路凳"}, "meant"),
        ({"甲乙": "丙丁", "丙丁": "戊己"}, "meant"),
        ({"路灯": "灯具"}, "written"),  # others stand for it
        ({"灯坏": "灯坏了"}, "meant"),  # would grow with each reading
        ({f"字{chr(0x4E00 + n)}{chr(0x5E00 + n)}": "路灯" for n in range(MOST_PAIRS + 1)}, "written"),
    ],
)  # fmt: skip
def test_a_table_that_goes_round_in_a_circle_is_refused(pairs: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        changed(shipped(), pairs)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "word",
    ["", "  ", "灯", "ab", "x" * 21, "路灯 杆", "13912345678", "路灯3", "…", "a\x00b", "•••"],
)
def test_what_is_no_word_is_no_variant(word: str) -> None:
    with pytest.raises(Invalid) as refused:
        variant_of(word, "written")
    assert refused.value.field == "written"


def test_a_variant_is_kept_as_texts_are_read() -> None:
    assert variant_of(" ＬＡＭＰＳ ", "written") == "lamps"
    assert variant_of("門燈", "written") == "门灯"
    assert variant_of("不", "meant", fewest=False) == "不"


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4E08), min_size=2, max_size=4)


@given(st.dictionaries(HAN, st.one_of(HAN, st.just(""))), st.text("一丁七万上下不两 ab1"))
def test_whatever_table_is_let_in_no_standard_word_is_rewritten(
    pairs: dict[str, str], text: str
) -> None:
    try:
        mine = changed(shipped(), {w: m for w, m in pairs.items() if w != m})
    except Invalid:
        return
    assert all(mine(meant) == meant for meant in mine.standard.values())
    tokens(text, mine)
    assert of_told(mine.told).told == mine.told


@pytest.mark.parametrize(
    "told",
    [{}, {"standard": [], "passing": []}, {"standard": {"a": 1}, "passing": []}, {"standard": {"": "x"}, "passing": []}],
)  # fmt: skip
def test_what_is_no_table_is_refused(told: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        of_told(told)


def test_a_saved_model_answers_by_the_table_that_it_was_taught_with() -> None:
    mine = changed(shipped(), {"亮眼泡": "路灯"})
    made = train(reports(200), SEEDS, table=mine)
    plainly = train(reports(200), SEEDS)
    assert isinstance(made, Trained)
    assert isinstance(plainly, Trained)
    read = load(save(made))
    assert read.table.told == mine.told
    assert read.version == made.version != plainly.version
    assert read.suggest("亮眼泡不亮") == made.suggest("路灯不亮")
    assert plainly.suggest("亮眼泡不亮") != plainly.suggest("路灯不亮")


def test_before_the_first_training_the_table_holds_at_once() -> None:
    seeds = [Seed("lamp", ("路灯",)), Seed("waste", ("垃圾",))]
    mine = Starting.of(seeds, changed(shipped(), {"亮眼泡": "路灯"}))
    assert [one.code for one in mine.suggest("亮眼泡坏了")] == ["lamp"]
    assert Starting.of(seeds).suggest("亮眼泡坏了") == ()
    assert mine.version != Starting.of(seeds).version


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["路灯不亮", "路灯", "灯不亮"], ("路灯不亮",)),
        (["路灯", "门口", "灯不亮", "路灯不亮"], ("路灯不亮", "门口")),
        (["lamp", "street lamp", "lamps"], ("street lamp", "lamps")),
        (["car", "carpet"], ("car", "carpet")),
        (["甲", "乙", "丙", "丁", "戊", "丁丁"], ("甲", "乙", "丙", "丁丁")),
        ([], ()),
    ],
)
def test_words_that_overlap_are_shown_once(words: list[str], shown: tuple[str, ...]) -> None:
    assert distinct(words) == shown


def test_the_reasons_of_the_sites_keywords_overlap_nowhere() -> None:
    seeds = [Seed("lamp", ("路灯", "路灯不亮", "灯不亮"), "路灯不亮时维修")]
    (one,) = Starting.of(seeds).suggest("门口路灯不亮了")
    assert one.because == ("路灯不亮",)


@given(st.lists(st.text("路灯不亮 a", min_size=1, max_size=4)))
def test_no_shown_word_holds_another(words: list[str]) -> None:
    shown = distinct(words)
    assert len(shown) <= 4
    for one in shown:
        assert not any(one in other for other in shown if other != one and not one.isascii())
