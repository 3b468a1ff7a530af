"""The explorer (纠纷解决指引): short questions that lead to the ways a dispute can go."""

from commonward.core.explorer.change import led_elsewhere, ways, with_phones
from commonward.core.explorer.check import check
from commonward.core.explorer.model import (
    Answer,
    Asked,
    Contact,
    Explorer,
    Gate,
    Gated,
    Kind,
    Letter,
    Outcome,
    Question,
    Route,
    Step,
)
from commonward.core.explorer.read import parse, read_toml, shipped, shipped_text
from commonward.core.explorer.walk import ask, letter_text

__all__ = [
    "Answer",
    "Asked",
    "Contact",
    "Explorer",
    "Gate",
    "Gated",
    "Kind",
    "Letter",
    "Outcome",
    "Question",
    "Route",
    "Step",
    "ask",
    "check",
    "led_elsewhere",
    "letter_text",
    "parse",
    "read_toml",
    "shipped",
    "shipped_text",
    "ways",
    "with_phones",
]
