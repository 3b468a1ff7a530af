"""Hide a published line (遮盖), with a reason and who; show it again. Nothing is taken back in silence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor
from commonward.core.risk.terms import GROUNDS, PARTS
from commonward.programmes.actions.risk.frame import line, note, opened
from commonward.programmes.models import (
    RiskCondition,
    RiskGroup,
    RiskHearing,
    RiskItem,
    RiskMask,
    RiskOpinion,
    RiskQuestion,
)
from commonward.programmes.queries.risk import KEEPS

_ROWS: Mapping[str, Any] = {
    "group": RiskGroup,
    "question": RiskQuestion,
    "answer": RiskQuestion,
    "minutes": RiskHearing,
    "opinion": RiskOpinion,
    "item": RiskItem,
    "condition": RiskCondition,
}
"""What the number of a line names; the other parts are the review's own (0)."""


def hide_line(
    number: str, part: str, row: int, ground: str, reason: str, actor: Actor, at: datetime
) -> RiskMask:
    """Hide one line; everybody sees that it is hidden, why, by which post, and can object.

    Raises Missing, Forbidden, Invalid.
    """
    if part not in PARTS:
        raise Invalid(N_("Choose one of the list."), field="part")
    if ground not in GROUNDS:
        raise Invalid(
            N_("Only private data and what the law plainly forbids is hidden, never criticism."),
            field="ground",
        )
    why = line("reason", reason, most=300, owed=True)
    with transaction.atomic():
        found, at = opened(number, actor, at)
        model = _ROWS.get(part)
        if model is None:
            row = 0
        elif not model.objects.filter(pk=row, review=found).exists():
            raise Missing(N_("There is no such line in this review."))
        roles = actor.roles_for(
            (*KEEPS, "handler", "system"), "see", found.case.area_path, "P-risk"
        )
        known = RiskMask.objects.filter(review=found, part=part, row=row, lifted_at=None).first()
        if known is not None:
            return known
        made = RiskMask.objects.create(
            review=found, part=part, row=row, ground=ground, reason=why,
            role=roles[0] if roles else "", by_id=actor.account, at=at,
        )  # fmt: skip
        note(found, "masked", actor, at, {"part": part, "row": row, "ground": ground})
    return made


def show_line(number: str, mask: int, actor: Actor, at: datetime) -> RiskMask:
    """Show a hidden line again, by somebody else than who hid it. Raises as `hide_line`."""
    with transaction.atomic():
        found, at = opened(number, actor, at)
        row = RiskMask.objects.filter(review=found, pk=mask, lifted_at=None).first()
        if row is None:
            raise Missing(N_("There is no such line in this review."))
        if row.by_id == actor.account:
            raise Forbidden(
                N_("Whether it is shown again is decided by somebody who did not hide it."),
                code="apart",
            )
        row.lifted_at, row.lifted_by_id = at, actor.account
        row.save(update_fields=["lifted_at", "lifted_by"])
        note(found, "unmasked", actor, at, {"part": row.part, "row": row.row})
    return row
