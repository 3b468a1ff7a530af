"""Hotspots of problems at places (问题热点): what may be asked, the run on real cases, who reads what.

A question names a category of problems at places (or all of them together), a window of whole
weeks that ends with the last whole day, what is expected, and the scan's model. Everything else
is refused in words: there are no hotspots of disputes, calls for help, complaints or persons.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import numpy as np

from commonward.areas.queries import revisions
from commonward.areas.queries.calendars import SITE, calendar
from commonward.areas.queries.places import locate
from commonward.cases.access import SEES_ALL
from commonward.cases.queries.listed import CaseLine
from commonward.cases.queries.points import (
    Box,
    Points,
    ProblemClass,
    first_problem,
    of_places,
    problem_lines,
    problem_points,
    problems_seen,
)
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import APART, Actor
from commonward.insight.models import HotspotRun
from commonward.insight.queries.hotspots_packed import unpacked

WEEKS = (4, 13, 26)
EXPOSURES = ("history", "mix")
MODELS = ("permutation", "poisson")
HISTORY = timedelta(days=364)
FRESH = timedelta(hours=24)
RESOLUTIONS = (9, 8)
"""H3: about 0.1 km² a cell; where that is more than `MOST_CELLS`, about 0.7 km²."""
MOST_CELLS = 1500
SHORTEST = 2
MOST_AT_ONCE = 5_000
"""Cases of a window and its past that a page may have worked out while somebody waits for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `category` is a code, "" for all problems at places together."""

    category: str = ""
    weeks: int = 13
    exposure: str = "history"
    model: str = "permutation"

    @property
    def key(self) -> str:
        """What the question is kept under."""
        return f"{self.category}|{self.weeks}|{self.exposure}|{self.model}"


def asked_of(given: Mapping[str, Any]) -> Asked:
    """The question of a form or a file. Raises Invalid naming the field and what would be right."""
    wanted = Asked(
        str(given.get("category") or ""),
        _chosen("weeks", given.get("weeks"), WEEKS, 13),
        _chosen("exposure", given.get("exposure"), EXPOSURES, "history"),
        _chosen("model", given.get("model"), MODELS, "permutation"),
    )
    if wanted.category:
        class_of(wanted.category)
    return wanted


def _chosen(field: str, given: Any, known: Sequence[Any], usual: Any) -> Any:
    if given in (None, ""):
        return usual
    for one in known:
        if str(one) == str(given):
            return one
    raise Invalid(
        N_("“{given}” is not known here; choose one of {known}."),
        field=field,
        given=given,
        known=", ".join(str(one) for one in known),
    )


def class_of(code: str) -> ProblemClass:
    """The category, if hotspots are worked out of it. Raises Invalid that says why not."""
    found = of_places().get(code)
    if found is not None:
        return found
    if code.startswith(APART):
        raise Invalid(
            N_("Disputes and calls for help are never counted by place: they concern people."),
            field="category",
        )
    raise Invalid(
        N_(
            "Hotspots are of problems at places: parts and events that follow the procedure of "
            "service matters. “{code}” is none of them."
        ),
        field="category",
        code=code,
    )


# ---- The run --------------------------------------------------------------------------------


def zone() -> tzinfo:
    """The zone by whose days is counted."""
    return calendar(SITE).tz


def window(at: datetime, weeks: int, *, first_day: date | None) -> tuple[date, date]:
    """The last whole weeks before today (first day, day after the last), from the first case on.

    Raises Invalid where there are not even two weeks.
    """
    end = at.astimezone(zone()).date()
    known = 0 if first_day is None else (end - first_day).days // 7
    if known < SHORTEST:
        raise Invalid(
            N_("There are less than {weeks} whole weeks of cases yet: too few to compare."),
            weeks=SHORTEST,
        )
    return end - timedelta(weeks=min(weeks, known)), end


def points_for(at: datetime, weeks: int) -> Points:
    """The problems of a window of so many weeks and of the year before it (3 queries)."""
    local = zone()
    end = at.astimezone(local).date()
    since = end - timedelta(weeks=weeks) - HISTORY
    return problem_points(_midnight(since, local), _midnight(end, local), local)


def _midnight(day: date, local: tzinfo) -> datetime:
    return datetime.combine(day, time(), local)


def hotspots(asked: Asked, at: datetime, points: Points | None = None) -> dict[str, Any]:
    """The answer as it is kept: parameters, cells and places. Raises Invalid.

    `points` may be those of a longer window, read once for many questions.
    """
    finding = importlib.import_module("commonward.core.hotspots.finding")
    classes = of_places()
    wanted = [class_of(asked.category)] if asked.category else list(classes.values())
    first, end = window(at, asked.weeks, first_day=first_problem(zone()))
    known = points_for(at, asked.weeks) if points is None else points
    kept = known.days >= (first - HISTORY).toordinal()
    kept &= known.days < end.toordinal()
    table = finding.Points(
        known.lats[kept],
        known.lons[kept],
        known.days[kept],
        np.isin(known.categories[kept], [one.id for one in wanted]),
    )
    question = finding.Question(
        first=first.toordinal(),
        weeks=(end - first).days // 7,
        exposure=asked.exposure,
        model=asked.model,
        resolution=_resolution(known.lats[kept], known.lons[kept]),
    )
    found = finding.find(table, question)
    middles = {one.cell for one in found.cells} | {one.middle for one in found.places}
    return {
        "made": {
            "at": at.isoformat(),
            "category": asked.category,
            "first": first.isoformat(),
            "until": end.isoformat(),
            "asked_weeks": asked.weeks,
            "ground": found.ground,
            "cases": found.cases,
            "before": found.before,
            "mix": found.mix,
            "exposure_used": found.exposure,
            **{k: v for k, v in asdict(question).items() if k != "first"},
        },
        "cells": [_plain(one) for one in found.cells],
        "places": [{**_plain(one), "ratio": one.ratio} for one in found.places],
        "paths": _paths(sorted(middles), at),
    }


def _resolution(lats: Any, lons: Any) -> int:
    ground = importlib.import_module("commonward.core.hotspots.ground")
    fine, coarse = RESOLUTIONS
    return fine if len(set(ground.cells_of(lats, lons, fine))) <= MOST_CELLS else coarse


def _plain(one: Any) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(one).items()}


def _paths(cells: Sequence[str], at: datetime) -> dict[str, str]:
    """By cell, the path of the area in which its middle lies; "" outside of all."""
    h3 = importlib.import_module("h3")
    marks = revisions()
    found = {}
    for cell in cells:
        lat, lon = h3.cell_to_latlng(cell)
        found[cell] = locate(lat, lon, at=at, border_metres=0, revisions=marks).path
    return found


# ---- Who reads what --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hotspots:
    """An answer narrowed to where somebody's rights reach; `stale`: a day old or older.

    `waits`: it was asked for and is not made yet; `data` is then empty.
    """

    run: int
    asked: Asked
    made_at: datetime | None
    waits: bool
    stale: bool
    trouble: Mapping[str, Any]
    made: Mapping[str, Any]
    cells: Sequence[Mapping[str, Any]]
    places: Sequence[Mapping[str, Any]]
    paths: Mapping[str, str]


def hotspots_for(actor: Actor, asked: Asked, at: datetime) -> Hotspots | None:
    """What was worked out last of a question, for this person; None where nobody asked yet."""
    row = HotspotRun.objects.filter(kind="desk", key=asked.key).first()
    return None if row is None else _narrowed(row, actor, at)


def run_for(actor: Actor, run: int, at: datetime) -> Hotspots:
    """The same by the number of its row. Raises Missing."""
    row = HotspotRun.objects.filter(kind="desk", pk=run).exclude(data=None).first()
    if row is None:
        raise Missing(N_("This table of hotspots is no longer there: ask for it again."))
    return _narrowed(row, actor, at)


def may_ask(actor: Actor, category: str) -> bool:
    """Whether any of this person's rights to see cases reaches such problems somewhere."""
    return any(_reaches(right.categories, category) for right in _seeing(actor))


def sees_cell(actor: Actor, path: str, category: str) -> bool:
    """Whether this person sees every case of the category in the area of this path.

    Of all problems together only who sees all categories there: a count over more than one may
    see would tell of the rest.
    """
    return any(
        (not right.area or f"/{right.area}/" in path) and _reaches(right.categories, category)
        for right in _seeing(actor)
    )


def _seeing(actor: Actor) -> list[Any]:
    return [r for r in actor.rights if r.role in SEES_ALL and (not r.verbs or "see" in r.verbs)]


def _reaches(prefixes: tuple[str, ...], category: str) -> bool:
    return not prefixes or bool(category and category.startswith(prefixes))


def _narrowed(row: HotspotRun, actor: Actor, at: datetime) -> Hotspots:
    asked = Asked(**row.asked)
    data = unpacked(row.data) if row.data is not None else {}
    paths = data.get("paths", {})

    def seen(cell: str) -> bool:
        return sees_cell(actor, paths.get(cell, ""), asked.category)

    return Hotspots(
        run=row.pk,
        asked=asked,
        made_at=row.made_at,
        waits=row.made_at is None or row.wanted_at > row.made_at,
        stale=row.made_at is not None and at - row.made_at >= FRESH,
        trouble=row.trouble,
        made=data.get("made", {}),
        cells=[one for one in data.get("cells", ()) if seen(one["cell"])],
        places=[one for one in data.get("places", ()) if seen(one["middle"])],
        paths=paths,
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """The cases behind a figure that somebody may see: the first of them, and how many in all."""

    rows: tuple[CaseLine, ...]
    count: int


def cases_behind(
    found: Hotspots, cells: Sequence[str], since: date, until: date, actor: Actor, at: datetime
) -> Behind:
    """The counted cases of an answer in some of its cells, told of on since ≤ day < until."""
    h3 = importlib.import_module("h3")
    corners = [corner for cell in cells for corner in h3.cell_to_boundary(cell)]
    lats, lons = [lat for lat, _ in corners], [lon for _, lon in corners]
    if not corners:
        return Behind((), 0)
    classes = of_places()
    wanted = [classes[found.asked.category]] if found.asked.category else list(classes.values())
    local, inside = zone(), set(cells)
    near = problems_seen(
        actor,
        Box(min(lats), min(lons), max(lats), max(lons)),
        [one.id for one in wanted],
        _midnight(since, local),
        _midnight(until, local),
    )
    size = int(found.made["resolution"])
    ids = [pk for pk, lat, lon in near if h3.latlng_to_cell(lat, lon, size) in inside]
    return Behind(problem_lines(ids, at), len(ids))


def outlines(cells: Iterable[str]) -> Mapping[str, list[tuple[float, float]]]:
    """The corners (longitude, latitude) of each cell, the first again at the end."""
    h3 = importlib.import_module("h3")
    found = {}
    for cell in cells:
        ring = [(round(lon, 6), round(lat, 6)) for lat, lon in h3.cell_to_boundary(cell)]
        found[cell] = [*ring, ring[0]]
    return found
