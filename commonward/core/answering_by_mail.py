"""What another office answers by mail: one word of a closed list on the first line (邮件回执、答复).

Nothing is guessed: a mail whose first line says anything else is no answer, so that a polite
"we confirm receipt" never becomes a ruling.

>>> read_answer("裁定确认\\n（2026）粤0104民特12号")
Mailed(says='confirmed', rest='（2026）粤0104民特12号')
>>> read_answer("确认收到，谢谢") is None
True
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

RECEIPT = "received"
WORDS: Mapping[str, tuple[str, ...]] = {
    RECEIPT: ("收到", "已收到", "received"),
    "confirmed": ("裁定确认", "confirmed"),
    "dismissed": ("裁定驳回", "驳回申请", "dismissed"),
    "not_accepted": ("不予受理", "not accepted"),
    "withdrawn": ("准予撤回", "withdrawn"),
    "defects": ("补正", "需补正", "defects"),
    "returned": ("退回", "returned"),
    "ended": ("办结", "ended"),
}
"""What is said → the words for it, the one that is offered first."""
MOST = 2000
"""Characters of the rest that are read."""

_ENDS = r"(?=$|[\s:：,，;；。.、])"
_QUOTED = re.compile(
    r"^\s*(>|--\s*$|-{2,}\s*(original message|原始邮件|原邮件)|_{8,}|on .{4,200} wrote:\s*$"
    r"|(from|发件人|寄件人|发自)\s*[:：]|在.{4,200}写道[:：]?\s*$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mailed:
    """An answer: a key of `WORDS`, and what was written with it (a number, or what is lacking)."""

    says: str
    rest: str


def read_answer(text: str) -> Mailed | None:
    """The answer in a mail's plain text; None where its first line is none of the words."""
    lines = _own(text)
    if not lines:
        return None
    first = lines[0].strip()
    for says, words in WORDS.items():
        for word in words:
            if found := re.match(f"{re.escape(word)}{_ENDS}", first, re.IGNORECASE):
                rest = first[found.end() :].lstrip(" \t:：,，;；。.、　")
                told = "\n".join((rest, *(line.rstrip() for line in lines[1:])))
                return Mailed(says, told.strip()[:MOST])
    return None


def _own(text: str) -> list[str]:
    """The lines above what is quoted, from the first that is not empty."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\x00", "").split("\n"):
        if _QUOTED.match(line):
            break
        if lines or line.strip():
            lines.append(line)
    return lines
