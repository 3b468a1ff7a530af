"""What the rows of an import have in common, worked out once: where they go and by when.

A file has many rows and few ways: rows of one category and grade in areas that no rule tells
apart go to the same team, for the same reason, with the same limits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.areas.models import Area
from commonward.areas.queries import calendar, calendar_name_for
from commonward.areas.queries.answering import answering_for, named_by_rules
from commonward.cases.actions.bulk import Forms
from commonward.cases.actions.recording import in_short
from commonward.cases.actions.timing import WARN, stage_limit
from commonward.cases.queries.answering import office_open
from commonward.cases.queries.reference import book
from commonward.core.calendars import Calendar, Limit
from commonward.core.clocks import Beginning
from commonward.core.procedures import Procedure
from commonward.core.refusals import N_, Invalid
from commonward.core.routing import Decision

CLOSED = "closed"
"""The stage in which a case stands that was closed before it came."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An area for one duty: its path as it is written, what rules name of it, its calendar."""

    path: Any
    named: str
    calendar: str


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that begins with a case: its first columns, the beginning of its intervals as JSON,
    whether it counts as the case's own deadline, and which moment is polled first."""

    columns: Any
    head: str
    beginning: Beginning
    counted: bool
    first: int | None
    """Its place among the moments of `beginning`; the first of them is the warning."""


@dataclass(frozen=True, slots=True)
class Way:
    """What all rows have in common whose category, grade, rules and calendar are the same."""

    procedure: Procedure
    days: Calendar
    calendar: str
    team: Any
    told: str
    """The end of the first event's data, as it is written."""
    opened: Any
    """The first columns of an open case, then of one that was closed before it came."""
    shut: Any
    begun: Any
    """The first columns of the first event: of an open case, then of one closed before."""
    begun_shut: Any
    total: Running | None
    own: Running | None
    """The clock of the first stage."""


class Ways:
    """The ways of a site as it is set up at these marks, and as of `at`."""

    def __init__(self, at: datetime, forms: Forms, marks: Mapping[str, int]) -> None:
        self._at = at
        self._forms = forms
        self._marks = marks
        self._book = book(marks)
        self._duties: dict[tuple[str, str], str] = {}
        self._spots: dict[tuple[str, int | None], Spot] = {}
        self._ways: dict[tuple[str, str, str, str], Way] = {}
        self._paths: dict[int, str] = {}
        self._offices: dict[str, bool] = {}
        self._decisions: dict[Any, tuple[str, str]] = {}

    def find(self, category: str, grade: str, area: int | None) -> tuple[Spot, Way]:
        """The way of such a row. Raises Invalid for an unknown category or grade."""
        duty = self._duties.get((category, grade))
        if duty is None:
            duty = self._duties[category, grade] = self._duty(category, grade)
        spot = self._spots.get((duty, area))
        if spot is None:
            spot = self._spots[duty, area] = self._spot(duty, area)
        key = (category, grade, spot.named, spot.calendar)
        way = self._ways.get(key)
        if way is None:
            way = self._ways[key] = self._way(*key)
        return spot, way

    def _duty(self, category: str, grade: str) -> str:
        """Whose work the first stage is."""
        known = self._book
        _, procedure = known.procedure_in_force(known.category(category).procedure)
        if grade not in procedure.grades:
            raise Invalid(
                N_("The grade “{grade}” is not one of {grades}."),
                grade=grade,
                grades=", ".join(procedure.grades),
                field="grade",
            )
        return procedure.stages[procedure.start].duty

    def _spot(self, duty: str, area: int | None) -> Spot:
        path = self._path(area)
        return Spot(
            self._forms.text(path),
            named_by_rules(duty, path, self._marks),
            calendar_name_for(path, self._marks),
        )

    def _way(self, category: str, grade: str, named: str, calendar_name: str) -> Way:
        known, f = self._book, self._forms
        facts = known.category(category)
        procedure_id, procedure = known.procedure_in_force(facts.procedure)
        first = procedure.stages[procedure.start]
        if calendar_name not in self._offices:
            self._offices[calendar_name] = office_open(calendar_name, self._at, self._marks)
        found = answering_for(
            first.duty,
            facts.code,
            named,
            grade,
            self._at,
            self._offices[calendar_name],
            self._marks,
        )
        routing, short = self._written(found)
        kind = (f.number(procedure_id), f.number(facts.id), grade)
        team = f.perhaps(found.team, f.number)
        days = calendar(calendar_name, self._marks)
        running = Runner(f, procedure, days, calendar_name)
        own = stage_limit(procedure, first, grade, facts.code, None, self._at, None)
        unrouted = f.yes if found.team is None else f.no
        return Way(
            procedure=procedure,
            days=days,
            calendar=calendar_name,
            team=team,
            told=f.text(f', "category": {json.dumps(facts.code)}, "routing": ') + f"{short}}}",
            opened=f.several(*kind, procedure.start, f.yes, f.number(1), unrouted, routing),
            shut=f.several(*kind, CLOSED, f.no, f.number(2), f.no, "{}"),
            begun=f.several("imported", "", procedure.start, team),
            begun_shut=f.several("imported", "", procedure.start, f.nothing),
            total=running("total", "", procedure.total) if procedure.total is not None else None,
            own=running(own[0], procedure.start, own[1]) if own is not None else None,
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


class Runner:
    """Makes the running clocks of one way."""

    def __init__(self, forms: Forms, procedure: Procedure, days: Calendar, name: str) -> None:
        self._forms = forms
        self._days = days
        self._name = name
        ladder = procedure.ladder
        self._first = ladder[0].share if ladder else None

    def __call__(self, kind: str, stage: str, limit: Limit) -> Running:
        """The clock that begins with this limit."""
        f, first = self._forms, self._first
        shares = [WARN] if first is None or first == WARN else [WARN, first]
        return Running(
            columns=f.several(kind, stage, f.text(self._name)),
            head=f.text(f'{{"limit": {json.dumps(limit.to_data())}, "started": '),
            beginning=Beginning(limit, self._days, shares),
            counted=kind != "review",
            first=None if first is None else len(shares) - 1,
        )
