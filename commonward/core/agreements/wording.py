"""Words that make a sentence unclear or void (措辞), by the rules in `wording.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_RULES = Path(__file__).parent / "wording.toml"
_SENTENCE = re.compile(r"(?<=[。！？；;])|(?<=[.!?])\s+|\n")
_PLACE = re.compile(r"\{(\w+)\}")
_SAYS_NOTHING = re.compile(
    r"[\W_×xX]*(?:年[\W_]*月[\W_]*日)?[\W_]*"
    r"|无|空|暂?无|没有|暂?缺|暂?未.{0,2}定|不详|不明|不知道?|待.{0,3}[定商议认]|略"
    r"|(?:以后|今后|日后|将来|届时|到时候?|见面|回头)?(?:再|另|另行)(?:行)?.{0,2}"
    r"(?:商量|商议|协商|商定|商|谈|定|议|说|约定|确定|讨论|联系)"
    r"|(?:双方)?(?:面谈|面议|口头约定)"
    r"|t\.?b\.?[acd]\.?|n\s*/?\s*a|none|nothing|nil|unknown|open|pending|later|maybe"
    r"|(?:still |yet )?to be (?:agreed|decided|determined|confirmed|discussed|negotiated|fixed)"
    r"(?: later)?|(?:we(?: will|'ll)|let us|will) see|not (?:yet )?(?:known|decided|agreed|clear|fixed)"
    r"(?: yet)?|to follow|as agreed(?: later)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The rules: for each class its patterns and the patterns that make it innocent."""

    version: str
    rules: Mapping[str, tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]]


@cache
def wording() -> Wording:
    """The shipped rules, read once."""
    data = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    lists: dict[str, str] = data.pop("lists")
    version = str(data.pop("version"))

    def compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(
            re.compile(
                _PLACE.sub(lambda m: lists[m[1]] if m[1] in lists else m[0], one), re.IGNORECASE
            )
            for one in patterns
        )

    return Wording(
        version=version,
        rules={
            name: (compiled(rule["found"]), compiled(rule["unless"])) for name, rule in data.items()
        },
    )


def sentences(text: str) -> list[str]:
    """The sentences of a text in either language, without their last mark."""
    return [one for part in _SENTENCE.split(text) if (one := part.strip().rstrip("。.；;！!"))]


def found_in(text: str, rule: str) -> str:
    """The first words in the text that break the rule of this name, or ""."""
    found, unless = wording().rules[rule]
    for sentence in sentences(text):
        if any(pattern.search(sentence) for pattern in unless):
            continue
        for pattern in found:
            if (hit := pattern.search(sentence)) and hit.group().strip():
                return hit.group().strip()
    return ""


def says_nothing(text: str) -> bool:
    """Whether a field holds no more than a dash, a blank to fill in, or "to be agreed"."""
    return _SAYS_NOTHING.fullmatch(text.strip().rstrip("。.")) is not None
