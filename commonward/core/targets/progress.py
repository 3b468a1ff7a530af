"""Progress of many targets together (加权进度): by weight, exact, with what is not known told.

A target without a figure counts as neither nought nor all: the progress of a group is then an
interval, from all of those being nought to all of them being reached, and says how many they are.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import lru_cache

Weight = Decimal | int | Fraction


@dataclass(frozen=True, slots=True)
class Progress:
    """From `low` to `high` (0 to 1) of the whole weight; equal where each part has its figure.

    `told` parts have a figure, `missing` have none. None of it is known where nothing weighs.
    """

    low: Fraction
    high: Fraction
    told: int
    missing: int

    @property
    def known(self) -> bool:
        """Whether anything at all can be said."""
        return self.told > 0

    @property
    def whole(self) -> bool:
        """Whether all of it is reached: nothing is missing and nothing is left."""
        return self.told > 0 and self.low == 1

    @property
    def percent(self) -> tuple[int, int]:
        """Both ends in whole percent, never rounded up to a hundred."""
        return _percent(self.low), _percent(self.high)


NOTHING = Progress(Fraction(0), Fraction(1), 0, 0)
"""Of no targets at all."""


def _percent(share: Fraction) -> int:
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return int(exact.to_integral_value(ROUND_FLOOR))


def single(share: Fraction | None) -> Progress:
    """The progress of one target; None where it has no figure."""
    if share is None:
        return Progress(Fraction(0), Fraction(1), 0, 1)
    return Progress(share, share, 1, 0)


@lru_cache(maxsize=1024)
def _exact(weight: Weight) -> Fraction:
    exact = Fraction(weight)
    if exact < 0:
        raise ValueError("a weight below nought")
    return exact


def together(parts: Iterable[tuple[Weight, Progress]]) -> Progress:
    """The weighted progress of parts, whatever their order; those without a target do not weigh."""
    counted = [(weight, part) for weight, part in parts if part.told or part.missing]
    if not counted:
        return NOTHING
    whole = _whole([weight for weight, _ in counted])
    low = _weighed(whole, [part.low for _, part in counted])
    missing = sum(p.missing for _, p in counted)
    high = _weighed(whole, [part.high for _, part in counted]) if missing else low
    return Progress(low, high, sum(p.told for _, p in counted), missing)


def _whole(weights: Sequence[Weight]) -> list[int]:
    """Whole numbers in the proportion of the weights: sums of fractions would cost ten times it."""
    exact = [_exact(one) for one in weights]
    common = math.lcm(*(one.denominator for one in exact))
    whole = [one.numerator * (common // one.denominator) for one in exact]
    return whole if any(whole) else [1] * len(whole)


def _weighed(weights: Sequence[int], shares: Sequence[Fraction]) -> Fraction:
    common = math.lcm(*(one.denominator for one in shares))
    gone = sum(
        weight * one.numerator * (common // one.denominator)
        for weight, one in zip(weights, shares, strict=True)
    )
    return Fraction(gone, common * sum(weights))
