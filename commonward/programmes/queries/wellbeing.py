"""Surveys of staff: which is open, what is told of those that are closed. Of answers nothing."""

from collections.abc import Mapping
from datetime import date, datetime

from commonward.core.outcomes import K
from commonward.core.refusals import N_, Missing
from commonward.core.rights import PROGRAMME, Actor
from commonward.people.queries import revisions, team_states
from commonward.people.queries.names import TeamToChoose, teams_to_choose
from commonward.programmes.models import StaffSurvey, StaffSurveyDraw

CATEGORY = f"{PROGRAMME}survey"
KEEPS = ("programme_officer",)
MOST = 100


def keeps_surveys(actor: Actor) -> bool:
    """Whether this person opens surveys of staff."""
    return actor.role == "system" or bool(actor.roles_for(KEEPS, "keep", "", CATEGORY))


def staff_surveys() -> list[StaffSurvey]:
    """All of them, the open ones first (1 query)."""
    return list(StaffSurvey.objects.order_by("closed", "-closes_on", "code")[:MOST])


def staff_survey(code: str) -> StaffSurvey:
    """One of them. Raises Missing."""
    found = StaffSurvey.objects.filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no such survey."))
    return found


def has_drawn(survey: StaffSurvey, actor: Actor) -> bool:
    """Whether this colleague has drawn their slip (1 query)."""
    return StaffSurveyDraw.objects.filter(survey=survey, account=actor.account).exists()


def is_open(survey: StaffSurvey, today: date) -> bool:
    """Whether slips are drawn and taken on this day."""
    return not survey.closed and survey.opens_on <= today <= survey.closes_on


def teams_to_name(at: datetime) -> Mapping[int, TeamToChoose]:
    """The teams that an answer may name: of five members and more, so that none is a finger."""
    marks = revisions()
    states = team_states(at, marks)
    return {
        one.id: one
        for one in teams_to_choose(marks).values()
        if one.id in states and states[one.id].members >= K
    }
