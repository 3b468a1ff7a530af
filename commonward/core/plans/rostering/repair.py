"""Somebody falls out: a roster mended with as few changes for the others as possible.

What was worked before the absence stays. The absent team's other shifts stay, too. For each other
team that has to change at all one pays dearly, for each changed day less, then what the roster
itself costs; minima of cover stand above all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from commonward.core.plans.rostering.checking import NOBODY, check
from commonward.core.plans.rostering.master import Pool, Totals
from commonward.core.plans.rostering.model import OFF, Ints, Rules
from commonward.core.plans.rostering.paths import Rows
from commonward.core.plans.rostering.search import Search
from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Invalid

CHANGED_DAY = 10
TURNS, NODES, SIZE = 20, 60, 8


@dataclass(frozen=True, slots=True)
class Reason:
    """An English text with named places, and the values for them."""

    text: str
    values: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Change:
    """One team's day: the kind it was, the kind it is now (or OFF), and why."""

    team: int
    day: int
    was: int
    now: int
    why: Reason


@dataclass(frozen=True)
class Repair:
    """The mended roster, its changes for others, what still lacks (day, slot, how many).

    `cost` and `bound` are in the weights above; equal, they prove that no mending is cheaper.
    """

    roster: Ints
    changes: tuple[Change, ...]
    lacking: tuple[tuple[int, int, int], ...]
    cost: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether fewer changes are proven to be impossible."""
        return self.bound >= self.cost


def repair(
    rules: Rules,
    roster: Ints,
    absent: int,
    days: Sequence[int],
    seed: int = 0,
    watch: Watch | None = None,
) -> Repair:
    """The roster without team `absent` on `days`; nothing before the first of them is touched.

    Raises:
        Invalid: the roster breaks the rules of another team, or no such day or team exists.
    """
    if (
        not 0 <= absent < len(rules.teams)
        or not days
        or not 0 <= min(days) <= max(days) < rules.days
    ):
        raise Invalid(N_("There is no such team or day in this roster."))
    row = roster[absent].astype(np.int8)
    row[list(days)] = OFF
    others = np.array([team for team in range(len(rules.teams)) if team != absent])
    if any(fault.team not in (NOBODY, absent) for fault in check(rules, roster.tolist()).faults):
        raise Invalid(N_("The roster to be mended breaks a hard rule already."))
    mending = _mending(rules, roster, others, row)
    kept = [roster[team].astype(np.int8) for team in others]
    pool = Pool(mending, kept, fee=float(CHANGED_DAY * rules.days))
    search = Search(mending, watch or Watch(), seed, pool)
    before = np.arange(rules.days) < min(days)
    for at, old in enumerate(kept):
        search.limits.work[at, before] = False
        worked = np.flatnonzero(before & (old != OFF))
        search.limits.work[at, worked, old[worked]] = True
        search.limits.rest[at, worked] = False
    search.offer(kept)
    generator = search.generator()
    generator.master.take(pool.add(at, old) for at, old in enumerate(kept))
    root = generator.run(search.limits)
    search.best.bound = root.bound
    if not search.near(0.0):
        found = search.dive(generator, search.limits, Totals(), search.best.penalty, root)
        if found is not None:
            search.offer([found[1][at] for at in range(len(others))])
    search.branch(root, generator, NODES)
    search.neighbourhoods(SIZE, TURNS)
    mended = roster.copy()
    mended[absent] = row
    mended[others] = np.array(search.best.rows)
    missing = search.missing(dict(enumerate(search.best.rows)))
    lacking = tuple(
        (int(day), int(slot), int(missing[day, slot]))
        for day, slot in np.argwhere((missing > 0) & (missing > _missing(rules, roster)))
    )
    changes = tuple(
        Change(int(team), int(day), int(roster[team, day]), int(mended[team, day]), why)
        for team, day in np.argwhere(mended != roster)
        if team != absent
        for why in (_why(rules, roster, mended, int(team), int(day), absent),)
    )
    cost = int(search.best.penalty)
    return Repair(mended, changes, lacking, cost, min(cost, int(np.ceil(search.best.bound - 1e-4))))


def _mending(rules: Rules, roster: Ints, others: Ints, row: Rows) -> Rules:
    """The task of the others, whose wish is that nothing changes."""
    kept = roster[others]
    kinds = np.arange(len(rules.kinds))
    same = kept[:, :, None] == kinds
    free = np.broadcast_to((kept == OFF)[:, :, None], same.shape)
    absent = next(team for team in range(len(rules.teams)) if team not in set(others.tolist()))
    given = rules.gives[absent, row] * (row != OFF)[:, None]
    need = rules.need - given
    return replace(
        rules,
        teams=tuple(rules.teams[team] for team in others),
        wish_on=rules.wish_on[others] + CHANGED_DAY * same,
        wish_off=rules.wish_off[others] + CHANGED_DAY * free,
        need=np.maximum(need, 0),
        gives=rules.gives[others],
    )


def _missing(rules: Rules, roster: Ints) -> Ints:
    left = rules.need.copy()
    for team, row in enumerate(roster):
        left -= rules.gives[team, row] * (row != OFF)[:, None]
    return left


def _why(rules: Rules, old: Ints, new: Ints, team: int, day: int, absent: int) -> Reason:
    """Why this day had to change: what would be broken if it alone were as before."""
    back = new.copy()
    back[team, day] = old[team, day]
    broken = [fault for fault in check(rules, back.tolist()).faults if fault.team == team]
    if broken:
        values = {"team": team, "absent": absent, **broken[0].values}
        return Reason(broken[0].text, values)
    worse = np.maximum(_missing(rules, back), 0) - np.maximum(_missing(rules, new), 0)
    places = np.argwhere(worse > 0)
    if len(places):
        at, slot = (int(part) for part in places[0])
        values = {"team": team, "absent": absent, "day": at, "slot": slot}
        values["missing"] = int(worse[at, slot])
        return Reason(
            N_(
                "Without this, slot {slot} on day {day} would lack {missing}: team {absent} is away."
            ),
            values,
        )
    return Reason(
        N_("It goes with the other changes of team {team}, made because team {absent} is away."),
        {"team": team, "absent": absent},
    )
