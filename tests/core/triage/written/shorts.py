"""Ordinary short reports (short.toml): half of them are learnt from, the others are the check."""

import random
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

_FILE = Path(__file__).parent / "short.toml"
_SLOT = re.compile(r"\{(\w+)\}")
EACH = 40
"""Texts made of one frame."""


def lines(language: Literal["zh", "en"], *, learnt: bool) -> list[str]:
    """The written lines of a language that are learnt from, or the others."""
    places = _book()[f"places_{language}"]
    written = [line for line in _book()[language].splitlines() if line]
    filled = [line.replace("{p}", places[i % len(places)]) for i, line in enumerate(written)]
    return filled[0 if learnt else 1 :: 2]


def framed(*, learnt: bool) -> list[str]:
    """What the frames make, always the same."""
    chance = random.Random(11)
    made = []
    for language in ("zh", "en"):
        slots = {
            name: _book()["frames"][f"{name}_{language}"] for name in ("thing", "state", "doing")
        }
        slots["p"] = _book()[f"places_{language}"]
        for frame in _book()["frames"][language][0 if learnt else 1 :: 2]:
            made += [_filled(frame, slots, chance) for _ in range(EACH)]
    return made


def _filled(frame: str, slots: dict[str, list[str]], chance: random.Random) -> str:
    return _SLOT.sub(lambda found: chance.choice(slots[found.group(1)]), frame)


@cache
def _book() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
