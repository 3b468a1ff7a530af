"""A district of blocks: the work of each, and where two of them touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from commonward.core.refusals import N_, Invalid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHARED_AT_LEAST = 0.01
"""Metres: blocks that share less touch in a corner only."""


@dataclass(frozen=True, eq=False)
class District:
    """Blocks 0 … n-1 and their borders; build one with `district` or `from_outlines`.

    `loads` n, the unit is the caller's; `ends` m × 2, the two blocks of each border; `lengths` m;
    `crossed` m, False where a grid may not reach over the border (village line, river, railway).
    `areas` and `outlines` n, square and plain metres, where shapes are known.
    """

    loads: Floats
    ends: Ints
    lengths: Floats
    crossed: Bools
    areas: Floats | None = None
    outlines: Floats | None = None

    @cached_property
    def neighbours(self) -> tuple[Ints, Ints, Floats]:
        """Borders that may be crossed, by block: n + 1 starts, neighbours, lengths."""
        ends, lengths = self.ends[self.crossed], self.lengths[self.crossed]
        here = np.concatenate([ends[:, 0], ends[:, 1]])
        there = np.concatenate([ends[:, 1], ends[:, 0]])
        order = np.lexsort((there, here))
        first = np.zeros(self.loads.size + 1, np.int64)
        first[1:] = np.cumsum(np.bincount(here, minlength=self.loads.size))
        return first, there[order], np.concatenate([lengths, lengths])[order]

    @cached_property
    def pieces(self) -> Ints:
        """The piece of each block: blocks are of one piece if a grid could reach from one to all."""
        return self.pieces_of(np.zeros(self.loads.size, np.int64))

    def pieces_of(self, grids: Ints) -> Ints:
        """The piece of each block when nothing reaches beyond its grid either."""
        same = self.crossed & (grids[self.ends[:, 0]] == grids[self.ends[:, 1]])
        n = self.loads.size
        graph = csr_array(
            (np.ones(int(same.sum())), (self.ends[same, 0], self.ends[same, 1])), shape=(n, n)
        )
        return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def district(
    loads: Sequence[float] | Floats,
    ends: Sequence[tuple[int, int]] | Ints,
    *,
    lengths: Sequence[float] | Floats | None = None,
    crossed: Sequence[bool] | Bools | None = None,
    areas: Floats | None = None,
    outlines: Floats | None = None,
) -> District:
    """A district from its borders; lengths are 1 and all may be crossed unless given.

    Raises Invalid for a load below 0 or not finite, no load at all, an end that is no block, a
    block beside itself, a border given twice or a length that is not above 0.
    """
    work = np.ascontiguousarray(loads, np.float64)
    pairs = np.ascontiguousarray(np.asarray(ends, np.int64).reshape(-1, 2))
    long = np.ones(len(pairs)) if lengths is None else np.ascontiguousarray(lengths, np.float64)
    over = np.ones(len(pairs), bool) if crossed is None else np.ascontiguousarray(crossed, bool)
    if not np.isfinite(work).all() or (work < 0).any() or not work.sum() > 0:
        raise Invalid(
            N_("The work of a block is a number of 0 or more, and not 0 for all."), field="loads"
        )
    if len(long) != len(pairs) or len(over) != len(pairs) or not (long > 0).all():
        raise Invalid(N_("Each border has one length above 0."), field="lengths")
    if pairs.size and (pairs.min() < 0 or pairs.max() >= work.size):
        raise Invalid(N_("A border names a block that is not there."), field="ends")
    ordered = np.sort(pairs, axis=1)
    if (pairs[:, 0] == pairs[:, 1]).any() or len(np.unique(ordered, axis=0)) != len(pairs):
        raise Invalid(N_("A border lies between two blocks and is named once."), field="ends")
    return District(work, pairs, long, over, areas, outlines)


def workload(
    counts: Mapping[str, Sequence[float] | Floats], weights: Mapping[str, float]
) -> Floats:
    """The work of each block: a weighted sum of, say, households, past cases and hectares.

    Raises Invalid where a count has no weight, a weight is below 0, or the counts differ in size.
    """
    sizes = {len(values) for values in counts.values()}
    if len(sizes) != 1 or set(counts) != set(weights) or min(weights.values()) < 0:
        raise Invalid(
            N_("Each count of the blocks needs one weight of 0 or more, for the same blocks."),
            field="weights",
        )
    total = np.zeros(sizes.pop())
    for name, values in counts.items():
        total += weights[name] * np.asarray(values, np.float64)
    return total


def from_outlines(
    outlines: Sequence[Any],
    loads: Sequence[float] | Floats,
    *,
    villages: Sequence[int] | None = None,
    barriers: Sequence[Any] = (),
    bridges: Sequence[Any] = (),
    near: float = 5.0,
) -> District:
    """A district from shapely polygons in plane metres that share their borders.

    A border is not crossed where it lies between two `villages` (a number for each block), or for
    more than half of its length within `near` metres of a barrier line (river, railway), unless a
    bridge (a point) lies within `near` metres of the border. Raises Invalid as `district`, and for
    blocks that overlap.
    """
    shapes = np.asarray(outlines, dtype=object)
    if len(shapes) != len(loads):
        raise Invalid(N_("Each block has one outline and one load."), field="outlines")
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.intersection(shapes[left], shapes[right])
    if (shapely.area(shared) > SHARED_AT_LEAST * np.maximum(shapely.length(shared), 1.0)).any():
        raise Invalid(N_("Two blocks overlap."), field="outlines")
    lengths = shapely.length(shared)
    long = lengths > SHARED_AT_LEAST
    left, right, shared, lengths = left[long], right[long], shared[long], lengths[long]
    crossed = np.ones(len(left), bool)
    if barriers:
        wide = shapely.buffer(shapely.union_all(list(barriers)), near)
        crossed &= shapely.length(shapely.intersection(shared, wide)) <= lengths / 2
    if bridges:
        crossed |= shapely.dwithin(shared, shapely.union_all(list(bridges)), near)
    if villages is not None:
        named = np.asarray(villages)
        crossed &= named[left] == named[right]
    return district(
        loads,
        np.column_stack([left, right]),
        lengths=lengths,
        crossed=crossed,
        areas=shapely.area(shapes),
        outlines=shapely.length(shapes),
    )
