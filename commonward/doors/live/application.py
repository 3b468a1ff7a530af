"""The stream as a raw ASGI application: one address, no framework between it and the socket.

Django itself under ASGI costs several times as much and opens a connection to the database for
each thread; here thousands of open streams share one reader (`hub`).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from commonward.core.following import Position
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.doors.live.hub import Hub
from commonward.doors.live.listeners import Admitted, Listener
from commonward.response.queries.on_map import sight_of

PATH = "/live/events"
MOST_OF_ONE = 30
"""Streams of one account in one process: as many pages as somebody may leave open."""
_STATUSES: Mapping[type[Refusal], int] = {Invalid: 400, Missing: 404, Forbidden: 403}
_RETRY = b"retry: 2000\n\n"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Live:
    """`GET /live/events?since=PLACE&case=NUMBER`, for whoever is signed in at the site; with
    `&fleet=1` the live map too, for whoever coordinates urgent help."""

    def __init__(self) -> None:
        self._hub: Hub | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's own life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(_Asked(scope), receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._hub = Hub()
        self._hub.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._hub.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, asked: "_Asked", receive: Receive, send: Send) -> None:
        hub = self._hub
        if hub is None or asked.path != PATH:
            await _refuse(send, 404)
            return
        if asked.method != "GET":
            await _refuse(send, 405)
            return
        if not asked.from_here:
            await _refuse(send, 403)
            return
        try:
            admitted, since = await self._admitted(hub, asked)
            if admitted is None:
                await _refuse(send, 401, asked)
                return
            if hub.of_account(admitted.actor.account) >= MOST_OF_ONE:
                await _refuse(send, 429, asked)
                return
            listener = await hub.join(admitted, since, fleet=asked.fleet)
        except (Invalid, Missing, Forbidden) as refusal:
            await _refuse(send, _STATUSES[type(refusal)], asked)
        except DatabaseError:
            await _refuse(send, 503, asked)
        else:
            await self._stream(hub, listener, asked, receive, send)

    @staticmethod
    async def _admitted(hub: Hub, asked: "_Asked") -> tuple[Admitted | None, Position | None]:
        since = Position.from_text(asked.since) if asked.since else None
        if not asked.session:
            return None, since
        admitted = await hub.admit(asked.session, asked.case)
        if asked.fleet and admitted is not None and sight_of(admitted.actor) is None:
            raise Forbidden(N_("The live map is for who coordinates urgent help."))
        return admitted, since

    @staticmethod
    async def _stream(
        hub: Hub, listener: Listener, asked: "_Asked", receive: Receive, send: Send
    ) -> None:
        gone = asyncio.create_task(_until_gone(receive, listener))
        try:
            await send(_start(200, b"text/event-stream", asked))
            await send(_part(_RETRY))
            while not listener.ended:
                await listener.ready.wait()
                listener.ready.clear()
                if listener.waiting and not listener.ended:
                    told = b"".join(listener.waiting)
                    listener.waiting.clear()
                    await send(_part(told))
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            await hub.leave(listener)


class _Asked:
    """What a request says."""

    def __init__(self, scope: Message) -> None:
        known = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        query = parse_qs(scope["query_string"].decode("latin-1"))
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.origin = known.get("origin", "")
        # The browser's own memory is newer than the address that the page was given.
        self.since = known.get("last-event-id", "") or query.get("since", [""])[0]
        self.case = query.get("case", [""])[0][:20]
        self.fleet = "fleet" in query
        self.session = parse_cookie(known.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
        self._host = known.get("host", "")

    @property
    def from_here(self) -> bool:
        """Whether the host is one of ours, and the page (if a browser names it) too."""
        domain, _ = split_domain_port(self._host)
        hosts: list[str] = settings.ALLOWED_HOSTS
        if not domain or not validate_host(domain, hosts):
            return False
        if not self.origin or self.origin.rstrip("/") == settings.SITE_URL.rstrip("/"):
            return True
        page, site = urlsplit(self.origin), urlsplit(settings.SITE_URL)
        # The same site under another of its names, on its own port.
        return (page.scheme, page.port, page.hostname) == (site.scheme, site.port, domain) or (
            page.netloc == self._host
        )


async def _until_gone(receive: Receive, listener: Listener) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass
        listener.end()


def _start(status: int, kind: bytes, asked: "_Asked | None") -> Message:
    headers = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if asked is not None and asked.origin:
        headers += [
            (b"access-control-allow-origin", asked.origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"origin"),
        ]
    return {"type": "http.response.start", "status": status, "headers": headers}


def _part(told: bytes) -> Message:
    return {"type": "http.response.body", "body": told, "more_body": True}


async def _refuse(send: Send, status: int, asked: "_Asked | None" = None) -> None:
    """No words: a page that is refused asks by the common way, which has them."""
    await send(_start(status, b"text/plain", asked))
    await send({"type": "http.response.body", "body": b""})
