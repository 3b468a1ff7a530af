"""Danger that is told of is heard, and ordinary messages are left in peace."""

import csv
import gzip
import tomllib
from pathlib import Path
from typing import Literal

import pytest

from commonward.core.danger import compared, cues, heard, numbers_to_call, words_by_number
from commonward.core.danger_weighing import _weights, signs, weighed
from tests.core.triage.written.dangers import reports
from tests.core.triage.written.strangers import second_look

STRANGERS = Path(__file__).parent / "written" / "strangers.toml"
MESSAGES = Path(__file__).parents[4] / "shared/data/text/messages_unlabelled.csv.gz"


def test_danger_written_by_grammar_and_by_hand_is_heard() -> None:
    written = reports()
    assert len(written) >= 500
    missed = [one.text for one in written if not cues(one.text)]
    assert len(missed) <= len(written) * 0.01, missed


def test_a_report_names_the_kind_of_its_danger() -> None:
    written = [one for one in reports() if one.kinds]
    wrong = [w.text for w in written if not {c.kind for c in cues(w.text)} & set(w.kinds)]
    assert len(wrong) <= len(written) * 0.02, wrong


@pytest.mark.parametrize(("part", "least"), [("dev", 0.98), ("held", 0.85)])
def test_danger_as_strangers_tell_it_is_heard(part: str, least: float) -> None:
    # Counted and not shown: who mends the rules is not to read what is held.
    heard, of_all = _heard(part)
    assert heard >= of_all * least


def test_what_is_weighed_is_the_sum_of_the_signs_that_stand_there() -> None:
    weights, _, start = _weights()
    for text in ("隔壁老人倒在厨房，叫不应", "barn's gone up, horses still in it", "a", "路灯坏了"):
        plain = compared(text)
        sums = [start + sum(weights.get(s, 0.0) for s in one) for one in signs(plain, brief=True)]
        assert weighed(plain, brief=True).weight == pytest.approx(max(sums))


def test_what_does_not_ring_is_read_first() -> None:
    # Counted and not shown, and floors below what was measured: nothing is tuned on these.
    languages: tuple[Literal["zh"], Literal["en"]] = ("zh", "en")
    for language in languages:
        told = [heard(text) for text in second_look(language, calm=False)]
        calm = [heard(text) for text in second_look(language, calm=True)]
        assert len(told) >= 130 and len(calm) >= 130
        assert sum(bool(one.cues) or one.doubt is not None for one in told) >= len(told) * 0.96
        assert sum(bool(one.cues) for one in calm) <= len(calm) * 0.12
        assert sum(one.doubt is not None for one in calm) <= len(calm) * 0.45
    strangers = tomllib.loads(STRANGERS.read_text(encoding="utf-8"))["held"]
    reached = [heard(one["text"]) for one in strangers]
    missed = sum(not one.cues and one.doubt is None for one in reached)
    assert missed <= len(strangers) * 0.02


def test_what_rings_is_not_doubtful_and_a_site_s_border_moves_doubt_alone() -> None:
    for text in ("楼道着火了", "隔壁大爷今天一直没有出来拿报纸", "路灯坏了"):
        low, high = heard(text, -5.0), heard(text, 50.0)
        assert low.cues == high.cues == heard(text).cues
        assert not (low.cues and low.doubt)
        assert high.doubt is None or high.doubt.by_rule


def test_what_was_weighed_names_its_words_and_a_number() -> None:
    (cue, *_) = cues("barn's gone up, horses still in it")
    assert cue.words and cue.number in {"110", "119", "120"}


def test_a_sign_that_becomes_many_is_not_read_without_end() -> None:
    assert len(compared("\ufdfa" * 9_000)) <= 4_000


def test_few_ordinary_messages_call_a_person() -> None:
    if not MESSAGES.exists():
        pytest.skip("the shared messages are not here")
    with gzip.open(MESSAGES, "rt", encoding="utf-8-sig") as opened:
        texts = [f"{row['title']}\n{row['body']}" for row in csv.DictReader(opened)][::10]
    alerts = sum(bool(cues(text)) for text in texts)
    assert alerts <= len(texts) * 0.025, alerts


@pytest.mark.parametrize(
    "ordinary",
    [
        "小区消防通道被占用，存在火灾隐患",
        "去年这里发生过火灾，至今没有修",
        "咨询一下煤气费怎么交",
        "火车站旁边的路灯坏了",
        "燃气安装什么时候能通",
        "如果着火了消防车进不来",
        "并没有人受伤",
        "The fire station's gate is painted badly",
        "Last year there was a fire here",
        "What is the policy on fire drills?",
        "If there was a fire the trucks could not get in",
        "My gas bill is wrong",
    ],
)
def test_set_phrases_memories_worries_and_questions_are_no_danger(ordinary: str) -> None:
    assert cues(ordinary) == ()


def test_each_cue_names_the_words_that_led_to_it() -> None:
    (fire,) = cues("三楼着火了")
    assert (fire.kind, fire.number) == ("fire", "119")
    assert "着火" in fire.words


def test_traditional_spaced_and_misheard_writing_is_read_as_meant() -> None:
    for text in ("樓上著火了", "着 火 了", "着\u200b火了", "着伙了", "there is a fier in the hall"):
        assert numbers_to_call(text) == ("119",), text


def test_each_plain_word_calls_its_own_number() -> None:
    for number, words in words_by_number().items():
        assert all(number in numbers_to_call(word) for word in words)


def test_a_long_hostile_text_is_read_without_running_away() -> None:
    for hostile in ("着火" * 9_000, "有人" * 9_000, "a " * 9_000, "fire if " * 4_000, "，" * 9_000):
        assert isinstance(cues(hostile), tuple)


def _heard(part: str) -> tuple[int, int]:
    told = tomllib.loads(STRANGERS.read_text(encoding="utf-8"))[part]
    return sum(bool(cues(one["text"])) for one in told), len(told)
