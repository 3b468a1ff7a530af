"""Is the whole store consistent? Read in slices of cases, so that its size does not matter.

Nothing is repaired here. What is recomputed: each case from its events (stage, moments, steps),
each running clock from its intervals, each case's nearest moments from its clocks.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from commonward.areas.queries import calendar, revisions
from commonward.cases.models import Case, Clock, Event, Photo, Report, Task
from commonward.cases.queries.reference import Book, book
from commonward.core import clocks as faces
from commonward.core.numbers import normalise
from commonward.core.procedures import Procedure
from commonward.core.procedures.trail import Moved, Trail, follow
from commonward.core.refusals import N_, Refusal
from commonward.core.routing import Words

SLICE = 1000
WARN = 0.8
STAGE_KINDS = ("stage", "review", "suspension")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit together: in which case, what kind of thing, in words."""

    number: str
    what: str
    words: Words

    def __str__(self) -> str:
        return f"{self.number} {self.what}: {self.words}"


Checks = Iterator[tuple[str, Words]]


@dataclass(frozen=True)
class _Slice:
    """Everything about some cases, by case (or task)."""

    cases: Sequence[Case]
    events: Mapping[int, Sequence[Moved]]
    task_events: Mapping[int, Sequence[Moved]]
    clocks: Mapping[int, Sequence[Clock]]
    tasks: Mapping[int, Sequence[Task]]
    reports: Mapping[int, Sequence[str]]
    others: Mapping[int, tuple[str, int | None, int | None]]
    """Cases that these point at: number, joined to, parent."""


def verify(progress: Callable[[int], None] | None = None, *, area: str = "") -> Iterator[Finding]:
    """Every inconsistency of the store (一致性核验), for all cases or those below one area.

    `progress` hears how many cases were looked at.
    """
    marks = revisions()
    known = book(marks)
    wanted = Case.objects.filter(area_path__contains=f"/{area}/") if area else Case.objects.all()
    last, seen = 0, 0
    end = wanted.aggregate(last=Max("id"))["last"] or 0
    while last < end:
        cases = list(wanted.filter(id__gt=last).select_related("area").order_by("id")[:SLICE])
        if not cases:
            break
        part = _read(cases)
        for case in cases:
            for what, words in _case(case, part, known, marks):
                yield Finding(case.number, what, words)
        last, seen = cases[-1].pk, seen + len(cases)
        if progress is not None:
            progress(seen)
    yield from _photos()


def _read(cases: Sequence[Case]) -> _Slice:
    ids = [c.pk for c in cases]
    # A slice of ids is one stretch of the index; what lies between belongs to it as well.
    within = {"case_id__gte": ids[0], "case_id__lte": ids[-1]}
    events: dict[int, list[Moved]] = defaultdict(list)
    task_events: dict[int, list[Moved]] = defaultdict(list)
    rows = (
        Event.objects.filter(**within)
        .order_by("case_id", "id")
        .values_list("case_id", "task_id", "id", "at", "verb", "from_stage", "to_stage")
    )
    for case, task, key, at, verb, left, to in rows.iterator(chunk_size=5000):
        into = events[case] if task is None else task_events[task]
        into.append(Moved(key, at, verb, left, to))
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(**within).order_by("id").iterator(chunk_size=5000):
        clocks[clock.case_id].append(clock)
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task_row in Task.objects.filter(**within).order_by("id"):
        tasks[task_row.case_id].append(task_row)
    reports: dict[int, list[str]] = defaultdict(list)
    for case, number in Report.objects.filter(**within).values_list("case_id", "number"):
        reports[case].append(number)
    pointed = {c.joined_to_id for c in cases} | {c.parent_id for c in cases}
    others = {
        pk: (number, joined, parent)
        for pk, number, joined, parent in Case.objects.filter(
            pk__in=[p for p in pointed if p is not None]
        ).values_list("id", "number", "joined_to_id", "parent_id")
    }
    return _Slice(cases, events, task_events, clocks, tasks, reports, others)


def _case(case: Case, part: _Slice, known: Book, marks: Mapping[str, int]) -> Checks:
    procedure = known.procedures[case.procedure_id]
    trail, faults = follow(procedure, part.events.get(case.pk, ()))
    for fault in faults:
        yield "events", fault
    if not trail.stage:
        yield "events", Words(N_("there is no event that opens it"))
        return
    yield from _as_told(case, procedure, trail)
    clocks = part.clocks.get(case.pk, ())
    yield from _clocks(case, procedure, [c for c in clocks if c.task_id is None], known, marks)
    yield from _tasks(case, part, clocks, known, marks)
    yield from _numbers(case, part.reports.get(case.pk, ()))
    yield from _family(case, part.others)
    yield from _place(case, procedure)


def _as_told(case: Case, procedure: Procedure, trail: Trail) -> Checks:
    """The case's own fields against what its events say."""
    stage = procedure.stages.get(case.stage)
    if stage is None:
        yield "stage", Words(N_("the stage {stage} is not in its procedure"), {"stage": case.stage})
        return
    told = (
        ("stage", case.stage, trail.stage),
        ("opened_at", case.opened_at, trail.opened_at),
        ("stage_since", case.stage_since, trail.since),
        ("closed_at", case.closed_at, trail.closed_at),
        ("is_open", case.is_open, not stage.ends),
        ("paused", case.paused, stage.pauses),
    )
    for what, stored, wanted in told:
        if stored != wanted:
            yield what, _differs(stored, wanted)
    if case.version <= trail.steps:
        yield (
            "version",
            Words(
                N_("version {version} after {steps} steps: each step raises it by one"),
                {"version": case.version, "steps": trail.steps},
            ),
        )


def _clocks(
    case: Case, procedure: Procedure, rows: Sequence[Clock], known: Book, marks: Mapping[str, int]
) -> Checks:
    """Each clock against its intervals, the case's nearest moments against its clocks."""
    for row in rows:
        yield from _clock(row, procedure, marks)
    running = [r for r in rows if r.stopped_at is None]
    counted = [r for r in running if r.kind != "review"]
    warn = [w for r in counted if (w := _warn(r, marks)) is not None]
    told = (
        ("due_at", case.due_at, min((r.due_at for r in counted if r.due_at), default=None)),
        ("warn_at", case.warn_at, min(warn, default=None)),
        ("provisional", case.provisional, any(r.provisional for r in running)),
    )
    for what, stored, wanted in told:
        if stored != wanted:
            yield what, _differs(stored, wanted)
    stage = procedure.stages.get(case.stage)
    if stage is None:
        return
    if stage.ends:
        if running:
            yield (
                "clock",
                Words(
                    N_("it has ended and {count} of its clocks still run"), {"count": len(running)}
                ),
            )
        return
    own = [r for r in running if r.kind in STAGE_KINDS and r.stage == case.stage]
    if len(own) != 1:
        yield (
            "clock",
            Words(
                N_("{count} clocks run for its stage {stage} instead of one"),
                {"count": len(own), "stage": case.stage},
            ),
        )


def _clock(row: Clock, procedure: Procedure, marks: Mapping[str, int]) -> Checks:
    try:
        intervals = faces.Clock.from_data(row.face)
        days = calendar(row.calendar, marks)
    except Refusal as refusal:
        yield "clock", Words(refusal.text, refusal.values)
        return
    if row.stopped_at != intervals.stopped:
        yield "clock", _differs(row.stopped_at, intervals.stopped)
    if intervals.stopped is not None:
        # What depended on a table of holidays was judged by the table of that day.
        free = not intervals.limit.unit.needs_table and not intervals.limit.season
        if row.met is None or (free and row.met != intervals.met(days)):
            yield "met", _differs(row.met, intervals.met(days))
        return
    due = intervals.due(days)
    if row.due_at != (due.at if due else None):
        yield "clock due_at", _differs(row.due_at, due.at if due else None)
    if due is not None and row.provisional != due.provisional:
        yield "clock provisional", _differs(row.provisional, due.provisional)
    if not row.attempts:
        rungs = procedure.ladder
        wanted = (
            intervals.moment(days, rungs[row.rung].share) if due and row.rung < len(rungs) else None
        )
        if row.next_at != wanted:
            yield "clock next_at", _differs(row.next_at, wanted)


def _warn(row: Clock, marks: Mapping[str, int]) -> datetime | None:
    try:
        return faces.Clock.from_data(row.face).moment(calendar(row.calendar, marks), WARN)
    except Refusal:
        return None


def _tasks(
    case: Case, part: _Slice, clocks: Sequence[Clock], known: Book, marks: Mapping[str, int]
) -> Checks:
    for task in part.tasks.get(case.pk, ()):
        procedure = known.procedures[task.procedure_id]
        events = part.task_events.get(task.pk, ())
        trail, faults = follow(procedure, events, prefix=f"{task.kind}_")
        for fault in faults:
            yield f"{task.kind} events", fault
        if trail.stage != task.stage:
            yield f"{task.kind} stage", _differs(task.stage, trail.stage)
            continue
        ends = procedure.stages[task.stage].ends
        if task.is_open == ends or (task.ended_at is not None) != ends:
            yield f"{task.kind} is_open", _differs(task.is_open, not ends)
        own = [c for c in clocks if c.task_id == task.pk]
        for row in own:
            for what, words in _clock(row, procedure, marks):
                yield f"{task.kind} {what}", words
        running = sum(c.stopped_at is None for c in own)
        if running > (0 if ends else 1):
            yield (
                f"{task.kind} clock",
                Words(
                    N_("{count} clocks of a task run in the stage {stage}"),
                    {"count": running, "stage": task.stage},
                ),
            )


def _numbers(case: Case, reports: Sequence[str]) -> Checks:
    for number in {case.number, *reports}:
        try:
            right = normalise(number) == number
        except Refusal:
            right = False
        if not right:
            yield "number", Words(N_("{number} is no number that we give"), {"number": number})
    if not reports and case.parent_id is None:
        yield "reports", Words(N_("nobody reported it and it was not split off"))
    if reports and case.parent_id is None and case.number not in reports:
        yield "reports", Words(N_("none of its reports has its number"))


def _family(case: Case, others: Mapping[int, tuple[str, int | None, int | None]]) -> Checks:
    if (case.stage == "joined") != (case.joined_to_id is not None):
        yield "joined", Words(N_("stage and the case it was joined to do not fit together"))
    if case.joined_to_id is not None:
        number, joined, _ = others[case.joined_to_id]
        if joined is not None:
            yield (
                "joined",
                Words(N_("it is joined to {number}, which is itself joined"), {"number": number}),
            )
    if case.parent_id is not None:
        number, _, above = others[case.parent_id]
        if above is not None:
            yield (
                "parent",
                Words(
                    N_("it was split off from {number}, which was itself split off"),
                    {"number": number},
                ),
            )


def _place(case: Case, procedure: Procedure) -> Checks:
    if case.area is not None and not case.area_path.endswith(f"/{case.area.code}/"):
        yield "area", _differs(case.area_path, f"…/{case.area.code}/")
    stage = procedure.stages.get(case.stage)
    if case.unrouted and case.team_id is not None:
        yield "unrouted", Words(N_("it is called unrouted although a team has it"))
    elif stage is not None and stage.routed and case.team_id is None and not case.unrouted:
        yield "unrouted", Words(N_("no team has it, and it is not in the unrouted queue"))


def _photos() -> Iterator[Finding]:
    rows = Photo.objects.order_by("id").values_list("case__number", "name")
    for number, name in rows.iterator(chunk_size=5000):
        if not (settings.MEDIA_ROOT / name).is_file():
            yield Finding(number, "photo", Words(N_("the file {name} is gone"), {"name": name}))


def _differs(stored: object, wanted: object) -> Words:
    return Words(
        N_("{stored} is stored, {wanted} follows from the record"),
        {"stored": str(stored), "wanted": str(wanted)},
    )


def told(findings: Iterable[Finding], most: int) -> tuple[list[Finding], int]:
    """The first so many findings, and how many there are in all."""
    first: list[Finding] = []
    count = 0
    for finding in findings:
        count += 1
        if len(first) < most:
            first.append(finding)
    return first, count
