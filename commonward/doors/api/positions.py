"""Vehicle trackers: where a unit is, with a key of the unit's own (车载定位终端).

A key with the right "positions" opens this address and nothing else. It acts as an account of the
unit's team, and nothing is read by it: not where others are, not even where the unit itself was.
"""

import threading
from collections import Counter
from datetime import datetime

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from commonward.doors.api.fields import Lat, Lon
from commonward.doors.api.keys import Key, caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.people.queries import KeyHolder
from commonward.response.actions.reporting import MOST_AT_ONCE, Fix, report_own_positions

TAGS = ["units"]
RIGHT = "positions"


class TrackerKey(Key):
    """Uses are counted in this process's memory: two hundred a second are not each a durable
    write, and a place costs no more than the one before it, which it replaces."""

    def __init__(self) -> None:
        super().__init__(RIGHT)
        self._guard = threading.Lock()
        self._minute = 0
        self._uses: Counter[int] = Counter()

    def counts(self, key: KeyHolder, at: datetime) -> bool:
        """Whether this use is within the key's limit of this minute."""
        minute = int(at.timestamp()) // 60
        with self._guard:
            if minute != self._minute:
                self._minute, self._uses = minute, Counter()
            self._uses[key.id] += 1
            return self._uses[key.id] <= key.per_minute


class PlaceIn(Schema):
    """A place in degrees (WGS-84), and how many seconds ago the unit was there."""

    lat: Lat
    lon: Lon
    ago: float = Field(0, ge=0, le=86_400)


class PlacesIn(Schema):
    """Where the unit is; and was, while there was no network: send those together."""

    positions: list[PlaceIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class PlacesTaken(Schema):
    """Of which unit, and how many: places from before its shift are not taken."""

    unit: str
    taken: int


@router.post(
    "/units/positions", auth=TrackerKey(), tags=TAGS, response={200: PlacesTaken, **PROBLEMS}
)
def report_unit_positions(request: HttpRequest, given: PlacesIn) -> PlacesTaken:
    """Say where your unit is, about every five seconds while it is on duty. Off duty it is refused
    (409, "off_duty"): then nobody is located."""
    by = caller(request)
    fixes = [Fix(one.lat, one.lon, one.ago) for one in given.positions]
    unit, taken = report_own_positions(fixes, by.actor, by.at)
    return PlacesTaken(unit=unit, taken=taken)
