"""Hotspots for everybody: closed months, by big class, blurred and suppressed.

Only what everybody may see is counted, so that nothing can be told by taking the list of public
cases away. A month is told after its tables, which are published first, and shows no cell that
could be taken away from them to tell of one to four cases: see `core.hotspots.beside`. One
partition is published (by big class, never all together), and months do not overlap.
"""

import importlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np

from commonward.areas.queries import revisions
from commonward.areas.queries.places import locate
from commonward.cases.queries.facts import codes
from commonward.cases.queries.points import of_places, problem_points, shown_problems
from commonward.core.refusals import N_, Missing
from commonward.insight.models import HotspotRun, Release
from commonward.insight.queries.hotspots import HISTORY, zone
from commonward.insight.queries.hotspots_packed import unpacked
from commonward.insight.queries.tabulating import VOLUME

if TYPE_CHECKING:
    from commonward.core.hotspots.beside import Spot, Tables


def unpublished(most: int = 13) -> list[Release]:
    """The newest published months, without those that hotspots tell of, the oldest first."""
    newest: dict[date, Release] = {}
    for one in Release.objects.order_by("-first", "-version"):
        newest.setdefault(one.first, one)
        if len(newest) > most:
            break
    there = [
        (run.first, run.until)
        for run in HotspotRun.objects.filter(kind="public").defer("data")
        if run.first and run.until
    ]
    return [
        one
        for first, one in sorted(newest.items())[-most:]
        if not any(begun < one.until and first < ended for begun, ended in there)
    ]


def period(release: Release, at: datetime) -> dict[str, Any]:
    """What of a published month may be told, as it is kept (5 queries)."""
    publishing = importlib.import_module("commonward.core.hotspots.publishing")
    beside = importlib.import_module("commonward.core.hotspots.beside")
    ground = importlib.import_module("commonward.core.hotspots.ground")
    local = zone()
    begun = datetime.combine(release.first, time(), local)
    ended = datetime.combine(release.until, time(), local)
    found = shown_problems(begun, ended)
    size = publishing.RESOLUTION
    places = np.array([one[:2] for one in found], np.float64).reshape(-1, 2)
    cells = ground.cells_of(places[:, 0], places[:, 1], size)
    big = {one.id: one.big for one in of_places().values()}
    levels = codes().levels
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    filed: dict[Spot, Counter[tuple[str, str]]] = defaultdict(Counter)
    for (_, _, category, path), cell in zip(found, cells, strict=True):
        at_level = {levels[code]: code for code in path.split("/") if code in levels}
        place = at_level.get("street", ""), at_level.get("community", "")
        counts[big[category]][str(cell)] += 1
        filed[beside.Spot(big[category], str(cell))][place] += 1
    mix = _mix(begun, len(found), size)
    told = {}
    for code, of_cells in sorted(beside.beside(counts, filed, tables(release)).items()):
        shown, elsewhere = publishing.published(of_cells, mix)
        told[code] = {"cells": [asdict(one) for one in shown], "elsewhere": elsewhere}
    shown_cells = sorted({one["cell"] for part in told.values() for one in part["cells"]})
    return {
        "made": {
            "at": at.isoformat(),
            "first": release.first.isoformat(),
            "until": release.until.isoformat(),
            "resolution": size,
            "least": publishing.LEAST,
            "level": publishing.LEVEL,
        },
        "classes": told,
        "codes": _codes(shown_cells, at),
        # Never shown; kept to look at a later version of the tables with (`stands_beside`).
        "filed": [
            (one.part, one.cell, *place, n)
            for one in sorted(filed, key=lambda one: (one.part, one.cell))
            for place, n in sorted(filed[one].items())
        ],
    }


def _mix(begun: datetime, least: int, size: int) -> Mapping[str, int]:
    """Where problems were in the year before; empty where that past is too short to go by."""
    ground = importlib.import_module("commonward.core.hotspots.ground")
    points = problem_points(begun - HISTORY, begun, zone())
    keep = points.public
    if int(keep.sum()) < least:
        return {}
    return Counter(str(one) for one in ground.cells_of(points.lats[keep], points.lons[keep], size))


def tables(release: Release) -> "Tables":
    """The numbers of a release that tell how many cases were opened, and which it holds back."""
    beside = importlib.import_module("commonward.core.hotspots.beside")
    content = release.content.get("cases", {"cells": [], "held_back": []})
    numbers = {tuple(k): counts.get(VOLUME) for k, counts in content["cells"] if VOLUME in counts}
    numbers |= {tuple(k): None for k, names in content["held_back"] if VOLUME in names}
    made: Tables = beside.Tables(numbers)
    return made


def stands_beside(release: Release) -> bool:
    """Whether the hotspots that tell of this month, if there are any, may stand beside it."""
    run = HotspotRun.objects.filter(kind="public", first=release.first, until=release.until).first()
    if run is None or run.data is None:
        return True
    beside = importlib.import_module("commonward.core.hotspots.beside")
    publishing = importlib.import_module("commonward.core.hotspots.publishing")
    data = unpacked(run.data)
    filed: dict[Spot, dict[tuple[str, str], int]] = defaultdict(dict)
    for part, cell, street, community, n in data["filed"]:
        filed[beside.Spot(part, cell)][street, community] = n
    told = {
        part: publishing.Shown({c["cell"]: c["count"] for c in one["cells"]}, one["elsewhere"])
        for part, one in data["classes"].items()
    }
    found: bool = beside.stands(told, filed, tables(release))
    return found


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
