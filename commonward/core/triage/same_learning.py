"""Weights of the same problem from pairs that people joined (疑似重复的权重); scipy, imported late."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from commonward.core.triage.same import BOUND, Weights
from commonward.core.triage.same_judging import Answered

_COLUMNS = [(name, edge, sign) for name, (sign, edges) in BOUND.items() for edge in edges]
_NOTHING = [0.0] * len(_COLUMNS)
Table = npt.NDArray[np.float32]


def table(rows: Sequence[dict[str, float]]) -> Table:
    """Candidates × steps: 1 where a value reaches an edge."""
    values = {n: np.array([row[n] for row in rows], np.float32) for n in BOUND}
    if not rows:
        return np.zeros((0, len(_COLUMNS)), np.float32)
    columns = [values[name] >= edge for name, edge, _ in _COLUMNS]
    return np.stack(columns, axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Looked:
    """One report with its candidates: their steps, and which of them are its original (if any)."""

    steps: Table
    original: npt.NDArray[np.bool_]


def fit(
    looked: Sequence[Looked],
    ordinary: Sequence[Looked],
    share: float,
    version: str,
    towards: Weights | None = None,
) -> Weights:
    """Weights from reports with a known original; the probability also from `ordinary` ones.

    `share` is the part of all reports that are duplicates. The conditional likelihood is convex;
    the steps are kept to their signs by bounds, a ridge of 0.5 holds rare steps near nought, or
    near those of `towards`.
    """
    start = np.array([w for n in BOUND for w in towards.steps[n]] if towards else _NOTHING)
    taught = [one for one in looked if one.original.any()]
    x = np.concatenate([one.steps for one in taught])
    y = np.concatenate([one.original for one in taught])
    starts = np.cumsum([0, *(len(one.steps) for one in taught)])[:-1]
    group = np.repeat(np.arange(len(taught)), [len(one.steps) for one in taught])
    per = np.bincount(group[y], minlength=len(taught)).astype(float)
    target = x[y].T @ (1 / per[group[y]])

    def loss(w: npt.NDArray[np.float64]) -> tuple[float, Any]:
        scores = x @ w.astype(np.float32)
        scores = scores - np.maximum.reduceat(scores, starts)[group]
        e = np.exp(scores)
        total = np.add.reduceat(e, starts)
        chosen = np.bincount(group[y], (scores[y]) / per[group[y]], minlength=len(taught))
        away = w - start
        value = float(np.log(total).sum() - chosen.sum() + 0.5 * (away @ away))
        return value, (x.T @ (e / total[group]) - target + away).astype(np.float64)

    limits = [(None, 0) if s < 0 else (0, None) if s > 0 else (None, None) for *_, s in _COLUMNS]
    found = minimize(loss, start, jac=True, bounds=limits, method="L-BFGS-B")
    intercept, slope = _calibrated(found.x, looked, ordinary, share)
    steps: dict[str, list[float]] = {name: [] for name in BOUND}
    for (name, _, _), weight in zip(_COLUMNS, found.x, strict=True):
        steps[name].append(float(weight))
    return Weights(version, {n: tuple(ws) for n, ws in steps.items()}, intercept, slope)


def of_site(
    answers: Sequence[Answered], start: Weights, version: str, *, enough: int
) -> Weights | None:
    """A site's own weights from what people answered; None where all said the same.

    The steps are learnt anew, held near those of `start`, from so many joins on; with fewer only
    the probability is fitted, and the order stays that of `start`.
    """
    shown = [
        Looked(table([dict(row) for row in one.rows]), _original(one))
        for one in answers
        if one.rows
    ]
    joined = [one for one in shown if one.original.any()]
    others = [one for one in shown if not one.original.any()]
    if not joined or not others:
        return None
    share = len(joined) / len(shown)
    if len(joined) >= enough:
        return fit(joined, others, share, version, start)
    w = np.array([w for n in BOUND for w in start.steps[n]])
    intercept, slope = _calibrated(w, joined, others, share)
    return Weights(version, start.steps, intercept, slope)


def _original(one: Answered) -> npt.NDArray[np.bool_]:
    return np.array([k == one.same for k in range(len(one.rows))], bool)


def _calibrated(
    w: npt.NDArray[np.float64], looked: Sequence[Looked], ordinary: Sequence[Looked], share: float
) -> tuple[float, float]:
    """Platt's intercept and slope on the best three candidates, weighed to the true share."""
    scores: list[float] = []
    truth: list[bool] = []
    weights: list[float] = []
    each = (share / max(len(looked), 1), (1 - share) / max(len(ordinary), 1))
    for kind, many in enumerate((looked, ordinary)):
        for one in many:
            s = one.steps @ w
            best = np.argsort(-s)[:3]
            scores.extend(s[best])
            truth.extend(one.original[best])
            weights.extend([each[kind]] * len(best))
    fitted = LogisticRegression(C=1e6).fit(
        np.array(scores)[:, None], np.array(truth), sample_weight=np.array(weights) * len(scores)
    )
    return float(fitted.intercept_[0]), max(float(fitted.coef_[0, 0]), 0.0)
