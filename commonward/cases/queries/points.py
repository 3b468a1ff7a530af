"""Problems at places as bare points (问题点位), for counting by cells, never for listing.

Counted is by a stated rule only what is the matter with a place: the classes of parts and events
(部件、事件) whose cases follow a procedure about a place. Disputes and incidents stand apart;
enquiries, petitions and complaints about staff are of other classes or procedures. Cases that
were void or not accepted, and those joined to another, are no further problem and are left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from commonward.cases.access import seen_by
from commonward.cases.models import Case, Category
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.shown import shown
from commonward.core.figures import NO_CASE
from commonward.core.rights import APART, Actor
from commonward.people.queries import revisions as read_revisions

CLASSES = ("component", "event")
PROCEDURES = ("service_matter",)
"""Procedures about a place. One of a site's own joins them only here, after somebody thought."""
MOST_LISTED = 200
_PART = 20_000


@dataclass(frozen=True, slots=True)
class ProblemClass:
    """A category of problems at places; `big` is the code of the class above it, or its own."""

    id: int
    code: str
    name: str
    name_en: str
    big: str


@dataclass(frozen=True, slots=True)
class Points:
    """One row per problem: degrees (WGS-84), local day (ordinal), category, whether everybody may see it."""

    lats: npt.NDArray[np.float64]
    lons: npt.NDArray[np.float64]
    days: npt.NDArray[np.int64]
    categories: npt.NDArray[np.int64]
    public: npt.NDArray[np.bool_]


def of_places() -> Mapping[str, ProblemClass]:
    """The categories of problems at places, by code (1 query)."""
    rows = Category.objects.filter(kind__in=CLASSES, procedure__in=PROCEDURES).order_by("code")
    return {
        code: ProblemClass(pk, code, name, name_en or name, above or code)
        for pk, code, name, name_en, above in rows.values_list(
            "id", "code", "name", "name_en", "parent__code"
        )
        if not code.startswith(APART)
    }


def names_of(codes: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """(name, English name) by the code of a category (1 query)."""
    rows = Category.objects.filter(code__in=list(codes)).values_list("code", "name", "name_en")
    return {code: (name, name_en or name) for code, name, name_en in rows}


def problem_points(since: datetime, until: datetime, zone: tzinfo) -> Points:
    """Every problem at a place told of in since ≤ t < until (2 queries); no words, no persons."""
    rows = (
        _counted([one.id for one in of_places().values()])
        .filter(opened_at__gte=since, opened_at__lt=until)
        .annotate(shown=shown())
        .values_list("lat", "lon", "opened_at", "category_id", "shown")
    )
    lats, lons, days, categories, public = [], [], [], [], []
    for lat, lon, opened_at, category, told in rows.iterator(chunk_size=_PART):
        lats.append(lat)
        lons.append(lon)
        days.append(opened_at.astimezone(zone).toordinal())
        categories.append(category)
        public.append(told)
    return Points(
        np.array(lats, np.float64),
        np.array(lons, np.float64),
        np.array(days, np.int64),
        np.array(categories, np.int64),
        np.array(public, np.bool_),
    )


def shown_problems(since: datetime, until: datetime) -> list[tuple[float, float, int, str]]:
    """(latitude, longitude, category, path of areas) of every problem at a place told of in
    since ≤ t < until that everybody may see."""
    rows = (
        _counted([one.id for one in of_places().values()])
        .filter(opened_at__gte=since, opened_at__lt=until)
        .annotate(shown=shown())
        .filter(shown=True)
        .values_list("lat", "lon", "category_id", "area_path")
    )
    return [
        (float(lat or 0), float(lon or 0), category, path)
        for lat, lon, category, path in rows.iterator(chunk_size=_PART)
    ]


def first_problem(zone: tzinfo) -> date | None:
    """The local day of the first problem at a place that is counted; None where there is none."""
    first = (
        _counted([one.id for one in of_places().values()])
        .order_by("opened_at")
        .values_list("opened_at", flat=True)
        .first()
    )
    return None if first is None else first.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Box:
    """What encloses some cells, in degrees."""

    south: float
    west: float
    north: float
    east: float


def problems_seen(
    actor: Actor, box: Box, categories: Sequence[int], since: datetime, until: datetime
) -> list[tuple[int, float, float]]:
    """(id, latitude, longitude) of the counted cases in a box that this person may see, newest first."""
    rows = (
        _counted(categories)
        .filter(seen_by(actor), opened_at__gte=since, opened_at__lt=until)
        .filter(lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east)
        .order_by("-opened_at", "-id")
        .values_list("id", "lat", "lon")
    )
    return [(pk, float(lat or 0), float(lon or 0)) for pk, lat, lon in rows]


def problem_lines(ids: Sequence[int], at: datetime) -> tuple[CaseLine, ...]:
    """The lines of cases that `problems_seen` gave, the first `MOST_LISTED` of them."""
    return lines(list(ids[:MOST_LISTED]), at, read_revisions())


def _counted(categories: Sequence[int]) -> "QuerySet[Case]":
    return Case.objects.filter(
        category_id__in=list(categories),
        procedure__name__in=PROCEDURES,
        joined_to=None,
        lat__isnull=False,
        lon__isnull=False,
    ).exclude(outcome__in=NO_CASE)
