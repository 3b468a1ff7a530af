"""How far it is on foot between the places of a team's day, along the roads of the site."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse.csgraph import dijkstra

from commonward.core.inspecting.spreading import Floats, Spot, Walk
from commonward.core.plans.roads.graph import RoadGraph, metres_between
from commonward.core.plans.rounds.ways import DETOUR, SPEEDS, graph_for

_METRES_A_SECOND = SPEEDS["foot"] / 3.6
_LONGER = 3.0
"""A way by road this many times longer than the straight one is not looked for to its end: it is
as good as none within a day, and a search that may stop costs a thousandth."""


def on_foot(graph: RoadGraph) -> Walk:
    """Seconds on foot by road, the mean of there and back; where no road leads, three times the
    straight way. `graph` is the site's own; what is closed to walkers is left out here."""
    walked = graph_for(graph, "foot")
    matrix = walked.matrix(12)

    def far(spots: Sequence[Spot]) -> Floats:
        lat, lon = (np.array([getattr(s, axis) for s in spots]) for axis in ("lat", "lon"))
        straight = metres_between(lat[:, None], lon[:, None], lat[None], lon[None])
        most: Floats = np.asarray(straight * _LONGER / _METRES_A_SECOND, np.float64)
        snapped = [walked.snap(spot.lat, spot.lon) for spot in spots]
        nodes, back = np.unique([one.node for one in snapped], return_inverse=True)
        within = float(most.max()) + 1.0
        by_road = dijkstra(matrix, indices=nodes, limit=within)[:, nodes][np.ix_(back, back)]
        beside = np.array([one.metres for one in snapped]) * DETOUR / _METRES_A_SECOND
        found = np.minimum(by_road + beside[:, None] + beside[None], most)
        np.fill_diagonal(found, 0.0)
        mean: Floats = (found + found.T) / 2
        return mean

    return far
