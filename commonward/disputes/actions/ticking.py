"""What time does to disputes by itself: one call for the tick of a site."""

from dataclasses import dataclass
from datetime import datetime

from commonward.disputes.actions.levels import tick_levels
from commonward.disputes.actions.performing import tick_performing
from commonward.disputes.actions.sessions import remind_sessions
from commonward.disputes.actions.telling import settle_notices
from commonward.disputes.actions.terms import tick_terms


@dataclass(frozen=True, slots=True)
class DisputesTicked:
    """What a tick did: how many went up a level, terms warned of, over, or not to be looked at,
    what of agreements and sessions was reminded of, and what was found late."""

    went_up: int
    warned: int
    overdue: int
    failed: int
    reminded: int
    late: int


def tick_disputes(at: datetime) -> DisputesTicked:
    """Do all that is due in disputes at `at`; run it as often as the cases' own tick."""
    up = tick_levels(at)
    terms = tick_terms(at)
    reminded, late = tick_performing(at)
    sessions = remind_sessions(at)
    settle_notices(at)
    return DisputesTicked(up, terms.warned, terms.overdue, terms.failed, reminded + sessions, late)
