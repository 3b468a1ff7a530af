"""Was it the same problem? What people answered, held against what the weights had said (采纳率).

An answer is a fact of cases: which were shown, what was compared of each (numbers, never words),
and which one it was, or that it was none of them. Nobody is in it, neither who answered nor who
reported.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from commonward.core.refusals import N_
from commonward.core.triage.same import BOUND, Weights

Row = Mapping[str, float]
_LEAST_P = 1e-6
_Z = 1.645
"""One-sided 95 %."""
_LOSS_WORSE_BY = 0.0
_TOP_WORSE_BY = 0.01


@dataclass(frozen=True, slots=True)
class Answered:
    """What was compared of each case that was shown, and which it was (None: another problem)."""

    rows: tuple[Row, ...]
    same: int | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """Of the answers whose likeliest case reached a probability: how many it was, and surely.

    `precision` is the share that was joined to it, `surely` the least share (one-sided 95 %),
    `share` the part of all answers at which something was proposed.
    """

    threshold: float
    count: int
    right: int
    precision: float
    surely: float
    share: float


def rounded(row: Row) -> dict[str, float]:
    """A row as it is kept: no finer than the weights ask, so that no place can be read back."""
    return {name: _reached(edges, row[name]) for name, (_, edges) in BOUND.items()}


def _reached(edges: Sequence[float], value: float) -> float:
    """The highest edge that a value reaches; 0 below the first."""
    return max((edge for edge in edges if value >= edge), default=0.0)


def best(model: Weights, one: Answered) -> tuple[float, int]:
    """The probability of the likeliest case, and its place among those shown; nearer on a tie."""
    scored = [(model.score(row), -row["metres"], -i) for i, row in enumerate(one.rows)]
    score, _, place = max(scored)
    return model.probability(score), -place


def proposed(model: Weights, answers: Sequence[Answered], threshold: float) -> Proposed:
    """How right the likeliest case was where its probability was this high or higher."""
    said = [(best(model, one), one.same) for one in answers if one.rows]
    reached = [(place, same) for (p, place), same in said if p >= threshold]
    right = sum(place == same for place, same in reached)
    count = len(reached)
    return Proposed(
        threshold,
        count,
        right,
        right / count if count else 0.0,
        _surely(right, count),
        count / len(said) if said else 0.0,
    )


def figures(model: Weights, answers: Sequence[Answered]) -> dict[str, float]:
    """Answers, joins, the share of joins whose case stood first (`top1`), and the mean loss (log)
    of the likeliest case's probability: the less, the better calibrated and told apart."""
    there = [one for one in answers if one.rows]
    joined = [one for one in there if one.same is not None]
    loss = 0.0
    for one in there:
        p, place = best(model, one)
        p = min(max(p, _LEAST_P), 1 - _LEAST_P)
        loss -= math.log(p if place == one.same else 1 - p)
    first = sum(best(model, one)[1] == one.same for one in joined)
    return {
        "answers": float(len(there)),
        "joins": float(len(joined)),
        "top1": first / len(joined) if joined else 0.0,
        "loss": loss / len(there) if there else 0.0,
    }


def worse(challenger: Mapping[str, float], champion: Mapping[str, float]) -> list[str]:
    """Why a challenger does not answer; empty where it is no worse than who answers now."""
    found = []
    if challenger["loss"] > champion["loss"] + _LOSS_WORSE_BY:
        found.append(N_("Its probabilities fit the answers held back less well."))
    if challenger["top1"] < champion["top1"] - _TOP_WORSE_BY:
        found.append(N_("Of the joined cases fewer stood first."))
    return found


def named(model: Weights, version: str) -> Weights:
    """The same weights under another name."""
    return replace(model, version=version)


def _surely(right: int, of: int) -> float:
    """Wilson's lower bound (1927)."""
    if not of:
        return 0.0
    p, z2 = right / of, _Z**2
    middle = p + z2 / (2 * of)
    return (middle - _Z * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of))) / (1 + z2 / of)
