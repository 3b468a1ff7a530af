"""Which units are nearest by road: by labels where they are prepared, else by one search of scipy."""

import importlib
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching.roster import Roster, Wanted
from commonward.core.plans.roads import ByScipy, RoadGraph
from commonward.core.plans.roads.graph import LONGEST

ANY = -1
"""Every bit of a unit's state: nothing keeps it from being found."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Columns of the fleet and their milliseconds, nearest first, ties in the order of keys.

    `whole` tells that no further unit suits.
    """

    units: npt.NDArray[np.int32]
    milliseconds: npt.NDArray[np.int64]
    whole: bool


class Finder(Protocol):
    """Nearest units of a fleet to a place."""

    def nearest(
        self, place: int, wanted: Wanted, allowed: int, most: int, limit: int = LONGEST
    ) -> Found:
        """The `most` nearest that fit, whose state has no bit outside `allowed`, below `limit` ms.

        `allowed` ANY finds every unit of the forces, whether it fits or not.
        """

    def moved(self, unit: int) -> None:
        """The unit of this column stands elsewhere."""

    def milliseconds(self, place: int) -> npt.NDArray[np.float64]:
        """From every unit to the place, (units); inf where there is no way."""


class FinderByScipy:
    """One search back from the place over the whole graph; nothing is prepared."""

    def __init__(self, graph: RoadGraph, roster: Roster, hour: int) -> None:
        self._times, self._roster = ByScipy(graph, hour), roster
        self._last: tuple[int, npt.NDArray[np.float64]] | None = None

    def nearest(
        self, place: int, wanted: Wanted, allowed: int, most: int, limit: int = LONGEST
    ) -> Found:
        """See Finder."""
        roster, took = self._roster, self.milliseconds(place)
        if allowed == ANY:
            fits = np.isin(roster.force, wanted.forces)
        else:
            fits = wanted.fits & ((roster.state & ~allowed) == 0)
        suiting = np.flatnonzero(fits & (took < limit))
        suiting = suiting[np.lexsort((suiting, took[suiting]))]
        chosen = suiting[:most]
        return Found(chosen.astype(np.int32), took[chosen].astype(np.int64), len(suiting) < most)

    def moved(self, unit: int) -> None:
        """Nothing is kept by unit."""

    def milliseconds(self, place: int) -> npt.NDArray[np.float64]:
        """See Finder; the last place is remembered, as the needs of a call share it."""
        if self._last is None or self._last[0] != place:
            self._last = (place, self._times.all_to_place(place))
        took: npt.NDArray[np.float64] = self._last[1][self._roster.nodes]
        return took


def finder(graph: RoadGraph, roster: Roster, hour: int) -> Finder:
    """By labels if this hour is prepared, else by scipy; the answers are the same."""
    labels = graph.labels(hour)
    if labels is None:
        return FinderByScipy(graph, roster, hour)
    module = importlib.import_module("commonward.core.plans.dispatching.finding_by_labels")
    return module.FinderByLabels(labels, roster)
