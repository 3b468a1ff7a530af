"""Until when somebody has seen what changed on their desk."""

from datetime import datetime

from commonward.core.rights import Actor
from commonward.people.models import LastLook


def last_look(actor: Actor) -> datetime | None:
    """The actor's own moment (1 query); None where they never looked."""
    if actor.account is None:
        return None
    return LastLook.objects.filter(account_id=actor.account).values_list("at", flat=True).first()
