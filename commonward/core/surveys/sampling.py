"""Whom to ask (抽样): strata, how many in each, and a draw that can be repeated from its seed.

Allocations after Cochran, *Sampling Techniques* (3rd ed., Wiley 1977), chapter 5: proportional
(5.5), Neyman's optimal (5.26), equal; the size for a wanted margin from 5.75 with the finite
population correction. Systematic sampling: chapter 8.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

from commonward.core.refusals import N_, Invalid

ALLOCATIONS: Mapping[str, str] = {
    "proportional": N_("By population"),
    "neyman": N_("By population and spread (Neyman)"),
    "equal": N_("The same in each"),
}
METHODS: Mapping[str, str] = {
    "simple": N_("Simple random"),
    "systematic": N_("Systematic, random start"),
}
SPREAD = 0.5
"""Standard deviation of a share where nothing is known: that of one half."""
MOST_STRATA = 60
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the population: how many live there, and how much the answers are thought to
    differ (standard deviation of the main figure, as a share of its range)."""

    key: str
    population: int
    spread: float = SPREAD


def check(strata: Sequence[Stratum]) -> None:
    """Raises Invalid for strata that cannot be sampled."""
    if not 1 <= len(strata) <= MOST_STRATA:
        raise Invalid(N_("Give between 1 and {most} strata."), most=MOST_STRATA, field="strata")
    if len({one.key for one in strata}) < len(strata):
        raise Invalid(N_("A stratum stands twice."), field="strata")
    for one in strata:
        if one.population < 1:
            raise Invalid(N_("{key}: say how many live there."), key=one.key, field="strata")
        if not 0 < one.spread <= SPREAD:
            raise Invalid(
                N_("{key}: the spread lies above 0 and not above 0.5."), key=one.key, field="strata"
            )


def allocate(
    strata: Sequence[Stratum], size: int, how: str = "proportional", *, least: int = 2
) -> dict[str, int]:
    """How many to have from each stratum, `size` in all.

    Nobody is asked twice, so none gets more than live there; what a full stratum leaves goes to
    the others. Each gets `least` at least, or all who live there. Raises Invalid where that does
    not fit.

    >>> allocate([Stratum("a", 6000), Stratum("b", 3000), Stratum("c", 1000)], 100)
    {'a': 60, 'b': 30, 'c': 10}
    """
    check(strata)
    if how not in ALLOCATIONS:
        raise Invalid(N_("Choose one of the list."), field="allocation")
    if least < 1:
        raise Invalid(N_("At least one of each stratum must be asked."), field="least")
    floors = {one.key: min(least, one.population) for one in strata}
    total = sum(one.population for one in strata)
    if not sum(floors.values()) <= size <= total:
        raise Invalid(
            N_("The sample must have between {least} and {most} answers."),
            field="size",
            least=sum(floors.values()),
            most=total,
        )
    wish = {
        one.key: {
            "proportional": float(one.population),
            "neyman": one.population * one.spread,
            "equal": 1.0,
        }[how]
        for one in strata
    }
    return _fill({one.key: one.population for one in strata}, floors, wish, size)


def _fill(
    most: Mapping[str, int], floors: Mapping[str, int], wish: Mapping[str, float], size: int
) -> dict[str, int]:
    """Shares in the ratio of `wish` between floor and ceiling, rounded by largest remainders."""
    fixed: dict[str, int] = {}
    while True:
        free = [key for key in most if key not in fixed]
        left = size - sum(fixed.values())
        weight = sum(wish[key] for key in free)
        ideal = {key: left * wish[key] / weight for key in free} if free else {}
        over = {key: most[key] for key in free if ideal[key] > most[key]}
        under = {key: floors[key] for key in free if ideal[key] < floors[key]}
        # Whichever bound is broken by more is put right first, so that the rest still fits.
        excess = sum(ideal[key] - most[key] for key in over)
        lack = sum(floors[key] - ideal[key] for key in under)
        if not over and not under:
            break
        fixed.update(over if excess >= lack else under)
    found = {key: math.floor(ideal[key] + 1e-9) for key in ideal}
    short = size - sum(fixed.values()) - sum(found.values())
    order = sorted(ideal, key=lambda key: (found[key] - ideal[key], key))
    for key in [*order, *order][:short]:
        found[key] += 1
    return {key: fixed.get(key, found.get(key, 0)) for key in most}


def size_for(
    strata: Sequence[Stratum], margin: float, how: str = "proportional", *, level: float = 0.95
) -> int:
    """How many answers give a share of one half this margin of error (half an interval's width).

    n = Σ W_h² S_h² / w_h  over  V + Σ W_h S_h² / N, with w_h the share of the sample (Cochran
    5.75): a small population needs fewer.

    >>> size_for([Stratum("all", 1_000_000)], 0.05)
    384
    >>> size_for([Stratum("all", 1_000)], 0.05)
    278
    """
    check(strata)
    if not 0.005 <= margin <= 0.25:
        raise Invalid(N_("A margin lies between 0.5 and 25 points."), field="margin")
    total = sum(one.population for one in strata)
    shares: Mapping[str, list[float]] = {
        "proportional": [float(one.population) for one in strata],
        "neyman": [one.population * one.spread for one in strata],
        "equal": [1.0 for _one in strata],
    }
    if how not in shares:
        raise Invalid(N_("Choose one of the list."), field="allocation")
    share = shares[how]
    all_shares = sum(share)
    variance = (margin / NormalDist().inv_cdf((1 + level) / 2)) ** 2
    weights = [one.population / total for one in strata]
    above = sum(
        (w * one.spread) ** 2 / (s / all_shares)
        for w, one, s in zip(weights, strata, share, strict=True)
    )
    inner = sum(w * one.spread**2 for w, one in zip(weights, strata, strict=True)) / total
    return min(total, math.ceil(above / (variance + inner) - 1e-9))


def draw(units: Sequence[T], size: int, seed: str, method: str = "simple") -> list[T]:
    """A sample without repetition; the same units and seed give the same sample.

    `systematic` goes through the list in its order with a random start and a fractional step, so
    that every unit has the same chance.
    """
    if not 0 <= size <= len(units):
        raise Invalid(
            N_("There are {there} to draw from, and {wanted} are wanted."),
            there=len(units),
            wanted=size,
            field="size",
        )
    if method not in METHODS:
        raise Invalid(N_("Choose one of the list."), field="method")
    chance = random.Random(seed)  # noqa: S311 (a draw to be repeated, no secret)
    if method == "simple":
        return chance.sample(list(units), size)
    if size == 0:
        return []
    step = len(units) / size
    start = chance.random() * step
    return [units[min(len(units) - 1, int(start + step * n))] for n in range(size)]
