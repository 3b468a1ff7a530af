"""Whose key a request carries, and in whose name it acts."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from ninja.security import HttpBearer

from commonward.core.refusals import N_
from commonward.core.rights import Actor
from commonward.doors.api.problems import Refused
from commonward.people.actions import count_use
from commonward.people.queries import KeyHolder, actor_for, key_for
from commonward.people.queries import now as site_now

RIGHT = "api"
NOT_FOR_THIS = N_("This key does not open the API; ask for one with the right “{right}”.")
NO_GRANT = N_("Nothing has been granted to this key's account.")
TOO_OFTEN = N_("This key may be used {most} times a minute; wait for the next one.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the key, the account's rights at this moment, and the moment itself."""

    key: KeyHolder
    actor: Actor
    at: datetime


class Key(HttpBearer):
    """A key in the header `Authorization: Bearer …`, with the right that is asked for here."""

    def __init__(self, right: str = RIGHT) -> None:
        super().__init__()
        self.right = right

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller; None for an unknown key. Raises Refused 403 or 429."""
        at = site_now()
        key = key_for(token.strip(), at)
        if key is None:
            return None
        if not key.may(self.right) or key.account is None:
            raise Refused(403, "right", NOT_FOR_THIS, right=self.right)
        if not self.counts(key, at):
            wait = {"Retry-After": str(60 - at.second)}
            raise Refused(429, "rate", TOO_OFTEN, headers=wait, most=key.per_minute)
        actor = actor_for(key.account, at)
        if not actor.rights:
            raise Refused(403, "grant", NO_GRANT)
        return Caller(key, actor, at)

    def counts(self, key: KeyHolder, at: datetime) -> bool:
        """Count one use; whether it is within the key's limit."""
        return count_use(key, at)


def caller(request: HttpRequest) -> Caller:
    """The caller that `Key` let in."""
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found
