"""Named places of an OpenStreetMap extract (地名词典的来源): roads, estates, villages, landmarks.

Only what is a place for everybody is read: no shop, office or practice, which may bear a person's
name, and no address of a home.
"""

import importlib
import importlib.util
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from commonward.core.geo import metres_per_degree
from commonward.core.refusals import N_, Invalid
from commonward.core.roads import class_of
from commonward.core.triage.places.boundaries import Kind

LONGEST = 100
TOGETHER_METRES = 1_000.0
"""Pieces of one road nearer than this are one place; two roads of one name are two."""
_NAMES = ("name", "name:zh", "name:en", "alt_name", "old_name", "short_name", "loc_name")
_TAGS: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "place": (
        Kind.AREA,
        frozenset(
            {"suburb", "quarter", "neighbourhood", "village", "hamlet", "town", "borough", "island"}
        ),
    ),
    "building": (Kind.ESTATE, frozenset({"apartments", "residential", "dormitory"})),
    "landuse": (Kind.ESTATE, frozenset({"residential"})),
    "leisure": (
        Kind.LANDMARK,
        frozenset({"park", "stadium", "sports_centre", "garden", "playground", "marina"}),
    ),
    "amenity": (
        Kind.LANDMARK,
        frozenset(
            {
                "school", "kindergarten", "university", "college", "hospital", "library", "theatre",
                "marketplace", "bus_station", "ferry_terminal", "townhall", "community_centre",
                "place_of_worship", "police", "fire_station", "courthouse", "cinema",
            }
        ),
    ),
    "railway": (Kind.LANDMARK, frozenset({"station", "halt"})),
    "shop": (Kind.LANDMARK, frozenset({"mall"})),
    "tourism": (Kind.LANDMARK, frozenset({"museum", "attraction", "zoo"})),
    "natural": (Kind.LANDMARK, frozenset({"water", "beach", "peak"})),
    "man_made": (Kind.LANDMARK, frozenset({"bridge", "tower", "pier"})),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of a gazetteer: its name, other names, kind and one point of it, in degrees.

    `area` is the code of the area that it is itself, "" for what lies in one.
    """

    name: str
    aliases: tuple[str, ...]
    kind: Kind
    lat: float
    lon: float
    source: str = ""
    area: str = ""


def kind_of_tags(tags: Mapping[str, str]) -> Kind | None:
    """What a thing of OpenStreetMap is to a report, None when it is no place for everybody."""
    for key, (kind, values) in _TAGS.items():
        if tags.get(key) in values:
            return kind
    # A stop is called like its road, and would only make that ambiguous.
    return Kind.ROAD if class_of(tags.get("highway", "")) else None


def read(path: Path) -> list[Entry]:
    """The named places of an `.osm.pbf`. Raises Invalid when it cannot be read or names none."""
    if importlib.util.find_spec("osmium") is None:
        raise Invalid(
            N_("Reading .osm.pbf needs the package “osmium”: install it first."), field="file"
        )
    found = together(_things(path))
    if not found:
        raise Invalid(N_("There is no named place in this file."), field="file")
    return found


def _things(path: Path) -> Iterator[Entry]:
    osmium = importlib.import_module("osmium")
    try:
        every = osmium.FileProcessor(str(path)).with_locations()
        for thing in every.with_filter(osmium.filter.KeyFilter("name")):
            tags = {tag.k: tag.v for tag in thing.tags}
            kind = kind_of_tags(tags)
            point = _point(thing) if kind is not None else None
            if kind is None or point is None:
                continue
            name, *others = names_of(tags)
            yield Entry(name, tuple(others), kind, round(point[0], 6), round(point[1], 6))
    except RuntimeError as error:
        raise Invalid(
            N_("“{name}” is no .osm.pbf that can be read."), field="file", name=path.name
        ) from error


def names_of(tags: Mapping[str, str]) -> list[str]:
    """Its name, then the others that it is called by."""
    said = [part.strip()[:LONGEST] for key in _NAMES for part in tags.get(key, "").split(";")]
    return list(dict.fromkeys(name for name in said if name))


def _point(thing: Any) -> tuple[float, float] | None:
    if thing.is_node():
        return thing.lat, thing.lon
    if not thing.is_way():
        # Of a relation the members would be needed: its parts bear the name nearly always.
        return None
    line = [(node.lat, node.lon) for node in thing.nodes if node.location.valid()]
    if not line:
        return None
    if line[0] == line[-1] and len(line) > 3:
        ring = line[:-1]
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    return line[len(line) // 2]


def together(found: Iterable[Entry]) -> list[Entry]:
    """One entry for the pieces of one place: the piece nearest to their middle stands for all."""
    groups: dict[tuple[str, Kind], list[list[Entry]]] = defaultdict(list)
    for one in sorted(found, key=lambda e: (e.name, e.kind, e.lat, e.lon)):
        for group in groups[one.name, one.kind]:
            if any(metres(one, other) <= TOGETHER_METRES for other in group):
                group.append(one)
                break
        else:
            groups[one.name, one.kind].append([one])
    return [_middle(group) for some in groups.values() for group in some]


def metres(one: Entry, other: Entry) -> float:
    """Between two places, as on a plane."""
    east, north = metres_per_degree((one.lat + other.lat) / 2)
    return float(
        (((one.lon - other.lon) * east) ** 2 + ((one.lat - other.lat) * north) ** 2) ** 0.5
    )


def _middle(group: list[Entry]) -> Entry:
    lat = sum(one.lat for one in group) / len(group)
    lon = sum(one.lon for one in group) / len(group)
    aliases = tuple(dict.fromkeys(alias for one in group for alias in one.aliases))
    nearest = min(group, key=lambda one: metres(one, replace(one, lat=lat, lon=lon)))
    return replace(nearest, aliases=aliases)
