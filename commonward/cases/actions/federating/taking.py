"""The taker's side: accept or decline what a neighbour offers (受移方)."""

from datetime import datetime

from django.db import transaction

from commonward.areas.queries import locate
from commonward.cases.actions.federating.giving import GIVES
from commonward.cases.actions.federating.standing import locked, standing_of, write
from commonward.cases.models import HandOver
from commonward.cases.queries.reference import book
from commonward.core.answers import check_answers
from commonward.core.federation import handing
from commonward.core.federation.offering import read_offer
from commonward.core.federation.promising import agree, read_promise
from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.core.rights import APART, Actor, refuse_onlooker


def accept(
    hand_over: int,
    category: str,
    actor: Actor,
    at: datetime,
    *,
    due: datetime | None = None,
    late_because: str = "",
) -> HandOver:
    """Take it: held from now on, and ours when we have seen the giver's commit.

    `category` is ours for it; `due` the moment that we take on, where it is not the one promised.
    Raises Missing, Forbidden, Refusal "stage", and Invalid where the case could not be opened so.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        row = locked(hand_over)
        offered = read_offer({**row.content, "way": list(row.way)})
        path = _path(offered.lat, offered.lon, at)
        _check(actor, path, category)
        facts = book().category(category)
        if not facts.reportable or facts.code.startswith(APART):
            raise Invalid(N_("Choose one of the list."), field="category")
        known = {str(q["code"]) for q in facts.questions}
        answers = check_answers(
            facts.questions, {k: v for k, v in offered.answers.items() if k in known}
        )
        agreed = agree(read_promise(row.clock), due, late_because, at)
        row.content = {**row.content, "take": {"category": facts.code, "answers": answers}}
        row.agreed_at = agreed.due
        row.told = agreed.reason
        write(row, handing.accept(standing_of(row), {"clock": agreed.to_data()}), at)
    return row


def decline(hand_over: int, reason: str, actor: Actor, at: datetime) -> HandOver:
    """Not ours; the reason goes back to the giver. Raises Missing, Forbidden, Invalid, Refusal."""
    if not 3 <= len(reason.strip()) <= 1000:
        raise Invalid(N_("Say why, in at most 1000 characters."), field="reason")
    refuse_onlooker(actor)
    with transaction.atomic():
        row = locked(hand_over)
        _check(actor, "", "")
        write(row, handing.decline(standing_of(row), reason.strip(), "person"), at)
        row.content = {}
        row.told = reason.strip()
        row.save(update_fields=["content", "told"])
    return row


def _check(actor: Actor, path: str, category: str) -> None:
    if not actor.roles_for(GIVES, "hand_over", path, category):
        raise Forbidden(N_("Your post does not take matters from neighbours."))


def _path(lat: float | None, lon: float | None, at: datetime) -> str:
    """Where it lies here; a place outside is said before anything is accepted."""
    if lat is None or lon is None:
        return ""
    found = locate(lat, lon, at=at)
    if found.outside:
        raise Invalid(
            N_("This place is outside the area served: decline it, and say so."), field="lat",
            code="outside",
        )  # fmt: skip
    return found.path
