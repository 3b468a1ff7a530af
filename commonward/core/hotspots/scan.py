"""The space-time scan (Kulldorff 1997, 2001; permutations: Kulldorff et al. 2005).

Cylinders stand over the map: a round of the nearest cells, over a row of time steps. For each,
the count c is held against the expectation e by the ratio of likelihoods (for c > e, of C cases)

    c ln(c / e) + (C − c) ln((C − c) / (C − e))

and the highest of all is held against the highest of `replicates` worlds in which nothing
happened. Two kinds of such worlds:

- *poisson*: each case keeps its time, and its cell is drawn by the cells' shares of the exposure.
  Hot is a place with more than its share, for some time.
- *permutation*: each case keeps its cell, and the times are dealt anew. Nobody's share need be
  known: hot is a place that has more just now than it and its days have otherwise.

In both, what is expected in a cylinder is the same in every world (its share of the cases on its
days), so the least count with which a cylinder beats a given ratio is worked out once, and a
world is compared in whole numbers. Worlds whose highest lies under a floor are only known to do
so; the floor is drawn from pilot worlds, and clusters under it are not told of. The p-values of
those above it are therefore exactly those of a complete run: (1 + worlds that reach it) / (1 + worlds).

Clusters after the first are those with no cell in common with one before, held against the same
highest ratios, which errs on the side of silence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from commonward.core.hotspots.ground import Floats, Ints, table

Model = Literal["poisson", "permutation"]
Least = npt.NDArray[np.int32]
_PILOTS = 9
_NEVER = np.iinfo(np.int32).max
_ALIKE = 1e-9
_OBVIOUS = 1.5
"""Pilot worlds look only at cylinders so many standard deviations above what is expected."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What is scanned for.

    A cylinder lasts `shortest` to `longest` steps, holds at most `share` of what is expected and
    at least `least` cases. `alive` ones alone end with the last step (prospective); otherwise any.
    """

    model: Model = "poisson"
    alive: bool = True
    shortest: int = 1
    longest: int = 30
    share: float = 0.5
    least: int = 5
    replicates: int = 999
    seed: int = 1
    level: float = 0.05


@dataclass(frozen=True, slots=True)
class Cluster:
    """Cells (positions), steps `start` ≤ t < `end`, cases found and expected, and how rare that is."""

    centre: int
    cells: tuple[int, ...]
    start: int
    end: int
    observed: int
    expected: float
    ratio: float
    """The logarithm of the ratio of likelihoods."""
    p: float


def scan(places: Ints, steps: Ints, near: Ints, times: int, shares: Floats, asked: Scan) -> list[Cluster]:  # fmt: skip
    """The clusters with p ≤ `level`, the most unlikely first.

    `places` and `steps` are the cell and the time step of each case, `near` by cell the others in
    the order of distance (itself first, -1 for none), `shares` each cell's share of the exposure
    (sum 1; with "permutation" the cases' own shares stand in for it).
    """
    cells, total = len(near), len(places)
    if total < max(2, asked.least) or cells < 2:
        return []
    # A cell with cases and no exposure would be infinitely hot: it counts with its own share.
    own = np.bincount(places, minlength=cells) / total
    kept = own if asked.model == "permutation" else np.where((shares > 0) | (own == 0), shares, own)
    kept = kept / kept.sum()
    world = _Worlds(places, steps, near, times, kept, asked)
    floor = world.floor()
    need = world.least_counts(floor)
    found = _apart(world.above(floor), near)
    if not found:
        return []
    highest = world.heights(need, found[0][0])
    told = []
    for ratio, centre, size, window, observed, expected in found:
        p = float((1 + (highest >= ratio - _ALIKE).sum()) / (1 + asked.replicates))
        if p > asked.level:
            break
        members = tuple(int(cell) for cell in near[centre, : size + 1])
        start, end = world.windows[window]
        told.append(Cluster(centre, members, start, end, observed, expected, ratio, p))
    return told


Found = tuple[float, int, int, int, int, float]


def _apart(found: Sequence[Found], near: Ints) -> list[Found]:
    """The best of them that share no cell with a better one."""
    taken = np.zeros(len(near), np.bool_)
    kept = []
    for one in found:
        members = near[one[1], : one[2] + 1]
        if not taken[members].any():
            taken[members] = True
            kept.append(one)
    return kept


def ratio_of(counts: Floats, expected: Floats, total: float) -> Floats:
    """The logarithm of the ratio of likelihoods; 0 where there is no more than expected."""
    inside = np.where(counts > expected, counts, 1.0)
    usual = np.where(counts > expected, np.maximum(expected, 1e-12), 1.0)
    outside, rest = np.maximum(total - inside, 0.0), np.maximum(total - usual, 1e-12)
    beyond = np.where(outside > 0, outside * np.log(np.where(outside > 0, outside, 1.0) / rest), 0)
    return np.where(counts > expected, inside * np.log(inside / usual) + beyond, 0.0)


def windows_of(times: int, asked: Scan) -> list[tuple[int, int]]:
    """The rows of steps that are looked at, as (start, end)."""
    ends = [times] if asked.alive else range(1, times + 1)
    lengths = range(asked.shortest, min(asked.longest, times) + 1)
    return [(end - length, end) for end in ends for length in lengths if length <= end]


class _Worlds:
    """The cases as they are and as chance would have them, over the same cylinders."""

    def __init__(
        self, places: Ints, steps: Ints, near: Ints, times: int, shares: Floats, asked: Scan
    ) -> None:
        self.places, self.steps, self.asked = places, steps, asked
        self.cells, self.times, self.total = len(near), times, len(places)
        self.windows = windows_of(times, asked)
        self.starts = np.array([start for start, _ in self.windows], np.int64)
        self.ends = np.array([end for _, end in self.windows], np.int64)
        self.shares = shares
        by_step = np.concatenate(([0], np.cumsum(np.bincount(steps, minlength=times))))
        self.in_window = (by_step[self.ends] - by_step[self.starts]).astype(np.float64)
        # One column of the order of distance after the other; where there is none more, the
        # centre stands in and its cylinders are never looked at.
        self.missing = (near < 0).T
        own = np.arange(self.cells)
        self.order = np.where(near < 0, own[:, None], near).T.copy()
        held = np.cumsum(np.where(self.missing, 0.0, shares[self.order]), axis=0)
        beyond = (held > asked.share + 1e-12) & (np.arange(len(held)) > 0)[:, None]
        self.held = np.where(self.missing | beyond, np.nan, held)
        sizes = int((~np.isnan(self.held)).any(axis=1).sum())
        self.order, self.held = self.order[:sizes], self.held[:sizes]
        self.chance = np.random.default_rng(asked.seed)
        self._alias = _alias(shares) if asked.model == "poisson" else None

    def expected(self, size: int) -> Floats:
        """Of the cylinders of so many cells (cells, windows); nan where there is none."""
        found: Floats = self.held[size][:, None] * self.in_window[None, :]
        return found

    def windowed(self, counts: Ints) -> Least:
        """Counts (cells, windows) from counts (cells, steps)."""
        before = np.zeros((self.cells, self.times + 1), np.int32)
        np.cumsum(counts, axis=1, out=before[:, 1:])
        found = before[:, self.ends] - before[:, self.starts]
        return np.ascontiguousarray(found)

    def world(self) -> Ints:
        """One world in which nothing happened: counts (cells, steps)."""
        if self._alias is None:
            steps = self.chance.permutation(self.steps)
            return table(self.places, steps, self.cells, self.times)
        keep, other = self._alias
        drawn = self.chance.random(self.total) * self.cells
        places = drawn.astype(np.int64)
        places = np.where(drawn - places < keep[places], places, other[places])
        return table(places, self.steps, self.cells, self.times)

    def heights(self, need: Least, first: float) -> Floats:
        """The highest ratio of each world (0 under the floor).

        Once so many worlds reach the first cluster that its p must come out above the level, the
        rest would change nothing: it ends there.
        """
        found: list[float] = []
        reached = 0
        while len(found) < self.asked.replicates:
            found.append(self.highest(self.world(), need))
            reached += found[-1] >= first - _ALIKE
            if 1 + reached > self.asked.level * (1 + self.asked.replicates):
                break
        return np.array(found)

    def sums(self, counts: Ints) -> Iterator[tuple[int, Least]]:
        """(size, counts of its cylinders), from the smallest on; the array is used again."""
        single = self.windowed(counts)
        inside = np.zeros_like(single)
        more = np.empty_like(single)
        for size, column in enumerate(self.order):
            np.take(single, column, axis=0, out=more)
            inside += more
            yield size, inside

    def floor(self) -> float:
        """A ratio that most worlds' highest exceeds, from a few pilots."""
        return min(self._pilot(self.world()) for _ in range(_PILOTS))

    def _pilot(self, counts: Ints) -> float:
        best = 0.0
        for size, inside in self.sums(counts):
            expected = self.expected(size)
            rare = inside > expected + _OBVIOUS * np.sqrt(expected) + 0.5
            rare &= inside >= self.asked.least
            if rare.any():
                found = ratio_of(inside[rare].astype(np.float64), expected[rare], self.total)
                best = max(best, float(found.max()))
        return best

    def least_counts(self, floor: float) -> Least:
        """The least count with which each cylinder reaches the floor: (sizes, cells, windows)."""
        counts = np.arange(self.total + 1, dtype=np.float64)
        # By count, the highest expectation at which it still reaches the floor.
        low, high = np.zeros(self.total + 1), counts.copy()
        for _ in range(60):
            middle = (low + high) / 2
            reaches = ratio_of(counts, middle, self.total) >= floor
            low, high = np.where(reaches, middle, low), np.where(reaches, high, middle)
        limits = np.maximum.accumulate(low)
        need = np.empty((len(self.order), self.cells, len(self.windows)), np.int32)
        for size in range(len(self.order)):
            expected = self.expected(size)
            gone = np.isnan(expected)
            least = np.searchsorted(limits, np.where(gone, 0.0, expected))
            need[size] = np.where(gone, _NEVER, np.maximum(least, self.asked.least))
        return need

    def highest(self, counts: Ints, need: Least) -> float:
        """The highest ratio of a world, 0 where it lies under the floor."""
        best = 0.0
        for size, inside in self.sums(counts):
            reached = inside >= need[size]
            if reached.any():
                expected = self.expected(size)[reached]
                found = ratio_of(inside[reached].astype(np.float64), expected, self.total)
                best = max(best, float(found.max()))
        return best

    def above(self, floor: float) -> list[Found]:
        """The cylinders of the cases as they are that reach the floor, the highest first."""
        found: list[Found] = []
        for size, inside in self.sums(table(self.places, self.steps, self.cells, self.times)):
            expected = self.expected(size)
            with np.errstate(invalid="ignore"):
                ratio = ratio_of(inside.astype(np.float64), expected, self.total)
            at = (ratio >= floor) & (ratio > 0) & (inside >= self.asked.least) & ~np.isnan(expected)
            for centre, window in np.argwhere(at).tolist():
                found.append(
                    (
                        float(ratio[centre, window]),
                        centre,
                        size,
                        window,
                        int(inside[centre, window]),
                        float(expected[centre, window]),
                    )  # fmt: skip
                )
        # Of equal ones the smaller, shorter and first: the order must not hang on the machine.
        return sorted(found, key=lambda one: (-round(one[0], 9), one[2], one[3], one[1]))


def _alias(shares: Floats) -> tuple[Floats, Ints]:
    """Walker's table: a draw from any shares in one step."""
    cells = len(shares)
    keep, other = shares * cells / shares.sum(), np.arange(cells)
    small = [n for n in range(cells) if keep[n] < 1]
    large = [n for n in range(cells) if keep[n] >= 1]
    while small and large:
        little, much = small.pop(), large[-1]
        other[little] = much
        keep[much] -= 1 - keep[little]
        if keep[much] < 1:
            small.append(large.pop())
    return np.minimum(keep, 1.0), other
