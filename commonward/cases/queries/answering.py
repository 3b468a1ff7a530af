"""Which team has a case in a stage, and why."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from commonward.areas.queries import calendar, calendar_name_for
from commonward.areas.queries.answering import answering_for
from commonward.cases.models import Case
from commonward.cases.queries.reference import CategoryFacts
from commonward.core.calendars import Unit
from commonward.core.procedures import Stage

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
        # Nobody ever handled it: who has it now keeps it, and the unrouted queue keeps it too.
        return
    case.unrouted = False
    case.routing = {}
    if chosen is not None:
        case.team_id = chosen
    elif stage.team in ("route", "chosen"):
        days = calendar(calendar_name_for(case.area_path, revisions), revisions)
        office = days.measure(Unit.WORK_MINUTE, at, at + SECOND) > 0
        found = answering_for(
            stage.duty, category.code, case.area_path, case.grade, at, office, revisions
        )
        case.team_id = found.team
        case.unrouted = found.team is None
        case.routing = found.to_data()
    elif stage.team == "handling":
        case.team_id = case.handling_team_id
