"""Advice is proposed by counts and seasons, and never points at people."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.advising import (
    BEFORE,
    FEWEST,
    RISE,
    Advice,
    checked,
    reason,
    shipped,
)
from commonward.core.refusals import Invalid

PLAIN = Advice(
    "wet_cellars", "season", "当心积水", ("抽水要快。",), ("D1",), (7,), "Wet", ("Pump.",)
)
COUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=BEFORE + 1)
MONTHS = st.lists(st.integers(1, 12), max_size=12)


@given(COUNTS, st.integers(1, 12), MONTHS)
def test_nothing_is_proposed_below_five_and_each_reason_is_true(
    counts: list[int], month: int, months: list[int]
) -> None:
    why = reason(counts, month, months)
    if counts[0] < FEWEST:
        assert why is None
    if why is None:
        return
    assert why.count == counts[0] >= FEWEST
    if why.rule == "rise":
        assert counts[1:]
        assert why.count * len(counts[1:]) >= RISE * sum(counts[1:])
    else:
        assert month in months


@given(COUNTS, st.integers(1, 12), MONTHS, st.integers(1, 5_000))
def test_more_problems_never_silence_a_proposal(
    counts: list[int], month: int, months: list[int], more: int
) -> None:
    if reason(counts, month, months) is not None:
        assert reason([counts[0] + more, *counts[1:]], month, months) is not None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "No Name"}, "code"),
        ({"kind": "people"}, "kind"),
        ({"title": "  "}, "title"),
        ({"lines": ("", " ")}, "lines"),
        ({"lines_en": ()}, "lines_en"),
        ({"lines": ("字" * 161,)}, "lines"),
        ({"lines": tuple("一二三四五六七")}, "lines"),
        ({"title": "长" * 61}, "title"),
        ({"months": (13,)}, "months"),
        ({"categories": (" ",)}, "categories"),
        ({"lines": ("看到可疑人员马上报告。",)}, "lines"),
        ({"title_en": "Watch out for MIGRANTS"}, "lines_en"),
        ({"title": "重\u200b点人员"}, None),
    ],
)
def test_what_cannot_be_told_is_refused_by_field(
    changed: dict[str, object], field: str | None
) -> None:
    if field is None:  # an unseen sign parts the word, and is made a space that can be seen
        assert checked(replace(PLAIN, **changed)).title == "重 点人员"  # type: ignore[arg-type]
        return
    with pytest.raises(Invalid) as refused:
        checked(replace(PLAIN, **changed))  # type: ignore[arg-type]
    assert refused.value.values.get("field", getattr(refused.value, "field", None)) == field


def test_each_shipped_text_can_be_told_in_both_languages() -> None:
    names = {"X1": "路灯 lamp 单车 楼道 积水 树木 信号灯"}
    for one in shipped():
        told = checked(one.of(names))
        assert told.title_en
        assert len(told.lines) == len(told.lines_en)
        assert told.categories


def test_a_site_whose_categories_fit_none_gets_no_text_for_them() -> None:
    assert [one.advice.code for one in shipped() if one.of({"X": "别的"}).categories] == [
        "stop_fraud",
        "refund_fraud",
    ]
