"""The p-median instances of Beasley's OR-Library, as the shared data hold them."""

import csv
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from commonward.core.plans.cover.arrays import Floats


def median_of_file(shared: Path, number: int) -> tuple[Floats, int, int]:
    """(lengths between all corners, sites to open, proven optimum) of instance 1 to 40.

    A street that is listed twice has the length of its last line, as Beasley says.
    """
    folder = shared / "data" / "plans" / "pmed"
    words = [int(word) for word in (folder / f"pmed{number}.txt").read_text().split()]
    corners, streets, count = words[:3]
    length = {}
    for a, b, along in np.reshape(words[3 : 3 + 3 * streets], (-1, 3)):
        length[min(a, b) - 1, max(a, b) - 1] = along
    ends = np.array(list(length))
    graph = csr_array((list(length.values()), (ends[:, 0], ends[:, 1])), shape=(corners, corners))
    with (folder / "optima.csv").open() as lines:
        optima = {row["instance"]: int(row["optimum"]) for row in csv.DictReader(lines)}
    return dijkstra(graph, directed=False), count, optima[f"pmed{number}"]
