"""Where to wait: posts for so many units by expected cover, and the table for each number of them.

MEXCLP (Daskin 1983): of each place's calls, what n units within reach cover if each is busy with
the same chance: 1 - busy^n. The sum is submodular, so that one unit after the other at the best
post is within 1 - 1/e of the best that any posts could do, and in practice within a percent.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.simulating.calls import Floats, Whole
from commonward.core.refusals import N_, Invalid


def expected_cover(
    posts: Sequence[int] | Whole, reach: NDArray[Any], demand: Floats, busy: float
) -> float:
    """The share of demand that units at these posts cover; `reach` (P, P) from post to place."""
    near = np.asarray(reach, dtype=bool)[np.asarray(posts, dtype=np.int64)].sum(axis=0)
    return float((demand * (1.0 - busy**near)).sum() / demand.sum())


def posts_for(
    units: int,
    reach: NDArray[Any],
    demand: NDArray[Any],
    busy: float,
    allowed: Sequence[int] | None = None,
) -> Whole:
    """(units) posts, each the one that adds most after those before it (a post may come again).

    `reach` (P, P): whether a unit at the one place is at the other in time. Equal gains: the lower
    number.
    """
    near = np.asarray(reach, dtype=bool)
    shares = np.asarray(demand, dtype=np.float64)
    if not 0.0 <= busy < 1.0:
        raise Invalid(N_("The chance that a unit is busy lies between 0 and 1."), field="busy")
    choice = np.arange(len(near)) if allowed is None else np.asarray(allowed, dtype=np.int64)
    if not len(choice):
        raise Invalid(N_("No post is allowed."), field="allowed")
    left = shares.copy()
    found = np.zeros(units, dtype=np.int64)
    for unit in range(units):
        gains = near[choice] @ left
        found[unit] = choice[int(np.argmax(gains))]
        left = np.where(near[found[unit]], left * busy, left)
    return found


def compliance_table(
    units: int,
    reach: NDArray[Any],
    demand: NDArray[Any],
    busy: float,
    allowed: Sequence[int] | None = None,
    nested: bool = True,
) -> Whole:
    """(units + 1, units) the posts for n idle units in row n, -1 behind them (待命点表).

    Nested: row n is row n - 1 and one post more, so that a unit that comes or goes moves nobody
    else. Otherwise each row is improved by exchanging single posts while that adds cover.
    """
    order = posts_for(units, reach, demand, busy, allowed)
    table = np.full((units + 1, units), -1, dtype=np.int64)
    for idle in range(1, units + 1):
        row = order[:idle]
        table[idle, :idle] = row if nested else exchanged(row, reach, demand, busy, allowed)
    return table


def exchanged(
    posts: Whole,
    reach: NDArray[Any],
    demand: NDArray[Any],
    busy: float,
    allowed: Sequence[int] | None = None,
) -> Whole:
    """Posts improved by moving one at a time to where it adds most, until none gains."""
    near = np.asarray(reach, dtype=bool)
    shares = np.asarray(demand, dtype=np.float64)
    choice = np.arange(len(near)) if allowed is None else np.asarray(allowed, dtype=np.int64)
    found = np.array(posts, dtype=np.int64)
    counts = near[found].sum(axis=0)
    moved = True
    while moved:
        moved = False
        for index in range(len(found)):
            without = counts - near[found[index]]
            gains = near[choice] @ (shares * busy**without)
            best = int(np.argmax(gains))
            own = float((near[found[index]] * shares * busy**without).sum())
            if gains[best] > own * (1.0 + 1e-12):
                found[index] = choice[best]
                moved = True
            counts = without + near[found[index]]
    return found
