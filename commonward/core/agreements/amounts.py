"""Amounts of money in fen (分), in figures and in the capital numerals of contracts (大写)."""

import re
from collections.abc import Mapping

from commonward.core.refusals import N_, Invalid

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
MOST_FEN = 10**14 - 1
"""A million million yuan (一万亿) less one fen: no dispute of a district reaches it."""

_VALUES: Mapping[str, int] = {
    **{c: n for n, c in enumerate(_DIGITS)},
    **{c: n for n, c in enumerate("〇一二三四五六七八九")},
    "两": 2,
    "兩": 2,
    "貳": 2,
    "叄": 3,
    "陸": 6,
}
_TIMES: Mapping[str, int] = {
    "拾": 10,
    "十": 10,
    "佰": 100,
    "百": 100,
    "仟": 1000,
    "千": 1000,
}
_LARGE: Mapping[str, int] = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


def figures(fen: int) -> str:
    """Yuan in figures with separators: `figures(123450)` is "1,234.50"."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def capital(fen: int) -> str:
    """The amount in capital numerals, in the way banks require (正确填写票据和结算凭证的基本规定).

    >>> capital(10_050_05)
    '壹万零伍拾元零伍分'
    """
    if not 0 <= fen <= MOST_FEN:
        raise Invalid(N_("An amount lies between zero and {most} yuan."), most=figures(MOST_FEN))
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return text + "整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif text:
        text += "零"
    return text + (f"{_DIGITS[cent]}分" if cent else "整")


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    text, gap = "", False
    for place in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10_000**place % 10_000
        if group == 0:
            gap = bool(text)
            continue
        text += _group(group, lead=bool(text) and (gap or group < 1000)) + _GROUPS[place]
        gap = False
    return text


def _group(group: int, *, lead: bool) -> str:
    text, zero = "", lead
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += (_DIGITS[0] if zero else "") + _DIGITS[digit] + _UNITS[place]
            zero = False
        elif text:
            zero = True
    return text


def read_capital(text: str) -> int:
    """The fen that Chinese numerals stand for (capital or plain): the check of words and figures.

    Raises Invalid when the text is no amount in Chinese numerals.
    """
    plain = re.sub(r"\s|^人民币|^RMB|[（(]大写[）)]|[:：]", "", text)
    found = re.fullmatch(
        r"(?:(?P<yuan>[^元圆角分整正]+)[元圆])?零?(?:(?P<jiao>[^元圆角分整正零]+)角)?"
        r"零?(?:(?P<cent>[^元圆角分整正零]+)分)?[整正]?",
        plain,
    )
    if not found or not any(found.groups()):
        raise _strange(text)
    yuan, jiao, cent = (_number(part, text) if part else 0 for part in found.groups())
    if jiao > 9 or cent > 9:
        raise _strange(text)
    return yuan * 100 + jiao * 10 + cent


def _number(numerals: str, text: str) -> int:
    total = section = digit = 0
    for sign in numerals:
        if sign in _VALUES:
            digit = _VALUES[sign]
        elif sign in _TIMES:
            section += (digit or 1) * _TIMES[sign]
            digit = 0
        elif sign in _LARGE:
            # 万 counts what stands since the last larger unit, 亿 all before it (一万亿).
            reach = section + digit if _LARGE[sign] == 10**4 else total + section + digit
            total = (total if _LARGE[sign] == 10**4 else 0) + reach * _LARGE[sign]
            section = digit = 0
        else:
            raise _strange(text)
    return total + section + digit


def _strange(text: str) -> Invalid:
    return Invalid(
        N_("“{text}” is no amount in words. Write it like {example}."),
        field="words",
        text=text,
        example="人民币伍仟元整",
    )


def written_number(numerals: str) -> int | None:
    """A small whole number written in figures or Chinese numerals; None for anything else."""
    if re.fullmatch(r"[0-9０-９]{1,6}", numerals):
        return int(numerals)
    try:
        return _number(numerals, numerals) if numerals else None
    except Invalid:
        return None
