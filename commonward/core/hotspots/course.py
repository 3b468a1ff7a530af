"""Whether a hotspot grows, stays or ends, from its weeks (Mann 1945; Kendall 1975).

The rule follows the emerging hot spot analysis of cells and weeks, in three words:

- *ending*: the series falls (Mann-Kendall, p ≤ 0.05), or it had hot weeks and none in the last
  third of the window;
- *emerging*: the series rises (p ≤ 0.05), or all its hot weeks lie in the last third;
- *steady*: everything else.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

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


def course_of(series: Sequence[float], hot: Sequence[bool]) -> Course:
    """What the series of a hotspot is called; `hot` says which of its weeks stood out."""
    trend = mann_kendall(series)
    lately = max(1, round(len(series) * LAST))
    weeks = [n for n, one in enumerate(hot) if one]
    if trend.p <= LEVEL:
        return "emerging" if trend.s > 0 else "ending"
    if weeks and weeks[-1] < len(series) - lately:
        return "ending"
    if weeks and weeks[0] >= len(series) - lately:
        return "emerging"
    return "steady"


def since(hot: Sequence[bool]) -> int | None:
    """The first week of the last unbroken row of hot weeks; None where no week stood out."""
    weeks = [n for n, one in enumerate(hot) if one]
    if not weeks:
        return None
    first = weeks[-1]
    while first > 0 and hot[first - 1]:
        first -= 1
    return first
