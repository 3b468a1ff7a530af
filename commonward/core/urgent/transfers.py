"""What somebody who was deceived writes about a transfer: how much, when, which account (转账信息).

Nothing here refuses: a frightened person is never held up by a form. What cannot be read goes on
as it was written, and a doubt is told as a hint.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

_DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "两": 2, "貳": 2, "參": 3, "陸": 6,
}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_LATIN_SMALL = {"k": 1000, "w": 10_000}
_COINS = (("角", Decimal("0.1")), ("毛", Decimal("0.1")), ("分", Decimal("0.01")))
MOST_YUAN = Decimal(10) ** 12
"""Above this the amount was not meant so."""

SHORTEST_CARD, LONGEST_CARD = 16, 19
"""Digits of a bank card (ISO/IEC 7812, JR/T 0008)."""

AGO: Mapping[str, timedelta] = {
    "now": timedelta(minutes=5),
    "half": timedelta(minutes=30),
    "hour": timedelta(hours=1),
    "hours": timedelta(hours=3),
    "day": timedelta(hours=12),
    "yesterday": timedelta(days=1),
    "earlier": timedelta(days=3),
}
"""What the portal's question "When did you pay?" offers, and how long ago that is about."""

_SPOKEN: tuple[tuple[re.Pattern[str], timedelta], ...] = (
    (re.compile(r"(?<!个)半个?小时|half an hour|half hour"), timedelta(minutes=30)),
    (re.compile(r"一刻钟|quarter of an hour"), timedelta(minutes=15)),
    (re.compile(r"刚才|刚刚|just now|a moment ago"), timedelta(minutes=5)),
    (re.compile(r"前天|day before yesterday"), timedelta(days=2)),
    (re.compile(r"昨天|yesterday"), timedelta(days=1)),
)
_COUNTED = re.compile(
    r"(\d+(?:\.\d+)?|[〇零一二两三四五六七八九十]+|an?)\s*个?半?\s*"
    r"(分钟|minutes?|mins?|小时|钟头|hours?|天|days?)"
)
_UNITS = {"分": 1, "m": 1, "小": 60, "钟": 60, "h": 60, "天": 1440, "d": 1440}
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：点]([0-5]\d)?")


def amount_of(given: str) -> Decimal | None:
    """How many yuan these words say ("38000", "3.8万", "三万八千五百元"); None where unreadable."""
    text = unicodedata.normalize("NFKC", given).strip().lower()
    text = re.sub(r"[\s,，_¥￥]|人民币|rmb|cny|yuan|大约|左右|约|about|整|正", "", text)
    text = text.replace("块", "元").replace("圆", "元")
    if not text:
        return None
    whole, _, rest = text.partition("元")
    found = _plain(whole) if whole else Decimal(0)
    if found is None:
        return None
    for coin, worth in _COINS:
        before, there, after = rest.partition(coin)
        if there:
            part = _plain(before.strip("零"))
            if part is None:
                return None
            found, rest = found + part * worth, after
    if rest:  # 三块五 is three yuan fifty
        part = _plain(rest)
        if part is None or part >= 10:
            return None
        found += part * Decimal("0.1")
    return found if 0 < found < MOST_YUAN else None


def _plain(text: str) -> Decimal | None:
    """A number in digits, in characters, or in both (3万8, 12.5万, 1亿2千万)."""
    try:
        return Decimal(text) if re.fullmatch(r"\d+(\.\d+)?", text) else _spoken(text)
    except InvalidOperation:
        return None


def _spoken(text: str) -> Decimal | None:
    total = section = Decimal(0)
    digit: Decimal | None = None
    last = 1
    for token in re.findall(r"\d+(?:\.\d+)?|.", text):
        if token[0].isdigit() and token[0].isascii():
            if digit is not None:
                return None
            digit = Decimal(token)
        elif token in _DIGITS:
            if digit:  # 三八 is no amount that anybody means
                return None
            digit, last = Decimal(_DIGITS[token]), 1 if _DIGITS[token] == 0 else last
        elif token in _SMALL or token in _LATIN_SMALL:
            worth = _SMALL.get(token) or _LATIN_SMALL[token]
            section += (Decimal(1) if digit is None else digit) * worth
            digit, last = None, worth
        elif token in _LARGE:
            section += digit or 0
            # 一亿二千万 adds, 一万亿 multiplies what was there.
            worth = _LARGE[token]
            total = (total + section) * worth if 0 < total < worth else total + section * worth
            section, digit, last = Decimal(0), None, worth
        else:
            return None
    if digit is not None:
        # 三万八 is 38,000 and 两千五 is 2,500: the place after the last one said.
        section += digit * (last // 10 if last > 1 and digit < 10 and digit == int(digit) else 1)
    return total + section


def account_of(given: str) -> str:
    """The account as a machine takes it: plain digits and letters, without what groups them."""
    text = unicodedata.normalize("NFKC", given).strip()
    grouped = re.sub(r"[\s\-_·.]", "", text)
    return grouped if grouped.isdigit() else text


def doubt_of(given: str) -> str:
    """Whether a number looks miswritten: "check" (Luhn, ISO/IEC 7812-1), "short", or "" for none.

    An account need not be a card (Alipay, WeChat, a company's account), so this is only a hint.
    """
    digits = account_of(given)
    if not digits.isdigit():
        return ""
    if SHORTEST_CARD <= len(digits) <= LONGEST_CARD and not digits.startswith("0"):
        return "" if luhn(digits) else "check"
    return "short" if 12 <= len(digits) < SHORTEST_CARD else ""


def luhn(digits: str) -> bool:
    """Whether the last digit fits the others (Luhn's formula)."""
    total = 0
    for place, one in enumerate(reversed(digits)):
        worth = int(one) * (2 if place % 2 else 1)
        total += worth - 9 if worth > 9 else worth
    return total % 10 == 0


def about(given: str, at: datetime) -> datetime | None:
    """The moment that "about half an hour ago", "20分钟前" or "14:30" means at `at`; None unread.

    `at` has a zone, in which a time of day is meant; one that lies ahead was yesterday's.
    """
    if given in AGO:
        return at - AGO[given]
    text = unicodedata.normalize("NFKC", given).strip().lower()
    for pattern, ago in _SPOKEN:
        if pattern.search(text):
            return at - ago
    counted = _COUNTED.search(text)
    if counted is not None and (many := _many(counted.group(1))) is not None:
        half = Decimal("0.5") if "半" in counted.group(0)[len(counted.group(1)) :] else Decimal(0)
        minutes = (many + half) * _UNITS[counted.group(2)[0]]
        return at - timedelta(minutes=float(minutes)) if minutes <= 366 * 1440 else None
    clock = _CLOCK.search(text)
    if clock is None:
        return None
    hour = int(clock.group(1))
    if hour < 12 and re.search(r"下午|晚|pm", text):
        hour += 12
    found = at.replace(hour=hour, minute=int(clock.group(2) or 0), second=0, microsecond=0)
    return found if found <= at else found - timedelta(days=1)


def _many(text: str) -> Decimal | None:
    return Decimal(1) if text in ("a", "an") else _plain(text)
