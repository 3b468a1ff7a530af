"""The score of a target's month (月月考评分): what was reached beside what should have been."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from commonward.core.targets.course import Exact, Shape, planned, share

FORMULA = "score-1"
"""The version of what follows; it stands on each notice."""
MOST = Decimal(100)

REACHED, SHORT, UNREPORTED, REFUSED, NOT_OWED = (
    "reached", "short", "unreported", "refused", "not_owed",
)  # fmt: skip
WHY = (REACHED, SHORT, UNREPORTED, REFUSED, NOT_OWED)


@dataclass(frozen=True, slots=True)
class Score:
    """Points from 0 to 100 with the word why; None where nothing was owed by the month's end."""

    points: Decimal | None
    why: str


def score(shape: Shape, value: Exact | None, on: date, *, refused: bool = False) -> Score:
    """100 × reached ÷ owed by the month's last day, at most 100, to a tenth.

    Nothing reported is nought and is said to be so; what the check refused is nought. Before
    anything is owed there is no score, unless something was reached already.
    """
    owed = share(shape, planned(shape, on))
    if refused:
        return Score(Decimal("0.0"), REFUSED)
    if value is None:
        return Score(Decimal("0.0"), UNREPORTED) if owed > 0 else Score(None, NOT_OWED)
    reached = share(shape, value)
    if owed == 0:
        return Score(MOST.quantize(Decimal("0.1")), REACHED) if reached else Score(None, NOT_OWED)
    points = min(Fraction(100), 100 * reached / owed)
    return Score(_tenth(points), REACHED if points == 100 else SHORT)


def mean(scores: Iterable[tuple[Decimal | int | Fraction, Decimal | None]]) -> Decimal | None:
    """The weighted mean of scores, to a tenth; those without one do not count."""
    counted = [(Fraction(w), Fraction(s)) for w, s in scores if s is not None]
    total = sum((w for w, _ in counted), Fraction(0))
    if not counted:
        return None
    if total == 0:
        return _tenth(sum((s for _, s in counted), Fraction(0)) / len(counted))
    return _tenth(sum((w * s for w, s in counted), Fraction(0)) / total)


def _tenth(exact: Fraction) -> Decimal:
    whole = Decimal(exact.numerator) / Decimal(exact.denominator)
    return whole.quantize(Decimal("0.1"), ROUND_HALF_UP)
