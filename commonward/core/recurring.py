"""Where disputes come again (矛盾多发地点): places, never people, and only from five up.

Each dispute is counted once, at the smallest place where at least `K` lie together: those of one
kind in a cell of about 50 m, else all in the cell, else those of one kind in its grid, and so on
up. What is too few is taken up into what is around it and never told of, and every figure is told
in steps of `K`. As no two counts hold the same dispute, none can be had by taking one from another.
(That an area of two grids has some in each can follow from its figure; how many never does.)
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

K = 5
"""Fewer than this are never shown."""
_CELL = 0.0005
"""Degrees of latitude of a cell (core.disputes.place_cell)."""


@dataclass(frozen=True, slots=True)
class Lying:
    """One dispute's place and kind: `path` is the path of its area, "/street/community/grid/"."""

    path: str
    cell: str
    kind: str


@dataclass(frozen=True, slots=True)
class Recurring:
    """A place with at least so many disputes that are counted nowhere else.

    `path` is the area around them, `cell` "" where they lie anywhere in it, `kind` "" where they
    are of several kinds.
    """

    path: str
    cell: str
    kind: str
    at_least: int


def recurring(disputes: Iterable[Lying], k: int = K) -> tuple[Recurring, ...]:
    """The places with at least `k` disputes, most first; see above for what is counted where."""
    cells: dict[str, list[Lying]] = defaultdict(list)
    areas: dict[str, list[Lying]] = defaultdict(list)
    for one in disputes:
        if one.cell:
            cells[one.cell].append(one)
        else:
            areas[one.path].append(one)
    found: list[Recurring] = []
    for cell, lying in cells.items():
        path = common([one.path for one in lying])
        for one in _counted(path, cell, lying, k, found):
            areas[one.path].append(one)
    while areas:
        path = max(areas, key=lambda p: (p.count("/"), p))
        left = _counted(path, "", areas.pop(path), k, found)
        if left and above(path):
            areas[above(path)] += left
    return tuple(sorted(found, key=lambda one: (-one.at_least, one.path, one.cell, one.kind)))


def _counted(
    path: str, cell: str, lying: Sequence[Lying], k: int, found: list[Recurring]
) -> list[Lying]:
    """Count those of a place in `found`, of one kind first; gives back those that are too few."""
    kinds: dict[str, list[Lying]] = defaultdict(list)
    for one in lying:
        kinds[one.kind].append(one)
    rest: list[Lying] = []
    for kind, ones in kinds.items():
        if len(ones) >= k:
            found.append(Recurring(path, cell, kind, _step(len(ones), k)))
        else:
            rest += ones
    if len(rest) < k:
        return rest
    found.append(Recurring(path, cell, "", _step(len(rest), k)))
    return []


def above(path: str) -> str:
    """The path around it; "" above the highest.

    >>> above("/1/2/")
    '/1/'
    """
    rest = path.rstrip("/").rpartition("/")[0]
    return f"{rest}/" if rest else ""


def common(paths: Sequence[str]) -> str:
    """The path of the smallest area that holds them all; "" where there is none."""
    parts = [path.strip("/").split("/") for path in paths]
    shared = []
    for names in zip(*parts, strict=False):
        if len(set(names)) > 1 or not names[0]:
            break
        shared.append(names[0])
    return f"/{'/'.join(shared)}/" if shared else ""


def middle(cell: str) -> tuple[float, float]:
    """The middle of a cell in degrees: latitude, longitude (the inverse of `place_cell`)."""
    row, _, column = cell.partition(":")
    south = int(row) * _CELL
    width = _CELL / max(math.cos(math.radians(south)), 0.01)
    return south + _CELL / 2, (int(column) + 0.5) * width


def _step(count: int, k: int) -> int:
    return count - count % k
