"""The division itself: a first one, annealed, then mended where a grid is still outside its window."""

from dataclasses import dataclass, field

import numpy as np

from commonward.core.plans.chances import seeded
from commonward.core.plans.districting.blocks import District, Floats, Ints
from commonward.core.plans.districting.moves import anneal
from commonward.core.plans.districting.opening import opening
from commonward.core.plans.districting.pairs import MOST, mend
from commonward.core.plans.districting.proof import ROUNDING, Impossible, impossible
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import N_, Invalid

SLICES = 24
REGION = 100
"""Blocks around a grid outside its window that are annealed anew."""
REGION_STEPS = 2_000
"""Trials for each block of such a region."""
REHEATS, REHEAT_LEAST = 4, 50_000
NARROW = 0.8
"""The annealing aims at this share of the tolerance: what then misses it is within the whole."""


@dataclass(frozen=True, eq=False)
class Division:
    """Which grid each block belongs to.

    `grids` n: numbers; those of today's grids are kept, new grids get new ones. `cut` is the share
    of the length of all borders that lies between two grids, `off` the largest distance of a
    grid's load from the mean, as a share of it. `proof` is set when the wanted tolerance cannot be
    had; `stopped` when the watch cut the run.
    """

    grids: Ints
    cut: float
    off: float
    proof: Impossible | None = None
    stopped: bool = False


@dataclass(eq=False)
class _Run:
    """What the kernels share: loads in grids (mean 1), borders in mean lengths."""

    first: Ints
    other: Ints
    border: Floats
    load: Floats
    count: int
    tolerance: float
    today: Ints
    stay: Floats
    free: np.ndarray
    state: np.ndarray
    best: Ints
    found: Floats = field(default_factory=lambda: np.array([np.inf, np.inf]))

    @property
    def block(self) -> float:
        """A price of 1 for a mean block's load of excess, as the price of a whole grid's."""
        return self.load.size / self.count

    def totals(self, grid: Ints) -> Floats:
        return np.bincount(grid, self.load, minlength=self.count).astype(np.float64)

    def outside(self) -> Ints:
        """Grids of the best division that are outside their window."""
        off = np.abs(self.totals(self.best) - 1.0)
        return np.flatnonzero(off > self.tolerance * (1 + 2 * ROUNDING))

    def anneal(
        self, among: Ints, width: float, steps: int, heat: tuple[float, float],
        push: tuple[float, float], grid: Ints, free: np.ndarray | None = None,
    ) -> None:  # fmt: skip
        """One stretch of annealing of `grid` in place; the best is kept."""
        anneal(
            self.first, self.other, self.border, self.load, grid, self.totals(grid), self.today,
            self.stay, self.free if free is None else free, among, 1 - width, 1 + width, steps,
            heat[0], heat[1], push[0], push[1], self.state, self.best, self.found,
        )  # fmt: skip


def divide(
    area: District,
    grids: int,
    *,
    tolerance: float = 0.05,
    today: Ints | None = None,
    fixed: Ints | None = None,
    keep: float = 0.0,
    households: Floats | None = None,
    anyway: bool = False,
    effort: int = 10_000,
    seed: int = 0,
    watch: Watch | None = None,
) -> Division:
    """Divide a district into so many grids, each in one piece, loads within the tolerance.

    `today` gives the present grid of each block (-1: none); a block that leaves it costs `keep`
    mean border lengths, more where it has more `households` than the mean. `fixed` gives the grid
    of today that a block must stay in (-1: free). First the loads come into the window, then cut
    and changes are made small; `effort` is the number of trials for each block.

    Raises Invalid with the proof's reason where no division can be within the tolerance, unless
    `anyway`: then the nearest found is given with the proof. A division may also miss the
    tolerance without a proof that none exists; `off` says so.
    """
    watch = watch or Watch()
    _check(area, grids, tolerance, today, fixed)
    proof = impossible(area, grids, tolerance=tolerance, fixed=fixed)
    if proof and not anyway:
        raise proof.reason
    state = seeded(seed)
    begun, names = opening(area, grids, tolerance, today, fixed, state)
    run = _prepare(area, grids, tolerance, (today, fixed, keep, households), begun, names, state)
    stopped = _cool(run, effort, watch, fresh=today is None)
    stopped = _repair(run, watch, seed) or stopped
    named = names[run.best]
    totals = run.totals(run.best)
    apart = named[area.ends[:, 0]] != named[area.ends[:, 1]]
    return Division(
        named,
        float(area.lengths[apart].sum() / max(area.lengths.sum(), 1e-300)),
        float(np.abs(totals - 1.0).max()),
        proof,
        stopped,
    )


def _check(
    area: District, grids: int, tolerance: float, today: Ints | None, fixed: Ints | None
) -> None:
    n = area.loads.size
    pieces = int(area.pieces.max()) + 1
    if not pieces <= grids <= n:
        raise Invalid(
            N_("{blocks} blocks in {pieces} pieces can be {pieces} to {blocks} grids."),
            field="grids",
            blocks=n,
            pieces=pieces,
        )
    if not 0 < tolerance < 1:
        raise Invalid(N_("The tolerance is a share between 0 and 1."), field="tolerance")
    for name, given in (("today", today), ("fixed", fixed)):
        if given is not None and given.shape != (n,):
            raise Invalid(N_("Each block has one grid, or none."), field=name)
    if fixed is not None and (today is None or (today[fixed >= 0] != fixed[fixed >= 0]).any()):
        raise Invalid(
            N_("A block can be fixed to the grid only that it is in today."), field="fixed"
        )


def _prepare(
    area: District,
    grids: int,
    tolerance: float,
    wishes: tuple[Ints | None, Ints | None, float, Floats | None],
    begun: Ints,
    names: Ints,
    state: np.ndarray,
) -> _Run:
    today, fixed, keep, households = wishes
    n = area.loads.size
    first, other, border = area.neighbours
    place = {int(name): index for index, name in enumerate(names)}
    now = np.full(n, -1, np.int64)
    if today is not None and keep > 0:
        now[:] = [place.get(int(grid), -2) if grid >= 0 else -1 for grid in today]
        # A grid that is no more: leaving it is no choice of this division.
        now[now == -2] = -1
    weight = np.ones(n) if households is None else households / max(households.mean(), 1e-300)
    return _Run(
        first,
        other,
        border / (border.mean() if border.size else 1.0),
        area.loads / area.loads.sum() * grids,
        grids,
        tolerance,
        now,
        keep * weight.astype(np.float64),
        np.ones(n, bool) if fixed is None else fixed < 0,
        state,
        begun.copy(),
    )


def _cool(run: _Run, effort: int, watch: Watch, *, fresh: bool) -> bool:
    """The long annealing; a division of today begins cooler, so that it keeps what is good."""
    among = np.flatnonzero(run.free).astype(np.int64)
    if among.size == 0 or run.count == 1:
        return False
    heats = np.geomspace(0.7 if fresh else 0.35, 0.2, SLICES + 1)
    pushes = run.block * np.geomspace(1.6 if fresh else 5.0, 32.0, SLICES + 1)
    grid = run.best.copy()
    for part in range(SLICES):
        run.anneal(
            among,
            run.tolerance * NARROW,
            effort * run.load.size // SLICES,
            (heats[part], heats[part + 1]),
            (pushes[part], pushes[part + 1]),
            grid,
        )
        watch.tell(Progress("anneal", part + 1, SLICES, best=float(run.found[0])))
        if watch.over:
            return True
    return False


def _repair(run: _Run, watch: Watch, seed: int) -> bool:
    """Bring the grids still outside their window into it, then make the cut small within it."""
    run.found[:] = np.inf
    among = np.flatnonzero(run.free).astype(np.int64)
    if among.size == 0 or run.count == 1:
        return False
    width = run.tolerance * (1 + ROUNDING)
    grid = run.best.copy()
    # Few blocks to a grid: pairs of grids are shared anew in every possible way.
    if run.load.size * 2 <= run.count * MOST:
        mend(
            run.first, run.other, run.border, run.load, grid, run.totals(grid), run.today, run.stay,
            run.free, 1 - width, 1 + width, 2 * run.count, 1.0, 32.0 * run.block, 0.0, run.state,
            run.best, run.found,
        )  # fmt: skip
    chance = np.random.default_rng(seed)
    # Where blocks are too lumpy some stay outside: the number of regions has an end.
    regions = 60 + 4 * run.outside().size
    for part in range(regions):
        wrong = run.outside()
        if wrong.size == 0:
            break
        if watch.over:
            return True
        region = _around(run, int(chance.choice(wrong)))
        region = region[run.free[region]]
        free = np.zeros(run.load.size, bool)
        free[region] = True
        if region.size:
            grid = run.best.copy()
            steps = REGION_STEPS * region.size
            run.anneal(
                region, width, steps, (0.7, 0.2), (3.2 * run.block, 64.0 * run.block), grid, free
            )
        watch.tell(Progress("mend", part + 1, regions, best=float(run.found[0])))
    # The annealing aimed at a narrower window: what is good in the whole one is looked for now.
    for _ in range(REHEATS):
        grid = run.best.copy()
        steps = max(REHEAT_LEAST, 200 * run.load.size)
        run.anneal(among, width, steps, (0.7, 0.1), (0.8 * run.block, 64.0 * run.block), grid)
    grid = run.best.copy()
    run.anneal(among, width, 400 * run.load.size, (0.15, 0.05), (1e6, 1e6), grid)
    return watch.over


def _around(run: _Run, grid: int) -> Ints:
    """Some REGION blocks nearest to a grid, or the grid and twice as many where it is larger."""
    own = np.flatnonzero(run.best == grid)
    wanted = max(REGION, 3 * own.size)
    seen = np.zeros(run.load.size, bool)
    seen[own] = True
    found = [int(block) for block in own]
    for block in found:
        if len(found) >= wanted:
            break
        for there in run.other[run.first[block] : run.first[block + 1]]:
            if not seen[there]:
                seen[there] = True
                found.append(int(there))
    return np.array(found, np.int64)
