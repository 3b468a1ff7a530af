"""The outlines of cells on a grid, as polygons: what a union of thousands of squares is too slow for."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage


def outline(cells: npt.NDArray[np.bool_]) -> Any:
    """Set cells, (rows, columns) bool, as polygons in the grid's own numbers (x column, y row).

    The cell of row j and column i is the square from (i, j) to (i + 1, j + 1). Cells that meet
    only in a corner are two polygons. Linear in the cells, plus a step for each straight piece of
    outline.
    """
    padded = np.pad(cells, 1).astype(np.int8)
    parts, _ = ndimage.label(padded)
    # A piece runs with the set cells on its left: level pieces east where they lie north of it.
    level = _runs(np.diff(padded, axis=0))
    upright = _runs(np.diff(padded, axis=1).T)
    if not len(level):
        return shapely.MultiPolygon()
    line, first, last, sign = level.T
    inside = parts[np.where(sign > 0, line + 1, line), first]
    start = np.stack((np.where(sign > 0, first, last), line + 1), axis=1)
    end = np.stack((np.where(sign > 0, last, first), line + 1), axis=1)
    across, low, high, turn = upright.T
    up_start = np.stack((across + 1, np.where(turn > 0, high, low)), axis=1)
    up_end = np.stack((across + 1, np.where(turn > 0, low, high)), axis=1)
    width = np.int64(padded.shape[1] + 1)
    beside = parts[low, np.where(turn > 0, across + 1, across)]
    onward = _next(_key(end, width), sign > 0, _key(up_start, width), turn < 0, beside)
    back = _next(_key(up_end, width), turn < 0, _key(start, width), sign < 0, inside)
    following = back[onward].tolist()
    # The padding lies one cell before the grid, and level line 0 between its first two rows.
    corners = np.stack((start, end), axis=1) - 1
    return _polygons(corners, inside, following)


def flat_lengths(lines: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Lengths of short straight lines, (s, 2, 2) lon, lat, in degrees of latitude."""
    east, north = (lines[:, 1] - lines[:, 0]).T
    far: npt.NDArray[np.float64] = np.hypot(east * np.cos(np.radians(lines[:, 0, 1])), north)
    return far


def _runs(change: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """Where the outline runs along a line: (n, 4) line, first and last corner, and its sign."""
    edged = np.pad(change, ((0, 0), (1, 1)))
    line, corner = np.nonzero(np.diff(edged, axis=1))
    before, after = edged[line, corner], edged[line, corner + 1]
    begins, ends = after != 0, before != 0
    return np.stack((line[begins], corner[begins], corner[ends], after[begins]), axis=1).astype(
        np.int64
    )


def _key(points: npt.NDArray[np.int64], width: np.int64) -> npt.NDArray[np.int64]:
    return points[:, 1] * width + points[:, 0]


def _next(
    ends: npt.NDArray[np.int64],
    ahead: npt.NDArray[np.bool_],
    starts: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.bool_],
    part: npt.NDArray[np.int32],
) -> npt.NDArray[np.int64]:
    """For each end the piece that begins there.

    Where two begin, cells meet in a corner: two parts are kept apart by turning left; one part
    that meets itself there parts a hole from its rim by turning right.
    """
    order = np.lexsort((wanted, starts))
    known = starts[order]
    first = np.searchsorted(known, ends, "left")
    two = np.searchsorted(known, ends, "right") - first == 2
    second = order[np.minimum(first + 1, len(order) - 1)]
    itself = part[order[first]] == part[second]
    return order[first + (two & (ahead ^ itself))]


def _polygons(
    corners: npt.NDArray[np.int64], inside: npt.NDArray[np.int32], following: list[int]
) -> Any:
    """Rings from the pieces that follow each other, and each hole in the part that it lies in."""
    free = np.ones(len(following), np.bool_)
    rings: dict[int, list[npt.NDArray[np.int64]]] = {}
    for begin in range(len(following)):
        if not free[begin]:
            continue
        chain = []
        at = begin
        while free[at]:
            free[at] = False
            chain.append(at)
            at = following[at]
        rings.setdefault(int(inside[begin]), []).append(corners[chain].reshape(-1, 2))
    made = []
    for of_one in rings.values():
        outside = max(of_one, key=_doubled_area)
        holes = [ring for ring in of_one if ring is not outside]
        made.append(shapely.Polygon(outside, holes))
    return shapely.MultiPolygon(made)


def _doubled_area(ring: npt.NDArray[np.int64]) -> int:
    x, y = ring.T
    return int((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
