"""How far help reaches in a time: the nodes, the stretches of road, and the area to draw."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse.csgraph import dijkstra

from commonward.core.plans.roads.outline import flat_lengths, outline
from commonward.core.refusals import N_, Invalid

if TYPE_CHECKING:
    from commonward.core.plans.roads.graph import RoadGraph

_METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True, eq=False)
class Isochrone:
    """Reached nodes (k) int64 in ascending order, and the seconds to each, (k) float64."""

    graph: "RoadGraph"
    hour: int
    within: float
    nodes: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.nodes)

    def segments(self) -> npt.NDArray[np.float64]:
        """The reached stretches of road as (s, 2, 2) lon, lat; the last stretch ends where time does.

        A street driven whole in either direction gives one stretch.
        """
        return self._stretches

    @cached_property
    def _stretches(self) -> npt.NDArray[np.float64]:
        graph, left = self.graph, np.full(len(self.graph), -1.0)
        left[self.nodes] = self.within * 1000.0 - self.seconds * 1000.0
        arcs = np.flatnonzero(left[graph.tails] > 0)
        start, end = graph.tails[arcs], graph.heads[arcs]
        share = np.minimum(1.0, left[start] / graph.milliseconds(self.hour)[arcs])
        whole = (share >= 1.0) & (left[end] >= 0)
        pair = np.minimum(start, end) * np.int64(len(graph)) + np.maximum(start, end)
        _, once = np.unique(pair[whole], return_index=True)
        # The part of a street from its far end adds nothing where it is driven whole from the near.
        part = np.flatnonzero(~whole & ~np.isin(pair, pair[whole]))
        keep = np.concatenate((np.flatnonzero(whole)[once], part))
        keep.sort()
        start, end, share = start[keep], end[keep], share[keep]
        begin = np.stack((graph.lon[start], graph.lat[start]), axis=-1)
        stop = np.stack((graph.lon[end], graph.lat[end]), axis=-1)
        return np.stack((begin, begin + (stop - begin) * share[:, None]), axis=1)

    def area(self, cell: float = 120.0) -> shapely.Geometry:
        """The reached ground as polygons in lon, lat: the cells of so many metres that it touches.

        Cells, not a hull: a hull would colour the far bank of a river that no bridge crosses.
        """
        lines = self.segments()
        if not len(lines):
            return shapely.MultiPolygon()
        north = cell / _METRES_A_DEGREE
        east = north / max(0.05, float(np.cos(np.radians(lines[:, :, 1].mean()))))
        steps = np.abs(np.diff(lines, axis=1)[:, 0]) / (east, north)
        parts = np.maximum(1, np.ceil(steps.max(axis=1) * 2)).astype(np.int64)
        line = np.repeat(np.arange(len(lines)), parts + 1)
        along = np.arange(len(line)) - np.repeat(np.cumsum(parts + 1) - parts - 1, parts + 1)
        share = (along / parts[line])[:, None]
        points = lines[line, 0] + (lines[line, 1] - lines[line, 0]) * share
        spots = np.floor(points / (east, north)).astype(np.int64)
        corner = spots.min(axis=0)
        columns, rows = (spots.max(axis=0) - corner + 1).tolist()
        # Half cells, because each cell is wider by half of one on each side: that closes the gaps
        # between parallel streets.
        touched = np.zeros((rows, columns), np.bool_)
        column, row = (spots - corner).T
        touched[row, column] = True
        halves = np.zeros((2 * rows + 2, 2 * columns + 2), np.bool_)
        for up in range(4):
            for aside in range(4):
                halves[up : up + 2 * rows : 2, aside : aside + 2 * columns : 2] |= touched
        step = np.array((east, north)) / 2
        begin = (2 * corner - 1) * step
        return shapely.transform(outline(halves), lambda places: begin + places * step)

    def share(self) -> float:
        """The part of all streets, by their length, that is reached in time (0 … 1)."""
        reached = float(flat_lengths(self.segments()).sum())
        return min(1.0, reached / self.graph.street_length()) if reached else 0.0


def isochrone(
    graph: "RoadGraph", nodes: Iterable[int], seconds: float, hour: int = 12
) -> Isochrone:
    """What `RoadGraph.isochrone` gives; Invalid for a node that is none or a time below nothing."""
    starts = np.unique(np.fromiter(nodes, np.int64))
    if len(starts) and not 0 <= starts[0] <= starts[-1] < len(graph):
        raise Invalid(N_("The road graph has no node {node}."), field="node", node=int(starts[-1]))
    if not seconds >= 0:
        raise Invalid(N_("A reach of less than no time is none."), field="seconds")
    if not len(starts):
        none = np.empty(0)
        return Isochrone(graph, hour, seconds, none.astype(np.int64), none)
    took = dijkstra(
        graph.matrix(hour), directed=True, indices=starts, min_only=True, limit=seconds * 1000.0
    )
    found = np.flatnonzero(np.isfinite(took))
    return Isochrone(graph, hour, seconds, found, took[found] / 1000.0)
