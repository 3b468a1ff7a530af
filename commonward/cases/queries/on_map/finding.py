"""What one tile shows: single cases where there are few, counted clusters where there are many."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.cases.access import SEES_ALL
from commonward.cases.queries.listed import Light, passed
from commonward.cases.queries.on_map.columns import NEVER, Columns, Words, count
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
_SMALL_PART = 8
"""Less than an eighth of all: looking at the rights of those alone is quicker."""
_MOST_KEYS = 32
"""So many kinds of readers have their rights kept, one byte a case each."""

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
class _Part:
    """The rows of a tile in the base or the delta: which may be seen, and of them yellow and red."""

    rows: Columns
    begin: int
    places: npt.NDArray[np.int64]
    seen: Bools
    yellow: Bools
    red: Bools


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
    moment = at.timestamp()
    parts = _parts(kept, tile, key, moment, known)
    alone: list[list[npt.NDArray[np.int64]]] = [[], []]
    middles: list[int] = []
    told: list[tuple[int, int, int]] = []
    few = tile.z >= ALONE_FROM and sum(_many(p.seen) for p in parts) <= MOST_ALONE
    first, after = tile.places
    # Cells follow each other in the order of places, so each is a slice of either part.
    size = after - first if few else max((after - first) >> 2 * _CELL_BITS, 1)
    edges = np.arange(first, after + 1, size)
    cuts = [np.searchsorted(part.places, edges).tolist() for part in parts]
    for base, delta in zip(pairwise(cuts[0]), pairwise(cuts[1]), strict=True):
        cells = [(p, slice(*cut)) for p, cut in zip(parts, (base, delta), strict=True)]
        counts = [_many(part.seen[cut]) for part, cut in cells]
        if sum(counts) >= FEWEST and not few:
            middles.append(_middle(*cells[counts[1] > counts[0]], max(counts)))
            yellow, red = (
                sum(_many(getattr(part, light)[cut]) for part, cut in cells)
                for light in ("yellow", "red")
            )
            told.append((sum(counts), yellow, red))
            continue
        for (part, cut), there, rows in zip(cells, counts, alone, strict=True):
            if there:
                rows.append(np.flatnonzero(part.seen[cut]) + part.begin + cut.start)
    points = (
        point
        for part, rows in zip(parts, alone, strict=True)
        if rows
        for point in _points(kept.words, tile, part.rows, np.concatenate(rows), moment, known)
    )
    drawn_at = tile.inside_woven(np.array(middles, np.int64)).tolist()
    clusters = (Cluster(x, y, *counts) for (x, y), counts in zip(drawn_at, told, strict=True))
    return InTile(tuple(points), tuple(clusters))


def _parts(kept: Kept, tile: Tile, key: RightKey, at: float, known: Book) -> list[_Part]:
    first, after = tile.places
    parts = []
    for rows in (kept.base, kept.delta):
        begin, end = (int(n) for n in np.searchsorted(rows["place"], (first, after)))
        if rows is kept.base:
            seen = _seen_of_base(kept, key, known, slice(begin, end)) & ~kept.ended[begin:end]
        else:
            seen = _seen(kept, rows, slice(begin, end), key, known)
        # A warning stands before a due moment, and where there is none neither has passed.
        red = passed(rows["due"][begin:end], at)
        yellow = passed(rows["warn"][begin:end], at) & ~red
        parts.append(_Part(rows, begin, rows["place"][begin:end], seen, yellow & seen, red & seen))
    return parts


def _seen_of_base(kept: Kept, key: RightKey, known: Book, part: slice) -> Bools:
    """For a large part kept with the base, which is the same for thousands of changes."""
    # A case that gets its first task of a team is seen by it from then on.
    whole = (key, len(kept.asked))
    told, seen = kept.seen.get(whole, (None, None))
    if told is known and seen is not None:
        return seen[part]
    size = count(kept.base)
    if (part.stop - part.start) * _SMALL_PART < size:
        return _seen(kept, kept.base, part, key, known)
    seen = _seen(kept, kept.base, slice(0, size), key, known)
    for oldest in list(kept.seen)[: len(kept.seen) - _MOST_KEYS + 1]:
        kept.seen.pop(oldest, None)
    kept.seen[whole] = (known, seen)
    return seen[part]


def _seen(kept: Kept, rows: Columns, part: slice, key: RightKey, known: Book) -> Bools:
    """Which rows of a part may be seen."""
    kind = key[0]
    if kind == "public":
        shown: Bools = rows["shown"][part]
        return shown
    seen = np.full(part.stop - part.start, kind == "all")
    if kind != "granted":
        return seen
    _, everywhere, handled, teams = key
    for area, categories in everywhere:
        seen |= _covered(kept.words, rows, part, area, categories, known)
    if handled:
        own = _of(teams, rows["team"][part]) | _of(teams, rows["handling"][part])
        asked = kept.of_teams(teams)
        if rows is kept.base:
            at = kept.positions(asked)
            own[at[(at >= part.start) & (at < part.stop)] - part.start] = True
        else:
            own |= np.isin(rows["id"][part], asked)
        for area, categories in handled:
            seen |= own & _covered(kept.words, rows, part, area, categories, known)
    return seen


def _of(teams: tuple[int, ...], column: npt.NDArray[np.int32]) -> Bools:
    """Which of a column are among these, by a table: five times as fast as a search."""
    table = np.zeros(max(*teams, int(column.max(initial=0))) + 1, np.bool_)
    table[list(teams)] = True
    found: Bools = table[column]
    return found


def _covered(
    words: Words, rows: Columns, part: slice, area: str, categories: tuple[str, ...], known: Book
) -> Bools:
    """Which rows of a part a grant covers."""
    covered = np.ones(part.stop - part.start, np.bool_)
    if area:
        covered &= words.below(area)[rows["path"][part]]
    if categories:
        fits = np.zeros(max([*known.categories, 0]) + 1, np.bool_)
        for facts in known.categories.values():
            fits[facts.id] = facts.code.startswith(categories)
        covered &= fits[rows["category"][part]]
    return covered


def _many(flags: Bools) -> int:
    return int(np.count_nonzero(flags))


def _middle(part: _Part, cut: slice, count: int) -> int:
    """The place of the middle one of those that may be seen in a cell."""
    which = np.flatnonzero(part.seen[cut])
    return int(part.places[cut.start + int(which[count // 2])])


def _points(
    words: Words,
    tile: Tile,
    rows: Columns,
    which: npt.NDArray[np.int64],
    at: float,
    known: Book,
) -> Iterator[Point]:
    facts = zip(
        tile.inside_woven(rows["place"][which]).tolist(),
        rows["number"][which].tolist(),
        rows["category"][which].tolist(),
        rows["stage"][which].tolist(),
        rows["due"][which].tolist(),
        rows["warn"][which].tolist(),
        strict=True,
    )
    for (x, y), number, category_id, stage_id, due, warn in facts:
        category = known.categories[category_id]
        procedure, stage = words.stages.all[stage_id]
        yield Point(
            x,
            y,
            number.decode(),
            category.code,
            category.name,
            category.name_en,
            known.procedures[procedure].stages[stage].title,
            _light(due, warn, at),
        )


def _light(due: float, warn: float, at: float) -> Light:
    """As `light_of`: red once the due moment has passed, yellow once the warning has."""
    if due == NEVER:
        return ""
    return "red" if passed(due, at) else "yellow" if passed(warn, at) else "green"
