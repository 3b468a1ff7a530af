"""A kept forecast (预测): what is expected in the next 14 days, with intervals for any sum of it."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from commonward.core.forecast.arrivals import AHEAD, Arrivals, Bools, Days, Floats, Ints
from commonward.core.forecast.checking import Report
from commonward.core.forecast.choosing import Chosen
from commonward.core.forecast.spread import Shocks, of_days, of_span, quantiles, variance
from commonward.core.refusals import N_, Invalid

VERSION = "gamma-poisson 1"
"""Of the model; a change of its formulas changes it."""
BOUNDS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Quantiles that are told: the 50, 80 and 95 % intervals and the middle."""
LEAST_EXPECTED = 5.0
"""Cases in 14 days; for fewer nothing is told, since it would be about a few people."""
BACK = 28
"""Days of the past that are kept beside it, by category, for the picture."""


@dataclass(frozen=True)
class Line:
    """An hour's, a day's or a fortnight's forecast: the mean, and the counts at BOUNDS."""

    expected: float
    bounds: tuple[int, ...]

    @property
    def middle(self) -> int:
        """The median."""
        return self.bounds[3]

    def band(self, percent: int) -> tuple[int, int]:
        """The interval with this probability: 50, 80 or 95."""
        at = {50: 2, 80: 1, 95: 0}[percent]
        return self.bounds[at], self.bounds[-1 - at]


@dataclass(frozen=True)
class Sum:
    """The forecast of a choice of areas and categories: any sum of it agrees with its parts."""

    means: Floats
    shares: Floats | None
    shocks: Shocks

    @property
    def expected(self) -> Floats:
        """(14, 24) means."""
        found: Floats = (
            self.means.sum(axis=0)
            if self.shares is None
            else np.einsum("cdh,c->dh", self.means, self.shares.sum(axis=0))
        )
        return found

    def hours(self, day: int) -> tuple[Line, ...]:
        """The 24 hours of a day."""
        part = self.means[:, day : day + 1]
        return _lines(self.expected[day], variance(part, self.shares, self.shocks)[0])

    def every_hour(self, share: float) -> Ints:
        """(14, 24) the count that is not passed with this probability."""
        of = variance(self.means, self.shares, self.shocks)
        found: Ints = quantiles(self.expected, of, [share])[0].astype(np.int64)
        return found

    def days(self) -> tuple[Line, ...]:
        """The 14 days."""
        return _lines(self.expected.sum(axis=1), of_days(self.means, self.shares, self.shocks))

    def whole(self) -> Line:
        """The fortnight."""
        of = np.array([of_span(self.means, self.shares, self.shocks)])
        return _lines(np.array([self.expected.sum()]), of)[0]


@dataclass(frozen=True)
class Outlook:
    """A forecast as it is kept.

    `means` (categories, 14, 24), `shares` (areas, categories); `marks`, `known` (14) what the
    calendar says of the days; `back` (categories, up to 28) what came before; `by` whose forecast
    each category has; `since` the first day that was learnt from, `first` the first one forecast.
    `report`: the honest test; None where the past is too short for one.
    """

    first: date
    since: date
    areas: tuple[str, ...]
    categories: tuple[str, ...]
    parts: tuple[str, ...]
    means: Floats
    shares: Floats
    shocks: Shocks
    marks: Ints
    known: Bools
    back: Floats
    by: tuple[str, ...]
    half: float
    judged: int
    gaps: tuple[date, ...]
    seed: int
    report: Report | None
    version: str = VERSION

    def day(self, number: int) -> date:
        """The date of a forecast day."""
        return self.first + timedelta(days=number)

    def chosen(
        self,
        inside: Callable[[str], bool] | None = None,
        of: Callable[[str, str], bool] | None = None,
    ) -> Sum:
        """The sum over the areas and the categories (code, part) that are told; None is all.

        Raises Invalid where so little is expected that it would be about a few people.
        """
        rows = [n for n, area in enumerate(self.areas) if inside is None or inside(area)]
        columns = [
            n
            for n, (code, part) in enumerate(zip(self.categories, self.parts, strict=True))
            if of is None or of(code, part)
        ]
        shocks = replace(self.shocks, category_day=self.shocks.category_day[columns])
        whole = len(rows) == len(self.areas)
        shares = None if whole else self.shares[np.ix_(rows, columns)]
        found = Sum(self.means[columns], shares, shocks)
        if not rows or not columns or found.expected.sum() < LEAST_EXPECTED:
            raise Invalid(
                N_(
                    "Fewer than {least} are expected here in {days} days: no forecast is made of so"
                    " few. Choose a larger area or more categories."
                ),
                least=int(LEAST_EXPECTED),
                days=AHEAD,
            )
        return found

    def packed(self) -> bytes:
        """As bytes, a compressed file of arrays; read again by `unpacked`."""
        told = {
            "first": self.first.isoformat(), "since": self.since.isoformat(),
            "areas": self.areas, "categories": self.categories, "parts": self.parts,
            "shocks": self.shocks.to_data(), "by": self.by, "half": self.half,
            "judged": self.judged, "gaps": [day.isoformat() for day in self.gaps],
            "seed": self.seed, "version": self.version,
            "report": self.report.to_data() if self.report else None,
        }  # fmt: skip
        made = io.BytesIO()
        np.savez_compressed(
            made,
            told=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
            means=self.means.astype(np.float32), shares=self.shares.astype(np.float32),
            marks=self.marks.astype(np.int8), known=self.known, back=self.back.astype(np.int32),
        )  # fmt: skip
        return made.getvalue()

    @classmethod
    def unpacked(cls, data: bytes) -> "Outlook":
        """From `packed`'s bytes."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays: dict[str, Any] = {name: file[name] for name in file.files}
        told = json.loads(arrays.pop("told").tobytes())
        return cls(
            first=date.fromisoformat(told["first"]), since=date.fromisoformat(told["since"]),
            areas=tuple(told["areas"]), categories=tuple(told["categories"]),
            parts=tuple(told["parts"]), means=arrays["means"].astype(float),
            shares=arrays["shares"].astype(float), shocks=Shocks.from_data(told["shocks"]),
            marks=arrays["marks"].astype(np.int64), known=arrays["known"],
            back=arrays["back"].astype(float), by=tuple(told["by"]), half=told["half"],
            judged=told["judged"], gaps=tuple(date.fromisoformat(x) for x in told["gaps"]),
            seed=told["seed"], version=told["version"],
            report=Report.from_data(told["report"]) if told["report"] else None,
        )  # fmt: skip


def outlook(given: Arrivals, days: Days, made: Chosen, seed: int, report: Report | None) -> Outlook:
    """What is kept of a forecast from the day after the last of `given`."""
    begin = max(0, given.days - BACK)
    ahead = days.part(given.days, given.days + AHEAD)
    return Outlook(
        first=given.first + timedelta(days=given.days), since=given.first,
        areas=given.areas, categories=given.categories, parts=given.parts,
        means=made.means, shares=made.shares, shocks=made.shocks,
        marks=ahead.mark, known=ahead.known, back=given.hourly[:, begin:].sum(axis=2),
        by=made.by, half=made.half, judged=made.judged,
        gaps=tuple(given.first + timedelta(days=int(n)) for n in np.flatnonzero(given.gaps)),
        seed=seed, report=report,
    )  # fmt: skip


def _lines(mean: Floats, of: Floats) -> tuple[Line, ...]:
    bounds = quantiles(mean, of, BOUNDS).astype(np.int64)
    return tuple(
        Line(float(m), tuple(int(x) for x in column))
        for m, column in zip(mean, bounds.T, strict=True)
    )
