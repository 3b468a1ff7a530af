"""Is this the same problem as one that we know (疑似重复)? Place, time, kind and words, weighed.

A score is a sum of steps: each feature adds a weight for every edge that its value reaches. The
signs of the steps are bound where sense says so: farther, longer ago and longer closed never make
two problems more alike, a shared kind, address or word never less (an additive model with
monotone parts: Lou, Caruana, Gehrke 2012). So every part of a score can be read and told in words.
Ranks are learned within the candidates of one report (conditional logit, McFadden 1974); the
probability is fitted afterwards on reports with and without an original. Nothing of a person is
a feature: no name, number, account or contact.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from commonward.core.geo import metres_between

BOUND: Mapping[str, tuple[int, tuple[float, ...]]] = {
    "metres": (-1, (1, 8, 20, 40, 80, 150, 300, 600, 1000)),
    "hours": (-1, (0.05, 0.25, 1, 6, 24, 72, 168, 336, 720, 1440, 2880)),
    "closed_days": (-1, (0.01, 2, 7, 14)),
    "category": (1, (0.5,)),
    "family": (1, (0.5,)),
    "channel": (0, (0.5,)),
    "address": (1, (0.5,)),
    "wording": (1, (0.5,)),
    "words": (1, (0.05, 0.15, 0.3, 0.5, 0.75)),
    "street": (1, (0.2, 0.5, 0.9)),
    "older": (0, (1, 2, 4)),
    "younger": (0, (1, 2, 4)),
}
"""Feature: (sign of its steps, 0 where sense says nothing; the edges, rising)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as it was told, at one place and moment; never who told it.

    `hours` count from any common zero; `closed_hours` is None while it is open. `family` is what
    related kinds share; `words` and `street` are the tokens of its text and of its address.
    """

    lat: float
    lon: float
    hours: float
    category: str
    family: str = ""
    words: frozenset[str] = frozenset()
    address: str = ""
    street: frozenset[str] = frozenset()
    channel: str = ""
    closed_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """One candidate: its place in the list given, how sure, and what speaks for it.

    `because` names the features that added most, the weightiest first; `shared` are the words in
    common, rarest first; `row` is what was compared.
    """

    index: int
    probability: float
    metres: float
    hours: float
    because: tuple[str, ...]
    shared: tuple[str, ...]
    row: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model: for each feature a weight per edge; the probability's intercept and slope."""

    version: str
    steps: Mapping[str, tuple[float, ...]]
    intercept: float
    slope: float

    def score(self, row: Mapping[str, float]) -> float:
        """The sum of the steps that a candidate's features reach."""
        return sum(self.parts(row).values())

    def parts(self, row: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds."""
        return {
            name: sum(
                w for edge, w in zip(edges, self.steps[name], strict=True) if row[name] >= edge
            )
            for name, (_, edges) in BOUND.items()
        }

    def probability(self, score: float) -> float:
        """How often a candidate with such a score is the same problem."""
        x = self.intercept + self.slope * score
        return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def features(told: Told, known: Sequence[Told]) -> list[dict[str, float]]:
    """What is compared, for each candidate; words that many candidates share weigh little."""
    seen = Counter(word for one in known for word in one.words)
    rare = {word: math.log1p(len(known) / n) for word, n in seen.items()}
    alone = math.log1p(len(known))
    spot = sorted(one.hours for one in known if _one_spot(told, one))
    rows = []
    for one in known:
        there = _one_spot(told, one)
        before = sum(h < one.hours for h in spot) if spot else 0
        after = sum(h > one.hours for h in spot) if spot else 0
        closed = one.closed_hours
        rows.append(
            {
                "metres": metres_between(told.lat, told.lon, one.lat, one.lon),
                "hours": max(told.hours - one.hours, 0.0),
                "closed_days": 0.0 if closed is None else max(told.hours - closed, 0.5) / 24,
                "category": float(told.category == one.category),
                "family": float(bool(told.family) and told.family == one.family),
                "channel": float(bool(told.channel) and told.channel == one.channel),
                "address": float(bool(told.address) and told.address == one.address),
                "wording": float(bool(told.words) and told.words == one.words),
                "words": _overlap(told.words, one.words, rare, alone),
                "street": _share(told.street, one.street),
                "older": float(before if there else 0),
                "younger": float(after if there else 0),
            }
        )
    return rows


def _one_spot(told: Told, one: Told) -> bool:
    return told.category == one.category and (
        (bool(told.address) and told.address == one.address)
        or (abs(told.lat - one.lat) < 1e-4 and abs(told.lon - one.lon) < 1e-4)
    )


def _overlap(
    left: frozenset[str], right: frozenset[str], rare: Mapping[str, float], alone: float
) -> float:
    both = left & right
    if not both:
        return 0.0
    return sum(rare[w] for w in both) / sum(rare.get(w, alone) for w in left | right)


def _share(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right) if left and right else 0.0


def alike(
    told: Told, known: Sequence[Told], weights: Weights | None = None, most: int = 5
) -> tuple[Alike, ...]:
    """The candidates that are likeliest the same problem, the best first; nearer first on a tie."""
    model = weights or shipped()
    rows = features(told, known)
    scored = sorted(
        ((model.score(row), -row["metres"], -row["hours"], i) for i, row in enumerate(rows)),
        reverse=True,
    )[:most]
    return tuple(_told(model, told, known[i], rows[i], i, score) for score, _, _, i in scored)


def _told(
    model: Weights, told: Told, one: Told, row: Mapping[str, float], index: int, score: float
) -> Alike:
    # A step downwards is told as what is absent of it: near is that no step away was reached.
    whole = {n: sum(model.steps[n]) for n, (sign, _) in BOUND.items() if sign < 0}
    parts = {n: v - whole.get(n, 0.0) for n, v in model.parts(row).items()}
    because = sorted((n for n, v in parts.items() if v > 0.05), key=lambda n: -parts[n])
    shared = sorted(told.words & one.words, key=lambda w: (-len(w), w))
    return Alike(
        index, model.probability(score), row["metres"], row["hours"], tuple(because),
        tuple(shared), row,
    )  # fmt: skip


def of_json(text: str) -> Weights:
    """A model as it is kept. Raises ValueError for another shape or a step against its sign."""
    kept = json.loads(text)
    steps = {name: tuple(float(w) for w in kept["steps"][name]) for name in BOUND}
    for name, (sign, edges) in BOUND.items():
        if len(steps[name]) != len(edges) or any(w * sign < 0 for w in steps[name]):
            raise ValueError(f"the steps of {name} are not those of this model")
    return Weights(str(kept["version"]), steps, float(kept["intercept"]), float(kept["slope"]))


def to_json(weights: Weights) -> str:
    """The same, written: a few dozen numbers that a person can read."""
    kept = {
        "version": weights.version,
        "intercept": round(weights.intercept, 4),
        "slope": round(weights.slope, 4),
        "steps": {name: [round(w, 4) for w in ws] for name, ws in weights.steps.items()},
    }
    return json.dumps(kept, indent=1) + "\n"


@cache
def shipped() -> Weights:
    """The model that comes with the programme, fitted on a city's open data: its file says whose."""
    return of_json((files(__package__) / "same.json").read_text("utf-8"))
