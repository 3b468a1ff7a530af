"""The knowledge base as a table, what keepers are reminded of, and what a look-up costs."""

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest

from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.answers_checking import check_answer
from commonward.cases.actions.answers_importing import import_answers, line_of
from commonward.cases.queries.answers import all_answers, answers_matching
from commonward.cases.queries.kept_answers import kept_answers, reminders, to_check
from commonward.core.knowledge.finding import Index, Text, read_with
from commonward.core.knowledge.sheet import COLUMNS, cells, read
from commonward.core.knowledge.sources import Source
from commonward.core.refusals import Forbidden, Invalid
from commonward.core.triage.spelling import shipped
from tests.district import STREETS, District

HEAD = list(COLUMNS)


def row(**given: str) -> list[str]:
    """A row of a table."""
    return [given.get(name, "") for name in HEAD]


def test_a_table_taken_along_comes_back_unchanged(here: District) -> None:
    add_answer(
        here.duty_chief, "=Where?", "At the desk.\nRing 12345.", here.at, language="en",
        sources=[Source("law", "Rule 1", "https://example.org/1", here.at.date()), Source("document", "Note")],
        valid_until=None, public=True, team=here.teams["street"],
    )  # fmt: skip
    codes = {here.teams["street"]: "street"}
    rows = [cells(line_of(one, codes)) for one in all_answers(here.duty_chief, here.at)]
    lines, faults = read([HEAD, *rows])
    assert faults == ()
    told = import_answers(here.duty_chief, lines, here.at, look=False)
    assert (told.new, told.changed, told.same, told.faults) == ((), (), 1, ())


def test_a_table_is_looked_at_first_and_written_whole_or_not_at_all(here: District) -> None:
    rows = [
        row(language="en", question="Opening hours?", answer="Nine to five.", public="yes"),
        row(language="en", question="Opening hours?", answer="Ten to four.", of="row 2", area=STREETS[0]),
        row(language="zh-hans", question="几点开门？", answer="九点到五点。", of="row 2"),
        row(language="en", question="Dogs?", answer="Yes.", team="no such"),
    ]  # fmt: skip
    lines, faults = read([HEAD, *rows])
    assert faults == ()
    told = import_answers(here.duty_chief, lines, here.at, look=False)
    assert [one.row for one in told.faults] == [5]
    assert all_answers(here.duty_chief, here.at) == ()
    assert len(import_answers(here.duty_chief, lines[:3], here.at, look=True).new) == 3
    assert all_answers(here.duty_chief, here.at) == ()
    import_answers(here.duty_chief, lines[:3], here.at, look=False)
    found = all_answers(here.duty_chief, here.at)
    assert Counter(one.area for one in found) == {"": 2, STREETS[0]: 1}
    assert len({one.group for one in found}) == 1
    with pytest.raises(Forbidden):
        import_answers(here.handler, lines[:1], here.at, look=True)


@pytest.mark.parametrize(
    "wrong",
    [{"public": "perhaps"}, {"valid_until": "tomorrow"}, {"id": "x"}, {"of": "row x"}],
)
def test_a_row_that_cannot_be_read_is_named(wrong: dict[str, str]) -> None:
    lines, [fault] = read([HEAD, row(language="en", question="a", answer="b", **wrong)])
    assert (lines, fault.row) == ((), 2)


def test_a_table_of_another_kind_is_refused() -> None:
    with pytest.raises(Invalid, match="question"):
        read([["name", "age"], ["a", "b"]])


def test_a_variant_is_one_for_an_area_and_a_language(here: District) -> None:
    first = add_answer(here.duty_chief, "Where?", "Here.", here.at, language="en").pk
    for wrong in ({"of": first}, {"area": STREETS[0]}, {"of": first, "area": "nowhere"}):
        with pytest.raises(Invalid):
            add_answer(here.duty_chief, "Where?", "There.", here.at, language="en", **wrong)
    for source in (Source("law", "", "https://example.org"), Source("law", "x", "javascript:alert(1)"),
                   Source("rumour", "x"), Source("law", "x", "", here.at.date() + timedelta(days=2))):  # fmt: skip
        with pytest.raises(Invalid):
            add_answer(here.duty_chief, "Who?", "We.", here.at, language="en", sources=[source])


def test_the_keeper_is_reminded_before_an_answer_ends(here: District) -> None:
    made = add_answer(
        here.duty_chief, "Where?", "Here.", here.at, language="en", team=here.teams["street"],
        valid_until=here.at + timedelta(days=30), public=True,
    )  # fmt: skip
    [kept] = kept_answers(here.street_handler, here.at)
    assert kept.needs == ("check", "source", "language")
    assert kept_answers(here.handler, here.at) == ()
    assert reminders(here.street_handler, here.at + timedelta(days=17))["ending"] == 1
    assert reminders(here.street_handler, here.at + timedelta(days=31))["expired"] == 1
    assert [one.id for one in to_check(here.street_handler, here.at)] == [made.pk]
    assert to_check(here.duty_chief, here.at) == (), "not what one wrote oneself"
    check_answer(here.street_handler, made.pk, here.at, version=1, agree=True)
    assert to_check(here.street_handler, here.at) == ()


def test_the_desk_finds_the_answer_of_the_case_s_area(here: District) -> None:
    first = add_answer(here.duty_chief, "Skip hire?", "Depot.", here.at, language="en").pk
    street = add_answer(
        here.duty_chief, "Skip hire?", "Village.", here.at, language="en", of=first, area=STREETS[1]
    ).pk
    path = f"/x/{STREETS[1]}/y/"
    told = answers_matching(here.handler, "skip hire", here.at, area_path=path)
    assert [one.id for one in told] == [street]
    assert [one.id for one in answers_matching(here.handler, "skip hire", here.at)] == [first]


def test_a_look_up_among_five_thousand_reads_only_what_has_the_words() -> None:
    names = ["".join(letters) for letters in product("bcdfghjklm", repeat=4)][:5_000]
    texts = [Text(f"The fee for {name}", "Pay at the counter.") for name in names]
    index = Index.of(texts, shipped(), read_with(shipped()))
    looked: list[int] = []

    def allowed(place: int) -> bool:
        looked.append(place)
        return True

    assert index.find("gas permit zzzz", 5, allowed) == ()
    assert looked == []
    [found] = index.find(f"fee for {names[7]}", 5, allowed)
    assert (found.place, looked) == (7, [7])
