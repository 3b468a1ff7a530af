"""The live stream by the same table: who opens it, for which case, what it tells, and that it ends.

The stream's own code runs here as its server runs it (`application.Live`), but in this thread and
step by step: a thread of its own would not see the town, which is never committed. That a server
really does so is shown in tests/doors/live.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Event, Task
from commonward.core.following import Position
from commonward.core.rights import SYSTEM
from commonward.doors.live import hub as hubs
from commonward.doors.live.application import PATH, Live
from commonward.people.models import Account, Grant, SignedIn, Team
from commonward.people.queries import now
from tests.rights.asking import BACKEND
from tests.rights.checking import told
from tests.rights.people import NORTH, Person, everybody
from tests.rights.table import sees
from tests.rights.things import OF_CASES, Things
from tests.rights.town import Town

T = TypeVar("T")
EVERYWHERE = ("", "none", *OF_CASES)
"""No case at all, one that is not there, and each of the town's."""


def here(question: Callable[..., T], *given: Any) -> T:
    """Ask it as if no loop ran: beside a loop Django opens another connection, without the town."""
    running = asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return question(*given)
    finally:
        asyncio._set_running_loop(running)


class Here(hubs.Hub):
    """The hub with its questions asked in this thread, where the town is."""

    async def _asked(self, pool: ThreadPoolExecutor, question: Callable[..., T], *given: Any) -> T:
        await asyncio.sleep(0)
        return here(question, *given)

    async def look(self) -> None:
        """What the reader does when something woke it, once."""
        await self._read()

    async def keep_rights(self) -> None:
        """What is done every few seconds: whoever lost a right is told nothing more."""
        await self._keep_rights()


@dataclass
class Stream:
    """Somebody's open stream, and what came of it."""

    status: int = 0
    told: bytes = b""
    ended: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self) -> dict[str, str]:
        """Nothing until the page is closed."""
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """What the server says."""
        self.status = message.get("status", self.status)
        self.told += message.get("body", b"")
        if message["type"] == "http.response.body":
            self.ended = not message.get("more_body", False)

    def cases(self) -> set[str]:
        """The numbers of the cases of which an event was told."""
        return {
            json.loads(line.removeprefix("data: "))["case"]
            for name, line in self.messages()
            if name == "happened"
        }

    def messages(self) -> Iterator[tuple[str, str]]:
        """Name and data of each message."""
        for message in self.told.decode().split("\n\n"):
            lines = dict(part.partition(": ")[::2] for part in message.splitlines())
            if "event" in lines:
                yield lines["event"], lines["data"]


class Listening:
    """The stream's application at this moment, and what it is asked."""

    def __init__(self, sessions: dict[str, str]) -> None:
        self.hub = Here()
        self._live, self._sessions = Live(), sessions
        self._live._hub = self.hub
        self._open: list[tuple[Stream, asyncio.Task[None]]] = []

    async def ask(self, login: str, **asked: str) -> Stream:
        """Open a stream as this person; returns as soon as it is refused or open."""
        made = Stream()
        cookie = f"{django_settings.SESSION_COOKIE_NAME}={self._sessions.get(login, '')}"
        scope = {
            "type": "http", "path": PATH, "method": "GET",
            "query_string": urlencode(asked).encode(),
            "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())],
        }  # fmt: skip
        running = asyncio.create_task(self._live(scope, made.receive, made.send))
        self._open.append((made, running))
        while not (made.ended or made.told or running.done()):
            await asyncio.sleep(0)
        await settled()
        return made

    async def close(self, *streams: Stream) -> None:
        """The pages are closed."""
        wanted = {id(one) for one in streams or [one for one, _ in self._open]}
        ending = [(one, task) for one, task in self._open if id(one) in wanted]
        self._open = [(one, task) for one, task in self._open if id(one) not in wanted]
        for one, _task in ending:
            one.gone.set()
        await asyncio.gather(*(task for _, task in ending))


async def settled() -> None:
    """Let every stream send what waits in its queue."""
    for _ in range(8):
        await asyncio.sleep(0)


@pytest.fixture
def sessions(town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Everybody signed in, in the site's own sessions; questions are asked in this thread."""
    settings.SESSION_ENGINE = "commonward.people.sessions"
    monkeypatch.setattr(hubs, "RIGHTS_EVERY", 0)
    found = {}
    for login, account in town.accounts.items():
        client = Client()
        client.force_login(Account.objects.get(pk=account), BACKEND)
        found[login] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


@asynccontextmanager
async def listening(sessions: dict[str, str]) -> Any:
    """The application, begun; at the end every page is closed."""
    made = Listening(sessions)
    await made.hub._begin()
    try:
        yield made
    finally:
        await made.close()
        await made.hub.stop()


def happen(town: Town) -> None:
    """Something in every case."""
    for case in Case.objects.filter(pk__in=[one.pk for one in town.cases.values()]):
        record(case, "noted", now(), SYSTEM)


def numbers(town: Town, things: Things, person: Person) -> set[str]:
    """The numbers of the cases that the table shows to this person."""
    return {town.named[name] for name in OF_CASES if sees(person, things.case(name))}


def test_every_person_hears_of_the_cases_that_the_table_shows_them_and_of_no_other(
    town: Town, things: Things, sessions: dict[str, str]
) -> None:
    wrong = []
    begin = Position(Event.objects.latest("id").pk).to_text()

    async def hear() -> tuple[dict[Person, Stream], dict[Person, Stream]]:
        async with listening(sessions) as live:
            first = {person: await live.ask(person.login) for person in everybody()}
            here(happen, town)
            await live.hub.look()
            await settled()
            # Who comes later and goes on from before is told the same at once.
            late = {p: await live.ask(p.login, since=begin) for p in everybody() if p.signed_in}
            return first, late

    first, late = asyncio.run(hear())
    for which, streams in (("live", first), ("later", late)):
        for person, stream in streams.items():
            may = bool(person.post)
            if (stream.status == 200) != may or (not may and stream.status != 401):
                wrong.append(f"{which} {person.login}: {stream.status}")
            if not stream.ended and may and stream.cases() != numbers(town, things, person):
                wrong.append(f"{which} {person.login}: {sorted(stream.cases())}")
    assert not wrong, told(wrong)
    assert len(first) * len(OF_CASES) > 1000


def test_a_stream_of_a_case_and_of_the_map_opens_to_whom_the_table_shows_it(
    town: Town, things: Things, sessions: dict[str, str]
) -> None:
    async def opened() -> dict[tuple[str, str], int]:
        found = {}
        async with listening(sessions) as live:
            for person in one_of_each(things):
                for name in EVERYWHERE:
                    asked = {"case": town.named[name]} if name else {"fleet": "1"}
                    stream = await live.ask(person.login, **asked)
                    found[person.login, name] = stream.status
                    await live.close(stream)
        return found

    found = asyncio.run(opened())
    wrong = []
    for person in one_of_each(things):
        for name in EVERYWHERE:
            if name in OF_CASES:
                right = 200 if sees(person, things.case(name)) else 404
            elif name:
                right = 404
            else:
                coordinates = person.post == "response_coordinator" and not person.scope.verbs
                right = 200 if coordinates else 403
            right = right if person.post else 401
            if found[person.login, name] != right:
                wrong.append(f"{person.login} {name}: {found[person.login, name]}, not {right}")
    assert not wrong, told(wrong)
    assert {200, 401, 403, 404} <= set(found.values())


def one_of_each(things: Things) -> tuple[Person, ...]:
    """Of those whom the table shows the same cases, one of each post."""
    alike: dict[tuple[object, ...], Person] = {}
    for person in everybody():
        seen = frozenset(name for name in OF_CASES if sees(person, things.case(name)))
        coordinates = person.post == "response_coordinator" and bool(person.scope.verbs)
        alike.setdefault((seen, person.post if seen else bool(person.post), coordinates), person)
    return tuple(alike.values())


def test_a_task_shows_a_dispute_to_nobody_on_a_stream_either(
    town: Town, sessions: dict[str, str]
) -> None:
    dispute, like = town.cases["dispute"], Task.objects.get(case=town.cases["north"], kind="whistle", team__code="roads")  # fmt: skip
    like.pk, like.case = None, dispute
    like.team = Team.objects.get(code="committee-north")
    like.save()

    async def hear() -> Stream:
        async with listening(sessions) as live:
            stream: Stream = await live.ask("mediator-other-team")
            here(happen, town)
            await live.hub.look()
            await settled()
            return stream

    assert asyncio.run(hear()).cases() == set()


def test_whoever_loses_a_grant_a_session_or_the_account_hears_nothing_more(
    town: Town, things: Things, sessions: dict[str, str]
) -> None:
    people = [p for p in everybody() if p.post and p.login.endswith("-everywhere")]
    ended, signed_out, closed, moved = "dispatcher-south", "leader-south", "duty_chief-south", "leader-everywhere"  # fmt: skip
    mine = {name: town.named[name] for name in ("south", "north")}

    def lose() -> None:
        before = now() - timedelta(seconds=1)
        for grant in Grant.objects.filter(account_id=town.accounts[ended]):
            grant.until = before
            grant.save()
        SignedIn.objects.filter(session_key=sessions[signed_out]).delete()
        Account.objects.filter(pk=town.accounts[closed]).update(is_active=False)
        Grant.objects.filter(account_id=town.accounts[moved]).update(area_code=NORTH.split("/")[-2])

    async def hear() -> tuple[dict[str, Stream], Stream, Stream]:
        async with listening(sessions) as live:
            streams = {one: await live.ask(one) for one in (ended, signed_out, closed)}
            narrowed = await live.ask(moved, case=mine["south"])
            other = await live.ask("dispatcher-everywhere", case=mine["south"])
            here(happen, town)
            await live.hub.look()
            await settled()
            for one in (*streams.values(), narrowed):
                assert mine["south"] in one.cases(), "they heard of it before"
                one.told = b""
            here(lose)
            await live.hub.keep_rights()
            here(happen, town)
            await live.hub.look()
            await settled()
            return streams, narrowed, other

    streams, narrowed, other = asyncio.run(hear())
    for login, stream in streams.items():
        assert stream.ended and stream.cases() == set(), login
    assert mine["north"] in narrowed.cases() and mine["south"] not in narrowed.cases()
    assert ("presence", "[]") in narrowed.messages(), "and it is told of nobody at that case"
    assert mine["south"] in other.cases()
    assert people


def test_no_grant_that_ends_leaves_a_stream_open(town: Town, sessions: dict[str, str]) -> None:
    everyone = [p.login for p in everybody() if p.post]

    async def hear() -> dict[str, Stream]:
        async with listening(sessions) as live:
            streams = {login: await live.ask(login) for login in everyone}
            here(lambda: Grant.objects.update(until=now() - timedelta(seconds=1)))
            await live.hub.keep_rights()
            here(happen, town)
            await live.hub.look()
            await settled()
            return streams

    streams = asyncio.run(hear())
    assert [login for login, one in streams.items() if not one.ended or one.cases()] == []
    assert len(streams) > 100
    assert reverse("live:events") == PATH
