"""Roads (路网): where streets run, how long each takes at an hour of the day, and who reaches what.

`read_roads` reads a map, `generated` makes one up; `RoadGraph.nearest` finds the node of a point,
`times` answers between nodes, `isochrone` tells how far help reaches. Nothing here needs numba;
with it, `RoadGraph.prepare` makes every answer microseconds instead of milliseconds.
"""

from commonward.core.plans.roads.generating import generated
from commonward.core.plans.roads.graph import RoadGraph, Snapped, graph_of
from commonward.core.plans.roads.isochrone import Isochrone
from commonward.core.plans.roads.profile import Profile, read_profile
from commonward.core.plans.roads.reading import read_roads
from commonward.core.plans.roads.travel import ByScipy, ByValhalla, TravelTimes

__all__ = (
    "ByScipy",
    "ByValhalla",
    "Isochrone",
    "Profile",
    "RoadGraph",
    "Snapped",
    "TravelTimes",
    "generated",
    "graph_of",
    "read_profile",
    "read_roads",
)
