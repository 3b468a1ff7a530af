"""Where words told of danger: what waits for a person, and what a case's page says of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import F, Q

from commonward.cases.access import CIRCLES, sees
from commonward.cases.models import Case, Danger
from commonward.cases.queries.read_first import read_first_rule
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
    doubtful: bool = False
    """It may be urgent and rings for nobody, unless it was read by nobody in time."""
    decided: str = ""
    """What somebody who read it first said: "urgent", "not_urgent", "" for nobody yet."""


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
    """What rings: what nobody has seen yet among what this person answers for, the newest first;
    last what may be urgent and nobody has read in time (at most 3 queries, 1 for nothing).

    Of the last seven days up to `at`, whether the case is still open or not: one that ended
    while nobody saw the words is looked at too. Looks through the 1,000 newest.
    """
    found = _waiting(actor, Q(doubtful=False) | _UNREAD, at, marks)
    rows = (row for row, late in found if late or not row.doubtful)
    return tuple(_told(row) for row in islice(sorted(rows, key=lambda row: row.doubtful), most))


def to_read_first(
    actor: Actor, at: datetime, *, most: int = 50, marks: Mapping[str, int] | None = None
) -> tuple[DangerTold, ...]:
    """What may be urgent and rings for nobody: the longest waiting first (at most 3 queries, 1 for
    nothing).

    A case that somebody took a step further since was read by them, and is not here; one that
    waits longer than the site's minutes rings.
    """
    found = [row for row, late in _waiting(actor, _UNREAD, at, marks) if not late]
    return tuple(_told(row) for row in islice(reversed(found), most))


_UNREAD = Q(doubtful=True, case__is_open=True, case__stage_since__lte=F("told_at"))


def _waiting(
    actor: Actor, which: Q, at: datetime, marks: Mapping[str, int] | None
) -> Iterator[tuple[Danger, bool]]:
    """What nobody has seen, the newest first, and whether the minutes for it are over."""
    rows = list(
        Danger.objects.filter(which, seen_at=None, told_at__gt=at - RINGS_FOR)
        .select_related("case", "seen_by")
        .order_by("-told_at", "-case_id")[:_LOOKED_THROUGH]
    )
    if not rows:
        return
    now = read_revisions() if marks is None else marks
    late = at - timedelta(minutes=read_first_rule(now).minutes)
    for row in rows:
        if answers_for(actor, row.case, now):
            yield row, row.told_at <= late


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
        doubtful=row.doubtful,
        decided=row.decided,
    )
