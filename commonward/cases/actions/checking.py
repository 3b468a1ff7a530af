"""Hide single stretches of what the public reads, or say that they are public (公开核对).

Only private data: who hides criticism needs a ground and a reason, and a leader may show it again
(`cases.actions.hiding`). What was decided, how much of it and by whom stands in the case's record;
the words themselves do not.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.moving import check_version, in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Event, Remark, Report
from commonward.cases.queries.checked import ADDRESS, STEP, WORDS
from commonward.cases.queries.hiding import MARKED, hides_as
from commonward.core.checking import decided, occurrences
from commonward.core.refusals import N_, Forbidden, Missing, Refusal
from commonward.core.rights import Actor

Change = tuple[int, int, bool]
"""Begin and end of a stretch, and whether it is hidden (true) or public (false)."""


def decide_public(
    number: str,
    report: str,
    part: str,
    changes: Sequence[Change],
    actor: Actor,
    at: datetime,
    *,
    words: str = "",
    version: int | None = None,
) -> Case:
    """Decide of stretches of one public text; `words` are hidden wherever they stand in it.

    `part` is "words" or "address" of a report, or "step-ID": what the office wrote in public there.
    Raises Missing, Forbidden, Invalid, Stale, and Refusal "state" where it is not public.
    """
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        role = hides_as(case, actor)
        if not role:
            raise Forbidden(N_("What the public sees is decided by the centre's officers."))
        at = in_order(case, at)
        told: Report | None = None
        held: Report | Remark
        if part in (WORDS, ADDRESS):
            held = told = _report(case, report)
            text = told.words if part == WORDS else told.address or case.address
            marks = told.marks.get(part, {})
        else:
            held = _remark(case, part)
            text, marks = held.words, held.marks
        every = [*changes, *((b, e, True) for b, e in (occurrences(text, words) if words else ()))]
        if not every:
            return case
        made = decided(text, marks, every)
        held.marks = made if told is None else {**told.marks, part: made}
        held.save(update_fields=["marks"])
        hidden = sum(hide for _b, _e, hide in every)
        record(
            case, MARKED, at, actor, role=role, team=case.team_id,
            report=told.pk if told else None,
            data={"part": part, "hidden": hidden, "shown": len(every) - hidden},
        )  # fmt: skip
        touch(case, at)
    return case


def _report(case: Case, number: str) -> Report:
    found = Report.objects.filter(case=case, number=number).first()
    if found is None:
        raise Missing(N_("There is no report {number}."), number=number)
    if not (case.public and found.public and found.hidden_at is None):
        raise Refusal(N_("The public does not see these words now."), code="state")
    return found


def _remark(case: Case, part: str) -> Remark:
    kind, _dash, event = part.partition("-")
    rows = Remark.objects.filter(
        event__in=Event.objects.filter(case=case, task=None).values("id"), public=True
    )
    found = rows.filter(pk=int(event)).first() if kind == STEP and event.isdecimal() else None
    if found is None:
        raise Missing(N_("There is no such text in this case."), field="part")
    if not case.public:
        raise Refusal(N_("The public does not see these words now."), code="state")
    return found
