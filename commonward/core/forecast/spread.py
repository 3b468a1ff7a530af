"""How far counts stray from what is expected: shared shocks, and the negative binomial of any sum.

A count's variance is its mean (Poisson) and that of shocks it shares with others: of the whole
fortnight, of the day, of the hour, of a category's or an area's day, and of its own. Each shock
multiplies what it touches and has mean 1, so a sum's variance follows from the squares of the
means that share one shock, and every sum has an interval of its own.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from commonward.core.forecast.arrivals import Floats, Ints

GRID = np.concatenate([[0.0], np.geomspace(1e-4, 8.0, 24)])
"""Variances of shocks that are tried."""
_SAMPLE = 8_000
_TURNS = 3
_LOG_SPREAD = 0.8

SHOCKS = (
    "day", "span", "hour", "category_day", "category_span", "category_hour", "area_day", "cell_day",
)  # fmt: skip
"""Kinds of shock; a span is the whole fortnight, a cell is an area in a category."""


@dataclass(frozen=True)
class Shocks:
    """Variances of the shocks; `category_day` is by category, the others are one number."""

    one: Mapping[str, float]
    category_day: Floats

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "one": {name: float(value) for name, value in self.one.items()},
            "category_day": [float(value) for value in self.category_day],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Shocks":
        """From `to_data`'s form."""
        return cls(dict(data["one"]), np.array(data["category_day"], dtype=float))


def calm(categories: int) -> Shocks:
    """Without any past errors nothing better is known than a careful guess: a fifth (20 %) of a
    day's total, a tenth of a category's."""
    one = dict.fromkeys(SHOCKS, 0.0) | {"day": 0.04, "hour": 0.01}
    return Shocks(one, np.full(categories, 0.01))


def fitted(
    past: Sequence[tuple[Floats, Floats]], cells: Sequence[tuple[Floats, Floats]], seed: int
) -> Shocks:
    """The shocks' variances, each by maximum likelihood given the others, in a few turns.

    `past`: pairs (expected, came) of (categories, 14, 24) from earlier origins, at least one.
    `cells`: pairs of (areas, categories, 14) for the same or fewer origins.
    """
    chance = np.random.default_rng(seed)
    m, y = (np.stack([one[k] for one in past]) for k in (0, 1))
    v = dict.fromkeys(SHOCKS, 0.0)
    hour_m, hour_y = m.sum(axis=1), y.sum(axis=1)
    day_m, day_y = hour_m.sum(axis=2), hour_y.sum(axis=2)
    by_m, by_y = m.sum(axis=3), y.sum(axis=3)
    of = np.zeros(m.shape[1])
    squares, hour_squares = m**2, hour_m**2
    for _turn in range(_TURNS):
        # A day's total is moved by its hours' and its categories' shocks as well.
        own = v["category_hour"] * squares.sum(axis=1)
        lower = own.sum(axis=2) + v["hour"] * hour_squares.sum(axis=2)
        of_every = v["category_span"] + of[None, :, None]
        lower = lower + (of_every * by_m**2).sum(axis=1)
        shared = _best(day_m, day_y, lower, chance)
        spans = (day_m**2).sum(axis=1)
        rest = lower.sum(axis=1) + shared * spans
        whole = day_m.sum(axis=1)
        v["span"] = min(_best(whole, day_y.sum(axis=1), rest, chance), shared)
        v["day"] = shared - v["span"]
        rest_of_hour = own + shared * hour_squares
        rest_of_hour = rest_of_hour + (of_every[..., None] * squares).sum(axis=1)
        v["hour"] = _best(hour_m, hour_y, rest_of_hour, chance)
        small = (v["hour"] + v["category_hour"]) * squares.sum(axis=3)
        base = small + shared * by_m**2
        pooled = _best(by_m, by_y, base, chance)
        of = np.array(
            [_best(by_m[:, c], by_y[:, c], base[:, c], chance, pooled) for c in range(len(of))]
        )
        sums = (by_m**2).sum(axis=2)
        rest = small.sum(axis=2) + (v["span"] + shared) * sums + of * sums
        found = _best(by_m.sum(axis=2), by_y.sum(axis=2), rest, chance)
        v["category_span"] = min(found, float(np.median(of)))
        of = np.maximum(of - v["category_span"], 0.0)
        every = shared + v["hour"] + v["category_span"] + of[None, :, None, None]
        v["category_hour"] = _best(m, y, every * squares, chance)
    if cells:
        am, ay = (np.stack([one[k] for one in cells]) for k in (0, 1))
        at_m, at_y = am.sum(axis=2), ay.sum(axis=2)
        all_of = v["category_span"] + of[None, None, :, None]
        rest = shared * at_m**2 + (all_of * am**2).sum(axis=2)
        v["area_day"] = _best(at_m, at_y, rest, chance)
        v["cell_day"] = _best(am, ay, (shared + v["area_day"] + all_of) * am**2, chance)
    v.pop("category_day")
    return Shocks(v, of)


def variance(means: Floats, shares: Floats | None, shocks: Shocks) -> Floats:
    """(…, days) → the variance of sums over categories, hours (and areas) for every day.

    `means` (categories, days, hours): expected counts of the sum's parts; `shares` (areas,
    categories): what of them lies in each area of the sum, None where all areas belong to it.
    Returns (days, hours) variances of single hours; see `of_days` for sums of hours.
    """
    own = means if shares is None else means * shares.sum(axis=0)[:, None, None]
    return _of(own[..., None], shares, means[..., None], shocks)


def of_days(means: Floats, shares: Floats | None, shocks: Shocks) -> Floats:
    """(days) variances of whole days; `means` and `shares` as in `variance`."""
    own = means if shares is None else means * shares.sum(axis=0)[:, None, None]
    return _of(own[:, :, None, :], shares, means[:, :, None, :], shocks)[:, 0]


def of_areas(means: Floats, shares: Floats, shocks: Shocks) -> Floats:
    """(areas, days) variances of each area's days: `of_days` of every area by itself, at once."""
    v = shocks.one
    hourly = (shares @ means.reshape(len(means), -1)).reshape(len(shares), *means.shape[1:])
    daily, squares = means.sum(axis=2), (means**2).sum(axis=2)
    mean = shares @ daily
    weights = v["category_span"] + shocks.category_day + v["cell_day"]
    found: Floats = (
        mean
        + (v["span"] + v["day"] + v["area_day"]) * mean**2
        + v["hour"] * (hourly**2).sum(axis=2)
        + (shares**2 * weights) @ daily**2
        + v["category_hour"] * (shares**2 @ squares)
    )
    return found


def of_span(means: Floats, shares: Floats | None, shocks: Shocks) -> float:
    """The variance of the sum over all days."""
    own = means if shares is None else means * shares.sum(axis=0)[:, None, None]
    days = of_days(means, shares, shocks)
    by_day = own.sum(axis=(0, 2))
    whole = by_day.sum() ** 2 - (by_day**2).sum()
    by_category = own.sum(axis=2)
    each = (by_category.sum(axis=1) ** 2 - (by_category**2).sum(axis=1)).sum()
    return float(days.sum() + shocks.one["span"] * whole + shocks.one["category_span"] * each)


def _of(own: Floats, shares: Floats | None, means: Floats, shocks: Shocks) -> Floats:
    """(days, groups) variances; own (categories, days, groups, hours inside the group)."""
    v = shocks.one
    total = own.sum(axis=0)
    by_group = own.sum(axis=3)
    found = by_group.sum(axis=0)
    found = found + (v["span"] + v["day"]) * found**2 + v["hour"] * (total**2).sum(axis=2)
    of = (v["category_span"] + shocks.category_day)[:, None, None]
    found = found + (of * by_group**2).sum(axis=0)
    found = found + v["category_hour"] * (own**2).sum(axis=(0, 3))
    # Shocks of areas: where all areas are summed they are part of those of the total already.
    if shares is not None and (v["area_day"] or v["cell_day"]):
        groups = means.sum(axis=3)
        flat = groups.reshape(len(groups), -1)
        in_area = ((shares @ flat) ** 2).sum(axis=0)
        squares = (shares**2).sum(axis=0) @ flat**2
        shape = found.shape
        found = found + v["area_day"] * in_area.reshape(shape)
        found = found + v["cell_day"] * squares.reshape(shape)
    return np.asarray(found)


def _best(
    m: Floats, y: Floats, rest: Any, chance: np.random.Generator, lean: float | None = None
) -> float:
    """The variance of a shock with the greatest negative binomial likelihood; `rest`: what other
    shocks already add to the variance. With `lean` a log-normal prior around that value."""
    special: Any = importlib.import_module("scipy.special")
    m, y = m.ravel(), y.ravel()
    rest = np.broadcast_to(rest, m.shape) if np.ndim(rest) == 0 else np.asarray(rest).ravel()
    keep = m > 1e-9
    m, y, rest = m[keep], y[keep], rest[keep]
    if not len(m):
        return lean or 0.0
    scale = 1.0
    if len(m) > _SAMPLE:
        taken = chance.choice(len(m), _SAMPLE, replace=False)
        scale = len(m) / _SAMPLE
        m, y, rest = m[taken], y[taken], rest[taken]
    found = np.empty(len(GRID))
    for n, v in enumerate(GRID):
        more = np.maximum(rest + v * m**2, 1e-9 * m)
        size = m**2 / more
        found[n] = scale * (
            special.gammaln(y + size) - special.gammaln(size)
            + size * np.log(size / (size + m)) + y * np.log(m / (size + m))
        ).sum()  # fmt: skip
    if lean is not None:
        away = np.log((GRID + 1e-4) / (lean + 1e-4)) / _LOG_SPREAD
        found -= 0.5 * away**2
    return float(GRID[int(np.argmax(found))])


def quantiles(mean: Floats, spread: Floats, levels: Sequence[float]) -> Floats:
    """(levels, …) quantiles of the negative binomial with this mean and variance, whole numbers.

    Where the variance is no greater than the mean it is Poisson.
    """
    size, chance = sizes(mean, spread)
    shape = np.shape(mean)
    m = np.asarray(mean, dtype=float).ravel()
    found = np.zeros((len(levels), len(m)))
    small = m <= 40
    if small.any():
        found[:, small] = _counted_up(m[small], size.ravel()[small], levels)
    if (~small).any():
        stats: Any = importlib.import_module("scipy.stats")
        r, p = size.ravel()[~small], chance.ravel()[~small]
        for n, level in enumerate(levels):
            found[n, ~small] = stats.nbinom.ppf(level, r, p)
    return found.reshape(len(levels), *shape)


def sizes(mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """(size, chance) of the negative binomial with this mean and variance."""
    m = np.maximum(np.asarray(mean, dtype=float), 1e-12)
    more = np.maximum(np.asarray(spread, dtype=float) - m, 1e-9 * m)
    size = m**2 / more
    return size, size / (size + m)


def _counted_up(m: Floats, size: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles by adding up probabilities from zero: exact, and quick for small means."""
    m = np.maximum(m, 1e-12)
    found = np.zeros((len(levels), len(m)))
    odds: Floats = m / (size + m)
    at: Ints = np.arange(len(m))
    mass: Floats = np.exp(size * np.log1p(-odds))
    below: Floats = mass.copy()
    top, count = max(levels), 0
    while len(at):
        for n, level in enumerate(levels):
            found[n, at] += below < level
        going = (below < top) & (mass > 0)
        at, mass, below = at[going], mass[going], below[going]
        size, odds = size[going], odds[going]
        mass = mass * (size + count) / (count + 1) * odds
        below = below + mass
        count += 1
    return found
