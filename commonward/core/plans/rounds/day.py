"""The rounds of one day to places: who goes where and when, and why a place is left out.

Everything is JSON in and out: a question to the planners is kept as it was asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.roads.graph import RoadGraph
from commonward.core.plans.rounds.fairness import drawn, rates, today
from commonward.core.plans.rounds.meeting import Meeting, Met, plan_meetings
from commonward.core.plans.rounds.points import Break, Point, PointPlan, PointRound, Shift, fits
from commonward.core.plans.rounds.telling import Told, answer
from commonward.core.plans.rounds.timing import unforeseen
from commonward.core.plans.rounds.ways import ByRoad, Names, Straight, Ways, graph_for
from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Invalid

DRAWN = 20_000
"""Seconds of driving that a place drawn today, or a meeting, is worth: more than any way in town,
and not so much that the search would rather break a shift than leave one out."""
MUST = 200_000
_FILLER, _SPARE, _APPOINTMENT = 1_800, 0.4, 5
STEPS = 1_500


@dataclass(frozen=True, eq=False)
class _Model:
    """The day in numbers: points, the place of each, meetings, shifts, travel."""

    points: list[Point]
    of: list[int]
    """The place (its row in `given`) of each point."""
    meetings: list[Meeting]
    shifts: list[Shift]
    ways: list[Ways]
    seconds: NDArray[np.int64]


def plan_day(
    given: Mapping[str, Any],
    seed: int,
    watch: Watch,
    keep: Callable[[Mapping[str, Any]], None],
    graph: RoadGraph | None,
    names: Names,
) -> dict[str, Any]:
    """The answer for `given` (see `response.planning.rounds`): {"rounds", "unserved", …}.

    Raises Invalid naming a place that must be visited and cannot be.
    """
    day = int(given["ordinal"])
    chances, waited = _chances(given)
    chosen, spare = _chosen(given, chances, seed, day)
    model = _model(given, chosen, spare, waited, graph, names)
    why_not = _impossible(given, model)

    def told(plan: PointPlan, met: Met | None) -> dict[str, Any]:
        meets = {n: at for n, at in (met.at.items() if met else ())}
        return _told(given, model, plan.rounds, meets, chances, chosen, why_not)

    if not model.points:
        return told(PointPlan((), (), 0), None) | {"stopped": False}
    met = plan_meetings(
        model.points,
        model.shifts,
        model.seconds,
        model.meetings,
        steps=int(given.get("steps", STEPS)),
        seed=seed + day,
        watch=watch,
        keep=lambda plan: keep(told(plan, None)),
    )
    for n in met.failed:
        place = given["places"][model.of[model.meetings[n].points[0]]]
        if place["must"]:
            raise Invalid(
                N_("The teams do not come together at “{place}”: change their shifts or its time."),
                field="places",
                place=place["name"],
            )
    rounds = met.plan.rounds
    if given["unforeseen"]:
        fixed = frozenset(n for one in model.meetings for n in one.points)
        rounds = tuple(
            unforeseen(one, model.shifts, model.points, model.seconds, fixed, seed, day)
            for one in rounds
        )
    found = _told(given, model, rounds, met.at, chances, chosen, why_not)
    found["stopped"] = met.plan.stopped
    return found


def _chances(given: Mapping[str, Any]) -> tuple[list[float], list[float]]:
    """The chance of each place to be drawn today (1 for those that must be visited), and its age
    in its own intervals, at most 4: who was drawn and then found no room is worth more next time.
    """
    places = given["places"]
    free = [n for n, one in enumerate(places) if not one["must"]]
    found, waited = [1.0] * len(places), [1.0] * len(places)
    if not free:
        return found, waited
    room = min(float(len(free)), max(0.0, room_for(given) - (len(places) - len(free))))
    if room <= 0:
        for n in free:
            found[n] = 0.0
        return found, waited
    wishes = [places[n]["importance"] / places[n]["every"] for n in free]
    share = rates(wishes, [0.0] * len(free), [1.0] * len(free), room)
    now = today(share, [places[n]["age"] for n in free], room)
    for n, rate, usual in zip(free, now, share, strict=True):
        age = places[n]["age"]
        found[n], waited[n] = rate, 2.0 if age is None else min(4.0, age * usual)
    return found, waited


def room_for(given: Mapping[str, Any]) -> float:
    """About how many visits the shifts of a day hold: what the fair draw hands out.

    The planner is asked for `visits`, or they are reckoned from the time on duty and the mean way
    between so many places spread as these are (it falls with the square root of their number).
    """
    if given.get("visits"):
        return float(given["visits"])
    places, teams = given["places"], given["teams"]
    time = sum(
        one["ends"] - one["begins"] - (one["rest"] or {"lasts": 0})["lasts"] for one in teams
    )
    stay = float(np.mean([one["minutes"] for one in places])) * 60
    mode = teams[0]["speed"]
    spread = Straight([(one["lat"], one["lon"]) for one in places], mode).seconds.astype(np.float64)
    np.fill_diagonal(spread, np.inf)
    nearest = float(np.median(spread.min(axis=1))) if len(places) > 1 else 0.0
    visits = float(len(places))
    for _ in range(20):
        way = 1.25 * nearest * (len(places) / visits) ** 0.5
        visits = min(float(len(places)), max(1.0, 0.9 * time / max(1.0, stay + way)))
    return visits


def _chosen(
    given: Mapping[str, Any], chances: Sequence[float], seed: int, day: int
) -> tuple[frozenset[int], frozenset[int]]:
    """The places of today's draw, and spare ones where a shift has room left; not hard to foresee:
    the most overdue. Spare ones are drawn by the same chances: whoever lies near a team's way is
    not visited more often for it."""
    must = {n for n, one in enumerate(given["places"]) if one["must"]}
    free = [n for n in range(len(chances)) if n not in must]
    joint = {n for n, one in enumerate(given["places"]) if one["together"]}
    room = sum(chances[n] for n in free)
    if given["unforeseen"]:
        picked = {free[k] for k in drawn([chances[n] for n in free], seed, day)}
        rest = [n for n in free if n not in picked and chances[n] > 0 and n not in joint]
        wishes = [chances[n] for n in rest]
        more = min(_SPARE * room, float(len(rest)))
        rate = rates(wishes, [0.0] * len(rest), [1.0] * len(rest), more) if rest else []
        spare = {rest[k] for k in drawn(rate, seed + 1, day)}
    else:
        order = sorted(free, key=lambda n: (-chances[n], n))
        picked = set(order[: round(room)])
        spare = set(order[round(room) : round(room * (1 + _SPARE))]) - joint
    return frozenset(must | picked), frozenset(spare)


def _model(
    given: Mapping[str, Any],
    chosen: frozenset[int],
    spare: frozenset[int],
    waited: Sequence[float],
    graph: RoadGraph | None,
    names: Names,
) -> _Model:
    places, teams = given["places"], given["teams"]
    # Places that were not drawn cost no thought: a thousand of them are as quick as forty.
    kept = sorted(chosen | spare)
    where = [(one["lat"], one["lon"]) for one in (*(places[n] for n in kept), *teams)]
    modes = list(dict.fromkeys(one["speed"] for one in teams))
    hour = int(min(one["begins"] for one in teams) // 3600) % 24
    ways = [_ways(where, mode, graph, hour, names) for mode in modes]
    shifts = [
        Shift(
            depot=len(kept) + n,
            begins=one["begins"],
            ends=one["ends"],
            agency=one["kind"],
            rest=_rest(one, len(kept) + n),
            table=modes.index(one["speed"]),
        )
        for n, one in enumerate(teams)
    ]
    points: list[Point] = []
    of: list[int] = []
    meetings: list[Meeting] = []
    for place, n in enumerate(kept):
        one = places[n]
        kinds = one["kinds"]
        groups = [frozenset({kind}) for kind in kinds] if one["together"] else [frozenset(kinds)]
        if one["together"]:
            meetings.append(Meeting(tuple(range(len(points), len(points) + len(groups)))))
        stay = int(one["minutes"] * 60)
        window = ((one["from"] or 0) * 60, (one["to"] if one["to"] else 24 * 60) * 60)
        for agencies in groups:
            points.append(
                Point(
                    place,
                    stay,
                    (window,),
                    _worth(one, round(DRAWN * (1 + waited[n])) if n in chosen else _FILLER),
                    agencies,
                )
            )
            of.append(n)
    seconds = np.stack([one.seconds for one in ways])
    return _Model(points, of, meetings, shifts, ways, seconds)


def _ways(
    where: Sequence[tuple[float, float]],
    mode: str,
    graph: RoadGraph | None,
    hour: int,
    names: Names,
) -> Ways:
    if graph is None:
        return Straight(where, mode)
    return ByRoad(graph_for(graph, mode, hour), where, mode, hour, names)


def _rest(team: Mapping[str, Any], place: int) -> Break | None:
    rest = team["rest"]
    return Break(place, rest["lasts"], rest["earliest"], rest["latest"]) if rest else None


def _worth(place: Mapping[str, Any], worth: int) -> int | None:
    if place["must"]:
        return MUST if place["together"] else None
    # Whoever keeps an appointment waits for others: less than this and nobody would come.
    return worth * _APPOINTMENT if place["together"] else worth


def _impossible(given: Mapping[str, Any], model: _Model) -> dict[int, Told]:
    """The places that no team can visit even alone, with the reason. Raises Invalid for one that
    must be."""
    kinds = {one["kind"] for one in given["teams"]}
    found: dict[int, Told] = {}
    for number, point in enumerate(model.points):
        place = model.of[number]
        one = given["places"][place]
        lacking = sorted(point.agencies - kinds)
        if point.agencies and lacking and (one["together"] or len(lacking) == len(point.agencies)):
            found[place] = Told(N_("No team of the kind {kind} is in this plan."), kind=lacking[0])
        elif not any(fits(point, shift, model.seconds) for shift in model.shifts):
            found[place] = Told(N_("No team can be there and back within its shift and this time."))
    for place, why in found.items():
        if given["places"][place]["must"]:
            raise Invalid(
                N_("“{place}” must be visited and cannot be, even alone: no team of its kind can be"
                   " there within its shift and its time."),
                field="places",
                place=given["places"][place]["name"],
                reason=why.text,
            )  # fmt: skip
    return found


def _told(
    given: Mapping[str, Any],
    model: _Model,
    rounds: Sequence[PointRound],
    meets: Mapping[int, int],
    chances: Sequence[float],
    chosen: frozenset[int],
    why_not: Mapping[int, Told],
) -> dict[str, Any]:
    joined = {model.of[model.meetings[n].points[0]]: at for n, at in meets.items()}
    visited = {
        model.of[stop.point] for one in rounds for stop in one.stops if stop.point is not None
    }
    unserved: list[tuple[int, Told]] = []
    for n, one in enumerate(given["places"]):
        if n in visited:
            continue
        why = why_not.get(n)
        if why is None and n not in chosen:
            percent = round(100 * chances[n])
            why = Told(
                N_(
                    "Not its turn today: its chance is {percent} % a day, more the longer it waits."
                ),
                percent=percent,
            )
        if why is None and one["together"]:
            why = Told(N_("The teams do not come together there in time."))
        unserved.append((n, why or Told(N_("The shifts are full."))))
    return answer(given, model.of, rounds, model.shifts, model.ways, joined, unserved)
