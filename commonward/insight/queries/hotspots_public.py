"""Hotspots for everybody: periods of four weeks that are over, by big class, blurred and suppressed.

Only public cases are counted, so that nothing can be told by taking the map of public cases away
from the counts. One partition is published (by big class, never all together), and periods never
overlap: see `core.hotspots.publishing`.
"""

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from commonward.areas.queries import revisions
from commonward.areas.queries.places import locate
from commonward.cases.queries.points import first_problem, of_places, problem_points
from commonward.core.refusals import N_, Missing
from commonward.insight.models import HotspotRun
from commonward.insight.queries.hotspots import HISTORY, zone
from commonward.insight.queries.hotspots_packed import unpacked

BEGINS = date(2024, 1, 1)
"""A Monday: periods are counted from here, the same for every site and for ever."""
PERIOD = timedelta(weeks=4)
LATEST_CHANGES = timedelta(days=7)
"""A period is published so long after its end: by then nearly all of it was verified or refused."""


def last_period(at: datetime) -> date:
    """The first day of the newest period that is over and has settled."""
    today = (at - LATEST_CHANGES).astimezone(zone()).date()
    return BEGINS + ((today - BEGINS) // PERIOD - 1) * PERIOD


def unpublished(at: datetime, most: int = 13) -> list[date]:
    """The periods of about a year that have cases and were not published yet, the oldest first."""
    begun = first_problem(zone())
    if begun is None:
        return []
    last = last_period(at)
    asked = [last - n * PERIOD for n in reversed(range(most))]
    there = set(HotspotRun.objects.filter(kind="public").values_list("first", flat=True))
    return [first for first in asked if first + PERIOD > begun and first not in there]


def period(first: date, at: datetime) -> dict[str, Any]:
    """What of a period may be published, as it is kept (2 queries)."""
    publishing = importlib.import_module("commonward.core.hotspots.publishing")
    ground = importlib.import_module("commonward.core.hotspots.ground")
    local = zone()
    points = problem_points(
        datetime.combine(first - HISTORY, time(), local),
        datetime.combine(first + PERIOD, time(), local),
        local,
    )
    keep = points.public
    cells = np.array(
        ground.cells_of(points.lats[keep], points.lons[keep], publishing.RESOLUTION), dtype=str
    )
    inside = points.days[keep] >= first.toordinal()
    big = {one.id: one.big for one in of_places().values()}
    classes = np.array([big[one] for one in points.categories[keep].tolist()], dtype=str)
    mix = Counter(cells[~inside].tolist())
    if sum(mix.values()) < int(inside.sum()):
        mix = Counter()  # too short a past to call anything usual
    told = {}
    for code in sorted(set(classes[inside].tolist())):
        counts = Counter(cells[inside & (classes == code)].tolist())
        shown, elsewhere = publishing.published(counts, mix)
        told[code] = {"cells": [asdict(one) for one in shown], "elsewhere": elsewhere}
    shown_cells = sorted({one["cell"] for part in told.values() for one in part["cells"]})
    return {
        "made": {
            "at": at.isoformat(),
            "first": first.isoformat(),
            "until": (first + PERIOD).isoformat(),
            "resolution": publishing.RESOLUTION,
            "least": publishing.LEAST,
            "level": publishing.LEVEL,
        },
        "classes": told,
        "codes": _codes(shown_cells, at),
    }


def _codes(cells: Sequence[str], at: datetime) -> dict[str, str]:
    h3 = importlib.import_module("h3")
    marks = revisions()
    found = {}
    for cell in cells:
        lat, lon = h3.cell_to_latlng(cell)
        found[cell] = locate(lat, lon, at=at, border_metres=0, revisions=marks).path
    return found


@dataclass(frozen=True, slots=True)
class PublicPeriod:
    """One published period: parameters, what was told by big class, the areas' paths by cell."""

    first: date
    until: date
    made: dict[str, Any]
    classes: dict[str, Any]
    paths: dict[str, str]


def periods() -> list[tuple[date, date]]:
    """The published periods, the newest first."""
    rows = HotspotRun.objects.filter(kind="public").exclude(data=None).order_by("-first")
    return [(row.first, row.until) for row in rows.defer("data") if row.first and row.until]


def public_hotspots(first: date | None = None) -> PublicPeriod:
    """A published period, the newest where none is named. Raises Missing."""
    rows = HotspotRun.objects.filter(kind="public").exclude(data=None).order_by("-first")
    row = (rows.filter(first=first) if first else rows).first()
    if row is None or row.data is None or row.first is None or row.until is None:
        raise Missing(N_("No such period of hotspots has been published."))
    data = unpacked(row.data)
    return PublicPeriod(row.first, row.until, data["made"], data["classes"], data["codes"])
