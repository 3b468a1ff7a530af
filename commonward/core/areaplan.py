"""What an import of areas would do, as plain data: shown first, then carried out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from commonward.core import geo
from commonward.core.outlines import Given, Mending, Outline, Reject
from commonward.core.refusals import N_

TOLERANCE = 100.0
"""m²: overlaps and holes up to this size come from rounding and are not reported."""

_SQUARE_DEGREE = 1.3e10
"""At most this many m² in a square degree: sorts out the harmless before measuring."""


@dataclass(frozen=True, slots=True)
class Known:
    """An area in force: what an import compares with; `geometry` only where it is needed."""

    code: str
    name: str
    name_en: str
    level: str
    parent: str
    synthetic: bool
    geometry: Any = None


@dataclass(frozen=True, slots=True)
class Change:
    """An area whose `what` ("name", "name_en", "shape", "synthetic") will change, from → to.

    `square_metres` is the area that comes in or goes out when the shape changes.
    """

    row: Outline
    what: tuple[str, ...]
    was: str
    square_metres: float


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault between outlines: "overlap" of two siblings, a "hole" in a parent that no child
    covers, or a child that lies "outside" its parent; its size in m² and a point in it."""

    kind: str
    code: str
    other: str
    square_metres: float
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an import would do, and everything it found."""

    added: tuple[Outline, ...]
    changed: tuple[Change, ...]
    ended: tuple[str, ...]
    unchanged: int
    renumbered: tuple[tuple[str, str], ...]
    mended: tuple[Mending, ...]
    flaws: tuple[Flaw, ...]
    rejected: tuple[Reject, ...]

    @property
    def empty(self) -> bool:
        """Whether carrying it out would change nothing."""
        return not (self.added or self.changed or self.ended)


def shapes_needed(known: Mapping[str, Known], given: Given) -> set[str]:
    """Codes whose present outline the plan must see: those given, their parents and siblings."""
    drawn = {code: row for code, row in given.rows.items() if row.geometry is not None}
    parents = {row.code.parent for row in drawn.values()} | set(drawn)
    siblings = {k.code for k in known.values() if k.parent and k.parent in parents}
    return (siblings | parents | set(drawn)) & set(known)


def plan(
    known: Mapping[str, Known],
    given: Given,
    *,
    tops: frozenset[str] = frozenset(),
    complete: bool = False,
    tolerance: float = TOLERANCE,
) -> Plan:
    """Compare the files with the areas in force.

    `known` holds the open areas by code, with geometry for at least `shapes_needed`. A row whose
    parent is neither known nor given is left out, unless its code is in `tops`. `complete` says
    that the files list all areas of their levels below their parents: known ones that they do
    not name are ended, with everything below them.
    """
    rows, rejected = _with_parents(known, given, tops)
    rows, far = _near_parents(known, rows)
    rejected = [*given.rejected, *rejected, *far]
    added = [row for code, row in rows.items() if code not in known]
    changed = [
        change
        for code, row in rows.items()
        if code in known and (change := _change(known[code], row)) is not None
    ]
    ended = _missing(known, rows) if complete else []
    return Plan(
        added=tuple(sorted(added, key=lambda row: (len(row.code.text), row.code.text))),
        changed=tuple(changed),
        ended=tuple(ended),
        unchanged=sum(code in known for code in rows) - len(changed),
        renumbered=tuple(
            (row.where, row.code.alias.because) for row in rows.values() if row.code.alias
        ),
        mended=tuple(m for m in given.mended if m.code in rows),
        flaws=tuple(_flaws(known, rows, frozenset(ended), tolerance)),
        rejected=tuple(rejected),
    )


def _with_parents(
    known: Mapping[str, Known], given: Given, tops: frozenset[str]
) -> tuple[dict[str, Outline], list[Reject]]:
    """Shorter codes first, so that a row left out takes along what hangs below it."""
    kept: dict[str, Outline] = {}
    left_out = Given()
    for code, row in sorted(given.rows.items(), key=lambda item: len(item[0])):
        above = row.code.parent
        if code in known or code in tops or not above or above in known or above in kept:
            kept[code] = row
        else:
            left_out.reject(
                row.where,
                N_(
                    "{given} lies in {parent}, which is not known: import that first, or name "
                    "{given} as the top of this installation"
                ),
                given=code,
                parent=above,
            )
    return kept, left_out.rejected


def _near_parents(
    known: Mapping[str, Known], rows: dict[str, Outline]
) -> tuple[dict[str, Outline], list[Reject]]:
    """Leave out outlines far from their parent that would fit with swapped coordinates."""
    kept: dict[str, Outline] = {}
    left_out = Given()
    for code, row in rows.items():
        parent = _shape(known, rows, row.code.parent)
        if row.geometry is not None and parent is not None:
            west, south, east, north = row.geometry.bounds
            apart = not shapely.box(*row.geometry.bounds).intersects(shapely.box(*parent.bounds))
            if apart and shapely.box(south, west, north, east).intersects(parent):
                left_out.reject(
                    row.where,
                    N_(
                        "it looks like latitude and longitude are swapped: as written {given} "
                        "lies far outside {parent}, swapped it lies inside"
                    ),
                    given=code,
                    parent=row.code.parent,
                )
                continue
        kept[code] = row
    return kept, left_out.rejected


def _shape(known: Mapping[str, Known], rows: Mapping[str, Outline], code: str) -> Any:
    row = rows.get(code)
    if row is not None and row.geometry is not None:
        return row.geometry
    return known[code].geometry if code in known else None


def _change(known: Known, row: Outline) -> Change | None:
    what: list[str] = []
    if row.name != known.name:
        what.append("name")
    if row.name_en and row.name_en != known.name_en:
        what.append("name_en")
    moved = 0.0
    if row.geometry is not None:
        if known.synthetic:
            what.append("synthetic")
        if known.geometry is None:
            what.append("shape")
            moved = geo.square_metres(row.geometry)
        elif not known.geometry.equals_exact(row.geometry, 1e-9):
            what.append("shape")
            moved = geo.square_metres(known.geometry.symmetric_difference(row.geometry))
    return Change(row, tuple(what), known.name, moved) if what else None


def _missing(known: Mapping[str, Known], rows: Mapping[str, Outline]) -> list[str]:
    covered = {(row.code.parent, row.code.level) for row in rows.values() if row.code.parent}
    ended = {
        k.code for k in known.values() if (k.parent, k.level) in covered and k.code not in rows
    }
    for k in sorted(known.values(), key=lambda k: len(k.code)):
        if k.parent in ended:
            ended.add(k.code)
    return sorted(ended)


def _flaws(
    known: Mapping[str, Known],
    rows: Mapping[str, Outline],
    ended: frozenset[str],
    tolerance: float,
) -> Iterable[Flaw]:
    """Faults among the children of every parent whose children or outline are given."""
    drawn = {code for code, row in rows.items() if row.geometry is not None}
    parents = {rows[code].code.parent for code in drawn} | drawn
    children: dict[str, dict[str, Any]] = defaultdict(dict)
    for k in known.values():
        if k.parent in parents and k.code not in ended and k.geometry is not None:
            children[k.parent][k.code] = k.geometry
    for code in drawn:
        children[rows[code].code.parent][code] = rows[code].geometry
    for parent in sorted(children):
        codes = sorted(children[parent])
        shapes = np.array([children[parent][code] for code in codes], dtype=object)
        yield from _overlaps(codes, shapes, tolerance)
        around = _shape(known, rows, parent)
        if parent and around is not None:
            yield from _outside(codes, shapes, parent, around, tolerance)
            gap = shapely.difference(around, shapely.union_all(shapes))
            yield from _parts("hole", parent, "", gap, tolerance)


def _overlaps(codes: list[str], shapes: Any, tolerance: float) -> Iterable[Flaw]:
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    common = shapely.intersection(shapes[one], shapes[other])
    large = shapely.area(common) * _SQUARE_DEGREE > tolerance
    for i, j, shape in zip(one[large], other[large], common[large], strict=True):
        yield from _whole("overlap", codes[i], codes[j], shape, tolerance)


def _outside(
    codes: list[str], shapes: Any, parent: str, around: Any, tolerance: float
) -> Iterable[Flaw]:
    beyond = shapely.difference(shapes, around)
    large = np.flatnonzero(shapely.area(beyond) * _SQUARE_DEGREE > tolerance)
    for i in large.tolist():
        yield from _whole("outside", codes[i], parent, beyond[i], tolerance)


def _whole(kind: str, code: str, other: str, shape: Any, tolerance: float) -> Iterable[Flaw]:
    size = geo.square_metres(geo.polygonal(shape))
    if size > tolerance:
        inside = geo.polygonal(shape).representative_point()
        yield Flaw(kind, code, other, size, inside.y, inside.x)


def _parts(kind: str, code: str, other: str, shape: Any, tolerance: float) -> Iterable[Flaw]:
    for part in shapely.get_parts(geo.polygonal(shape)):
        if not part.is_empty:
            yield from _whole(kind, code, other, part, tolerance)
