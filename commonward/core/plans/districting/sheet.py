"""The score sheet of a division, beside today's."""

from dataclasses import dataclass

import numpy as np

from commonward.core.plans.districting.blocks import District, Floats, Ints


@dataclass(frozen=True)
class Score:
    """How good a division is.

    `off` largest and `spread` mean distance of a load from the mean, as shares of it; `within` the
    share of grids inside the tolerance; `cut` the share of border length between grids; `broken`
    the number of grids that are not in one piece; `round` the mean and `ragged` the least
    Polsby–Popper score (4π area / outline², 1 is a circle), None where no shapes are known;
    `changed` blocks and `moved` households that are in another grid than today.
    """

    grids: int
    off: float
    spread: float
    within: float
    cut: float
    broken: int
    round: float | None
    ragged: float | None
    changed: int = 0
    moved: float = 0.0


def score(
    area: District,
    grids: Ints,
    *,
    tolerance: float = 0.05,
    today: Ints | None = None,
    households: Floats | None = None,
) -> Score:
    """Score a division (a grid's number for each block); the same for today's gives the contrast."""
    names, label = np.unique(grids, return_inverse=True)
    totals = np.bincount(label, area.loads)
    off = np.abs(totals / totals.mean() - 1.0)
    apart = label[area.ends[:, 0]] != label[area.ends[:, 1]]
    pieces = np.unique(np.column_stack([label, area.pieces_of(label)]), axis=0)
    roundness: Floats | None = None
    if area.areas is not None and area.outlines is not None:
        inner = np.bincount(label[area.ends[~apart, 0]], area.lengths[~apart], minlength=names.size)
        around = np.bincount(label, area.outlines) - 2 * inner
        roundness = 4 * np.pi * np.bincount(label, area.areas) / np.maximum(around, 1e-9) ** 2
    other = np.zeros(grids.size, bool) if today is None else (today >= 0) & (grids != today)
    return Score(
        grids=int(names.size),
        off=float(off.max()),
        spread=float(off.mean()),
        within=float((off <= tolerance * (1 + 1e-9)).mean()),
        cut=float(area.lengths[apart].sum() / max(area.lengths.sum(), 1e-300)),
        broken=int((np.bincount(pieces[:, 0]) > 1).sum()),
        round=None if roundness is None else float(roundness.mean()),
        ragged=None if roundness is None else float(roundness.min()),
        changed=int(other.sum()),
        moved=0.0 if households is None else float(households[other].sum()),
    )
