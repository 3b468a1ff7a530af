"""Rounds that nobody can foresee and that still treat every place alike.

Each day a seed draws who is visited, in which order and from which start. Within bounds: the
expected share of days on which a place is visited is exactly its rate. Systematic sampling on a
random order (Madow 1949): no place is drawn twice a day, the number drawn is as even as may be.
"""

import math
import random
from collections.abc import Sequence

from commonward.core.refusals import N_, Invalid


def rates(
    wishes: Sequence[float], low: Sequence[float], high: Sequence[float], a_day: float
) -> list[float]:
    """The visiting rate (visits a day) of each place: as its wish, within its bounds, `a_day` in all.

    Rates are wish × one common factor, cut at `low` and `high` (0 … 1). Raises Invalid where the
    bounds cannot hold so many visits a day.
    """
    if any(not 0 <= a <= b <= 1 for a, b in zip(low, high, strict=True)) or any(
        wish <= 0 for wish in wishes
    ):
        raise Invalid(
            N_("Visiting rates are from 0 to 1, the least not above the most, wishes above 0."),
            field="rates",
        )
    if not sum(low) - 1e-9 <= a_day <= sum(high) + 1e-9:
        raise Invalid(
            N_("The places need {least:.1f} to {most:.1f} visits a day, not {wanted:.1f}."),
            field="a_day",
            least=sum(low),
            most=sum(high),
            wanted=a_day,
        )

    def at(factor: float) -> list[float]:
        return [min(max(wish * factor, a), b) for wish, a, b in zip(wishes, low, high, strict=True)]

    least, most = 0.0, 1.0 / min(wishes)
    # The sum rises with the factor: halve until the two are one number.
    for _ in range(200):
        middle = (least + most) / 2
        if sum(at(middle)) < a_day:
            least = middle
        else:
            most = middle
    return at(most)


def today(share: Sequence[float], ages: Sequence[float | None], a_day: float) -> list[float]:
    """Today's rates from the long-run ones (`share`, visits a day) and the days since each visit.

    A place's chance grows with its age in its own intervals (age × share), from a quarter of its
    share just after a visit to four times when four intervals have passed: seen on its own scale
    every place is treated alike, so that visits come out in proportion to the shares, and yet
    nobody can rely on a place being left alone tomorrow. `ages` None: never visited, as old as two
    intervals.
    """
    wishes = [
        rate * min(max(2.0 if age is None else age * rate, 0.25), 4.0)
        for rate, age in zip(share, ages, strict=True)
    ]
    return rates(wishes, [0.0] * len(wishes), [1.0] * len(wishes), a_day)


def drawn(rate: Sequence[float], seed: int, day: int) -> list[int]:
    """The places to visit on a day, in a random order; each with its rate as its chance.

    As many as the sum of the rates, rounded down or up. The same seed and day draw the same.
    """
    chance = random.Random(f"{seed}/{day}")  # noqa: S311 — what is drawn is planned, not guarded
    order = list(range(len(rate)))
    chance.shuffle(order)
    at, begin = 0.0, chance.random()
    chosen: list[int] = []
    for place in order:
        # Taken where a whole step begin + k falls into this place's stretch of the line.
        upto = at + rate[place]
        if math.ceil(at - begin) < math.ceil(upto - begin):
            chosen.append(place)
        at = upto
    chance.shuffle(chosen)
    return chosen


def turned(round_: Sequence[int], seed: int, day: int) -> list[int]:
    """A closed round begun elsewhere, half of the days backwards: as long, but not foreseen."""
    if not round_:
        return []
    chance = random.Random(f"{seed}/{day}/turn")  # noqa: S311 — as above
    start = chance.randrange(len(round_))
    begun = [*round_[start:], *round_[:start]]
    return begun[::-1] if chance.random() < 0.5 else begun


def worth(importance: float, days_since: float, wanted_every: float, *, base: int = 600) -> int:
    """What a visit is worth, in seconds of driving: the place's importance × how overdue it is.

    A place visited just now is worth nothing, one that is due `base` × importance, one overdue
    grows with the square of its age, up to nine times. Raises Invalid below 0.
    """
    if importance < 0 or days_since < 0 or wanted_every <= 0:
        raise Invalid(N_("Importance and age are 0 or more, the interval above 0."), field="worth")
    return round(base * importance * min(days_since / wanted_every, 3.0) ** 2)
