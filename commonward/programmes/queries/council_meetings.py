"""What councils talked about and decided, and what became of it, as anybody may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.core.refusals import N_, Missing
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.models import Council, CouncilDecision, CouncilMeeting

MOST_MEETINGS = 60


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting with what it decided, in the order in which it was written."""

    meeting: CouncilMeeting
    decisions: Sequence[CouncilDecision]


def public_council(code: str) -> Council:
    """A council, past ones too. Raises Missing."""
    found = Council.objects.select_related("area", "case").filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no such council."))
    return found


def meetings_of(council: Council) -> list[Met]:
    """Its meetings, the newest first; two queries."""
    rows = list(
        CouncilMeeting.objects.filter(council=council).order_by("-held_on", "-pk")[:MOST_MEETINGS]
    )
    by_meeting: dict[int, list[CouncilDecision]] = {row.pk: [] for row in rows}
    decided = CouncilDecision.objects.select_related("team", "task").filter(meeting__in=rows)
    for one in decided.order_by("pk"):
        by_meeting[one.meeting_id].append(one)
    return [Met(row, by_meeting[row.pk]) for row in rows]


def state_of(one: CouncilDecision, at: datetime) -> str:
    """ "told", "answered", "late", "ordered" or "noted"."""
    if one.told_at is not None:
        return "told"
    if one.task is None or one.due_on is None:
        return "noted"
    if one.task.stage != "ordered":
        return "answered"
    return "late" if one.due_on < day_of(at) else "ordered"
