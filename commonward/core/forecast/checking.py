"""The honest test (回测): forecasts from many past days, each from what was known then, against
seasonal-naive (the same hour a week before) and the mean of four weeks."""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from commonward.core.forecast.arrivals import AHEAD, WEEK, Arrivals, Floats
from commonward.core.forecast.choosing import MODEL, Chooser, Chosen
from commonward.core.forecast.rates import FOUR_WEEKS, LAST_WEEK
from commonward.core.forecast.spread import Shocks, of_areas, of_days, quantiles, sizes, variance

LEVELS = (
    "total_hour", "total_day", "category_day", "category_hour", "area_day", "cell_day", "cell_hour",
)  # fmt: skip
"""What is summed up: everything by hour and by day, a category, an area, an area's category."""
BANDS = (0.5, 0.8, 0.95)
_QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
FIRST = 4 * WEEK
"""The first origin of a test: the four weeks of the rival are known."""


@dataclass(frozen=True)
class Checked:
    """Figures of one level over all origins.

    `mae`, `mae_last_week`, `mae_four_weeks`: mean absolute errors of the median and of the rivals;
    `rmse…` root mean squared errors of the means; `mase`: mae over that of the same hour last
    week; `pinball`: mean over seven quantiles, half the CRPS; last week's hour is one number, so
    its pinball loss is half its mae, and four weeks' mean is given Poisson's quantiles. `inside`: share of counts within the 50, 80 and 95 % intervals;
    `fair`: the same with counts spread evenly over their probability (randomised PIT), which is
    what an interval of whole numbers can be held to. `bias`: expected less came, per cell.
    """

    level: str
    cells: int
    mean: float
    mae: float
    mae_last_week: float
    mae_four_weeks: float
    rmse: float
    rmse_last_week: float
    rmse_four_weeks: float
    pinball: float
    pinball_last_week: float
    pinball_four_weeks: float
    inside: tuple[float, ...]
    fair: tuple[float, ...]
    bias: float

    @property
    def mase(self) -> float | None:
        """Below 1: better than the same hour last week. None where nothing came at all."""
        return self.mae / self.mae_last_week if self.mae_last_week else None

    @property
    def better(self) -> bool:
        """Whether neither rival is nearer on average."""
        return self.mae <= min(self.mae_last_week, self.mae_four_weeks)

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"inside": list(self.inside), "fair": list(self.fair)}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Checked":
        """From `to_data`'s form."""
        return cls(**(data | {"inside": tuple(data["inside"]), "fair": tuple(data["fair"])}))


@dataclass(frozen=True)
class Report:
    """A test: its origins (days since the first), figures by level, and how often a category's
    forecast was the model's, or a rival's that had done better before."""

    origins: tuple[int, ...]
    levels: tuple[Checked, ...]
    used: dict[str, int]

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "origins": list(self.origins),
            "levels": [one.to_data() for one in self.levels],
            "used": self.used,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Report":
        """From `to_data`'s form."""
        levels = tuple(Checked.from_data(one) for one in data["levels"])
        return cls(tuple(data["origins"]), levels, dict(data["used"]))


def origins_of(given: Arrivals, most: int, first: int = FIRST) -> tuple[int, ...]:
    """The last so many origins, a week apart, whose fortnight is over."""
    last = given.days - AHEAD
    found = [last - WEEK * back for back in range(most) if last - WEEK * back >= first]
    return tuple(reversed(found))


def check(chooser: Chooser, origins: Sequence[int], levels: Sequence[str] = LEVELS) -> Report:
    """Forecast from each origin and compare with what came."""
    sums: dict[str, _Sum] = {level: _Sum(level, chooser.seed) for level in levels}
    used = {MODEL: 0, LAST_WEEK: 0, FOUR_WEEKS: 0}
    for origin in origins:
        made = chooser.forecast(origin)
        for way in made.by:
            used[way] += 1
        for level, *arrays in _told(chooser, origin, made, levels):
            sums[level].add(*arrays)
    done = tuple(one.checked() for one in sums.values() if one.cells)
    return Report(tuple(origins), done, used)


def _told(
    chooser: Chooser, origin: int, made: Chosen, levels: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """(level, came, expected, variance, last week, four weeks) of a fortnight."""
    heard = chooser.heard(origin)
    came, m = chooser.came(origin)[:, heard], made.means[:, heard]
    rivals = [made.rivals[name][:, heard] for name in (LAST_WEEK, FOUR_WEEKS)]
    shocks = made.shocks
    if "total_hour" in levels:
        yield (
            "total_hour",
            came.sum(0),
            m.sum(0),
            variance(m, None, shocks),
            *(one.sum(0) for one in rivals),
        )
    if "total_day" in levels:
        yield (
            "total_day",
            came.sum((0, 2)),
            m.sum((0, 2)),
            of_days(m, None, shocks),
            *(one.sum((0, 2)) for one in rivals),
        )
    for name, hourly in (("category_day", False), ("category_hour", True)):
        if name not in levels:
            continue
        of = np.stack([_single(m, shocks, c, hourly=hourly) for c in range(len(m))])
        whole = [came, m, *rivals] if hourly else [x.sum(2) for x in (came, m, *rivals)]
        yield name, whole[0], whole[1], of, whole[2], whole[3]
    if set(levels) & {"area_day", "cell_day", "cell_hour"}:
        yield from _by_place(chooser, origin, made, heard, levels)


def _single(m: Floats, shocks: Shocks, category: int, *, hourly: bool) -> Floats:
    part = slice(category, category + 1)
    own = Shocks(shocks.one, shocks.category_day[part])
    return variance(m[part], None, own) if hourly else of_days(m[part], None, own)


def _by_place(
    chooser: Chooser, origin: int, made: Chosen, heard: Any, levels: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    given, shares, v = chooser.given, made.shares, made.shocks.one
    m = made.means[:, heard]
    daily = m.sum(axis=2)
    begin = origin - 4 * WEEK if origin >= 4 * WEEK else origin % WEEK
    came = given.by_place(origin, origin + AHEAD)[:, :, heard]
    last, four = _repeated(given.by_place(begin, origin), heard)
    if "area_day" in levels:
        of = of_areas(m, shares, made.shocks)
        yield "area_day", came.sum(1), shares @ daily, of, last.sum(1), four.sum(1)
    shared = sum(v[name] for name in ("day", "span", "category_span", "area_day", "cell_day"))
    own = (shared + made.shocks.category_day)[None, :, None]
    hours = v["hour"] + v["category_hour"]
    if "cell_day" in levels:
        mean = shares[:, :, None] * daily[None]
        squares = shares[:, :, None] ** 2 * (m**2).sum(axis=2)[None]
        yield "cell_day", came, mean, mean + own * mean**2 + hours * squares, last, four
    if "cell_hour" in levels:
        mean = shares[:, :, None, None] * m[None]
        of = mean + (own[..., None] + hours) * mean**2
        hourly = given.by_place_and_hour(origin, origin + AHEAD)[:, :, heard]
        rivals = _repeated(given.by_place_and_hour(begin, origin), heard)
        yield "cell_hour", hourly, mean, of, *rivals


def _repeated(back: Floats, heard: Any) -> tuple[Floats, Floats]:
    """Last week, and the mean of the weeks before, as forecasts; `back` has days on its third axis
    and ends with the last day that is known."""
    again = np.arange(AHEAD) % WEEK
    weeks = back.reshape(*back.shape[:2], back.shape[2] // WEEK, WEEK, *back.shape[3:])
    found = (weeks[:, :, -1], weeks.mean(axis=2))
    return found[0][:, :, again][:, :, heard], found[1][:, :, again][:, :, heard]


class _Sum:
    """Errors of one level, added up origin by origin."""

    def __init__(self, level: str, seed: int) -> None:
        self.level, self.cells = level, 0
        self.chance = np.random.default_rng(seed)
        self.sums = np.zeros(10)
        self.inside, self.fair = np.zeros(len(BANDS)), np.zeros(len(BANDS))

    def add(self, came: Floats, mean: Floats, of: Floats, last: Floats, four: Floats) -> None:
        """One origin's counts, flattened."""
        came, mean, of, last, four = (np.ravel(one) for one in (came, mean, of, last, four))
        found = quantiles(mean, of, _QUANTILES)
        self.cells += len(came)
        loss, of_four = _pinball(came, found), _pinball(came, quantiles(four, four, _QUANTILES))
        self.sums += [
            came.sum(), np.abs(came - found[3]).sum(), np.abs(came - last).sum(),
            np.abs(came - four).sum(), ((came - mean) ** 2).sum(), ((came - last) ** 2).sum(),
            ((came - four) ** 2).sum(), loss.sum(), (mean - came).sum(), of_four.sum(),
        ]  # fmt: skip
        special: Any = importlib.import_module("scipy.special")
        size, chance = sizes(mean, of)
        upper = special.betainc(size, came + 1, chance)
        lower = np.where(came > 0, special.betainc(size, np.maximum(came, 1), chance), 0.0)
        pit = lower + self.chance.random(len(came)) * (upper - lower)
        for n, band in enumerate(BANDS):
            low, high = found[2 - n], found[4 + n]
            self.inside[n] += ((came >= low) & (came <= high)).sum()
            self.fair[n] += (np.abs(pit - 0.5) <= band / 2).sum()

    def checked(self) -> Checked:
        """The means."""
        came, mae, last, four, rmse, rmse_last, rmse_four, loss, bias, of_four = (
            self.sums / self.cells
        )
        return Checked(
            self.level, self.cells, float(came), float(mae), float(last), float(four),
            float(rmse**0.5), float(rmse_last**0.5), float(rmse_four**0.5),
            float(loss), float(last / 2), float(of_four),
            tuple(float(x) for x in self.inside / self.cells),
            tuple(float(x) for x in self.fair / self.cells), float(bias),
        )  # fmt: skip


def _pinball(came: Floats, found: Floats) -> Floats:
    """The mean loss over the quantiles, for each count."""
    levels = np.array(_QUANTILES)[:, None]
    away = came - found
    loss: Floats = np.maximum(levels * away, (levels - 1) * away).mean(axis=0)
    return loss
