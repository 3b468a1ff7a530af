"""Gi* (Getis & Ord 1992; Ord & Getis 1995): is there more around a cell than anywhere else?

For values x of n cells and the m cells within reach of cell i, itself among them (weights 1),

    Gi* = (Σ_near x − m x̄) / (s √((n m − m²) / (n − 1))),   s² = Σ x² / n − x̄²

which under the chance that the values were dealt to the cells at random has mean 0 and variance
1. Counts of few are skewed, and a normal table would call too many of them rare: the p-value is
therefore of the Pearson type III curve with the first three moments that dealing gives exactly
(Mielke & Berry 2007). With no skew it is the normal one.

Many cells are asked at once: p-values become q-values that bound the share of false discoveries
(Benjamini & Hochberg 1995; neighbouring sums depend on each other positively, for which it holds:
Benjamini & Yekutieli 2001).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import gamma, norm

from commonward.core.hotspots.ground import Floats, Ints

_NO_SKEW = 1e-6


@dataclass(frozen=True, slots=True)
class Standing:
    """By cell: `z` is Gi*, `p` the chance of as much or more, `q` the same for all at once."""

    z: Floats
    p: Floats
    q: Floats


def residuals(counts: Ints | Floats, expected: Floats) -> Floats:
    """(count − expected) / √expected: what is left when places are as different as they ever were.

    A cell in which nothing is expected says nothing: 0.
    """
    root = np.sqrt(np.where(expected > 0, expected, 1.0))
    return np.where(expected > 0, (counts - expected) / root, 0.0)


def standing_out(values: Floats, rings: Sequence[Ints]) -> Standing:
    """Gi* of each cell over its ring, with one-sided p-values (more than elsewhere)."""
    cells = len(values)
    around = np.array([len(ring) for ring in rings], np.float64)
    mean = float(values.mean()) if cells else 0.0
    apart = values - mean
    second = float((apart**2).mean()) if cells else 0.0
    if cells < 3 or second <= 0:
        return Standing(np.zeros(cells), np.ones(cells), np.ones(cells))
    third = float((apart**3).mean())
    flat = np.concatenate(rings)
    starts = np.concatenate(([0], np.cumsum(around[:-1]))).astype(np.int64)
    sums = np.add.reduceat(apart[flat], starts)
    variance = second * around * (cells - around) / (cells - 1)
    known = variance > 0
    z = np.where(known, sums / np.sqrt(np.where(known, variance, 1.0)), 0.0)
    moment = third * around * (cells - around) * (cells - 2 * around)
    moment /= (cells - 1) * (cells - 2)
    skew = np.where(known, moment / np.where(known, variance, 1.0) ** 1.5, 0.0)
    p = np.where(known, beyond(z, skew), 1.0)
    return Standing(z, p, discoveries(p))


def beyond(z: Floats, skew: Floats) -> Floats:
    """P(Z ≥ z) for a standardised Pearson III variable of this skewness."""
    straight = np.abs(skew) < _NO_SKEW
    bent = np.where(straight, 1.0, skew)
    shape = 4.0 / bent**2
    # Z = (G − shape) / √shape, mirrored for a skew to the left.
    at = shape + np.sign(bent) * np.sqrt(shape) * z
    tail = np.where(
        bent > 0,
        gamma.sf(np.maximum(at, 0.0), shape),
        gamma.cdf(np.maximum(at, 0.0), shape),
    )
    return np.asarray(np.where(straight, norm.sf(z), tail), np.float64)


def discoveries(p: Floats) -> Floats:
    """q-values (Benjamini & Hochberg 1995): those at most a are false in at most a share a of cases."""
    count = len(p)
    if not count:
        return p
    order = np.argsort(p)
    scaled = p[order] * count / np.arange(1, count + 1)
    least = np.minimum.accumulate(scaled[::-1])[::-1]
    found = np.empty(count)
    found[order] = np.minimum(least, 1.0)
    return found
