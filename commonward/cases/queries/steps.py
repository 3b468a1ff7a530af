"""What the public may read of what happened: stages entered, and reasons that are public."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from commonward.cases.models import Event, Remark, Report
from commonward.cases.queries.public import PublicReport
from commonward.cases.queries.reference import book
from commonward.core.checking import shown
from commonward.core.procedures import Stage


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A case entered a stage: when, by which verb, and the words that are public (or "")."""

    id: int
    case: int
    at: datetime
    verb: str
    stage: Stage
    words: str


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """The same step, told to one of the reporters who follow the case."""

    step: PublicStep
    number: str
    is_open: bool


def public_steps(
    reports: Sequence[PublicReport], revisions: Mapping[str, int]
) -> dict[int, list[PublicStep]]:
    """By report id, what happened in order: in its own case, then in the one that it follows."""
    cases = {r.case for r in reports} | {r.follows for r in reports if r.follows is not None}
    rows = Event.objects.filter(case_id__in=cases, task=None).exclude(from_stage=F("to_stage"))
    by_case: dict[int, list[PublicStep]] = defaultdict(list)
    for step in _steps(rows.order_by("id").values_list(*_FIELDS), revisions):
        by_case[step.case].append(step)
    found = {}
    for report in reports:
        own = by_case[report.case]
        later = by_case[report.follows] if report.follows is not None else []
        found[report.id] = own + [s for s in later if not own or s.at >= own[-1].at]
    return found


def public_updates(
    since: datetime, until: datetime, revisions: Mapping[str, int], *, most: int = 1000
) -> list[PublicUpdate]:
    """The steps between two moments, the oldest first, once for each public report (4 queries)."""
    rows = (
        Event.objects.filter(at__gte=since, at__lte=until, task=None, case__public=True)
        .exclude(from_stage=F("to_stage"))
        .order_by("at", "id")
    )
    steps = _steps(rows.values_list(*_FIELDS)[:most], revisions)
    cases = {step.case for step in steps}
    told: dict[int, list[tuple[str, datetime | None, bool | None]]] = defaultdict(list)
    public = Report.objects.filter(public=True, case__public=True)
    for case, number, main, main_closed in public.filter(case_id__in=cases).values_list(
        "case_id", "number", "case__joined_to_id", "case__joined_to__closed_at"
    ):
        told[case].append((number, None, None if main is None else main_closed is None))
    for follows, number, joined_at in public.filter(case__joined_to_id__in=cases).values_list(
        "case__joined_to_id", "number", "case__closed_at"
    ):
        if follows is not None:
            told[follows].append((number, joined_at, None))
    # Whoever was joined to another case is as open as that one, though their own has ended.
    return [
        PublicUpdate(
            step,
            number,
            main_open if main_open is not None and step.stage.ends else not step.stage.closed,
        )
        for step in steps
        for number, joined_at, main_open in told[step.case]
        if joined_at is None or step.at >= joined_at
    ][:most]


_FIELDS = ("id", "case_id", "case__procedure_id", "at", "verb", "to_stage")


def _steps(
    rows: Iterable[tuple[int, int, int, datetime, str, str]], revisions: Mapping[str, int]
) -> list[PublicStep]:
    known = book(revisions)
    read = list(rows)
    said = {
        event: shown(words, marks)
        for event, words, marks in Remark.objects.filter(
            event_id__in=[row[0] for row in read], public=True
        ).values_list("event_id", "words", "marks")
    }
    return [
        PublicStep(
            id_, case, at, verb, known.procedures[procedure].stages[stage], said.get(id_, "")
        )
        for id_, case, procedure, at, verb, stage in read
    ]
