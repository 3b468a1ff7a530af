"""Texts that fit another one: by shared words, whatever is given, and the same each time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.triage.fitting import fitting

TEXTS = st.lists(st.text(alphabet="路灯不亮垃圾桥 lamp dark\n!1", max_size=30), max_size=6)


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    texts = ["the lamp was mended", "the bins were emptied", "the lamp and the bins and a sofa"]
    assert fitting("a sofa stands there", texts)[0].place == 2


def test_what_shares_no_word_is_not_offered() -> None:
    assert fitting("路灯不亮", ["垃圾已清运。"]) == ()
    assert fitting("", ["垃圾已清运。"]) == ()
    assert fitting("路灯不亮", []) == ()


@given(asked=st.text(max_size=60), texts=TEXTS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_given_each_text_comes_once_with_its_reasons(
    asked: str, texts: list[str]
) -> None:
    found = fitting(asked, texts, most=10)
    assert len({fit.place for fit in found}) == len(found)
    assert [fit.score for fit in found] == sorted((fit.score for fit in found), reverse=True)
    assert all(fit.because and fit.score > 0 and fit.place < len(texts) for fit in found)
    assert found == fitting(asked, texts, most=10)
