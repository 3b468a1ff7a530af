"""Files of calls and of places, as a planner brings them: read whole, or refused by their rows."""

import base64
import csv
import io
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from commonward.core.refusals import N_, Invalid

MOST_BYTES = 3_000_000
MOST_CALLS, MOST_SITES = 50_000, 600
MOST_WEIGHT, MOST_WEIGHTS = 100, 200_000
_TOLD = 5
Row = dict[str, str]


def calls_of(text: str) -> str:
    """Calls of a CSV `time,lat,lon[,weight]`, packed: [minutes of the epoch, lat, lon, weight].

    A time without a zone is the site's. The weight is how many calls a row stands for. Raises
    Invalid naming the bad rows.
    """
    zone = ZoneInfo(settings.SITE_ZONE)

    def call(row: Row) -> list[float]:
        moment = datetime.fromisoformat(row["time"].strip())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        weight = int(row.get("weight") or 1)
        if not 1 <= weight <= MOST_WEIGHT:
            raise ValueError
        return [int(moment.timestamp() // 60), *_place(row), weight]

    found = _read(text, ("time", "lat", "lon"), call, MOST_CALLS, "calls")
    if sum(row[3] for row in found) > MOST_WEIGHTS:
        raise Invalid(
            N_("The rows stand for more than {most} calls: take fewer."),
            field="calls",
            most=MOST_WEIGHTS,
        )
    return packed(found)


def sites_of(text: str) -> list[list[Any]]:
    """Places of a CSV `name,lat,lon`: [lat, lon, name]. Raises Invalid naming the bad rows."""

    def site(row: Row) -> list[Any]:
        name = row["name"].strip()
        if not 1 <= len(name) <= 60:
            raise ValueError
        return [*_place(row), name]

    found = _read(text, ("name", "lat", "lon"), site, MOST_SITES, "sites")
    if len({one[2] for one in found}) < len(found):
        raise Invalid(N_("Two places of the file have the same name."), field="sites")
    return found


def packed(rows: list[Any]) -> str:
    """Rows as text that takes little room."""
    return base64.b85encode(zlib.compress(json.dumps(rows).encode(), 6)).decode()


def unpacked(text: str) -> list[Any]:
    """The rows of `packed`."""
    found: list[Any] = json.loads(zlib.decompress(base64.b85decode(text)))
    return found


def _place(row: Row) -> tuple[float, float]:
    lat, lon = float(row["lat"]), float(row["lon"])
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise ValueError
    return round(lat, 5), round(lon, 5)


def _read(
    text: str, columns: tuple[str, ...], read: Callable[[Row], list[Any]], most: int, field: str
) -> list[Any]:
    if not text.strip():
        raise Invalid(N_("Choose a file."), field=field)
    if len(text) > MOST_BYTES:
        raise Invalid(
            N_("The file is larger than {most} megabytes."), field=field, most=MOST_BYTES // 10**6
        )
    table = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [one for one in columns if one not in (table.fieldnames or ())]
    if missing:
        raise Invalid(
            N_("The first line of the file must name the columns {columns}."),
            field=field,
            columns=", ".join(columns),
        )
    found: list[Any] = []
    bad: list[str] = []
    for number, row in _numbered(table):
        try:
            found.append(read(row))
        except (KeyError, TypeError, ValueError, AttributeError):
            bad.append(str(number))
        if len(found) > most:
            raise Invalid(N_("The file has more than {most} rows."), field=field, most=most)
    if bad:
        rows = ", ".join(bad[:_TOLD])
        raise Invalid(
            N_("{count} rows of the file cannot be read; the first are the lines {rows}."),
            field=field,
            count=len(bad),
            rows=rows,
        )
    if not found:
        raise Invalid(N_("The file has no rows."), field=field)
    return found


def _numbered(table: "csv.DictReader[str]") -> Iterator[tuple[int, Row]]:
    for row in table:
        yield table.line_num, row
