"""The lists of all atoms as one tree: lists that begin alike share their beginning."""

from dataclasses import dataclass

import numpy as np

from commonward.core.plans.queueing.model import Floats, Whole


@dataclass(frozen=True)
class Trie:
    """A tree in preorder, K nodes: a call at a node asks `unit`, its ancestors being busy.

    `weight` (K): calls that come through the node per unit of time. `skip` (K): the first node
    behind the node's subtree. `before` (K): the set of units above the node, one bit each.
    `place` (A, L): the node of each entry of an atom's list, -1 behind the last.
    """

    unit: Whole
    weight: Floats
    skip: Whole
    before: Whole
    place: Whole


def grow(calls: Floats, lists: Whole) -> Trie:
    """The tree of these lists; `before` holds sets only of units below 62."""
    order = np.lexsort(lists.T[::-1])
    unit: list[int] = []
    weight: list[float] = []
    before: list[int] = []
    skip: list[int] = []
    place = np.full(lists.shape, -1, dtype=np.int64)
    path: list[int] = []
    for atom in order.tolist():
        row = [int(one) for one in lists[atom] if one >= 0]
        same = 0
        while same < len(row) and same < len(path) and unit[path[same]] == row[same]:
            same += 1
        for node in path[same:]:
            skip[node] = len(unit)
        del path[same:]
        for one in row[same:]:
            above = path[-1] if path else -1
            before.append(0 if above < 0 else before[above] | 1 << unit[above])
            path.append(len(unit))
            unit.append(one)
            weight.append(0.0)
            skip.append(0)
        for rank, node in enumerate(path):
            weight[node] += float(calls[atom])
            place[atom, rank] = node
    for node in path:
        skip[node] = len(unit)
    return Trie(
        np.array(unit, dtype=np.int64),
        np.array(weight),
        np.array(skip, dtype=np.int64),
        np.array(before, dtype=np.int64),
        place,
    )
