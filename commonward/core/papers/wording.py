"""How a fact is written on paper: days, money, lists, codes; in Chinese and in English."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commonward.core.agreements.amounts import capital
from commonward.core.papers.facts import LETTERS, File
from commonward.core.papers.kinds import vocabulary
from commonward.core.refusals import N_, Invalid

GAP = "________"
"""What stands open for writing."""
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July") + (
    "August",
    "September",
    "October",
    "November",
    "December",
)


def yuan(amount: Decimal, language: str) -> str:
    """1234.5 → 1,234.50元 / CNY 1,234.50."""
    figures = f"{amount:,.2f}"
    return f"{figures}元" if language == "zh" else f"CNY {figures}"


def day(value: date, language: str) -> str:
    """2026年7月3日 / 3 July 2026."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def side(letter: str, language: str) -> str:
    """甲方 / Side A."""
    return f"{_STEMS[LETTERS.index(letter)]}方" if language == "zh" else f"Side {letter.upper()}"


def title(file: File, language: str) -> str:
    """The file's name (卷名): who and whom, about what."""
    about = coded("kind", file.kind, language) if file.kind else ""
    names = [s.party.name for s in file.sides if s.party.name]
    if language == "zh":
        return "与".join(names) + about
    return " and ".join(names) + (f": {about}" if about else "")


def coded(listed: str, code: str, language: str) -> str:
    """The word for a code of a list; Invalid when the papers know none."""
    words = vocabulary()[listed].get(code)
    if words is None:
        raise Invalid(
            N_("The papers have no word for “{word}” in the list {listed}; known are: {known}."),
            word=code,
            listed=listed,
            known=", ".join(vocabulary()[listed]),
            field=listed,
        )
    return words.inn(language)


def shown(value: Any, how: str, language: str, file: File) -> str:
    """One value as the paper shows it; "" for nothing. `how` is a cell's `as`."""
    if value is None or value == "" or value == ():
        return ""
    if how in vocabulary():
        return coded(how, value, language)
    if how:
        return _WAYS[how](value, language, file)
    if isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(value)
    if isinstance(value, datetime):
        return f"{day(value, language)} {value:%H:%M}"
    if isinstance(value, date):
        return day(value, language)
    return str(value)


def _amount(value: Decimal, language: str, file: File) -> str:
    capitals = capital(int(value * 100))
    if language == "zh":
        return f"人民币{yuan(value, language)}（大写：{capitals}）"
    return f"{yuan(value, language)} ({capitals})"


def _count(value: int, language: str, file: File) -> str:
    return "零壹贰叁肆伍陆柒捌玖拾"[value] if language == "zh" and value <= 10 else str(value)


def _years(value: int, language: str, file: File) -> str:
    if value == 0:
        return "永久" if language == "zh" else "for ever"
    return f"{value}年" if language == "zh" else f"{value} years"


def _yes_no(value: bool, language: str, file: File) -> str:
    if language == "zh":
        return "是" if value else "否"
    return "yes" if value else "no"


def _tick(value: bool, language: str, file: File) -> str:
    return "✓" if value else ""


def _span(value: date, language: str, file: File) -> str:
    """From a day to the day on which the talks ended."""
    until = day(file.ended_on, language) if file.ended_on else GAP
    return f"{day(value, language)} {'至' if language == 'zh' else 'to'} {until}"


def _session(value: int, language: str, file: File) -> str:
    nth = f"第{value}次" if language == "zh" else f"session {value}"
    return f"{file.number} {nth}".strip()


def _open(value: bool, language: str, file: File) -> str:
    if language == "zh":
        return "公开进行" if value else "不公开进行"
    return "open to the public" if value else "not open to the public"


_WAYS: Mapping[str, Callable[[Any, str, File], str]] = {
    "amount": _amount,
    "yuan": lambda value, language, file: yuan(value, language),
    "side": lambda value, language, file: side(value, language),
    "title": lambda value, language, file: title(file, language),
    "count": _count,
    "years": _years,
    "yes_no": _yes_no,
    "open": _open,
    "span": _span,
    "tick": _tick,
    "session": _session,
}
WAYS = frozenset(_WAYS)
"""What a cell's `as` may be, besides the lists of the vocabulary."""
