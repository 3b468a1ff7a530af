"""The places that words may mean: from the gazetteer and the areas' own names, with their areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import shapely
from django.db.models import Count

from commonward.areas.models import Area, PlaceName, Shape
from commonward.areas.queries.places import Located, locate
from commonward.core.triage.places.boundaries import Kind
from commonward.core.triage.places.extract import Entry
from commonward.core.triage.places.gazetteer import Gazetteer, Meant, within
from commonward.people.queries import revisions as read_revisions

MOST = 5


@dataclass(frozen=True, slots=True)
class PlaceMeant:
    """A place that may be meant: a point of it (degrees, WGS-84) and the area that holds it.

    `alike` is 1 where the name is the same, less where it may be a typo; `source` is "" for an
    area's own name, and `area` then its code.
    """

    name: str
    kind: str
    lat: float
    lon: float
    located: Located
    alike: float
    source: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class PlaceSaid:
    """A name in a text, `text[start:end]`, the number of a house after it, and what it may mean.

    Where it is `ambiguous` a door asks: more than one place has the name, or it is only alike.
    """

    words: str
    kind: str
    house: str
    start: int
    end: int
    candidates: tuple[PlaceMeant, ...]
    ambiguous: bool


def candidates(
    text: str, at: datetime, *, most: int = MOST, revisions: Mapping[str, int] | None = None
) -> tuple[PlaceSaid, ...]:
    """The places that a text names (地名), each with the points and areas in force at `at`.

    A name that nothing is known of has no candidates. Where a street or community is named too,
    only places inside it are meant, if there are any. From memory but for the marks.
    """
    marks = read_revisions() if revisions is None else revisions
    book = gazetteer(marks)
    places: dict[Entry, Located] = {}

    def located(entry: Entry) -> Located:
        if entry not in places:
            places[entry] = locate(entry.lat, entry.lon, at=at, border_metres=0, revisions=marks)
        return places[entry]

    def codes(entry: Entry) -> tuple[str, ...]:
        return tuple(located(entry).path.strip("/").split("/"))

    def told(meant: Meant) -> PlaceMeant:
        one = meant.entry
        where = located(one)
        return PlaceMeant(
            one.name, one.kind.value, one.lat, one.lon, where, meant.alike, one.source, one.area
        )

    return tuple(
        PlaceSaid(
            said.named.name,
            said.named.kind.value,
            said.named.house,
            said.named.start,
            said.named.end,
            tuple(told(meant) for meant in said.meant),
            said.ambiguous,
        )
        for said in within(book.mentions(text, most), codes)
    )


def sources() -> list[tuple[str, str, int]]:
    """Where the names come from: (source, licence, how many)."""
    found = PlaceName.objects.values_list("source", "licence").annotate(Count("id"))
    return [(source, licence, count) for source, licence, count in found.order_by("source")]


class _Kept:
    """The gazetteer of this process, with the marks under which it was made."""

    def __init__(self) -> None:
        self.made: tuple[tuple[int | None, int | None], Gazetteer] | None = None


_kept = _Kept()


def gazetteer(marks: Mapping[str, int]) -> Gazetteer:
    """All names, made once for each state of the areas and of the table."""
    mark = (marks.get("gazetteer"), marks.get("areas"))
    kept = _kept.made
    if kept is not None and kept[0] == mark:
        return kept[1]
    made = Gazetteer([*_of_areas(), *_of_table()])
    _kept.made = (mark, made)
    return made


def _of_table() -> list[Entry]:
    rows = PlaceName.objects.order_by("id").values_list(
        "name", "aliases", "kind", "lat", "lon", "source"
    )
    return [
        Entry(name, tuple(aliases), Kind(kind), lat, lon, source)
        for name, aliases, kind, lat, lon, source in rows.iterator()
    ]


def _of_areas() -> list[Entry]:
    """The names of all areas without an end that are drawn, each at a point inside."""
    shapes = dict(Shape.objects.filter(valid_until=None).values_list("area_id", "wkb"))
    found = []
    rows = Area.objects.filter(valid_until=None).order_by("path")
    for area, code, name, name_en in rows.values_list("id", "code", "name", "name_en"):
        if area not in shapes:
            continue
        point = shapely.from_wkb(bytes(shapes[area])).representative_point()
        other = (name_en,) if name_en else ()
        found.append(Entry(name, other, Kind.AREA, round(point.y, 6), round(point.x, 6), "", code))
    return found
