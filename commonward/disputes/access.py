"""One look-up hands a dispute to a person, or refuses; each look of staff is noted."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from commonward.cases.access import access_case, visible_case
from commonward.core.confidentiality import may
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor, party
from commonward.disputes.models import Dispute, Party, Side

POSTS = ("coordinator", "mediator", "panelist", "clerk", "legal_aid")
"""The posts of mediation (岗位), those that see most first."""


def dispute_for(
    number: str, actor: Actor, at: datetime, *, door: str, what: str = "read"
) -> Dispute:
    """The dispute with this number, if this person may know of it; the look is noted.

    Raises Missing alike where there is none and where there is none for this person.
    """
    if actor.party is not None:
        found = (
            Dispute.objects.select_related("case__procedure", "case__team", "case__area")
            .filter(case__number=number, pk__in=_of(actor))
            .first()
        )
    else:
        case = access_case(number, actor, at, door=door, what=f"dispute {what}")
        found = Dispute.objects.filter(pk=case.pk).first()
        if found is not None:
            found.case = case
    if found is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    return found


def dispute_to_change(number: str, actor: Actor) -> Dispute:
    """The same before a change, which is noted by its event and shows nothing."""
    if actor.party is not None:
        found = Dispute.objects.filter(case__number=number, pk__in=_of(actor)).first()
    elif actor.role == "system":
        found = Dispute.objects.filter(case__number=number).first()
    else:
        found = Dispute.objects.filter(pk=visible_case(number, actor).pk).first()
    if found is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    return found


def roles_in(dispute: Dispute, actor: Actor) -> Sequence[str]:
    """The posts of mediation (or "party") that this person holds in this dispute."""
    if actor.party is not None:
        return ("party",)
    if actor.role:
        return (actor.role,)
    case = dispute.case
    return actor.roles_for(POSTS, "see", case.area_path, case.category.code)


def sees(dispute: Dispute, actor: Actor, what: str, *, side: Side | None = None) -> bool:
    """Whether this person sees this kind of object of the dispute now, of that side.

    `what` is an object of `core.confidentiality`.
    """
    own = side is None or actor.party is None or side.pk == _side_of(actor)
    return any(
        may(role, what, dispute.case.stage, own_side=own) for role in roles_in(dispute, actor)
    )


def require(dispute: Dispute, actor: Actor, what: str, *, side: Side | None = None) -> None:
    """Raises Forbidden where `sees` says no."""
    if not sees(dispute, actor, what, side=side):
        raise Forbidden(N_("This part of the dispute is not for your post, or not at this stage."))


def side_of(actor: Actor) -> Side:
    """The side that a party stands on. Raises Missing for anybody else."""
    own = _side_of(actor)
    found = None if own is None else Side.objects.filter(pk=own).first()
    if found is None:
        raise Missing(N_("This page belongs to nobody, or no longer."))
    return found


def party_by(key: str, at: datetime) -> Actor:
    """Who holds this secret link. Raises Missing for a wrong or ended one."""
    found = Party.objects.filter(pass_digest=digest_of(key), left_at=None).first() if key else None
    if found is None:
        raise Missing(N_("This page belongs to nobody, or no longer."))
    return party(found.pk)


def digest_of(key: str) -> str:
    """What is kept of a pass."""
    return hashlib.sha256(f"pass {key}".encode("utf-8", "surrogatepass")).hexdigest()


def _side_of(actor: Actor) -> int | None:
    if actor.party is None:
        return None
    return Party.objects.filter(pk=actor.party, left_at=None).values_list("side", flat=True).first()


def _of(actor: Actor) -> Sequence[int]:
    if actor.party is None:
        return ()
    rows = Party.objects.filter(pk=actor.party, left_at=None)
    return list(rows.values_list("side__dispute_id", flat=True))
