"""Money, days and codes as papers write them."""

from decimal import Decimal

import pytest

from commonward.core.disputes import KINDS, SOURCES
from commonward.core.papers.wording import MOST_YUAN, capitals, coded
from commonward.core.refusals import Invalid


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        # 支付结算办法附一 (1997), its own examples
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        # bounds and gaps
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("10001", "壹万零壹元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_a_sum_is_written_in_capital_figures(amount: str, written: str) -> None:
    assert capitals(Decimal(amount)) == written


@pytest.mark.parametrize("amount", [Decimal("-0.01"), MOST_YUAN + 1])
def test_a_sum_that_cannot_be_written_is_refused(amount: Decimal) -> None:
    with pytest.raises(Invalid, match="cannot write the sum"):
        capitals(amount)


def test_every_kind_and_source_of_a_dispute_has_a_word_in_both_languages() -> None:
    for listed, codes in (("kind", KINDS), ("source", SOURCES)):
        for code in codes:
            assert coded(listed, code, "zh") != coded(listed, code, "en") != ""


def test_an_unknown_code_is_refused_and_not_printed() -> None:
    with pytest.raises(Invalid, match="no word"):
        coded("kind", "quarrel", "zh")
