"""Rounds as they are read: stops with times and steps, lines, what is left out and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from commonward.core.plans.rounds.points import PointRound, Shift, Stop
from commonward.core.plans.rounds.steps import Step
from commonward.core.plans.rounds.ways import DETOUR, ByRoad, Way, Ways

FINE = 6
"""Decimals of degrees that are kept: about a tenth of a metre."""


class Told:
    """A message id with its values; whoever shows it translates it and fills it in."""

    def __init__(self, text: str, **values: str | int | float) -> None:
        self.text, self.values = text, values

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {"text": self.text, "values": self.values}


def answer(
    given: Mapping[str, Any],
    of: Sequence[int],
    rounds: Sequence[PointRound],
    shifts: Sequence[Shift],
    ways: Sequence[Ways],
    joined: Mapping[int, int],
    unserved: Sequence[tuple[int, Told]],
) -> dict[str, Any]:
    """What the pages, files and phones read.

    {"day", "by_road", "detour", "rounds": [{"team", "leaves", "returns", "metres", "driving",
    "stops": [{"place", "rest", "name", "lat", "lon", "at", "until", "metres", "steps", "with"}],
    "back", "line"}], "unserved": [{"name", "lat", "lon", "why"}]}; times in seconds of the day.
    """
    places, teams = given["places"], given["teams"]
    told = []
    for one in sorted(rounds, key=lambda one: one.shift):
        shift, team = shifts[one.shift], teams[one.shift]
        way = ways[shift.table]
        here, stops, line, metres = shift.depot, [], [], 0.0
        for stop in one.stops:
            leg = way.way(here, stop.place)
            stops.append(_stop(stop, of, places, team, leg))
            line += _line(leg)
            metres, here = metres + leg.metres, stop.place
        home = way.way(here, shift.depot)
        line += _line(home)
        for told_stop in stops:
            if told_stop["place"] in joined:
                kinds = set(places[told_stop["place"]]["kinds"])
                told_stop["with"] = sorted(kinds - {team["kind"]})
        told.append(
            {
                "team": team["team"],
                "kind": team["kind"],
                "speed": team["speed"],
                "leaves": one.leaves,
                "returns": one.returns,
                "metres": round(metres + home.metres),
                "stops": stops,
                "back": {"metres": round(home.metres), "steps": [plain(s) for s in home.steps]},
                "line": [at for n, at in enumerate(line) if not n or at != line[n - 1]],
            }
        )
    return {
        "day": given["day"],
        "by_road": isinstance(ways[0], ByRoad),
        "detour": DETOUR,
        "rounds": told,
        "unserved": [
            {
                "name": places[n]["name"], "lat": places[n]["lat"], "lon": places[n]["lon"],
                "why": why.plain(),
            }
            for n, why in unserved
        ],
        "left_out": len(unserved),
    }  # fmt: skip


def _stop(
    stop: Stop, of: Sequence[int], places: Sequence[Any], team: Mapping[str, Any], leg: Way
) -> dict[str, Any]:
    rest = stop.point is None
    place = None if stop.point is None else of[stop.point]
    at = team if place is None else places[place]
    return {
        "place": place,
        "rest": rest,
        "name": "" if place is None else places[place]["name"],
        "lat": at["lat"],
        "lon": at["lon"],
        "at": stop.begins,
        "until": stop.ends,
        "metres": round(leg.metres),
        "steps": [plain(one) for one in leg.steps],
        "with": [],
    }


def _line(leg: Way) -> list[list[float]]:
    return [[round(lon, FINE), round(lat, FINE)] for lon, lat in leg.line]


def plain(step: Step) -> dict[str, Any]:
    """A step as JSON."""
    return {
        "turn": step.turn,
        "text": step.text,
        "values": dict(step.values),
        "metres": round(step.metres),
        "at": [round(step.at[0], FINE), round(step.at[1], FINE)],
    }
