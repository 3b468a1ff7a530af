"""Spread visits over teams and days (检查任务分配): near each other, balanced, within capacity.

First the map is halved again and again, places and teams together, until each team has a patch
of its size. Then neighbouring patches share their places anew, two at a time: whatever lies nearer
to one middle than to the other goes there first, while both keep their size, which for two middles
is the best that can be done; a few sweeps over. Within a team the days are parts of its patch,
and within a day the order is a short way without crossings. Deterministic: the same places, teams,
days and seed give the same spread.

Patches are drawn by straight lines: some hundred metres need no road. The order of a team's day
goes by `walk` where the caller has one (core.inspecting.walking: along the roads of the site),
else by straight lines too.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from commonward.core.geo import metres_per_degree
from commonward.core.refusals import N_, Invalid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOST_PLACES = 50_000
NEAREST = 6
"""With so many of its nearest neighbours a patch shares places anew in each sweep."""
SWEEPS = 6
MEND_UP_TO = 20_000
"""More places than these are spread by halving alone."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to visit: its id and where it is (degrees)."""

    id: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Crew:
    """A team: so many visits on a day at most, and perhaps where it begins (degrees)."""

    team: int
    per_day: int
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit of the spread; `turn` is its place in the day's order, from 1."""

    place: int
    team: int
    on: date
    turn: int


Walk = Callable[[Sequence[Spot]], Floats]
"""How far it is from each of n spots to each, n × n: any unit, the same there and back."""


def spread(
    spots: Sequence[Spot],
    crews: Sequence[Crew],
    days: Sequence[date],
    seed: int = 1,
    walk: Walk | None = None,
) -> list[Stop]:
    """Every place once, by team, day and turn. `days` are the working days of the window; `walk`
    orders the places of one team's day.

    Raises Invalid where teams and days do not suffice, saying how many are missing.
    """
    _check(spots, crews, days)
    if not spots:
        return []
    crews = sorted(crews, key=lambda crew: crew.team)
    days = sorted(days)
    spots = sorted(spots, key=lambda spot: spot.id)
    xy = _plane(spots)
    quotas = _quotas(len(spots), [crew.per_day * len(days) for crew in crews])
    of_crew = _patches(xy, quotas, _homes(crews, spots, seed))
    if len(crews) > 1 and len(spots) <= MEND_UP_TO:
        of_crew = _mended(xy, of_crew, quotas)
    found = []
    for index, crew in enumerate(crews):
        mine = np.flatnonzero(of_crew == index)
        found += _days_of(crew, mine, xy, spots, days, walk)
    return found


def ways(stops: Sequence[Stop], spots: Sequence[Spot]) -> float:
    """Metres that all teams walk together from visit to visit, as the crow flies."""
    known = {spot.id: n for n, spot in enumerate(spots)}
    xy = _plane(spots)
    ordered = sorted(stops, key=lambda one: (one.team, one.on, one.turn))
    return sum(
        float(np.hypot(*(xy[known[a.place]] - xy[known[b.place]])))
        for a, b in pairwise(ordered)
        if (a.team, a.on) == (b.team, b.on)
    )


def _check(spots: Sequence[Spot], crews: Sequence[Crew], days: Sequence[date]) -> None:
    if len(spots) > MOST_PLACES:
        raise Invalid(
            N_("At most {most} places are spread at once."), most=MOST_PLACES, field="kinds"
        )
    if len({spot.id for spot in spots}) != len(spots):
        raise Invalid(N_("A place stands twice among those to be visited."), field="kinds")
    if len({crew.team for crew in crews}) != len(crews) or len(set(days)) != len(days):
        raise Invalid(N_("A team or a day stands twice."), field="teams")
    if any(crew.per_day < 1 for crew in crews):
        raise Invalid(N_("A team makes at least one visit a day."), field="per_day")
    room = sum(crew.per_day for crew in crews) * len(days)
    if room < len(spots):
        raise Invalid(
            N_(
                "{places} places, but {teams} teams make {room} visits in {days} working days: "
                "{missing} are too many. Add teams or days, or let each visit more a day."
            ),
            places=len(spots),
            teams=len(crews),
            room=room,
            days=len(days),
            missing=len(spots) - room,
            field="until",
        )


def _plane(spots: Sequence[Spot]) -> Floats:
    """Metres east and north of the middle."""
    at = np.array([(spot.lon, spot.lat) for spot in spots], float).reshape(-1, 2)
    middle = at.mean(axis=0) if len(at) else np.zeros(2)
    per = np.array(metres_per_degree(float(middle[1])))
    found: Floats = (at - middle) * per
    return found


def _quotas(count: int, rooms: Sequence[int]) -> list[int]:
    """`count` shared out by room, whole, and to none more than its room (largest remainders)."""
    whole = sum(rooms)
    shares = [divmod(count * room, whole) for room in rooms]
    found = [share for share, _rest in shares]
    order = sorted(range(len(rooms)), key=lambda n: (-shares[n][1], n))
    for n in order[: count - sum(found)]:
        found[n] += 1
    return found


def _homes(crews: Sequence[Crew], spots: Sequence[Spot], seed: int) -> Floats:
    """Where each team begins, on the same plane; one without a place is drawn somewhere."""
    at = np.array([(spot.lon, spot.lat) for spot in spots], float)
    middle = at.mean(axis=0)
    per = np.array(metres_per_degree(float(middle[1])))
    chance = random.Random(f"homes:{seed}")  # noqa: S311 (where a team begins hides nothing)
    homes = []
    for crew in crews:
        drawn = at[chance.randrange(len(at))]
        homes.append(drawn if crew.lat is None or crew.lon is None else (crew.lon, crew.lat))
    found: Floats = (np.array(homes, float) - middle) * per
    return found


def _patches(xy: Floats, quotas: Sequence[int], homes: Floats) -> Ints:
    """By halving: the number of the team that each place falls to."""
    found = np.full(len(xy), -1, np.int64)
    waiting: list[tuple[Ints, list[int]]] = [
        (np.arange(len(xy)), [n for n, quota in enumerate(quotas) if quota])
    ]
    while waiting:
        places, teams = waiting.pop()
        if len(teams) == 1:
            found[places] = teams[0]
            continue
        axis = int(np.argmax(np.ptp(xy[places], axis=0)))
        teams = sorted(teams, key=lambda n: (float(homes[n, axis]), n))
        half, left = 0, 0
        while left * 2 < len(places) and half < len(teams) - 1:
            left += quotas[teams[half]]
            half += 1
        order = places[np.lexsort((places, xy[places, 1 - axis], xy[places, axis]))]
        waiting += [(order[:left], teams[:half]), (order[left:], teams[half:])]
    return found


def _mended(xy: Floats, of_crew: Ints, quotas: Sequence[int]) -> Ints:
    """Patches of the same sizes whose places lie nearer to their middles."""
    crews = len(quotas)
    used = [n for n in range(crews) if quotas[n]]
    found = of_crew.copy()
    for _ in range(SWEEPS):
        middles = _middles(xy, found, crews)
        moved = 0
        for a in used:
            away = np.hypot(*(middles[used] - middles[a]).T)
            near = [used[n] for n in np.argsort(away, kind="stable") if used[n] != a]
            for b in near[:NEAREST]:
                moved += _shared_anew(xy, found, a, b)
        if not moved:
            break
    return found


def _shared_anew(xy: Floats, of_crew: Ints, a: int, b: int) -> int:
    """Share the places of two patches between their middles, sizes kept; how many changed sides."""
    mine = np.flatnonzero((of_crew == a) | (of_crew == b))
    held = of_crew[mine] == a
    first, second = xy[mine[held]].mean(axis=0), xy[mine[~held]].mean(axis=0)
    lean = np.hypot(*(xy[mine] - first).T) - np.hypot(*(xy[mine] - second).T)
    wins = np.zeros(len(mine), bool)
    wins[np.lexsort((mine, lean))[: int(held.sum())]] = True
    if lean[wins].sum() >= lean[held].sum() - 1e-6:
        return 0
    of_crew[mine] = np.where(wins, a, b)
    return int((wins != held).sum())


def _middles(xy: Floats, of_crew: Ints, crews: int) -> Floats:
    sums = np.zeros((crews, 2))
    np.add.at(sums, of_crew, xy)
    counts = np.maximum(np.bincount(of_crew, minlength=crews), 1)
    found: Floats = sums / counts[:, None]
    return found


def _days_of(
    crew: Crew,
    mine: Ints,
    xy: Floats,
    spots: Sequence[Spot],
    days: Sequence[date],
    walk: Walk | None,
) -> list[Stop]:
    """The visits of one team: a part of its patch for each day, those days after each other near."""
    if not len(mine):
        return []
    sizes = [size for size in _quotas(len(mine), [1] * len(days)) if size]
    part = _patches(xy[mine], sizes, np.zeros((len(sizes), 2)))
    groups = [mine[part == n] for n in range(len(sizes))]
    middles = np.array([xy[group].mean(axis=0) for group in groups])
    # Days of unequal size keep their capacity: each has at most the largest, which fits.
    # Fewer visits than days lie evenly over the window, not in its first days.
    used = [days[n * len(days) // len(groups)] for n in range(len(groups))]
    found = []
    for on, n in zip(used, _short_way(middles), strict=True):
        group = groups[n]
        far = None if walk is None else walk([spots[int(at)] for at in group])
        for turn, at in enumerate(_short_way(xy[group], far), start=1):
            found.append(Stop(spots[int(group[at])].id, crew.team, on, turn))
    return found


def _short_way(xy: Floats, far: Floats | None = None) -> list[int]:
    """An order through these points: the nearest next, then turned round where that is shorter
    (2-opt), from the south-western one on. `far` n × n; nothing given: straight lines."""
    if far is None:
        far = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    away: list[list[float]] = far.tolist()
    left = list(range(len(xy)))
    order = [min(left, key=lambda n: (float(xy[n, 0] + xy[n, 1]), n))]
    left.remove(order[0])
    while left:
        after = min(left, key=lambda n: (away[order[-1]][n], n))
        order.append(after)
        left.remove(after)
    better = len(order) > 3
    while better:
        better = False
        for i in range(len(order) - 2):
            for j in range(i + 2, len(order)):
                a, b, c = order[i], order[i + 1], order[j]
                d = order[j + 1] if j + 1 < len(order) else None
                now = away[a][b] + (away[c][d] if d is not None else 0.0)
                then = away[a][c] + (away[b][d] if d is not None else 0.0)
                if then < now - 1e-9:
                    order[i + 1 : j + 1] = reversed(order[i + 1 : j + 1])
                    better = True
    return order
