"""Which of today's grids a new one continues, so that it keeps its code."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def continued(grids: Ints, today: Ints, weight: Floats) -> dict[int, int]:
    """New grid → today's grid that it mostly is: more than half of the work of either is in both.

    `grids` and `today` (-1: none) n numbers, `weight` n, the work of each block. At most one
    new grid continues each of today's.
    """
    known = today >= 0
    old = _sums(today[known], weight[known])
    new = _sums(grids, weight)
    both: dict[tuple[int, int], float] = {}
    for one, was, load in zip(
        grids[known].tolist(), today[known].tolist(), weight[known].tolist(), strict=True
    ):
        both[one, was] = both.get((one, was), 0.0) + load
    return {
        one: was
        for (one, was), load in sorted(both.items())
        if load > 0.5 * old[was] and load > 0.5 * new[one]
    }


def _sums(numbers: Ints, weight: Floats) -> dict[int, float]:
    found, place = np.unique(numbers, return_inverse=True)
    sums = np.bincount(place.reshape(-1), weight, minlength=len(found))
    return dict(zip(found.tolist(), sums.tolist(), strict=True))
