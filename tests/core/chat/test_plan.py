"""A conversation that does not hold together is refused, and it is said why."""

from pathlib import Path

import pytest

from commonward.core.chat import plan
from commonward.core.chat.plan import compared, plan_of, shipped
from commonward.core.refusals import Invalid

TEXT = Path(plan.__file__).with_name("report.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        ('begins = "what"', 'begins = "whta"', "no state “whta”"),
        ('then = "photo"\nwhich', 'then = "nowhere"\nwhich', "no state “nowhere”"),
        ('[says.where]\nen = ', '[says.where]\nfr = ', "“where” is needed in both languages"),
        ('takes = ["picture"]', 'takes = ["voice"]', "“voice”"),
        ("forgotten_after = 3600", "forgotten_after = 999999", "from 60 to 86400"),
        ("most_choices = 5", "most_choices = 12", "from 2 to 5"),
        ('stop = ["stop"', 'stop = ["back"', "means another"),
        ('does = "file"', 'does = "pay"', "it may do: file"),
        (', does = "file"', "", "files the report"),
        ('enquiry = "known"', "", "Nothing leads to the state “known”"),
        ("[commands]", "[comands]", "[commands]"),
        ('keeps = "words"', 'keeps = "everything"', "“everything”"),
        ('begins = "what"', "begins = ", "cannot be read"),
    ],
)  # fmt: skip
def test_it_is_refused_in_words(was: str, becomes: str, why: str) -> None:
    assert was in TEXT
    with pytest.raises(Invalid) as refused:
        plan_of(TEXT.replace(was, becomes))
    assert why in str(refused.value)


def test_every_state_leads_to_the_end() -> None:
    found = shipped()
    for state in found.states.values():
        seen, new = {state.name}, [state.name]
        while new:
            more = found.states[new.pop()].leads - seen
            seen |= more
            new += more
        assert "done" in seen


def test_no_text_of_one_language_stands_in_the_other() -> None:
    for texts in shipped().says.values():
        places = {
            lang: sorted(p.split("}")[0] for p in t.split("{")[1:]) for lang, t in texts.items()
        }
        assert places["en"] == places["zh"]


def test_commands_are_heard_however_they_are_written() -> None:
    assert compared("  Start   AGAIN。") == "start again"
    assert shipped().heard[compared("ＳＴＯＰ!")] == "stop"
