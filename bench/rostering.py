"""Rosters: the public instances of Curtois and Qu, the invented district, and absences, beside plain
CP-SAT on the same rules.

Processor seconds of this process, one thread; the kernels are compiled before anything is measured.
Set COMMONWARD_ROSTER_SECONDS to give each instance less than ten minutes.
"""

import os
import time
from itertools import product
from pathlib import Path

import numpy as np
from ortools.sat.python import cp_model

from bench.rows import Context, Row
from commonward.core.plans.rostering.checking import check
from commonward.core.plans.rostering.curtois import read
from commonward.core.plans.rostering.fairness import fairness
from commonward.core.plans.rostering.invented import NIGHT, Area, district
from commonward.core.plans.rostering.model import SATURDAY, Rules, Team
from commonward.core.plans.rostering.planning import Effort, Plan, plan, plan_in_parts
from commonward.core.plans.rostering.repair import repair
from commonward.core.plans.running import Watch

DATABASES = ("",)
ROOT = Path(__file__).resolve().parent.parent
BEST_KNOWN = {
    1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1300, 9: 439, 10: 4631,
    13: 1348,
}  # fmt: skip
SECONDS, PEER_SECONDS = 600.0, 60.0
LONG = Effort(turns=400, size=10, nodes=100_000)
QUICK = Effort(turns=15, nodes=8, near=0.01)


def bench(ctx: Context) -> list[Row]:
    """The issue's rows."""
    named = os.environ.get("COMMONWARD_SHARED")
    folder = (Path(named) if named else ROOT.parent / "shared") / "data" / "plans" / "roster"
    seconds = float(os.environ.get("COMMONWARD_ROSTER_SECONDS", SECONDS)) * ctx.scale
    plan(read((folder / "Instance1.txt").read_text()), effort=Effort(turns=1, nodes=1))
    rows = [
        public(n, read((folder / f"Instance{n}.txt").read_text()), seconds, ctx.scale)
        for n in BEST_KNOWN
    ]
    return rows + whole_district(ctx)


def until(seconds: float) -> Watch:
    """A watch that stops after so many processor seconds."""
    begun = time.process_time()
    return Watch(stop=lambda: time.process_time() - begun > seconds)


def public(number: int, rules: Rules, seconds: float, scale: float) -> Row:
    """One instance, and what plain CP-SAT finds in a minute."""
    begun = time.process_time()
    found = plan(rules, 1, LONG, until(seconds))
    took = time.process_time() - begun
    checked = check(rules, found.roster.tolist())
    if checked.faults or checked.penalty != found.penalty:
        raise AssertionError(f"instance {number}: {checked.faults[:3]}, {checked.penalty}")
    known = BEST_KNOWN[number]
    share = 1.0 if number <= 8 else 1.05
    goal = f"{known} (optimal)" if number <= 8 else f"≤ {int(known * 1.05)} (within 5 %)"
    return Row(
        f"shifts, instance {number}",
        f"{found.penalty}, bound {found.bound}, {took:.1f} CPU s",
        goal,
        found.penalty <= known * share,
        f"plain CP-SAT: {plain(rules, PEER_SECONDS * scale)}; cut at {seconds:.0f} CPU s",
    )


def plain(rules: Rules, seconds: float) -> str:
    """The textbook model in CP-SAT, one worker: a Boolean per team, day and kind."""
    model = cp_model.CpModel()
    works = {
        (team, day, kind): model.new_bool_var("")
        for team in range(len(rules.teams))
        for day in range(rules.days)
        for kind in range(len(rules.kinds))
    }
    price = rules.wish_off - rules.wish_on
    terms = [int(price[place]) * one for place, one in works.items()]
    for number in range(len(rules.teams)):
        _plain_team(model, rules, number, works)
    for day in range(rules.days):
        for kind in range(len(rules.kinds)):
            short = model.new_int_var(0, 10_000, "")
            over = model.new_int_var(0, 10_000, "")
            given = sum(works[team, day, kind] for team in range(len(rules.teams)))
            model.add(given + short - over == int(rules.need[day, kind]))
            terms += [int(rules.under[day, kind]) * short, int(rules.over[day, kind]) * over]
    model.minimize(sum(terms) + int(rules.wish_on.sum()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return f"nothing in {seconds:.0f} s"
    value, bound = solver.objective_value, solver.best_objective_bound
    return f"{value:.0f}, bound {bound:.0f}, {solver.wall_time:.0f} s"


def _plain_team(
    model: cp_model.CpModel,
    rules: Rules,
    number: int,
    works: dict[tuple[int, int, int], cp_model.IntVar],
) -> None:
    team, days, kinds = rules.teams[number], range(rules.days), range(len(rules.kinds))
    busy = [model.new_bool_var("") for _ in days]
    for day in days:
        model.add(sum(works[number, day, kind] for kind in kinds) == busy[day])
        if day in team.off:
            model.add(busy[day] == 0)
    for day, kind in product(days[:-1], kinds):
        for after in rules.kinds[kind].never_before:
            model.add_bool_or(~works[number, day, kind], ~works[number, day + 1, after])
    for kind in kinds:
        model.add(sum(works[number, day, kind] for day in days) <= team.most[kind])
    minutes = sum(works[number, d, k] * rules.kinds[k].minutes for d in days for k in kinds)
    model.add_linear_constraint(minutes, team.minutes_least, team.minutes_most)
    _plain_runs(model, rules, team, busy)
    weekends = []
    for day in days:
        if rules.weekday(day) == SATURDAY:
            weekends.append(model.new_bool_var(""))
            for one in busy[day : day + 2]:
                model.add_implication(one, weekends[-1])
    model.add(sum(weekends) <= team.weekends_most)


def _plain_runs(
    model: cp_model.CpModel, rules: Rules, team: Team, busy: list[cp_model.IntVar]
) -> None:
    for day in range(rules.days - team.run_most):
        model.add(sum(busy[day : day + team.run_most + 1]) <= team.run_most)
    for least, free in ((team.run_least, False), (team.rest_least, True)):
        days_of = [~one if free else one for one in busy]
        for length in range(1, least):
            for day in range(1, rules.days - length):
                inside = [~one for one in days_of[day : day + length]]
                model.add_bool_or(days_of[day - 1], days_of[day + length], *inside)


def whole_district(ctx: Context) -> list[Row]:
    """684 volunteer and 131 patrol teams, 28 days, and one absence in each area."""
    areas = district(7)[: ctx.count(18, 1)]
    begun = time.process_time()
    plans = [plan_in_parts(area.rules, 1, QUICK) for area in areas]
    took = time.process_time() - begun
    faults = sum(
        len(check(area.rules, one.roster.tolist()).faults)
        for area, one in zip(areas, plans, strict=True)
    )
    penalty, bound = sum(one.penalty for one in plans), sum(one.bound for one in plans)
    gap = (penalty - bound) / max(1, penalty)
    members = sum(int(area.members[area.patrols :].sum()) for area in areas)
    teams = sum(len(area.members) for area in areas)
    fair = [
        fairness(area.rules, one.roster, frozenset({NIGHT}), np.arange(area.patrols))
        for area, one in zip(areas, plans, strict=True)
    ]
    row = Row(
        f"district: {teams} teams ({members:,} volunteers), 28 days",
        f"{took:.1f} CPU s; penalty {penalty}, bound {bound}, gap {gap:.2%}; {faults} rules broken",
        "≤ 60 s, 0 broken, gap ≤ 1 %",
        faults == 0 and gap <= 0.01 and took <= 60,
        f"patrol nights differ by at most {max(one.nights.range for one in fair)} in an area",
    )
    return [row, absences(areas, plans)]


def absences(areas: list[Area], plans: list[Plan]) -> Row:
    """The team with most work in ten days of the second half falls out for them, in each area."""
    took, proven, changed, lacking = [], 0, 0, 0
    for area, one in zip(areas, plans, strict=True):
        rules, roster = area.rules, one.roster
        absent = int(np.argmax((roster[:, 14:24] >= 0).sum(axis=1)))
        begun = time.process_time()
        mended = repair(rules, roster, absent, list(range(14, 24)))
        took.append(time.process_time() - begun)
        proven += mended.proven
        changed += len({change.team for change in mended.changes})
        lacking += len(mended.lacking)
    return Row(
        f"absence of ten days, {len(took)} times",
        f"worst {max(took):.2f} CPU s; {proven} of {len(took)} proven",
        "≤ 5 s",
        max(took) <= 5.0,
        f"{changed / len(took):.1f} other teams changed on average; {lacking} minima left short",
    )
