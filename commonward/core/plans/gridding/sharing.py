"""How many grids each part of a district gets, and how even that can be at best."""

import numpy as np
import numpy.typing as npt

from commonward.core.refusals import N_, Invalid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def shared(loads: Floats, sizes: Ints, grids: int) -> tuple[Ints, float]:
    """(grids of each part, the least possible largest distance of a part's mean load from the
    mean of all, as a share of it).

    `loads` of parts that no grid crosses, `sizes` their numbers of blocks: each part gets 1 to so
    many. The distance is a bound for every division: a part of load L with k grids has one that
    is at least |L/k / mean - 1| off. Raises Invalid where the number of grids cannot be shared.
    """
    if not len(loads) <= grids <= int(sizes.sum()):
        raise Invalid(
            N_("{blocks} blocks in {pieces} pieces can be {pieces} to {blocks} grids."),
            field="grids", blocks=int(sizes.sum()), pieces=len(loads),
        )  # fmt: skip
    mean = float(loads.sum()) / grids
    low, high = 0.0, float(grids)
    for _ in range(80):
        middle = (low + high) / 2
        if _spans(loads, sizes, mean, middle, grids) is None:
            low = middle
        else:
            high = middle
    spans = _spans(loads, sizes, mean, high, grids)
    if spans is None:  # the widest window takes all, so only rounding leads here
        spans = (np.ones_like(sizes), sizes)
    least, most = spans
    counts = np.clip(np.rint(loads / mean).astype(np.int64), least, most)
    while counts.sum() != grids:
        step = 1 if counts.sum() < grids else -1
        able = counts < most if step > 0 else counts > least
        then = np.maximum(counts + step, 1)
        worse = counts.clip(1) * (loads / counts.clip(1) / mean - 1) ** 2
        price = np.where(able, then * (loads / then / mean - 1) ** 2 - worse, np.inf)
        counts[int(np.argmin(price))] += step
    return counts, high


def _spans(
    loads: Floats, sizes: Ints, mean: float, off: float, grids: int
) -> tuple[Ints, Ints] | None:
    """The least and most grids of each part within a distance, None where that cannot be."""
    least = np.maximum(np.ceil(loads / (mean * (1 + off)) - 1e-12), 1).astype(np.int64)
    floor = mean * (1 - off)
    most = sizes if floor <= 0 else np.minimum(np.floor(loads / floor + 1e-12), sizes)
    most = np.asarray(most, np.int64)
    if (least > most).any() or not least.sum() <= grids <= most.sum():
        return None
    return least, most
