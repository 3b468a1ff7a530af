"""What all writing in a review shares: the lock, who may, lines of bounded length, what is noted."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.cases.actions.moving import act, in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.models import Team
from commonward.programmes.models import RiskReview
from commonward.programmes.queries.risk import keeps, review_of

ROOM = "programmes"
LONGEST_LINE, LONGEST_WORDS = 160, 4000
DRAFTS = ("drafted", "announced", "hearing", "experts", "weighed")
"""The stages before a decision."""


def opened(number: str, actor: Actor, at: datetime) -> tuple[RiskReview, datetime]:
    """The review, its case locked in this transaction, for who keeps it; and the moment to write.

    Raises Missing, Forbidden.
    """
    refuse_onlooker(actor)
    found = review_of(number, actor)
    found.case = locked(found.case.number)
    if not keeps(found.case, actor):
        raise Forbidden(N_("Only the office of this review and who keeps the programmes do this."))
    return found, in_order(found.case, at)


def for_anybody(number: str, at: datetime) -> tuple[RiskReview, datetime]:
    """The same for the public: a review that was announced, and nothing but. Raises Missing."""
    found = RiskReview.objects.filter(
        case__number=number.strip().upper(), announced_at__isnull=False
    ).first()
    if found is None:
        raise Missing(N_("There is no review {number} that was announced."), number=number)
    found.case = locked(found.case.number)
    return found, in_order(found.case, at)


def write_draft(found: RiskReview, actor: Actor, at: datetime) -> None:
    """Note that this person wrote in the draft or the risks: they will not decide it."""
    found.case = act(found.case.number, "draft", actor, at, room=ROOM)


def in_stage(found: RiskReview, *stages: str) -> None:
    """Raises Refusal "stage" where the review stands elsewhere."""
    if found.case.stage not in stages:
        raise Refusal(
            N_("This is not possible in the stage in which the review is now."), code="stage"
        )


def note(
    found: RiskReview,
    verb: str,
    actor: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    *,
    role: str = "",
) -> None:
    """Write down what happened, without anybody's words; the case is locked."""
    touch(found.case, at)
    held = role or next(iter(_roles(found, actor)), "")
    record(
        found.case, f"risk_{verb}", at, actor, role=held, team=found.case.team_id, data=data or {}
    )


def _roles(found: RiskReview, actor: Actor) -> tuple[str, ...]:
    wanted = ("programme_officer", "leader", "handler", "grid_worker", "system")
    return actor.roles_for(wanted, "see", found.case.area_path, "P-risk")


def line(name: str, value: str, *, most: int = LONGEST_LINE, owed: bool = False) -> str:
    """A field trimmed and bounded; refused where it is `owed` and empty. Raises Invalid."""
    kept = value.strip()
    if len(kept) > most or "\x00" in kept:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which=name,
            most=most,
            field=name,
        )
    if owed and not kept:
        raise Invalid(N_("Please fill this in; it is published."), field=name)
    return kept


def words(name: str, value: str, *, owed: bool = False) -> str:
    """The same of several sentences."""
    return line(name, value.replace("\r\n", "\n"), most=LONGEST_WORDS, owed=owed)


def team_of(pk: int, field: str) -> Team:
    """An active team. Raises Invalid."""
    found = Team.objects.filter(pk=pk, active=True).first()
    if found is None:
        raise Invalid(N_("Choose a team from the list."), field=field)
    return found


def new_secret() -> str:
    """A code that opens one page, short enough to be copied by hand."""
    return secrets.token_hex(10)


def receipt_of(secret: str) -> str:
    """What is kept of it: its hash alone."""
    return hashlib.sha256(f"risk receipt {secret.strip().lower()}".encode()).hexdigest()
