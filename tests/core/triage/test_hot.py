"""Hot issues: one problem at one place, found as reports come, the same from day to day."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.triage.hot.clustering import cluster
from commonward.core.triage.hot.naming import named
from commonward.core.triage.hot.reading import Spoken, names

ESTATES = ("丽发新城", "魅力之城", "诺亚山林")
SAID = (
    "{}小区附近搅拌站噪音扰民",
    "投诉{}旁边搅拌站噪音和粉尘太大",
    "{}附近搅拌站噪音严重影响居民睡眠",
    "{}小区旁搅拌站日夜施工，噪音灰尘污染",
)
BODY = "我是{}小区的居民，小区附近的搅拌站每天夜里施工，噪音很大，灰尘也多，影响睡眠，请尽快处理。"


def told(estate: str, said: str, day: float, **place: float) -> Spoken:
    return Spoken(said.format(estate), BODY.format(estate), day, **place)


def test_the_same_words_at_different_estates_never_meet() -> None:
    texts = [told(estate, said, day) for day, said in enumerate(SAID) for estate in ESTATES]
    found = cluster(texts)
    for i, one in enumerate(found):
        for j, other in enumerate(found):
            if i % len(ESTATES) != j % len(ESTATES):
                assert one != other, (texts[i].title, texts[j].title)


def test_reports_of_one_problem_meet() -> None:
    texts = [told(ESTATES[0], said, day) for day, said in enumerate(SAID)]
    assert len(set(cluster(texts))) == 1


def test_points_far_apart_never_meet_whatever_the_words() -> None:
    texts = [
        Spoken("路灯不亮", "路灯不亮，天黑看不见", float(day), lat, 113.1)
        for day, lat in enumerate((27.80, 27.80, 27.84, 27.84))
    ]
    found = cluster(texts)
    assert found[0] == found[1] != found[2] == found[3]


def test_what_is_placed_keeps_its_number_when_more_comes() -> None:
    texts = [told(e, said, day) for day, said in enumerate(SAID) for e in ESTATES]
    first = cluster(texts[:6])
    again = cluster(texts, dict(enumerate(first)))
    assert again[:6] == first
    assert cluster(texts, dict(enumerate(again))) == again


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_in_which_reports_are_given_changes_no_cluster(order: list[int]) -> None:
    texts = [
        told(e, said, 5 + n / 10 + k / 100)
        for n, said in enumerate(SAID)
        for k, e in enumerate(ESTATES)
    ]
    straight = cluster(texts)
    shuffled = cluster([texts[i] for i in order])
    for a, b in pairwise(range(12)):
        there = shuffled[order.index(a)] == shuffled[order.index(b)]
        assert (straight[a] == straight[b]) == there


def test_where_a_person_decided_otherwise_a_report_stays_out() -> None:
    texts = [told(ESTATES[0], said, day) for day, said in enumerate(SAID)]
    found = cluster(texts, {0: 7, 1: 7}, lambda text, its: its == 7)
    assert 7 not in found[2:]


def test_a_year_later_it_is_another_problem() -> None:
    texts = [told(ESTATES[0], SAID[0], 0.0), told(ESTATES[0], SAID[0], 800.0)]
    found = cluster(texts)
    assert found[0] != found[1]


def test_nothing_gives_nothing_and_empty_texts_fail_nothing() -> None:
    assert cluster([]) == []
    assert len(cluster([Spoken("", "", 0.0), Spoken("", "", 1.0)])) == 2


@given(st.text(max_size=80))
def test_names_are_found_in_any_text_without_failing(text: str) -> None:
    for name in names(text):
        assert name


def test_an_issue_is_named_by_what_several_said() -> None:
    texts = [(said.format("丽发新城"), BODY.format("丽发新城")) for said in SAID]
    place, words = named([*texts, ("李雷家里漏水", "")])
    assert "丽发新城" in place
    assert "搅拌站" in words
    assert not any("李雷" in word for word in words)


def test_a_word_of_one_reporter_names_nothing() -> None:
    assert named([("丽发新城漏水", "")]) == ("", ())


@pytest.mark.parametrize("text", ["A2区丽发新城附近搅拌站", "Lamp out on Castle Street"])
def test_a_place_is_read_in_both_languages(text: str) -> None:
    assert names(text)


def test_a_name_loses_the_division_before_it_and_gets_back_what_always_stands_there() -> None:
    cut = [("L市嘉顺苑安置小区外墙脱落", ""), ("投诉嘉顺苑安置小区外墙", "嘉顺苑安置小区")]
    assert named([*cut, ("嘉顺苑安置小区的外墙", "")])[0] == "嘉顺苑安置小区"
    assert named([("A7县星沙派小区漏水", "")] * 3)[0] == "星沙派小区"
    assert (
        named([("经过区泉星公园", ""), ("在区泉星公园", ""), ("区泉星公园", "")])[0] == "泉星公园"
    )


def test_an_issue_is_named_by_a_matter_never_by_a_person_or_a_filler() -> None:
    said = [
        "胡书记您好，他们的搅拌站噪音很大",
        "请胡书记管管搅拌站噪音，如果",
        "搅拌站噪音，胡书记",
    ]
    place, words = named([(one, "") for one in said])
    assert "噪音" in words
    assert not {"他们", "您好", "如果"} & set(words)
    assert "书记" not in "".join((place, *words))


def test_a_word_that_is_cut_differently_each_time_still_names_the_matter() -> None:
    said = ("幸福小区路灯不亮", "幸福小区路灯坏了，晚上看不见", "幸福小区门口路灯不亮")
    place, words = named([(one, "") for one in said])
    assert place == "幸福小区"
    assert words[0] == "路灯"
