"""Road graphs from files: OpenStreetMap extracts, node and arc tables, lines, bare topologies."""

import csv
import importlib
import importlib.util
import io
import json
import lzma
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core.plans.roads.graph import RoadGraph, graph_of, metres_between
from commonward.core.plans.roads.profile import FLAT, Profile, shipped
from commonward.core.refusals import N_, Invalid
from commonward.core.roads import CLASSES, OSM_CREDIT, class_of

_BARRED = frozenset({"no", "private", "agricultural", "forestry"})
_DAY = 86_400_000
_MILES = 1.609344
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    lzma.LZMAError,
    zipfile.BadZipFile,
)
_SHAPE = 120.0
"""A bend stays a node of the graph when the last one lies this many metres back: so a point is
snapped to within half of it, and the graph stays small."""


@dataclass(frozen=True)
class Way:
    """A road as read: class word, points by key, and whether it is driven ahead and back."""

    kind: str
    keys: tuple[int, ...]
    ahead: bool
    back: bool
    limit: float


def read_roads(
    path: Path | str, *, mode: str = "vehicle", profile: Profile | None = None
) -> RoadGraph:
    """The road graph of a file, by how its name ends.

    `.osm.pbf` (OpenStreetMap, ODbL), `.zip` with nodes.csv and arcs.csv (JEMSS), `.gr` and `.gr.xz`
    (PACE: bare edges, which get seeded times), `.geojson` and `.json` (lines with `highway` or
    `class`, `oneway`, `maxspeed`), `.npz` (saved before). `mode` is "vehicle" or "foot". Raises
    Invalid when the file holds no road for that mode, or is none of these.
    """
    file, given = Path(path), profile or shipped()
    if mode not in given.speeds:
        raise Invalid(N_("Roads are for a vehicle or on foot."), field="mode")
    if not file.is_file():
        raise Invalid(N_("There is no file “{name}”."), field="file", name=file.name)
    name = file.name.lower()
    try:
        if name.endswith(".npz"):
            return RoadGraph.load(file)
        if name.endswith(".zip"):
            return _of_tables(file, mode)
        if name.endswith((".gr", ".gr.xz")):
            return of_topology(file)
        if name.endswith(".pbf"):
            return _of_ways(*_extract(file, mode), mode, given, OSM_CREDIT)
        return _of_ways(*_lines(file, mode), mode, given, "")
    except _UNREADABLE as error:
        raise Invalid(
            N_(
                "“{name}” is no road file that can be read: give .osm.pbf, GeoJSON lines, "
                "nodes.csv and arcs.csv in a .zip, or .gr."
            ),
            field="file",
            name=file.name,
        ) from error


def of_topology(path: Path, seed: int = 7) -> RoadGraph:
    """Edges without places or times (PACE .gr), each with a seeded time of 5 to 60 s both ways."""
    raw = path.read_bytes()
    text = (lzma.decompress(raw) if path.name.endswith(".xz") else raw).decode()
    head, _, body = text.partition("\n")
    count = int(head.split()[2])
    pairs = np.array(body.split(), np.int64).reshape(-1, 2) - 1
    if pairs.min() < 0 or pairs.max() >= count:
        raise ValueError("an edge names no node")
    free = np.random.default_rng(seed).integers(5_000, 60_001, len(pairs))
    nowhere = np.full(count, np.nan)
    return graph_of(
        nowhere,
        nowhere,
        np.concatenate((pairs[:, 0], pairs[:, 1])),
        np.concatenate((pairs[:, 1], pairs[:, 0])),
        np.concatenate((free, free)),
        np.full(2 * len(pairs), CLASSES.index("street")),
        FLAT,
        metres=np.zeros(2 * len(pairs)),
    )


def _of_tables(path: Path, mode: str) -> RoadGraph:
    """JEMSS: nodes.csv (index, x, y) and arcs.csv (from, to, km, days by mode); times as given.

    Its first mode drives with priority, its second with the traffic; on foot there is none.
    """
    with zipfile.ZipFile(path) as folder:
        nodes = _numbers(folder.read("nodes.csv"), "nodes", 3)
        arcs = _numbers(folder.read("arcs.csv"), "arcs", 6)
    if not np.array_equal(nodes[:, 0], np.arange(1, len(nodes) + 1)):
        raise ValueError("nodes are not numbered from 1")
    speed = arcs[:, 3] / (arcs[:, 4] * 24)
    kinds = np.select(
        [speed >= 95, speed >= 75, speed >= 60, speed >= 50],
        [CLASSES.index(kind) for kind in ("motorway", "trunk", "primary", "tertiary")],
        CLASSES.index("street"),
    )
    walked = arcs[:, 3] * 1000 / (shipped().speeds["foot"][CLASSES.index("street")] / 3.6) * 1000
    free = walked if mode == "foot" else arcs[:, 4] * _DAY
    return graph_of(
        nodes[:, 2],
        nodes[:, 1],
        arcs[:, 1].astype(np.int64) - 1,
        arcs[:, 2].astype(np.int64) - 1,
        np.maximum(1, np.rint(free)),
        kinds,
        FLAT if mode == "foot" else shipped(),
        metres=arcs[:, 3] * 1000,
        credit=OSM_CREDIT,
    )


def _numbers(raw: bytes, table: str, columns: int) -> npt.NDArray[np.float64]:
    rows = csv.reader(io.StringIO(raw.decode()))
    for row in rows:
        if row and row[0] == table:
            break
    next(rows)
    return np.array([row[:columns] for row in rows if row and row[0]], np.float64)


def _extract(path: Path, mode: str) -> tuple[list[Way], dict[int, tuple[float, float]]]:
    """Ways and the points (lat, lon) they name, from an OpenStreetMap extract."""
    if importlib.util.find_spec("osmium") is None:
        raise Invalid(
            N_("Reading .osm.pbf needs the package “osmium”: install it, or give GeoJSON."),
            field="file",
        )
    osmium = importlib.import_module("osmium")
    ways, points = [], {}
    entries = osmium.FileProcessor(str(path)).with_locations()
    for entry in entries.with_filter(osmium.filter.KeyFilter("highway")):
        kind = class_of(entry.tags["highway"]) if entry.is_way() else ""
        if not kind or not _allowed(entry.tags, mode):
            continue
        keys = []
        for node in entry.nodes:
            if node.location.valid():
                keys.append(node.ref)
                points[node.ref] = (node.lat, node.lon)
        if len(keys) > 1:
            ways.append(_way(kind, tuple(keys), entry.tags, mode))
    return ways, points


def _lines(path: Path, mode: str) -> tuple[list[Way], dict[int, tuple[float, float]]]:
    """The same from GeoJSON lines: they meet where their points are the same to 10⁻⁶ degrees."""
    ways = []
    number: dict[tuple[float, float], int] = {}
    for feature in json.loads(path.read_bytes())["features"]:
        told = {key: str(value) for key, value in (feature.get("properties") or {}).items()}
        shape = feature.get("geometry") or {}
        kind = class_of(told.get("highway") or told.get("class") or "street")
        parts = {"LineString": [shape.get("coordinates")]}.get(
            shape.get("type", ""),
            shape.get("coordinates", []) if shape.get("type") == "MultiLineString" else [],
        )
        for line in parts if kind and _allowed(told, mode) else ():
            places = [(round(float(y), 6), round(float(x), 6)) for x, y, *_ in line]
            keys = tuple(number.setdefault(place, len(number)) for place in places)
            if len(keys) > 1:
                ways.append(_way(kind, keys, told, mode))
    return ways, {key: place for place, key in number.items()}


def _allowed(tags: Any, mode: str) -> bool:
    own = tags.get("foot" if mode == "foot" else "motor_vehicle", "")
    if own:
        return own not in _BARRED
    if mode == "vehicle" and tags.get("highway", "") in {"pedestrian", "steps"}:
        return False
    return tags.get("access", "") not in _BARRED or tags.get("emergency", "") == "yes"


def _way(kind: str, keys: tuple[int, ...], tags: Any, mode: str) -> Way:
    round_about = tags.get("junction", "") in {"roundabout", "circular"}
    word = tags.get("oneway", "") or ("yes" if round_about or kind == "motorway" else "no")
    single = mode == "vehicle" and word in {"yes", "true", "1", "-1", "reverse"}
    turned = word in {"-1", "reverse"}
    return Way(
        kind,
        keys,
        ahead=not (single and turned),
        back=not (single and not turned),
        limit=_limit(tags.get("maxspeed", "")),
    )


def _limit(word: str) -> float:
    """km/h of a `maxspeed` tag; 0 where it says no number."""
    number, _, unit = word.partition(" ")
    try:
        speed = float(number)
    except ValueError:
        return 0.0
    return speed * (_MILES if unit.strip() == "mph" else 1.0) if 5 <= speed <= 200 else 0.0


def _of_ways(
    ways: list[Way],
    points: dict[int, tuple[float, float]],
    mode: str,
    profile: Profile,
    credit: str,
) -> RoadGraph:
    """A graph of ways: nodes where ways meet or end, and at most `_SHAPE` metres apart."""
    speeds = dict(zip(CLASSES, profile.speeds[mode], strict=True))
    used = [way for way in ways if speeds[way.kind] > 0]
    if not used:
        raise Invalid(N_("There is no road in this file."), field="file")
    seen = Counter(key for way in used for key in way.keys)
    number: dict[int, int] = {}
    tails, heads, far, free, kinds = [], [], [], [], []
    for way in used:
        speed = way.limit if way.limit and mode == "vehicle" else speeds[way.kind]
        for start, end, metres in _stretches(way, points, seen):
            pair = [number.setdefault(key, len(number)) for key in (start, end)]
            for goes, (tail, head) in ((way.ahead, pair), (way.back, pair[::-1])):
                if goes:
                    tails.append(tail)
                    heads.append(head)
                    far.append(metres)
                    free.append(max(1, round(metres / (speed / 3.6) * 1000)))
                    kinds.append(CLASSES.index(way.kind))
    places = np.array([points[key] for key in number])
    return graph_of(
        places[:, 0], places[:, 1], tails, heads, free, kinds, profile, metres=far, credit=credit
    )


def _stretches(
    way: Way, points: dict[int, tuple[float, float]], seen: Counter[int]
) -> Iterator[tuple[int, int, float]]:
    """(from, to, metres) between the points of a way that stay nodes."""
    places = np.array([points[key] for key in way.keys])
    steps = metres_between(places[:-1, 0], places[:-1, 1], places[1:, 0], places[1:, 1])
    start, metres = way.keys[0], 0.0
    for key, step, last in zip(way.keys[1:], steps, _until_last(len(steps)), strict=True):
        metres += float(step)
        if last or seen[key] > 1 or metres >= _SHAPE:
            if start != key:
                yield start, key, metres
            start, metres = key, 0.0


def _until_last(count: int) -> Iterable[bool]:
    return (step == count - 1 for step in range(count))
