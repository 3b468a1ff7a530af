"""One queue of planned steps over simulated time; every step is a verb of the room `cases`.

Many steps share one database transaction, because a commit of its own for each would be most of
the work; a batch that meets a refusal is rolled back and done again step by step, so that the
one refused step is known and nothing else is lost.
"""

import gc
import heapq
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from commonward.cases import actions as cases
from commonward.cases.queries.figures import open_orders
from commonward.core.calendars import Limit, Unit
from commonward.core.refusals import Refusal
from commonward.core.rights import Actor
from commonward.doors.commands.replay.matters import DataSet, Matter
from commonward.doors.commands.replay.paths import Step, on_the_spot, steps
from commonward.doors.commands.replay.staff import Staff

log = logging.getLogger(__name__)

BATCH = 1000
_DAY = 86_400


@dataclass(slots=True)
class Run:
    """A matter on its way: its case's number and present team once opened."""

    matter: Matter
    plan: Sequence[Step]
    number: str = ""
    team: int | None = None
    approval: int = 0
    stopped: bool = False


@dataclass(slots=True)
class Done:
    """What a replay did: steps by verb, ticks' work, and refusals in words."""

    opened: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    rungs: int = 0
    resumed: int = 0
    refused: list[tuple[str, str, str]] = field(default_factory=list)


Deed = Callable[[], None]


class Replay:
    """Drives one data set. `run` may be called once."""

    def __init__(
        self, data: DataSet, staff: Staff, *, limit: int | None = None, until: int | None = None
    ) -> None:
        self.data = data
        self.staff = staff
        self.matters = data.first(limit)
        self.until = data.until if until is None else until
        self.done = Done()
        self._runs: dict[str, Run] = {}
        self._into = duplicates(self.matters)
        self._tick_every = data.tick_minutes * 60

    def run(self, progress: Callable[[int, datetime], None] | None = None) -> Done:
        """Replay up to the moment of reckoning; `progress` hears of opened matters and the time."""
        batch: list[Deed] = []
        with rare_collections():
            for at, deed in self._deeds():
                batch.append(deed)
                if len(batch) == BATCH:
                    self._carry_out(batch)
                    batch = []
                    if progress is not None:
                        progress(self.done.opened, datetime.fromtimestamp(at, UTC))
            self._carry_out(batch)
        return self.done

    def _deeds(self) -> Iterator[tuple[int, Deed]]:
        """Everything in order of simulated time: openings, steps, ticks, replies to orders."""
        queue: list[tuple[int, int, Run, int]] = []
        waiting = iter(self.matters)
        coming = next(waiting, None)
        order = 0
        start = self.matters[0].opened if self.matters else self.until
        tick_at, reply_at = start + self._tick_every, start + _DAY
        while True:
            moment = min(
                coming.opened if coming is not None else self.until + 1,
                queue[0][0] if queue else self.until + 1,
            )
            if min(tick_at, moment) > self.until:
                break
            if tick_at <= moment:
                yield tick_at, self._ticking(tick_at)
                if reply_at <= tick_at:
                    yield tick_at, self._replying(tick_at)
                    reply_at = tick_at + _DAY
                tick_at += self._tick_every
                continue
            if coming is not None and coming.opened == moment:
                run = self._runs[coming.ref] = Run(coming, self._plan(coming))
                yield moment, self._opening(run)
                if run.plan:
                    heapq.heappush(queue, (run.plan[0].at, order, run, 0))
                    order += 1
                coming = next(waiting, None)
                continue
            at, _, run, index = heapq.heappop(queue)
            yield at, self._stepping(run, run.plan[index])
            if index + 1 < len(run.plan):
                heapq.heappush(queue, (run.plan[index + 1].at, order, run, index + 1))
                order += 1

    def _plan(self, matter: Matter) -> Sequence[Step]:
        return steps(
            matter, self.data, self.staff.usual[matter.category], self._into.get(matter.ref, "")
        )

    def _carry_out(self, batch: Sequence[Deed]) -> None:
        before = (self.done.opened, Counter(self.done.steps), self.done.rungs, self.done.resumed)
        try:
            with transaction.atomic(), without_savepoints():
                for deed in batch:
                    deed()
        except Exception:
            log.info("A step was refused; the batch is done again step by step", exc_info=True)
            self.done.opened, self.done.steps, self.done.rungs, self.done.resumed = before
            for deed in batch:
                with transaction.atomic():
                    deed()

    def _opening(self, run: Run) -> Deed:
        m = run.matter

        def deed() -> None:
            finder = on_the_spot(m) and not self._into.get(m.ref)
            report = cases.open_case(
                m.category,
                cases.Said(
                    channel="grid" if finder else m.channel,
                    words=m.words,
                    lat=m.lat,
                    lon=m.lon,
                    address=m.address,
                ),
                _moment(m.opened),
                origin="grid" if finder else "public",
                standard=self.staff.standards.get(m.category),
                limit=None if m.limit is None else Limit(m.limit, Unit.URGENT_SECOND),
                source=self.data.name,
                source_ref=m.ref,
            )
            run.number, run.team, run.approval, run.stopped = report.number, None, 0, False
            self.done.opened += 1

        return deed

    def _stepping(self, run: Run, step: Step) -> Deed:
        verb = step.verb.partition(":")[0]

        def deed() -> None:
            if run.stopped:
                return
            try:
                self._step(run, verb, step)
            except Refusal as refusal:
                if transaction.get_connection().features.uses_savepoints is False:
                    raise  # the whole batch is done again, so that only this step is left out
                run.stopped = True
                self.done.refused.append((run.matter.ref, verb, str(refusal)))
                return
            self.done.steps[verb] += 1

        return deed

    def _step(self, run: Run, verb: str, step: Step) -> None:
        actor = self._actor(run, step)
        at = _moment(step.at)
        given = dict(step.given)
        if verb == "join":
            main = self._runs[given["into"]]
            cases.join(run.number, main.number, given["reason"], actor, at)
        elif verb == "ask_extension":
            asked = cases.ask_extension(
                run.number, self._limit(run.matter), given["reason"], actor, at
            )
            run.approval = asked.pk
        elif verb == "ask_suspension":
            closed = run.matter.closed or self.until
            until = step.at + max(_DAY, round(float(given["share"]) * (closed - step.at)))
            asked = cases.ask_suspension(run.number, _moment(until), given["reason"], actor, at)
            run.approval = asked.pk
        elif verb == "decide":
            cases.decide(run.approval, True, given["reason"], actor, at)
        else:
            if "team" in given:
                given["team"] = self.staff.teams[given["team"]]
            run.team = cases.act(run.number, verb, actor, at, given).team_id

    def _limit(self, matter: Matter) -> Limit:
        return next(k.limit for k in self.data.kinds if k.code == matter.category and k.limit)

    def _actor(self, run: Run, step: Step) -> Actor:
        """Somebody of that post, the same one each time for the same case."""
        if step.post in ("handler", "asker"):
            team = step.verb.partition(":")[2] or run.matter.department
            choice = self.staff.handlers[team]
        elif step.post == "grid_worker":
            teams = self.staff.workers
            choice = teams.get(run.team or 0) or next(iter(teams.values()))
        else:
            choice = self.staff.posts[step.post]
        return choice[run.matter.opened % len(choice)]

    def _ticking(self, at: int) -> Deed:
        def deed() -> None:
            ticked = cases.tick(_moment(at))
            self.done.rungs += ticked.rungs
            self.done.resumed += ticked.resumed

        return deed

    def _replying(self, at: int) -> Deed:
        """Each day the teams reply to their supervision orders, and the chief settles them."""
        of_team = self._members()
        chief = self.staff.posts["duty_chief"][0]

        def deed() -> None:
            for task, team in open_orders(self.data.district):
                members = of_team.get(team)
                if members:
                    cases.act_on_task(
                        task, "reply", members[0], _moment(at), {"words": "On our list. 已排期。"}
                    )
                    self.done.steps["supervision reply"] += 1
                cases.act_on_task(task, "settle", chief, _moment(at))
                self.done.steps["supervision settle"] += 1

        return deed

    def _members(self) -> Mapping[int, Sequence[Actor]]:
        found: dict[int, Sequence[Actor]] = dict(self.staff.workers)
        for code, people in self.staff.handlers.items():
            found[self.staff.teams[code]] = people
        return found


def duplicates(matters: Sequence[Matter]) -> dict[str, str]:
    """ref → ref of the case it is joined to at its closing: that one is still open then, and is
    not itself joined to another by then (the last one of such a chain is taken)."""
    by_ref = {m.ref: m for m in matters}
    into: dict[str, str] = {}
    later = [m for m in matters if m.same_as in by_ref and m.closed is not None]
    for m in sorted(later, key=lambda m: (m.closed or 0, m.opened, m.ref)):
        main = by_ref[m.same_as]
        while main.ref in into:
            main = by_ref[into[main.ref]]
        open_then = main.closed is None or main.closed > (m.closed or 0)
        if main.ref != m.ref and main.opened < (m.closed or 0) and open_then:
            into[m.ref] = main.ref
    return into


@contextmanager
def rare_collections() -> Iterator[None]:
    """The matters of a city are a million objects that never become garbage: looking through them
    again and again for cycles would be a tenth of the work."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


@contextmanager
def without_savepoints() -> Iterator[None]:
    """Inside one large transaction: the verbs' own savepoints would be a quarter of the work."""
    features: Any = connection.features
    before = features.uses_savepoints
    features.uses_savepoints = False
    try:
        yield
    finally:
        features.uses_savepoints = before
