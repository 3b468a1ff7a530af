"""Words that tell of danger are shown to a person at once (险情提醒), whatever the door.

What surely tells of it rings; what may tell of it is put before somebody who reads it first and
decides (先看). An alarm adds a person and nothing else: grade, kind, team and limits stay as they
are, and neither the public nor who wrote is told of it (core.danger).
"""

from datetime import datetime
from typing import Any

from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Danger, DangerAnswer
from commonward.cases.queries.read_first import read_first_rule
from commonward.cases.queries.reference import book
from commonward.core.danger import VERSION, Cue, Doubt, heard
from commonward.core.rights import SYSTEM, URGENT, Actor
from commonward.people.queries import revisions

TOLD = "danger_told"
SEEN = "danger_seen"
DOUBTED = "danger_doubted"
URGENT_SAID = "danger_urgent"
CALM_SAID = "danger_calm"
ABOUT_DANGER = (TOLD, SEEN, DOUBTED, URGENT_SAID, CALM_SAID)
"""What is for a person here and for nobody else."""
MOST_CUES = 12
"""Cues that are shown of one case; of more the newest."""


def alarm(
    case: Case, words: str, at: datetime, *, report: int | None = None, sealed: bool = False
) -> bool:
    """Raise an alarm where these words of a case tell of danger; says whether they do.

    Where they may, the case is put first for somebody to read (False: it does not ring). Within
    the transaction that keeps the words. No query where they tell of none. Of `sealed` words (a
    dispute's) the kind of danger is kept and none of them. An incident is an alarm already, and
    lies before those who send help.
    """
    found = heard(words)
    told = found.cues or (found.doubt.cues if found.doubt is not None else ())
    if not told:
        return False
    marks = revisions()
    if book(marks).categories[case.category_id].code.startswith(URGENT):
        return False
    if found.doubt is not None and not _is_put_first(found.doubt, read_first_rule(marks).more):
        return False
    earlier = Danger.objects.filter(pk=case.pk).first()
    if found.doubt is not None and earlier is not None and _rings(earlier):
        return False  # it rings already: nothing that is read later is added to it
    row = Danger(
        case=case, cues=_cues(told, earlier, sealed=sealed), version=VERSION, told_at=at,
        doubtful=found.doubt is not None,
        margin=round(found.doubt.margin, 3) if found.doubt is not None else None,
        scale=found.doubt.scale if found.doubt is not None else "",
    )  # fmt: skip
    row.save(force_insert=earlier is None, force_update=earlier is not None)
    record(
        case, DOUBTED if row.doubtful else TOLD, at, SYSTEM, team=case.team_id, report=report,
        data={"danger": [{"kind": c.kind, "number": c.number} for c in told], "rules": VERSION},
    )  # fmt: skip
    return not row.doubtful


def alarm_by_reporter(case: Case, words: str, actor: Actor, at: datetime) -> None:
    """The same for the words of a step, where a reporter took it: staff know what they write."""
    if words and actor.role == "reporter":
        alarm(case, words, at, report=actor.report)


def seen(case: Case, actor: Actor, at: datetime, role: str, *, urgent: bool = False) -> None:
    """A person has seen what was told of danger (知悉), in a case that is already locked.

    Nothing where none waits for a person: once is enough. Of what was to be read first it is kept
    that it was `urgent`, where what they did says so.
    """
    row = Danger.objects.select_for_update().filter(pk=case.pk, seen_at=None).first()
    if row is None:
        return
    if row.doubtful and urgent:
        keep_answer(row, at, urgent=True)
        row.decided = "urgent"
    row.seen_at, row.seen_by_id = max(at, row.told_at), actor.account
    row.save(update_fields=["seen_at", "seen_by", "decided"])
    record(case, SEEN, row.seen_at, actor, role=role, team=case.team_id)


def keep_answer(row: Danger, at: datetime, *, urgent: bool) -> None:
    """Keep what was decided as a fact of the case, without who decided and without its words."""
    DangerAnswer.objects.create(
        case_id=row.case_id, version=row.version, scale=row.scale, margin=row.margin or 0.0,
        urgent=urgent, at=at,
    )  # fmt: skip


def _is_put_first(doubt: Doubt, more: float) -> bool:
    return doubt.by_rule or doubt.margin > more


def _rings(row: Danger) -> bool:
    return row.seen_at is None and not row.doubtful


def _cues(told: tuple[Cue, ...], earlier: Danger | None, *, sealed: bool) -> list[dict[str, Any]]:
    new = [
        {"kind": c.kind, "number": c.number, "words": "" if sealed else c.words[:80]} for c in told
    ]
    kept = [one for one in (earlier.cues if earlier is not None else []) if one not in new]
    return (new + kept)[:MOST_CUES]
