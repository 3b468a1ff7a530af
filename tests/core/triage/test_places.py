"""Names of places are found where a report names them, and firms and offices are none."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import text_places
from commonward.core.triage.places.boundaries import Kind
from commonward.core.triage.places.learnt import names, usual
from commonward.core.triage.places.named import automaton, named, without


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("A4区秀峰街道1094围墙外渣土车日夜运渣土", ["秀峰街道"]),
        ("A7县开元东路城东与睿城小区之间能否设置人行天桥", ["开元东路", "睿城小区"]),
        ("A1区马王堆街道新桥新村社区居民房屋被淹", ["马王堆街道", "新桥新村社区"]),
        ("A市恒大江湾二期虚假宣传", ["恒大江湾"]),
        ("A市橘郡开发商去哪了？", ["橘郡"]),
        ("A市楚雅路隧道对望江公寓二号栋住户影响很大", ["楚雅路隧道", "望江公寓"]),
        ("请加快劳动东路的施工", ["劳动东路"]),
        ("The lamp at 12 Harbour Street is out", ["Harbour Street"]),
        ("Water leaks in Riverside Garden", ["Riverside Garden"]),
    ],
)
def test_each_place_is_named_and_nothing_else(text: str, places: list[str]) -> None:
    assert [one.name for one in named(text)] == places


@pytest.mark.parametrize(
    "text",
    [
        "投诉A市金科物业公司无故辞退员工",
        "西地省津楚投资有限公司法人失踪半月",
        "小区附近的搅拌站噪音扰民",
        "路灯不亮，道路上很黑",
        "请问什么时候发放补贴？",
        "The lamp is broken",
        "",
    ],
)
def test_firms_offices_and_ordinary_words_are_no_places(text: str) -> None:
    assert named(text) == ()


def test_the_house_number_after_a_road_belongs_to_it() -> None:
    (chinese,) = named("请拆除A2区金线街40号的违章建筑")
    (english,) = named("12 Harbour Street is dark")
    assert (chinese.name, chinese.kind, chinese.house) == ("金线街", Kind.ROAD, "40号")
    assert (english.name, english.house) == ("Harbour Street", "12")


def test_a_name_without_an_ending_is_known_once_it_was_learnt() -> None:
    told = ["A市新界小区停水", "A市新界小区没有路灯", "A市新界三期停工"]
    known = names(told)
    assert "新界" in known
    assert [one.name for one in named("我们在新界门口等", automaton(known))] == ["新界"]
    assert named("我们在新界门口等") == ()


def test_a_builders_name_is_no_place() -> None:
    told = [
        f"A市万科{end}停水" for end in ("魅力之城", "金域蓝湾", "城市花园", "小区") for _ in (1, 2)
    ]
    assert "万科" not in names(told)


def test_divisions_lead_to_a_place_and_are_none() -> None:
    found = named("天元区橘郡业主来信", divisions=automaton(["天元区"]))
    assert [one.name for one in found] == ["橘郡"]


def test_an_estate_and_its_phase_are_one_place() -> None:
    assert usual("丽发新城小区") == usual("丽发新城") == usual("丽发新城二期")
    assert usual("小区") == "小区"


@given(
    st.text(
        st.sampled_from(
            "A市区7县丽发新城小区路街道在的与和及号栋期西地省 ,，12Street Park\n口桥村镇至"
        )
        | st.characters()
    )
)
def test_spans_lie_in_order_apart_and_say_what_stands_there(text: str) -> None:
    known = automaton(["丽发", "新城小", "路街"])
    for search in (None, known):
        found = named(text, search)
        assert [text[one.start : one.end] for one in found] == [one.name for one in found]
        ends = [0, *(one.end for one in found)]
        assert all(end <= one.start < one.end for end, one in zip(ends, found, strict=False))
        assert len(without(text, found)) <= len(text) + len(found)


def test_titles_that_nobody_read_are_as_good_as_their_page_says(shared: Path) -> None:
    titles, others = text_places.sample(shared / "data")
    odd = [one for one in titles if one.id % 2]
    measured = text_places.measure(odd, names(others[:3000]))
    assert measured.recall >= 0.75
    assert measured.precision >= 0.75
    assert measured.alarms <= 0.2
