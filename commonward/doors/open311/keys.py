"""Whose key a request carries (接口密钥), and whether it may be used now."""

import hashlib
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from commonward.core.rights import Actor
from commonward.doors.open311.asking import Ask, Problem
from commonward.people.actions import count_use
from commonward.people.queries import KeyHolder, actor_for, key_for

KEPT_FOR = timedelta(seconds=5)
"""How long a process believes what it read: a revoked key opens nothing after this."""
_MOST_KEPT = 1000

_kept: dict[str, tuple[datetime, KeyHolder]] = {}


def holder(secret: str, at: datetime) -> KeyHolder | None:
    """The key of this secret; read at most once in `KEPT_FOR`. Wrong ones are not kept."""
    mark = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    kept = _kept.get(mark)
    if kept is not None and timedelta(0) <= at - kept[0] < KEPT_FOR:
        return kept[1]
    found = key_for(secret, at)
    if found is None:
        _kept.pop(mark, None)
        return None
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[mark] = (at, found)
    return found


def required(ask: Ask, right: str) -> KeyHolder:
    """The key that this request must carry, counted as used; Problem 403 or 429."""
    secret = ask.one("api_key")
    if not secret:
        raise Problem(403, _("api_key required: ask the office for a key."))
    found = holder(secret, ask.at)
    if found is None:
        raise Problem(403, _("This api_key is unknown, revoked or over."))
    if not found.may(right):
        raise Problem(403, _("This api_key does not allow “{right}”.").format(right=right))
    if not count_use(found, ask.at):
        raise Problem(
            429,
            _("This api_key may be used {most} times a minute; wait for the next one.").format(
                most=found.per_minute
            ),
            retry_after=60 - ask.at.second,
        )
    return found


def account_of(key: KeyHolder, at: datetime) -> Actor | None:
    """Whose rights the key acts with, if it has an account."""
    return None if key.account is None else actor_for(key.account, at)
