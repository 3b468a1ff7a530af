"""Money, days and codes as papers write them."""

from decimal import Decimal

import pytest

from commonward.core.disputes import KINDS, SOURCES
from commonward.core.papers.facts import File
from commonward.core.papers.wording import coded, shown
from commonward.core.refusals import Invalid


def test_a_sum_stands_in_figures_and_in_capital_figures() -> None:
    # 支付结算办法附一 (1997), its own example
    written = shown(Decimal("1680.32"), "amount", "zh", File())
    assert written == "人民币1,680.32元（大写：壹仟陆佰捌拾元叁角贰分）"


def test_a_sum_that_no_capital_figures_can_say_is_refused() -> None:
    with pytest.raises(Invalid):
        shown(Decimal("-0.01"), "amount", "zh", File())


def test_every_kind_and_source_of_a_dispute_has_a_word_in_both_languages() -> None:
    for listed, codes in (("kind", KINDS), ("source", SOURCES)):
        for code in codes:
            assert coded(listed, code, "zh") != coded(listed, code, "en") != ""


def test_an_unknown_code_is_refused_and_not_printed() -> None:
    with pytest.raises(Invalid, match="no word"):
        coded("kind", "quarrel", "zh")
