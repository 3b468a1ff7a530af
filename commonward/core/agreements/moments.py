"""By when (期限): the ways in which a clause may fix its day, and whether it does."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from commonward.core.agreements.amounts import written_number

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_ENGLISH = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
]

_WRITTEN = re.compile(
    r"(?P<y>\d{4})\s*(?:-|/|\.|年)\s*(?P<m>\d{1,2})\s*(?:-|/|\.|月)\s*(?P<d>\d{1,2})\s*(?:日|号)?"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m2>{'|'.join(_MONTHS)}),?\s+(?P<y2>\d{{4}})"
    rf"|\b(?P<m3>{'|'.join(_MONTHS)})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})",
    re.IGNORECASE,
)
_AROUND = re.compile(r"左右|前后|上下|大概|大约|\b(?:about|around|roughly|approximately)\b", re.I)
_COUNTED = (
    re.compile(
        r"(?:签字|签订|签署|签名|生效)[^，。；]{0,8}?(?:后|起|内|之日)\s*"
        r"(?P<n>\d{1,4}|[一二三四五六七八九十百两]{1,5})\s*个?"
        r"(?P<u>工作日|自然日|日|天|周|星期|月)(?:之内|以内|内|里|前)"
    ),
    re.compile(
        rf"\bwithin\s+(?P<n>\d{{1,4}}|{'|'.join(_ENGLISH)}|thirty)\s+"
        r"(?P<u>working days?|days?|weeks?|months?)\s+(?:of|after|from)\b"
        r"(?=.*\b(?:sign\w*|agreement|effect)\b)",
        re.IGNORECASE,
    ),
)
_AT_SIGNING = re.compile(
    r"当场|签(?:字|订|署)(?:本?协议)?(?:时|当日|当天|之日)(?!起)|\bat signing\b|\bon the spot\b"
    r"|\bday of (?:the )?sign",
    re.IGNORECASE,
)
_UNITS = {"日": "days", "天": "days", "自然日": "days", "周": "weeks", "星期": "weeks"}
_UNITS |= {"月": "months", "工作日": "working days"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day that a clause fixes: a `day`, or a `count` of `unit`s after the signing.

    `unit` is days, weeks, months or working days; neither day nor count means: at the signing.
    """

    day: date | None = None
    count: int = 0
    unit: str = "days"

    def falls(self, signing: date) -> date | None:
        """The day itself; None for working days, which only a calendar can count."""
        if self.day is not None:
            return self.day
        if self.unit == "working days":
            return None
        if self.unit == "months":
            return _months_on(signing, self.count)
        return signing + timedelta(days=self.count * (7 if self.unit == "weeks" else 1))


class NoSuchDay(ValueError):
    """A date is written that no calendar has, such as the 30th of February."""

    def __init__(self, written: str) -> None:
        self.written = written
        super().__init__(written)


def read_moment(text: str) -> Moment | None:
    """The moment that the words fix, or None when they fix none.

    Raises NoSuchDay for a date that does not exist.
    """
    text = text.strip()
    if _AROUND.search(text):
        return None
    if written := _WRITTEN.search(text):
        return Moment(day=_day(written))
    for way in _COUNTED:
        if found := way.search(text):
            number = _count(found["n"])
            unit = found["u"].lower()
            unit = _UNITS.get(unit, unit if unit.endswith("s") else f"{unit}s")
            return None if number is None else Moment(count=number, unit=unit)
    return Moment() if _AT_SIGNING.search(text) else None


def impossible_days(text: str) -> list[str]:
    """The dates written in a text that do not exist, as they are written."""
    wrong = []
    for written in _WRITTEN.finditer(text):
        try:
            _day(written)
        except NoSuchDay as no_day:
            wrong.append(no_day.written)
    return wrong


def _day(found: re.Match[str]) -> date:
    year = found["y"] or found["y2"] or found["y3"]
    named = found["m2"] or found["m3"]
    month = _MONTHS.index(named.lower()) + 1 if named else int(found["m"])
    day = found["d"] or found["d2"] or found["d3"]
    try:
        return date(int(year), month, int(day))
    except ValueError:
        raise NoSuchDay(found.group().strip()) from None


def _count(text: str) -> int | None:
    if text.lower() in _ENGLISH:
        return _ENGLISH.index(text.lower()) + 1
    return 30 if text.lower() == "thirty" else written_number(text)


def _months_on(day: date, months: int) -> date:
    """The same day months later, or that month's last day (民法典 202: 没有对应日的月末日)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for back in range(4):
        try:
            return date(year, month + 1, day.day - back)
        except ValueError:
            continue
    raise AssertionError("each month has 28 days")
