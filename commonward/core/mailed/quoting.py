"""The writer's own words: without what is quoted below them and without a signature (引文、签名).

Careful rather than thorough: a line is cut only where a mail program wrote it. What somebody writes
between quoted lines stays.

>>> own_words("It is dark.\\n\\nOn Mon, 2 Mar 2026, Desk <d@example.org> wrote:\\n> Which lamp?")
'It is dark.'
>>> own_words("发件人：就是那家店，他们每天占道。")
'发件人：就是那家店，他们每天占道。'
"""

import re

MOST_SIGNS = 200_000
_SIGNATURE = 15
"""Lines below "-- " that a signature has at most: a longer text is no signature."""

_BEGINS = re.compile(
    r"\s*(-{2,}\s*(original( message)?|forwarded message|原始邮件|原邮件|转发邮件信息|转发的邮件|"
    r"回复的原邮件|original appointment)\s*-{2,}|-{4,}\s*(original|原始邮件)\s*-*"
    r"|begin forwarded message:|_{20,}\s*)$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\s*(on\b.{6,250}\bwrote:|(在|于)?.{0,20}\d{4}\s*[-年/.].{4,250}(写道|写到|寫道)\s*[:：]"
    r"|[^<〈]{0,120}[<〈][^<>〈〉@]{1,100}@[^<>〈〉@]{3,100}(<[^<>]{3,120}>)?[>〉][^<>]{0,60}"
    r"(wrote|写道|寫道)\s*[:：])\s*$",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"\s*\*?(from|发件人|寄件人|寄件者|发件者)\*?\s*[:：].*(@|<|\[|“|\").*|\s*\*?(from|发件人|寄件人)\*?\s*[:：]\s*\S.*",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\s*\*?(sent|date|to|cc|subject|发送时间|发送日期|日期|时间|收件人|抄送|主题|寄件日期|收件者|主旨)"
    r"\*?\s*[:：]",
    re.IGNORECASE,
)
_BY_PHONE = re.compile(
    r"\s*(sent from (my|outlook|yahoo|mail for).{0,60}|get outlook for .{0,40}|发自我的.{1,40}"
    r"|获取\s*outlook for .{0,40}|从我的.{1,30}发送|来自.{1,20}(手机|邮箱客户端)|发自.{1,20}邮箱.{0,10}"
    r"|---+\s*发自.{1,40}|从\s*windows\s*版邮件发送|via .{0,30}mail for android)\s*$",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """What the writer added; "" where they added nothing."""
    lines = text[:MOST_SIGNS].split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _BEGINS.match(line) and _is_break(line, lines, at):
            break
        if _is_head(lines, at):
            break
        wrote = _wrote(lines, at)
        if wrote:
            rest = [one for one in lines[at + wrote : at + wrote + 4] if one.strip()]
            if rest and rest[0].lstrip().startswith(">"):
                at += wrote
                continue
            break
        if line.rstrip("\r") in ("-- ", "--") and _signs(lines, at):
            break
        if not line.lstrip().startswith(">") and not _BY_PHONE.match(line):
            kept.append(line.rstrip())
        at += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _is_break(line: str, lines: list[str], at: int) -> bool:
    """A rule of underscores alone is a break only where the head of a mail follows."""
    if set(line.strip()) != {"_"}:
        return True
    return any(_is_head(lines, n) for n in range(at + 1, min(at + 3, len(lines))))


def _is_head(lines: list[str], at: int) -> bool:
    """From, and within the next lines two more of what stands on top of a mail."""
    if not _HEAD.match(lines[at]):
        return False
    return sum(bool(_MORE.match(one)) for one in lines[at + 1 : at + 8]) >= 2


def _wrote(lines: list[str], at: int) -> int:
    """How many lines say who wrote what follows; 0 for none. Programs break that line in two."""
    for many in (1, 2, 3):
        joined = " ".join(one.strip() for one in lines[at : at + many])
        if len(joined) < 400 and joined.strip() and _WROTE.fullmatch(joined):
            first = lines[at].strip()
            if many == 1 or re.match(r"(on\b|在|于|.{0,120}<|.*\d{4})", first, re.IGNORECASE):
                return many
    return 0


def _signs(lines: list[str], at: int) -> bool:
    rest = [one for one in lines[at + 1 :] if one.strip() and not one.startswith(">")]
    return len(rest) <= _SIGNATURE


def unflowed(text: str, *, delsp: bool = False) -> str:
    """A text of format=flowed (RFC 3676) with its lines joined again.

    >>> unflowed("The lamp \\nis dark.\\n-- \\nMe")
    'The lamp is dark.\\n-- \\nMe'
    """
    made: list[str] = []
    going = False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[1:] if line.startswith(" ") else line
        soft = body.endswith(" ") and body != "-- " and depth == 0
        if going and depth == 0 and body != "-- ":
            made[-1] += body
        else:
            made.append(body)
        if soft and delsp:
            made[-1] = made[-1][:-1]
        going = soft
    return "\n".join(made)
