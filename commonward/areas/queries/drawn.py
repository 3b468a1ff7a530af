"""The outlines of areas that lie in a part of the map, for drawing them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from commonward.areas.models import Shape
from commonward.people.queries import InMemory
from commonward.people.queries import revisions as read_revisions

Bounds = tuple[float, float, float, float]
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """One area in force: its outline (WGS-84, shapely) and a point well inside it for its name."""

    code: str
    name: str
    name_en: str
    level: str
    outline: Any
    label: tuple[float, float]


@dataclass(frozen=True)
class _Sheet:
    """Every outline there ever was: its row, where it lies, and when it was in force (seconds)."""

    ids: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float64]
    labels: npt.NDArray[np.float64]
    spans: npt.NDArray[np.float64]
    levels: npt.NDArray[np.str_]


def drawn_in(
    bounds: Bounds,
    levels: Collection[str],
    at: datetime,
    revisions: Mapping[str, int] | None = None,
) -> list[Drawn]:
    """The areas of these levels in force at `at` that reach into west, south, east, north (degrees).

    One query; their boxes are kept in memory (100,000 outlines: 10 MB) until the tree changes.
    """
    sheet = _sheet.at(read_revisions() if revisions is None else revisions)
    which = np.flatnonzero(_in_force(sheet, levels, at) & _reaching(sheet, bounds))
    labels = {int(sheet.ids[n]): sheet.labels[n] for n in which}
    found = []
    ids = list(labels)
    for begin in range(0, len(ids), _CHUNK):
        rows = Shape.objects.filter(pk__in=ids[begin : begin + _CHUNK]).order_by("area__code")
        for pk, code, name, name_en, level, wkb in rows.values_list(
            "pk", "area__code", "area__name", "area__name_en", "area__level", "wkb"
        ):
            lon, lat = labels[pk].tolist()
            outline = shapely.from_wkb(bytes(wkb))
            found.append(Drawn(code, name, name_en, level, outline, (lon, lat)))
    return found


def extent(at: datetime, revisions: Mapping[str, int] | None = None) -> Bounds | None:
    """West, south, east and north of everything drawn that is in force; None when nothing is."""
    sheet = _sheet.at(read_revisions() if revisions is None else revisions)
    boxes = sheet.boxes[_in_force(sheet, frozenset(sheet.levels.tolist()), at)]
    if not len(boxes):
        return None
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _in_force(sheet: _Sheet, levels: Collection[str], at: datetime) -> npt.NDArray[np.bool_]:
    now = at.timestamp()
    found: npt.NDArray[np.bool_] = (
        (sheet.spans[:, 0] <= now)
        & (now < sheet.spans[:, 1])
        & np.isin(sheet.levels, sorted(levels))
    )
    return found


def _reaching(sheet: _Sheet, bounds: Bounds) -> npt.NDArray[np.bool_]:
    west, south, east, north = bounds
    boxes = sheet.boxes
    found: npt.NDArray[np.bool_] = (
        (boxes[:, 0] <= east)
        & (boxes[:, 2] >= west)
        & (boxes[:, 1] <= north)
        & (boxes[:, 3] >= south)
    )
    return found


def _load() -> _Sheet:
    ids: list[int] = []
    spans: list[tuple[float, float]] = []
    levels: list[str] = []
    boxes, labels = [np.zeros((0, 4))], [np.zeros((0, 2))]
    rows = Shape.objects.order_by("pk").values_list(
        "pk", "wkb", "area__level", "valid_from", "valid_until",
        "area__valid_from", "area__valid_until",
    )  # fmt: skip
    part: list[bytes] = []

    def taken() -> None:
        shapes = shapely.from_wkb(np.array(part, dtype=object))
        boxes.append(shapely.bounds(shapes).reshape(-1, 4))
        labels.append(shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2))
        part.clear()

    for pk, wkb, level, begun, ended, area_begun, area_ended in rows.iterator(chunk_size=_CHUNK):
        ids.append(pk)
        levels.append(level)
        spans.append((max(_second(begun), _second(area_begun)), min(_end(ended), _end(area_ended))))
        part.append(bytes(wkb))
        if len(part) == _CHUNK:
            taken()
    if part:
        taken()
    return _Sheet(
        ids=np.array(ids, np.int64),
        boxes=np.concatenate(boxes),
        labels=np.concatenate(labels),
        spans=np.array(spans, float).reshape(-1, 2),
        levels=np.array(levels, np.str_),
    )


def _second(at: datetime) -> float:
    return at.timestamp()


def _end(at: datetime | None) -> float:
    return np.inf if at is None else at.timestamp()


_sheet: InMemory[_Sheet] = InMemory("areas", _load)
