"""From a table of points to hotspots: what is hot over the window, where, since when, and whither."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from commonward.core.hotspots import exposure as exposing
from commonward.core.hotspots.course import Course, course_of, since
from commonward.core.hotspots.exposure import interval
from commonward.core.hotspots.ground import Floats, Ground, Ints, cells_of
from commonward.core.hotspots.neighbourhoods import discoveries, residuals, standing_out
from commonward.core.hotspots.scan import Cluster, Model, Scan, scan

Exposure = Literal["history", "mix", "even"]
WEEK = 7
HOT_WEEK = 0.01
"""The p-value from which a single week of a place that is hot over the window counts as hot."""


@dataclass(frozen=True, slots=True)
class Points:
    """Problems at places: degrees (WGS-84), the day each was told of (a number that rises by one
    a day), and whether it is of the kind that is asked about; the others make the mix."""

    lats: Floats
    lons: Floats
    days: Ints
    wanted: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Question:
    """A window of whole weeks from the day `first`, and how it is looked at.

    `exposure` is what is expected (exposure.py), `model` the scan's. `reach` is in steps between
    cells, `metres` the radius of the scan's rounds, `cells` the most of one. `least`: a hotspot
    of fewer cases is none.
    """

    first: int
    weeks: int = 13
    exposure: Exposure = "history"
    model: Model = "poisson"
    resolution: int = 9
    reach: int = 1
    metres: float = 1500.0
    cells: int = 61
    longest: int = 28
    least: int = 5
    level: float = 0.05
    replicates: int = 999
    seed: int = 1

    @property
    def end(self) -> int:
        """The first day after the window."""
        return self.first + self.weeks * WEEK


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell over the window; `weeks` are its own cases of each week, `around` those in its ring.

    It is asked twice: whether it and its neighbours have more than elsewhere (Gi*: `z`), and
    whether it alone has more than was expected of it. `p` and `q` are of the clearer answer, `q`
    after both were reckoned with for every cell.
    """

    cell: str
    observed: int
    expected: float
    z: float
    p: float
    q: float
    hot: bool
    course: Course | None
    since: int | None
    weeks: tuple[int, ...]
    around: int


@dataclass(frozen=True, slots=True)
class Place:
    """Hot cells that touch, or a cluster of the scan: what was found there and expected.

    `rare` is the p-value of a cluster, the least q-value of hot cells that touch. `since` is a
    day. `low` and `high` bound the ratio observed / expected at 95 %, as if nobody had chosen the
    place for its being high.
    """

    kind: Literal["cells", "cluster"]
    middle: str
    cells: tuple[str, ...]
    observed: int
    expected: float
    low: float
    high: float
    rare: float
    since: int
    until: int
    course: Course
    weeks: tuple[int, ...]

    @property
    def ratio(self) -> float:
        """How many times as many as expected."""
        return self.observed / self.expected if self.expected > 0 else float("inf")


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: cells with cases or that are hot, places, and what it was made of."""

    question: Question
    cells: tuple[Cell, ...]
    places: tuple[Place, ...]
    ground: int
    cases: int
    before: int
    """Cases of the wanted kind in the history before the window."""
    mix: int
    exposure: Exposure
    """The one that was used: without any history there is none to expect by."""


def find(points: Points, question: Question) -> Found:
    """Hot cells (Gi*) and clusters alive at the window's end (scan), with their course."""
    inside = (points.days >= question.first) & (points.days < question.end)
    known = inside | (points.days < question.first)
    named = cells_of(points.lats[known], points.lons[known], question.resolution)
    ground = Ground.of(named)
    place = {cell: n for n, cell in enumerate(ground.cells)}
    positions = np.array([place[cell] for cell in named], np.int64)
    inside, wanted = inside[known], points.wanted[known]
    cells = len(ground.cells)
    history = np.bincount(positions[~inside & wanted], minlength=cells)
    mix = np.bincount(positions, minlength=cells)
    now = positions[inside & wanted]
    days = points.days[known][inside & wanted] - question.first
    exposure = _exposure(question, history, wanted, len(now))
    seen = _Seen(question, ground, now, days, _by(exposure, history, mix))
    return Found(
        question,
        seen.told(),
        (*seen.clusters(), *seen.patches()),
        cells,
        len(now),
        int(history.sum()),
        int(mix.sum()),
        exposure,
    )


def _exposure(
    question: Question, history: Ints, wanted: npt.NDArray[np.bool_], cases: int
) -> Exposure:
    """The mix of nothing but the cases themselves would expect exactly what came."""
    if int(history.sum()) < cases and bool(wanted.all()):
        return "even"
    return question.exposure


def _by(exposure: Exposure, history: Ints, mix: Ints) -> exposing.Exposure:
    if exposure == "even":
        return exposing.even(len(mix))
    return exposing.by_history(history, mix) if exposure == "history" else exposing.by_mix(mix)


class _Seen:
    """The window's counts on their ground, with Gi* over all of it and week by week."""

    def __init__(
        self, question: Question, ground: Ground, places: Ints, days: Ints, by: exposing.Exposure
    ) -> None:
        self.question, self.ground = question, ground
        self.shares = shares = by.shares
        self.places, self.days = places, days
        cells = len(ground.cells)
        spot = places * question.weeks + days // WEEK
        self.by_week = np.bincount(spot, minlength=cells * question.weeks).reshape(cells, -1)
        self.counts = self.by_week.sum(axis=1)
        self.expected = shares * len(places)
        self.rings = rings = ground.rings(question.reach)
        self.touching = ground.rings(1)
        over = standing_out(residuals(self.counts, self.expected), rings)
        own = by.beyond(self.counts, self.expected)
        # Two questions of each cell, answered together: the share of false ones holds for both.
        q = discoveries(np.concatenate((over.p, own)))
        around, itself = q[:cells], q[cells:]
        self.z, self.p, self.q = over.z, np.minimum(over.p, own), np.minimum(around, itself)
        self.around = np.array([int(self.counts[ring].sum()) for ring in rings], np.int64)
        self.hot = (around <= question.level) & (self.around >= question.least)
        self.hot |= (itself <= question.level) & (self.counts >= question.least)
        self.series = np.zeros((cells, question.weeks))
        self.hot_weeks = np.zeros((cells, question.weeks), np.bool_)
        for week in range(question.weeks):
            count = self.by_week[:, week]
            usual = shares * int(count.sum())
            one = standing_out(residuals(count, usual), rings)
            self.series[:, week] = one.z
            alone = by.beyond(count, usual)
            self.hot_weeks[:, week] = np.minimum(one.p, alone) <= HOT_WEEK

    def told(self) -> tuple[Cell, ...]:
        """The cells with cases or that are hot."""
        return tuple(
            Cell(
                self.ground.cells[n],
                int(self.counts[n]),
                float(self.expected[n]),
                float(self.z[n]),
                float(self.p[n]),
                float(self.q[n]),
                bool(self.hot[n]),
                self._course(n, self.rings[n]) if self.hot[n] else None,
                since(self.hot_weeks[n].tolist()) if self.hot[n] else None,
                tuple(self.by_week[n].tolist()),
                int(self.around[n]),
            )
            for n in np.flatnonzero((self.counts > 0) | self.hot).tolist()
        )

    def _course(self, peak: int, members: Ints) -> Course:
        """By the Gi* of one cell and the cases of all of these."""
        counts = self.by_week[members].sum(axis=0)
        usual = float(self.shares[members].sum()) * self.by_week.sum(axis=0)
        return course_of(self.series[peak].tolist(), counts.tolist(), usual.tolist())

    def patches(self) -> list[Place]:
        """Hot cells that touch, as one place each, the most unlikely first."""
        left = set(np.flatnonzero(self.hot).tolist())
        found = []
        while left:
            waiting, patch = [left.pop()], []
            while waiting:
                one = waiting.pop()
                patch.append(one)
                near = left.intersection(self.touching[one].tolist())
                left -= near
                waiting += near
            found.append(self._patch(sorted(patch)))
        return sorted(found, key=lambda one: (one.rare, -one.observed, one.middle))

    def _patch(self, members: list[int]) -> Place:
        peak = max(members, key=lambda n: (self.z[n], -n))
        begun = since(self.hot_weeks[peak].tolist())
        course = self._course(peak, np.array(members, np.int64))
        return self._place(
            "cells", peak, members, float(self.q[members].min()),
            (self.question.first + (begun or 0) * WEEK, self.question.end), course,
        )  # fmt: skip

    def clusters(self) -> list[Place]:
        """The scan's clusters that are alive on the last day."""
        asked = self.question
        near = self.ground.nearest(asked.cells, asked.metres)
        days = asked.weeks * WEEK
        wanted = Scan(
            model=asked.model,
            longest=min(asked.longest, days // 2),
            least=asked.least,
            replicates=asked.replicates,
            seed=asked.seed,
            level=asked.level,
        )
        found = scan(self.places, self.days, near, days, self.shares, wanted)
        return [self._cluster(one) for one in found]

    def _cluster(self, one: Cluster) -> Place:
        members = list(one.cells)
        counts = self.by_week[members].sum(axis=0)
        expected = float(self.shares[members].sum()) * self.by_week.sum(axis=0)
        series = residuals(counts, expected)
        course = course_of(series.tolist(), counts.tolist(), expected.tolist())
        return self._place(
            "cluster", one.centre, members, one.p,
            (self.question.first + one.start, self.question.first + one.end),
            course, (one.observed, one.expected),
        )  # fmt: skip

    def _place(
        self,
        kind: Literal["cells", "cluster"],
        middle: int,
        members: Sequence[int],
        rare: float,
        span: tuple[int, int],
        course: Course,
        counted: tuple[int, float] | None = None,
    ) -> Place:
        chosen = list(members)
        observed, expected = counted or (
            int(self.counts[chosen].sum()),
            float(self.expected[chosen].sum()),
        )
        low, high = interval(observed, expected)
        return Place(
            kind=kind,
            middle=self.ground.cells[middle],
            cells=tuple(self.ground.cells[n] for n in chosen),
            observed=observed,
            expected=expected,
            low=low,
            high=high,
            rare=rare,
            since=span[0],
            until=span[1],
            course=course,
            weeks=tuple(self.by_week[chosen].sum(axis=0).tolist()),
        )
