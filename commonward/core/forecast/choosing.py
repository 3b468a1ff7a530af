"""One forecast: the candidates judged on earlier origins, the better taken, its errors learnt."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from commonward.core.forecast.arrivals import AHEAD, LEAST_DAYS, WEEK, Arrivals, Days, Floats
from commonward.core.forecast.rates import (
    FOUR_WEEKS,
    HALVES,
    LAST_WEEK,
    candidates,
    model_name,
    places,
)
from commonward.core.forecast.spread import Shocks, calm, fitted

EARLIER = 10
"""Earlier origins, a week apart, on which candidates are judged and errors learnt."""
_AREA_ORIGINS, _CELLS_MOST = 6, 4_000_000
MODEL = "model"


@dataclass(frozen=True)
class Chosen:
    """What is expected from an origin on.

    `means` (categories, 14, 24); `shares` (areas, categories); `by`: of each category whose
    forecast it is (MODEL, LAST_WEEK or FOUR_WEEKS); `half` the model's half-life in days;
    `rivals` the seasonal-naive forecasts; `judged` on how many earlier origins.
    """

    means: Floats
    shares: Floats
    shocks: Shocks
    by: tuple[str, ...]
    half: float
    rivals: Mapping[str, Floats]
    judged: int


class Chooser:
    """Forecasts of one history from any origin; earlier origins are computed once.

    An origin knows the days before it and nothing else.
    """

    def __init__(self, given: Arrivals, days: Days, seed: int = 1) -> None:
        self.given, self.days, self.seed = given, days, seed
        self.candidates = lru_cache(maxsize=3 * EARLIER)(self._candidates)
        self.places = lru_cache(maxsize=3 * EARLIER)(self._places)
        self.by_area = lru_cache(maxsize=3 * EARLIER)(self._by_area)

    def forecast(self, origin: int) -> Chosen:
        """The forecast of the 14 days from this day on."""
        earlier = [
            origin - AHEAD - WEEK * back for back in range(EARLIER)
            if origin - AHEAD - WEEK * back >= LEAST_DAYS
        ]  # fmt: skip
        now = self.candidates(origin)
        half, by = self._choice(earlier)
        means = _put_together(now, half, by)
        shares = self.places(origin)
        shocks = self._shocks(earlier, half, by) if earlier else calm(len(by))
        rivals = {name: now[name] for name in (LAST_WEEK, FOUR_WEEKS)}
        return Chosen(means, shares, shocks, by, half, rivals, len(earlier))

    def came(self, origin: int) -> Floats:
        """(categories, 14, 24) what came in the 14 days from this day on."""
        return self.given.hourly[:, origin : origin + AHEAD]

    def heard(self, origin: int) -> np.ndarray:
        """(14) the days that count: those that were no gap."""
        found: np.ndarray = ~self.given.gaps[origin : origin + AHEAD]
        return found

    def _candidates(self, origin: int) -> Mapping[str, Floats]:
        return candidates(self.given, self.days, origin)

    def _places(self, origin: int) -> Floats:
        return places(self.given, origin)

    def _by_area(self, origin: int) -> Floats:
        return self.given.by_place(origin, origin + AHEAD)

    def _choice(self, earlier: list[int]) -> tuple[float, tuple[str, ...]]:
        """The half-life, and by category the forecast with the least absolute error by day."""
        count = len(self.given.categories)
        if not earlier:
            return HALVES[len(HALVES) // 2], (MODEL,) * count
        names = [model_name(half) for half in HALVES] + [LAST_WEEK, FOUR_WEEKS]
        wrong = {name: np.zeros(count) for name in names}
        for origin in earlier:
            came, heard = self.came(origin).sum(axis=2), self.heard(origin)
            for name, expected in self.candidates(origin).items():
                # The middle of a Poisson count, for a mean is no fair guess at small numbers.
                away = np.abs(came - np.floor(expected.sum(axis=2) + 1 / 3))
                wrong[name] += away[:, heard].sum(axis=1)
        half = min(HALVES, key=lambda one: wrong[model_name(one)].sum())
        ways = {MODEL: wrong[model_name(half)]}
        ways |= {name: wrong[name] for name in (LAST_WEEK, FOUR_WEEKS)}
        # The first of equals is the model: where nothing came, all are right.
        best = np.argmin(np.stack(list(ways.values())), axis=0)
        return half, tuple(tuple(ways)[one] for one in best)

    def _shocks(self, earlier: list[int], half: float, by: tuple[str, ...]) -> Shocks:
        past, cells = [], []
        size = len(self.given.areas) * len(by) * AHEAD
        # Of a large site fewer fortnights by place are enough, and fit into memory.
        with_areas = max(1, min(_AREA_ORIGINS, _CELLS_MOST // max(size, 1)))
        for number, origin in enumerate(earlier):
            heard = self.heard(origin)
            expected = _put_together(self.candidates(origin), half, by)
            # A gap teaches nothing: there it came as expected, which is nought against nought.
            expected = expected * heard[None, :, None]
            past.append((expected, self.came(origin)))
            if number < with_areas:
                of_day = expected.sum(axis=2)
                cells.append((self.places(origin)[:, :, None] * of_day, self.by_area(origin)))
        return fitted(past, cells, self.seed)


def _put_together(now: Mapping[str, Floats], half: float, by: tuple[str, ...]) -> Floats:
    found = now[model_name(half)].copy()
    for number, way in enumerate(by):
        if way != MODEL:
            found[number] = now[way][number]
    return found
