"""What one tile shows: single cases where there are few, counted clusters where there are many."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.cases.access import SEES_ALL
from commonward.cases.queries.listed import Light
from commonward.cases.queries.on_map.columns import Columns
from commonward.cases.queries.on_map.keeping import Kept
from commonward.cases.queries.reference import Book
from commonward.core.procedures.model import Text
from commonward.core.rights import Actor
from commonward.core.tiles import Tile

FEWEST = 5
"""A count is told from five on (DESIGN §2); fewer are shown one by one, each as what it is."""
ALONE_FROM = 16
"""From this zoom on single cases are shown, unless a tile holds more than `MOST_ALONE`."""
MOST_ALONE = 600
_CELL_BITS = 4
_LIGHTS: tuple[Light, ...] = ("", "green", "yellow", "red")

Bools = npt.NDArray[np.bool_]
RightKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One open case; `x` and `y` are steps in the tile. `light` is "" where no limit runs."""

    x: int
    y: int
    number: str
    category: str
    category_name: str
    category_name_en: str
    stage: Text
    light: Light


@dataclass(frozen=True, slots=True)
class Cluster:
    """So many open cases in one sixteenth by one sixteenth of a tile, of them so many yellow and red.

    It stands where the middle one of them lies.
    """

    x: int
    y: int
    count: int
    yellow: int
    red: int


@dataclass(frozen=True, slots=True)
class InTile:
    """Everything that one tile shows."""

    points: tuple[Point, ...]
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that fit, in the order of their places: place, light's number, delta, position."""

    place: npt.NDArray[np.int64]
    light: npt.NDArray[np.int8]
    changed: Bools
    row: npt.NDArray[np.int64]


def right_key(actor: Actor | None) -> RightKey:
    """What of an actor decides which cases are seen: equal keys see the same tiles.

    None is everybody: the public cases only. Nothing in it tells one colleague from another who
    has the same rights.
    """
    if actor is None:
        return ("public",)
    if actor.role:
        return ("all",) if actor.role == "system" else ("none",)
    seeing = [r for r in actor.rights if not r.verbs or "see" in r.verbs]
    everywhere = {(r.area, r.categories) for r in seeing if r.role in SEES_ALL}
    handled = {(r.area, r.categories) for r in seeing if r.role == "handler"}
    teams = tuple(sorted(actor.teams)) if handled else ()
    return ("granted", tuple(sorted(everywhere)), tuple(sorted(handled)) if teams else (), teams)


def in_tile(kept: Kept, tile: Tile, key: RightKey, at: datetime, known: Book) -> InTile:
    """The open cases of a tile that may be seen under this key, with their lights at `at`.

    The same rule as `cases.access.seen_by`, on columns; a test compares the two.
    """
    found = _found(kept, tile, key, at.timestamp(), known)
    if not len(found.place):
        return InTile((), ())
    if tile.z >= ALONE_FROM and len(found.place) <= MOST_ALONE:
        return InTile(_points(kept, tile, found, np.arange(len(found.place)), known), ())
    first, last = tile.places
    shift = max((last - first).bit_length() - 1 - 2 * _CELL_BITS, 0)
    cells = (found.place - first) >> shift
    begins = np.flatnonzero(np.diff(cells, prepend=-1))
    ends = np.append(begins[1:], len(cells))
    counts = ends - begins
    big = counts >= FEWEST
    clusters = _clusters(tile, found, begins, ends, big)
    alone = np.flatnonzero(np.repeat(~big, counts))
    return InTile(_points(kept, tile, found, alone, known), clusters)


def _found(kept: Kept, tile: Tile, key: RightKey, at: float, known: Book) -> _Rows:
    first, after = tile.places
    parts = []
    for rows, gone, changed in ((kept.base, kept.ended, False), (kept.delta, None, True)):
        begin, end = np.searchsorted(rows["place"], (first, after))
        part = slice(int(begin), int(end))
        seen = _seen(kept, rows, part, key, known, changed=changed)
        if gone is not None and gone[part].any():
            seen = ~gone[part] if seen is None else seen & ~gone[part]
        places, lights = rows["place"][part], _lights(rows, part, at)
        if seen is None:
            which = np.arange(part.start, part.stop)
        else:
            which = np.flatnonzero(seen)
            places, lights = places[which], lights[which]
            which = which + part.start
        parts.append(_Rows(places, lights, np.full(len(which), changed), which))
    base, delta = parts
    if not len(delta.place):
        return base
    at_row = np.searchsorted(base.place, delta.place, side="right")
    return _Rows(
        np.insert(base.place, at_row, delta.place),
        np.insert(base.light, at_row, delta.light),
        np.insert(base.changed, at_row, delta.changed),
        np.insert(base.row, at_row, delta.row),
    )


def _lights(rows: Columns, part: slice, at: float) -> npt.NDArray[np.int8]:
    """As `light_of`: red once the due moment has passed, yellow once the warning has."""
    due, warn = rows["due"][part], rows["warn"][part]
    lights = np.isfinite(due).astype(np.int8)
    lights += (warn < at) & (lights > 0)
    lights[due < at] = _LIGHTS.index("red")
    return lights


def _seen(
    kept: Kept, rows: Columns, part: slice, key: RightKey, known: Book, *, changed: bool
) -> Bools | None:
    """Which rows may be seen; None when all."""
    size = part.stop - part.start
    kind = key[0]
    if kind == "all":
        return None
    if kind == "public":
        shown: Bools = rows["shown"][part]
        return shown
    seen = np.zeros(size, np.bool_)
    if kind == "none":
        return seen
    _, everywhere, handled, teams = key
    for area, categories in everywhere:
        covered = _covered(kept, rows, part, area, categories, known)
        if covered is None:
            return None
        seen |= covered
    if not handled:
        return seen
    own = np.isin(rows["team"][part], teams) | np.isin(rows["handling"][part], teams)
    asked = kept.of_teams(teams)
    if changed:
        own |= np.isin(rows["id"][part], asked)
    else:
        at = kept.positions(asked)
        at = at[(at >= part.start) & (at < part.stop)]
        own[at - part.start] = True
    for area, categories in handled:
        covered = _covered(kept, rows, part, area, categories, known)
        seen |= own if covered is None else own & covered
    return seen


def _covered(
    kept: Kept, rows: Columns, part: slice, area: str, categories: tuple[str, ...], known: Book
) -> Bools | None:
    """Which rows a grant covers; None when all."""
    covered: Bools | None = None
    if area:
        covered = kept.words.below(area)[rows["path"][part]]
    if categories:
        most = max([*known.categories, 0]) + 1
        fits = np.zeros(most, np.bool_)
        for facts in known.categories.values():
            fits[facts.id] = facts.code.startswith(categories)
        of_category = fits[rows["category"][part]]
        covered = of_category if covered is None else covered & of_category
    return covered


def _clusters(
    tile: Tile,
    found: _Rows,
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    big: Bools,
) -> tuple[Cluster, ...]:
    if not big.any():
        return ()
    places = tile.inside_woven(found.place[(begins[big] + ends[big]) // 2]).tolist()
    yellow, red = (
        np.add.reduceat(found.light == _LIGHTS.index(light), begins, dtype=np.int64)[big].tolist()
        for light in ("yellow", "red")
    )
    counts = (ends - begins)[big].tolist()
    return tuple(
        Cluster(x, y, *numbers)
        for (x, y), *numbers in zip(places, counts, yellow, red, strict=True)
    )


def _points(
    kept: Kept, tile: Tile, found: _Rows, which: npt.NDArray[np.int64], known: Book
) -> tuple[Point, ...]:
    made = []
    places = tile.inside_woven(found.place[which]).tolist()
    for (x, y), light, changed, row in zip(
        places,
        found.light[which].tolist(),
        found.changed[which].tolist(),
        found.row[which].tolist(),
        strict=True,
    ):
        rows = kept.delta if changed else kept.base
        category = known.categories[int(rows["category"][row])]
        procedure, stage = kept.words.stages.all[rows["stage"][row]]
        made.append(
            Point(
                x,
                y,
                rows["number"][row].decode(),
                category.code,
                category.name,
                category.name_en,
                known.procedures[procedure].stages[stage].title,
                _LIGHTS[light],
            )
        )
    return tuple(made)
