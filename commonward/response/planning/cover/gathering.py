"""What a cover plan is made from: cells with calls and moments, sites, today's posts, borders."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import shapely
from django.conf import settings
from django.db.models import Q

from commonward.areas.queries.drawn import Drawn, drawn_in, extent
from commonward.areas.queries.paths import paths_of
from commonward.areas.queries.tree import outline
from commonward.cases.models import Case
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import SEALED
from commonward.core.urgent.nearest import SPEED_KMH
from commonward.response.models import Incident, Unit
from commonward.response.planning.cover.reading import unpacked
from commonward.response.queries.roads import road_graph

WEEK = 7 * 86_400
SIDES = (500, 750, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 10_000, 20_000, 50_000)
"""Widths of cells in metres: the least is taken with which there are few enough."""
MOST_CELLS, MOST_SITES, MOST_CALLS = 800, 600, 200_000
_OFF_THE_MAP = 2_000
"""Metres from the nearest road beyond which a road graph is not that of this area."""
_LEVELS_DRAWN = ("district", "street")
_POINTS = 300
Floats = npt.NDArray[np.float64]


def gathered(asked: Mapping[str, Any], area: str, at: datetime) -> dict[str, Any]:
    """Counts, places and moments, and the choices; nothing that names a case or a person.

    Raises Invalid for too few calls, too many sites, or a post that is not among them.
    """
    around = outline(area, at) if area else None
    seconds, points, weeks = _whole_weeks(*_calls(asked, area, at))
    side, cells, cell = cells_of(points)
    today = _today(asked, around)
    sites = _sites(asked, around, today, at)
    codes = [site[2] for site in sites]
    stand = [_place_of(unit, sites) for unit in today]
    periods = [["whole", 0, 0]]
    if asked["hours"] == "two":
        day, night = asked["day_from"], asked["night_from"]
        periods = [["day", day, night], ["night", night, day]]
    graph = _graph(cells)
    return {
        "cells": np.round(cells, 5).tolist(),
        "side": side,
        "at": seconds.tolist(),
        "cell": cell.tolist(),
        "weeks": weeks,
        "sites": sites,
        "today": stand,
        "units": [[unit.code, unit.radio_name, unit.radio_name_en] for unit in today],
        "must": [_number(code, codes, "must") for code in asked["must"]],
        "forbidden": [_number(code, codes, "forbidden") for code in asked["forbidden"]],
        "periods": periods,
        "roads": graph.hash if graph is not None else "",
        "credit": graph.credit if graph is not None else "",
        "speed": SPEED_KMH,
        "lines": _lines(around, area, at),
        **{
            name: asked[name]
            for name in (
                "model", "count", "goal", "limit", "keep", "most", "stay", "turnout", "cost",
            )
        },
    }  # fmt: skip


def cells_of(points: Floats) -> tuple[int, Floats, npt.NDArray[np.int64]]:
    """(side in metres, middles of cells with calls (A, 2), cell of each point (C))."""
    lat, lon = points[:, 0], points[:, 1]
    north = 111_195.0
    east = north * np.cos(np.radians(float(np.median(lat))))
    for side in SIDES:
        rows = np.floor(lat * north / side).astype(np.int64)
        columns = np.floor(lon * east / side).astype(np.int64)
        found, cell = np.unique(np.stack([rows, columns], axis=1), axis=0, return_inverse=True)
        if len(found) <= MOST_CELLS:
            break
    else:
        raise Invalid(N_("The calls lie too far apart for one plan."), field="source")
    middles = (found + 0.5) * side / np.array([north, east])
    return side, middles, cell.ravel().astype(np.int64)


def _calls(asked: Mapping[str, Any], area: str, at: datetime) -> tuple[Floats, Floats]:
    """(seconds since a Monday 0:00 of the site's zone, points) of the calls that are asked for."""
    zone = ZoneInfo(settings.SITE_ZONE)
    if asked["source"] == "file":
        rows: Sequence[tuple[datetime, float, float]] = [
            (datetime.fromtimestamp(60 * minute, zone), lat, lon)
            for minute, lat, lon, weight in unpacked(asked["calls"])
            for _ in range(weight)
        ]
    else:
        local = at.astimezone(zone)
        monday = local.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = monday - timedelta(days=local.weekday())
        begins = ends - timedelta(weeks=asked["weeks"])
        rows = _of_room(asked, area, begins, ends)
    if not rows:
        raise Invalid(
            N_("Not one call of these kinds came with a place in the last {weeks} whole weeks."),
            field="source",
            weeks=asked["weeks"],
        )
    if len(rows) > MOST_CALLS:
        raise Invalid(
            N_("There are more than {most} calls: take fewer weeks, or fewer kinds."),
            field="weeks",
            most=MOST_CALLS,
        )
    first = min(row[0] for row in rows).astimezone(zone)
    start = (first - timedelta(days=first.weekday())).replace(tzinfo=None)
    start = start.replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = [(row[0].astimezone(zone).replace(tzinfo=None) - start) for row in rows]
    return (
        np.array([one.total_seconds() for one in seconds]),
        np.array([(lat, lon) for _, lat, lon in rows], np.float64),
    )


def _of_room(
    asked: Mapping[str, Any], area: str, begins: datetime, ends: datetime
) -> Sequence[tuple[datetime, float, float]]:
    here = Q()
    for path in paths_of(area) if area else ():
        here |= Q(area_path__startswith=path)
    if asked["source"] == "incidents":
        rows = Incident.objects.filter(
            called_at__gte=begins, called_at__lt=ends, drill=False, lat__isnull=False,
            case_id__in=Case.objects.filter(here).values("pk"),
        )  # fmt: skip
        if asked["kinds"]:
            rows = rows.filter(kind__in=asked["kinds"])
        found = rows.order_by("called_at", "pk").values_list("called_at", "lat", "lon")
        return list(found[: MOST_CALLS + 1])  # type: ignore[arg-type]
    kinds = Q()
    for code in asked["kinds"]:
        kinds |= Q(category__code__startswith=code)
    cases = Case.objects.filter(
        here, kinds, opened_at__gte=begins, opened_at__lt=ends, lat__isnull=False, joined_to=None
    ).exclude(category__code__startswith=SEALED)
    named = cases.order_by("opened_at", "pk").values_list("opened_at", "lat", "lon")
    return list(named[: MOST_CALLS + 1])  # type: ignore[arg-type]


def _whole_weeks(seconds: Floats, points: Floats) -> tuple[Floats, Floats, int]:
    """Without the days before the first whole week and after the last, where one is left."""
    days = seconds // 86_400
    begins = int(-(-days.min() // 7)) * 7
    ends = int((days.max() + 1) // 7) * 7
    inside = (days >= begins) & (days < ends)
    if ends <= begins or not inside.any():
        begins, ends = 0, int(days.max() // 7 + 1) * 7
        inside = np.ones(len(days), np.bool_)
    order = np.argsort(seconds[inside], kind="stable")
    moments = np.floor(seconds[inside][order] / 60.0) * 60.0 - begins * 86_400.0
    return moments, points[inside][order], (ends - begins) // 7


def _today(asked: Mapping[str, Any], around: Any) -> list[Unit]:
    rows = Unit.objects.filter(active=True).order_by("code")
    if asked["forces"]:
        rows = rows.filter(agency__in=asked["forces"])
    return [
        unit
        for unit in rows
        if around is None or around.covers(shapely.Point(unit.base_lon, unit.base_lat))
    ]


def _sites(
    asked: Mapping[str, Any], around: Any, today: Sequence[Unit], at: datetime
) -> list[list[Any]]:
    """[lat, lon, code, name, English name] of each candidate; today's stations are among them."""
    found: list[list[Any]] = []
    if asked["candidates"] == "file":
        found = [[lat, lon, name, name, ""] for lat, lon, name in asked["sites"]]
    elif asked["candidates"] == "areas":
        found = [
            [round(one.label[1], 5), round(one.label[0], 5), one.code, one.name, one.name_en]
            for one in _areas(around, (asked["level"],), at)
        ]
    known = {(site[0], site[1]) for site in found}
    for unit in today:
        place = (round(unit.base_lat, 5), round(unit.base_lon, 5))
        if place not in known:
            known.add(place)
            name = unit.station or unit.radio_name
            found.append([*place, unit.code, name, unit.station or unit.radio_name_en])
    if len(found) > MOST_SITES:
        raise Invalid(
            N_("{count} places are too many to choose from: at most {most}. Take larger areas."),
            field="candidates",
            count=len(found),
            most=MOST_SITES,
        )
    if not found:
        raise Invalid(N_("There is no place where a unit could stand."), field="candidates")
    return found


def _areas(around: Any, levels: tuple[str, ...], at: datetime) -> list[Drawn]:
    bounds = extent(at) if around is None else shapely.bounds(around).tolist()
    if bounds is None:
        return []
    found = drawn_in(tuple(bounds), levels, at)
    if around is None:
        return found
    return [one for one in found if around.covers(shapely.Point(*one.label))]


def _place_of(unit: Unit, sites: Sequence[Sequence[Any]]) -> int:
    place = [round(unit.base_lat, 5), round(unit.base_lon, 5)]
    return next(n for n, site in enumerate(sites) if list(site[:2]) == place)


def _number(code: str, codes: Sequence[str], field: str) -> int:
    if code not in codes:
        raise Invalid(N_("The post {site} is not among the candidates."), field=field, site=code)
    return codes.index(code)


def _graph(cells: Floats) -> Any | None:
    graph = road_graph()
    if graph is None:
        return None
    off = [graph.snap(float(lat), float(lon)).metres for lat, lon in cells]
    return graph if float(np.median(off)) <= _OFF_THE_MAP else None


def _lines(around: Any, area: str, at: datetime) -> list[list[list[float]]]:
    """Borders to draw a map with, longitude first, simplified; the area's own comes first."""
    shapes = [around] if around is not None else []
    shapes += [one.outline for one in _areas(around, _LEVELS_DRAWN, at) if one.code != area]
    if not shapes:
        return []
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    tolerance = max(east - west, north - south) / _POINTS
    found = []
    for shape in shapes:
        for part in shapely.get_parts(shapely.simplify(shape, tolerance)):
            ring = shapely.get_coordinates(shapely.get_exterior_ring(part))
            if len(ring) > 3:
                found.append(np.round(ring, 5).tolist())
    return found
