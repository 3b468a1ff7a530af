"""Maps of grid designs as SVG: the whole area by grids, and one village block by block.

Coordinates are whole numbers of a canvas; neighbours round a common point alike, so the mosaic
stays closed however coarse it is drawn, and a page never grows past a bound.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from commonward.core.plans.gridding.mosaic import Mosaic
from commonward.doors.look.showing import named
from commonward.response.queries.grids import Design

HUES = 8
MOST_BLOCKS = 600
"""Blocks on one map for editing; a village with more is shown around one grid."""
LABELLED = 150
_CANVASES = (1600, 800, 400)
_HEAVIEST = 300_000
"""Characters of all paths of a map; beyond it is drawn on a coarser canvas."""

Ints = npt.NDArray[np.int64]


class Canvas:
    """From metres to whole numbers, south at the bottom."""

    def __init__(self, points: npt.NDArray[Any], width: int) -> None:
        west, south = points.min(axis=0)
        east, north = points.max(axis=0)
        self.scale = width / max(float(east - west), float(north - south), 1.0)
        self._west, self._north = float(west), float(north)
        self.width = max(1, round((float(east) - float(west)) * self.scale))
        self.height = max(1, round((float(north) - float(south)) * self.scale))

    def places(self, points: npt.NDArray[Any]) -> Ints:
        """Whole numbers of points in metres, (n, 2)."""
        xy = np.column_stack([points[:, 0] - self._west, self._north - points[:, 1]])
        return np.rint(xy * self.scale).astype(np.int64)

    @property
    def box(self) -> str:
        """The viewBox, with a rim for strokes."""
        return f"-6 -6 {self.width + 12} {self.height + 12}"


def overview(design: Design, barriers: Sequence[Any] = ()) -> dict[str, Any]:
    """All grids with their borders and numbers, villages and barriers."""
    mosaic = design.mosaic
    groups = _groups(design.grids)
    shapes = {grid: _plane(mosaic, blocks) for grid, blocks in groups.items()}
    towns = {v: _plane(mosaic, blocks) for v, blocks in _groups(design.village).items()}
    rivers = [mosaic.to_plane(one) for one in barriers]
    hues = _hues(design)
    for width in _CANVASES:
        canvas = Canvas(mosaic.plane, width)
        faces = {grid: _path(canvas, shape) for grid, shape in shapes.items()}
        rims = {village: _path(canvas, shape) for village, shape in towns.items()}
        if sum(map(len, (*faces.values(), *rims.values()))) <= _HEAVIEST:
            break
    return {
        "box": canvas.box,
        "grids": [
            {
                "d": faces[grid], "hue": hues[grid], "label": design.labels[grid],
                "spot": _spot(canvas, shapes[grid]) if len(shapes) <= LABELLED else None,
                "village": _named(design, design.village_of[grid]),
            }
            for grid in sorted(faces)
        ],
        "villages": [
            {
                "d": rims[number], "code": design.given["villages"][number][0], "name": _named(design, number),
                "spot": _spot(canvas, towns[number]),
            }
            for number in sorted(rims)
        ],
        "labelled": len(shapes) <= LABELLED,
        "named": len(towns) <= LABELLED,
        "barriers": "".join(_line(canvas, one) for one in rivers),
    }  # fmt: skip


def around(design: Design, village: int, grid: int | None) -> tuple[list[int], bool]:
    """The grids of a village to be shown together, and whether these are all.

    A village of many blocks is shown from one grid outwards, whole grids at a time.
    """
    here = np.flatnonzero(design.village == village)
    grids = sorted(set(design.grids[here].tolist()))
    if len(here) <= MOST_BLOCKS:
        return grids, True
    sizes = np.bincount(design.grids, minlength=max(grids) + 1)
    beside: dict[int, set[int]] = {}
    for one, other in design.grids[design.ends].tolist():
        if one != other:
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    first = grid if grid is not None and grid in grids else grids[0]
    shown, total = [first], int(sizes[first])
    for one in shown:
        for other in sorted(beside.get(one, ())):
            if other not in shown and total + sizes[other] <= MOST_BLOCKS:
                shown.append(other)
                total += int(sizes[other])
    return sorted(shown), False


def closer(design: Design, grids: Sequence[int]) -> dict[str, Any]:
    """The blocks of some grids with every border between them."""
    mosaic, borders = design.mosaic, design.mosaic.borders
    blocks = np.flatnonzero(np.isin(design.grids, list(grids)))
    inside = np.zeros(mosaic.size, bool)
    inside[blocks] = True
    used = sorted(
        {p for b in blocks.tolist() for part in mosaic.blocks[b] for r in part for p in r}
    )
    hues = _hues(design)
    for width in _CANVASES:
        canvas = Canvas(mosaic.plane[used], width)
        places = canvas.places(mosaic.plane)
        faces = {block: _block(mosaic, block, places) for block in blocks.tolist()}
        if sum(map(len, faces.values())) <= _HEAVIEST:
            break
    known = {
        (min(a, b), max(a, b)): (length, crossed)
        for (a, b), length, crossed in zip(
            design.ends.tolist(), design.lengths.tolist(), design.crossed.tolist(), strict=True
        )
    }
    stretches: dict[int, list[str]] = {}
    for (a, b), of in zip(borders.parts.tolist(), borders.of.tolist(), strict=True):
        if inside[borders.ends[of]].all():
            (x, y), (u, v) = places[a].tolist(), places[b].tolist()
            if (x, y) != (u, v):
                stretches.setdefault(of, []).append(f"M{x} {y}L{u} {v}")
    largest: dict[int, int] = {}
    for block in blocks.tolist():
        best = largest.setdefault(int(design.grids[block]), block)
        if design.loads[block] > design.loads[best]:
            largest[int(design.grids[block])] = block
    tops = set(largest.values())
    edges = []
    drawn = set()
    for of, lines in stretches.items():
        one, other = borders.ends[of].tolist()
        drawn.add((one, other))
        length, crossed = known[one, other]
        edges.append(
            {
                "a": one, "b": other, "d": "".join(lines), "length": round(length, 1),
                "hard": not crossed, "between": design.grids[one] != design.grids[other],
            }
        )  # fmt: skip
    # A part without any border to its village hangs on the nearest block: known, never drawn.
    edges += [
        {"a": a, "b": b, "d": "", "length": round(length, 1), "hard": not crossed}
        for (a, b), (length, crossed) in known.items()
        if inside[a] and inside[b] and (a, b) not in drawn
    ]
    return {
        "box": canvas.box,
        "blocks": [
            {
                "n": block, "d": faces[block], "hue": hues[int(design.grids[block])],
                "grid": int(design.grids[block]), "load": round(float(design.loads[block]), 6),
                "name": design.given["names"][block],
                "spot": _spot(canvas, _plane(mosaic, [block])),
                "label": design.labels[int(design.grids[block])] if block in tops else "",
            }
            for block in blocks.tolist()
        ],
        "edges": edges,
        "labels": [
            {"grid": grid, "label": design.labels[grid], "hue": hues[grid]} for grid in grids
        ],
        "labelled": len(blocks) <= LABELLED,
    }  # fmt: skip


def _named(design: Design, village: int) -> str:
    _code, name, name_en = design.given["villages"][village]
    return named(name, name_en)


def _groups(numbers: Ints) -> Mapping[int, list[int]]:
    order = np.argsort(numbers, kind="stable")
    names, begins = np.unique(numbers[order], return_index=True)
    parts = np.split(order, begins[1:])
    return {int(name): part.tolist() for name, part in zip(names, parts, strict=True)}


def _plane(mosaic: Mosaic, blocks: Sequence[int]) -> Any:
    return mosaic.to_plane(mosaic.joined(blocks))


def _path(canvas: Canvas, shape: Any) -> str:
    parts = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(_ring(canvas.places(np.asarray(ring.coords)[:-1]).tolist()) for ring in rings)


def _block(mosaic: Mosaic, block: int, places: Ints) -> str:
    return "".join(_ring(places[ring].tolist()) for part in mosaic.blocks[block] for ring in part)


def _ring(points: Iterable[Sequence[int]]) -> str:
    kept: list[tuple[int, int]] = []
    for x, y in points:
        if not kept or kept[-1] != (x, y):
            kept.append((x, y))
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"


def _line(canvas: Canvas, line: Any) -> str:
    parts = line.geoms if line.geom_type == "MultiLineString" else [line]
    found = ""
    for part in parts:
        places = canvas.places(np.asarray(part.coords)).tolist()
        found += "M" + "L".join(f"{x} {y}" for x, y in places)
    return found


def _spot(canvas: Canvas, shape: Any) -> tuple[int, int]:
    """A point well inside the largest part, for a label."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    point = largest.centroid if largest.contains(largest.centroid) else largest.point_on_surface()
    x, y = canvas.places(np.array([[point.x, point.y]]))[0].tolist()
    return x, y


def _hues(design: Design) -> dict[int, int]:
    """A number for each grid so that neighbours differ, as far as HUES go."""
    beside: dict[int, set[int]] = {int(grid): set() for grid in np.unique(design.grids)}
    for one, other in design.grids[design.ends].tolist():
        if one != other:
            beside[one].add(other)
            beside[other].add(one)
    found: dict[int, int] = {}
    for grid in sorted(beside, key=lambda one: (-len(beside[one]), one)):
        taken = {found[other] for other in beside[grid] if other in found}
        free = [hue for hue in range(HUES) if hue not in taken]
        found[grid] = free[grid % len(free)] if free else grid % HUES
    return found
