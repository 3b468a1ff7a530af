"""One batch of cases from elsewhere: the same rows that opening them here would have written."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.areas.models import Area
from commonward.areas.queries import calendar, calendar_name_for, revisions
from commonward.areas.queries.answering import answering_for
from commonward.cases.actions.bulk import Block, Forms, Table, keys
from commonward.cases.actions.recording import in_short
from commonward.cases.actions.timing import WARN, stage_limit
from commonward.cases.models import Case, Event, Report, ToFind
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.answering import office_open
from commonward.cases.queries.reference import Book, CategoryFacts, book
from commonward.core.calendars import Calendar, Limit, Unit
from commonward.core.clocks import Clock
from commonward.core.incoming import Incoming
from commonward.core.numbers import RANDOM_BYTES, new_number
from commonward.core.procedures import Procedure
from commonward.core.procedures.trail import TAKEN_OVER
from commonward.core.refusals import N_, Invalid
from commonward.core.routing import Decision
from commonward.people.models import Team

CLOSED = "closed"
"""The stage in which a case stands that was closed before it came."""
_CASE = (
    "id", "number", "procedure_id", "stage", "is_open", "version", "category_id", "grade",
    "summary", "area_id", "area_path", "lat", "lon", "address", "team_id", "handling_team_id",
    "unrouted", "routing", "opened_at", "stage_since", "changed_at", "closed_at", "due_at",
    "warn_at", "provisional", "outcome", "source_ref",
)  # fmt: skip
_REPORT = (
    "id", "number", "case_id", "channel", "words", "lat", "lon", "address", "received_at",
    "answered_at",
)  # fmt: skip
_EVENT = (
    "id", "case_id", "report_id", "at", "verb", "from_stage", "to_stage", "team_id", "data",
)  # fmt: skip
_CLOCK = (
    "id", "case_id", "kind", "stage", "calendar", "face", "started_at", "due_at", "stopped_at",
    "provisional", "met", "next_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Way:
    """What all rows of one category, area and grade have in common."""

    facts: CategoryFacts
    category_id: Any
    procedure_id: Any
    procedure: Procedure
    path: Any
    calendar_name: Any
    days: Calendar
    team: Any
    unrouted: Any
    routing: Any
    told: str
    """The end of the first event's data, as it is written."""
    own: tuple[str, Limit] | None
    """The clock of the first stage."""


class Taking:
    """Collects the rows of a batch, then writes them; everything as of `at`."""

    def __init__(self, at: datetime, source: str) -> None:
        self.at = at
        self._forms = Forms()
        common = {"source": source, "origin": "import", "public": False}
        self._cases = Table(Case, _CASE, common)
        self._reports = Table(Report, _REPORT, {"public": False})
        self._events = Table(Event, _EVENT, {"written_at": at, "role": "system"})
        self._clocks = Table(ClockRow, _CLOCK, {})
        self._to_find = Table(ToFind, ("id", "first", "last"), {})
        self._rows: list[tuple[Incoming, str, int | None, _Way, int | None]] = []
        self.marks: Mapping[str, int] = {}
        self._ways: dict[tuple[str, int | None, str], _Way] = {}
        self._paths: dict[int, str] = {}
        self._offices: dict[str, bool] = {}
        self._decisions: dict[Any, tuple[str, str]] = {}
        self._teams: dict[str, int] = {}
        self._book: Book | None = None

    def begin(self) -> None:
        """Begin a batch: whatever a site has changed since the last one holds from now on."""
        marks = revisions()
        if marks != self.marks:
            self.marks = marks
            self._book = book(marks)
            self._ways = {}
            self._paths = {}
            self._offices = {}
            self._decisions = {}
            self._teams = dict(Team.objects.values_list("code", "id"))

    def take(self, row: Incoming, ref: str, area: int | None) -> None:
        """Collect one row. Raises Invalid naming the field; nothing is kept of it then."""
        if area == 0:
            raise Invalid(
                N_("lat {lat}, lon {lon} is outside the area served."),
                lat=row.lat,
                lon=row.lon,
                field="lat",
            )
        key = (row.category, area, row.grade)
        way = self._ways.get(key)
        if way is None:
            way = self._ways[key] = self._way(*key)
        team = self._teams.get(row.team) if row.team else None
        if row.team and team is None:
            raise Invalid(N_("There is no team “{team}”."), team=row.team, field="team")
        if row.closed_at is not None and CLOSED not in way.procedure.stages:
            raise Invalid(
                N_("The procedure {name} has no stage “closed” to take it over into."),
                name=way.procedure.name,
                field="category",
            )
        if row.outcome and row.outcome not in way.procedure.outcomes:
            raise Invalid(
                N_("The outcome “{outcome}” is not one of {known}."),
                outcome=row.outcome,
                known=", ".join(way.procedure.outcomes),
                field="outcome",
            )
        self._rows.append((row, ref, area, way, team))

    def blocks(self) -> list[Block]:
        """Everything that was collected, in the order in which it is to be written."""
        count = len(self._rows)
        if not count:
            return []
        drawn = os.urandom(RANDOM_BYTES * count)
        numbers = [
            new_number(drawn[i : i + RANDOM_BYTES]) for i in range(0, len(drawn), RANDOM_BYTES)
        ]
        shut = sum(row.closed_at is not None for row, *_ in self._rows)
        ticking = sum(self._clocks_of(row, way) for row, _, _, way, _ in self._rows)
        cases, reports = keys(Case, count), keys(Report, count)
        events, clocks = iter(keys(Event, count + shut)), iter(keys(ClockRow, ticking))
        for i, (row, ref, area, way, team) in enumerate(self._rows):
            ids = (cases[i], reports[i])
            if row.closed_at is None:
                self._open(row, ref, area, way, numbers[i], ids, events, clocks)
            else:
                self._shut(row, ref, area, way, numbers[i], ids, events, clocks, team)
        self._rows = []
        # Full-text search takes them in later: here it would cost more than all the rest.
        waits = (keys(ToFind, 1)[0], min(cases), max(cases))
        self._to_find.add(*map(self._forms.number, waits))
        tables = (self._cases, self._reports, self._events, self._clocks, self._to_find)
        return [table.block() for table in tables]

    def _way(self, category: str, area: int | None, grade: str) -> _Way:
        known = self._book if self._book is not None else book(self.marks)
        facts = known.category(category)
        procedure_id, procedure = known.procedure_in_force(facts.procedure)
        if grade not in procedure.grades:
            raise Invalid(
                N_("The grade “{grade}” is not one of {grades}."),
                grade=grade,
                grades=", ".join(procedure.grades),
                field="grade",
            )
        f = self._forms
        path = self._path(area)
        first = procedure.stages[procedure.start]
        name = calendar_name_for(path, self.marks)
        if name not in self._offices:
            self._offices[name] = office_open(name, self.at, self.marks)
        found = answering_for(
            first.duty, facts.code, path, grade, self.at, self._offices[name], self.marks
        )
        routing, short = self._written(found)
        return _Way(
            facts=facts,
            category_id=f.number(facts.id),
            procedure_id=f.number(procedure_id),
            procedure=procedure,
            path=f.text(path),
            calendar_name=f.text(name),
            days=calendar(name, self.marks),
            team=f.perhaps(found.team, f.number),
            unrouted=f.yes if found.team is None else f.no,
            routing=routing,
            told=f.text(f', "category": {json.dumps(facts.code)}, "routing": ') + f"{short}}}",
            own=stage_limit(procedure, first, grade, facts.code, None, self.at, None),
        )

    def _written(self, found: Decision) -> tuple[str, str]:
        """A decision as the case and as its event keep it; the same one is written once."""
        key = (
            found.team,
            found.rule,
            found.because.text,
            tuple(found.because.values.items()),
            tuple((other.rule, other.why_not.text) for other in found.tried),
        )
        if key not in self._decisions:
            kept = found.to_data()
            self._decisions[key] = (
                self._forms.text(json.dumps(kept, ensure_ascii=False)),
                self._forms.text(json.dumps(in_short(kept), ensure_ascii=False)),
            )
        return self._decisions[key]

    def _path(self, area: int | None) -> str:
        if area is None:
            return ""
        if area not in self._paths:
            # All at once: a file has cases in most of them.
            self._paths = dict(Area.objects.values_list("id", "path"))
        return self._paths[area]

    @staticmethod
    def _total(row: Incoming, way: _Way) -> Limit | None:
        if row.limit_seconds is not None:
            return Limit(row.limit_seconds, Unit.URGENT_SECOND)
        return way.procedure.total

    def _clocks_of(self, row: Incoming, way: _Way) -> int:
        """How many clocks the row's case gets."""
        total = self._total(row, way) is not None
        return total + (row.closed_at is None and way.own is not None)

    def _open(
        self,
        row: Incoming,
        ref: str,
        area: int | None,
        way: _Way,
        number: str,
        ids: tuple[int, int],
        events: Iterator[int],
        clocks: Iterator[int],
    ) -> None:
        """An open case, in the first stage of its procedure, its clocks running."""
        f = self._forms
        start = way.procedure.start
        opened = f.moment(row.opened_at)
        case = f.number(ids[0])
        faces = []
        if (total := self._total(row, way)) is not None:
            faces.append(_started("total", "", total, row.opened_at, way))
        if way.own is not None:
            faces.append(_started(way.own[0], start, way.own[1], row.opened_at, way))
        for face in faces:
            self._clocks.add(
                f.number(next(clocks)), case, face.kind, face.stage, way.calendar_name,
                f.text(face.intervals), opened, f.perhaps(face.due, f.moment), f.nothing,
                f.yes if face.provisional else f.no, f.nothing, f.perhaps(face.next, f.moment),
            )  # fmt: skip
        counted = [face for face in faces if face.kind != "review"]
        due = min((c.due for c in counted if c.due is not None), default=None)
        warn = min((c.warn for c in counted if c.warn is not None), default=None)
        self._cases.add(
            case, number, way.procedure_id, start, f.yes, f.number(1), way.category_id, row.grade,
            f.text(" ".join(row.words.split())[:200]), f.perhaps(area, f.number), way.path,
            f.perhaps(row.lat, f.number), f.perhaps(row.lon, f.number), f.text(row.address),
            way.team, f.nothing, way.unrouted, way.routing, opened, opened, opened, f.nothing,
            f.perhaps(due, f.moment), f.perhaps(warn, f.moment),
            f.yes if any(face.provisional for face in faces) else f.no, "", f.text(ref),
        )  # fmt: skip
        self._told(row, way, number, ids, events, f.nothing, way.team)

    def _shut(
        self,
        row: Incoming,
        ref: str,
        area: int | None,
        way: _Way,
        number: str,
        ids: tuple[int, int],
        events: Iterator[int],
        clocks: Iterator[int],
        team: int | None,
    ) -> None:
        """A case that was closed before it came: only whether it was in time is left to say."""
        f = self._forms
        assert row.closed_at is not None  # noqa: S101 (the caller chose by it)
        opened, closed = f.moment(row.opened_at), f.moment(row.closed_at)
        case, handled = f.number(ids[0]), f.perhaps(team, f.number)
        if (total := self._total(row, way)) is not None:
            ended = Clock(total, row.opened_at, stopped=row.closed_at)
            due = ended.due(way.days)
            met = due is None or (ended.stopped is not None and ended.stopped <= due.at)
            self._clocks.add(
                f.number(next(clocks)), case, "total", "", way.calendar_name,
                f.text(json.dumps(ended.to_data())), opened,
                f.nothing if due is None else f.moment(due.at),
                f.perhaps(ended.stopped, f.moment),
                f.yes if due is not None and due.provisional else f.no,
                f.yes if met else f.no, f.nothing,
            )  # fmt: skip
        outcome = f.text(row.outcome)
        self._cases.add(
            case, number, way.procedure_id, CLOSED, f.no, f.number(2), way.category_id, row.grade,
            f.text(" ".join(row.words.split())[:200]), f.perhaps(area, f.number), way.path,
            f.perhaps(row.lat, f.number), f.perhaps(row.lon, f.number), f.text(row.address),
            handled, handled, f.no, "{}", opened, closed, closed, closed,
            f.nothing, f.nothing, f.no, outcome, f.text(ref),
        )  # fmt: skip
        self._told(row, way, number, ids, events, closed, f.nothing)
        self._events.add(
            f.number(next(events)), case, f.nothing, closed, TAKEN_OVER, way.procedure.start,
            CLOSED, handled, f.text(json.dumps({"outcome": row.outcome})),
        )  # fmt: skip

    def _told(
        self,
        row: Incoming,
        way: _Way,
        number: str,
        ids: tuple[int, int],
        events: Iterator[int],
        answered: Any,
        team: Any,
    ) -> None:
        """The report that told of the case, and the event that begins it."""
        f = self._forms
        opened = f.moment(row.opened_at)
        self._reports.add(
            f.number(ids[1]), number, f.number(ids[0]), f.text(row.channel), f.text(row.words),
            f.perhaps(row.lat, f.number), f.perhaps(row.lon, f.number), f.text(row.address),
            opened, answered,
        )  # fmt: skip
        told = f.text(f'{{"channel": {json.dumps(row.channel)}') + way.told
        self._events.add(
            f.number(next(events)), f.number(ids[0]), f.number(ids[1]), opened, "imported", "",
            way.procedure.start, team, told,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Face:
    """A clock that begins: its intervals as JSON and what follows from them."""

    kind: str
    stage: str
    intervals: str
    due: datetime | None
    warn: datetime | None
    next: datetime | None
    provisional: bool


def _started(kind: str, stage: str, limit: Limit, at: datetime, way: _Way) -> _Face:
    clock = Clock(limit, at)
    due = clock.due(way.days)
    warn = clock.moment(way.days, WARN)
    ladder = way.procedure.ladder
    first = ladder[0].share if ladder else None
    return _Face(
        kind=kind,
        stage=stage,
        intervals=json.dumps(clock.to_data()),
        due=due.at if due else None,
        warn=warn,
        next=warn if first == WARN else clock.moment(way.days, first) if first and due else None,
        provisional=due.provisional if due else False,
    )
