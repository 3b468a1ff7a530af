"""A case of which somebody was given the right to read it in an emergency: its own file says so."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a case is filed: what a right for an emergency is narrowed to."""

    area_path: str
    category: str


def filed_where(number: str) -> Filed:
    """The area and category of the case of exactly this number, and nothing else of it. Raises
    Missing."""
    case = Case.objects.select_related("category").filter(number=number).first()
    if case is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    return Filed(case.area_path, case.category.code)


@transaction.atomic
def note_break_glass(
    actor: Actor, number: str, emergency: int, *, ended: bool, at: datetime
) -> None:
    """Those who keep the case see in its file that somebody may read it, or may no longer."""
    case = locked(number)
    at = in_order(case, at)
    verb = "break_glass_over" if ended else "break_glass"
    record(case, verb, at, actor, data={"emergency": emergency})
    touch(case, at)
