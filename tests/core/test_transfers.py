"""What a frightened person writes about a transfer is read, and never refused."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.urgent.transfers import about, account_of, amount_of, doubt_of, luhn

AT = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("words", "yuan"),
    [
        ("38000", "38000"), ("38,000", "38000"), ("３８，０００元", "38000"), ("¥ 38 000.50", "38000.50"),
        ("3.8万", "38000"), ("3万8", "38000"), ("3万8千", "38000"), ("三万八千五百元", "38500"),
        ("三万八", "38000"), ("叁万捌仟元整", "38000"), ("两千五", "2500"), ("一千零五十", "1050"),
        ("三万零八", "30008"), ("十五万", "150000"), ("1亿2千万", "120000000"), ("大约5万左右", "50000"),
        ("三块五", "3.5"), ("12元5角", "12.5"), ("38k", "38000"), ("2w", "20000"), ("1万2345", "12345"),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_digits_and_in_characters(words: str, yuan: str) -> None:
    assert amount_of(words) == Decimal(yuan)


@pytest.mark.parametrize("words", ["", "0", "-5", "a lot", "很多", "三八", "元", "1e9", "9" * 20])
def test_what_is_no_amount_is_told_apart_and_never_guessed(words: str) -> None:
    assert amount_of(words) is None


@given(st.text(max_size=40))
def test_no_words_break_the_reading(words: str) -> None:
    found = amount_of(words)
    assert found is None or 0 < found < Decimal(10) ** 12
    assert about(words, AT) is None or isinstance(about(words, AT), datetime)
    assert doubt_of(words) in ("", "check", "short")


@given(st.integers(1, 99_999_999))
def test_an_amount_spelled_in_characters_is_the_same_amount(yuan: int) -> None:
    assert amount_of(_spelled(yuan)) == yuan


def _spelled(number: int) -> str:
    """The number in Chinese characters, as banks spell it (without the zero's shortcuts)."""
    if number >= 10_000:
        rest = number % 10_000
        between = "零" if 0 < rest < 1000 else ""
        return f"{_spelled(number // 10_000)}万{between}{_spelled(rest) if rest else ''}"
    told, gap = "", False
    for worth, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // worth % 10
        if digit:
            told += ("零" if gap and told else "") + "零一二三四五六七八九"[digit] + unit
        gap = not digit and bool(told) or (gap and not digit)
    return told


def test_a_card_number_with_one_wrong_digit_is_doubted_and_others_are_not() -> None:
    right = "6222020200011112220"
    assert luhn(right)
    assert doubt_of("6222 0202 0001 1112 220") == ""
    assert doubt_of("６２２２０２０２０００１１１１２２２０") == ""
    assert doubt_of("6222020200011112221") == "check"
    assert doubt_of("62220202000111") == "short"
    assert doubt_of("someone@example.org") == "" and doubt_of("13800138000") == ""
    assert account_of(" 6222-0202 0001\u30001112220") == right


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("about half an hour ago", 30), ("半小时前", 30), ("大概半个小时之前", 30), ("20分钟前", 20),
        ("十分钟前", 10), ("an hour ago", 60), ("2 hours ago", 120), ("一个半小时前", 90),
        ("刚才", 5), ("昨天", 1440), ("half", 30), ("08:30", 30), ("8点", 60), ("三天前", 4320),
        ("晚上9点", 720),
    ],
)  # fmt: skip
def test_about_half_an_hour_ago_is_a_moment(words: str, minutes: int) -> None:
    assert about(words, AT) == AT - timedelta(minutes=minutes)


def test_no_moment_is_made_up() -> None:
    assert about("", AT) is None and about("I do not know", AT) is None
