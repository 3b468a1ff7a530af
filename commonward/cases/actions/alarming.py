"""Words that tell of danger are shown to a person at once (险情提醒), whatever the door.

An alarm adds a person and nothing else: grade, kind, team and limits stay as they are, and
neither the public nor who wrote is told of it (core.danger).
"""

from datetime import datetime

from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Danger
from commonward.cases.queries.reference import book
from commonward.core.danger import VERSION, cues
from commonward.core.rights import SYSTEM, URGENT, Actor

TOLD = "danger_told"
SEEN = "danger_seen"
MOST_CUES = 12
"""Cues that are shown of one case; of more the newest."""


def alarm(
    case: Case, words: str, at: datetime, *, report: int | None = None, sealed: bool = False
) -> bool:
    """Raise an alarm where these words of a case tell of danger; says whether they do.

    Within the transaction that keeps the words. No query where they tell of none. Of `sealed`
    words (a dispute's) the kind of danger is kept and none of them. An incident is an alarm
    already, and lies before those who send help.
    """
    found = cues(words)
    if not found or book().categories[case.category_id].code.startswith(URGENT):
        return False
    told = [
        {"kind": c.kind, "number": c.number, "words": "" if sealed else c.words[:80]} for c in found
    ]
    earlier = Danger.objects.filter(pk=case.pk).first()
    kept = [one for one in (earlier.cues if earlier is not None else []) if one not in told]
    row = Danger(case=case, cues=(told + kept)[:MOST_CUES], version=VERSION, told_at=at)
    row.save(force_insert=earlier is None, force_update=earlier is not None)
    record(
        case, TOLD, at, SYSTEM, team=case.team_id, report=report,
        data={"danger": [{"kind": c.kind, "number": c.number} for c in found], "rules": VERSION},
    )  # fmt: skip
    return True


def alarm_by_reporter(case: Case, words: str, actor: Actor, at: datetime) -> None:
    """The same for the words of a step, where a reporter took it: staff know what they write."""
    if words and actor.role == "reporter":
        alarm(case, words, at, report=actor.report)


def seen(case: Case, actor: Actor, at: datetime, role: str) -> None:
    """A person has seen what was told of danger (知悉), in a case that is already locked.

    Nothing where none waits for a person: once is enough.
    """
    row = Danger.objects.select_for_update().filter(pk=case.pk, seen_at=None).first()
    if row is None:
        return
    row.seen_at, row.seen_by_id = max(at, row.told_at), actor.account
    row.save(update_fields=["seen_at", "seen_by"])
    record(case, SEEN, row.seen_at, actor, role=role, team=case.team_id)
