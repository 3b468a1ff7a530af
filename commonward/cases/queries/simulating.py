"""What another set of limits would have meant for the cases of last month (时限试算)."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commonward.areas.queries.calendars import calendar
from commonward.cases.models import Case, Clock
from commonward.cases.queries.reference import book
from commonward.core import clocks
from commonward.core.calendars import Calendar
from commonward.core.procedures.model import Procedure
from commonward.people.queries import revisions

WINDOW = timedelta(days=31)
MOST_CASES = 5_000
_BATCH = 500
SHOWN = 20


@dataclass(frozen=True, slots=True)
class StageChange:
    """One stage: how many of its clocks would have had another limit, and how many of these were
    late under the old one and would have been under the new one."""

    stage: str
    clocks: int
    late_before: int
    late_after: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """The stages that change; `cases` were looked at, `whole` says whether that was all of the
    month; `newly_late` and `no_longer` count cases, the first few of either are named."""

    stages: tuple[StageChange, ...]
    cases: int
    whole: bool
    newly_late: int
    no_longer: int
    examples: tuple[str, ...]


def simulate(proposed: Procedure, at: datetime) -> Simulation:
    """Reckon the stage clocks of the month before `at` again under the proposed stage limits.

    The clocks' own intervals (pauses, extensions) stay as they were; only clocks that ran on the
    procedure's own limit are moved, those of a filing condition are not. At most MOST_CASES, the
    newest first, are read by their moment of opening.
    """
    marks = revisions()
    known = book(marks)
    _, current = known.procedure_in_force(proposed.name)
    versions = [v for v, p in known.procedures.items() if p.name == proposed.name]
    rows = Case.objects.filter(
        opened_at__gte=at - WINDOW, opened_at__lt=at, procedure_id__in=versions
    ).order_by("-opened_at", "-id")
    cases = {
        case: (number, grade, known.categories[category].code)
        for case, number, grade, category in rows.values_list(
            "id", "number", "grade", "category_id"
        )[: MOST_CASES + 1]
    }
    whole = len(cases) <= MOST_CASES
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    newly: set[int] = set()
    mended: set[int] = set()
    ids = list(cases)[:MOST_CASES]
    for first in range(0, len(ids), _BATCH):
        part = Clock.objects.filter(
            case_id__in=ids[first : first + _BATCH],
            task=None,
            kind="stage",
            stage__in=set(current.stages) & set(proposed.stages),
        )
        for case, stage, name, face in part.values_list("case_id", "stage", "calendar", "face"):
            clock = clocks.Clock.from_data(face)
            _number, grade, category = cases[case]
            old = current.limit_for(stage, grade, category, None)
            new = proposed.limit_for(stage, grade, category, None)
            # A filing condition's own limit is another one, and stays.
            if old is None or new is None or old == new or clock.limit != old:
                continue
            days = calendar(name, marks)
            before = _late(clock, days, at)
            after = _late(replace(clock, limit=new), days, at)
            counted[stage][0] += 1
            counted[stage][1] += before
            counted[stage][2] += after
            if after and not before:
                newly.add(case)
            elif before and not after:
                mended.add(case)
    examples = tuple(cases[case][0] for case in sorted(newly or mended, reverse=True)[:SHOWN])
    return Simulation(
        tuple(StageChange(stage, *numbers) for stage, numbers in counted.items()),
        len(ids), whole, len(newly), len(mended), examples,
    )  # fmt: skip


def _late(clock: clocks.Clock, days: Calendar, at: datetime) -> bool:
    """Whether it was stopped late, or runs and is late at `at`; a paused one is not."""
    met = clock.met(days)
    if met is not None:
        return not met
    due = clock.due(days)
    return due is not None and due.at < at
