"""Who answers: rules over time, replayed and explained, and set only by whom they concern."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from commonward.areas.actions import end_rule, set_rule
from commonward.areas.models import AnsweringRule, Area
from commonward.areas.queries import answering_for, revisions, why
from commonward.core.refusals import Forbidden, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.core.routing import Decision
from commonward.people import actions as people

NINE = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
DISTRICT, STREET, OTHER = "430211", "430211001", "430211002"
STREET_PATH = "/43/4302/430211/430211001/"
KNOWN: dict[str, Any] = {"duties": ["handle", "check"], "categories": {"010311", "0601"}}


def after(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


@pytest.fixture
def teams(db: None) -> dict[str, int]:
    """Three areas in force, and teams "lamps", "street" and "night" with Bob in each."""
    for code, path in (
        (DISTRICT, "/43/4302/430211/"),
        (STREET, STREET_PATH),
        (OTHER, "/43/4302/430211/430211002/"),
    ):
        Area.objects.create(code=code, name=code, level="street", path=path, valid_from=NINE)
    bob = people.add_account(SYSTEM, "bob", "Bob", at=NINE).pk
    made = {}
    for code in ("lamps", "street", "night"):
        made[code] = people.add_team(SYSTEM, code, code.title(), at=NINE).pk
        people.join_team(SYSTEM, bob, made[code], at=NINE)
    return made


def ask(
    hours: float = 0, *, category: str = "010311", path: str = STREET_PATH, open: bool = True
) -> Decision:
    return answering_for("handle", category, path, "ordinary", after(hours), open, revisions())


def set_(actor: Actor, name: str, team: int, start: float = 0, /, **more: Any) -> AnsweringRule:
    right: dict[str, Any] = {"duty": "handle", "team": team, "at": after(start)}
    return set_rule(actor, name, **(right | KNOWN | more))


def administrator(area: str = "", categories: tuple[str, ...] = ()) -> Actor:
    return Actor(account=None, rights=(Right("administrator", area, categories),))


def test_a_changed_rule_answers_from_then_on_and_the_past_stays_as_it_was(
    teams: dict[str, int],
) -> None:
    set_(SYSTEM, "Lamps", teams["lamps"], 0, category="0103", area_code=DISTRICT)
    second = set_(SYSTEM, "Lamps", teams["night"], 5, category="0103")
    set_(SYSTEM, "Anything here", teams["street"], 0, area_code=STREET)
    assert second.number == 2

    assert (ask(4.99).team, ask(4.99).number) == (teams["lamps"], 1)
    assert (ask(5).team, ask(5).number) == (teams["night"], 2)
    assert ask(5, category="0601").team == teams["street"]
    end_rule(SYSTEM, "Lamps", at=after(7))
    assert ask(7).team == teams["street"]
    assert ask(6.99).team == teams["night"]
    assert ask(-1).team is None
    assert set_(SYSTEM, "Lamps", teams["lamps"], 9).number == 3
    assert [
        (r.number, r.valid_from, r.valid_until)
        for r in AnsweringRule.objects.filter(name="Lamps").order_by("number")
    ] == [(1, after(0), after(5)), (2, after(5), after(7)), (3, after(9), None)]


def test_the_answer_needs_no_query_once_it_is_in_memory(
    teams: dict[str, int], django_assert_num_queries: Any
) -> None:
    set_(SYSTEM, "Lamps", teams["lamps"])
    marks = revisions()
    assert ask().team == teams["lamps"]
    with django_assert_num_queries(0):
        found = answering_for("handle", "010311", STREET_PATH, "red", after(1), False, marks)
    assert found.team == teams["lamps"]
    assert answering_for("handle", "010311", "", "red", after(1), False).team == teams["lamps"]


def test_a_closed_team_leaves_the_case_unrouted_and_no_other_rule_steps_in(
    teams: dict[str, int],
) -> None:
    set_(SYSTEM, "Lamps", teams["lamps"], category="0103")
    set_(SYSTEM, "Anything", teams["street"])
    assert ask(3).team == teams["lamps"]
    people.close_team(SYSTEM, teams["lamps"], at=after(4))
    decision = ask(5)
    assert (decision.team, decision.name, decision.number) == (None, "Lamps", 1)
    assert str(why(decision)) == (
        "It stands in the unrouted queue. "
        "Rule “Lamps” no. 1 names a team that is no longer active. "
        "Rule “Anything” no. 1 applies too and did not decide. "
        "Another rule names the category more closely."
    )


def test_a_team_answers_while_somebody_belongs_to_it_and_at_no_other_moment(
    teams: dict[str, int],
) -> None:
    empty = people.add_team(SYSTEM, "empty", "Empty", at=NINE).pk
    carol = people.add_account(SYSTEM, "carol", "Carol", at=NINE).pk
    set_(SYSTEM, "Lamps", empty)
    assert "without members" in str(ask(1).because)
    people.join_team(SYSTEM, carol, empty, at=after(2))
    assert "without members" in str(ask(1).because)
    assert ask(2).team == empty
    people.leave_team(SYSTEM, carol, empty, at=after(3))
    assert ask(3).team is None
    assert ask(2.5).team == empty


def test_why_names_the_team_the_rule_its_number_and_what_else_applied(
    teams: dict[str, int],
) -> None:
    set_(SYSTEM, "Lamps", teams["street"], 0, category="0103")
    set_(SYSTEM, "Lamps", teams["lamps"], 1, category="0103")
    set_(SYSTEM, "Out of hours", teams["night"], 1, category="0103", hours="closed")
    kept = Decision.from_data(ask(2, open=False).to_data())
    told = why(kept)
    assert (told.team, told.rule, told.number) == ("Night", "Out of hours", 1)
    assert str(told) == (
        "It went to “Night”. Rule “Out of hours” no. 1 is the most specific that fits. "
        "Rule “Lamps” no. 2 applies too and did not decide. "
        "Another rule names this time of day."
    )
    assert str(why(ask(-1))) == (
        "It stands in the unrouted queue. No rule says who answers for “handle” here."
    )


def test_setting_a_rule_again_unchanged_changes_nothing(teams: dict[str, int]) -> None:
    first = set_(SYSTEM, "Lamps", teams["lamps"], grade="red")
    marks = revisions()
    assert set_(SYSTEM, "Lamps", teams["lamps"], 3, grade="red").pk == first.pk
    assert revisions() == marks
    assert set_(SYSTEM, "Lamps", teams["lamps"], 3).number == 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"name": " "}, "1 to 120 characters"),
        ({"duty": "dance"}, "No procedure asks for the duty “dance”, but for check, handle"),
        ({"category": "0104"}, "No category's code begins with “0104”"),
        ({"area_code": "999999"}, "No area “999999” is in force"),
        ({"area_code": DISTRICT, "at": after(-1)}, "is in force at that moment"),
        ({"hours": "noon"}, "not “noon”"),
        ({"grade": "r" * 21}, "at most 20"),
        ({"at": datetime(2026, 3, 2, 9)}, "has no zone"),  # noqa: DTZ001 (the fault itself)
    ],
)
def test_a_rule_that_is_not_right_is_refused_in_words(
    teams: dict[str, int], asked: dict[str, Any], words: str
) -> None:
    right: dict[str, Any] = {"name": "Lamps", "duty": "handle", "team": teams["lamps"], "at": NINE}
    with pytest.raises(Invalid, match=words):
        set_rule(SYSTEM, **(right | KNOWN | asked))
    assert not AnsweringRule.objects.exists()


def test_a_closed_or_unknown_team_cannot_be_named(teams: dict[str, int]) -> None:
    people.close_team(SYSTEM, teams["night"], at=after(0))
    with pytest.raises(Invalid, match="“Night” was closed"):
        set_(SYSTEM, "Lamps", teams["night"])
    with pytest.raises(Missing, match="no team 0"):
        set_(SYSTEM, "Lamps", 0)
    with pytest.raises(Missing, match="No rule “Lamps” is in force"):
        end_rule(SYSTEM, "Lamps", at=after(0))


def test_history_is_not_rewritten(teams: dict[str, int]) -> None:
    set_(SYSTEM, "Lamps", teams["lamps"], 4)
    with pytest.raises(Invalid, match="was last changed for"):
        set_(SYSTEM, "Lamps", teams["night"], 3)
    with pytest.raises(Invalid, match="was last changed for"):
        end_rule(SYSTEM, "Lamps", at=after(3))
    end_rule(SYSTEM, "Lamps", at=after(6))
    with pytest.raises(Invalid, match="was last changed for"):
        set_(SYSTEM, "Lamps", teams["night"], 5)


def test_rules_are_set_only_by_whoever_administers_their_place_and_category(
    teams: dict[str, int],
) -> None:
    street, lamps = administrator(STREET), administrator(categories=("0103",))
    beyond: list[tuple[Actor, dict[str, Any]]] = [
        (street, {}),
        (street, {"area_code": OTHER}),
        (street, {"area_code": DISTRICT}),
        (lamps, {"category": "06"}),
        (lamps, {}),
        (Actor(), {"area_code": STREET}),
        (Actor(rights=(Right("leader"),)), {}),
    ]
    for who, more in beyond:
        with pytest.raises(Forbidden):
            set_(who, "Lamps", teams["lamps"], **more)
    set_(street, "Here", teams["street"], area_code=STREET)
    set_(lamps, "Lamps", teams["lamps"], category="0103")

    # Taking over another's rule by its name would take their work away from them.
    with pytest.raises(Forbidden):
        set_(street, "Lamps", teams["street"], 1, area_code=STREET)
    with pytest.raises(Forbidden):
        end_rule(street, "Lamps", at=after(1))
    end_rule(street, "Here", at=after(1))


def test_a_rule_of_an_area_that_has_ended_can_still_be_ended_by_its_administrator(
    teams: dict[str, int],
) -> None:
    street = administrator(STREET)
    set_(street, "Here", teams["street"], area_code=STREET)
    Area.objects.filter(code=STREET).update(valid_until=after(1))
    with pytest.raises(Invalid, match="is in force"):
        set_(street, "Here too", teams["street"], 2, area_code=STREET)
    with pytest.raises(Forbidden):
        end_rule(administrator(OTHER), "Here", at=after(2))
    assert end_rule(street, "Here", at=after(2)).valid_until == after(2)


@pytest.mark.django_db(transaction=True)
def test_two_who_set_the_same_rule_at_once_never_leave_two_in_force() -> None:
    team = people.add_team(SYSTEM, "lamps", "Lamps", at=NINE).pk
    together = Barrier(2)

    def attempt(grade: str) -> str:
        together.wait(10)
        try:
            return str(set_(SYSTEM, "Lamps", team, 1, grade=grade).number)
        except Stale:
            return "stale"
        finally:
            connection.close()

    for turn in range(5):
        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(attempt, [f"a{turn}", f"b{turn}"]))
        assert told.count("stale") <= 1
        in_force = AnsweringRule.objects.filter(name="Lamps", valid_until=None)
        assert [rule.grade in (f"a{turn}", f"b{turn}") for rule in in_force] == [True]
