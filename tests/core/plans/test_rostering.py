"""Rosters against every roster there is on tiny tasks, public instances, and what is refused."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.rostering.checking import NOBODY, check
from commonward.core.plans.rostering.curtois import read
from commonward.core.plans.rostering.fairness import fairness, spread
from commonward.core.plans.rostering.invented import NIGHT, district
from commonward.core.plans.rostering.model import (
    OFF,
    Ints,
    Kind,
    Rules,
    Team,
    never_before_by_rest,
)
from commonward.core.plans.rostering.parts import apart
from commonward.core.plans.rostering.planning import Effort, plan, plan_in_parts
from commonward.core.plans.rostering.reasons import minima_in_conflict, needs_beyond_reach
from commonward.core.plans.rostering.repair import CHANGED_DAY, repair
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import Invalid

DAYS = 5
KINDS = (Kind("early", 480), Kind("late", 600, frozenset({0})))


@st.composite
def tiny(draw: st.DrawFn) -> Rules:
    """Two teams, five days, two kinds: 59,049 rosters in all."""
    few = st.integers(0, 3)
    teams = tuple(
        Team(
            most=(draw(st.sampled_from([0, 1, 2, 5])), draw(st.sampled_from([1, 2, 5]))),
            minutes_least=draw(st.sampled_from([0, 480, 1100])),
            minutes_most=draw(st.sampled_from([1000, 1700, 3000])),
            run_least=draw(st.integers(1, 2)),
            run_most=draw(st.integers(2, 4)),
            rest_least=draw(st.integers(1, 2)),
            weekends_most=draw(st.integers(0, 1)),
            off=draw(st.frozensets(st.integers(0, DAYS - 1), max_size=2)),
            rest_most=draw(st.sampled_from([None, 2, 3])),
        )
        for _ in range(2)
    )

    def table(*shape: int) -> Ints:
        size = int(np.prod(shape))
        return np.array(draw(st.lists(few, min_size=size, max_size=size))).reshape(shape)

    need = np.minimum(table(DAYS, 2), 2)
    hard = np.zeros((DAYS, 2), dtype=np.bool_)
    hard[draw(st.integers(0, DAYS - 1)), draw(st.integers(0, 1))] = draw(st.booleans())
    return Rules(
        KINDS,
        teams,
        table(2, DAYS, 2),
        table(2, DAYS, 2),
        need,
        5 * table(DAYS, 2),
        table(DAYS, 2),
        draw(st.integers(0, 6)),
        hard=hard,
    )


def legal_rows(rules: Rules, team: int) -> Ints:
    """Every row of one team that breaks none of its rules."""
    alone = replace(
        rules,
        teams=(rules.teams[team],),
        wish_on=rules.wish_on[[team]],
        wish_off=rules.wish_off[[team]],
        gives=rules.gives[[team]],
        hard=np.zeros_like(rules.hard),
    )
    every = product((OFF, 0, 1), repeat=rules.days)
    rows = [row for row in every if not check(alone, [row]).faults]
    return np.array(rows, dtype=np.int64).reshape(len(rows), rules.days)


def every_roster(rules: Rules) -> list[tuple[int, tuple[Ints, Ints]]]:
    """Each legal roster of two teams that holds the minima, with its penalty."""
    cost, gives, rows = [], [], [legal_rows(rules, 0), legal_rows(rules, 1)]
    for team in (0, 1):
        works = rows[team][:, :, None] == np.arange(2)
        cost.append(
            (works * rules.wish_off[team]).sum(axis=(1, 2))
            + (~works * rules.wish_on[team]).sum(axis=(1, 2))
        )
        gives.append(works.astype(np.int64))
    missing = rules.need - gives[0][:, None] - gives[1][None]
    cover = np.maximum(missing, 0) * rules.under * ~rules.hard - np.minimum(missing, 0) * rules.over
    whole = cost[0][:, None] + cost[1][None] + cover.sum(axis=(2, 3))
    held = ~((missing > 0) & rules.hard).any(axis=(2, 3))
    return [(int(whole[a, b]), (rows[0][a], rows[1][b])) for a, b in np.argwhere(held)]


@given(tiny())
@settings(max_examples=60)
def test_the_plan_is_the_best_of_all_rosters_or_there_is_none(rules: Rules) -> None:
    rosters = every_roster(rules)
    if not rosters:
        with pytest.raises(Invalid):
            plan(rules)
        return
    found = plan(rules)
    checked = check(rules, found.roster.tolist())
    assert not checked.faults
    assert found.penalty == checked.penalty == min(penalty for penalty, _ in rosters)
    assert found.proven and found.gap == 0.0


@given(tiny(), st.integers(0, 1), st.integers(0, DAYS - 1))
@settings(max_examples=40)
def test_a_repair_changes_no_more_than_the_cheapest_of_all_repairs(
    rules: Rules, absent: int, day: int
) -> None:
    rosters = every_roster(rules)
    if not rosters:
        return
    old = np.array(min(rosters, key=lambda one: one[0])[1])
    mended = repair(rules, old, absent, [day])
    other = 1 - absent
    assert (mended.roster[:, :day] == old[:, :day]).all()
    assert mended.roster[absent, day] == OFF
    assert {change.team for change in mended.changes} <= {other}
    row = old[absent].copy()
    row[day] = OFF
    costs = []
    for new in legal_rows(rules, other):
        if (new[:day] != old[other][:day]).any():
            continue
        both = np.empty_like(old)
        both[absent], both[other] = row, new
        lacks = sum(fault.team == NOBODY for fault in check(rules, both.tolist()).faults)
        costs.append((lacks, int((new != old[other]).any()), int((new != old[other]).sum())))
    got = mended.roster[other]
    changed = int((got != old[other]).sum())
    lacks = sum(fault.team == NOBODY for fault in check(rules, mended.roster.tolist()).faults)
    # Of two repairs with as many teams changed, one may change a day more to save its ten points.
    assert (lacks, int(changed > 0)) <= min(costs)[:2] or changed == 0
    assert mended.cost >= mended.bound
    assert len(mended.changes) == changed
    for change in mended.changes:
        assert change.why.text.format(**change.why.values)


@pytest.mark.parametrize(("number", "known"), [(1, 607), (2, 828), (3, 1001), (4, 1716)])
def test_public_instances_reach_their_best_known_penalty_with_a_proof(
    shared: Path, number: int, known: int
) -> None:
    text = (shared / "data" / "plans" / "roster" / f"Instance{number}.txt").read_text()
    rules = read(text)
    found = plan(rules, effort=Effort(turns=10))
    checked = check(rules, found.roster.tolist())
    assert (found.penalty, found.bound, checked.penalty) == (known, known, known)
    assert not checked.faults


def week(**changes: object) -> Rules:
    """Three teams for a week; the second may work no nights."""
    kinds = (Kind("day", 480), Kind("night", 480, frozenset({0})))
    team = Team((7, 7), 0, 2400, 1, 5, 1, 1)
    teams = (team, replace(team, most=(7, 0)), team)
    zeros = np.zeros((7, 2), dtype=np.int64)
    wishes = np.zeros((3, 7, 2), dtype=np.int64)
    rules = Rules(kinds, teams, wishes, wishes.copy(), zeros, zeros + 10, zeros + 1)
    return replace(rules, **changes)  # type: ignore[arg-type]


def test_each_hard_rule_broken_is_told_with_its_team_and_day() -> None:
    team = Team((2, 7), 480, 1440, 2, 3, 2, 0, frozenset({1}), rest_most=3)
    rules = week(teams=(team,) * 3, hard=np.ones((7, 2), dtype=np.bool_))
    rules.need[0, 1] = 2
    rosters = [[0, 1, 0, 0, -1, 0, 0], [-1] * 7, [-1, -1, 0, -1, 0, 0, -1]]
    faults = check(rules, rosters).faults
    told = [(fault.team, fault.text.format(**fault.values)) for fault in faults]
    assert (0, "Day 1 is free for certain, but it is worked.") in told
    assert (0, "On day 2, day comes too soon after night.") in told
    assert (0, "5 shifts day, at most 2 are allowed.") in told
    assert (0, "2880 minutes are not within 480 and 1440.") in told
    assert (0, "From day 0 4 worked days in a row, not 3.") in told
    assert (0, "From day 4 only 1 days off in a row, not 2.") in told
    assert (0, "1 weekends with work, at most 0 are allowed.") in told
    assert (1, "From day 0 7 days off in a row, not 3.") in told
    assert (2, "From day 2 only 1 worked days in a row, not 2.") in told
    assert (NOBODY, "On day 0, slot 1 lacks 2.") in told


def test_rest_between_shifts_forbids_what_comes_too_soon() -> None:
    spans = ((7 * 60, 480), (15 * 60, 480), (23 * 60, 480))
    assert never_before_by_rest(spans, 11 * 60) == [
        frozenset(),
        frozenset({0}),
        frozenset({0, 1}),
    ]


def test_a_night_that_too_few_may_work_is_refused_by_counting_who_is_away() -> None:
    rules = week(hard=np.ones((7, 2), dtype=np.bool_))
    rules.need[3, 1] = 2
    away = replace(rules, teams=(*rules.teams[:2], replace(rules.teams[2], off=frozenset({3}))))
    (reason,) = needs_beyond_reach(away)
    assert (reason.day, reason.slot, reason.need, reason.possible, reason.away) == (3, 1, 2, 1, 1)
    with pytest.raises(Invalid, match="On day 3, slot 1 needs 2; those who may work can give 1"):
        plan(away)


def test_minima_that_only_together_are_too_much_are_told_without_any_that_is_not_needed() -> None:
    """Two teams, five days each at most, asked for two nights on six days."""
    hard = np.zeros((7, 2), dtype=np.bool_)
    hard[:6, 1] = True
    hard[6, 0] = True
    rules = week(hard=hard)
    rules.need[:6, 1] = 2
    rules.need[6, 0] = 1
    places = minima_in_conflict(rules)
    assert places == [(day, 1) for day in range(6)]
    with pytest.raises(Invalid, match="together they need 12") as refused:
        plan(rules)
    assert refused.value.code == "covers"


def test_a_team_whose_own_rules_exclude_each_other_is_told_which() -> None:
    rules = week()
    busy = replace(rules.teams[1], minutes_least=2400, off=frozenset({0, 2, 4}))
    with pytest.raises(Invalid) as refused:
        plan(replace(rules, teams=(rules.teams[0], busy, rules.teams[2])))
    assert refused.value.values == {"team": 1, "rules": "off, minutes_least"}


def small_area() -> Rules:
    return district(5, areas=1, patrols=7, volunteers=16, members=200)[0].rules


def test_an_area_of_the_district_is_planned_within_one_percent_and_breaks_nothing() -> None:
    rules = small_area()
    told: list[Progress] = []
    found = plan_in_parts(rules, 3, Effort(near=0.01), Watch(told.append))
    checked = check(rules, found.roster.tolist())
    assert not checked.faults
    assert checked.penalty == found.penalty
    assert found.gap <= 0.01
    assert (plan_in_parts(rules, 3, Effort(near=0.01)).roster == found.roster).all()
    assert any(one.best is not None and one.bound is not None for one in told)
    absent = int(np.argmax((found.roster == NIGHT).sum(axis=1)))
    nights = np.flatnonzero(found.roster[absent] == NIGHT)
    mended = repair(rules, found.roster, absent, [int(nights[-1])])
    assert not mended.lacking
    assert mended.proven
    assert 1 <= len(mended.changes) <= 3
    assert mended.cost >= CHANGED_DAY * len(mended.changes)
    assert not [f for f in check(rules, mended.roster.tolist()).faults if f.team != absent]


def test_the_district_has_the_stated_numbers_and_is_the_same_for_the_same_seed() -> None:
    areas = district(7)
    assert sum(area.patrols for area in areas) == 131
    assert sum(len(area.members) - area.patrols for area in areas) == 684
    assert sum(int(area.members[area.patrols :].sum()) for area in areas) == 8_500
    again = district(7)
    assert all((a.rules.need == b.rules.need).all() for a, b in zip(areas, again, strict=True))
    assert [a.rules.teams for a in areas] == [b.rules.teams for b in again]


def test_patrols_and_volunteers_share_no_slot_and_are_parts_of_their_own() -> None:
    parts = apart(small_area())
    assert [len(part.teams) for part in parts] == [7, 16]
    assert not set(parts[0].slots.tolist()) & set(parts[1].slots.tolist())


def test_a_stopped_run_gives_what_it_has_and_says_that_it_was_cut() -> None:
    rules = small_area()
    found = plan(apart(rules)[1].rules, watch=Watch(stop=lambda: True))
    assert found.cut
    assert found.bound <= found.penalty


def test_spread_is_told_by_the_stated_formulas() -> None:
    even, all_one = spread(np.array([4, 4, 4])), spread(np.array([0, 0, 6]))
    assert (even.range, all_one.range) == (0, 6)
    assert (even.gini, even.jain) == pytest.approx((0.0, 1.0))
    assert all_one.gini == pytest.approx(2 / 3)
    assert all_one.jain == pytest.approx(1 / 3)


def test_fairness_counts_nights_of_those_who_may_work_them_and_weekends_once() -> None:
    rules = week()
    rules.wish_on[0, 0, 0] = 3
    rules.wish_off[1, 5] = 1
    roster = np.array([[1, 1, -1, -1, -1, 0, 0], [0, 0, 0, -1, -1, -1, 0], [-1] * 7])
    fair = fairness(rules, roster, frozenset({1}))
    assert (fair.minutes.least, fair.minutes.most) == (0, 4 * 480)
    assert (fair.nights.least, fair.nights.most, fair.nights.mean) == (0, 2, 1.0)
    assert (fair.weekends.least, fair.weekends.most) == (0, 1)
    assert fair.wishes_kept == pytest.approx(1 / 4)


def test_a_file_without_its_cover_is_refused_by_the_name_of_the_section() -> None:
    with pytest.raises(Invalid, match="COVER"):
        read("SECTION_HORIZON\n7\nSECTION_SHIFTS\nD,480,\nSECTION_STAFF\nA,D=7,1,1,1,1,1,1\n")


def test_a_run_that_is_cut_in_the_middle_of_a_dive_uses_what_the_programme_knew(
    shared: Path,
) -> None:
    rules = read((shared / "data/plans/roster/Instance6.txt").read_text())
    first: list[float] = []
    cut = [False]

    def tell(progress: Progress) -> None:
        if progress.step == "rosters" and progress.best is not None and not cut[0]:
            first.append(progress.best)
        elif progress.bound is not None and progress.bound > 1900:
            cut[0] = True

    found = plan(rules, 1, Effort(turns=0, nodes=0), Watch(tell=tell, stop=lambda: cut[0]))
    assert found.cut and not check(rules, found.roster.tolist()).faults
    assert found.penalty < min(first)
