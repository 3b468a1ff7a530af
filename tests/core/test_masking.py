"""What must not be public is hidden, and what the public needs stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.masking import MASK, mask


@pytest.mark.parametrize(
    "private",
    [
        "13912345678",
        "139 1234 5678",
        "139-1234-5678",
        "139.1234.5678",
        "+86 139 1234 5678",
        "（0731）28881234",
        "0731-2888 1234",
        "28881234",
        "2888123",
        "１３９１２３４５６７８",
        "43021119800101123X",
        "6222 0212 0201 2345 678",
        "li.hua@example.org",
        "李华＠example.org",
        "2026030213912345678",
        "139\n1234\n5678",
    ],
)
def test_a_number_or_address_that_reaches_a_person_is_hidden(private: str) -> None:
    assert mask(f"请联系 {private} 谢谢") == f"请联系 {MASK} 谢谢"


@pytest.mark.parametrize(
    "public",
    [
        "路灯坏了，编号 A1024，3 天了",
        "since 2026-03-02, again 2026/3/4 and 2026年3月5日",
        "2026-03-02 09:30:00",
        "at 27.805123, 113.105456",
        "12 m deep, 30 cm wide, 4 bins at no. 118",
        "看 https://example.org/a/12 ，邮编 412007",
        "",
        "👷🏽‍♀️ مرحبا 12345",
    ],
)
def test_dates_places_and_short_numbers_stay(public: str) -> None:
    assert mask(public) == public


@given(
    st.text(max_size=60),
    st.lists(st.integers(0, 9), min_size=7, max_size=20),
    st.sampled_from(["", " ", "-", " - "[:2]]),
    st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=60),
)
def test_no_run_of_seven_digits_survives_anywhere(
    before: str, digits: list[int], between: str, after: str
) -> None:
    written = between.join(map(str, digits))
    masked = mask(f"{before} tel {written} {after}")
    assert f"tel {written} " not in masked or _is_date_or_decimal(written)


def _is_date_or_decimal(written: str) -> bool:
    parts = written.split("-")
    return len(parts) == 3 and len(parts[0]) == 4


@given(st.text(max_size=300))
def test_masking_again_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


def test_a_long_hostile_text_is_masked_without_running_away() -> None:
    for hostile in ("1-" * 50_000, "a" * 50_000 + "@", "@" * 50_000, "1.1" * 30_000, "(" * 50_000):
        assert isinstance(mask(hostile), str)
