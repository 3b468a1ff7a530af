"""An administrator looks at the pages as somebody else (以他人视角查看): begun and ended, each noted."""

from datetime import datetime

from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.models import Account


def see_as(actor: Actor, account: int, *, at: datetime) -> Account:
    """Note that the pages are looked at as this member of staff from now on.

    Administrators for the whole site only: they see what that person sees and change nothing.
    Residents have no accounts. Raises Forbidden, Missing, and Invalid for a deactivated account
    or one's own.
    """
    access.require_administrator(actor, "see_as")
    found = access.standing_account(account)
    if account == actor.account:
        raise Invalid(N_("These are your own pages already."), field="account")
    record_change(actor, "see_as", found.login, at)
    return found


def end_seeing(actor: Actor, account: int, *, at: datetime) -> None:
    """Note that the pages are their own again. Raises Missing."""
    record_change(actor, "see_as_end", access.account(account).login, at)
