"""Advice in the reader's language; the desk and the portal say the same."""

from collections.abc import Mapping

from commonward.core.advising import Advice
from commonward.core.refusals import N_
from commonward.doors.look.naming import word
from commonward.doors.look.showing import language

_KINDS: Mapping[str, str] = {
    "theft": N_("Against theft"),
    "fraud": N_("Against fraud"),
    "fire": N_("Against fire"),
    "season": N_("Weather and season"),
    "traffic": N_("On the road"),
    "home": N_("At home"),
}


def kind_word(kind: str) -> str:
    """What the advice is about."""
    return word(_KINDS, kind)


def title_of(advice: Advice) -> str:
    """Its title; the Chinese one where no English one was written."""
    return advice.title_en if language() == "en" and advice.title_en else advice.title


def lines_of(advice: Advice) -> tuple[str, ...]:
    """What to do, a sentence each."""
    return advice.lines_en if language() == "en" and advice.lines_en else advice.lines
