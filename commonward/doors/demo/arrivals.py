"""What is reported when and where: the demonstration's residents, seeded.

The hours follow what was measured on a city's real reports: a busy hour has two and a half times
the mean, nights are nearly empty, and once there is a storm.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import shapely
from django.conf import settings

from commonward.doors.demo import land, matters
from commonward.doors.demo.settling import roads_of, seeded

PER_DAY = 90
_HOURS = (2, 1, 1, 1, 1, 3, 8, 16, 24, 25, 22, 18, 13, 15, 20, 20, 17, 15, 13, 11, 10, 8, 5, 3)
_WEEKEND = 0.6
_CHANNELS = (("phone", 46), ("web", 26), ("app", 16), ("counter", 7), ("grid", 5))
STORM_HOURS, STORM = 3, ("D401", "D102", "D101", "D201")
UNPLACED, AGAIN = 0.02, 0.06
"""Shares: told without a place on the map; the same problem as one reported before."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report to come: `again` names an earlier arrival that is the same problem."""

    ref: str
    at: datetime
    kind: matters.Kind
    words: str
    address: str
    lat: float | None
    lon: float | None
    channel: str
    again: str = ""


class Places:
    """Where things happen: a grid by chance, a point in it, and the road beside it."""

    def __init__(self, drawn: land.Land) -> None:
        features = roads_of(drawn)["features"]
        self._names = [(f["properties"]["name"], f["properties"]["name_en"]) for f in features]
        self._roads = [road.line for road in drawn.roads]
        self._tree = shapely.STRtree(self._roads)
        self._grids = list(drawn.grids.values())
        for grid in self._grids:
            shapely.prepare(grid)

    def somewhere(self, chance: random.Random) -> tuple[float, float, matters.Words]:
        """Latitude, longitude, and the place in Chinese and English."""
        grid = chance.choice(self._grids)
        west, south, east, north = grid.bounds
        while True:
            point = shapely.Point(chance.uniform(west, east), chance.uniform(south, north))
            if grid.contains(point):
                break
        return self._told(point, chance)

    def beside(
        self, lat: float, lon: float, chance: random.Random
    ) -> tuple[float, float, matters.Words]:
        """A few metres away from there."""
        return self._told(
            shapely.Point(lon + chance.gauss(0, 8e-5), lat + chance.gauss(0, 8e-5)), chance
        )

    def _told(
        self, point: shapely.Point, chance: random.Random
    ) -> tuple[float, float, matters.Words]:
        road, road_en = self._names[int(self._tree.nearest(point))]
        corner, corner_en = chance.choice(matters.CORNERS)
        words = (corner.format(road=road), corner_en.format(road=road_en))
        return round(point.y, 6), round(point.x, 6), words


class Residents:
    """An endless, seeded stream of reports; the same from the same moment on."""

    def __init__(self, places: Places, *, mark: str, storm: datetime | None = None) -> None:
        self._places = places
        self._mark = mark
        self._storm = storm
        self._zone = ZoneInfo(settings.SITE_ZONE)
        self._recent: list[Arrival] = []

    def between(self, begins: datetime, ends: datetime) -> Iterator[Arrival]:
        """The reports of these hours, in order; hours are counted from `begins`."""
        hour = begins
        while hour < ends:
            chance = seeded(self._mark, hour.isoformat())
            local = hour.astimezone(self._zone)
            mean = PER_DAY * _HOURS[local.hour] / sum(_HOURS)
            if local.weekday() >= 5:
                mean *= _WEEKEND
            stormy = self._storm is not None and (
                self._storm <= hour < self._storm + timedelta(hours=STORM_HOURS)
            )
            count = _poisson(mean + (14 if stormy else 0), chance)
            for second in sorted(chance.randrange(3600) for _ in range(count)):
                at = hour + timedelta(seconds=second)
                if at < ends:
                    yield self._one(at, stormy, chance)
            hour += timedelta(hours=1)

    def _one(self, at: datetime, stormy: bool, chance: random.Random) -> Arrival:
        ref = f"{self._mark}-{int(at.timestamp())}-{chance.randrange(10**6):06}"
        known = [a for a in self._recent if a.at > at - timedelta(hours=20) and a.lat is not None]
        self._recent = known[-200:]
        if known and chance.random() < AGAIN:
            earlier = chance.choice(known)
            return self._again(ref, at, earlier, chance)
        if stormy and chance.random() < 0.8:
            kind = matters.BY_CODE[chance.choice(STORM)]
        else:
            kind = chance.choices(matters.KINDS, [k.share for k in matters.KINDS])[0]
        words = chance.choice(kind.says)
        lat: float | None
        lon: float | None
        lat, lon, place = self._places.somewhere(chance)
        asked = kind.procedure == "enquiry"
        if asked or chance.random() < UNPLACED:
            lat = lon = None
        found = Arrival(
            ref, at, kind, _filled(words, place), "" if asked else place[0], lat, lon,
            _channel(chance),
        )  # fmt: skip
        if not asked:
            self._recent.append(found)
        return found

    def _again(self, ref: str, at: datetime, earlier: Arrival, chance: random.Random) -> Arrival:
        assert earlier.lat is not None  # noqa: S101 (only placed ones are remembered)
        assert earlier.lon is not None  # noqa: S101 (for the types: both are known together)
        lat, lon, place = self._places.beside(earlier.lat, earlier.lon, chance)
        words = _filled(chance.choice(earlier.kind.says), place)
        return Arrival(
            ref, at, earlier.kind, words, place[0], lat, lon, _channel(chance),
            earlier.again or earlier.ref,
        )  # fmt: skip


def _filled(words: matters.Words, place: matters.Words) -> str:
    return matters.both((words[0].format(place=place[0]), words[1].format(place=place[1])))


def _channel(chance: random.Random) -> str:
    return chance.choices([c for c, _ in _CHANNELS], [w for _, w in _CHANNELS])[0]


def _poisson(mean: float, chance: random.Random) -> int:
    """Knuth, "The Art of Computer Programming", vol. 2, 3.4.1."""
    bound, product, count = math.exp(-mean), chance.random(), 0
    while product > bound:
        product *= chance.random()
        count += 1
    return count
