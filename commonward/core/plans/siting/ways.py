"""Travel times between all places of a question: by road, or by the straight line."""

from typing import Any

import numpy as np

from commonward.core.plans.roads.graph import metres_between
from commonward.core.plans.siting.asking import Floats

_SEARCHES = 15_000_000
"""From so many nodes looked at on, working out labels first is quicker than searching."""
_SPREAD = 0.3826
"""The mean way from the middle of a square to a point in it, in sides (Larson & Odoni 1981, 3.3)."""


def straight(cells: Floats, sites: Floats, metres_a_second: float, side: float) -> Floats:
    """(P, P) seconds by the straight line; `side` in metres is how wide a cell is."""
    places = np.concatenate([cells, sites])
    found = np.empty((len(places), len(places)))
    for row, (lat, lon) in enumerate(places):
        north, east = np.full(len(places), lat), np.full(len(places), lon)
        found[row] = metres_between(north, east, places[:, 0], places[:, 1]) / metres_a_second
    return _within(found, len(cells), side, metres_a_second)


def by_road(
    graph: Any, cells: Floats, sites: Floats, hour: int, metres_a_second: float, side: float
) -> Floats:
    """(P, P) seconds on the roads; from a place to the nearest crossing by the straight line."""
    places = np.concatenate([cells, sites])
    snapped = [graph.snap(float(lat), float(lon)) for lat, lon in places]
    nodes, back = np.unique(np.array([one.node for one in snapped]), return_inverse=True)
    if len(nodes) * len(graph) > _SEARCHES:
        graph.prepare(hour)
    table = graph.times(hour).table(nodes, nodes)[np.ix_(back, back)]
    off = np.array([one.metres for one in snapped]) / metres_a_second
    found = table + off[:, None] + off[None, :]
    np.fill_diagonal(found, 0.0)
    return _within(found, len(cells), side, metres_a_second)


def _within(seconds: Floats, cells: int, side: float, metres_a_second: float) -> Floats:
    """A call comes from anywhere in its cell, not from its middle."""
    seconds[:, :cells] += _SPREAD * side / metres_a_second
    return seconds
