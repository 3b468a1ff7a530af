"""Reports of danger written by grammar and by hand (danger.toml), seen and held out."""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "danger.toml"
_SLOT = re.compile(r"\{(\w+)\}")
_EACH = 14
"""Texts written from one template."""


@dataclass(frozen=True, slots=True)
class Written:
    """One report: its words, the kinds of which one must be found (() for any), whether held."""

    text: str
    kinds: tuple[str, ...]
    held: bool


@cache
def reports() -> tuple[Written, ...]:
    """All of them, always the same ones."""
    return tuple(_written())


def _written() -> Iterator[Written]:
    book = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    chance = random.Random(7)
    for template in book["template"]:
        held, kinds = bool(template.get("held")), tuple(template["kinds"])
        for language in ("zh", "en"):
            if language not in template:
                continue
            texts = {_filled(template[language], book["slots"], chance) for _ in range(60)}
            for text in sorted(texts)[:: max(1, len(texts) // _EACH)]:
                yield Written(text, kinds, held)
    for name, held in (("seen", False), ("held", True)):
        for text in book["lines"][name]:
            yield Written(text, (), held)


def _filled(template: str, slots: dict[str, Any], chance: random.Random) -> str:
    def one(found: re.Match[str]) -> str:
        return str(chance.choice(slots[found.group(1)]))

    return _SLOT.sub(one, template)
