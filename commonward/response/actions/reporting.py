"""Where units on duty are (位置上报): taken at once, written together, thinned as they are written.

A thousand units that report every five seconds are two hundred reports a second. Each is checked
at once (it is the unit's own, the unit is on duty); then the last place of each unit waits at most
`COMMONWARD_POSITION_SECONDS` in this process and is written with all others in one transaction of
five statements. What decides is not the check but the writing: it locks the units, looks at their
shifts again, and leaves a unit whose shift has ended without a place.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction

from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.rows import Rows
from commonward.response.access import unit_by
from commonward.response.models import Duty, Position, Unit

log = logging.getLogger(__name__)
_units, _duties = Rows(Unit), Rows(Duty)

TRACK_SECONDS = 15
"""Of each unit at most one position in so many seconds is kept in its track."""
MOST_AT_ONCE = 500
"""Positions of one report: two hours of a phone that was without a network, thinned."""
_LATE = timedelta(minutes=1)
"""Positions older than this come from a time without a network; they are written by themselves."""
_SET = """
UPDATE response_unit SET lat = %s, lon = %s, seen_at = %s
WHERE id = %s AND (seen_at IS NULL OR seen_at <= %s)
"""
_KEEP = """
INSERT INTO response_position (duty_id, unit_id, lat, lon, at, thinned)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (unit_id, at) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Fix:
    """One place of a unit in degrees, and how many seconds ago that was: the moments are ours."""

    lat: float
    lon: float
    ago: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A place of a unit in one of its shifts, by their ids, at a moment."""

    unit: int
    duty: int
    lat: float
    lon: float
    at: datetime


def report_positions(code: str, fixes: Sequence[Fix], actor: Actor, at: datetime) -> int:
    """Where a unit on duty is, and was while it had no network; how many places were taken.

    Refused off duty: then nobody is located. Places from before the shift are not taken. Raises
    Invalid, Forbidden, Missing.
    """
    refuse_onlooker(actor)
    _check(fixes)
    found = _units.select("code = %s", [code])
    return _take(found[0] if found else unit_by(code), fixes, actor, at)


def report_own_positions(fixes: Sequence[Fix], actor: Actor, at: datetime) -> tuple[str, int]:
    """The same for the unit that this person belongs to: its code, and how many were taken."""
    refuse_onlooker(actor)
    _check(fixes)
    # As `access.unit_of` finds it, by fixed statements: they are most of what a report costs.
    own = [
        unit for team in actor.teams for unit in _units.select("team_id = %s AND active", [team])
    ]
    if not own or not any(right.role == "unit" for right in actor.rights):
        raise Missing(N_("You belong to no unit that goes out."))
    unit = min(own, key=lambda one: one.code)
    return unit.code, _take(unit, fixes, actor, at)


def _check(fixes: Sequence[Fix]) -> None:
    if not 1 <= len(fixes) <= MOST_AT_ONCE:
        raise Invalid(
            N_("Send 1 to {most} positions at once."), field="positions", most=MOST_AT_ONCE
        )
    for one in fixes:
        if not (-90 <= one.lat <= 90 and -180 <= one.lon <= 180):
            raise Invalid(
                N_("Give the position in degrees, such as 27.805 and 113.105."), field="lat"
            )
        if not 0 <= one.ago <= 86_400:
            raise Invalid(N_("A position is at most a day old."), field="ago")


def _take(unit: Unit, fixes: Sequence[Fix], actor: Actor, at: datetime) -> int:
    duty = _shift(unit, actor)
    seen = [
        Seen(unit.pk, duty.pk, one.lat, one.lon, at - timedelta(seconds=one.ago)) for one in fixes
    ]
    seen = [one for one in seen if one.at >= duty.on_at]
    late = [one for one in seen if one.at < at - _LATE]
    if late:
        write_positions(late)
    gathering.add([one for one in seen if one.at >= at - _LATE])
    return len(seen)


def report_position(code: str, lat: float, lon: float, actor: Actor, at: datetime) -> None:
    """The same for one place, written before it returns."""
    report_positions(code, [Fix(lat, lon)], actor, at)
    gathering.write()


def write_positions(seen: Iterable[Seen]) -> int:
    """Write places of units, in five statements however many; how many stay in a track.

    Units are locked first and their shifts read afterwards, so that a shift which ends meanwhile
    either empties the place that is written here, or is seen here. A place from within a shift
    that has ended stays in its track; the unit itself has none any more.
    """
    asked = list(seen)
    if not asked:
        return 0
    with transaction.atomic():
        units = sorted({one.unit for one in asked})
        locked = Unit.objects.select_for_update(no_key=True).filter(pk__in=units)
        list(locked.order_by("pk").values_list("pk", flat=True))
        shifts = {
            pk: (unit, on_at, off_at)
            for pk, unit, on_at, off_at in Duty.objects.filter(
                pk__in={one.duty for one in asked}
            ).values_list("pk", "unit_id", "on_at", "off_at")
        }
        within: list[Seen] = []
        last: dict[int, Seen] = {}
        for one in sorted(asked, key=lambda s: s.at):
            unit, on_at, off_at = shifts[one.duty]
            if unit == one.unit and on_at <= one.at and (off_at is None or one.at <= off_at):
                within.append(one)
                if off_at is None:
                    last[unit] = one
        if last:
            _many(_SET, [[s.lat, s.lon, _db(s.at), s.unit, _db(s.at)] for s in last.values()])
        kept = _thinned(within)
        if kept:
            _many(_KEEP, [[s.duty, s.unit, s.lat, s.lon, _db(s.at), False] for s in kept])
    return len(kept)


def _shift(unit: Unit, actor: Actor) -> Duty:
    """The running shift of a unit, for its own people (1 query). Raises Forbidden."""
    own = any(right.role == "unit" for right in actor.rights) and unit.team_id in actor.teams
    if actor.role != "system" and not own:
        raise Forbidden(N_("Only a unit itself says where it is."))
    running = _duties.select("unit_id = %s AND off_at IS NULL", [unit.pk])
    if not running:
        raise Refusal(
            N_("Unit {unit} is not on duty: its place is not taken."),
            unit=unit.radio_name,
            code="off_duty",
        )
    return running[0]


def _thinned(within: Sequence[Seen]) -> list[Seen]:
    """Those that begin a span of `TRACK_SECONDS` of which nothing is kept yet (1 query)."""
    if not within:
        return []
    first = within[0].at - timedelta(seconds=TRACK_SECONDS)
    rows = Position.objects.filter(
        unit_id__in={one.unit for one in within}, at__gte=first, at__lte=within[-1].at
    )
    taken = {(unit, _span(at)) for unit, at in rows.values_list("unit_id", "at")}
    kept = []
    for one in within:
        span = (one.unit, _span(one.at))
        if span not in taken:
            taken.add(span)
            kept.append(one)
    return kept


def _span(at: datetime) -> int:
    return int(at.timestamp()) // TRACK_SECONDS


def _db(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _many(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


class Gathering:
    """The last place of each unit that this process was told and has not written yet.

    Whoever adds one writes all that wait, at most once in `COMMONWARD_POSITION_SECONDS`; what is
    added in between is written by a timer at the end of that span. Where the database refuses, the
    places wait for the next time.
    """

    def __init__(self, write: Callable[[list[Seen]], object] = write_positions) -> None:
        self._write = write
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: dict[int, Seen] = {}
        self._written = float("-inf")
        self._timer: threading.Timer | None = None

    def add(self, seen: Iterable[Seen]) -> None:
        """Take places, and write if it is time."""
        every = float(settings.POSITION_SECONDS)
        with self._guard:
            for one in seen:
                known = self._waiting.get(one.unit)
                if known is None or known.at <= one.at:
                    self._waiting[one.unit] = one
            left = self._written + every - time.monotonic()
            if left > 0:
                if self._timer is None:
                    self._timer = threading.Timer(left, self._in_time)
                    self._timer.start()
                return
            # Whoever comes meanwhile waits for the next span, and does not write as well.
            self._written = time.monotonic()
        self.write()

    def write(self) -> None:
        """Write all that wait, now; one thread at a time."""
        with self._turn:
            with self._guard:
                taken, self._waiting = self._waiting, {}
            try:
                self._write(list(taken.values()))
            except BaseException:
                with self._guard:
                    self._waiting = taken | self._waiting
                raise

    def _in_time(self) -> None:
        with self._guard:
            self._timer = None
            self._written = time.monotonic()
        try:
            self.write()
        except Exception:
            log.exception("positions could not be written; they wait for the next report")
        finally:
            connections.close_all()


gathering = Gathering()
"""What this process gathers."""


def _anew() -> None:
    # What was told to a process that forked is written by that process.
    gathering.__init__()  # type: ignore[misc]


os.register_at_fork(after_in_child=_anew)
