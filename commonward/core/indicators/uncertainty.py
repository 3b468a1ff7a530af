"""How sure a figure is (置信区间), and what may be said of an order: intervals, seasons, places.

A rate that stands on few cases moves by chance alone. Wilson's interval (Wilson 1927; recommended
by Brown, Cai and DasGupta 2001) says within which bounds it is known; the exact ones of Clopper
and Pearson (1934) and, for counts, of Garwood (1936) are wider and never promise too much. Nobody
is placed before another whose interval overlaps: that is stricter than a test at the same level
(Schenker and Gentleman 2001), so an order that is told can be relied on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, log, sqrt
from statistics import NormalDist

from commonward.core.figures import quantile
from commonward.core.indicators.windows import Window, window

LEVEL = 0.95
"""How often an interval holds the truth, in the long run."""
Interval = tuple[float, float]


def wilson(over: float, under: float, level: float = LEVEL) -> Interval | None:
    """Bounds of a rate of `over` in `under`; None where there is nothing to divide by.

    >>> low, high = wilson(81, 263)
    >>> round(low, 4), round(high, 4)  # Newcombe 1998, table I, method 3
    (0.2553, 0.3662)
    """
    if under <= 0 or not 0 <= over <= under:
        return None
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share = over / under
    middle = (share + z * z / (2 * under)) / (1 + z * z / under)
    half = z / (1 + z * z / under) * sqrt(share * (1 - share) / under + z * z / (4 * under**2))
    low = 0.0 if over == 0 else max(0.0, middle - half)
    high = 1.0 if over == under else min(1.0, middle + half)
    return low, high


def clopper_pearson(over: int, under: int, level: float = LEVEL) -> Interval | None:
    """Exact bounds of a rate: wider than Wilson's, never less sure than promised.

    >>> low, high = clopper_pearson(81, 263)
    >>> round(low, 4), round(high, 4)  # Newcombe 1998, table I, method 5
    (0.2527, 0.3676)
    """
    if under <= 0 or not 0 <= over <= under:
        return None
    tail = (1 - level) / 2
    low = (
        0.0
        if over == 0
        else _where(lambda x: incomplete_beta(over, under - over + 1, x), tail, 0.0, 1.0)
    )
    high = (
        1.0
        if over == under
        else _where(lambda x: incomplete_beta(over + 1, under - over, x), 1 - tail, 0.0, 1.0)
    )
    return low, high


def poisson(count: int, level: float = LEVEL) -> Interval:
    """Exact bounds of a mean of which `count` were seen (Garwood 1936).

    >>> low, high = poisson(10)
    >>> round(low, 3), round(high, 3)
    (4.795, 18.39)
    """
    if count < 0:
        raise ValueError("a count is nought or more")
    tail = (1 - level) / 2
    most = count + 40 + 12 * sqrt(count + 1)
    low = 0.0 if count == 0 else _where(lambda x: incomplete_gamma(count, x), tail, 0.0, most)
    return low, _where(lambda x: incomplete_gamma(count + 1, x), 1 - tail, 0.0, most)


def _where(of: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """Where a rising function reaches a value, by halving."""
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if of(middle) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by Lentz's continued fraction (Press et al. 6.4)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


_STEPS = 100_000
_TINY = 1e-300
_CLOSE = 1e-15


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or _TINY)
    found = d
    for m in range(1, _STEPS):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + part * d or _TINY)
            c = 1 + part / c or _TINY
            found *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return found


def incomplete_gamma(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function: a series, or a fraction (Press et al. 6.2)."""
    if x <= 0:
        return 0.0
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, _STEPS):
            term *= x / (a + n)
            total += term
            if term < total * _CLOSE:
                break
        return front * total
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    found = d
    for n in range(1, _STEPS):
        part = -n * (n - a)
        b += 2
        d = 1 / (part * d + b or _TINY)
        c = b + part / c or _TINY
        found *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return 1 - front * found


@dataclass(frozen=True, slots=True)
class Ranked:
    """A group among others: its rate, its interval, and between which places it surely stands.

    `small` ones stand on fewer than the least and have no place: `first` and `last` are 0.
    `apart` says that it surely differs from at least one other.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    under: float
    small: bool
    first: int
    last: int
    apart: bool


def league(
    rates: Mapping[str, tuple[float, float]], least: int, *, better: str = "more"
) -> list[Ranked]:
    """Groups of (over, under) in the order of their rates, small ones after all others.

    An order is told as far as intervals separate: a group's places run from one after those that
    are surely better to the number of those that are not surely worse.
    """
    bounds = {name: wilson(over, under) for name, (over, under) in rates.items()}
    sure = {
        name: one
        for name, one in bounds.items()
        if one is not None and rates[name][1] >= least
    }  # fmt: skip
    found = []
    for name, (over, under) in rates.items():
        one = bounds[name]
        small = name not in sure
        first = last = 0
        apart = False
        if one is not None and not small:
            above = sum(other[0] > one[1] for other in sure.values())
            below = sum(other[1] < one[0] for other in sure.values())
            ahead, behind = (below, above) if better == "less" else (above, below)
            first, last, apart = ahead + 1, len(sure) - behind, bool(above or below)
        low, high = one or (None, None)
        found.append(
            Ranked(name, over / under if under else None, low, high, under, small, first, last, apart)
        )  # fmt: skip
    sign = 1 if better == "less" else -1
    found.sort(
        key=lambda r: (r.small, sign * r.value if r.value is not None else inf, -r.under, r.name)
    )
    return found


FEWEST = 6
"""Values of former times that a band needs: fewer say nothing of what is usual."""
YEARS = 3
"""Former years that are looked at."""
WEEKS = 12
"""Former weeks whose same weekday is looked at."""
SHARES = (0.1, 0.5, 0.9)


def former(of: Window) -> list[Window]:
    """The former windows that say what is usual in one's season.

    A day: the same weekday of the twelve weeks before. A week: the same week of each of three
    years before, and its neighbours. A month: the same month of three years before, and its
    neighbours. A quarter or a year: none.
    """
    if of.grain == "day":
        found, one = [], of
        for _ in range(WEEKS):
            for _ in range(7):
                one = one.before()
            found.append(one)
        return found
    if of.grain not in ("week", "month"):
        return []
    found, one = [], of
    for _ in range(YEARS):
        one = one.year_before()
        found += [one.before(), one, _after(one)]
    return found


def _after(one: Window) -> Window:
    return window(one.grain, one.until, one.zone, one.cut)


def usual(
    windows: Sequence[Window], values: Mapping[Window, float | None]
) -> tuple[list[float | None], list[float | None], list[float | None]]:
    """What is usual for each window: the 10th, 50th and 90th percentile of its former ones.

    None where fewer than `FEWEST` of them have a value.
    """
    bands: tuple[list[float | None], ...] = ([], [], [])
    for one in windows:
        known = sorted(v for w in former(one) if (v := values.get(w)) is not None)
        for band, share in zip(bands, SHARES, strict=True):
            band.append(quantile(known, share) if len(known) >= FEWEST else None)
    low, middle, high = bands
    return low, middle, high
