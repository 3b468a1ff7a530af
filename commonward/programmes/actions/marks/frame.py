"""What all writing in a mark shares: the lock, who may, bounded words, what is noted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.cases.actions.moving import act, in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.core.marks.allowed import refuse_words
from commonward.core.masking import mask
from commonward.core.refusals import N_, Forbidden, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.programmes.actions.council_rules import line
from commonward.programmes.models import Mark, MarkCheck
from commonward.programmes.queries.marks import CATEGORY, EVERYBODY, keeps, mark_of

ROOM = "programmes"
LONGEST_WORDS, LONGEST_NOTE = 1000, 500


def opened(number: str, actor: Actor, at: datetime, *stages: str) -> tuple[Mark, datetime]:
    """A mark, its case locked in this transaction, in one of these stages; and the moment.

    Raises Missing, Refusal "stage".
    """
    refuse_onlooker(actor)
    found = mark_of(number, actor)
    found.case = locked(found.case.number)
    found.refresh_from_db(
        fields=["checker", "decision", "decided_at", "valid_from", "valid_until", "ended_at"]
    )
    if found.case.stage not in stages:
        raise Refusal(N_("This is not possible in the stage in which the mark is."), code="stage")
    return found, in_order(found.case, at)


def kept(number: str, actor: Actor, at: datetime, *stages: str) -> tuple[Mark, datetime]:
    """The same for who keeps the programmes of its area. Raises Forbidden as well."""
    found, at = opened(number, actor, at, *stages)
    if not keeps(found, actor):
        raise Forbidden(N_("Only who keeps the programmes of this area does this."))
    return found, at


def refuse_own(found: Mark, actor: Actor) -> None:
    """Raises Forbidden "apart" where this person is of the office that nominated."""
    if found.office_id in actor.teams:
        raise Forbidden(N_("Nobody looks at or decides on a mark of their own team."), code="apart")


def step(
    found: Mark, verb: str, actor: Actor, at: datetime, given: Mapping[str, Any] | None = None
) -> None:
    """Take a step of the procedure. Raises as `cases.actions.act`."""
    found.case = act(found.case.number, verb, actor, at, given or {}, room=ROOM)


def said(name: str, given: str, most: int = LONGEST_WORDS, *, needed: bool = True) -> str:
    """Words about a room, an area or a place: bounded, masked, refused where they are about people."""
    found = mask(line(name, given.replace("\r\n", "\n"), most, needed=needed))[:most]
    refuse_words(found, field=name)
    return found


def criterion_of(found: Mark, number: int) -> MarkCheck:
    """One criterion of a mark. Raises Missing."""
    row = MarkCheck.objects.filter(mark=found, number=number).first()
    if row is None:
        raise Missing(N_("There is no such criterion."))
    return row


def note(
    found: Mark, verb: str, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> None:
    """Write down what happened, without anybody's words; the case is locked."""
    touch(found.case, at)
    roles = actor.roles_for((*EVERYBODY, "system"), "see", found.case.area_path, CATEGORY)
    record(
        found.case, f"mark_{verb}", at, actor, role=roles[0] if roles else "",
        team=found.office_id, data=data or {},
    )  # fmt: skip
