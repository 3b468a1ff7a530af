"""Why no roster is possible: the smallest reason found, in numbers, never in names.

First each team by itself: which of its own rules contradict each other (a set from which nothing
can be left out). Then the minimum cover, place by place by counting who may work there at all;
then sets of minima that cannot be held together, found from the linear programme and thinned until
each one in it is needed. Who is on leave counts; why does not, and is not known here.
"""

from dataclasses import dataclass, replace

import numpy as np

from commonward.core.plans.rostering.master import Generator, Limits, Pool, Totals
from commonward.core.plans.rostering.model import Ints, Rules, Team
from commonward.core.plans.rostering.paths import Finder
from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Invalid

_PARTS = (
    "off",
    "minutes_least",
    "run_least",
    "run_most",
    "rest_least",
    "rest_most",
    "weekends_most",
    "most",
)


@dataclass(frozen=True, slots=True)
class Need:
    """A minimum that cannot be held: on this day, this slot needs so many, at most so many come.

    `away` counts the teams that would do, had they not that day off for certain.
    """

    day: int
    slot: int
    need: int
    possible: int
    away: int


def needs_beyond_reach(rules: Rules) -> list[Need]:
    """Hard minima above what all teams that may work there could give together."""
    at_most = np.where(rules.allowed[..., None], rules.gives[:, None], 0).max(axis=2)
    able = (np.array([team.most for team in rules.teams]) > 0)[..., None] & (rules.gives > 0)
    possible = at_most.sum(axis=0)
    found = []
    for day, slot in np.argwhere(rules.hard & (possible < rules.need)):
        away = sum(
            int(day) in team.off and bool(able[number, :, slot].any())
            for number, team in enumerate(rules.teams)
        )
        need, most = int(rules.need[day, slot]), int(possible[day, slot])
        found.append(Need(int(day), int(slot), need, most, away))
    return sorted(found, key=lambda one: (one.possible - one.need, one.day, one.slot))


def _possible(rules: Rules, number: int, team: Team) -> bool:
    teams = (*rules.teams[:number], team, *rules.teams[number + 1 :])
    finder = Finder(replace(rules, teams=teams), number)
    work = np.full((rules.days, len(rules.kinds)), 0.0)
    work[:, np.array(team.most) <= 0] = np.inf
    work[sorted(team.off)] = np.inf
    return bool(finder.cheapest(work, np.zeros(rules.days))[0] < np.inf)


def _without(team: Team, part: str, days: int, kinds: int) -> Team:
    """The team without one of its rules."""
    free: dict[str, object] = {
        "off": frozenset(),
        "minutes_least": 0,
        "run_least": 1,
        "run_most": days,
        "rest_least": 1,
        "rest_most": None,
        "weekends_most": days,
        "most": tuple(days if most else 0 for most in team.most),
    }
    return replace(team, **{part: free[part]})  # type: ignore[arg-type]


def rules_in_conflict(rules: Rules, number: int) -> tuple[str, ...]:
    """Names of the team's rules that no roster keeps together, none of which can be left out;
    empty if the team can be planned."""
    team = rules.teams[number]
    if _possible(rules, number, team):
        return ()
    kept = []
    for part in _PARTS:
        looser = _without(team, part, rules.days, len(rules.kinds))
        if _possible(rules, number, looser):
            kept.append(part)
        else:
            team = looser
    return tuple(kept)


def refuse_where_impossible(rules: Rules) -> None:
    """Refuse what counting alone shows to be impossible.

    Raises:
        Invalid: a team's own rules contradict each other, or a minimum is beyond all who may work.
    """
    for number in range(len(rules.teams)):
        parts = rules_in_conflict(rules, number)
        if parts or not _possible(rules, number, rules.teams[number]):
            raise Invalid(
                N_("Team {team} cannot be planned: these rules of it exclude each other: {rules}."),
                code="team",
                team=number,
                rules=", ".join(parts),
            )
    beyond = needs_beyond_reach(rules)
    if beyond:
        one = beyond[0]
        raise Invalid(
            N_(
                "On day {day}, slot {slot} needs {need}; those who may work can give {possible}"
                " ({away} are away)."
            ),
            code="cover",
            day=one.day,
            slot=one.slot,
            need=one.need,
            possible=one.possible,
            away=one.away,
        )


def _least_short(rules: Rules, places: Ints, pool: Pool, finders: list[Finder]) -> float:
    """The proven least shortage (a fraction of a shift counts) if only these minima stood."""
    hard = np.zeros(rules.need.shape, dtype=np.bool_)
    hard[tuple(places.T)] = True
    zeros = np.zeros_like(rules.need)
    only = replace(
        rules,
        hard=zeros.astype(np.bool_),
        under=hard.astype(np.int64),
        over=zeros,
        wish_on=np.zeros_like(rules.wish_on),
        wish_off=np.zeros_like(rules.wish_off),
    )
    fresh = Pool(only)
    generator = Generator(fresh, finders, Watch())
    generator.master.take(fresh.add(t, row) for t, row in zip(pool.team, pool.row, strict=True))
    return generator.run(Limits.of(only), Totals(), stop_at=1e-3).bound


def minima_in_conflict(rules: Rules) -> list[tuple[int, int]]:
    """Hard minima (day, slot) that no roster gives together, each of them needed for that; empty if
    the linear programme sees none."""
    pool = Pool(rules)
    finders = [Finder(rules, team) for team in range(len(rules.teams))]
    places = np.argwhere(rules.hard)
    if not len(places) or _least_short(rules, places, pool, finders) <= 1e-3:
        return []
    step = max(1, len(places) // 2)
    while step:
        at = 0
        while at < len(places) and len(places) > 1:
            fewer = np.delete(places, slice(at, at + step), axis=0)
            if len(fewer) and _least_short(rules, fewer, pool, finders) > 1e-3:
                places = fewer
            else:
                at += step
        step //= 2
    return [(int(day), int(slot)) for day, slot in places]


def refuse_short(rules: Rules) -> None:
    """Refuse minima that cannot be held together.

    Raises:
        Invalid: with the smallest set found.
    """
    places = minima_in_conflict(rules)
    if places:
        raise Invalid(
            N_(
                "These minima of cover cannot all be held: {places} (day/slot); together they need"
                " {need}."
            ),
            code="covers",
            places=", ".join(f"{day}/{slot}" for day, slot in places),
            need=int(sum(rules.need[place] for place in places)),
        )
