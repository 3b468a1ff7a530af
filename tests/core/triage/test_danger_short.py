"""Ordinary short reports call nobody: an office that is alarmed all day hears no alarm."""

from typing import Literal

import pytest

from commonward.core.danger import cues, numbers_to_call
from commonward.core.danger_weighing import weighed
from commonward.doors.demo import matters
from tests.core.triage.written.shorts import lines

ARGUABLE = {
    "解放路12号一棵大树歪了，靠在电线上",
    "A big tree at 12 Station Road leans on the wires",
    "The lift at 12 Station Road has stood for three days; the old cannot get out",
    "The manhole cover at 12 Station Road is gone; a cyclist nearly fell in",
}
"""Reports of the demo that a person may well be called for."""
MOST_OF_THE_DEMO = 2
MOST = 0.02


def test_the_reports_of_the_demo_call_nobody() -> None:
    told = {
        words.format(place=place)
        for kind in matters.KINDS
        for said in kind.says
        for words, place in zip(said, ("解放路12号", "12 Station Road"), strict=True)
    }
    assert len(told) > 60 and told >= ARGUABLE
    alerts = [words for words in sorted(told - ARGUABLE) if cues(words)]
    assert len(alerts) <= MOST_OF_THE_DEMO, alerts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_short_reports_that_nothing_was_learnt_from_call_nobody(
    language: Literal["zh", "en"],
) -> None:
    unseen = lines(language, learnt=False)
    assert len(unseen) >= 175 and not set(unseen) & set(lines(language, learnt=True))
    alerts = [words for words in unseen if cues(words)]
    assert len(alerts) <= len(unseen) * MOST, alerts


@pytest.mark.parametrize(
    "told",
    [
        "Fire in a shop",
        "Carbon monoxide alarm",
        "wire down and sparking",
        "Person trapped in lift",
        "man with a knife",
        "gas leak",
        "店里着火",
        "燃气泄漏",
        "电线掉下来冒火花",
        "有人困在电梯里",
        "有人晕倒",
        "有人拿刀",
    ],
)
def test_danger_is_heard_in_few_words(told: str) -> None:
    assert numbers_to_call(told)


@pytest.mark.parametrize(
    ("at_a_place", "without"),
    [
        ("lamp flickers, 12 Station Road", "lamp flickers, "),
        ("bench wobbles 8b Mill Lane", "bench wobbles "),
        ("路灯不亮，幸福路12号", "路灯不亮，幸福"),
    ],
)
def test_an_address_weighs_nothing(at_a_place: str, without: str) -> None:
    assert weighed(at_a_place, brief=True).weight == pytest.approx(
        weighed(without, brief=True).weight
    )
