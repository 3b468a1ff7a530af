"""The rules of sending: read and refused in words, and followed where only the straight line is known."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.urgent.cards import Wanted
from commonward.core.urgent.nearest import Candidate, Nearest, nearest
from commonward.core.urgent.rules import (
    Border,
    Crew,
    Minimum,
    Rest,
    SendingRules,
    read_rules,
)

NEED = Wanted("fire")


def car(key: int, far: float, **told: Any) -> Candidate:
    return replace(Candidate(key, 27.5 + far, 113.5, "fire", crew=2), **told)


def asked(
    units: list[Candidate], rules: SendingRules, priority: str = "urgent", number: int = 1
) -> Nearest:
    return nearest(units, 27.5, 113.5, [replace(NEED, number=number)], rules, priority)


def test_rules_are_kept_as_plain_values_and_read_again() -> None:
    rules = SendingRules(
        (Minimum("north", "fire", 2, "van", "critical"),), (Crew("fire", 3),),
        (Rest(8, 12), Rest(6, 6, "fire")), (Border("4302", "430102", "fire", "", ("gas",), "urgent"),), 8,
    )  # fmt: skip
    assert read_rules(rules.to_data()) == rules
    assert read_rules({}) == SendingRules(rests=())
    assert rules.rest_of("fire")[0].seconds == 6 * 3600
    assert rules.rest_of("police")[1].seconds == 12 * 3600


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("minimums", {"station": "", "agency": "fire", "least": 1}, "missing or too long"),
        ("minimums", {"station": "n", "agency": "army", "least": 1}, "“army” is no force"),
        ("minimums", {"station": "n", "agency": "fire", "least": 0}, "from 1 to 99"),
        ("minimums", {"station": "n", "agency": "fire", "least": 1, "yields": "x"}, "no priority"),
        ("crews", {"agency": "fire", "least": "two"}, "whole number from 1 to 99"),
        ("rests", {"due": 12, "ends": 8}, "before it must rest"),
        ("borders", {"home": "4302", "into": "43/01"}, "missing or too long"),
        ("borders", {"home": "4302", "into": "4301", "priority": ""}, "no priority"),
    ],
)
def test_a_faulty_line_is_refused_by_table_and_number(
    table: str, row: dict[str, Any], told: str
) -> None:
    good: dict[str, dict[str, Any]] = {
        "minimums": {"station": "s", "agency": "fire", "least": 1},
        "crews": {"agency": "police", "least": 1},
        "rests": {"agency": "police", "due": 1, "ends": 2},
        "borders": {"home": "1", "into": "2"},
    }
    with pytest.raises(Invalid, match=told) as no:
        read_rules({table: [good[table], row]})
    assert no.value.values["line"] == 2 and no.value.field == table
    with pytest.raises(Invalid, match="a list of at most"):
        read_rules({table: [good[table]] * 201})
    if table != "borders":
        with pytest.raises(Invalid, match="says the same already"):
            read_rules({table: [good[table]] * 2})


def test_a_station_keeps_its_last_units_unless_the_call_is_as_pressing_as_its_rule_says() -> None:
    rules = SendingRules((Minimum("north", "fire", 1, yields="critical"),))
    units = [car(1, 0.01, station="north"), car(2, 0.05)]
    found = asked(units, rules)
    assert [p.unit for p in found.picks] == [2]
    assert [(p.unit, p.why) for p in found.passed] == [(1, "station")]
    assert [p.unit for p in asked(units, rules, "critical").picks] == [1]
    assert [s.why for s in asked(units, rules, number=2).short] == ["station"]


def test_who_is_due_a_rest_goes_last_and_who_must_rest_not_at_all() -> None:
    units = [car(1, 0.01, status="rest"), car(2, 0.02, status="resting"), car(3, 0.03)]
    found = asked(units, SendingRules(), number=2)
    assert [(p.unit, p.tired) for p in found.picks] == [(1, True), (3, False)]
    assert [(p.unit, p.why) for p in found.passed] == [(2, "resting")]
    assert [(p.unit, p.why) for p in asked(units, SendingRules()).passed] == [
        (1, "rest"),
        (2, "resting"),
    ]


def test_a_crew_below_the_rule_stays() -> None:
    units = [car(1, 0.01), car(2, 0.02, crew=4)]
    found = asked(units, SendingRules(crews=(Crew("fire", 3),)))
    assert [p.unit for p in found.picks] == [2] and found.passed[0].why == "crew"


def test_an_agreement_holds_for_its_area_its_kinds_and_what_is_pressing_enough() -> None:
    border = Border("4302", "430102", "fire", "", ("gas",), "urgent")
    assert border.holds("/43/4301/430102/1/", "gas", "critical")
    assert not border.holds("/43/4301/4301021/", "gas", "critical")
    assert not border.holds("/43/4301/430102/", "fire", "critical")
    assert not border.holds("/43/4301/430102/", "gas", "routine")
    assert border.lets("fire", "van", ["/43/4302/1/"])
    assert not border.lets("police", "van", ["/43/4302/"])
    assert not border.lets("fire", "van", ["/43/43021/"])


@given(
    st.lists(
        st.builds(
            car,
            key=st.integers(0, 10**6),
            far=st.floats(0, 0.1),
            status=st.sampled_from(["idle", "rest", "resting", "busy"]),
            station=st.sampled_from(["north", "south", ""]),
        ),
        max_size=12,
        unique_by=lambda unit: unit.key,
    ),
    st.integers(1, 4),
    st.integers(1, 3),
)
def test_no_station_is_left_with_fewer_than_its_rule_and_nothing_missing_is_unsaid(
    units: list[Candidate], number: int, least: int
) -> None:
    rules = SendingRules((Minimum("north", "fire", least),))
    found = asked(units, rules, number=number)
    free = [u for u in units if u.status in ("idle", "rest")]
    gone = {p.unit for p in found.picks}
    there = [u for u in free if u.station == "north"]
    left = [u for u in there if u.key not in gone]
    assert len(left) >= min(least, len(there))
    assert len(gone) + sum(s.missing for s in found.short) == number
    assert gone <= {u.key for u in free}
