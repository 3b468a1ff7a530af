"""Words that mean danger are found, and harmless ones are not."""

import pytest

from commonward.core.danger import numbers_to_call


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("楼道着火了", ("119",)),
        ("有人持刀砍人,流血不止", ("110", "120")),
        ("My kitchen is ON FIRE", ("119",)),
        ("ｇａｓ ｌｅａｋ in the yard", ("119",)),
        ("He can't breathe and smoke is coming out", ("119", "120")),
        ("消防栓漏水", ()),
        ("The fire hydrant drips", ()),
        ("Our neighbourhood has a gunsmith's sign that fell", ()),
        ("", ()),
    ],
)
def test_the_numbers_are_those_that_help(text: str, numbers: tuple[str, ...]) -> None:
    assert numbers_to_call(text) == numbers


def test_latin_words_count_only_whole() -> None:
    assert numbers_to_call("He had a stroke") == ("120",)
    assert numbers_to_call("Two brushstrokes on the wall") == ()
