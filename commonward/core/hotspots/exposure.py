"""What was to be expected in a cell, and how far a count of few can be trusted.

Two exposures. The *mix*: a cell's share of all problems at places over the long run, whatever
they are; a place where much is reported is then no hotspot of anything by that alone. The
*history*: the same category's own past in the cell, drawn towards the mix as far as the past is
thin (empirical Bayes); a place is then hot when there is more than is usual just there.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, nbinom

from commonward.core.hotspots.ground import Floats, Ints


@dataclass(frozen=True, slots=True)
class Prior:
    """A gamma prior of relative rates with mean 1 per unit of exposure; `strength` is its shape.

    An infinite strength says that the rates differ no more than chance does.
    """

    mean: float
    strength: float


def prior_of(counts: Ints, expected: Floats) -> Prior:
    """The prior by moments (Marshall 1991; Clayton & Kaldor 1987) of counts over their exposures.

    The mean is Σ counts / Σ expected; the variance between cells is what the weighted variance
    of the rates has beyond chance. Cells without exposure say nothing.
    """
    known = expected > 0
    counts, expected = counts[known], expected[known]
    if not len(counts) or counts.sum() == 0:
        return Prior(0.0, np.inf)
    mean = counts.sum() / expected.sum()
    rates = counts / expected
    spread = float((expected * (rates - mean) ** 2).sum() / expected.sum())
    between = spread - mean / float(expected.mean())
    return Prior(float(mean), np.inf if between <= 0 else float(mean**2 / between))


def smoothed(counts: Ints, expected: Floats) -> Floats:
    """Rates (counts / expected) drawn towards the mean as far as they rest on few cases."""
    prior = prior_of(counts, expected)
    if not np.isfinite(prior.strength) or prior.mean == 0:
        return np.full(len(counts), prior.mean)
    rate: Floats = (counts + prior.strength) / (expected + prior.strength / prior.mean)
    return rate


@dataclass(frozen=True, slots=True)
class Exposure:
    """By cell its share of what is expected (sum 1), and how sure that is.

    `shapes` are of the gamma curve in which the true expectation lies: that of a share which
    rests on n cases has about the shape n.
    """

    shares: Floats
    shapes: Floats

    def beyond(self, counts: Ints, expected: Floats) -> Floats:
        """The chance of as many cases or more: Poisson counts of an expectation that is itself
        uncertain (negative binomial)."""
        known = expected > 0
        usual = np.where(known, expected, 1.0)
        chance = nbinom.sf(counts - 1, self.shapes, self.shapes / (self.shapes + usual))
        return np.asarray(np.where(known, chance, 1.0), np.float64)


_SURE = 1e6
_UNSURE = 0.5


def even(cells: int) -> Exposure:
    """The same share for each."""
    return Exposure(np.full(cells, 1 / max(1, cells)), np.full(cells, _SURE))


def by_mix(mix: Ints) -> Exposure:
    """Each cell's share of all problems in the long run."""
    return Exposure(mix / max(1, int(mix.sum())), np.clip(mix, _UNSURE, _SURE))


def by_history(history: Ints, mix: Ints) -> Exposure:
    """Each cell's share of the category by its own past, drawn towards the mix where that is thin."""
    plain = by_mix(mix)
    if history.sum() == 0:
        return plain
    expected = plain.shares * float(history.sum())
    prior = prior_of(history, expected)
    if not np.isfinite(prior.strength):
        return plain
    wanted = plain.shares * np.where(expected > 0, smoothed(history, expected), 0.0)
    shapes = np.clip(history + prior.strength, _UNSURE, _SURE)
    return Exposure(np.asarray(wanted / wanted.sum(), np.float64), shapes)


def interval(count: float, expected: float, level: float = 0.95) -> tuple[float, float]:
    """The exact Poisson interval (Garwood 1936) of the ratio count / expected."""
    beside = (1 - level) / 2
    low = 0.0 if count == 0 else float(chi2.ppf(beside, 2 * count)) / 2
    high = float(chi2.ppf(1 - beside, 2 * count + 2)) / 2
    return (low / expected, high / expected) if expected > 0 else (0.0, float("inf"))
