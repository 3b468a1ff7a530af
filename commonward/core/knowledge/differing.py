"""What one answer says otherwise than another, sentence by sentence (地区差异)."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_ENDS = re.compile(r"(?<=[。！？；!?;])\s*|(?<=[\w)]\.)\s+(?=[A-Z\u3400-\u9fff])|\n+")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands here in place of what stands there; one of both may be empty."""

    there: str
    here: str


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the blanks around them.

    >>> sentences("Open 9 a.m. to 5 p.m. Bring a card. 周六休息。周日不休")
    ['Open 9 a.m. to 5 p.m.', 'Bring a card.', '周六休息。', '周日不休']
    """
    return [part for found in _ENDS.split(text) if (part := found.strip())][:_MOST]


def differences(there: str, here: str) -> tuple[Difference, ...]:
    """Where two answers differ, in the order of the second; () where they say the same."""
    before, now = sentences(there), sentences(here)
    steps = SequenceMatcher(None, before, now, autojunk=False).get_opcodes()
    return tuple(
        Difference(" ".join(before[a:b]), " ".join(now[c:d]))
        for kind, a, b, c, d in steps
        if kind != "equal"
    )
