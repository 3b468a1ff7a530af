"""Figures of the loop by department, from events and clocks alone."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, Q, Value, When
from django.db.models import Case as When_

from commonward.areas.queries import area_by_code
from commonward.cases.models import Case, Clock, Event, Task
from commonward.core.figures import NO_CASE, Closing, Standing, quantile
from commonward.people.models import Team

HANDED_BACK = ("hand_back", "mis_dispatched")
REWORKED = ("fail_check", "ask_rework")


@dataclass(frozen=True, slots=True)
class Hours:
    """How long the passages through a stage took, in hours (自然时间)."""

    passages: int
    median: float
    ninety: float
    """The 90th percentile."""


@dataclass(slots=True)
class Line:
    """The figures of one department: cases that it handles or handled last.

    `name` is "" for cases that no department ever had. `filed` are the cases of their own (neither
    void, nor refused, nor joined to another), `closed` those of them that are closed, with and
    without a stated limit; `closing` holds only what the rate counts.
    """

    name: str
    code: str
    filed: int = 0
    closed: int = 0
    closing: Closing = field(default_factory=Closing)
    handed_back: int = 0
    reworked: int = 0
    stages: dict[str, Hours] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """One line per department, and their sum."""

    at: datetime
    lines: tuple[Line, ...]
    total: Line


def figures(at: datetime, *, area: str = "") -> Figures:
    """The figures (指标) at a moment of reckoning, for the cases filed below one area ("" = all)."""
    inside = area_by_code(area, at).path if area else ""
    lines: dict[int | None, Line] = {}
    teams = {pk: (name, code) for pk, name, code in Team.objects.values_list("id", "name", "code")}

    def line(team: int | None) -> Line:
        if team not in lines:
            lines[team] = Line(*teams.get(team or 0, ("", "")))
        return lines[team]

    for team, filed, closed in _counted(inside):
        line(team).filed, line(team).closed = filed, closed
    for team, closing in _closings(inside, at):
        line(team).closing = closing
    for team, count in _verbs(inside, HANDED_BACK, "team_id"):
        line(team).handed_back = count
    for team, count in _verbs(inside, REWORKED, "case__handling_team_id"):
        line(team).reworked = count
    all_stages: dict[str, array[int]] = defaultdict(lambda: array("q"))
    for team, stages in _passages(inside).items():
        for stage, spent in stages.items():
            line(team).stages[stage] = _hours(spent)
            all_stages[stage].extend(spent)
    total = Line("", "")
    for one in lines.values():
        total.filed += one.filed
        total.closed += one.closed
        total.closing = total.closing + one.closing
        total.handed_back += one.handed_back
        total.reworked += one.reworked
    total.stages = {stage: _hours(spent) for stage, spent in all_stages.items()}
    ordered = sorted(lines.values(), key=lambda one: (not one.code, -one.filed, one.code))
    return Figures(at, tuple(ordered), total)


def replayed(source: str) -> int:
    """How many cases of a source there are already."""
    return Case.objects.filter(source=source).count()


def open_orders(area: str) -> list[tuple[int, int]]:
    """(task, team) of the supervision orders below an area that wait for a reply, oldest first."""
    return list(
        Task.objects.filter(kind="supervision", is_open=True, case__area_path__contains=f"/{area}/")
        .order_by("id")
        .values_list("id", "team_id")
    )


def _counted(inside: str) -> Iterator[tuple[int | None, int, int]]:
    """(handling team, cases, closed): of cases of their own alone."""
    rows = (
        Case.objects.filter(area_path__startswith=inside)
        .exclude(outcome__in=NO_CASE)
        .values("handling_team_id")
        .annotate(filed=Count("id"), closed=Count("id", filter=Q(closed_at__isnull=False)))
        .order_by("handling_team_id")
    )
    for row in rows:
        yield row["handling_team_id"], row["filed"], row["closed"]


def _closings(inside: str, at: datetime) -> Iterator[tuple[int | None, Closing]]:
    """Cases are grouped by what the rate asks, and each group is judged by the one definition."""
    yes_no = BooleanField()
    rows = (
        Clock.objects.filter(kind="total", task=None, case__area_path__startswith=inside)
        .annotate(
            passed=When_(When(due_at__lte=at, then=Value(True)), default=Value(False),
                         output_field=yes_no),
            shut=When_(When(case__closed_at__lte=at, then=Value(True)), default=Value(False),
                       output_field=yes_no),
        )
        .values("case__handling_team_id", "met", "passed", "shut", "case__paused",
                "case__outcome", "case__counted")
        .annotate(count=Count("id"))
        .order_by("case__handling_team_id")
    )  # fmt: skip
    groups: dict[int | None, list[tuple[Standing, int]]] = defaultdict(list)
    for row in rows:
        groups[row["case__handling_team_id"]].append((_standing(row), row["count"]))
    for team, standings in groups.items():
        yield team, Closing.of(standings)


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(
        limited=True,
        closed=row["shut"],
        met=row["met"],
        passed=row["passed"],
        suspended=row["case__paused"],
        outcome=row["case__outcome"],
        counted=row["case__counted"],
    )


def _verbs(inside: str, verbs: tuple[str, ...], by: str) -> Iterator[tuple[int | None, int]]:
    rows = (
        Event.objects.filter(verb__in=verbs, task=None, case__area_path__startswith=inside)
        .values(by)
        .annotate(count=Count("id"))
        .order_by(by)
    )
    for row in rows:
        yield row[by], row["count"]


def _passages(inside: str) -> dict[int | None, dict[str, "array[int]"]]:
    """Seconds of every passage through every stage, by the department that handles the case."""
    found: dict[int | None, dict[str, array[int]]] = defaultdict(
        lambda: defaultdict(lambda: array("q"))
    )
    rows = Event.objects.filter(
        task=None, spent__isnull=False, case__area_path__startswith=inside
    ).values_list("case__handling_team_id", "from_stage", "spent")
    for team, stage, spent in rows.iterator(chunk_size=10_000):
        found[team][stage].append(spent or 0)
    return found


def _hours(spent: "array[int]") -> Hours:
    ordered = sorted(spent)
    median, ninety = quantile(ordered, 0.5), quantile(ordered, 0.9)
    return Hours(len(ordered), (median or 0) / 3600, (ninety or 0) / 3600)
