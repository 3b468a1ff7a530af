"""How the live map tells forces, statuses and priorities apart: by shape and letter, not by colour.

The same outlines (SVG paths in a box of 24 × 24) are drawn on the map and beside the table.
"""

from collections.abc import Mapping
from typing import Any

from commonward.core.refusals import N_
from commonward.core.urgent.words import AGENCIES, PRIORITIES, STEPS
from commonward.doors.desk.views.response import wording
from commonward.doors.look.showing import named
from commonward.response.queries.on_map import STATUSES

_CIRCLE = "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z"
_SQUARE = "M3 3h18v18h-18z"
FORCES: Mapping[str, tuple[str, str, str]] = {
    "police": ("警", "P", "M12 1.5l9.5 3v7.5c0 5-4 8.5-9.5 10.5c-5.5-2-9.5-5.5-9.5-10.5v-7.5z"),
    "traffic": ("交", "T", "M7 2h10l6 10l-6 10h-10l-6-10z"),
    "fire": ("消", "F", _SQUARE),
    "ambulance": ("救", "A", "M7 1.5h10v5.5h5.5v10h-5.5v5.5h-10v-5.5h-5.5v-10h5.5z"),
    "utility": ("修", "U", "M12 0.5l11.5 11.5l-11.5 11.5l-11.5-11.5z"),
    "flood": ("汛", "L", "M12 1c5 6 8.5 9 8.5 13.5a8.5 8.5 0 0 1-17 0c0-4.500 3.500-7.500 8.500-13.500z"),
    "street": ("管", "W", "M8 2h8l6 6v8l-6 6h-8l-6-6v-8z"),
    "mediation": ("调", "M", "M2 4h20v13h-8l-5 5v-5h-7z"),
    "volunteer": ("义", "V", _CIRCLE),
    "care": ("心", "C", "M12 22l-9.500-9.500a6 6 0 0 1 9.500-7.500a6 6 0 0 1 9.500 7.500z"),
}  # fmt: skip
"""Force → letter in Chinese, in English, and outline."""
OTHER = ("其", "?", _CIRCLE)
BADGES: Mapping[str, str] = {
    "idle": "",
    "sent": "○",
    "acknowledged": "◔",
    "en_route": "◑",
    "on_scene": "●",
    "reserved": "◇",
    "rest": "–",
    "resting": "–",
}
"""A mark beside the sign for each status but "free"."""
_OF_MAP: Mapping[str, str] = {**STEPS, **wording.STATUS, "resting": N_("resting")}


def force(code: str) -> dict[str, str]:
    """A force with its name, letter and outline."""
    zh, en, outline = FORCES.get(code, OTHER)
    return {
        "code": code,
        "name": wording.agency(code),
        "letter": named(zh, en),
        "outline": outline,
    }


def forces() -> list[dict[str, str]]:
    """Every force."""
    return [force(code) for code in AGENCIES]


def status(code: str) -> dict[str, str]:
    """A status with its mark and word."""
    return {"code": code, "mark": BADGES.get(code, ""), "text": wording.word(_OF_MAP, code)}


def statuses() -> list[dict[str, str]]:
    """Every status."""
    return [status(code) for code in STATUSES]


def priorities() -> list[dict[str, str]]:
    """Every priority with its shape."""
    return [wording.priority(code) for code in PRIORITIES]


def words(kinds: list[tuple[str, str]], texts: Mapping[str, str]) -> dict[str, Any]:
    """Everything that the page's script says and draws, in the reader's language."""
    return {
        "forces": {one["code"]: one for one in forces()},
        "other": force(""),
        "statuses": {one["code"]: one for one in statuses()},
        "priorities": {one["name"]: one for one in priorities()},
        "kinds": dict(kinds),
        **texts,
    }
