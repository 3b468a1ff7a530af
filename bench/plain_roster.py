"""The textbook model of a roster in CP-SAT, one worker: the peer of `bench.rostering`.

Run as `python -m bench.plain_roster FILE SECONDS`.
"""

import sys
from itertools import product
from pathlib import Path

from ortools.sat.python import cp_model

from commonward.core.plans.rostering.curtois import read
from commonward.core.plans.rostering.model import SATURDAY, Rules, Team


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


if __name__ == "__main__":
    sys.stdout.write(plain(read(Path(sys.argv[1]).read_text()), float(sys.argv[2])))
