"""The open cases that this process keeps in memory, brought up to date from the events.

A map of a million open cases asks for counts by place, light and right, which no index holds. So
each process that is asked for maps keeps them as columns (about 80 bytes a case), and every two
seconds reads the events since the last time: whatever changes a case writes one. The rows read
first are the base; what changed since is the delta, small, and folded in when it has grown.

PostgreSQL hands out an event's id before its transaction ends, so a higher id may be seen before
a lower one. Events count as read for good only when every transaction that ran when they were
first seen has ended; until then they are asked for again.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.cases.models import Event, Task
from commonward.cases.queries.on_map.columns import (
    Columns,
    Words,
    all_open,
    by_place,
    chosen,
    count,
    joined,
    these,
)
from commonward.cases.queries.running import begun_until_now, oldest_running

OLDEST_SECONDS = 2.0
"""The events are read again when the last reading is older."""
WAITED_FOR_SECONDS = 4.0
"""What is older than this is shown to nobody, however long the reading takes."""
_FOLDED_AT = 5_000
_FURTHEST_BACK = 100_000
"""No transaction that runs when a process first reads began so many events before the newest."""
_TEAM_BITS = 40
_IN_LIST = 500


@dataclass(frozen=True)
class Kept:
    """The open cases as of one reading; nothing in it ever changes but `seen`.

    `ended` marks rows of `base` that are no longer so; `delta` holds them as they are now. Both
    are in the order of their places. `by_id` are the positions in the base by id. `asked` holds
    team × 2^40 + case for each case that has or had a task of a team, sorted. `number` rises
    with each reading that found a change. `seen` is for `finding`: what of the base each kind of
    reader may see, handed on as long as the base is the same.
    """

    base: Columns
    by_id: npt.NDArray[np.int32]
    ended: npt.NDArray[np.bool_]
    delta: Columns
    asked: npt.NDArray[np.int64]
    words: Words
    number: int
    seen: dict[Any, tuple[Any, npt.NDArray[np.bool_]]] = field(default_factory=dict)

    def of_teams(self, teams: Sequence[int]) -> npt.NDArray[np.int64]:
        """The ids of cases that have or had a task of one of these teams."""
        found = [np.zeros(0, np.int64)]
        for team in teams:
            first, after = np.searchsorted(self.asked, (team << _TEAM_BITS, team + 1 << _TEAM_BITS))
            found.append(self.asked[first:after] & ((1 << _TEAM_BITS) - 1))
        return np.concatenate(found)

    def positions(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Where in the base these cases stand, as far as they do."""
        known = self.base["id"]
        at = np.searchsorted(known, ids, sorter=self.by_id)
        inside = at < len(known)
        found = self.by_id[at[inside]].astype(np.int64)
        standing: npt.NDArray[np.int64] = found[known[found] == ids[inside]]
        return standing


@dataclass
class _Reading:
    """How far the events are read: `sure` and all before for good, those in `seen` after it too.

    `waiting` are (last id, first transaction that had not begun) of earlier readings. `last` is
    the last event seen with the moment it was written: if it is no longer there, the database
    under this process is another one.
    """

    sure: int = 0
    seen: set[int] = field(default_factory=set)
    waiting: deque[tuple[int, int]] = field(default_factory=deque)
    last: tuple[int, Any] | None = None

    def settle(self, oldest: int) -> None:
        """After a reading: what is read for good by now. `oldest` ran before it began."""
        if self.last is None:
            return
        if not oldest:
            self.sure = self.last[0]
        else:
            while self.waiting and self.waiting[0][1] <= oldest:
                self.sure = self.waiting.popleft()[0]
            known = self.waiting[-1][0] if self.waiting else self.sure
            if known != self.last[0]:
                self.waiting.append((self.last[0], begun_until_now()))
        self.seen = {event for event in self.seen if event > self.sure}


class _Keeper:
    """The one copy of this process, read anew by whichever thread first finds it old."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reading = _Reading()
        self.last: tuple[Kept, float] | None = None

    def fresh(self) -> Kept:
        last = self.last
        if last is not None:
            kept, read_at = last
            age = time.monotonic() - read_at
            # While one reads, the others go on with what is there, as long as it is young enough.
            waits = age >= WAITED_FOR_SECONDS
            if age < OLDEST_SECONDS or (not waits and self.lock.locked()):
                return kept
        with self.lock:
            begun = time.monotonic()
            last = self.last
            if last is not None and begun - last[1] < OLDEST_SECONDS:
                return last[0]
            try:
                kept = self._read(None if last is None else last[0])
            except BaseException:
                # What was read of the events is lost with it: the next one begins from nothing.
                self.last = None
                raise
            self.last = (kept, begun)
            return kept

    def _read(self, kept: Kept | None) -> Kept:
        changed = None if kept is None else self._changed()
        if kept is None or changed is None:
            # First, so that what changes during the reading is read again.
            self.reading = _begun()
            return _loaded(Words(), 1 if kept is None else kept.number + 1)
        return _brought_up(kept, changed) if changed else kept

    def _changed(self) -> list[int] | None:
        """The cases with events that were not read before; None when this is another database."""
        reading = self.reading
        if reading.last is None:
            return None
        oldest = oldest_running()
        begin = min(reading.sure, reading.last[0] - 1)
        found = Event.objects.filter(id__gt=begin).order_by("id")
        rows = list(found.values_list("id", "case_id", "written_at"))
        if not any((event, written) == reading.last for event, _, written in rows):
            return None
        new = [
            (event, case)
            for event, case, _ in rows
            if event > reading.sure and event not in reading.seen
        ]
        reading.seen.update(event for event, _ in new)
        reading.last = (rows[-1][0], rows[-1][2])
        reading.settle(oldest)
        return sorted({case for _, case in new})


def kept() -> Kept:
    """The open cases as they were at most `WAITED_FOR_SECONDS` ago (1 to 2 queries when read anew)."""
    return _keeper.fresh()


_keeper = _Keeper()


def _begun() -> _Reading:
    """Everything visible now counts as read; a lower id may still come, but not one so far back."""
    oldest = oldest_running()
    newest = Event.objects.order_by("-id").values_list("id", "written_at").first()
    if newest is None:
        return _Reading()
    made = _Reading(sure=max(0, newest[0] - _FURTHEST_BACK), last=newest)
    if oldest:
        made.seen = set(Event.objects.filter(id__gt=made.sure).values_list("id", flat=True))
    made.settle(oldest)
    return made


def _loaded(words: Words, number: int) -> Kept:
    asked = Task.objects.filter(case__is_open=True).values_list("team_id", "case_id")
    pairs = [(team << _TEAM_BITS) + case for team, case in asked.iterator(chunk_size=20_000)]
    return _folded(all_open(words), np.unique(np.array(pairs, np.int64)), words, number)


def _folded(base: Columns, asked: npt.NDArray[np.int64], words: Words, number: int) -> Kept:
    return Kept(
        base=base,
        by_id=np.argsort(base["id"], kind="stable").astype(np.int32),
        ended=np.zeros(count(base), np.bool_),
        delta=chosen(base, np.zeros(0, np.int64)),
        asked=asked,
        words=words,
        number=number,
    )


def _brought_up(kept: Kept, changed: list[int]) -> Kept:
    """The same with these cases as they are now."""
    ids = np.array(changed, np.int64)
    now = these(changed, kept.words)
    rest = chosen(kept.delta, ~np.isin(kept.delta["id"], ids))
    delta = by_place(joined([rest, now]))
    ended = kept.ended.copy()
    ended[kept.positions(ids)] = True
    asked = np.union1d(kept.asked, _asked(changed))
    if count(delta) + int(ended.sum()) > max(_FOLDED_AT, count(kept.base) // 50):
        base = by_place(joined([chosen(kept.base, ~ended), delta]))
        return _folded(base, asked, kept.words, kept.number + 1)
    return replace(kept, ended=ended, delta=delta, asked=asked, number=kept.number + 1)


def _asked(cases: list[int]) -> npt.NDArray[np.int64]:
    pairs: list[int] = []
    for begin in range(0, len(cases), _IN_LIST):
        rows = Task.objects.filter(case_id__in=cases[begin : begin + _IN_LIST])
        pairs += [(t << _TEAM_BITS) + c for t, c in rows.values_list("team_id", "case_id")]
    return np.array(pairs, np.int64)
