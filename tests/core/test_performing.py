"""What an agreement obliges to, and where each obligation stands on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.agreements.clauses import read_agreement
from commonward.core.performing import DEED, PAYS, Claim, Owed, fen_of, owed_by, standing, yuan

TODAY = date(2026, 3, 2)


def working(signing: date, count: int) -> date:
    day = signing
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def test_instalments_deeds_and_days_after_the_signing_become_single_obligations() -> None:
    terms = read_agreement(
        {
            "sides": ["a", "b"],
            "clauses": [
                {"act": "pay", "who": ["b"], "to": ["a"], "fen": 300,
                 "instalments": [["2026-04-01", 100], ["2026年5月1日", 200]]},
                {"act": "do", "who": ["b"], "to": ["a"], "what": "x", "by": "签字后10日内"},
                {"act": "return", "who": ["a"], "to": ["b"], "by": "签字后5个工作日内"},
                {"act": "confidential", "who": ["a", "b"], "lasting": True},
                {"act": "pay", "who": ["a"], "to": ["b"], "fen": 50, "by": "2026-03-31"},
            ],
        }
    )  # fmt: skip
    owed = owed_by(terms, TODAY, working)
    assert [(o.clause, o.act, o.who, o.fen, o.due) for o in owed] == [
        (1, PAYS, "b", 100, date(2026, 4, 1)),
        (1, PAYS, "b", 200, date(2026, 5, 1)),
        (2, DEED, "b", None, date(2026, 3, 12)),
        (3, DEED, "a", None, date(2026, 3, 9)),
        (5, PAYS, "a", 50, date(2026, 3, 31)),
    ]


@pytest.mark.parametrize(
    "days,claims,state",
    [
        (10, [], "open"),
        (3, [], "soon"),
        (0, [], "soon"),
        (-1, [], "late"),
        (-1, [Claim(100)], "claimed"),
        (-1, [Claim(99)], "late"),
        (-1, [Claim(60, "confirmed"), Claim(40)], "claimed"),
        (-9, [Claim(100, "confirmed")], "done"),
        (-1, [Claim(100, "disputed")], "late"),
    ],
)
def test_late_is_what_nobody_claims_and_silence_about_a_claim_decides_nothing(
    days: int, claims: list[Claim], state: str
) -> None:
    owed = Owed(1, PAYS, "b", "a", 100, TODAY + timedelta(days=days))
    assert standing(owed, claims, TODAY).state == state


@given(
    fen=st.integers(1, 10_000),
    claims=st.lists(
        st.tuples(st.integers(0, 5_000), st.sampled_from(["", "confirmed", "disputed"])), max_size=8
    ),
)
def test_what_is_confirmed_left_and_too_much_add_up(
    fen: int, claims: list[tuple[int, str]]
) -> None:
    stands = standing(Owed(1, PAYS, "b", "a", fen, TODAY), [Claim(*c) for c in claims], TODAY)
    counted = 0
    for amount, answer in claims:
        if answer == "confirmed":
            counted += amount
    assert stands.confirmed == counted
    assert stands.confirmed + stands.left - stands.over == fen
    assert stands.left == 0 or stands.over == 0
    assert (stands.state == "done") is (counted >= fen)


@given(st.integers(1, 10**12))
def test_an_amount_is_read_back_as_it_was_written(fen: int) -> None:
    assert fen_of(yuan(fen)) == fen


@pytest.mark.parametrize(
    "text,fen",
    [("1234.5", 123450), ("１２３４", 123400), ("¥ 1,000元", 100000), ("0", None), ("-5", None),
     ("1.234", None), ("12.", None), ("", None), ("1e3", None), ("9" * 30, None), ("٣", None)],
)  # fmt: skip
def test_amounts_as_people_type_them(text: str, fen: int | None) -> None:
    assert fen_of(text) == fen
