"""What the answers tell of everybody (估计): weights, means and shares, intervals, differences.

Weights are N_h / n_h of those who answered, raked where a second margin is known (Deming &
Stephan, *Ann. Math. Stat.* 11, 1940). Variances are stratified and linearised with the finite
population correction (Cochran 1977, 5.6 and 6.11); after raking, of the residuals from both margins
(Deville & Särndal, *JASA* 87, 1992). An interval is Wilson's with the effective number of answers
and Student's t, after Korn & Graubard (*Survey Methodology* 24, 1998), so that it holds near 0 and
1. A difference joins both intervals (Newcombe, *Stat. Med.* 17, 1998, method 10).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonward.core.refusals import N_, Invalid

LEVEL = 0.95
STEADY = 10
"""So many answers beside the commonest one let the strata speak half for themselves. With fewer,
chance puts them all into one stratum, and what the strata show of their spread is too little."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to one question: its stratum, its value from 0 to 1, and its weight."""

    stratum: str
    value: float
    weight: float
    margin: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share or mean (0 to 1) with its interval; `effective` is n over the design effect."""

    value: float
    low: float
    high: float
    n: int
    effective: float
    error: float

    @property
    def deff(self) -> float:
        """The design effect: the variance against that of a simple random sample."""
        return self.n / self.effective if self.effective else math.inf


@dataclass(frozen=True, slots=True)
class Difference:
    """Later less earlier, with its interval; `shown` says whether it excludes no difference."""

    value: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether a difference could be shown."""
        return self.low > 0 or self.high < 0


def weights(strata: Sequence[str], populations: Mapping[str, int]) -> list[float]:
    """The weight of each answer: how many people of its stratum it stands for."""
    counts = Counter(strata)
    if missing := sorted(set(counts) - set(populations)):
        raise Invalid(N_("The plan has no stratum {key}."), key=missing[0], field="strata")
    return [populations[key] / counts[key] for key in strata]


def rake(
    base: Sequence[float],
    rows: Sequence[str],
    columns: Sequence[str],
    row_totals: Mapping[str, float],
    column_totals: Mapping[str, float],
    *,
    rounds: int = 200,
    close: float = 1e-8,
) -> list[float]:
    """Weights that add up to both margins, by iterative proportional fitting.

    Answers whose column is "" (left out) keep to the rows alone. The column totals are shares of
    whatever the rows leave for those who gave one. Raises Invalid where a margin has nobody who
    answered, or where the rounds do not settle.
    """
    found = np.asarray(base, dtype=float)
    row_of, column_of = np.asarray(rows), np.asarray(columns)
    wanted_rows = {key: total for key, total in row_totals.items() if (row_of == key).any()}
    given = column_of != ""
    for key, total in column_totals.items():
        if total > 0 and not (column_of == key).any():
            raise Invalid(
                N_("Nobody of “{key}” answered: the weights cannot be fitted to it."),
                key=key,
                field="margin",
            )
    if unknown := sorted(set(column_of[given].tolist()) - set(column_totals)):
        raise Invalid(N_("The plan has no total for “{key}”."), key=unknown[0], field="margin")
    all_columns = sum(column_totals.values())
    for _round in range(rounds):
        before = found.copy()
        share = found[given].sum() / all_columns
        for key, total in column_totals.items():
            there = column_of == key
            if there.any():
                found[there] *= total * share / found[there].sum()
        for key, total in wanted_rows.items():
            there = row_of == key
            found[there] *= total / found[there].sum()
        if np.max(np.abs(found / before - 1)) < close:
            return [float(one) for one in found]
    raise Invalid(
        N_("The weights do not settle: the margins contradict each other."), field="margin"
    )


def estimate(
    answers: Sequence[Answered],
    populations: Mapping[str, int],
    *,
    raked: bool = False,
    level: float = LEVEL,
) -> Estimate | None:
    """The weighted mean of values from 0 to 1; None without answers.

    `populations` are those of the strata that the estimate is about: all, or an area's.
    """
    n = len(answers)
    if n == 0:
        return None
    value = np.array([one.value for one in answers])
    weight = np.array([one.weight for one in answers])
    total = weight.sum()
    mean = float(min(1.0, max(0.0, (weight * value).sum() / total)))
    keys = [one.stratum for one in answers]
    residual = _residuals(answers, value, weight) if raked else value - mean
    variance, fraction = _variance(keys, weight * residual / total, populations)
    # What unequal weights cost whatever is asked (Kish): where nobody differs it is all there is.
    kish = float(total**2 / (weight**2).sum())
    spread = float((weight * (value - mean) ** 2).sum() / total)
    rest = 1 - fraction
    unequal = rest * spread / max(kish - 1, 0.5)
    beside = n - max(Counter(value.tolist()).values())
    trust = beside / (beside + STEADY)
    steady = max(variance, trust * variance + (1 - trust) * unequal)
    simple = rest * spread / max(n - 1, 1)
    tells = variance > 0 and spread > 0
    effective = n * simple / variance if tells else kish
    # Wilson's interval is about a share: the number of answers with which a share of this size
    # would vary as much. Answers on a scale vary less than a share of the same mean.
    count = math.inf if rest <= 0 else kish / rest
    if tells and rest > 0:
        count = mean * (1 - mean) / steady
    freedom = max(1, n - len(set(keys)))
    low, high = _interval(mean, count, freedom, level)
    return Estimate(mean, low, high, n, effective, math.sqrt(max(variance, 0.0)))


def _residuals(
    answers: Sequence[Answered], value: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What both margins do not explain of the values, by weighted least squares."""
    strata = sorted({one.stratum for one in answers})
    margins = sorted({one.margin for one in answers})[1:]
    design = np.zeros((len(answers), len(strata) + len(margins)))
    for row, one in enumerate(answers):
        design[row, strata.index(one.stratum)] = 1
        if one.margin in margins:
            design[row, len(strata) + margins.index(one.margin)] = 1
    root = np.sqrt(weight)
    fitted, *_rest = np.linalg.lstsq(design * root[:, None], value * root, rcond=None)
    left: NDArray[np.float64] = value - design @ fitted
    return left


def _variance(
    keys: Sequence[str], scores: NDArray[np.float64], populations: Mapping[str, int]
) -> tuple[float, float]:
    """The variance of a sum of scores over strata, and the fraction of everybody that answered.

    A stratum with one answer alone cannot show its own spread: its score is held against the mean
    of all scores, which is rather too much than too little.
    """
    by: dict[str, list[float]] = defaultdict(list)
    for key, score in zip(keys, scores.tolist(), strict=True):
        by[key].append(score)
    middle = float(scores.mean())
    variance = 0.0
    for key, found in by.items():
        n = len(found)
        free = max(0.0, 1 - n / populations[key])
        if n == 1:
            variance += free * (found[0] - middle) ** 2
        else:
            own = sum(found) / n
            variance += free * n / (n - 1) * sum((one - own) ** 2 for one in found)
    everybody = sum(populations[key] for key in by)
    return variance, min(1.0, len(keys) / everybody)


def _interval(mean: float, count: float, freedom: int, level: float) -> tuple[float, float]:
    """Wilson's interval with a number of answers and Student's t."""
    if math.isinf(count):
        return mean, mean
    from scipy.special import stdtrit  # noqa: PLC0415 (only who reckons a result needs it)

    t = float(stdtrit(freedom, (1 + level) / 2))
    square = t * t / count
    centre = (mean + square / 2) / (1 + square)
    half = t / (1 + square) * math.sqrt(mean * (1 - mean) / count + square / (4 * count))
    return max(0.0, min(mean, centre - half)), min(1.0, max(mean, centre + half))


def difference(later: Estimate, earlier: Estimate) -> Difference:
    """Later less earlier, of two samples drawn apart.

    >>> one = Estimate(0.6, 0.55, 0.65, 400, 380, 0.025)
    >>> difference(one, Estimate(0.58, 0.52, 0.64, 300, 290, 0.03)).shown
    False
    """
    value = later.value - earlier.value
    low = value - math.hypot(later.value - later.low, earlier.high - earlier.value)
    high = value + math.hypot(later.high - later.value, earlier.value - earlier.low)
    return Difference(value, max(-1.0, low), min(1.0, high))
