"""Which team has a case in a stage, and why."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from commonward.areas.queries import calendar, calendar_name_for
from commonward.areas.queries.answering import answering_for
from commonward.cases.models import Case
from commonward.cases.queries.reference import CategoryFacts
from commonward.core.calendars import Unit
from commonward.core.procedures import Stage
from commonward.core.routing import Decision

SECOND = timedelta(seconds=1)


def team_for(
    case: Case,
    stage: Stage,
    category: CategoryFacts,
    at: datetime,
    revisions: Mapping[str, int],
    chosen: int | None = None,
) -> None:
    """Set the team that has the case in this stage, with the rule that says so.

    Where no rule answers, the case is *unrouted*: it stands in a queue of that name with the
    reason, and the desk's alarm counts it.
    """
    if stage.team == "handling" and chosen is None and case.handling_team_id is None:
        # Nobody ever handled it: who has it now keeps it, and where nobody has it (it ended without
        # a team and is opened again), it stands in the unrouted queue.
        case.unrouted = case.team_id is None
        return
    case.unrouted = False
    case.routing = {}
    if chosen is not None:
        case.team_id = chosen
    elif stage.routed:
        found = decided(stage, category.code, case.area_path, case.grade, at, revisions)
        case.team_id = found.team
        case.unrouted = found.team is None
        case.routing = found.to_data()
    elif stage.team == "handling":
        case.team_id = case.handling_team_id


def decided(
    stage: Stage,
    category: str,
    area_path: str,
    grade: str,
    at: datetime,
    revisions: Mapping[str, int],
) -> Decision:
    """What the rules say about a stage that is routed, in and out of office hours."""
    office = office_open(calendar_name_for(area_path, revisions), at, revisions)
    return answering_for(stage.duty, category, area_path, grade, at, office, revisions)


def office_open(calendar_name: str, at: datetime, revisions: Mapping[str, int]) -> bool:
    """Whether this moment lies in the office hours of that calendar."""
    days = calendar(calendar_name, revisions)
    return days.measure(Unit.WORK_MINUTE, at, at + SECOND) > 0
