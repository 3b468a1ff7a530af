"""An invented district of patrol and volunteer teams (巡逻队、志愿队), for trials: seed in, same out.

Patrol teams work day, evening and night of eight hours; volunteer teams work mornings, afternoons
and evenings of three hours, a few times in four weeks. Each team is a number of members and a few
skills; there are no names.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from commonward.core.plans.rostering.model import Ints, Kind, Rules, Team, never_before_by_rest

Slots = tuple[tuple[str, tuple[int, ...]], ...]
Floats = npt.NDArray[np.float64]
PATROL = ((7 * 60, 480), (15 * 60, 480), (23 * 60, 480))
VOLUNTEER = ((8 * 60, 180), (14 * 60, 180), (18 * 60 + 30, 180))
REST_MINUTES = 11 * 60
NIGHT = 2
FIRST_HOUR = 7


@dataclass(frozen=True)
class Area:
    """One area's task; teams below `patrols` are patrol teams, the rest volunteer teams.

    `slots` names each slot of the cover: what is counted and the hours (of the duty day, which
    begins at 7) that it stands for; `members` counts each team's.
    """

    rules: Rules
    patrols: int
    members: Ints
    slots: Slots


def district(
    seed: int,
    areas: int = 18,
    patrols: int = 131,
    volunteers: int = 684,
    members: int = 8_500,
    days: int = 28,
) -> list[Area]:
    """So many teams spread over so many areas, each with its minimum cover by hour."""
    chance = np.random.default_rng(seed)
    share = chance.dirichlet(np.full(areas, 60.0))
    patrol_teams = _spread(patrols, share, least=7)
    volunteer_teams = _spread(volunteers, share, least=12)
    sizes = _spread(members, chance.dirichlet(np.full(volunteers, 20.0)), least=4)
    ends = np.cumsum(volunteer_teams)
    return [
        _area(chance, int(patrol_teams[at]), sizes[ends[at] - volunteer_teams[at] : ends[at]], days)
        for at in range(areas)
    ]


def _spread(total: int, share: Floats, least: int) -> Ints:
    """Whole numbers of this total, about in these shares, none below `least`."""
    counts = np.maximum(least, np.floor(share * total)).astype(np.int64)
    order = np.argsort(-share, kind="stable")
    at = 0
    while counts.sum() != total:
        place = order[at % len(order)]
        step = 1 if counts.sum() < total else -1
        if counts[place] + step >= least:
            counts[place] += step
        at += 1
    return counts


def _area(chance: np.random.Generator, patrols: int, sizes: Ints, days: int) -> Area:
    teams_all = patrols + len(sizes)
    spans = (*PATROL, *VOLUNTEER)
    # A shift of the volunteers never meets one of the patrols in the same team.
    never = never_before_by_rest(spans, REST_MINUTES)
    names = ("day", "evening", "night", "morning round", "afternoon round", "evening round")
    kinds = tuple(
        Kind(name, length, gone)
        for name, (_, length), gone in zip(names, spans, never, strict=True)
    )
    teams: list[Team] = []
    most: tuple[int, ...]
    members = np.concatenate([chance.integers(2, 5, patrols), sizes])
    medic = np.concatenate([chance.random(patrols) < 0.6, chance.random(len(sizes)) < 0.25])
    medic[: max(6, patrols // 2)] = True
    # Fairness by limits: nights and weekends within two of the even share.
    nights = -(-days * max(1, patrols // 6) // patrols) + 2
    rounds = 3 * days * max(1, len(sizes) // 13) / len(sizes)
    for number in range(teams_all):
        off = frozenset(
            int(day) for day in chance.choice(days, chance.integers(0, 4), replace=False)
        )
        if number < patrols:
            most = (days, days, nights if number < 6 or chance.random() < 0.9 else 0, 0, 0, 0)
            teams.append(Team(most, 480 * 15, 480 * 19, 2, 5, 2, 3, off))
        else:
            most = (0, 0, 0, *(days if open_ else 0 for open_ in chance.random(3) < 0.85))
            if not any(most):
                most = (0, 0, 0, 0, 0, days)
            least = 180 * max(1, int(rounds) - 1)
            teams.append(Team(most, least, 180 * (int(rounds) + 2), 1, 2, 2, 3, off))
    slots, gives, need, hard, under, over = _cover(chance, patrols, members, medic, days)
    wish_on = np.zeros((teams_all, days, len(kinds)), dtype=np.int64)
    wish_off = np.zeros_like(wish_on)
    for number, team in enumerate(teams):
        able = [kind for kind, most in enumerate(team.most) if most]
        for _ in range(int(chance.integers(1, 5))):
            day, kind = int(chance.integers(days)), int(chance.choice(able))
            weight = int(chance.integers(1, 4))
            if day not in team.off and chance.random() < 0.4:
                wish_on[number, day, kind] = weight
            else:
                wish_off[number, day, able] = weight
    # Each round asks something of volunteers: no more are called than the cover needs.
    wish_off[patrols:, :, len(PATROL) :] += 1
    rules = Rules(kinds, tuple(teams), wish_on, wish_off, need, under, over, 0, gives, hard)
    return Area(rules, patrols, members, slots)


def _cover(
    chance: np.random.Generator,
    patrols: int,
    members: Ints,
    medic: npt.NDArray[np.bool_],
    days: int,
) -> tuple[Slots, Ints, Ints, npt.NDArray[np.bool_], Ints, Ints]:
    """Slots, and what is given, needed, hard, and dear when short or too many: cover by
    hour, hours that the same shifts cover joined."""
    spans = (*PATROL, *VOLUNTEER)
    hourly: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    for hour in range(24):
        clock = (FIRST_HOUR + hour) % 24
        covering = tuple(
            k
            for k, (start, length) in enumerate(spans)
            if (clock * 60 + 30 - start) % (24 * 60) < length
        )
        patrol = tuple(k for k in covering if k < len(PATROL))
        round_ = tuple(k for k in covering if k >= len(PATROL))
        for what, kinds in (
            ("patrol teams", patrol),
            ("volunteer teams", round_),
            ("medics", patrol),
        ):
            if kinds:
                hourly.setdefault((what, kinds), []).append(hour)
    slots = tuple((what, tuple(hours)) for (what, _), hours in hourly.items())
    gives = np.zeros((len(members), len(spans), len(slots)), dtype=np.int64)
    need = np.zeros((days, len(slots)), dtype=np.int64)
    hard = np.zeros((days, len(slots)), dtype=np.bool_)
    under, over = np.ones_like(need), np.zeros_like(need)
    for slot, (what, kinds) in enumerate(hourly):
        for number in range(len(members)):
            amount = {
                "patrol teams": 1,
                "volunteer teams": 1,
                "medics": int(medic[number]),
            }
            for kind in kinds:
                if (kind < len(PATROL)) == (number < patrols):
                    gives[number, kind, slot] = amount[what]
        if what == "patrol teams":
            need[:, slot] = max(1, patrols // 6)
            hard[:, slot] = True
            over[:, slot] = 1
        elif what == "medics":
            need[:, slot] = 1
            hard[:, slot] = True
        else:
            teams = max(1, (len(members) - patrols) // 13)
            need[:, slot] = teams
            need[chance.random(days) < 0.2, slot] += 1
            hard[:, slot] = True
            under[:, slot] = 4
    return slots, gives, need, hard, under, over
