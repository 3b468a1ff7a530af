"""Routing by rules: equal to a plain specification, explained, and never silent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.routing import (
    SPECIFICITY,
    Decision,
    Facts,
    RoutingTable,
    Rule,
    TeamState,
    route,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORKING = {team: TeamState(active=True, members=2) for team in range(1, 9)}


def rule(
    id: int,
    team: int,
    *,
    duty: str = "handle",
    category: str = "",
    area: str = "",
    grade: str = "",
    hours: str = "",
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Rule:
    return Rule(
        id, f"rule {id}", 1, duty, category, area, grade, hours, team, valid_from, valid_until
    )


def lamp(
    *,
    duty: str = "handle",
    category: str = "010311",
    area_path: str = "/43/4302/430211/430211001/",
    grade: str = "ordinary",
    open: bool = True,
    at: datetime = NOON,
) -> Facts:
    return Facts(duty, category, area_path, grade, open, at)


def plainly(rules: list[Rule], facts: Facts) -> list[list[Rule]]:
    """The specification: keep what fits, sort it by what the order says, group the equal."""
    path = [code for code in facts.area_path.split("/") if code]

    def fits(r: Rule) -> bool:
        return (
            r.duty == facts.duty
            and facts.category.startswith(r.category)
            and r.area in ["", *path]
            and r.grade in ["", facts.grade]
            and r.hours in ["", "office" if facts.at_office_hours else "closed"]
            and (r.valid_from is None or r.valid_from <= facts.at)
            and (r.valid_until is None or facts.at < r.valid_until)
        )

    def weight(r: Rule) -> tuple[int, int, bool, bool]:
        depth = path.index(r.area) + 1 if r.area else 0
        return (len(r.category), depth, r.grade != "", r.hours != "")

    groups: dict[tuple[int, int, bool, bool], list[Rule]] = {}
    for r in filter(fits, rules):
        groups.setdefault(weight(r), []).append(r)
    return [groups[w] for w in sorted(groups, reverse=True)]


codes = st.sampled_from(["", "0", "01", "0103", "010311", "02", "9"])
moments = st.none() | st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))
rule_parts = st.tuples(
    st.sampled_from(["handle", "check"]),
    codes,
    st.sampled_from(["", "43", "4302", "430211", "430211001", "44"]),
    st.sampled_from(["", "ordinary", "red"]),
    st.sampled_from(["", "office", "closed"]),
    st.integers(1, 5),
    moments,
    moments,
)
many_rules = st.lists(rule_parts, max_size=40).map(
    lambda parts: [
        Rule(n, f"r{n}", n % 3 + 1, d, c, a, g, h, team, since, until)
        for n, (d, c, a, g, h, team, since, until) in enumerate(parts)
    ]
)
some_facts = st.builds(
    Facts,
    duty=st.sampled_from(["handle", "check", "review"]),
    category=codes,
    area_path=st.sampled_from(["", "/43/", "/43/4302/430211/430211001/", "/44/4401/"]),
    grade=st.sampled_from(["", "ordinary", "red"]),
    at_office_hours=st.booleans(),
    at=st.integers(-4, 4).map(lambda hours: NOON + timedelta(hours=hours)),
)
some_teams = st.dictionaries(
    st.integers(1, 5), st.builds(TeamState, st.booleans(), st.integers(0, 2)), max_size=5
)


@given(many_rules, some_facts, some_teams)
def test_the_index_decides_as_the_plain_specification_does(
    rules: list[Rule], facts: Facts, teams: dict[int, TeamState]
) -> None:
    groups = plainly(rules, facts)
    decision = RoutingTable(rules).route(facts, teams)
    assert decision == RoutingTable(reversed(rules)).route(facts, teams)

    told = [t.rule for t in decision.tried]
    if not groups:
        assert (decision.team, decision.rule, told) == (None, None, [])
        return
    first, rest = groups[0], [sorted(r.id for r in group) for group in groups[1:]]
    winners = {r.team for r in first}
    if len(winners) > 1:
        assert (decision.team, decision.rule) == (None, None)
        assert sorted(told[: len(first)]) == sorted(r.id for r in first)
        later = told[len(first) :]
    else:
        state = teams.get(first[0].team)
        works = state is not None and state.active and state.members > 0
        assert decision.team == (first[0].team if works else None)
        assert decision.rule in {r.id for r in first}
        assert decision.name == f"r{decision.rule}"
        assert {decision.rule, *told[: len(first) - 1]} == {r.id for r in first}
        later = told[len(first) - 1 :]
    for group in rest:
        assert sorted(later[: len(group)]) == group
        later = later[len(group) :]
    assert later == []


@given(many_rules, some_facts, some_teams)
def test_what_rules_name_of_a_path_decides_as_the_whole_path_does(
    rules: list[Rule], facts: Facts, teams: dict[int, TeamState]
) -> None:
    table = RoutingTable(rules)
    named = table.named(facts.duty, facts.area_path)
    assert table.route(replace(facts, area_path=named), teams) == table.route(facts, teams)
    assert set(named.split("/")) <= {r.area for r in rules} | {""}


@given(many_rules, some_facts, some_teams)
def test_a_decision_kept_as_data_reads_back_as_it_was(
    rules: list[Rule], facts: Facts, teams: dict[int, TeamState]
) -> None:
    decision = route(rules, facts, teams)
    assert Decision.from_data(decision.to_data()) == decision


def test_a_subject_comes_before_a_place_and_a_smaller_place_before_a_larger() -> None:
    grid = rule(1, 1, area="430211001")
    lamps = rule(2, 2, category="0103", area="430211")
    district = rule(3, 3, area="430211")
    decision = route([grid, lamps, district], lamp(), WORKING)
    assert decision.team == 2
    assert [str(t.why_not) for t in decision.tried] == [
        "Another rule names the category more closely.",
        "Another rule names the category more closely.",
    ]
    decision = route([grid, lamps, district], lamp(category="0601"), WORKING)
    assert decision.team == 1
    assert [str(t.why_not) for t in decision.tried] == ["Another rule names a smaller area."]


def test_the_order_written_down_is_the_order_used() -> None:
    full = {"category": "0103", "area": "430211", "grade": "ordinary", "hours": "office"}
    for place, what in enumerate(SPECIFICITY):
        first = rule(1, 1, **{what: full[what]})  # type: ignore[arg-type]
        later = {name: full[name] for name in SPECIFICITY[place + 1 :]}
        second = rule(2, 2, **later)  # type: ignore[arg-type]
        assert route([second, first], lamp(), WORKING).team == 1


def test_out_of_hours_the_night_team_answers_and_by_day_the_day_team() -> None:
    rules = [rule(1, 1), rule(2, 2, hours="closed")]
    assert route(rules, lamp(open=True), WORKING).team == 1
    night = route(rules, lamp(open=False), WORKING)
    assert night.team == 2
    assert [str(t.why_not) for t in night.tried] == ["Another rule names this time of day."]


def test_two_equally_specific_rules_with_different_teams_choose_nobody() -> None:
    decision = route([rule(1, 1, category="01"), rule(2, 2, category="01")], lamp(), WORKING)
    assert (decision.team, decision.rule) == (None, None)
    assert str(decision.because) == (
        "Rules tie: rule 1 1, rule 2 1 are equally specific and name different teams."
    )


def test_two_equally_specific_rules_with_the_same_team_do_not_tie() -> None:
    decision = route([rule(2, 1, category="01"), rule(1, 1, category="01")], lamp(), WORKING)
    assert (decision.team, decision.rule) == (1, 1)
    assert [str(t.why_not) for t in decision.tried] == ["It names the same team."]


@pytest.mark.parametrize(
    ("teams", "words"),
    [
        ({1: TeamState(active=True, members=3)}, "no longer active"),
        (
            {1: TeamState(active=True, members=3), 2: TeamState(active=False, members=3)},
            "no longer active",
        ),
        (
            {1: TeamState(active=True, members=3), 2: TeamState(active=True, members=0)},
            "without members",
        ),
    ],
)
def test_a_team_that_cannot_take_it_leaves_the_case_unrouted_and_nobody_steps_in(
    teams: dict[int, TeamState], words: str
) -> None:
    decision = route([rule(1, 1), rule(2, 2, category="01")], lamp(), teams)
    assert decision.team is None
    assert (decision.rule, decision.name, decision.number) == (2, "rule 2", 1)
    assert words in str(decision.because)
    assert [t.rule for t in decision.tried] == [1]


def test_no_rule_is_said_in_words() -> None:
    decision = route([rule(1, 1, category="02")], lamp(), WORKING)
    assert decision.team is None
    assert str(decision.because) == "No rule says who answers for “handle” here."


def test_a_past_moment_is_answered_by_the_rule_of_that_time() -> None:
    table = RoutingTable(
        [
            rule(1, 1, valid_from=NOON - timedelta(days=9), valid_until=NOON),
            rule(2, 2, valid_from=NOON),
        ]
    )
    assert table.route(lamp(at=NOON - timedelta(seconds=1)), WORKING).rule == 1
    assert table.route(lamp(at=NOON), WORKING).rule == 2
    assert table.route(lamp(at=NOON - timedelta(days=10)), WORKING).rule is None
