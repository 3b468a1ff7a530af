"""Blocks moved by hand: what a move would do, before it is done."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from commonward.core.plans.districting.blocks import District, Floats, Ints
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True, eq=False)
class Table:
    """A division laid out for moves by hand; `lay` makes one, `with_move` the next."""

    area: District
    grids: Ints
    totals: Floats
    mean: float
    seen: Ints
    queue: Ints


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving a block would do.

    `left` and `entered` are the loads of the two grids afterwards as shares of the mean less 1;
    `whole` says that the grid it leaves stays in one piece and is not empty, `joined` that it
    touches the grid it enters over a border that may be crossed; `cut` is the change of border
    length between grids (hard borders do not count).
    """

    left: float
    entered: float
    whole: bool
    joined: bool
    cut: float

    @property
    def allowed(self) -> bool:
        """Whether both grids are in one piece afterwards."""
        return self.whole and self.joined


def lay(area: District, grids: Ints) -> Table:
    """Lay out a division whose grids have small numbers (0 or more)."""
    label = np.ascontiguousarray(grids, np.int64)
    if label.shape != area.loads.shape or label.min() < 0:
        raise Invalid(N_("Each block has one grid."), field="grids")
    totals = np.bincount(label, area.loads).astype(np.float64)
    used = np.unique(label).size
    n = label.size
    area.neighbours  # noqa: B018 — computed now, so that the first move is quick too
    return Table(
        area, label, totals, float(area.loads.sum()) / used, np.zeros(n, np.int64),
        np.empty(n, np.int64),
    )  # fmt: skip


def moved(table: Table, block: int, grid: int) -> Moved:
    """What moving this block to that grid would do; nothing is changed. A few microseconds."""
    if not 0 <= block < table.grids.size or not 0 <= grid < table.totals.size:
        raise Invalid(N_("There is no such block or grid."), field="block")
    own = int(table.grids[block])
    first, other, border = table.area.neighbours
    left, entered = table.totals[own], table.totals[grid]
    if own != grid:
        left, entered = left - table.area.loads[block], entered + table.area.loads[block]
    whole, joined, cut = _look(first, other, border, table.grids, block, grid, table.seen,
                               table.queue)  # fmt: skip
    return Moved(float(left / table.mean - 1), float(entered / table.mean - 1), whole, joined, cut)


def with_move(table: Table, block: int, grid: int) -> Table:
    """The division after a move; raises Invalid where a grid would not be in one piece."""
    if not moved(table, block, grid).allowed:
        raise Invalid(
            N_("Block {block} cannot go to grid {grid}: a grid would not be in one piece."),
            field="block",
            block=block,
            grid=grid,
        )
    grids = table.grids.copy()
    grids[block] = grid
    totals = np.bincount(grids, table.area.loads, minlength=table.totals.size).astype(np.float64)
    return Table(table.area, grids, totals, table.mean, table.seen, table.queue)


@njit(cache=True)
def _look(first, other, border, grids, block, grid, seen, queue):  # type: ignore[no-untyped-def]  # noqa: C901
    """(the old grid holds, the new one is touched, change of cut length).

    `seen` and `queue` are scratch; `seen` is all 0 before and after.
    """
    own = grids[block]
    if own == grid:
        return True, True, 0.0
    stay, go = 0.0, 0.0
    wanted, start = 0, -1
    for k in range(first[block], first[block + 1]):
        there = other[k]
        if grids[there] == own:
            stay += border[k]
            wanted += 1
            start = there
            seen[there] = 1
        elif grids[there] == grid:
            go += border[k]
    done = 0
    if wanted:
        # 1: a neighbour still to be reached; 2: reached.
        seen[block], seen[start] = 2, 2
        wanted -= 1
        queue[0] = start
        tail = 1
        while done < tail and wanted > 0:
            here = queue[done]
            done += 1
            for k in range(first[here], first[here + 1]):
                there = other[k]
                if grids[there] != own or seen[there] == 2:
                    continue
                if seen[there] == 1:
                    wanted -= 1
                seen[there] = 2
                queue[tail] = there
                tail += 1
        for i in range(tail):
            seen[queue[i]] = 0
        seen[block] = 0
        for k in range(first[block], first[block + 1]):
            seen[other[k]] = 0
    return start >= 0 and wanted == 0, go > 0.0, stay - go
