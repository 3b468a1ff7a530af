"""One batch of cases from elsewhere: the same rows that opening them here would have written."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from commonward.areas.queries import revisions
from commonward.cases.actions.bulk import Block, Forms, Table, keys
from commonward.cases.actions.ways import CLOSED, Runner, Running, Spot, Way, Ways
from commonward.cases.models import Case, Event, Report, ToFind
from commonward.cases.models import Clock as ClockRow
from commonward.core.calendars import Limit, Unit
from commonward.core.clocks import Clock
from commonward.core.incoming import Incoming
from commonward.core.numbers import new_numbers
from commonward.core.procedures.trail import TAKEN_OVER
from commonward.core.refusals import N_, Invalid
from commonward.people.models import Team

# The columns of a row in the order in which they are given; what many rows share stands together.
_CASE = (
    "procedure_id", "category_id", "grade", "stage", "is_open", "version", "unrouted", "routing",
    "id", "number", "summary", "area_id", "area_path", "lat", "lon", "address",
    "team_id", "handling_team_id", "opened_at", "stage_since", "changed_at", "closed_at",
    "due_at", "warn_at", "provisional", "outcome", "source_ref",
)  # fmt: skip
_REPORT = (
    "id", "number", "case_id", "channel", "words", "lat", "lon", "address", "received_at",
    "answered_at",
)  # fmt: skip
_EVENT = (
    "verb", "from_stage", "to_stage", "team_id", "id", "case_id", "report_id", "at", "data",
)  # fmt: skip
_CLOCK = (
    "kind", "stage", "calendar", "id", "case_id", "face", "started_at", "due_at", "stopped_at",
    "provisional", "met", "next_at",
)  # fmt: skip

_Row = tuple[Incoming, str, int | None, Spot, Way, int | None]


class Taking:
    """Collects the rows of a batch, then writes them; everything as of `at`."""

    def __init__(self, at: datetime, source: str, *, public: bool = False) -> None:
        self.at = at
        self._forms = Forms()
        common = {"source": source, "origin": "import", "public": public}
        self._cases = Table(Case, _CASE, common)
        self._reports = Table(Report, _REPORT, {"public": public})
        self._events = _events_table()
        self._clocks = Table(ClockRow, _CLOCK, {})
        self._to_find = Table(ToFind, ("id", "first", "last"), {})
        self._rows: list[_Row] = []
        self._follow(revisions())

    def begin(self) -> None:
        """Begin a batch: whatever a site has changed since the last one holds from now on."""
        marks = revisions()
        if marks != self.marks:
            self._follow(marks)
        # A long import goes on for hours: what it writes now is written now.
        self._events = _events_table()

    def _follow(self, marks: Mapping[str, int]) -> None:
        self.marks = marks
        self._ways = Ways(self.at, self._forms, marks)
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
        spot, way = self._ways.find(row.category, row.grade, area)
        if way.procedure.room:
            raise Invalid(
                N_("“{code}” is a dispute: register it where disputes are registered."),
                code=row.category,
                field="category",
            )
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
        self._rows.append((row, ref, area, spot, way, team))

    def blocks(self) -> list[Block]:
        """Everything that was collected, in the order in which it is to be written."""
        rows, self._rows = self._rows, []
        count = len(rows)
        if not count:
            return []
        shut = sum(row.closed_at is not None for row, *_ in rows)
        ticking = sum(_clocks_of(row, way) for row, _, _, _, way, _ in rows)
        numbers = iter(new_numbers(count))
        drawn = keys(Case, count)
        cases, reports = iter(drawn), iter(keys(Report, count))
        events, clocks = iter(keys(Event, count + shut)), iter(keys(ClockRow, ticking))
        for taken in rows:
            ids = (next(cases), next(reports), next(numbers))
            if taken[0].closed_at is None:
                self._open(taken, ids, events, clocks)
            else:
                self._shut(taken, ids, events, clocks)
        # Full-text search takes them in later: here it would cost more than all the rest.
        self._to_find.add(keys(ToFind, 1)[0], drawn[0], drawn[-1])
        tables = (self._cases, self._reports, self._events, self._clocks, self._to_find)
        return [table.block() for table in tables]

    def _open(
        self, taken: _Row, ids: tuple[Any, Any, str], events: Iterator[Any], clocks: Iterator[Any]
    ) -> None:
        """An open case, in the first stage of its procedure, its clocks running."""
        row, ref, area, spot, way, _ = taken
        f = self._forms
        moment, nothing = f.moment, f.nothing
        case, _, number = ids
        opened = moment(row.opened_at)
        due = warn = None
        provisional = False
        for running in (_total(row, way, f), way.own):
            if running is None:
                continue
            begun = running.beginning.at(row.opened_at)
            if running.counted:
                due = begun.due if due is None else min(due, begun.due)
                warn = begun.moments[0] if warn is None else min(warn, begun.moments[0])
            provisional = provisional or begun.provisional
            self._clocks.add(
                running.columns, next(clocks), case, f"{running.head}{begun.instant}}}", opened,
                moment(begun.due), nothing, f.yes if begun.provisional else f.no, nothing,
                nothing if running.first is None else moment(begun.moments[running.first]),
            )  # fmt: skip
        place = self._place(row)
        self._cases.add(
            way.opened, case, number, _summary(f, row), nothing if area is None else f.number(area),
            spot.path, place, way.team, nothing, opened, opened, opened, nothing,
            nothing if due is None else moment(due), nothing if warn is None else moment(warn),
            f.yes if provisional else f.no, "", f.text(ref),
        )  # fmt: skip
        self._told(row, way, ids, next(events), way.begun, (place, opened, nothing))

    def _shut(
        self, taken: _Row, ids: tuple[Any, Any, str], events: Iterator[Any], clocks: Iterator[Any]
    ) -> None:
        """A case that was closed before it came: only whether it was in time is left to say."""
        row, ref, area, spot, way, team = taken
        f = self._forms
        nothing = f.nothing
        case, _, number = ids
        assert row.closed_at is not None  # noqa: S101 (the caller chose by it)
        opened, closed = f.moment(row.opened_at), f.moment(row.closed_at)
        handled = nothing if team is None else f.number(team)
        limit = _total_limit(row, way)
        if limit is not None:
            ended = Clock(limit, row.opened_at, stopped=row.closed_at)
            due = ended.due(way.days)
            met = due is None or (ended.stopped is not None and ended.stopped <= due.at)
            self._clocks.add(
                "total", "", f.text(way.calendar), next(clocks), case,
                f.text(json.dumps(ended.to_data())), opened,
                nothing if due is None else f.moment(due.at), f.perhaps(ended.stopped, f.moment),
                f.yes if due is not None and due.provisional else f.no,
                f.yes if met else f.no, nothing,
            )  # fmt: skip
        place = self._place(row)
        self._cases.add(
            way.shut, case, number, _summary(f, row), nothing if area is None else f.number(area),
            spot.path, place, handled, handled, opened, closed, closed, closed, nothing, nothing,
            f.no, f.text(row.outcome), f.text(ref),
        )  # fmt: skip
        self._told(row, way, ids, next(events), way.begun_shut, (place, opened, closed))
        self._events.add(
            TAKEN_OVER, way.procedure.start, CLOSED, handled, next(events), case, nothing, closed,
            f.text(_ending(row.outcome)),
        )  # fmt: skip

    def _place(self, row: Incoming) -> Any:
        """Latitude, longitude and address, as a case and its report both keep them."""
        f = self._forms
        if row.lat is None or row.lon is None:
            return f.several(f.nothing, f.nothing, f.text(row.address))
        return f.several(f.number(row.lat), f.number(row.lon), f.text(row.address))

    def _told(
        self,
        row: Incoming,
        way: Way,
        ids: tuple[Any, Any, str],
        event: Any,
        begun: Any,
        written: tuple[Any, str, Any],
    ) -> None:
        """The report that told of the case, and the event that begins it; `written` are its
        place, when it was opened and when it was answered."""
        f = self._forms
        case, report, number = ids
        place, opened, answered = written
        self._reports.add(
            report, number, case, f.text(row.channel), f.text(row.words), place, opened, answered
        )
        self._events.add(
            begun, event, case, report, opened, f.text(_beginning(row.channel)) + way.told
        )


def _events_table() -> Table:
    return Table(Event, _EVENT, {"written_at": datetime.now(UTC), "role": "system"})


def _total_limit(row: Incoming, way: Way) -> Limit | None:
    if row.limit_seconds is not None:
        return Limit(row.limit_seconds, Unit.URGENT_SECOND)
    return way.procedure.total


def _total(row: Incoming, way: Way, forms: Forms) -> Running | None:
    """The clock of the whole case: the row's own limit comes before the procedure's."""
    if row.limit_seconds is None:
        return way.total
    runner = Runner(forms, way.procedure, way.days, way.calendar)
    return runner("total", "", Limit(row.limit_seconds, Unit.URGENT_SECOND))


def _clocks_of(row: Incoming, way: Way) -> int:
    """How many clocks the row's case gets."""
    total = row.limit_seconds is not None or way.total is not None
    return total + (row.closed_at is None and way.own is not None)


def _summary(forms: Forms, row: Incoming) -> Any:
    return forms.text(" ".join(row.words.split())[:200])


@lru_cache(maxsize=1024)
def _beginning(channel: str) -> str:
    """The beginning of the first event's data."""
    return f'{{"channel": {json.dumps(channel)}'


@lru_cache(maxsize=1024)
def _ending(outcome: str) -> str:
    """The last event's data of a case that was closed before it came."""
    return json.dumps({"outcome": outcome})
