"""What was asked of higher levels and waits for one person."""

from dataclasses import dataclass
from datetime import datetime

from commonward.cases.access import seen_by
from commonward.cases.models import Approval, Case
from commonward.cases.queries.levels import VERBS, levels_of
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.reference import book
from commonward.core.rights import Actor
from commonward.people.queries import revisions as read_revisions

MOST_WAITING = 50
_LOOKED_THROUGH = 1_000


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A request that waits for this person's level, with its case."""

    approval: int
    kind: str
    asked_at: datetime
    case: CaseLine


def to_decide(actor: Actor, at: datetime) -> tuple[ToDecide, ...]:
    """What waits for this person's decision (待审批), the oldest first.

    Not what they asked for themselves. Looks through the 1,000 oldest of the site.
    """
    marks = read_revisions()
    known = book(marks)
    open_ones = list(
        Approval.objects.filter(state="asked")
        .exclude(asked_by=actor.account or 0)
        .order_by("id")
        .values_list("id", "kind", "level", "asked_at", "case_id")[:_LOOKED_THROUGH]
    )
    if not open_ones:
        return ()
    seen = Case.objects.filter(seen_by(actor, marks), pk__in={row[4] for row in open_ones})
    facts = {
        pk: (known.procedures[procedure], path, known.categories[category].code)
        for pk, procedure, path, category in seen.values_list(
            "id", "procedure_id", "area_path", "category_id"
        )
    }
    mine = []
    for row in open_ones:
        _, kind, level, _, case = row
        if case not in facts:
            continue
        procedure, path, code = facts[case]
        role = levels_of(procedure, kind)[level]
        if actor.roles_for((role,), VERBS[kind], path, code):
            mine.append(row)
    mine = mine[:MOST_WAITING]
    shown = {line.id: line for line in lines(sorted({row[4] for row in mine}), at, marks)}
    return tuple(ToDecide(pk, kind, asked_at, shown[case]) for pk, kind, _, asked_at, case in mine)
