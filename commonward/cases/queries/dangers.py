"""Where words told of danger: what waits for a person, and what a case's page says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from commonward.cases.access import CIRCLES, sees
from commonward.cases.models import Case, Danger
from commonward.cases.queries.reference import book
from commonward.core.danger import Cue
from commonward.core.rights import SEALED, Actor
from commonward.people.queries import revisions as read_revisions

TAKES_ALARMS = ("intake_officer", "dispatcher", "duty_chief", "leader")
"""Posts that are told of danger in the cases of their area; of a dispute, those of its circle."""
RINGS_FOR = timedelta(days=7)
"""An alarm that nobody has seen rings for so long after it was told, a long holiday included.

What is older was told at another time, by a replay or from another system's past; the case keeps
its mark, and its place in the lists.
"""
_LOOKED_THROUGH = 1_000


@dataclass(frozen=True, slots=True)
class DangerTold:
    """What was told in one case: by which words, when, and who has seen it, if anybody."""

    case: str
    category: int
    cues: tuple[Cue, ...]
    rules: str
    told_at: datetime
    seen_at: datetime | None
    seen_by: str


def answers_for(actor: Actor, case: Case, marks: Mapping[str, int] | None = None) -> str:
    """The post in which this person is told of danger in this case, "" for none."""
    code = book(marks).categories[case.category_id].code
    if not sees(actor, case.area_path, code, (case.team_id, case.handling_team_id)):
        return ""
    told = (*CIRCLES[SEALED][0], *CIRCLES[SEALED][1]) if code.startswith(SEALED) else TAKES_ALARMS
    roles = actor.roles_for(told, "see", case.area_path, code)
    return roles[0] if roles else ""


def dangers_waiting(
    actor: Actor, at: datetime, *, most: int = 50, marks: Mapping[str, int] | None = None
) -> tuple[DangerTold, ...]:
    """What nobody has seen yet among what this person answers for, the newest first (at most 2 queries).

    Of the last seven days up to `at`, whether the case is still open or not: one that ended
    while nobody saw the words is looked at too. Looks through the 1,000 newest.
    """
    rows = list(
        Danger.objects.filter(seen_at=None, told_at__gt=at - RINGS_FOR)
        .select_related("case", "seen_by")
        .order_by("-told_at", "-case_id")[:_LOOKED_THROUGH]
    )
    if not rows:
        return ()
    now = read_revisions() if marks is None else marks
    found = (row for row in rows if answers_for(actor, row.case, now))
    return tuple(_told(row) for row in islice(found, most))


def danger_in(case: Case) -> DangerTold | None:
    """What was told of danger in a case that may be seen; None for nothing (1 query)."""
    row = Danger.objects.select_related("case", "seen_by").filter(pk=case.pk).first()
    return None if row is None else _told(row)


def _told(row: Danger) -> DangerTold:
    kept: list[dict[str, Any]] = row.cues
    return DangerTold(
        case=row.case.number,
        category=row.case.category_id,
        cues=tuple(Cue(one["kind"], one["number"], one["words"]) for one in kept),
        rules=row.version,
        told_at=row.told_at,
        seen_at=row.seen_at,
        seen_by=row.seen_by.name if row.seen_by is not None else "",
    )
