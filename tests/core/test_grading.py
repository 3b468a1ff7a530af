"""Grading: of a dispute by its stated facts, with reasons; questions about people are refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.grading import (
    COLOURS,
    grade,
    read_table,
    shipped_table,
    shipped_text,
    sorted_facts,
)
from commonward.core.refusals import Invalid

TABLE = shipped_table()

stated_facts = st.fixed_dictionaries(
    {},
    optional={
        fact.name: st.booleans() if fact.kind == "yes_no" else st.integers(0, 10**6)
        for fact in TABLE.facts
    },
)


@pytest.mark.parametrize(
    ("facts", "colour", "rules"),
    [
        ({}, "blue", []),
        ({"contact_broken": True, "minors": False}, "blue", []),
        ({"threat": True}, "red", ["threat_made"]),
        ({"minors": True}, "yellow", ["minors_affected"]),
        ({"households": 9, "livelihood": False}, "blue", []),
        ({"households": 10}, "yellow", ["many"]),
        (
            {"households": 23, "livelihood": True},
            "red",
            ["many_and_livelihood", "many", "livelihood_at_stake"],
        ),
        ({"deadline_near": True, "minors": True}, "red", ["other_way_closing", "minors_affected"]),
    ],
)
def test_the_grade_is_the_most_urgent_rule_that_holds_and_every_reason_is_shown(
    facts: dict[str, bool | int], colour: str, rules: list[str]
) -> None:
    found = grade(TABLE, facts)
    assert found.colour == colour
    assert [reason.rule for reason in found.reasons] == rules
    assert all(reason.words and reason.words_zh for reason in found.reasons)
    assert found.version == TABLE.version


@given(stated_facts, stated_facts)
def test_stating_more_of_what_is_urgent_never_calms_a_dispute(
    facts: dict[str, bool | int], more: dict[str, bool | int]
) -> None:
    """All shipped rules ask for a yes or for at least so many."""
    worse: dict[str, bool | int] = dict(facts)
    for name, value in more.items():
        before = worse.get(name, False)
        worse[name] = (before or value) if isinstance(value, bool) else max(int(before), value)
    before_colour, after_colour = grade(TABLE, facts).colour, grade(TABLE, worse).colour
    assert COLOURS.index(after_colour) >= COLOURS.index(before_colour)


@given(stated_facts)
def test_a_grade_tells_which_questions_nobody_has_answered(facts: dict[str, bool | int]) -> None:
    assert set(grade(TABLE, facts).unasked) == {f.name for f in TABLE.facts} - set(facts)


def test_a_figure_that_the_site_has_not_given_grades_nothing_and_once_given_it_does() -> None:
    facts = {"amount": 5_000_000}
    assert [rule.name for rule in TABLE.rules if rule.waits] == ["large_amount"]
    assert grade(TABLE, facts).colour == "blue"
    edited = read_table(shipped_text().replace('at_least = "site"', "at_least = 1000000"))
    assert grade(edited, facts).colour == "yellow"
    assert edited.version != TABLE.version


def test_what_the_table_does_not_ask_changes_nothing() -> None:
    assert grade(TABLE, {"weather": True}).colour == "blue"
    assert sorted_facts(TABLE, {"weather": True, "minors": True}) == {"minors": True}


@pytest.mark.parametrize(
    "facts",
    [{"minors": 1}, {"households": True}, {"households": -1}, {"minors": "yes"}, {"amount": 2.5}],
)
def test_a_fact_of_the_wrong_kind_is_refused_by_its_question(facts: dict[str, bool]) -> None:
    with pytest.raises(Invalid, match="answered by yes or no") as refused:
        grade(TABLE, facts)
    assert refused.value.field in facts


def with_fact(name: str, ask: str = "Is it so?", ask_zh: str = "是否如此？") -> str:
    return (
        f'{shipped_text()}\n[[fact]]\nname = "{name}"\nkind = "yes_no"\n'
        f'ask = "{ask}"\nask_zh = "{ask_zh}"\n'
    )


@pytest.mark.parametrize(
    "name",
    [
        "character", "bad_temper", "personality", "mental_illness", "psychiatric_record",
        "criminal_record", "previous_conviction", "prison", "drug_use", "drunk", "gambling",
        "petitioner", "complains_often", "troublemaker", "key_person", "person_type",
        "risk_person", "religion", "ethnicity", "nationality", "migrant", "hukou", "gender",
        "age", "disabled", "education", "occupation", "unemployed", "income", "credit",
        "social_score", "history", "reputation", "political_view", "party_member", "name",
        "phone", "id_card", "pregnant", "marital_status", "watchlist",
    ],
)  # fmt: skip
def test_a_question_about_a_person_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(with_fact(name))
    assert refused.value.code == "about_people"


@pytest.mark.parametrize(
    ("ask", "ask_zh"),
    [
        ("Is one side known for a bad temper?", "是否如此？"),
        ("Has somebody been to prison?", "是否如此？"),
        ("Is the other side of another religion?", "是否如此？"),
        ("Is it so?", "对方性格是否偏激？"),
        ("Is it so?", "当事人有无前科？"),
        ("Is it so?", "是否有精神病史？"),
        ("Is it so?", "是否曾经上访？"),
        ("Is it so?", "是否为重点人员？"),
        ("Is it so?", "主要当事人人员类型？"),
        ("Is it so?", "是否外来人员？"),
        ("Is it so?", "信用是否良好？"),
        ("Is it so?", "当事人的姓名？"),
    ],
)
def test_a_question_about_a_person_is_refused_by_its_words(ask: str, ask_zh: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(with_fact("innocent", ask, ask_zh))
    assert refused.value.code == "about_people"


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("water_cut", "Is the water cut off?"),
        ("evidence_going", "Will evidence go within days?"),
        ("images", "Are there photographs of the damage?"),
        ("characteristics", "Are the characteristics of the goods disputed?"),
        ("packages", "How are the packages damaged?"),
        ("wall", "Does the wall threaten to fall?"),
        ("village_road", "Is the village road blocked?"),
    ],
)
def test_a_question_about_the_matter_is_let_through(name: str, ask: str) -> None:
    assert read_table(with_fact(name, ask)).fact(name)


def test_a_reason_that_names_people_is_refused_too() -> None:
    text = shipped_text().replace("Minors are affected.", "One side is a known troublemaker.")
    with pytest.raises(Invalid, match="gives people as its reason"):
        read_table(text)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "number"', 'kind = "text"', "of the kind yes_no or number"),
        ('colour = "red"', 'colour = "black"', "yellow or red"),
        ('fact = "threat", is = true', 'fact = "weather", is = true', "a fact that is asked"),
        ('fact = "threat", is = true', 'fact = "threat", at_least = 1', "compared wrongly"),
        ("at_least = 10 }, {", "at_least = -1 }, {", "compared wrongly"),
        ("at_least = 10 }, {", "at_least = 10, at_most = 20 }, {", "with one value"),
        ('ask_zh = "是否涉及未成年人的切身利益？"', 'ask_zh = ""', "needs words for ask_zh"),
        ('name = "minors"', 'name = "Minors"', "small Latin letters"),
        ('name = "minors"', 'name = "threat"', "stands twice"),
        ('unit = "yuan"', 'colour = "blue"', "unknown entry"),
        ("[[fact]]", "[[fact", "cannot be read"),
    ],
)
def test_a_table_that_is_unclear_is_refused(old: str, new: str, words: str) -> None:
    text = re.sub(re.escape(old), lambda _: new, shipped_text(), count=1)
    assert text != shipped_text()
    with pytest.raises(Invalid, match=words):
        read_table(text)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(Invalid, match="and .*rule"):
        read_table("")
