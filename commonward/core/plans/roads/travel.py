"""Travel times behind one interface: by labels, by scipy, or by Valhalla where it is installed."""

import importlib
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import dijkstra

from commonward.core.refusals import N_, Invalid

if TYPE_CHECKING:
    from commonward.core.plans.roads.graph import RoadGraph
    from commonward.core.plans.roads.labels import Labels

Nodes = Sequence[int] | npt.NDArray[np.int64] | npt.NDArray[np.int32]
Seconds = npt.NDArray[np.float64]


class TravelTimes(Protocol):
    """Seconds of travel between nodes at one hour of the day; inf where there is no way."""

    def table(self, sources: Nodes, targets: Nodes) -> Seconds:
        """From each source to each target, (s, t)."""

    def to_place(self, sources: Nodes, place: int) -> Seconds:
        """From each source to one place, (s)."""

    def from_place(self, place: int, targets: Nodes) -> Seconds:
        """From one place to each target, (t)."""


class ByScipy:
    """Dijkstra's method of scipy: exact, and nothing has to be prepared or installed."""

    def __init__(self, graph: "RoadGraph", hour: int) -> None:
        self.graph, self.hour = graph, hour

    def table(self, sources: Nodes, targets: Nodes) -> Seconds:
        """From each source to each target, (s, t); one search for each of the fewer."""
        starts, ends = np.asarray(sources, np.int64), np.asarray(targets, np.int64)
        back = len(ends) < len(starts)
        found = np.empty((len(ends), len(starts)) if back else (len(starts), len(ends)))
        matrix = self.graph.matrix(self.hour, back=back)
        # One row at a time: a matrix of all nodes for each start would not fit into memory.
        for row, node in enumerate(ends if back else starts):
            found[row] = dijkstra(matrix, indices=int(node))[starts if back else ends]
        return (found.T if back else found) / 1000.0

    def to_place(self, sources: Nodes, place: int) -> Seconds:
        """From each source to one place, (s)."""
        return self.all_to_place(place)[np.asarray(sources, np.int64)] / 1000.0

    def from_place(self, place: int, targets: Nodes) -> Seconds:
        """From one place to each target, (t)."""
        found: Seconds = dijkstra(self.graph.matrix(self.hour), indices=place)
        return found[np.asarray(targets, np.int64)] / 1000.0

    def all_to_place(self, place: int) -> Seconds:
        """Milliseconds from every node to one place, (n), inf where there is no way."""
        found: Seconds = dijkstra(self.graph.matrix(self.hour, back=True), indices=place)
        return found


class ByLabels:
    """Hub labels (枢纽标号): exact, microseconds a question, once prepared."""

    def __init__(self, graph: "RoadGraph", labels: "Labels") -> None:
        self.graph, self.labels = graph, labels

    def table(self, sources: Nodes, targets: Nodes) -> Seconds:
        """From each source to each target, (s, t)."""
        return self.labels.table(np.asarray(sources, np.int64), np.asarray(targets, np.int64))

    def to_place(self, sources: Nodes, place: int) -> Seconds:
        """From each source to one place, (s)."""
        return self.table(sources, [place])[:, 0]

    def from_place(self, place: int, targets: Nodes) -> Seconds:
        """From one place to each target, (t)."""
        return self.table([place], targets)[0]


class ByValhalla:
    """Valhalla's matrix behind the same interface, where `pyvalhalla` and its tiles are installed.

    Its times come from its own data and costing, so they differ from the labels' by design. Places
    are given to it by the coordinates of the graph's nodes.
    """

    def __init__(self, graph: "RoadGraph", configuration: Path, costing: str = "auto") -> None:
        if importlib.util.find_spec("valhalla") is None:
            raise Invalid(
                N_("Travel times by Valhalla need the package “pyvalhalla”: install it."),
                field="valhalla",
            )
        self.graph, self.costing = graph, costing
        self._actor: Any = importlib.import_module("valhalla").Actor(str(configuration))

    def table(self, sources: Nodes, targets: Nodes) -> Seconds:
        """From each source to each target, (s, t)."""
        asked = {
            "sources": self._points(sources),
            "targets": self._points(targets),
            "costing": self.costing,
        }
        told = json.loads(self._actor.matrix(json.dumps(asked)))
        return np.array(
            [
                [np.inf if cell["time"] is None else float(cell["time"]) for cell in row]
                for row in told["sources_to_targets"]
            ]
        )

    def to_place(self, sources: Nodes, place: int) -> Seconds:
        """From each source to one place, (s)."""
        return self.table(sources, [place])[:, 0]

    def from_place(self, place: int, targets: Nodes) -> Seconds:
        """From one place to each target, (t)."""
        return self.table([place], targets)[0]

    def _points(self, nodes: Nodes) -> list[dict[str, float]]:
        return [
            {"lat": float(self.graph.lat[node]), "lon": float(self.graph.lon[node])}
            for node in nodes
        ]
