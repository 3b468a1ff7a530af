"""Why no division can be: the smallest reason found, each one a proof."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from commonward.core.plans.districting.blocks import District, Ints
from commonward.core.plans.districting.lumps import STRANDED, first_lump
from commonward.core.refusals import N_, Invalid

ROUNDING = 1e-9
SETS = 20_000
"""Connected sets looked at for one block; after that nothing is claimed about it."""


@dataclass(frozen=True)
class Impossible:
    """A proof that no division has all loads within the tolerance.

    `reason` says it in words. `blocks` are those it is about, their own load is `load`; a grid may
    have from `low` to `high`, in the unit of the loads.
    """

    reason: Invalid
    blocks: tuple[int, ...]
    load: float
    low: float
    high: float


def window(area: District, grids: int, tolerance: float) -> tuple[float, float]:
    """The least and most load of a grid."""
    mean = float(area.loads.sum()) / grids
    return mean * (1 - tolerance), mean * (1 + tolerance)


def impossible(
    area: District, grids: int, *, tolerance: float = 0.05, fixed: Ints | None = None
) -> Impossible | None:
    """A proof that the blocks are too lumpy, or None where none was found.

    None is no promise: deciding it is NP-complete. Looked at, in this order: a block heavier than
    a grid may be; blocks fixed to one grid that are; a piece whose load no whole number of grids
    can share; pieces that together need more or fewer grids; a block of which every connected set
    has the wrong load or cuts off a piece that no number of grids can share.
    """
    low, high = window(area, grids, tolerance)
    found = _heavy(area, low, high, fixed) or _pieces(area, grids, low, high)
    if found:
        return found
    first, other, _ = area.neighbours
    order = np.argsort(-area.loads, kind="stable")
    slack = ROUNDING * high
    block, word, nearest, _ = first_lump(
        first, other, area.loads, low - slack, high + slack, SETS, order
    )
    if block < 0:
        return None
    load = float(area.loads[block])
    if word == STRANDED:
        text = N_(
            "Every grid that could hold block {block} (load {load:.4g}) would cut off blocks that "
            "cannot be grids of {low:.4g} to {high:.4g} themselves."
        )
    else:
        text = N_(
            "Block {block} (load {load:.4g}) and its neighbours cannot be a grid: the connected "
            "blocks nearest to {low:.4g} to {high:.4g} have {nearest:.4g}."
        )
    reason = Invalid(
        text, field="loads", block=int(block), load=load, low=low, high=high, nearest=nearest
    )
    return Impossible(reason, (int(block),), load, low, high)


def _heavy(area: District, low: float, high: float, fixed: Ints | None) -> Impossible | None:
    heaviest = int(np.argmax(area.loads))
    load = float(area.loads[heaviest])
    if load > high * (1 + ROUNDING):
        reason = Invalid(
            N_("Block {block} alone has a load of {load:.4g}; a grid may have {high:.4g}."),
            field="loads",
            block=heaviest,
            load=load,
            high=high,
        )
        return Impossible(reason, (heaviest,), load, low, high)
    if fixed is None or not (fixed >= 0).any():
        return None
    held = fixed >= 0
    together = np.bincount(fixed[held], area.loads[held])
    grid = int(np.argmax(together))
    if together[grid] <= high * (1 + ROUNDING):
        return None
    reason = Invalid(
        N_("The blocks fixed to grid {grid} have a load of {load:.4g}; it may have {high:.4g}."),
        field="fixed",
        grid=grid,
        load=float(together[grid]),
        high=high,
    )
    blocks = tuple(int(block) for block in np.flatnonzero(fixed == grid))
    return Impossible(reason, blocks, float(together[grid]), low, high)


def _pieces(area: District, grids: int, low: float, high: float) -> Impossible | None:
    totals = np.bincount(area.pieces, area.loads)
    sizes = np.bincount(area.pieces)
    least, most = spans(totals, sizes, low, high)
    for piece in np.argsort(sizes, kind="stable"):
        if least[piece] > most[piece]:
            blocks = tuple(int(block) for block in np.flatnonzero(area.pieces == piece))
            reason = Invalid(
                N_(
                    "{count} blocks within hard borders, block {block} among them, have a load of "
                    "{load:.4g}: no whole number of grids of {low:.4g} to {high:.4g} is that."
                ),
                field="crossed",
                count=len(blocks),
                block=blocks[0],
                load=float(totals[piece]),
                low=low,
                high=high,
            )
            return Impossible(reason, blocks, float(totals[piece]), low, high)
    if least.sum() <= grids <= most.sum():
        return None
    reason = Invalid(
        N_("The pieces within hard borders need {least} to {most} grids, not {grids}."),
        field="grids",
        least=int(least.sum()),
        most=int(most.sum()),
        grids=grids,
    )
    return Impossible(reason, (), float(totals.sum()), low, high)


def spans(
    totals: Sequence[float] | np.ndarray, sizes: np.ndarray, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """The least and most grids that each piece may have; least > most where it can have none."""
    loads = np.asarray(totals)
    least = np.maximum(1, np.ceil(loads / high - ROUNDING)).astype(np.int64)
    most = np.floor(loads / max(low, 1e-300) + ROUNDING)
    return least, np.minimum(most, sizes).astype(np.int64)
