"""Which team has a case in a stage, and why."""

from collections.abc import Mapping
from datetime import datetime

from commonward.areas.queries import answering_for, calendar, calendar_name_for
from commonward.cases.models import Case
from commonward.cases.queries.reference import CategoryFacts
from commonward.core.procedures import Stage


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
    case.unrouted = False
    case.routing = {}
    if chosen is not None:
        case.team_id = chosen
    elif stage.team in ("route", "chosen"):
        office = calendar(calendar_name_for(case.area_path, revisions), revisions).is_open(at)
        found = answering_for(
            stage.duty, category.code, case.area_path, case.grade, at, office, revisions
        )
        case.team_id = found.team
        case.unrouted = found.team is None
        case.routing = {"rule": found.rule, "number": found.number, "because": str(found.because)}
    elif stage.team == "handling":
        case.team_id = case.handling_team_id
