"""Kinds, sources, levels and answers of disputes in the reader's words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from commonward.core.disputes import KINDS, LEVELS, SOURCES, TRACKS
from commonward.core.refusals import N_
from commonward.doors.look.showing import named

GRADES: Mapping[str, str] = {"red": N_("red"), "yellow": N_("yellow"), "blue": N_("blue")}
SHAPES: Mapping[str, str] = {"red": "■", "yellow": "▲", "blue": "●"}
ANSWERS: Mapping[str, str] = {
    "": N_("has not answered, which changes nothing"),
    "agreed": N_("wants to talk"),
    "refused": N_("does not want to"),
}
PARTS: Mapping[str, str] = {
    "party": N_("Party"),
    "representative": N_("Representative"),
    "supporter": N_("Supporter"),
}
DETAILS: Mapping[str, str] = {
    "name": N_("Name"),
    "gender": N_("Gender"),
    "ethnicity": N_("Ethnic group"),
    "age": N_("Age"),
    "occupation": N_("Occupation"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "work_or_address": N_("Place of work, or address"),
}
"""What the official papers ask of a party; all but the name may stay empty."""
FURTHER: Mapping[str, str] = {
    "head": N_("Legal representative of an organisation"),
    "relation": N_("What a representative is to the party"),
    "powers": N_("Powers of a representative"),
}
"""What they ask of organisations and of who acts for a side."""


def choices(names: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """The entries of a list of `core.disputes` as (value, text in the reader's language)."""
    return [(key, named(chinese, _(english))) for key, (chinese, english) in names.items()]


def told(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Entries that have one English text, as (value, text in the reader's language)."""
    return [(key, _(text)) for key, text in names.items()]


def kind(name: str) -> str:
    """A statistical type in the reader's language."""
    return _of(KINDS, name)


def source(name: str) -> str:
    """Where it came from."""
    return _of(SOURCES, name)


def level(name: str) -> str:
    """Who talks with the sides; "" before the talks."""
    return _of(LEVELS, name)


def track(name: str) -> str:
    """Which time limits of law hold."""
    return _of(TRACKS, name)


def _of(names: Mapping[str, tuple[str, str]], name: str) -> str:
    return named(names[name][0], _(names[name][1])) if name in names else name
