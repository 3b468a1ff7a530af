"""Rosters: the public instances of Curtois and Qu, the invented district, and absences, beside plain
CP-SAT on the same rules.

Processor seconds of this process, one thread; the kernels are compiled before anything is measured.
ROSTER_SECONDS gives each instance less than ten minutes; ROSTER_ONLY ("district", "7,8", …) measures
a part.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench.rows import Context, Row
from commonward.core.plans.rostering.checking import check
from commonward.core.plans.rostering.curtois import read
from commonward.core.plans.rostering.fairness import fairness
from commonward.core.plans.rostering.invented import NIGHT, Area, district
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
QUICK = Effort(turns=6, nodes=2, near=0.01)


def bench(ctx: Context) -> list[Row]:
    """The issue's rows."""
    named = os.environ.get("COMMONWARD_SHARED")
    folder = (Path(named) if named else ROOT.parent / "shared") / "data" / "plans" / "roster"
    seconds = float(os.environ.get("ROSTER_SECONDS", SECONDS)) * ctx.scale
    plan(read((folder / "Instance1.txt").read_text()), effort=Effort(turns=1, nodes=1))
    only = set(os.environ.get("ROSTER_ONLY", "").split(",")) - {""}
    rows = [
        public(n, folder / f"Instance{n}.txt", seconds, ctx.scale)
        for n in BEST_KNOWN
        if not only or str(n) in only
    ]
    return rows + (whole_district(ctx) if not only or "district" in only else [])


def until(seconds: float) -> Watch:
    """A watch that stops after so many processor seconds."""
    begun = time.process_time()
    return Watch(stop=lambda: time.process_time() - begun > seconds)


def public(number: int, path: Path, seconds: float, scale: float) -> Row:
    """One instance, and what plain CP-SAT finds in a minute."""
    rules = read(path.read_text())
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
        f"plain CP-SAT: {plain(path, PEER_SECONDS * scale)}; cut at {seconds:.0f} CPU s",
    )


def plain(path: Path, seconds: float) -> str:
    """What plain CP-SAT says, in a process of its own: OR-Tools and highspy bring HiGHS libraries
    that do not bear each other."""
    command = [sys.executable, "-m", "bench.plain_roster", str(path), str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


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
