"""What somebody wrote is an end, words about a report, or a report; and numbers have one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.numbers import new_number
from commonward.core.refusals import Invalid
from commonward.core.sms.numbers import canonical, masked, sender
from commonward.core.sms.provider import provider_of
from commonward.core.sms.reading import Written, read

NUMBER = new_number(b"abcdef")


@pytest.mark.parametrize(
    "text", ["STOP", "stop.", " Td ", "退订", "退订。", "ＴＤ", "T", "取消订阅！"]
)
def test_an_end_is_known(text: str) -> None:
    assert read(text) == Written(stop=True)


@pytest.mark.parametrize("text", [f"STOP {NUMBER}", f"退订{NUMBER}", f"td: {NUMBER.lower()}."])
def test_an_end_may_name_its_report(text: str) -> None:
    assert read(text) == Written(stop=True, number=NUMBER)


@pytest.mark.parametrize(
    "text",
    ["Stop the noise at night", "退订单没有人处理", "Tree fell", "T-junction is dark", "Touch"],
)
def test_words_that_begin_like_an_end_are_words(text: str) -> None:
    assert read(text) == Written(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{NUMBER} 3FH9KZ the south gate",
        f"{NUMBER[:5]}-{NUMBER[5:]}: 3FH 9KZ, the south gate",
        f"\u200b{NUMBER.lower()} 3FH-9KZ\nthe south gate",
    ],
)
def test_words_about_a_report_begin_with_its_number_and_code(text: str) -> None:
    assert read(text) == Written("the south gate", NUMBER, "3FH9KZ")


def test_a_mistyped_number_is_no_number() -> None:
    wrong = ("1" if NUMBER[0] != "1" else "2") + NUMBER[1:]
    assert read(f"{wrong} 3FH9KZ gate").number == ""


@given(st.text(max_size=300))
def test_whatever_is_written_is_read_without_a_fault(text: str) -> None:
    found = read(text)
    assert "\x00" not in found.words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812345678", "+8613812345678"),
        ("+86 138-1234-5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("0044 7700 900123", "+447700900123"),
    ],
)
def test_a_number_has_one_form(typed: str, kept: str) -> None:
    assert canonical(typed) == kept
    assert kept[4:-2] not in masked(kept)


@pytest.mark.parametrize(
    "typed",
    ["", "110", "12345", "+86 12812345678", "073312345678", "abc", "+0013812345678", "1" * 40],
)
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        canonical(typed)


def test_numbers_abroad_are_refused_where_the_site_does_not_pay_for_them() -> None:
    with pytest.raises(Invalid):
        canonical("+447700900123", abroad=False)


def test_a_sender_that_nobody_can_answer_has_no_number() -> None:
    assert [sender(one) for one in ("MyBank", "10086", "", "106900001234")] == [""] * 4
    assert sender("8613812345678") == sender("+8613812345678") == "+8613812345678"


def test_an_address_says_the_whole_provider_and_hides_its_secret() -> None:
    by = provider_of("smpp://me:p%40ss@smsc.example:2776?source=10690000&parts=udh&window=3")
    assert (by.protocol, by.host, by.port, by.user, by.password) == (
        "smpp", "smsc.example", 2776, "me", "p@ss",
    )  # fmt: skip
    assert (by.payload, by.window, by.source) == (False, 3, "10690000")
    assert "p%40ss" not in by.address.geturl()


@pytest.mark.parametrize(
    "text",
    ["ftp://a:b@c?source=1", "smpp://a:secret@c", "smpp://a:secret@c?source=1&colour=red",
     "smpp://a:secret@c?source=1&window=0"],
)  # fmt: skip
def test_an_address_that_cannot_be_meant_is_refused_without_its_secret(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        provider_of(text)
    assert "secret" not in str(refused.value).replace("user:secret", "")
