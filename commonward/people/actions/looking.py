"""A member of staff has seen what changed until a moment; only their own desk asks for it."""

from datetime import datetime

from commonward.core.refusals import N_, Forbidden
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import access
from commonward.people.models import LastLook


def note_look(actor: Actor, until: datetime) -> None:
    """Keep the moment until which this account has seen what changed; it never goes back.

    Raises Forbidden for whoever has no account.
    """
    refuse_onlooker(actor)
    if actor.account is None:
        raise Forbidden(N_("Only an account has a list of changes."))
    seen = access.moment(until)
    LastLook.objects.get_or_create(account_id=actor.account, defaults={"at": seen})
    LastLook.objects.filter(account_id=actor.account, at__lt=seen).update(at=seen)
