"""Does a chain of events follow its procedure's table? Asked of what is stored, step by step."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.core.procedures.model import BACK, STAY, Procedure, Verb
from commonward.core.refusals import N_
from commonward.core.routing import Words

BEGINS = ("opened", "imported")
"""Verbs that put a case into its first stage."""
TAKEN_OVER = "imported_closed"
"""What an import writes for a case that was closed before it came: the one move without a verb."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One event of a case or task, as far as the trail needs it; `id` orders them."""

    id: int
    at: datetime
    verb: str
    from_stage: str
    to_stage: str


@dataclass(slots=True)
class Trail:
    """Where the events lead: the last stage, since when, when it was closed, and how many steps.

    `closed_at` is the moment at which the present closing began, None while it is open.
    """

    stage: str = ""
    since: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    steps: int = 0


def follow(
    procedure: Procedure, events: Iterable[Moved], prefix: str = ""
) -> tuple[Trail, list[Words]]:
    """Walk the events in order; the faults are told in words.

    `prefix` stands before each verb of a task's events ("whistle_"). Events that are not verbs of
    the procedure may stand between, but must not move anything.
    """
    trail = Trail()
    faults: list[Words] = []
    before_pause = ""
    for event in events:
        if not trail.stage:
            faults.extend(_begin(procedure, trail, event, f"{prefix}asked" if prefix else ""))
            continue
        verb = procedure.verbs.get(event.verb[len(prefix) :])
        if not event.verb.startswith(prefix):
            verb = None
        if verb is None and event.verb != TAKEN_OVER:
            if event.from_stage != event.to_stage:
                faults.append(_words(N_("“{verb}” moves it although it is no step"), event))
            continue
        faults.extend(_step(procedure, verb, trail, event, before_pause))
        if event.to_stage in procedure.stages:
            if procedure.stages[event.to_stage].pauses and event.to_stage != trail.stage:
                before_pause = trail.stage
            _enter(procedure, trail, event)
    return trail, faults


def _begin(procedure: Procedure, trail: Trail, event: Moved, asked: str) -> Iterator[Words]:
    trail.stage, trail.since, trail.opened_at = event.to_stage, event.at, event.at
    begins = (asked,) if asked else BEGINS
    if event.verb not in begins:
        yield _words(N_("the first event is “{verb}”, which opens nothing"), event)
    if event.to_stage != procedure.start:
        yield _words(N_("it begins in the stage {to} instead of the procedure's first"), event)


def _step(
    procedure: Procedure, verb: Verb | None, trail: Trail, event: Moved, before_pause: str
) -> Iterator[Words]:
    if event.from_stage != trail.stage:
        yield Words(
            N_("“{verb}” (event {id}) leaves the stage {left}, but it was in {was}"),
            {"verb": event.verb, "id": event.id, "left": event.from_stage, "was": trail.stage},
        )
    # Whole seconds: two people at one case may have looked at the clock before they queued.
    if trail.since is not None and int(event.at.timestamp()) < int(trail.since.timestamp()):
        yield _words(N_("“{verb}” (event {id}) lies before the step ahead of it"), event)
    if event.to_stage not in procedure.stages:
        yield _words(N_("“{verb}” (event {id}) leads to the stage {to}, which there is not"), event)
        return
    if verb is None:
        if not procedure.stages[event.to_stage].ends:
            yield _words(N_("“{verb}” (event {id}) leads to {to}, which is no end"), event)
        return
    wanted = {STAY: event.from_stage, BACK: before_pause}.get(verb.to, verb.to)
    if event.from_stage not in verb.from_ or event.to_stage != wanted:
        yield Words(
            N_("“{verb}” (event {id}) went from {left} to {to}, which the table does not allow"),
            {"verb": event.verb, "id": event.id, "left": event.from_stage, "to": event.to_stage},
        )


def _enter(procedure: Procedure, trail: Trail, event: Moved) -> None:
    trail.steps += 1
    if event.to_stage == event.from_stage:
        return
    closed = procedure.stages[event.to_stage].closed
    if closed and trail.closed_at is None:
        trail.closed_at = event.at
    elif not closed:
        trail.closed_at = None
    trail.stage, trail.since = event.to_stage, event.at


def _words(text: str, event: Moved) -> Words:
    values: dict[str, Any] = {"verb": event.verb, "id": event.id, "to": event.to_stage}
    return Words(text, values)
