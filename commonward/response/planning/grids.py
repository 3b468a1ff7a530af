"""Grid design (网格划分): an area's villages divided into grids of equal work from blocks."""

import base64
import importlib
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely

from commonward.areas.queries.gridded import Gridded, gridded
from commonward.areas.queries.roads import site_roads
from commonward.cases.queries.placed import placed
from commonward.core import geo
from commonward.core.locator import Locator
from commonward.core.plans.gridding import covering
from commonward.core.plans.gridding.covering import Cover
from commonward.core.plans.gridding.mosaic import Mosaic
from commonward.core.plans.gridding.reading import Barriers, Blocks
from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Invalid
from commonward.response.planning import Keep

SOURCES = ("squares", "roads", "file")
WEIGHTS = ("households", "cases", "hectares")
KEEPS: Mapping[str, float] = {"nothing": 0.0, "some": 0.5, "most": 2.0}
"""What it costs that a block leaves its grid, in usual lengths of a border."""
MOST_GRIDS = 5_000
_RANGES: Mapping[str, tuple[int, int, int]] = {
    "grids": (0, MOST_GRIDS, 0), "metres": (30, 2_000, 150), "tolerance": (1, 30, 5),
    "days": (30, 1_095, 365), "households": (0, 100, 40), "cases": (0, 100, 40),
    "hectares": (0, 100, 20),
}  # fmt: skip
_FINE = 1e7
_ROADS = 5
"""Roads of so many of the widest classes cut land into blocks."""


def checked(asked: Mapping[str, Any], area: str) -> dict[str, Any]:
    """`source` with "metres" or packed "blocks", "grids" (0: as many as today), "tolerance" (per
    cent), "keep", weights of WEIGHTS, "days" of cases counted, packed "barriers"."""
    if not area:
        raise Invalid(N_("Choose the district, street or community to divide."), field="area")
    whole: dict[str, Any] = {
        "source": str(asked.get("source") or "squares"), "keep": str(asked.get("keep") or "some"),
    }  # fmt: skip
    if whole["source"] not in SOURCES:
        raise Invalid(N_("Choose one of the list."), field="source")
    if whole["keep"] not in KEEPS:
        raise Invalid(N_("Choose one of the list."), field="keep")
    for name, (least, most, usual) in _RANGES.items():
        given = asked.get(name)
        whole[name] = usual if given is None else given
        if not isinstance(whole[name], int) or not least <= whole[name] <= most:
            raise Invalid(
                N_("Give a whole number from {least} to {most}."), field=name, least=least,
                most=most,
            )  # fmt: skip
    if not any(whole[name] for name in WEIGHTS):
        raise Invalid(N_("Give at least one of the weights."), field="households")
    if whole["source"] == "file" and not asked.get("blocks"):
        raise Invalid(N_("Choose the file of blocks."), field="blocks")
    for name in ("blocks", "barriers"):
        if asked.get(name):
            whole[name] = str(asked[name])
    return whole


def packed_blocks(blocks: Blocks) -> str:
    """Blocks of a file, to a centimetre, as one text."""
    return _packed(
        {
            "outlines": [_fine(one) for one in blocks.outlines],
            "names": blocks.names,
            "households": blocks.households,
            "mended": len(blocks.mended),
        }
    )


def packed_barriers(barriers: Barriers) -> str:
    """Lines and bridges as one text."""
    return _packed(
        {
            "lines": [shapely.to_wkb(one, hex=True) for one in barriers.lines],
            "bridges": [shapely.to_wkb(one, hex=True) for one in barriers.bridges],
        }
    )


def gathered(asked: Mapping[str, Any], area: str, at: datetime) -> dict[str, Any]:
    """The blocks as a mosaic with their work, today's grids, barriers. Raises Invalid."""
    known = gridded(area)
    barriers = _unpacked(asked["barriers"]) if asked.get("barriers") else {}
    lines = [shapely.from_wkb(one) for one in barriers.get("lines", [])]
    file = _unpacked(asked["blocks"]) if asked["source"] == "file" else {}
    villages = [one.outline for one in known.villages]
    if file:
        blocks = [_coarse(one) for one in file["outlines"]]
        cover = covering.fitted(villages, blocks)
    else:
        todays = [one.outline for one in known.grids]
        roads = _roads(villages) if asked["source"] == "roads" else ()
        cover = covering.cut(villages, todays, float(asked["metres"]), roads, lines)
    mosaic = cover.mosaic()
    points = shapely.point_on_surface(np.array(cover.outlines, dtype=object))
    today = _today(known, points, mosaic)
    households = [
        file["households"][owner] * share if file and owner >= 0 else 0.0
        for owner, share in zip(cover.part_of, cover.share, strict=True)
    ]
    lats, lons = placed(known.area.path, at - timedelta(days=asked["days"]), at)
    held = Locator.build(cover.outlines).find(lons, lats)
    cases = np.bincount(held[held >= 0], minlength=mosaic.size).astype(np.float64)
    hectares = mosaic.areas / 1e4
    counts = {"households": np.array(households), "cases": cases, "hectares": hectares}
    loads, used = _loads(counts, asked)
    grids = asked["grids"] or len(known.grids)
    if not grids:
        raise Invalid(N_("There are no grids today: say how many there shall be."), field="grids")
    return {
        **mosaic.written(),
        "villages": [[v.place.code, v.place.name, v.place.name_en] for v in known.villages],
        "old": [[g.place.code, g.place.name, g.place.name_en] for g in known.grids],
        "today": today,
        "names": _names(cover, file),
        "households": [round(one, 2) for one in households],
        "cases": cases.astype(int).tolist(),
        "loads": loads.tolist(),
        "weights": used,
        "grids": grids,
        "tolerance": asked["tolerance"] / 100,
        "keep": KEEPS[asked["keep"]],
        "barriers": [shapely.to_wkb(one, hex=True) for one in lines],
        "bridges": barriers.get("bridges", []),
        "mark": known.mark,
        "notes": {
            "source": asked["source"], "mended": int(file.get("mended", 0)),
            "closed": cover.closed, "outside": cover.outside,
            "uncovered": sum(owner < 0 for owner in cover.part_of),
            "unplaced": int((held < 0).sum()), "days": asked["days"],
        },
    }  # fmt: skip


def planned(given: Mapping[str, Any], seed: int, watch: Watch, keep: Keep) -> dict[str, Any]:
    """The grid of each block, the score sheet beside today's, proofs; numbers from 0."""
    # numba belongs to the planners' extra, which a site may do without.
    dividing = importlib.import_module("commonward.core.plans.gridding.dividing")
    mosaic, loads = Mosaic.read(given), np.asarray(given["loads"], np.float64)
    barriers, bridges = (
        [shapely.from_wkb(one) for one in given[name]] for name in ("barriers", "bridges")
    )
    ground = dividing.land(mosaic, loads, given["grids"], barriers, bridges)
    today = np.asarray(given["today"], np.int64)
    households = np.asarray(given["households"], np.float64)
    if not households.any():
        households = np.ones(len(loads))
    known = bool((today >= 0).any())
    compared = today if known else None

    def sheet(grids: Any) -> dict[str, Any]:
        return dict(vars(dividing.sheet(ground, grids, given["tolerance"], compared, households)))

    def told(found: Any) -> dict[str, Any]:
        return {
            "grids": found.grids.tolist(),
            "off": found.off,
            "bound": found.bound,
            "even": found.even,
            "stopped": found.stopped,
            "proofs": [
                [block, why.text, {k: float(v) for k, v in why.values.items()}]
                for block, why in found.proofs
            ],
            "score": sheet(found.grids),
            "now": sheet(today) if known else None,
            "joined": ground.joined.tolist(),
            "ends": ground.walked.ends.tolist(),
            "lengths": ground.walked.lengths.round(2).tolist(),
            "crossed": ground.walked.crossed.astype(int).tolist(),
            "unbarred": ground.area.crossed.astype(int).tolist(),
        }

    found = dividing.divided(
        ground, given["grids"], tolerance=given["tolerance"], today=compared, keep=given["keep"],
        households=households, seed=seed, watch=watch, better=lambda one: keep(told(one)),
    )  # fmt: skip
    return told(found)


def _loads(counts: Mapping[str, Any], asked: Mapping[str, Any]) -> tuple[Any, dict[str, int]]:
    """The work of each block in thousandths of all: each count as its share, by its weight.

    A count that is nowhere known falls out, and the others make up the whole.
    """
    used = {name: asked[name] for name in WEIGHTS if asked[name] and counts[name].sum() > 0}
    if not used:
        raise Invalid(
            N_("Nothing is known of what was weighted: no households, cases or land."),
            field="households",
        )
    whole = sum(used.values())
    loads = sum(
        counts[name] / counts[name].sum() * (1000 * weight / whole)
        for name, weight in used.items()
    )  # fmt: skip
    return np.maximum(loads, 1e-9), {name: used.get(name, 0) for name in WEIGHTS}


def _today(known: Gridded, points: Any, mosaic: Mosaic) -> list[int]:
    """The number of the grid that holds the middle of each block, of the same village; or -1."""
    if not known.grids:
        return [-1] * mosaic.size
    spots = shapely.get_coordinates(points)
    held = Locator.build([one.outline for one in known.grids]).find(spots[:, 0], spots[:, 1])
    codes = [one.place.code for one in known.villages]
    return [
        grid if grid >= 0 and known.grids[grid].parent == codes[village] else -1
        for grid, village in zip(held.tolist(), mosaic.village.tolist(), strict=True)
    ]


def _names(cover: Cover, file: Mapping[str, Any]) -> list[str]:
    """What blocks are called: as in the file, with a number where one was cut; else numbers."""
    if not file:
        return [str(number + 1) for number in range(len(cover.outlines))]
    seen: dict[str, int] = {}
    found = []
    for owner in cover.part_of:
        name = file["names"][owner] if owner >= 0 else "+"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 and owner >= 0 else f"{name}/{seen[name]}")
    return found


def _roads(villages: Sequence[Any]) -> list[Any]:
    roads = site_roads()
    if roads is None:
        raise Invalid(
            N_("No roads were imported: have them imported, or cut the land into squares."),
            field="source",
        )
    whole = shapely.total_bounds(villages).tolist()
    near = roads.reaching((whole[0], whole[1], whole[2], whole[3]), _ROADS + 1)
    return [shapely.LineString(roads.degrees(int(one))) for one in near]


def _fine(outline: Any) -> list[list[list[int]]]:
    parts = outline.geoms if outline.geom_type == "MultiPolygon" else [outline]
    return [
        [
            np.rint(np.asarray(ring.coords)[:-1] * _FINE).astype(int).ravel().tolist()
            for ring in (part.exterior, *part.interiors)
        ]
        for part in parts
    ]


def _coarse(parts: Sequence[Sequence[Sequence[int]]]) -> Any:
    rings = [[np.array(ring).reshape(-1, 2) / _FINE for ring in part] for part in parts]
    polygons = [shapely.Polygon(part[0], part[1:]) for part in rings]
    whole = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return geo.mend(whole).geometry


def _packed(value: Any) -> str:
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(raw, 6)).decode()


def _unpacked(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return found
