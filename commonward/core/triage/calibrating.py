"""Scores made into probabilities that hold, for short texts as for long ones (概率校准).

Temperature scaling (Guo et al., ICML 2017) with the temperature a function of how much the text
says: a threshold that is safe for a page of words is not safe for ten. Learnt on held-out folds,
each text in its whole length and cut short: softmax(a(n)·z + c(n)·log σ(3z) + b(n)), all piecewise linear in log n
and `b` shrunken to nothing where there are few examples. With several learners each has an `a` of
its own, so that the mixture shifts with the length (stacking; Wolpert, 1992).
"""

from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

KNOTS = (2.0, 6.0, 12.0, 25.0, 50.0, 100.0, 200.0)
"""Lengths, in tokens, at which the temperature is learnt; between them it is interpolated."""
_SHRINK_BIAS = 3.0
_SMOOTH = 3.0


def hats(lengths: npt.ArrayLike) -> Floats:
    """How much each text belongs to each knot: rows sum to one (linear in log length)."""
    at = np.log(np.maximum(np.asarray(lengths, float), 1.0))
    knots = np.log(np.array(KNOTS))
    at = np.clip(at, knots[0], knots[-1])
    right = np.clip(np.searchsorted(knots, at, "right"), 1, len(knots) - 1)
    share = (at - knots[right - 1]) / (knots[right] - knots[right - 1])
    made = np.zeros((len(at), len(knots)))
    rows = np.arange(len(at))
    made[rows, right - 1] = 1 - share
    made[rows, right] = share
    return made


def softmax(scores: Floats) -> Floats:
    """Rows of scores as probabilities."""
    moved = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(moved)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def shapes(scores: Floats) -> Floats:
    """Each score as it is and as log σ(3z), side by side.

    Margins of codes learnt one against the others have a level of their own: where all are
    negative nothing is sure, and softmax alone, which knows differences only, would not see it.
    """
    return np.concatenate([scores, -np.logaddexp(0.0, -3.0 * scores)], axis=1)


@dataclass(frozen=True)
class Calibration:
    """`slope` per shape of score and knot, two shapes per learner (2 · learners × knots); `bias`
    per knot and code (knots × codes).
    """

    slope: Floats
    bias: Floats

    def __call__(self, scores: Floats, lengths: npt.ArrayLike) -> Floats:
        """Probabilities of scores (texts × learners × codes) of texts of so many tokens."""
        part = hats(lengths)
        mixed = np.einsum("tk,mk,tmc->tc", part, self.slope, shapes(scores)) + part @ self.bias
        return softmax(mixed)


def unlearnt(learners: int, codes: int) -> Calibration:
    """What holds before anything was held out: scores as they come."""
    return Calibration(
        np.full((2 * learners, len(KNOTS)), 1.0 / learners), np.zeros((len(KNOTS), codes))
    )


def learn(scores: Floats, lengths: npt.ArrayLike, right: npt.NDArray[np.intp]) -> Calibration:
    """The calibration that makes what was held out likeliest; `right` are the codes' columns."""
    from scipy.optimize import minimize  # noqa: PLC0415 - only when something is learnt

    texts, learners, codes = scores.shape
    if not texts:
        return unlearnt(learners, codes)
    scores = shapes(scores)
    learners *= 2
    part = hats(lengths)
    knots = len(KNOTS)
    one = np.zeros((texts, codes))
    one[np.arange(texts), right] = 1.0
    begin = np.concatenate([np.full(learners * knots, 3.0 / learners), np.zeros(knots * codes)])

    def loss(at: Floats) -> tuple[float, Floats]:
        slope = at[: learners * knots].reshape(learners, knots)
        bias = at[learners * knots :].reshape(knots, codes)
        mixed = np.einsum("tk,mk,tmc->tc", part, slope, scores, optimize=True) + part @ bias
        given = softmax(mixed)
        wrong = given - one
        told = -np.log(np.maximum(given[np.arange(texts), right], 1e-12)).sum()
        steps = np.diff(slope, axis=1)
        told += _SMOOTH * (steps**2).sum() + _SHRINK_BIAS * (bias**2).sum()
        by_slope = np.einsum("tk,tmc,tc->mk", part, scores, wrong, optimize=True)
        by_slope[:, 1:] += 2 * _SMOOTH * steps
        by_slope[:, :-1] -= 2 * _SMOOTH * steps
        by_bias = part.T @ wrong + 2 * _SHRINK_BIAS * bias
        return float(told), np.concatenate([by_slope.ravel(), by_bias.ravel()])

    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    at = np.asarray(found.x)
    return Calibration(
        at[: learners * knots].reshape(learners, knots),
        at[learners * knots :].reshape(knots, codes),
    )


def calibration_error(probable: npt.ArrayLike, right: npt.ArrayLike, bins: int = 15) -> float:
    """The expected calibration error (ECE) of the best answers, in bins of equal width."""
    p, hit = np.asarray(probable, float), np.asarray(right, float)
    if not len(p):
        return 0.0
    which = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [
        abs(hit[which == b].mean() - p[which == b].mean()) * (which == b).mean()
        for b in range(bins)
        if (which == b).any()
    ]
    return float(sum(gaps))


def surely(right: int, of: int, doubt: float = 0.05) -> float:
    """The share that is right at least, one-sided with this doubt (Wilson, 1927, lower bound)."""
    if not of:
        return 0.0
    z = _normal(1 - doubt)
    share = right / of
    middle: float = share + z * z / (2 * of)
    wide: float = z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5
    return max(0.0, (middle - wide) / (1 + z * z / of))


def _normal(quantile: float) -> float:
    """The quantile of the normal distribution (Abramowitz and Stegun 26.2.23), error < 5e-4."""
    t: float = (-2 * log(1 - quantile)) ** 0.5
    return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (
        1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t**3
    )
