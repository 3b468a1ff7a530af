"""The first division: halved along random trees, or today's with as little changed as it needs."""

import numpy as np

from commonward.core.plans.districting.blocks import District, Ints
from commonward.core.plans.districting.proof import spans, window
from commonward.core.plans.districting.start import parts_of
from commonward.core.refusals import N_, Invalid

TRIES = 4
"""Random trees for each halving."""


def opening(
    area: District,
    grids: int,
    tolerance: float,
    today: Ints | None,
    fixed: Ints | None,
    state: np.ndarray,
) -> tuple[Ints, Ints]:
    """(grid of each block as 0 … grids - 1, the number each of them is known by).

    Every grid is in one piece; loads may still be off. Raises Invalid where fixed blocks leave no
    such division from today's.
    """
    counts = _shares(area, grids, tolerance)
    if today is None:
        label = np.full(area.loads.size, -1, np.int64)
        fresh = 0
        for piece, count in enumerate(counts):
            label[area.pieces == piece] = fresh
            fresh = _parts(area, label, fresh, int(count), fresh + 1, state)
        return label, np.arange(grids, dtype=np.int64)
    held = np.full(area.loads.size, -1, np.int64) if fixed is None else fixed
    label = _mended(area, today, held)
    for piece, count in enumerate(counts):
        _to_count(area, label, held, area.pieces == piece, int(count), state)
    names, begun = np.unique(label, return_inverse=True)
    return begun.astype(np.int64), names


def _shares(area: District, grids: int, tolerance: float) -> Ints:
    """How many grids each piece gets: within its span where it has one, loads as even as may be."""
    low, high = window(area, grids, tolerance)
    totals, sizes = np.bincount(area.pieces, area.loads), np.bincount(area.pieces)
    least, most = spans(totals, sizes, low, high)
    if (least > most).any() or not least.sum() <= grids <= most.sum():
        least, most = np.ones_like(sizes), sizes
    mean = totals.sum() / grids
    counts = np.clip(np.round(totals / mean).astype(np.int64), least, most)
    while counts.sum() != grids:
        more = counts.sum() < grids
        step = 1 if more else -1
        able = counts < most if more else counts > least
        off = np.where(able, np.abs(totals / np.maximum(counts + step, 1e-9) / mean - 1.0), np.inf)
        counts[int(np.argmin(off))] += step
    return counts


def _parts(area: District, label: Ints, own: int, count: int, fresh: int, state: np.ndarray) -> int:
    first, other, border = area.neighbours
    return int(parts_of(first, other, border, area.loads, label, own, count, fresh, TRIES, state))


def _mended(area: District, today: Ints, held: Ints) -> Ints:
    """Today's grids made whole: a grid in several pieces keeps one, the rest joins neighbours."""
    label = np.full(area.loads.size, -1, np.int64)
    pieces = area.pieces_of(today)
    weights = np.bincount(pieces, area.loads)
    for grid in np.unique(today[today >= 0]):
        own = np.unique(pieces[today == grid])
        anchored = np.unique(pieces[held == grid])
        if anchored.size > 1:
            raise Invalid(
                N_("The blocks fixed to grid {grid} are not in one piece of it."),
                field="fixed",
                grid=int(grid),
            )
        chosen = anchored[0] if anchored.size else own[int(np.argmax(weights[own]))]
        label[pieces == chosen] = grid
    first, other, _ = area.neighbours
    fresh = int(max(today.max(), -1)) + 1
    while (label < 0).any():
        # Layer by layer from the grids there are; a piece without any becomes a new one.
        edges = np.flatnonzero((np.repeat(label, np.diff(first)) >= 0) & (label[other] < 0))
        if edges.size:
            here = np.repeat(np.arange(label.size), np.diff(first))[edges]
            label[other[edges]] = label[here]
        else:
            label[area.pieces == area.pieces[int(np.argmax(label < 0))]] = fresh
            fresh += 1
    return label


def _to_count(
    area: District, label: Ints, held: Ints, inside: np.ndarray, count: int, state: np.ndarray
) -> None:
    """Merge the lightest or split the heaviest grids of a piece until it has so many."""
    first, other, _ = area.neighbours
    while True:
        names = np.unique(label[inside])
        if names.size == count:
            return
        loads = np.array([area.loads[label == name].sum() for name in names])
        anchored = {int(name): int((held == name).sum()) for name in names}
        if names.size > count:
            if not _merge_one(area, label, names[np.argsort(loads)], anchored):
                break
            continue
        free = [
            int(name)
            for name in names[np.argsort(-loads)]
            if anchored[int(name)] < 2 and (label == name).sum() > 1
        ]
        if not free:
            break
        fresh = int(max(label.max(), held.max())) + 1
        _parts(area, label, free[0], 2, fresh, state)
        if (label[held == free[0]] == fresh).any():
            swapped = label == fresh
            label[label == free[0]] = fresh
            label[swapped] = free[0]
    raise Invalid(
        N_("So many blocks are fixed that {count} grids cannot be made from today's {now}."),
        field="fixed",
        count=count,
        now=int(np.unique(label[inside]).size),
    )


def _merge_one(area: District, label: Ints, names: Ints, anchored: dict[int, int]) -> bool:
    """Give the lightest grid without fixed blocks to its lightest neighbour."""
    first, other, _ = area.neighbours
    here = np.repeat(label, np.diff(first))
    rank = {int(name): index for index, name in enumerate(names)}
    for name in names:
        beside = np.unique(label[other[(here == name)]])
        beside = beside[beside != name]
        if anchored[int(name)] or not beside.size:
            continue
        into = min(beside.tolist(), key=lambda one: rank[int(one)])
        label[label == name] = into
        return True
    return False
