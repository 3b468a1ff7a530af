"""What all writing in a drill shares: the lock, who may, what is noted; its words go nowhere else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.core.masking import mask
from commonward.core.pledging import refuse_personal
from commonward.core.refusals import N_, Forbidden, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.programmes.actions.council_rules import line
from commonward.programmes.models import Drill
from commonward.programmes.queries.drills import CATEGORY, EVERYBODY, drill_of, keeps

ROOM = "programmes"
LONGEST_TITLE, LONGEST_LINE, LONGEST_WORDS = 120, 300, 4000


def opened(code: str, actor: Actor, at: datetime, *stages: str) -> tuple[Drill, datetime]:
    """A drill in one of these stages, its case locked in this transaction, for who keeps it; and
    the moment. Raises Missing, Forbidden, Refusal."""
    found, at = entered(code, actor, at, *stages)
    if not keeps(found, actor):
        raise Forbidden(N_("Only who keeps the programmes of this area does this."))
    return found, at


def entered(code: str, actor: Actor, at: datetime, *stages: str) -> tuple[Drill, datetime]:
    """The same for the teams that take part."""
    refuse_onlooker(actor)
    found = drill_of(code, actor)
    found.case = locked(found.case.number)
    if found.case.stage not in stages:
        raise Refusal(N_("This drill is at another stage now."), code="stage")
    return found, in_order(found.case, at)


def said(name: str, given: str, most: int = LONGEST_LINE, *, needed: bool = True) -> str:
    """Words on a drill, bounded and masked; refused where they are about persons. Raises Invalid."""
    kept = line(name, given.replace("\r\n", "\n"), most, needed=needed)
    refuse_personal(kept, field=name)
    return mask(kept)[:most]


def note(
    found: Drill, verb: str, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> None:
    """Write down what happened, without anybody's words; the case is locked."""
    touch(found.case, at)
    roles = actor.roles_for((*EVERYBODY, "system"), "see", found.case.area_path, CATEGORY)
    record(found.case, f"drill_{verb}", at, actor, role=roles[0] if roles else "", data=data or {})
