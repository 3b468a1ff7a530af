"""Whom work can be handed to: a team that stands, has members, and has learnt what is asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from commonward.core.refusals import N_, Invalid
from commonward.people.queries import team_states
from commonward.people.queries.names import teams_to_choose
from commonward.people.queries.qualified import asked_for, refuse_unqualified_team

_WORK_OF = {"grid": "grid_worker", "department": "handler"}
"""Kind of a team → the work that it is given, for which the site may ask a course."""


def team_that_answers(given: Any, at: datetime, now: Mapping[str, int]) -> int:
    """The team, if it is active, has members, and one with the courses that the site asks for.

    A refusal in words otherwise. What rules route by themselves is never held up by a course.
    """
    try:
        team = int(given)
    except (TypeError, ValueError):
        raise Invalid(N_("A team is named by its id."), field="team") from None
    state = team_states(at, now).get(team)
    if state is None:
        raise Invalid(N_("There is no team {team}."), team=team, field="team")
    if not state.active or not state.members:
        raise Invalid(
            N_("Team {team} cannot take it: it is inactive or has no members."),
            team=team,
            field="team",
        )
    refuse_untaught(team, at, now)
    return team


def refuse_untaught(team: int, at: datetime, now: Mapping[str, int]) -> None:
    """Raises Refusal (code "course") where nobody in a team has what its work asks for."""
    if not any(asked_for(now, work) for work in _WORK_OF.values()):
        return
    kinds = {one.id: one.kind for one in teams_to_choose(now).values()}
    work = _WORK_OF.get(kinds.get(team, ""))
    if work:
        day = at.astimezone(ZoneInfo(settings.SITE_ZONE)).date()
        refuse_unqualified_team(now, work, team, day, at)
