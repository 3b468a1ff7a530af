"""Who listens: one open stream each, with the rights that its person had when last looked at."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import timezone

from commonward.cases.access import visible_case
from commonward.cases.queries.happened import filed_as
from commonward.core.rights import Actor
from commonward.doors.look.standing import standing_of
from commonward.people.models import Account, SignedIn
from commonward.people.queries import actors_for, now
from commonward.people.sessions import over
from commonward.response.queries.on_map import Sight

MOST_WAITING = 2000
"""Messages that may wait for a slow reader; beyond them the stream ends, and is resumed."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whoever may listen: their rights, and what the sign-in looked like when it was checked."""

    actor: Actor
    session: str
    seen: tuple[str, ...]
    case: int | None = None
    number: str = ""
    """The case that the page shows, which this person may see."""


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream; all of it belongs to the loop's own thread."""

    admitted: Admitted
    waiting: deque[bytes] = field(default_factory=deque)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False
    told: list[dict[str, str]] | None = None
    """The colleagues that were told last."""
    fleet: bool = False
    """Whether the page shows the live map."""
    sight: Sight | None = None
    """What of the live map was told last; None before the first time, and without the right."""

    def send(self, message: bytes) -> None:
        """Put a message in the queue; whoever reads too slowly is cut off and may resume."""
        if len(self.waiting) >= MOST_WAITING:
            self.end()
            return
        self.waiting.append(message)
        self.ready.set()

    def end(self) -> None:
        """Close the stream."""
        self.ended = True
        self.waiting.clear()
        self.ready.set()

    @property
    def look(self) -> tuple[int, int] | None:
        """The case and the account that looks at it."""
        account = self.admitted.actor.account
        if self.admitted.case is None or account is None:
            return None
        return self.admitted.case, account


def admit(session: str, number: str = "") -> Admitted | None:
    """Who has this session, and may they see this case? None for whoever has to sign in first.

    Raises Missing where there is no such case for this person. Asks the database 6 times.
    """
    request = _request(session)
    standing = standing_of(request)
    if standing is None:
        return None
    case = visible_case(number, standing.actor).pk if number else None
    user: Any = request.user
    seen = _looks(_rows([session]).get(session, ""), user.password, user.must_change)
    return Admitted(standing.actor, session, seen, case, number)


def _request(session: str) -> HttpRequest:
    """As the site's own middleware would make it of this session."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    request.user = get_user(request)
    return request


def _rows(sessions: Iterable[str]) -> dict[str, str]:
    now = timezone.now()
    rows = SignedIn.objects.filter(session_key__in=list(sessions))
    return {row.session_key: row.session_data for row in rows if not over(row, now)}


def _looks(session_data: str, password: str, must_change: bool) -> tuple[str, ...]:
    return session_data, password, str(must_change)


def look_again(listening: Sequence[Admitted]) -> dict[int, Admitted]:
    """All who listen with their rights anew, by their place in the list; who is missing must go.

    8 queries for everybody; whose sign-in changed is admitted as if they came anew. A case that
    is no longer to be seen is taken from whoever had it open.
    """
    sessions = _rows({one.session for one in listening})
    accounts = {one.actor.account for one in listening if one.actor.account is not None}
    secrets = {
        id_: (password, must_change)
        for id_, password, must_change in Account.objects.filter(pk__in=accounts).values_list(
            "id", "password", "must_change"
        )
    }
    actors = actors_for(accounts, now())
    filed = filed_as({one.case for one in listening if one.case is not None})
    found: dict[int, Admitted] = {}
    for place, one in enumerate(listening):
        actor = actors.get(one.actor.account or 0)
        if one.session not in sessions or actor is None or not actor.rights:
            continue
        looks = _looks(sessions[one.session], *secrets[actor.account or 0])
        if looks != one.seen:
            anew = admit(one.session)
            if anew is None or anew.actor.account != one.actor.account:
                continue
            looks = anew.seen
        still = one.case is not None and one.case in filed and filed[one.case].seen_by(actor)
        found[place] = replace(one, actor=actor, seen=looks, case=one.case if still else None)
    return found
