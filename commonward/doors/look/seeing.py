"""An administrator looks at the pages as somebody else: for a while, and reading only."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest

from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor
from commonward.doors.look.showing import SEEING
from commonward.people.queries import actor_for

LASTS = 1800.0
"""Seconds, so that nobody forgets whose pages these are."""
KEPT = "seeing_as"
_WRITES = re.compile(
    r"^\s*(?:INSERT|REPLACE|UPDATE|DELETE|MERGE|TRUNCATE)\b"
    r"|\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+[\w\".]+\s+SET)\b",
    re.IGNORECASE,
)
_NOTED = re.compile(r"^\s*INSERT\s+INTO\s+\"?people_accessrecord\b", re.IGNORECASE)
"""The one thing that is written: that they looked."""


def begin_seeing(request: HttpRequest, account: int) -> None:
    """From now on the pages are those of this account."""
    request.session[KEPT] = [account, time.time() + LASTS]


def end_seeing(request: HttpRequest) -> int | None:
    """The pages are one's own again; the account as whom they were looked at, None for none."""
    kept = request.session.pop(KEPT, None)
    return None if kept is None else int(kept[0])


def onlooker(request: HttpRequest, at: datetime) -> Actor | None:
    """The person as whom this administrator looks; None when they look as themselves.

    What was granted to either of them is read anew each time: it ends with the administrator's
    post for the whole site, with the other's account, and after `LASTS`.
    """
    kept = request.session.get(KEPT)
    if kept is None:
        return None
    user: Any = request.user
    account, until = kept
    try:
        if time.time() > until or not _administers(actor_for(user.pk, at)):
            raise Missing(N_("This has ended."))
        found = replace(actor_for(account, at), seen_by=user.pk)
    except Missing:
        del request.session[KEPT]
        return None
    setattr(request, SEEING, found)
    return found


@contextmanager
def only_reading() -> Iterator[None]:
    """Whatever would write to the database is refused (Forbidden), but that somebody looked."""
    with connection.execute_wrapper(_refuse_writes):
        yield


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
) -> Any:
    if _WRITES.search(str(sql)) and not _NOTED.match(str(sql)):
        raise Forbidden(N_("You see the pages as somebody else: nothing can be changed or opened."))
    return execute(sql, params, many, context)


def _administers(actor: Actor) -> bool:
    return any(
        right.role == "administrator" and not right.area and not right.categories
        and (not right.verbs or "see_as" in right.verbs)
        for right in actor.rights
    )  # fmt: skip
