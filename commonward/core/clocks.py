"""Clocks (计时): how much of a limit is used, and when it is due.

A clock is its intervals: when it started, its pauses, its extensions, when it stopped. Whatever
is asked of it is computed again from these on a calendar, so that a pause costs what the calendar
says it costs, an extension lasts through every later pause, and a late table of holidays moves
the deadline. A clock never changes: each verb gives a new one.

>>> from datetime import timedelta
>>> from commonward.core.calendars import Calendar, DayTable, Limit
>>> calendar = Calendar("Asia/Shanghai", DayTable(years=frozenset({2025})))
>>> monday = datetime.fromisoformat("2025-03-03T15:00:00+08:00")
>>> clock = Clock(Limit.parse("4 work_hour"), started=monday)
>>> clock.due(calendar).at.isoformat()
'2025-03-04T01:00:00+00:00'
>>> night = clock.pause(monday + timedelta(hours=3)).resume(monday + timedelta(hours=17))
>>> night.due(calendar) == clock.due(calendar)
True
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Self

from commonward.core.calendars import Calendar, Limit, datetime_of, instant_of
from commonward.core.calendars.limits import MOST_SECONDS
from commonward.core.refusals import N_, Invalid, Refusal

# The stage light (红绿灯): yellow from this share of the limit on.
YELLOW = Fraction(4, 5)


@dataclass(frozen=True, slots=True)
class Extension:
    """More time granted (延期) at a moment: counted seconds in the clock's unit."""

    at: datetime
    seconds: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", datetime_of(instant_of(self.at)))
        if type(self.seconds) is not int or not 0 < self.seconds <= MOST_SECONDS:
            raise Invalid(
                N_("An extension is 1 to {most} counted seconds, not {given}."),
                field="seconds",
                most=MOST_SECONDS,
                given=repr(self.seconds),
            )


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends (到期); provisional where a year on the way has no table of holidays yet."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit running from one moment (计时), with its pauses (from, to) and extensions.

    The last pause may be open (`to` is None): the clock is paused. Moments are kept in UTC at
    whole seconds. Refuses intervals that are out of order.
    """

    limit: Limit
    started: datetime
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped: datetime | None = None

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "started", datetime_of(instant_of(self.started)))
        if self.stopped is not None:
            keep(self, "stopped", datetime_of(instant_of(self.stopped)))
            self._check_order(self.started, self.stopped, _STOP_BEFORE_START)
        if self.pauses:
            keep(self, "pauses", tuple(self._checked_pauses()))
        for extension in self.extensions:
            self._check_order(self.started, extension.at, _EXTENDED_BEFORE_START)

    @property
    def paused(self) -> bool:
        """Whether a pause is open."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def allowed(self) -> int:
        """Counted seconds of the limit and its extensions."""
        return self.limit.seconds + sum(extension.seconds for extension in self.extensions)

    def used(self, calendar: Calendar, at: datetime) -> int:
        """Counted seconds used before `at` (or before the stop, whichever is earlier)."""
        end = at if self.stopped is None else min(at, self.stopped)
        return sum(
            calendar.measure(self.limit, start, end if stop is None else min(stop, end))
            for start, stop in self._runs(calendar)
        )

    def remaining(self, calendar: Calendar, at: datetime) -> int:
        """Counted seconds left at `at`; negative when more than the allowed time is used."""
        return self.allowed - self.used(calendar, at)

    def due(self, calendar: Calendar) -> Due | None:
        """The earliest moment by which all the allowed time is used; None while paused."""
        at = None if self.paused else self._reached(calendar, self.allowed)
        if at is None:
            return None
        if not self.limit.unit.needs_table:
            return Due(at, provisional=False)
        begun = calendar.begins(self.limit, self.started)
        return Due(at, provisional=not calendar.covered(begun, at))

    def moment(self, calendar: Calendar, share: Fraction | float) -> datetime | None:
        """The earliest moment by which that share of the allowed time is used; None while paused.

        0.8 is the warning, 1 the due moment, 1.5 a step of the ladder after it. A part of a
        second counts as a whole one.
        """
        if self.paused:
            return None
        return self._reached(calendar, self._share(share))

    def light(self, calendar: Calendar, at: datetime) -> Literal["green", "yellow", "red"]:
        """The stage light (红绿灯) at a moment, or as it was at the stop.

        Green up to the moment at which 80 % of the allowed time is used, yellow up to the due
        moment, red after it. So a clock that fell due at the end of Friday is red on Saturday,
        although no more working time is used, and agrees with `met`.
        """
        if self.stopped is not None:
            at = min(at, self.stopped)
        at = datetime_of(instant_of(at))
        warning = self._reached(calendar, self._share(YELLOW))
        if warning is None or at <= warning:
            return "green"
        due = self._reached(calendar, self.allowed)
        return "yellow" if due is None or at <= due else "red"

    def met(self, calendar: Calendar) -> bool | None:
        """Whether it was stopped in time (按期), the due moment itself included; None if running."""
        if self.stopped is None:
            return None
        due = self._reached(calendar, self.allowed)
        return due is None or self.stopped <= due

    def pause(self, at: datetime) -> Self:
        """Stop counting at `at` (挂账)."""
        self._refuse_if_stopped()
        if self.paused:
            raise Refusal(
                N_("The clock has been paused since {since}; resume it first."),
                since=self.pauses[-1][0].isoformat(),
            )
        return replace(self, pauses=(*self.pauses, (at, None)))

    def resume(self, at: datetime) -> Self:
        """Count again from `at` on (恢复)."""
        self._refuse_if_stopped()
        if not self.paused:
            raise Refusal(N_("The clock is running; only a paused clock can be resumed."))
        return replace(self, pauses=(*self.pauses[:-1], (self.pauses[-1][0], at)))

    def extend(self, at: datetime, seconds: int) -> Self:
        """Allow so many counted seconds more (延期), paused or not."""
        self._refuse_if_stopped()
        return replace(self, extensions=(*self.extensions, Extension(at, seconds)))

    def stop(self, at: datetime) -> Self:
        """End at `at`; an open pause ends there too."""
        self._refuse_if_stopped()
        clock = self.resume(at) if self.paused else self
        return replace(clock, stopped=at)

    def to_data(self) -> dict[str, Any]:
        """As JSON: moments as whole seconds since 1970-01-01 UTC, empty parts left out."""
        data: dict[str, Any] = {
            "limit": self.limit.to_data(),
            "started": instant_of(self.started),
        }
        if self.pauses:
            data["pauses"] = [
                [instant_of(start), None if end is None else instant_of(end)]
                for start, end in self.pauses
            ]
        if self.extensions:
            data["extensions"] = [[instant_of(e.at), e.seconds] for e in self.extensions]
        if self.stopped is not None:
            data["stopped"] = instant_of(self.stopped)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The clock in `to_data`'s form."""
        try:
            stopped = data.get("stopped")
            return cls(
                Limit.from_data(data["limit"]),
                datetime_of(data["started"]),
                tuple(
                    (datetime_of(start), None if end is None else datetime_of(end))
                    for start, end in data.get("pauses", ())
                ),
                tuple(
                    Extension(datetime_of(at), seconds)
                    for at, seconds in data.get("extensions", ())
                ),
                None if stopped is None else datetime_of(stopped),
            )
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            raise Invalid(
                N_(
                    "A clock has a limit, a start in seconds since 1970, and perhaps pauses, "
                    "extensions and a stop; this is none: {given}."
                ),
                given=repr(data)[:200],
            ) from None

    def _runs(self, calendar: Calendar) -> Iterator[tuple[datetime, datetime | None]]:
        """The stretches in which the clock runs, in order; the last is open unless paused."""
        start = calendar.begins(self.limit, self.started)
        for paused, resumed in self.pauses:
            if paused > start:
                yield start, paused
            if resumed is None:
                return
            start = max(start, resumed)
        yield start, None

    def _reached(self, calendar: Calendar, seconds: int) -> datetime | None:
        """The earliest moment by which so many seconds are used; None if an open pause is first."""
        for start, stop in self._runs(calendar):
            if stop is not None:
                run = calendar.measure(self.limit, start, stop)
                if run < seconds:
                    seconds -= run
                    continue
            return calendar.after(self.limit.unit, start, seconds, self.limit.season)
        return None

    def _share(self, share: Fraction | float) -> int:
        return _part(self.allowed, share)

    def _checked_pauses(self) -> Iterator[tuple[datetime, datetime | None]]:
        free_from, last = self.started, len(self.pauses) - 1
        for i, (start, end) in enumerate(self.pauses):
            start = datetime_of(instant_of(start))
            self._check_order(free_from, start, _PAUSE_TOO_EARLY)
            if end is None:
                if i < last or self.stopped is not None:
                    raise Invalid(
                        N_("Only the last pause of a clock that is not stopped can be open."),
                        field="pauses",
                    )
            else:
                end = free_from = datetime_of(instant_of(end))
                self._check_order(start, end, _RESUME_TOO_EARLY)
                if self.stopped is not None:
                    self._check_order(end, self.stopped, _STOP_TOO_EARLY)
            yield start, end

    @staticmethod
    def _check_order(first: datetime, then: datetime, text: str) -> None:
        if then < first:
            raise Invalid(text, first=first.isoformat(), then=then.isoformat())

    def _refuse_if_stopped(self) -> None:
        if self.stopped is not None:
            raise Refusal(
                N_("The clock was stopped at {stopped}; nothing can be changed after that."),
                stopped=self.stopped.isoformat(),
            )


class Begun(NamedTuple):
    """What holds of a clock that has just begun: `instant` is its start in seconds since 1970
    (UTC), `moments` are those by which the wanted shares are used."""

    instant: int
    due: datetime
    provisional: bool
    moments: tuple[datetime, ...]


class Beginning:
    """Clocks that begin with one limit on one calendar (起算), thousands of them.

    It says what `Clock(limit, started)` would say of itself, for a third of the work; `shares`
    are those of the limit whose moments are wanted.
    """

    __slots__ = ("_calendar", "_limit", "_parts")

    def __init__(
        self, limit: Limit, calendar: Calendar, shares: Sequence[Fraction | float] = ()
    ) -> None:
        self._limit = limit
        self._calendar = calendar
        self._parts = [_part(limit.seconds, share) for share in shares]

    def at(self, started: datetime) -> Begun:
        """The clock that begins then."""
        limit, calendar = self._limit, self._calendar
        unit, season = limit.unit, limit.season
        begins = calendar.begins(limit, started)
        due = calendar.after(unit, begins, limit.seconds, season)
        return Begun(
            instant_of(started),
            due,
            unit.needs_table and not calendar.covered(begins, due),
            tuple([calendar.after(unit, begins, part, season) for part in self._parts]),
        )


_STOP_BEFORE_START = N_("A clock started at {first} cannot have stopped before, at {then}.")
_EXTENDED_BEFORE_START = N_("A clock started at {first} cannot be extended before, at {then}.")
_PAUSE_TOO_EARLY = N_("It ran only from {first} on; it cannot be paused before, at {then}.")
_RESUME_TOO_EARLY = N_("It was paused at {first}; it cannot be resumed before, at {then}.")
_STOP_TOO_EARLY = N_("Its last pause ended at {first}; it cannot have stopped before, at {then}.")


def _part(seconds: int, share: Fraction | float) -> int:
    """That share of so many counted seconds; a part of a second counts as a whole one."""
    over, under = _ratio(share)
    return -(-seconds * over // under)


@lru_cache(maxsize=64)
def _ratio(share: Fraction | float) -> tuple[int, int]:
    # Through its decimal form: 0.8 is meant as 8/10, not as the binary number nearest to it.
    try:
        exact = share if isinstance(share, Fraction) else Fraction(str(share))
    except ValueError:
        exact = Fraction(0)
    if exact <= 0:
        raise Invalid(
            N_("A share of the allowed time is more than 0, such as 0.8; not {given}."),
            field="share",
            given=str(share),
        )
    return exact.numerator, exact.denominator
