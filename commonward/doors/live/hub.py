"""One reader of the database for all who listen in a process, and what keeps them right."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from commonward.cases.actions.presence import look_at, look_away
from commonward.cases.actions.ringing import REST
from commonward.cases.queries.happened import Happened, happened, head
from commonward.cases.queries.presence import Present, present
from commonward.core.following import Position
from commonward.core.rights import Actor
from commonward.doors.live import fleet, telling
from commonward.doors.live.listeners import Admitted, Listener, admit, look_again
from commonward.doors.live.waking import waking
from commonward.people.queries import now
from commonward.response.queries.on_map import Picture, Sight, sight_of

log = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_ANYWAY = 1.0
"""Seconds after which the record is looked at though nothing woke us."""
BREATH = 0.05
"""Seconds between two looks while something happens."""
KEEP_LOOKING = 2 * REST
"""How long after the last event; a writer that has just rung rests, and rings no second time."""
RIGHTS_EVERY = 5.0
"""Within these seconds whoever signed out or lost a right is told nothing more."""
PRESENCE_EVERY = 2.0
RENEW_EVERY = 20.0
MARK_EVERY = 15.0


class Hub:
    """All open streams of this process. Its methods run on the loop, its queries in threads."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._place = Position()
        self._woken = asyncio.Event()
        self._reading = asyncio.Lock()
        self._started = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._renew = 0.0
        # Admitting many must not keep events waiting, so the reader has a thread of its own.
        self._reader = ThreadPoolExecutor(1, "live-reader")
        self._door = ThreadPoolExecutor(2, "live-door")
        self._mapper = ThreadPoolExecutor(1, "live-map")
        self._map: dict[Sight, Picture] = {}
        self._map_asked = asyncio.Event()

    def start(self) -> None:
        """Begin to follow the record."""
        for work in (
            waking(self._woken.set),
            self._follow(),
            _again_and_again(self._keep_rights),
            _again_and_again(self._keep_presence),
            _again_and_again(self._keep_marks),
            _again_and_again(self._keep_map),
        ):
            self._tasks.append(asyncio.create_task(work))

    async def stop(self) -> None:
        """End every stream and all work."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        looks = self._looks()
        for listener in self._listeners:
            listener.end()
        with contextlib.suppress(DatabaseError):
            await self._asked(self._door, look_away, looks)
        self._reader.shutdown(wait=False)
        self._door.shutdown(wait=False)
        self._mapper.shutdown(wait=False)

    async def admit(self, session: str, number: str) -> Admitted | None:
        """`listeners.admit`, in a thread."""
        return await self._asked(self._door, admit, session, number)

    def of_account(self, account: int | None) -> int:
        """How many streams this account has open here."""
        return sum(one.admitted.actor.account == account for one in self._listeners)

    async def join(
        self, admitted: Admitted, since: Position | None, *, fleet: bool = False
    ) -> Listener:
        """A stream that goes on where it ended, without loss and without doubling.

        What happened in between is sent first. Where that is too much, or the place is none of
        this record, `refresh` says: look at your lists anew. `fleet`: the live map too, which
        begins with the whole of it.
        """
        await self._started.wait()
        if since is not None and not self._place.covers(since):
            # It comes from a process that has read further than this one.
            await self._read()
        listener = Listener(admitted, fleet=fleet)
        begin = self._place
        self._listeners.add(listener)
        try:
            missed = [] if since is None else await self._missed(admitted.actor, since, begin)
            # What came in the meantime stands in the queue already.
            listener.waiting.extendleft(reversed([*missed, telling.mark(begin)]))
            listener.ready.set()
            self._map_asked.set()
            if listener.look is not None:
                await self._asked(self._door, look_at, [listener.look], timezone.now())
                await self._tell_presence([listener.look[0]])
        except BaseException:
            self._listeners.discard(listener)
            raise
        return listener

    async def leave(self, listener: Listener) -> None:
        """The stream has ended."""
        self._listeners.discard(listener)
        await self._look_away({listener.look})

    async def _missed(self, actor: Actor, since: Position, begin: Position) -> list[bytes]:
        if not begin.covers(since):
            return [telling.message("refresh", {})]
        found = await self._asked(self._door, _happened, since)
        if found.more:
            return [telling.message("refresh", {})]
        missed = []
        place = since
        for one in found.events:
            # What was not read yet when this stream joined comes by the common way.
            if begin.sees(one.id):
                place = place.having(one.id, found.before)
                if one.filed.seen_by(actor):
                    missed.append(telling.message("happened", telling.event(one), place))
        return missed

    async def _read(self) -> bool:
        """Look once and tell everybody; whether there was anything."""
        async with self._reading:
            found = await self._asked(self._reader, _happened, self._place)
            # No pause from here on: whoever joins stands before or after all of it.
            self._place = found.place
            if found.more:
                self._tell_all(telling.message("refresh", {}, found.place))
            for one in found.events:
                told = telling.message("happened", telling.event(one), one.place)
                for listener in self._listeners:
                    if one.filed.seen_by(listener.admitted.actor):
                        listener.send(told)
            return bool(found.events) or found.more

    def _tell_all(self, message: bytes) -> None:
        for listener in self._listeners:
            listener.send(message)

    async def _begin(self) -> None:
        if not self._started.is_set():
            self._place = await self._asked(self._reader, head)
            self._started.set()

    async def _follow(self) -> None:
        await _again_and_again(self._begin, until=self._started.is_set)
        await _again_and_again(self._look)

    async def _look(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), LOOK_ANYWAY)
        self._woken.clear()
        until = time.monotonic() + KEEP_LOOKING
        while time.monotonic() < until:
            if await self._read():
                until = time.monotonic() + KEEP_LOOKING
            await asyncio.sleep(BREATH)

    async def _keep_rights(self) -> None:
        await asyncio.sleep(RIGHTS_EVERY)
        listening = list(self._listeners)
        asked = [one.admitted for one in listening]
        before = self._looks()
        found = await self._asked(self._door, look_again, asked)
        for place, listener in enumerate(listening):
            anew = found.get(place)
            if anew is None:
                listener.end()
                self._listeners.discard(listener)
                continue
            if listener.admitted.case is not None and anew.case is None:
                listener.send(telling.message("presence", []))
            listener.admitted = anew
        await self._look_away(before)

    async def _keep_presence(self) -> None:
        await asyncio.sleep(PRESENCE_EVERY)
        looks = self._looks()
        if not looks:
            return
        if time.monotonic() >= self._renew:
            self._renew = time.monotonic() + RENEW_EVERY
            await self._asked(self._door, look_at, looks, timezone.now())
        await self._tell_presence({case for case, _ in looks})

    async def _keep_marks(self) -> None:
        await asyncio.sleep(MARK_EVERY)
        self._tell_all(telling.mark(self._place))

    async def _keep_map(self) -> None:
        self._map_asked.clear()
        watching = {one: sight_of(one.admitted.actor) for one in self._listeners if one.fleet}
        if not watching:
            self._map = {}
            await self._map_asked.wait()
            return
        sights = {sight for sight in watching.values() if sight is not None}
        anew = {sight for one, sight in watching.items() if sight not in (None, one.sight)}
        self._map, changes, wholes = await self._asked(
            self._mapper, fleet.look, self._map, sights, anew
        )
        for one, sight in watching.items():
            if one.sight != sight:
                one.send(fleet.NOTHING if sight is None else wholes[sight])
            elif sight in changes:
                one.send(changes[sight])
            one.sight = sight
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._map_asked.wait(), fleet.EVERY)

    def _looks(self) -> set[tuple[int, int]]:
        return {one.look for one in self._listeners if one.look is not None}

    async def _look_away(self, looks: Iterable[tuple[int, int] | None]) -> None:
        """Give back those of these leases that no stream holds any more, and tell the others."""
        given_back = {look for look in looks if look is not None} - self._looks()
        if given_back:
            await self._asked(self._door, look_away, given_back)
            await self._tell_presence({case for case, _ in given_back})

    async def _tell_presence(self, cases: Iterable[int]) -> None:
        found = await self._asked(self._door, _present, list(cases))
        for listener in self._listeners:
            case = listener.admitted.case
            if case not in found:
                continue
            told = telling.colleagues(found[case], listener.admitted.actor.account)
            if told != listener.told:
                listener.told = told
                listener.send(telling.message("presence", told))

    async def _asked(self, pool: ThreadPoolExecutor, question: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, _answered, question, *given)


def _answered(question: Callable[..., T], *given: Any) -> T:
    try:
        return question(*given)
    finally:
        close_old_connections()


def _happened(since: Position) -> Happened:
    return happened(since, now())


def _present(cases: list[int]) -> dict[int, tuple[Present, ...]]:
    return dict.fromkeys(cases, ()) | present(cases, timezone.now())


async def _again_and_again(
    work: Callable[[], Awaitable[None]], until: Callable[[], bool] = lambda: False
) -> None:
    """For ever, or until it holds: a fault is told and stops nothing."""
    while not until():
        try:
            await work()
        except Exception:
            log.exception("live: %s failed; trying again", work.__name__)
            await asyncio.sleep(LOOK_ANYWAY)
