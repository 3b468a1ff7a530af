"""A district's villages divided into grids, each village by itself: village borders are hard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from commonward.core.plans.districting.blocks import Bools, District, Floats, Ints, district
from commonward.core.plans.districting.dividing import Division, divide
from commonward.core.plans.districting.sheet import Score, score
from commonward.core.plans.gridding.mosaic import Mosaic
from commonward.core.plans.gridding.sharing import shared
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import Invalid

NEAR = 15.0
"""Metres: a border this close to a barrier for most of its length is not crossed."""
LEAST = 0.5
"""Of a usual grid's work: a part cut off by a barrier with less is no grid of its own."""
QUICK, FULL = 400, 10_000
"""Trials for each block of the first answer, and of the last."""
_BRIDGED = 1.0
"""Metres of border that a part without any border to its village is given to the nearest block."""


@dataclass(frozen=True, eq=False)
class Land:
    """What is divided. `area` has the borders as barriers leave them, `walked` those over which a
    grid may lie after all, because a part was too small; `joined` blocks of such parts."""

    area: District
    walked: District
    joined: Ints


@dataclass(frozen=True, eq=False)
class Divided:
    """`grids` n, 0 … in order; `off` is the largest distance from the mean of all and `bound` what
    no division with these villages and barriers can be below; `proofs` say which part of the
    land cannot be within the tolerance of its own mean, and why."""

    grids: Ints
    off: float
    bound: float
    cut: float
    proofs: tuple[tuple[int, Invalid], ...]
    stopped: bool
    even: float


@dataclass(eq=False)
class _Part:
    """A part of the land that no grid leaves: its blocks, and the best division so far."""

    blocks: Ints
    area: District
    count: int
    best: Division | None = None


def land(
    mosaic: Mosaic,
    loads: Floats,
    grids: int,
    barriers: Sequence[Any] = (),
    bridges: Sequence[Any] = (),
) -> Land:
    """Blocks with their borders (degrees for barriers and bridges; shapely). Raises Invalid."""
    borders = mosaic.borders
    crossed = np.ones(len(borders.ends), bool)
    if barriers:
        crossed = _crossed(mosaic, barriers, bridges)
    area = district(
        loads, borders.ends, lengths=borders.lengths, crossed=crossed,
        areas=mosaic.areas, outlines=borders.around,
    )  # fmt: skip
    walked, joined = _joined(mosaic, area, float(loads.sum()) / grids * LEAST)
    return Land(area, walked, joined)


def divided(
    ground: Land,
    grids: int,
    *,
    tolerance: float = 0.05,
    today: Ints | None = None,
    keep: float = 0.0,
    households: Floats | None = None,
    seed: int = 0,
    watch: Watch | None = None,
    better: Callable[[Divided], None] | None = None,
) -> Divided:
    """Divide; a quick answer first, then each part again with time. Raises Invalid.

    Each part (village, or side of a barrier) is balanced around its own mean; how many grids it
    gets makes the largest distance from the mean of all as small as it can be. A run that is cut
    gives the best it had.
    """
    watch = watch or Watch()
    area = ground.walked
    numbers = area.pieces
    order = [np.flatnonzero(numbers == piece) for piece in range(int(numbers.max()) + 1)]
    totals = np.array([area.loads[blocks].sum() for blocks in order])
    counts, bound = shared(totals, np.array([len(blocks) for blocks in order]), grids)
    parts = [
        _Part(blocks, part(area, blocks), int(count))
        for blocks, count in zip(order, counts, strict=True)
    ]
    bound = max(bound, float(area.loads.max()) / (float(area.loads.sum()) / grids) - 1)
    stopped = False
    whole = sum(len(one.blocks) for one in parts)
    for effort, first in ((QUICK, True), (FULL, False)):
        done = 0
        for one in parts:
            if not first and watch.over:
                stopped = True
                break
            _try(one, effort, tolerance, (today, keep, households), seed, watch, first)
            done += len(one.blocks)
            worst = max(_off(p, totals.sum() / grids) for p in parts if p.best is not None)
            best = None if first and done < whole else worst
            watch.tell(Progress("quick" if first else "improve", done, whole, best, bound))
        if first and better is not None:
            better(_found(ground, parts, grids, bound, tolerance, stopped=True))
    return _found(ground, parts, grids, bound, tolerance, stopped=stopped)


def sheet(
    ground: Land, grids: Ints, tolerance: float, today: Ints | None, households: Floats
) -> Score:
    """The score sheet over blocks that have a grid (0 or more)."""
    here = np.flatnonzero(grids >= 0)
    area = ground.area if len(here) == len(grids) else part(ground.area, here)
    return score(
        area, grids[here], tolerance=tolerance, today=None if today is None else today[here],
        households=households[here],
    )  # fmt: skip


def part(area: District, blocks: Ints) -> District:
    """Some blocks of a district with the borders between them."""
    place = np.full(area.loads.size, -1, np.int64)
    place[blocks] = np.arange(len(blocks))
    ends = place[area.ends]
    inside = (ends >= 0).all(axis=1)
    return district(
        area.loads[blocks], ends[inside], lengths=area.lengths[inside],
        crossed=area.crossed[inside],
        areas=None if area.areas is None else area.areas[blocks],
        outlines=None if area.outlines is None else area.outlines[blocks],
    )  # fmt: skip


def _crossed(mosaic: Mosaic, barriers: Sequence[Any], bridges: Sequence[Any]) -> Bools:
    borders = mosaic.borders
    stretches = shapely.linestrings(mosaic.plane[borders.parts])
    wide = shapely.buffer(shapely.union_all([mosaic.to_plane(one) for one in barriers]), NEAR)
    shapely.prepare(wide)
    near = shapely.length(shapely.intersection(stretches, wide))
    along = np.bincount(borders.of, near, minlength=len(borders.ends))
    open_to_all: Bools = along <= borders.lengths / 2
    if bridges:
        spots = shapely.union_all([mosaic.to_plane(one) for one in bridges])
        led = shapely.dwithin(stretches, spots, NEAR)
        open_to_all |= np.bincount(borders.of, led, minlength=len(borders.ends)) > 0
    return open_to_all


def _joined(mosaic: Mosaic, area: District, least: float) -> tuple[District, Ints]:
    """Parts too small for a grid joined to their village where their longest border is."""
    ends, lengths, crossed = area.ends, area.lengths.copy(), area.crossed.copy()
    joined: list[int] = []
    alone: set[int] = set()
    while True:
        now = District(area.loads, ends, lengths, crossed, area.areas, area.outlines)
        totals = np.bincount(now.pieces, area.loads)
        small = [p for p in np.argsort(totals, kind="stable").tolist() if totals[p] < least]
        small = [p for p in small if int(np.flatnonzero(now.pieces == p)[0]) not in alone]
        if not small:
            return now, np.array(sorted(set(joined)), np.int64)
        blocks = np.flatnonzero(now.pieces == small[0])
        held = np.isin(ends, blocks)
        over = np.flatnonzero(held[:, 0] != held[:, 1])
        if over.size:
            crossed[over[int(np.argmax(lengths[over]))]] = True
            joined += blocks.tolist()
            continue
        others = np.flatnonzero(mosaic.village == mosaic.village[blocks[0]])
        others = others[~np.isin(others, blocks)]
        if others.size == 0:
            alone.add(int(blocks[0]))
            continue
        ends = np.vstack([ends, [_nearest(mosaic, blocks, others)]])
        lengths, crossed = np.append(lengths, _BRIDGED), np.append(crossed, True)
        joined += blocks.tolist()


def _nearest(mosaic: Mosaic, blocks: Ints, others: Ints) -> tuple[int, int]:
    tree = shapely.STRtree([mosaic.outline(int(one)) for one in others])
    shapes = [mosaic.outline(int(one)) for one in blocks]
    pairs, away = tree.query_nearest(shapes, return_distance=True, all_matches=False)
    best = int(np.argmin(away))
    return int(blocks[pairs[0][best]]), int(others[pairs[1][best]])


def _try(
    one: _Part, effort: int, tolerance: float, wishes: tuple[Ints | None, float, Floats | None],
    seed: int, watch: Watch, first: bool,
) -> None:  # fmt: skip
    today, keep, households = wishes
    if one.best is not None and one.count == 1:
        return
    # The first answer is computed even where the run is stopped: without it there is none.
    inner = Watch() if first else Watch(stop=lambda: watch.over)
    here = None if today is None or keep <= 0 else today[one.blocks]
    found = divide(
        one.area, one.count, tolerance=tolerance, today=here, keep=keep,
        households=None if households is None or keep <= 0 else households[one.blocks] + 1e-9,
        anyway=True, effort=effort, seed=seed, watch=inner,
    )  # fmt: skip
    if one.best is None and here is not None:
        one.best = _as_today(one, here)
    if one.best is None or _rank(found, tolerance, here, keep) < _rank(
        one.best, tolerance, here, keep
    ):
        one.best = found


def _as_today(one: _Part, today: Ints) -> Division | None:
    """Today's grids themselves, where they are as many and each in one piece."""
    names, place = np.unique(today, return_inverse=True)
    whole = int(one.area.pieces_of(today).max()) + 1
    if names[0] < 0 or not len(names) == whole == one.count:
        return None
    totals = np.bincount(place.reshape(-1), one.area.loads)
    apart = today[one.area.ends[:, 0]] != today[one.area.ends[:, 1]]
    cut = float(one.area.lengths[apart].sum() / max(one.area.lengths.sum(), 1e-300))
    return Division(today, cut, float(np.abs(totals / totals.mean() - 1).max()))


def _rank(
    found: Division, tolerance: float, today: Ints | None, keep: float
) -> tuple[float, float]:
    changed = 0.0 if today is None else float((today != found.grids)[today >= 0].mean())
    return max(found.off, tolerance * (1 + 1e-6)), found.cut + keep * changed


def _off(one: _Part, mean: float) -> float:
    if one.best is None:
        return 0.0
    _, place = np.unique(one.best.grids, return_inverse=True)
    totals = np.bincount(place.reshape(-1), one.area.loads)
    return float(np.abs(totals / mean - 1).max())


def _found(
    ground: Land, parts: Sequence[_Part], grids: int, bound: float, tolerance: float, *,
    stopped: bool,
) -> Divided:  # fmt: skip
    label = np.full(ground.area.loads.size, -1, np.int64)
    proofs: list[tuple[int, Invalid]] = []
    fresh, even = 0, 0
    for one in parts:
        if one.best is None:
            continue
        names, place = np.unique(one.best.grids, return_inverse=True)
        label[one.blocks] = fresh + place.reshape(-1)
        fresh += len(names)
        totals = np.bincount(place.reshape(-1), one.area.loads)
        even += int((np.abs(totals / totals.mean() - 1) <= tolerance * (1 + 1e-9)).sum())
        if one.best.proof is not None:
            of = one.best.proof.blocks
            about = int(one.blocks[of[0]]) if of else int(one.blocks[0])
            proofs.append((about, one.best.proof.reason))
        stopped = stopped or one.best.stopped
    totals = np.bincount(label, ground.area.loads)
    apart = label[ground.area.ends[:, 0]] != label[ground.area.ends[:, 1]]
    return Divided(
        label, float(np.abs(totals / totals.mean() - 1).max()), bound,
        float(ground.area.lengths[apart].sum() / max(ground.area.lengths.sum(), 1e-300)),
        tuple(proofs), stopped, even / max(fresh, 1),
    )  # fmt: skip
