"""Where a point lies: the area that holds it, and the candidates when it is near a border."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.conf import settings

from commonward.areas.queries.kept import Layer, Layers, layers_at
from commonward.people.queries import revisions as read_revisions


@dataclass(frozen=True, slots=True)
class Candidate:
    """An area that a point near a border may belong to; `metres` is 0 for the one that holds it,
    for the others the distance to their border."""

    area_id: int
    code: str
    path: str
    metres: float


@dataclass(frozen=True, slots=True)
class Located:
    """Where a point lies (定位).

    `area_id`, `code` and `path` are None, "" and "" when it is `outside`; then `nearest_…` tell
    which area is nearest, and `swapped_hint` whether longitude and latitude the other way round
    would lie inside. `candidates` is empty unless a door should ask: then the nearest is first.
    """

    area_id: int | None
    code: str
    path: str
    candidates: tuple[Candidate, ...] = ()
    outside: bool = False
    nearest_id: int | None = None
    nearest_code: str = ""
    nearest_metres: float | None = None
    swapped_hint: bool = False

    def chosen(self, candidate: Candidate) -> "Located":
        """The same point, after somebody said which of the candidates is right."""
        return replace(
            self,
            area_id=candidate.area_id,
            code=candidate.code,
            path=candidate.path,
            outside=False,
        )


def locate(
    lat: float,
    lon: float,
    *,
    at: datetime,
    border_metres: float | None = None,
    revisions: Mapping[str, int] | None = None,
) -> Located:
    """The deepest drawn area in force at `at` that holds the point (degrees, WGS-84).

    Within `border_metres` (default: setting COMMONWARD_BORDER_METRES) of another area's border
    the candidates are named. A point exactly on a border belongs to the area with the lowest
    code. Runs no query when the tables are mapped and `revisions` are given.
    """
    layers = layers_at(at, read_revisions() if revisions is None else revisions)
    metres = settings.BORDER_METRES if border_metres is None else border_metres
    if not (math.isfinite(lat) and math.isfinite(lon)) or abs(lat) > 90 or abs(lon) > 540:
        return Located(None, "", "", outside=True, swapped_hint=_inside(layers, lat, lon))
    holder = _holder(layers, lon, lat)
    leaves = layers.all[0]
    near = leaves.locator.near(lon, lat, metres) if metres > 0 else []
    others = [
        _candidate(leaves, number, away)
        for number, away in near
        if holder is None or int(leaves.ids[number]) != holder.area_id
    ]
    if holder is not None:
        found = (holder, *others) if others else ()
        return Located(holder.area_id, holder.code, holder.path, found)
    nearest = _nearest(layers, lon, lat)
    return Located(
        None,
        "",
        "",
        tuple(others),
        outside=True,
        nearest_id=nearest.area_id if nearest else None,
        nearest_code=nearest.code if nearest else "",
        nearest_metres=nearest.metres if nearest else None,
        swapped_hint=_inside(layers, lat, lon),
    )


def locate_many(
    lats: npt.ArrayLike,
    lons: npt.ArrayLike,
    *,
    at: datetime,
    revisions: Mapping[str, int] | None = None,
) -> npt.NDArray[np.int64]:
    """The id of the deepest drawn area that holds each point; 0 where none does."""
    return located_in(
        layers_at(at, read_revisions() if revisions is None else revisions), lats, lons
    )


def located_in(layers: Layers, lats: npt.ArrayLike, lons: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The same for layers at hand, such as those of a draft."""
    y = np.asarray(lats, dtype=np.float64)
    x = np.asarray(lons, dtype=np.float64)
    found = np.zeros(len(x), np.int64)
    open_points = np.arange(len(x))
    for layer in layers.all:
        if not len(open_points) or not len(layer.ids):
            continue
        number = layer.locator.find(x[open_points], y[open_points])
        held = number >= 0
        found[open_points[held]] = layer.ids[number[held]]
        open_points = open_points[~held]
    return found


def _holder(layers: Layers, lon: float, lat: float) -> Candidate | None:
    for layer in layers.all:
        number = layer.locator.at(lon, lat)
        if number >= 0:
            return _candidate(layer, number, 0.0)
    return None


def _inside(layers: Layers, lon: float, lat: float) -> bool:
    return any(layer.locator.at(lon, lat) >= 0 for layer in layers.all)


def _nearest(layers: Layers, lon: float, lat: float) -> Candidate | None:
    best: Candidate | None = None
    for layer in layers.all:
        found = layer.locator.nearest(lon, lat)
        if found is not None and (best is None or found[1] < best.metres):
            best = _candidate(layer, *found)
    return best


def _candidate(layer: Layer, number: int, metres: float) -> Candidate:
    return Candidate(
        int(layer.ids[number]),
        layer.codes[number].decode(),
        layer.paths[number].decode(),
        metres,
    )
