"""Blocks made to cover villages exactly: given ones fitted, or the land cut by lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from commonward.core import geo
from commonward.core.plans.gridding.mosaic import Mosaic
from commonward.core.plans.gridding.reading import MOST_BLOCKS
from commonward.core.refusals import N_, Invalid

_SLIVER = 0.1
"""Share of a usual block: smaller leftovers go to the neighbour with the longest border."""
_FINEST = 1e-10
"""Degrees, a hundredth of a millimetre: points that differ by less are one, or hair-thin faces
between them would part neighbours."""
_LUMP = 6.0
"""Land between roads of more than so many squares is cut into squares."""

Ints = npt.NDArray[np.int64]
Owners = Callable[[npt.NDArray[Any]], Ints]


@dataclass(slots=True)
class Cover:
    """Blocks that cover the villages: their outlines, villages, what each is a part of (-1: land
    that no block covered), and which share of it; `closed` leftovers went to a neighbour,
    `outside` counts given blocks that lie in no village."""

    outlines: list[Any] = field(default_factory=list)
    village: list[int] = field(default_factory=list)
    part_of: list[int] = field(default_factory=list)
    share: list[float] = field(default_factory=list)
    closed: int = 0
    outside: int = 0

    def mosaic(self) -> Mosaic:
        """With common points by number."""
        return Mosaic.of(self.outlines, self.village)


def fitted(villages: Sequence[Any], blocks: Sequence[Any]) -> Cover:
    """Given blocks, cut at the villages' borders; slivers and small holes go to a neighbour.

    Larger land without a block becomes a block of its own; where two overlap the first has it.
    """
    cover = Cover()
    tree = shapely.STRtree(list(blocks))
    usual = float(np.median(shapely.area(np.array(blocks, dtype=object))))
    sizes = shapely.area(np.array(blocks, dtype=object))
    used: set[int] = set()
    for number, village in enumerate(villages):
        near = tree.query(village, predicate="intersects")
        lines = [blocks[int(one)].boundary for one in near]
        pieces = _pieces(village, lines, _held_by(tree), usual * _SLIVER, sizes)
        for outline, owner in pieces.kept:
            cover.outlines.append(outline)
            cover.village.append(number)
            cover.part_of.append(owner)
            cover.share.append(0.0 if owner < 0 else outline.area / float(sizes[owner]))
            used.add(owner)
        cover.closed += pieces.closed
    cover.outside = len(blocks) - len(used - {-1})
    if not used - {-1}:
        raise Invalid(
            N_("None of the blocks lies in a community or village of this area."), field="blocks"
        )
    return cover


def cut(
    villages: Sequence[Any],
    todays: Sequence[Any],
    metres: float,
    lines: Sequence[Any] = (),
    barriers: Sequence[Any] = (),
) -> Cover:
    """Each village cut along today's grids, by roads or squares of so many metres.

    With `lines` (roads) these cut, and squares only what is still large between them; barriers
    always cut. Small leftovers go to the neighbour with the longest border, of the same grid
    first. Raises Invalid for too many blocks.
    """
    cover = Cover()
    if not villages:
        return cover
    middle = shapely.union_all([v.envelope for v in villages]).centroid
    per_lon, per_lat = geo.metres_per_degree(middle.y)
    step = (metres / per_lon, metres / per_lat)
    square = step[0] * step[1]
    expected = sum(v.area for v in villages) / square
    if expected > MOST_BLOCKS:
        raise Invalid(
            N_("Squares of {metres} m are about {count} blocks, more than {most}: take larger ones."),
            field="metres", metres=round(metres), count=round(expected), most=MOST_BLOCKS,
        )  # fmt: skip
    known, roads, rivers = (shapely.STRtree(list(one)) for one in (todays, lines, barriers))
    for number, village in enumerate(villages):
        own = [todays[int(one)].boundary for one in known.query(village, predicate="intersects")]
        own += [barriers[int(one)] for one in rivers.query(village, predicate="intersects")]
        if lines:
            own += [lines[int(one)] for one in roads.query(village, predicate="intersects")]
            large = [face for face in _faces(village, own) if face.area > _LUMP * square]
            own += [
                part for face in large
                for part in shapely.get_parts(_squares(face, step).intersection(face)).tolist()
                if part.geom_type == "LineString"
            ]  # fmt: skip
        else:
            own.append(_squares(village, step))
        least = square * (_SLIVER if lines else 2.5 * _SLIVER)
        pieces = _pieces(village, own, None, least, None, _held_by(known))
        cover.outlines += [outline for outline, _owner in pieces.kept]
        cover.closed += pieces.closed
        cover.village += [number] * len(pieces.kept)
    cover.part_of = list(range(len(cover.outlines)))
    cover.share = [1.0] * len(cover.outlines)
    if len(cover.outlines) > MOST_BLOCKS:
        raise Invalid(
            N_("Squares of {metres} m are about {count} blocks, more than {most}: take larger ones."),
            field="metres", metres=round(metres), count=len(cover.outlines), most=MOST_BLOCKS,
        )  # fmt: skip
    return cover


def _squares(within: Any, step: tuple[float, float]) -> Any:
    """Lines of a lattice that is the same for every village."""
    west, south, east, north = within.bounds
    across, along = step
    xs = np.arange(np.floor(west / across), np.ceil(east / across) + 1) * across
    ys = np.arange(np.floor(south / along), np.ceil(north / along) + 1) * along
    lines = [((x, south - along), (x, north + along)) for x in xs.tolist()]
    lines += [((west - across, y), (east + across, y)) for y in ys.tolist()]
    return shapely.MultiLineString(lines)


def _held_by(tree: shapely.STRtree) -> Owners:
    """The first shape of the tree that holds each point, -1 where none does."""

    def held(points: npt.NDArray[Any]) -> Ints:
        found = np.full(len(points), -1, np.int64)
        which, holder = tree.query(points, predicate="within")
        order = np.argsort(-holder, kind="stable")
        found[which[order]] = holder[order]
        return found

    return held


def _faces(village: Any, lines: Sequence[Any]) -> list[Any]:
    noded = shapely.union_all([village.boundary, *lines], grid_size=_FINEST)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.intersects(village, shapely.point_on_surface(faces))
    found: list[Any] = faces[inside].tolist()
    return found


@dataclass(slots=True)
class _Pieces:
    kept: list[tuple[Any, int]]
    closed: int


def _pieces(
    village: Any,
    lines: Sequence[Any],
    owners: Owners | None,
    least: float,
    sizes: npt.NDArray[Any] | None,
    kin: Owners | None = None,
) -> _Pieces:
    """The faces between lines, those of one owner joined, leftovers given to neighbours."""
    faces = _faces(village, lines)
    points = shapely.point_on_surface(np.array(faces, dtype=object))
    if owners is None:
        parts = list(zip(faces, range(len(faces)), strict=True))
    else:
        of: dict[int, list[Any]] = {}
        for face, owner in zip(faces, owners(points).tolist(), strict=True):
            of.setdefault(owner, []).append(face)
        parts = [
            (part, owner)
            for owner, mine in of.items()
            for part in shapely.get_parts(shapely.coverage_union_all(mine)).tolist()
        ]
    # A block that is small as a whole is still a block; a small piece of one is a leftover.
    small = [
        part.area < least and (sizes is None or owner < 0 or part.area < 0.5 * sizes[owner])
        for part, owner in parts
    ]
    if all(small):
        small = [False] * len(parts)
    kept = [one for one, is_small in zip(parts, small, strict=True) if not is_small]
    rest = [one for one, is_small in zip(parts, small, strict=True) if is_small]
    groups = [-1] * len(parts) if kin is None else _of(kin, [*kept, *rest])
    return _given_away(kept, rest, groups)


def _of(kin: Owners, parts: Sequence[tuple[Any, int]]) -> list[int]:
    points = shapely.point_on_surface(np.array([part for part, _ in parts], dtype=object))
    found: list[int] = kin(points).tolist()
    return found


def _given_away(
    kept: list[tuple[Any, int]], rest: list[tuple[Any, int]], groups: list[int]
) -> _Pieces:
    """Leftovers joined to the neighbour with the longest border, in its own group first."""
    mine = [[outline] for outline, _owner in kept]
    waiting = list(range(len(rest)))
    closed = 0
    while waiting:
        flat = [(part, home) for home, parts in enumerate(mine) for part in parts]
        tree = shapely.STRtree([part for part, _ in flat])
        left: list[int] = []
        homes: list[tuple[int, int]] = []
        for one in waiting:
            outline = rest[one][0]
            group = groups[len(kept) + one]
            best: tuple[bool, float, int] | None = None
            for near in tree.query(outline, predicate="intersects").tolist():
                part, home = flat[near]
                long = float(shapely.intersection(outline.boundary, part.boundary).length)
                rank = (groups[home] == group, long, -home)
                if long > 0 and (best is None or rank > best):
                    best = rank
            if best is None:
                left.append(one)
            else:
                homes.append((one, -best[2]))
        for one, home in homes:
            mine[home].append(rest[one][0])
        closed += len(homes)
        if len(left) == len(waiting):
            break
        waiting = left
    done = [
        (outline if len(parts) == 1 else geo.polygonal(shapely.coverage_union_all(parts)), owner)
        for parts, (outline, owner) in zip(mine, kept, strict=True)
    ]
    return _Pieces([*done, *(rest[one] for one in waiting)], closed)
