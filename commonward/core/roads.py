"""Roads for drawing a map: read from GeoJSON lines or an OpenStreetMap extract, kept as arrays.

Only what is drawn is kept: where a road runs, its class and its name. Classes are those of
OpenStreetMap's `highway`, put together into seven.
"""

import importlib
import importlib.util
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core import geo
from commonward.core.refusals import N_, Invalid

CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "street", "path")
"""From the widest to the narrowest (高速公路 … 小路)."""
OSM_CREDIT = "© OpenStreetMap contributors"
"""What its licence (ODbL) asks to be shown wherever the roads are."""
_STREETS = frozenset(
    {"unclassified", "residential", "living_street", "service", "pedestrian", "road", "street"}
)
_PATHS = frozenset({"track", "path", "footway", "cycleway", "bridleway", "steps"})
_FINE = 1e7
_LONGEST_NAME = 100
_FORM = 1

Line = Sequence[tuple[float, float]]
Found = tuple[str, str, Line]


@dataclass(frozen=True)
class Roads:
    """Roads as arrays: `points` (n, 2) int32 of 10⁻⁷ degrees, longitude first; road k runs from
    `begins[k]` to before `begins[k + 1]`. `kinds` are numbers of `CLASSES`, `names` of `words`
    ("" is none); `boxes` (west, south, east, north) in degrees; `credit` is whom to thank.
    """

    points: npt.NDArray[np.int32]
    begins: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]
    names: npt.NDArray[np.int32]
    words: tuple[str, ...]
    boxes: npt.NDArray[np.float32]
    credit: str

    def __len__(self) -> int:
        return len(self.kinds)

    def degrees(self, road: int) -> npt.NDArray[np.float64]:
        """The points of one road, (n, 2), longitude first."""
        found: npt.NDArray[np.float64] = (
            self.points[self.begins[road] : self.begins[road + 1]] / _FINE
        )
        return found

    def reaching(
        self, bounds: tuple[float, float, float, float], widest: int
    ) -> npt.NDArray[np.int64]:
        """The roads of the first `widest` classes that reach into west, south, east, north."""
        west, south, east, north = bounds
        boxes = self.boxes
        return np.flatnonzero(
            (self.kinds < widest)
            & (boxes[:, 0] <= east)
            & (boxes[:, 2] >= west)
            & (boxes[:, 1] <= north)
            & (boxes[:, 3] >= south)
        )

    def save(self, path: Path) -> None:
        """Into one file, which a reader sees whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        told = json.dumps({"form": _FORM, "words": self.words, "credit": self.credit})
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez_compressed(
                file,
                points=self.points,
                begins=self.begins,
                kinds=self.kinds,
                names=self.names,
                boxes=self.boxes,
                told=np.frombuffer(told.encode(), np.uint8),
            )
        Path(file.name).replace(path)

    @classmethod
    def load(cls, path: Path) -> "Roads":
        """What `save` wrote. Raises FileNotFoundError."""
        with np.load(path, allow_pickle=False) as kept:
            told = json.loads(kept["told"].tobytes())
            return cls(
                kept["points"],
                kept["begins"],
                kept["kinds"],
                kept["names"],
                tuple(told["words"]),
                kept["boxes"],
                told["credit"],
            )


def read(path: Path, *, credit: str = "", gcj02: bool = False) -> Roads:
    """The roads of a file: `.osm.pbf`, or GeoJSON lines with `highway` (or `class`) and `name`.

    Raises Invalid when it holds no road, or is no such file.
    """
    if path.name.endswith(".pbf"):
        return roads(_of_extract(path), credit=credit or OSM_CREDIT, gcj02=gcj02)
    try:
        given = json.loads(path.read_bytes())
        features = given["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid(
            N_("“{name}” is no GeoJSON of lines and no .osm.pbf that can be read."),
            field="file",
            name=path.name,
        ) from error
    return roads(_of_features(features), credit=credit, gcj02=gcj02)


def roads(found: Iterable[Found], *, credit: str = "", gcj02: bool = False) -> Roads:
    """(class, name, line) as arrays; raises Invalid when there is none."""
    lines: list[npt.NDArray[np.float64]] = []
    kinds, names = [], []
    words: dict[str, int] = {"": 0}
    for kind, name, line in found:
        points = np.asarray(line, float)[:, :2]
        if gcj02:
            points = np.stack(geo.to_wgs84(points[:, 0], points[:, 1]), axis=1)
        lines.append(points)
        kinds.append(CLASSES.index(kind))
        names.append(words.setdefault(name, len(words)))
    if not lines:
        raise Invalid(N_("There is no road in this file."), field="file")
    boxes = [np.concatenate((line.min(axis=0), line.max(axis=0))) for line in lines]
    return Roads(
        points=np.rint(np.concatenate(lines) * _FINE).astype(np.int32),
        begins=np.cumsum([0, *(len(line) for line in lines)], dtype=np.int64),
        kinds=np.array(kinds, np.uint8),
        names=np.array(names, np.int32),
        words=tuple(words),
        boxes=np.array(boxes, np.float32),
        credit=credit,
    )


def class_of(highway: str) -> str:
    """One of `CLASSES` for OpenStreetMap's word, "" for what is no road."""
    plain = highway.removesuffix("_link")
    if plain in CLASSES:
        return plain
    if plain in _STREETS:
        return "street"
    return "path" if plain in _PATHS else ""


def _of_features(features: Iterable[Mapping[str, Any]]) -> Iterator[Found]:
    for feature in features:
        told = feature.get("properties") or {}
        shape = feature.get("geometry") or {}
        kind = class_of(str(told.get("highway") or told.get("class") or "street"))
        parts = {"LineString": [shape.get("coordinates")]}.get(
            shape.get("type", ""),
            shape.get("coordinates", []) if shape.get("type") == "MultiLineString" else [],
        )
        for line in parts:
            if kind and _is_line(line):
                yield kind, str(told.get("name") or "")[:_LONGEST_NAME], line


def _is_line(line: Any) -> bool:
    try:
        points = np.asarray(line, float)
    except (ValueError, TypeError):
        return False
    return bool(
        points.ndim == 2
        and len(points) > 1
        and points.shape[1] >= 2
        and np.isfinite(points).all()
        and (np.abs(points[:, 0]) <= 180).all()
        and (np.abs(points[:, 1]) <= 90).all()
    )


def _of_extract(path: Path) -> Iterator[Found]:
    if importlib.util.find_spec("osmium") is None:
        raise Invalid(
            N_("Reading .osm.pbf needs the package “osmium”: install it, or give GeoJSON."),
            field="file",
        )
    osmium = importlib.import_module("osmium")
    try:
        with_places = osmium.FileProcessor(str(path)).with_locations()
        for entry in with_places.with_filter(osmium.filter.KeyFilter("highway")):
            kind = class_of(entry.tags["highway"]) if entry.is_way() else ""
            line = [(n.lon, n.lat) for n in entry.nodes if n.location.valid()] if kind else []
            if len(line) > 1:
                yield kind, entry.tags.get("name", "")[:_LONGEST_NAME], line
    except RuntimeError as error:
        raise Invalid(
            N_("“{name}” is no GeoJSON of lines and no .osm.pbf that can be read."),
            field="file",
            name=path.name,
        ) from error
