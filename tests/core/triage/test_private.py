"""What leads to a person is found however it is written, and what the public needs stays."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.finding import hidden
from commonward.core.masking import MASK, mask
from commonward.core.triage.private import ALWAYS, NAME, ROOM, spans

EVERYTHING = ALWAYS | {ROOM, NAME}
SURE = 1.0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("13912345678", "phone"), ("1 3 9 1 2 3 4 5 6 7 8", "phone"),
        ("139\u200b1234\u200b5678", "phone"), ("１３９１２３４５６７８", "phone"),
        ("一三九一二三四五六七八", "phone"), ("幺三九 一二三四 五六七八", "phone"),
        ("+86 139 1234 5678", "phone"), ("0731-28881234", "phone"),
        ("11010519491231002X", "identity"), ("430211199001011234", "identity"),
        ("6222021202012345678", "card"), ("4111 1111 1111 1111", "card"),
        ("GB82 WEST 1234 5698 7654 32", "iban"), ("湘B12345", "plate"), ("京AD12345", "plate"),
        ("粤B·F9X88", "plate"), ("li.hua@example.org", "mail"), ("3栋2单元501", "room"),
        ("flat 12b", "room"), ("张女士", "name"), ("Mr Smith", "name"),
    ],
)  # fmt: skip
def test_each_kind_is_found(text: str, kind: str) -> None:
    assert [s.kind for s in spans(f"请看 {text} 谢谢", EVERYTHING)] == [kind]


def test_a_checksum_makes_sure_and_a_slip_hides_nobody() -> None:
    (right,) = spans("11010519491231002X")
    (wrong,) = spans("110105194912310021")
    assert (right.kind, right.sure) == ("identity", SURE)
    assert wrong.kind == "identity"
    assert wrong.sure < SURE


def test_the_account_after_its_sign_is_found() -> None:
    assert mask("加微信 lihua_888 详谈") == f"加微信 {MASK} 详谈"


@pytest.mark.parametrize(
    "public",
    [
        "共一百二十户，二三十人",
        "2026年3月5日",
        "一二三四五，上山打老虎",
        "G60高速K1200",
        "第三三零二次",
    ],
)
def test_counts_and_dates_are_nobody(public: str) -> None:
    assert spans(public) == ()


def written() -> Iterator[tuple[str, str]]:
    """Texts and what must not remain of them, 2,400 in both languages."""
    chance = random.Random(11)
    signs = "零一二三四五六七八九"
    zh = ["电话{}，请回", "打我手机{}", "联系方式：{}", "{}找我", "我的号是{}谢谢", "路灯坏了，{}"]
    en = ["call me on {} please", "my number: {}", "reach me at {}, thanks", "{} is mine"]
    for at in range(2_400):
        phone = f"1{chance.randint(3, 9)}" + "".join(chance.choices("0123456789", k=9))
        forms = [
            phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            "".join(chr(ord(c) + 0xFEE0) for c in phone), "".join(signs[int(c)] for c in phone),
            " ".join(phone), "\u200b".join(phone), f"+86{phone}", f"0731-{phone[:8]}",
            f"43021119{chance.randint(60, 99)}0{chance.randint(1, 9)}1{chance.randint(0, 9)}"
            f"{phone[:3]}{chance.choice('0123456789X')}",
            f"622202{phone}{phone[:2]}", f"u{phone[:5]}@example.org",
            f"湘B{chance.choice('ADF')}{phone[:4]}", f"湘BD{phone[:5]}",
        ]  # fmt: skip
        private = forms[at % len(forms)]
        yield chance.choice(zh if at % 2 else en).format(private), private


def test_of_texts_written_by_grammar_at_least_99_of_100_are_masked() -> None:
    texts = list(written())
    assert len(texts) >= 2_000
    missed = [text for text, private in texts if private in mask(text)]
    assert len(missed) <= len(texts) * 0.01, missed[:20]


@given(st.text(max_size=200))
def test_spans_lie_in_order_and_apart(text: str) -> None:
    at = 0
    for one in spans(text, EVERYTHING):
        assert at <= one.begin < one.end <= len(text)
        at = one.end


@given(st.text(alphabet="一二三九0123 -微信vxAB@.栋单元湘", max_size=60))
def test_what_was_hidden_once_stays_as_it_is(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


def test_an_index_holds_neither_names_nor_numbers() -> None:
    assert hidden("张女士 一三九一二三四五六七八") == f"{MASK} {MASK}"
