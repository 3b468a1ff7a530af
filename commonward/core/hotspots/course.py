"""Whether a hotspot grows, stays or ends, from its weeks (Mann 1945; Kendall 1975).

The rule follows the emerging hot spot analysis of cells and weeks, in three words:

- *emerging*: the last third of the weeks has more of the place's cases than its share of what is
  expected (exact binomial, p ≤ 0.025), or the series of Gi* rises (Mann-Kendall, p ≤ 0.05);
- *ending*: the last third has fewer than its share, or the series falls;
- *steady*: everything else.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import binom

Course = Literal["emerging", "steady", "ending"]
LEVEL = 0.05
LAST = 1 / 3
"""The share of the weeks that counts as now."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Mann-Kendall's S (pairs that rise less those that fall), its z and the two-sided p."""

    s: int
    z: float
    p: float


def mann_kendall(series: Sequence[float]) -> Trend:
    """The trend of a series, ties and the step from whole numbers allowed for."""
    values = np.asarray(series, np.float64)
    count = len(values)
    if count < 3:
        return Trend(0, 0.0, 1.0)
    s = int(np.sign(values[None, :] - values[:, None])[np.triu_indices(count, 1)].sum())
    ties = np.unique(values, return_counts=True)[1]
    variance = count * (count - 1) * (2 * count + 5)
    variance -= int((ties * (ties - 1) * (2 * ties + 5)).sum())
    if variance <= 0:
        return Trend(s, 0.0, 1.0)
    z = (s - (s > 0) + (s < 0)) / math.sqrt(variance / 18)
    return Trend(s, z, math.erfc(abs(z) / math.sqrt(2)))


def course_of(series: Sequence[float], counts: Sequence[int], usual: Sequence[float]) -> Course:
    """What a hotspot is called by its series of Gi*, its cases of each week and those expected."""
    lately = -max(1, round(len(series) * LAST))
    cases, now = sum(counts), sum(counts[lately:])
    share = sum(usual[lately:]) / sum(usual) if sum(usual) > 0 else 0.0
    if binom.sf(now - 1, cases, share) <= LEVEL / 2:
        return "emerging"
    if binom.cdf(now, cases, share) <= LEVEL / 2:
        return "ending"
    trend = mann_kendall(series)
    if trend.p > LEVEL:
        return "steady"
    return "emerging" if trend.s > 0 else "ending"


def since(hot: Sequence[bool]) -> int | None:
    """The first week of the last unbroken row of hot weeks; None where no week stood out."""
    weeks = [n for n, one in enumerate(hot) if one]
    if not weeks:
        return None
    first = weeks[-1]
    while first > 0 and hot[first - 1]:
        first -= 1
    return first
