"""The rounds of one day along the streets of an area: all of them over the days, in a fair turn.

The streets are parted into rounds that each fit a shift (`streets`); which of these rounds are gone
today is drawn by how long their streets have waited. So a day's round lies together, every street
is in one, and nobody can foresee the day.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from shapely import contains_xy, from_wkt

from commonward.core.plans.roads.graph import RoadGraph
from commonward.core.plans.rounds.fairness import drawn, today
from commonward.core.plans.rounds.steps import steps
from commonward.core.plans.rounds.streets import Network, Round, Street, network, plan_streets
from commonward.core.plans.rounds.telling import FINE, Told, plain
from commonward.core.plans.rounds.ways import DETOUR, Names, graph_for, legs_of
from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Invalid
from commonward.core.roads import CLASSES

MOST_STREETS, MOST_NODES = 1_500, 4_000
EFFORT, A_STREET = 300_000, 500
"""Removals that are tried: so many a street, and at most."""
OPENING = 600.0
"""Seconds that one more round is worth avoiding."""
SHOWN = 200


def wanted_streets(
    graph: RoadGraph, outline: str, classes: Sequence[str]
) -> list[tuple[int, int, float, float]]:
    """The streets of these classes with their middle in the area (WKT, degrees), each once.

    (tail, head, latitude, longitude of the middle). Raises Invalid for none or too many.
    """
    tails, heads = graph.tails.astype(np.int64), graph.heads.astype(np.int64)
    lat, lon = (graph.lat[tails] + graph.lat[heads]) / 2, (graph.lon[tails] + graph.lon[heads]) / 2
    kinds = [CLASSES.index(one) for one in classes]
    inside = np.isin(graph.kinds, kinds)
    inside[inside] = contains_xy(from_wkt(outline), lon[inside], lat[inside])
    found: dict[tuple[int, int], tuple[int, int, float, float]] = {}
    for arc in np.flatnonzero(inside):
        a, b = int(tails[arc]), int(heads[arc])
        found.setdefault(
            (min(a, b), max(a, b)),
            (a, b, round(float(lat[arc]), FINE), round(float(lon[arc]), FINE)),
        )
    if not found:
        raise Invalid(N_("The area has no streets of these classes."), field="classes")
    if len(found) > MOST_STREETS:
        raise Invalid(
            N_("The area has {count} such streets; at most {most} are planned at once: choose a"
               " smaller area or fewer classes."),
            field="classes",
            count=len(found),
            most=MOST_STREETS,
        )  # fmt: skip
    return [found[key] for key in sorted(found)]


def plan_along(
    given: Mapping[str, Any],
    seed: int,
    watch: Watch,
    keep: Callable[[Mapping[str, Any]], None],
    graph: RoadGraph,
    names: Names,
) -> dict[str, Any]:
    """The answer for `given` with "streets" [[tail, head, lat, lon, days since or None], …].

    All teams begin at one place with one speed. Raises Invalid with the street that no shift can
    serve.
    """
    teams, day = given["teams"], int(given["ordinal"])
    mode = teams[0]["speed"]
    roads = graph_for(graph, mode, int(teams[0]["begins"] // 3600) % 24)
    area, wanted, nodes = _network(given, roads)
    room = min(one["ends"] - one["begins"] - _rest(one) for one in teams)
    try:
        plan = plan_streets(
            area, 1e12, longest=float(room), opening=OPENING, effort=min(EFFORT, A_STREET * len(wanted)),
            seed=(seed + day) % 2**32, watch=watch,
        )  # fmt: skip
    except Invalid as refused:
        raise Invalid(
            N_("A street of this area cannot be reached and gone through within one shift: make the"
               " shifts longer, begin nearer, or choose a smaller area."),
            field="teams",
            reason=refused.text,
        ) from refused  # fmt: skip
    picked = _picked(plan.rounds, wanted, len(teams), seed, day, hard=given["unforeseen"])
    rounds: list[dict[str, Any]] = []
    served: set[int] = set()
    chance = random.Random(f"{seed}/{day}/turned")  # noqa: S311 — what is drawn is planned
    for number, team in zip(picked, teams, strict=False):
        told, done = _team_round(
            plan.rounds[number],
            area,
            roads,
            wanted,
            team,
            names,
            nodes,
            turned=given["unforeseen"] and chance.random() < 0.5,
        )
        rounds.append(told)
        served |= done
        keep(_answer(given, rounds, wanted, served))
    found = _answer(given, rounds, wanted, served)
    found |= {"stopped": plan.stopped, "all_rounds": len(plan.rounds)}
    return found


def _network(
    given: Mapping[str, Any], roads: RoadGraph
) -> tuple[Network, dict[int, list[Any]], list[int]]:
    """The roads about the area as streets, which of them are wanted, by their numbers, and the
    graph's node of each of the network's."""
    wanted = {(min(a, b), max(a, b)): one for one in given["streets"] for a, b in [one[:2]]}
    depot = roads.nearest(given["teams"][0]["lat"], given["teams"][0]["lon"])
    ends = np.array([depot, *(n for pair in wanted for n in pair)])
    margin = 0.003
    box = (
        (roads.lat >= roads.lat[ends].min() - margin)
        & (roads.lat <= roads.lat[ends].max() + margin)
        & (roads.lon >= roads.lon[ends].min() - margin)
        & (roads.lon <= roads.lon[ends].max() + margin)
    )
    nodes = np.flatnonzero(box & roads.main)
    if len(nodes) > MOST_NODES:
        raise Invalid(
            N_("The area has {count} crossings; at most {most} are planned at once: choose a"
               " smaller area, or begin nearer to it."),
            field="area",
            count=len(nodes),
            most=MOST_NODES,
        )  # fmt: skip
    number = {int(node): n for n, node in enumerate(nodes)}
    times: dict[tuple[int, int], float] = {}
    for tail in number:
        for arc in range(int(roads.begins[tail]), int(roads.begins[tail + 1])):
            head = int(roads.heads[arc])
            if head in number:
                times[(tail, head)] = float(roads.free[arc]) / 1000.0
    streets: list[Street] = []
    found: dict[int, list[Any]] = {}
    for (a, b), seconds in sorted(times.items()):
        back = (b, a) in times
        if back and a > b:
            continue
        one = wanted.get((min(a, b), max(a, b)))
        if one is not None:
            found[len(streets)] = one
        need = 1.0 if one is not None else 0.0
        streets.append(Street(number[a], number[b], seconds, seconds, need, one_way=not back))
    if not found:
        raise Invalid(N_("None of these streets is open to teams that go like this."), field="classes")  # fmt: skip
    return network(streets, number[depot]), found, nodes.tolist()


def _picked(
    rounds: Sequence[Round],
    wanted: Mapping[int, Sequence[Any]],
    teams: int,
    seed: int,
    day: int,
    *,
    hard: bool,
) -> list[int]:
    """Which rounds are gone today: as many as teams, by the ages of their streets."""
    if len(rounds) <= teams:
        return list(range(len(rounds)))
    share = teams / len(rounds)
    ages: list[float | None] = []
    for one in rounds:
        known = [wanted[street][4] for street, _ in one.streets]
        never = 2.0 / share
        ages.append(float(np.mean([never if age is None else age for age in known])))
    rate = today([share] * len(rounds), ages, float(teams))
    if hard:
        return drawn(rate, seed, day)[:teams]
    return sorted(range(len(rounds)), key=lambda n: (-rate[n], n))[:teams]


def _team_round(
    round_: Round,
    area: Network,
    roads: RoadGraph,
    wanted: Mapping[int, Sequence[Any]],
    team: Mapping[str, Any],
    names: Names,
    nodes: Sequence[int],
    *,
    turned: bool,
) -> tuple[dict[str, Any], set[int]]:
    """One team's round; backwards where that was drawn, no street is one-way and all still fit."""
    told, done = _walked(round_, area, roads, wanted, team, names, nodes, turned=False)
    one_way = any(area.streets[index].one_way for index, _ in round_.streets)
    if turned and not one_way:
        back, again = _walked(round_, area, roads, wanted, team, names, nodes, turned=True)
        if again == done:
            return back, done
    return told, done


def _walked(
    round_: Round,
    area: Network,
    roads: RoadGraph,
    wanted: Mapping[int, Sequence[Any]],
    team: Mapping[str, Any],
    names: Names,
    nodes: Sequence[int],
    *,
    turned: bool,
) -> tuple[dict[str, Any], set[int]]:
    """One team's round as it is read, and the streets in it; what no longer fits is left out.

    `turned`: backwards. The rest is taken at the first corner within its window.
    """
    least = {(one.start, one.end): one.way for one in area.streets}
    least |= {(one.end, one.start): one.way for one in area.streets if not one.one_way}
    rest, clock, here = team["rest"], float(team["begins"]), area.depot
    stops: list[dict[str, Any]] = []
    done: set[int] = set()
    line = [_at(roads, nodes[here])]
    order = list(round_.streets)
    if turned:
        order = [(street, not forwards) for street, forwards in reversed(order)]
    for index, forwards in order:
        street = area.streets[index]
        start, end = (street.start, street.end) if forwards else (street.end, street.start)
        path = [*area.between(here, start), end]
        far = sum(least[pair] for pair in zip(path, path[1:], strict=False))
        if rest and (clock >= rest["earliest"] or clock + far > rest["latest"]):
            stops.append(_rest_at(clock, rest, _at(roads, nodes[here])))
            clock, rest = float(stops[-1]["until"]), None
        home = area.between(end, area.depot)
        back = sum(least[pair] for pair in zip(home, home[1:], strict=False))
        if clock + far + back + (rest["lasts"] if rest else 0) > team["ends"]:
            break
        legs = legs_of(roads, [nodes[n] for n in path], names)
        said = [one for one in steps(legs) if one.turn != "arrive"]
        one = wanted[index]
        arrives = clock + far - street.way
        clock += far
        line += [_at(roads, nodes[n]) for n in path[1:]]
        stops.append(
            {
                "place": index, "rest": False, "lat": one[2], "lon": one[3], "with": [],
                "name": names.of(nodes[start], nodes[end]), "street": len(done) + 1,
                "at": round(arrives), "until": round(clock),
                "metres": round(sum(s.metres for s in said)), "steps": [plain(s) for s in said],
            }
        )  # fmt: skip
        done.add(index)
        here = end
    home = area.between(here, area.depot)
    said = [
        one
        for one in steps(legs_of(roads, [nodes[n] for n in home], names))
        if one.turn != "arrive"
    ]
    far = sum(least[pair] for pair in zip(home, home[1:], strict=False))
    if rest and clock + far > rest["latest"]:
        stops.append(_rest_at(clock, rest, _at(roads, nodes[here])))
        clock = float(stops[-1]["until"])
    clock += far
    line += [_at(roads, nodes[n]) for n in home[1:]]
    metres = sum(s.metres for s in said)
    return {
        "team": team["team"],
        "kind": team["kind"],
        "speed": team["speed"],
        "leaves": team["begins"],
        "returns": round(clock),
        "metres": round(sum(stop["metres"] for stop in stops) + metres),
        "stops": stops,
        "back": {"metres": round(metres), "steps": [plain(s) for s in said]},
        "line": line,
    }, done


def _rest_at(clock: float, rest: Mapping[str, Any], at: list[float]) -> dict[str, Any]:
    begins = round(max(clock, float(rest["earliest"])))
    return {
        "place": None, "rest": True, "name": "", "lat": at[1], "lon": at[0], "at": begins,
        "until": begins + rest["lasts"], "metres": 0, "steps": [], "with": [],
    }  # fmt: skip


def _answer(
    given: Mapping[str, Any],
    rounds: Sequence[Mapping[str, Any]],
    wanted: Mapping[int, Sequence[Any]],
    served: set[int],
) -> dict[str, Any]:
    why = Told(
        N_(
            "In another round of these streets, whose turn comes: the longer it waits, the likelier."
        )
    )
    left = [one for n, one in wanted.items() if n not in served]
    return {
        "day": given["day"],
        "by_road": True,
        "detour": DETOUR,
        "rounds": list(rounds),
        "unserved": [
            {"name": "", "lat": one[2], "lon": one[3], "why": why.plain()} for one in left[:SHOWN]
        ],
        "left_out": len(left),
        "streets": len(wanted),
    }


def _rest(team: Mapping[str, Any]) -> int:
    return int(team["rest"]["lasts"]) if team["rest"] else 0


def _at(roads: RoadGraph, node: int) -> list[float]:
    return [round(float(roads.lon[node]), FINE), round(float(roads.lat[node]), FINE)]
