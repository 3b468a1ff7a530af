"""What everybody may read: blurred cells, none of fewer than five, and nothing to subtract.

- A cell with fewer than `LEAST` cases is not shown. What is not shown is summed as *elsewhere*,
  and that only when it is of at least two cells and `LEAST` cases; otherwise the smallest cell
  that would be shown goes elsewhere too, until it is so. Where that cannot be, nothing is said of
  elsewhere, nor of the total.
- The statistic is worked out from the published counts alone (a cell that is not shown counts as
  what was expected of it), and the ratio is told in bands: no figure can be solved for a hidden one.
- A period is a closed month, and is not published again: two of them cannot be subtracted, and
  what `beside` leaves can neither be subtracted from the tables of that month.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from commonward.core.hotspots.exposure import by_mix
from commonward.core.hotspots.ground import Ground
from commonward.core.hotspots.neighbourhoods import discoveries, residuals, standing_out

LEAST = 5
RESOLUTION = 8
"""About 0.7 km² a cell."""
LEVEL = 0.05
Band = Literal["fewer", "usual", "more", "twice", "unknown"]
_BANDS: tuple[tuple[float, Band], ...] = ((2.0, "twice"), (1.25, "more"), (0.8, "usual"))


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts by cell that may be shown; `elsewhere` is the sum of the rest, None where not said."""

    counts: Mapping[str, int]
    elsewhere: int | None


@dataclass(frozen=True, slots=True)
class PublicCell:
    """One cell for everybody: how many, against what was expected, and whether it stands out."""

    cell: str
    count: int
    band: Band
    hot: bool


def shown(counts: Mapping[str, int], without: Collection[str] = ()) -> Shown:
    """Which counts may be shown side by side, and the sum of the others; some cells go without."""
    open_ = {cell: n for cell, n in counts.items() if n >= LEAST and cell not in without}
    rest = {cell: n for cell, n in counts.items() if n and cell not in open_}
    while rest and open_ and not _hides(rest):
        least = min(open_, key=lambda cell: (open_[cell], cell))
        rest[least] = open_.pop(least)
    if not rest:
        return Shown(open_, 0)
    return Shown(open_, sum(rest.values()) if _hides(rest) else None)


def _hides(rest: Mapping[str, int]) -> bool:
    return len(rest) > 1 and sum(rest.values()) >= LEAST


def published(told: Shown, mix: Mapping[str, int]) -> tuple[tuple[PublicCell, ...], int | None]:
    """The cells that are shown, the fullest first, and how many cases lie elsewhere.

    `mix` is the count of all problems by cell over a long time before: what is expected goes by
    it. Without any, nothing is usual yet and nothing is called hot.
    """
    if not told.counts:
        return (), told.elsewhere
    if not mix:
        bare = (PublicCell(cell, count, "unknown", False) for cell, count in told.counts.items())
        return tuple(sorted(bare, key=lambda one: (-one.count, one.cell))), told.elsewhere
    ground = Ground.of([*mix, *told.counts])
    # Hidden counts are no part of it: what follows is a function of what everybody reads.
    own = told.counts
    base = np.array([mix.get(cell, 0) + own.get(cell, 0) for cell in ground.cells], np.float64)
    total = sum(told.counts.values()) + (told.elsewhere or 0)
    expected = total * base / base.sum()
    seen = np.array([float(told.counts.get(cell, np.nan)) for cell in ground.cells])
    seen = np.where(np.isnan(seen), expected, seen)
    around = standing_out(residuals(seen, expected), ground.rings(1)).p
    itself = by_mix(base.astype(np.int64)).beyond(np.round(seen).astype(np.int64), expected)
    # A cell that is not shown stands out by no count of its own.
    itself = np.where([cell in own for cell in ground.cells], itself, 1.0)
    q = discoveries(np.concatenate((around, itself))).reshape(2, -1).min(axis=0)
    cells = []
    for n, cell in enumerate(ground.cells):
        if cell not in told.counts:
            continue
        ratio = told.counts[cell] / expected[n]
        band: Band = next((name for least, name in _BANDS if ratio >= least), "fewer")
        hot = bool(q[n] <= LEVEL and ratio > 1)
        cells.append(PublicCell(cell, told.counts[cell], band, hot))
    return tuple(sorted(cells, key=lambda one: (-one.count, one.cell))), told.elsewhere
