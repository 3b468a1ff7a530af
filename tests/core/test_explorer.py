"""The explorer: short ways, hard gates, every type; a broken one is refused in words."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.disputes import GATES, KINDS, gate_of
from commonward.core.explorer import (
    Asked,
    Gated,
    Outcome,
    ask,
    check,
    led_elsewhere,
    letter_text,
    parse,
    read_toml,
    shipped,
    shipped_text,
    ways,
    with_phones,
)
from commonward.core.grading import shipped_table
from commonward.core.refusals import Invalid

Change = Callable[[dict[str, Any]], object]


def data(change: Change | None = None) -> dict[str, Any]:
    """The shipped file's data, changed in one place."""
    read = copy.deepcopy(read_toml(shipped_text()))
    if change:
        change(read)
    return read


ALL = tuple(ways(shipped()))


def test_what_is_shipped_has_no_fault() -> None:
    assert [str(fault) for fault in check(shipped())] == []


def test_every_way_ends_in_a_route_or_at_a_gate_within_the_bound() -> None:
    assert len(ALL) > 100
    for answers, step in ALL:
        assert len(answers) <= shipped().most, answers
        assert isinstance(step, Gated) or (isinstance(step, Outcome) and step.routes), answers


def test_all_eighteen_types_are_come_to_and_each_way_on_offers_mediation_once() -> None:
    outcomes = [step for _, step in ALL if isinstance(step, Outcome)]
    assert {step.kind.code for step in outcomes} == set(KINDS) and len(KINDS) == 18
    for step in outcomes:
        assert sum(route.registers for route in step.routes) == 1
        codes = [route.code for route in step.routes]
        assert len(codes) == len(set(codes)), codes


def test_a_type_has_the_name_of_the_statistics() -> None:
    for kind in shipped().kinds.values():
        assert kind.title.zh == KINDS[kind.code][0]


def test_every_gate_is_come_to_and_covers_what_is_never_mediated() -> None:
    reached = {step.gate.code for _, step in ALL if isinstance(step, Gated)}
    assert reached == set(shipped().gates)
    facts = {shipped().gates[code].fact for code in reached}
    assert facts == {gate.fact for gate in GATES}
    assert all(gate_of({fact: True}) for fact in facts)


def test_danger_is_asked_first_and_shows_the_numbers_to_call() -> None:
    step = ask(shipped(), ["now"])
    assert isinstance(step, Gated) and step.gate.urgent
    assert [contact.phone for contact in step.contacts] == ["110", "119", "120"]


@pytest.mark.parametrize(
    ("answers", "gate"),
    [
        ("violence", "violence"),
        ("no.home.family.unsafe", "violence"),
        ("no.home.family.status", "status"),
        ("no.home.housing.owner", "title"),
        ("no.money.contract.yes", "title"),
        ("no.money.business.yes", "title"),
        ("no.harm.medical.yes", "medical_elsewhere"),
        ("no.land.land.owner", "land_ownership"),
        ("no.land.expropriation.collective", "collective_land"),
    ],
)  # fmt: skip
def test_what_the_law_bars_from_mediation_stops_at_its_gate(answers: str, gate: str) -> None:
    step = ask(shipped(), answers.split("."))
    assert isinstance(step, Gated) and step.gate.code == gate
    assert step.contacts and step.gate.source.zh and step.gate.source.en


@pytest.mark.parametrize(
    ("answers", "routes"),
    [
        ("no.home.neighbours.no.nothing", ["talk", "mediation"]),
        ("no.home.neighbours.no.silent", ["mediation", "hotline"]),
        ("no.work.labour.no.mediated", ["arbitration", "inspection"]),
        ("no.work.wages.living.talked", ["mediation", "inspection"]),
        ("no.land.expropriation.moving.no.decided", ["review", "mediation"]),
        ("no.harm.traffic.no.no.nothing", ["talk", "mediation"]),
    ],
)  # fmt: skip
def test_the_route_that_fits_stands_first(answers: str, routes: list[str]) -> None:
    step = ask(shipped(), answers.split("."))
    assert isinstance(step, Outcome)
    assert [route.code for route in step.routes][:2] == routes


def test_limits_are_those_of_the_type() -> None:
    def limits(answers: str) -> str:
        step = ask(shipped(), answers.split("."))
        assert isinstance(step, Outcome)
        mediation = next(route for route in step.routes if route.registers)
        return " ".join(limit.text.en for limit in mediation.limits)

    assert "30 working days" in limits("no.harm.medical.no.no.nothing")
    assert "15 days" in limits("no.work.wages.no.nothing")
    neighbours = limits("no.home.neighbours.no.nothing")
    assert "one month" in neighbours and "15 days" not in neighbours


def test_stated_facts_go_along_and_say_nothing_of_a_person() -> None:
    step = ask(shipped(), ["no", "home", "neighbours", "child", "nothing"])
    assert isinstance(step, Outcome) and step.facts == {"minors": True}
    assert ask(shipped(), ["no", "home", "neighbours", "no", "nothing"]).taken[-1][1].facts == {}


def test_no_way_is_without_somebody_to_call_and_each_limit_names_its_law() -> None:
    for _, step in ALL:
        if isinstance(step, Outcome):
            for route in step.routes:
                assert route.contact in shipped().contacts
                assert all(limit.source for limit in route.limits)


@given(st.data())
def test_any_walk_at_random_goes_on_or_ends_and_always_the_same(draw: st.DataObject) -> None:
    explorer = shipped()
    answers: list[str] = []
    for _ in range(explorer.most + 1):
        step = ask(explorer, answers)
        assert ask(explorer, tuple(answers)) == step
        assert [answer.code for _, answer in step.taken] == answers
        if not isinstance(step, Asked):
            return
        choices = [answer.code for answer in step.question.answers]
        answers.append(draw.draw(st.sampled_from(choices)))
    raise AssertionError(answers)


@given(st.lists(st.text(max_size=12), max_size=9))
def test_answers_that_nobody_offered_are_refused_and_nothing_else_happens(given: list[str]) -> None:
    try:
        step = ask(shipped(), given)
    except Invalid as refusal:
        assert refusal.field == "answer"
    else:
        assert [answer.code for _, answer in step.taken] == given


def test_answers_beyond_the_end_are_refused() -> None:
    with pytest.raises(Invalid, match="had ended"):
        ask(shipped(), ["now", "no"])


def _gone(table: str, name: str) -> Change:
    return lambda d: d[table].pop(name)


def _answer(data: dict[str, Any], question: str, code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        a for a in data["questions"][question]["answers"] if a["code"] == code
    )
    return found


def _set(question: str, which: str, /, **entries: Any) -> Change:
    return lambda d: _answer(d, question, which).update(entries)


def _unset(question: str, code: str, *entries: str) -> Change:
    return lambda d: [_answer(d, question, code).pop(entry) for entry in entries]


def _in(table: str, name: str, **entries: Any) -> Change:
    return lambda d: d[table][name].update(entries)


LONELY = {
    "ask": {"en": "?", "zh": "？"},
    "answers": [
        {"code": "a", "say": {"en": "a", "zh": "甲"}, "gate": "danger"},
        {"code": "b", "say": {"en": "b", "zh": "乙"}, "gate": "danger"},
    ],
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["questions"].update(lonely=LONELY), "Question lonely is never asked"),
        (_unset("home", "neighbours", "next"), "leads nowhere"),
        (_set("home", "neighbours", ends=True), "several places"),
        (_set("weight", "no", next="about"), "in a circle: about → home"),
        (_set("home", "neighbours", next="nowhere"), "names “nowhere”, which does not stand"),
        (_set("tried", "nothing", first=["nowhere"]), "does not stand in routes"),
        (_in("routes", "court", contact="nobody"), "does not stand in contacts"),
        (lambda d: d["routes"]["court"].pop("contact"), "Route court: name whom to call"),
        (_in("gates", "status", contacts=[]), "Gate status: name whom to call"),
        (_in("gates", "danger", contacts=["court"]), "Gate danger is urgent"),
        (_set("fields", "owner", gate="title"), "Gate land_ownership is never reached"),
        (_in("gates", "land_ownership", fact="expropriation"), "A gate for “land_ownership”"),
        (_in("gates", "danger", urgent=False), None),
        (_in("gates", "status", fact="grumpy"), "not a fact that keeps a dispute out"),
        (_unset("home", "neighbours", "kind"), "“neighbours” is never come to"),
        (_unset("about", "other", "kind"), "ends without a type"),
        (_set("family", "care", kind="other"), "names the type twice"),
        (_in("kinds", "medical", routes=["talk", "court"]), "does not lead to mediation"),
        (_gone("kinds", "medical"), "does not stand in kinds"),
        (lambda d: d["kinds"].update(mood=d["kinds"]["other"]), "not one of the types"),
        (lambda d: d.update(most=4), "The longest way has 6 questions; at most 4"),
        (_in("routes", "court", registers=True), "Exactly one route"),
        (_in("letters", "general", fields=[]), "text and blanks differ in by, happened"),
        (_in("letters", "general", text={"en": "{to", "zh": "{to}"}), "a brace in the text"),
        (_in("letters", "general", text={"en": "{to!r}", "zh": "{to}"}), "a brace in the text"),
        (_in("kinds", "medical", letter="none"), "does not stand in letters"),
        (
            lambda d: d["questions"]["danger"]["answers"].__delitem__(slice(1, 3)),
            "give at least two answers",
        ),
        (lambda d: d.update(start="nowhere"), "start names the question “nowhere”"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(change: Change, told: str | None) -> None:
    faults = [str(fault) for fault in check(parse(data(change)))]
    if told is None:
        assert faults == []
    else:
        assert any(told in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_in("routes", "court", title={"en": "Court"}), "routes.court.title: give the text in both"),
        (_in("routes", "court", title={"en": "Court", "zh": " "}), "both languages"),
        (_in("routes", "court", costs=1), "“costs” is not an entry"),
        (_in("contacts", "court", phone="call me"), "a telephone number is digits"),
        (_set("home", "family", facts={"name": "Li"}), "must be true, false or a number"),
        (_set("home", "family", code="Family!"), "a code is small Latin letters"),
        (_set("home", "family", code="neighbours"), "stands twice"),
        (lambda d: d.update(most=0), "a whole number from 1 to 30"),
        (lambda d: d["gates"]["danger"].pop("source"), "gates.danger.source"),
        (lambda d: d.update(questions=[1]), "named tables belong here"),
        (lambda d: d["questions"].update({f"q{n}": {} for n in range(301)}), "at most 300"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_place(change: Change, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(data(change))
    assert told in str(refused.value)


def test_a_file_that_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid, match="line 2"):
        read_toml("most = 7\nstart = ?")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 40) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@given(st.data())
def test_whatever_stands_in_a_place_it_is_read_or_refused_and_never_breaks(
    draw: st.DataObject,
) -> None:
    changed = data()
    place: Any = changed
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or draw.draw(st.integers(0, 2)) == 0:
            place[key] = draw.draw(JUNK)
            break
        place = place[key]
    try:
        faults = check(parse(changed))
    except Invalid:
        return
    assert all(isinstance(fault, Invalid) for fault in faults)


@pytest.mark.parametrize("code", sorted(shipped().letters))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_letter_takes_what_was_typed_as_it_is(code: str, language: str) -> None:
    letter = shipped().letters[code]
    typed = {field.code: f"<{field.code}> {{by}} {{0}}" for field in letter.fields}
    text = letter_text(letter, typed, language)
    assert all(words in text for words in typed.values())
    assert "____" in letter_text(letter, {}, language)


def test_letters_are_neutral() -> None:
    harsh = (
        "guilty",
        "sue you",
        "fault is",
        "liar",
        "threat",
        "骗",
        "过错",
        "起诉你",
        "后果自负",
        "追究",
    )
    for letter in shipped().letters.values():
        for word in harsh:
            assert word not in letter.text.en + letter.text.zh, (letter.code, word)


def test_the_facts_are_those_that_the_grading_asks_for() -> None:
    kinds = {fact.name: fact.kind for fact in shipped_table().facts}
    for _, step in ALL:
        if isinstance(step, Outcome):
            for name, value in step.facts.items():
                assert isinstance(value, bool) == (kinds[name] == "yes_no"), name


def test_every_answer_of_every_question_stands_on_some_way() -> None:
    walked = {(q.code, a.code) for _, step in ALL for q, a in getattr(step, "taken", ())}
    there = {(q.code, a.code) for q in shipped().questions.values() for a in q.answers}
    assert walked == there


def test_numbers_are_filled_in_and_nothing_else_changes() -> None:
    changed = with_phones(shipped_text(), {"court": "0731 12345", "police": "110"})
    now = parse(read_toml(changed))
    assert now.contacts["court"].phone == "0731 12345"
    assert now.questions == shipped().questions and now.routes == shipped().routes
    back = with_phones(changed, {"court": ""})
    assert parse(read_toml(back)) == shipped()
    before, after = shipped_text().splitlines(), changed.splitlines()
    assert [line for line in after if line not in before] == ['phone = "0731 12345"']


@pytest.mark.parametrize("phone", ['1"\\nmost = 1', "call", "1" * 31, "１２３"])
def test_what_is_no_number_is_not_filled_in(phone: str) -> None:
    with pytest.raises(Invalid):
        with_phones(shipped_text(), {"court": phone})


def test_a_number_of_nobody_is_refused() -> None:
    with pytest.raises(Invalid, match="cannot be set here"):
        with_phones(shipped_text(), {"nobody": "1"})


def test_the_ways_that_a_change_leads_elsewhere_are_named() -> None:
    new = parse(data(_set("fields", "owner", gate="title")))
    changed, count = led_elsewhere(shipped(), new)
    assert changed == [("no", "land", "land", "owner")] and count == len(ALL)
    assert led_elsewhere(shipped(), shipped()) == ([], len(ALL))
