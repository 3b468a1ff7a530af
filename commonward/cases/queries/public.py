"""What the public may read of reports: one entry per report, masked, without anybody's details.

Only a public report of a public case is here, and only its public photos. Where a case was joined
to another, its reporters read where that one stands.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from commonward.areas.queries.paths import paths_of
from commonward.cases.access import below
from commonward.cases.models import Photo, Report
from commonward.cases.queries.reference import Book, book
from commonward.cases.queries.shown import shown_reports
from commonward.core.checking import shown
from commonward.core.masking import mask
from commonward.core.procedures import Stage

_METRES_PER_DEGREE = 111_195.0
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports are asked for; what is None or empty narrows nothing.

    `numbers` and `categories` (codes) are lists of which any fits; `is_open` tells open from
    closed. Moments bound when the report came (`since` ≤ … ≤ `until`) and when its case last
    changed. `near` is latitude, longitude (degrees) and a radius in metres.
    """

    numbers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    is_open: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None
    changed_until: datetime | None = None
    near: tuple[float, float, float] | None = None
    area: str = ""
    """A code: cases filed under it, or further down."""
    before: tuple[datetime, int] | None = None
    """The key of the next page: when the last entry of the one before came, and its id."""


@dataclass(frozen=True, slots=True)
class PublicReport:
    """One report as everybody may see it; `team` and `area` are (name, English name)."""

    id: int
    number: str
    category: int
    stage: Stage
    closed_at: datetime | None
    words: str
    address: str
    lat: float | None
    lon: float | None
    team: tuple[str, str]
    area: tuple[str, str]
    channel: str
    outcome: str
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    answers: Mapping[str, Any]
    standard: str
    case: int
    follows: int | None
    hidden: bool = False
    """Its words, answers and address are hidden by the office (`cases.queries.hiding`)."""
    photos: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is still being worked on."""
        return self.closed_at is None


_OWN = (
    "stage", "procedure_id", "closed_at", "changed_at", "due_at", "outcome",
    "handling_team__name", "handling_team__name_en", "team__name", "team__name_en",
)  # fmt: skip
_FIELDS = (
    "id", "number", "words", "address", "lat", "lon", "channel", "received_at", "answers",
    "case_id", "case__category_id", "case__lat", "case__lon", "case__address",
    "case__area__name", "case__area__name_en", "case__standard__condition", "case__joined_to_id", "hidden_at", "marks",
    *(f"case__{name}" for name in _OWN),
    *(f"case__joined_to__{name}" for name in _OWN),
)  # fmt: skip


def public_reports(
    wanted: Wanted, revisions: Mapping[str, int], *, skip: int = 0, most: int = 1000
) -> list[PublicReport]:
    """The reports that fit, the newest first, after `skip` others, with their photos (2 queries)."""
    known = book(revisions)
    rows = _fitting(wanted, known, revisions).order_by("-received_at", "-id")
    found = [_entry(row, known) for row in rows.values_list(*_FIELDS)[skip : skip + most]]
    return _with_photos(found)


def public_report(number: str, revisions: Mapping[str, int]) -> PublicReport | None:
    """The public report with this canonical number."""
    found = public_reports(Wanted(numbers=(number,)), revisions, most=1)
    return found[0] if found else None


def all_public_reports(wanted: Wanted, revisions: Mapping[str, int]) -> Iterator[PublicReport]:
    """Every report that fits, the oldest first, read in parts: no cursor stays open meanwhile."""
    known = book(revisions)
    rows = _fitting(wanted, known, revisions).order_by("received_at", "id")
    last: PublicReport | None = None
    while True:
        after = rows
        if last is not None:
            after = rows.filter(
                Q(received_at__gt=last.received_at)
                | Q(received_at=last.received_at, id__gt=last.id)
            )
        part = [_entry(row, known) for row in after.values_list(*_FIELDS)[:_CHUNK]]
        yield from part
        if len(part) < _CHUNK:
            return
        last = part[-1]


def number_of_token(token: str) -> str | None:
    """The number of the public report that was given this token."""
    return (
        Report.objects.filter(shown_reports(), token=token)
        # The index's own condition, word for word: only then is the index used.
        .extra(where=["NOT (token = '')"])
        .values_list("number", flat=True)
        .first()
    )


def public_photo(name: str) -> bool:
    """Whether a photo of this name may be shown to everybody."""
    return Photo.objects.filter(shown_reports(), name=name).exists()


def _fitting(wanted: Wanted, known: Book, revisions: Mapping[str, int]) -> "QuerySet[Report]":
    rows: Any = _part(wanted, revisions)
    if wanted.numbers:
        rows = rows.filter(number__in=wanted.numbers)
    if wanted.categories:
        rows = rows.filter(
            case__category_id__in=[known.codes[c] for c in wanted.categories if c in known.codes]
        )
    if wanted.since is not None:
        rows = rows.filter(received_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(received_at__lte=wanted.until)
    if wanted.is_open is not None:
        # A case that was joined to another is as open as that one.
        rows = rows.filter(
            Q(case__joined_to=None, case__closed_at__isnull=wanted.is_open)
            | Q(case__joined_to__isnull=False, case__joined_to__closed_at__isnull=wanted.is_open)
        )
    if wanted.changed_since is not None or wanted.changed_until is not None:
        rows = rows.annotate(changed=Coalesce("case__joined_to__changed_at", "case__changed_at"))
    if wanted.changed_since is not None:
        rows = rows.filter(changed__gte=wanted.changed_since)
    if wanted.changed_until is not None:
        rows = rows.filter(changed__lte=wanted.changed_until)
    fitting: QuerySet[Report] = rows if wanted.near is None else _near(rows, *wanted.near)
    return fitting


def _part(wanted: Wanted, revisions: Mapping[str, int]) -> Any:
    """The public reports of an area, from the key of a page on."""
    rows: Any = Report.objects.filter(shown_reports())
    if wanted.area:
        # SQLite would read every case of the area through its index and sort them. Walking the
        # newest reports until a page is full costs a little more for one grid of 800, and far
        # less for whatever is larger.
        field = "case__area_path"
        if connection.vendor == "sqlite":
            rows, field = rows.annotate(filed_under=Coalesce(field, Value(""))), "filed_under"
        rows = rows.filter(below(paths_of(wanted.area, revisions), field))
    if wanted.before is not None:
        came, last = wanted.before
        rows = rows.filter(Q(received_at__lt=came) | Q(received_at=came, id__lt=last))
    return rows


def _near(rows: Any, lat: float, lon: float, metres: float) -> Any:
    """Within a circle, on a plane that touches the earth there: exact enough for a district."""
    degrees = metres / _METRES_PER_DEGREE
    narrowing = math.cos(math.radians(lat))
    rows = rows.annotate(
        north=Coalesce("lat", "case__lat") - Value(lat, output_field=FloatField()),
        east=(Coalesce("lon", "case__lon") - Value(lon, output_field=FloatField()))
        * Value(narrowing, output_field=FloatField()),
    )
    return rows.annotate(away=F("north") * F("north") + F("east") * F("east")).filter(
        away__lte=degrees * degrees
    )


def _entry(row: Sequence[Any], known: Book) -> PublicReport:
    (
        id_, number, words, address, lat, lon, channel, received_at, answers,
        case, category, case_lat, case_lon, case_address,
        area, area_en, standard, follows, hidden_at, marks, *states,
    ) = row  # fmt: skip
    stage, procedure, closed_at, changed_at, due_at, outcome, *teams = (
        states[: len(_OWN)] if follows is None else states[len(_OWN) :]
    )
    handling, handling_en, team, team_en = teams
    return PublicReport(
        id=id_,
        number=number,
        category=category,
        stage=known.procedures[procedure].stages[stage],
        closed_at=closed_at,
        words="" if hidden_at else shown(words, marks.get("words", {})),
        address="" if hidden_at else shown(address or case_address, marks.get("address", {})),
        lat=lat if lat is not None else case_lat,
        lon=lon if lon is not None else case_lon,
        team=(handling, handling_en or handling)
        if handling
        else (team or "", team_en or team or ""),
        area=(area or "", area_en or area or ""),
        channel=channel,
        outcome=outcome,
        received_at=received_at,
        changed_at=changed_at,
        due_at=due_at if closed_at is None else None,
        answers={} if hidden_at else shown_answers(answers),
        standard=standard or "",
        case=case,
        follows=follows,
        hidden=hidden_at is not None,
    )


def shown_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to a category's questions as everybody may see them, masked."""
    return {
        code: [mask(str(v)) for v in given] if isinstance(given, list) else mask(str(given))
        for code, given in answers.items()
    }


def _with_photos(found: list[PublicReport]) -> list[PublicReport]:
    if not found:
        return found
    shown: dict[int, list[str]] = defaultdict(list)
    photos = Photo.objects.filter(report_id__in=[r.id for r in found], public=True).order_by("id")
    for report, name in photos.values_list("report_id", "name"):
        shown[report].append(name)
    return [replace(r, photos=tuple(shown[r.id])) if r.id in shown else r for r in found]
