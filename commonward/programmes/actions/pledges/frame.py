"""What all writing in an alliance shares: the lock, who may, what is noted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.core.pledging import refuse_personal
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.programmes.actions.council_rules import line
from commonward.programmes.models import Alliance, Membership
from commonward.programmes.queries.pledges import (
    CATEGORY,
    EVERYBODY,
    alliance_of,
    keeps,
    teams_of,
)

ROOM = "programmes"
LONGEST_TITLE, LONGEST_LINE, LONGEST_WORDS = 120, 300, 4000


def opened(code: str, actor: Actor, at: datetime) -> tuple[Alliance, datetime]:
    """A running alliance, its case locked in this transaction, for who keeps it; and the moment.

    Raises Missing, Forbidden, Refusal.
    """
    found, at = entered(code, actor, at)
    if not keeps(found, actor):
        raise Forbidden(N_("Only who keeps the programmes of this area does this."))
    return found, at


def entered(code: str, actor: Actor, at: datetime) -> tuple[Alliance, datetime]:
    """The same for members' teams too."""
    refuse_onlooker(actor)
    found = alliance_of(code, actor)
    found.case = locked(found.case.number)
    if found.case.closed_at is not None:
        raise Refusal(N_("This alliance has ended."), code="stage")
    return found, in_order(found.case, at)


def may_act_for(found: Alliance, actor: Actor) -> bool:
    """Whether this person keeps the alliance or is of a member's team."""
    return keeps(found, actor) or not actor.teams.isdisjoint(teams_of(found))


def member_of(found: Alliance, pk: int, *, field: str = "member") -> Membership:
    """A present member. Raises Invalid."""
    row = (
        Membership.objects.select_related("unit")
        .filter(alliance=found, pk=pk, left_on=None)
        .first()
    )
    if row is None:
        raise Invalid(N_("Choose one of the list."), field=field)
    return row


def said(name: str, given: str, most: int = LONGEST_LINE, *, needed: bool = True) -> str:
    """Words of a pledge, bounded; refused where they are about persons. Raises Invalid."""
    kept = line(name, given.replace("\r\n", "\n"), most, needed=needed)
    refuse_personal(kept, field=name)
    return kept


def note(
    found: Alliance, verb: str, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> None:
    """Write down what happened, without anybody's words; the case is locked."""
    touch(found.case, at)
    roles = actor.roles_for((*EVERYBODY, "system"), "see", found.case.area_path, CATEGORY)
    record(
        found.case, f"alliance_{verb}", at, actor, role=roles[0] if roles else "", data=data or {}
    )
