"""Busy times (忙碌时段) out of a calendar file (iCalendar, RFC 5545), which may be hostile.

Only times are taken: no title, place, guest or word of the file is kept or returned. Zones are
looked up by their names (IANA's, and Windows' as the library knows them); what a file says about
its zones (VTIMEZONE) is left out before parsing, as its rules too could go on without end.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from commonward.core.meetings.repeating import Budget, days_of, rule_of
from commonward.core.meetings.slots import Stretch, merged
from commonward.core.refusals import N_, Invalid

MOST_BYTES = 1_000_000
MOST_EVENTS = 3_000
MOST_TIMES = 20_000
MOST_DAYS = 400_000
LONGEST = timedelta(days=400)
"""Of the window that is read, and of one event."""

_ZONES = re.compile(
    rb"^BEGIN:VTIMEZONE\s*?$.*?^END:VTIMEZONE\s*?$", re.MULTILINE | re.DOTALL | re.IGNORECASE
)
_YEARS = range(1900, 2201)


def busy_times(given: bytes, zone: ZoneInfo, since: datetime, until: datetime) -> list[Stretch]:
    """The busy stretches (UTC, merged) of a calendar inside `[since, until)`, at most 400 days.

    Times without a zone are those of `zone`. Cancelled, transparent and "free" events do not
    count; an event that was moved counts at its new time. Raises Invalid when the file is too
    large, is no calendar, names an unknown zone, or repeats in a way that is not read.
    """
    if len(given) > MOST_BYTES:
        raise Invalid(N_("A calendar file has at most 1 MB; export fewer years."), field="calendar")
    if not timedelta(0) < until - since <= LONGEST:
        raise Invalid(N_("Between 0 and 400 days of a calendar are read."), field="until")
    try:
        parsed = Calendar.from_ical(_ZONES.sub(b"", given), multiple=True)
        events = [event for one in parsed for event in one.walk("VEVENT")]
    except Exception:
        # Whatever the parser stumbles over lies in the file: one answer for all of it.
        raise _no_calendar() from None
    if len(events) > MOST_EVENTS:
        raise Invalid(
            N_("The calendar holds {given} events; {most} are read."),
            field="calendar",
            given=len(events),
            most=MOST_EVENTS,
        )
    window = _Window(zone, since.astimezone(UTC), until.astimezone(UTC))
    try:
        return merged(_all_times(events, window))
    except (BrokenCalendarProperty, AttributeError, TypeError, ValueError, OverflowError):
        # A broken property raises when it is looked at; one strange event refuses the file, as
        # leaving it out would show the mediator free.
        raise _no_calendar() from None


def _all_times(events: Sequence[Any], window: "_Window") -> list[Stretch]:
    moved = {key for event in events if (key := _moved_from(event, window)) is not None}
    found: list[Stretch] = []
    for event in events:
        for stretch in window.times_of(event, moved):
            found.append(stretch)
            if len(found) > MOST_TIMES:
                raise Invalid(
                    N_(
                        "The events of this calendar repeat too often to be read: export fewer "
                        "years."
                    ),
                    field="calendar",
                )
    return found


class _Window:
    """What is searched, and the work that may still be done."""

    def __init__(self, zone: ZoneInfo, since: datetime, until: datetime) -> None:
        self.zone, self.since, self.until = zone, since, until
        self.budget = Budget(MOST_DAYS)

    def times_of(self, event: Any, moved: set[tuple[str, datetime]]) -> Iterator[Stretch]:
        """The busy stretches of one event that touch the window."""
        if not _is_busy(event):
            return
        start = _value(event, "DTSTART")
        length = self._length(event, start)
        times = {
            self.moment(begins): self._end(begins, length)
            for begins in self._repeated(event, start, length)
        }
        for value in _listed(event, "RDATE"):
            begins, own_end = _period(value, length)
            times[self.moment(begins)] = self._end(begins, own_end)
        for value in _listed(event, "EXDATE"):
            times.pop(self.moment(_period(value, length)[0]), None)
        name = str(event.get("UID", ""))
        own = event.get("RECURRENCE-ID") is not None
        for begins, ends in sorted(times.items()):
            if not own and (name, begins) in moved:
                continue
            if begins < self.until and ends > self.since:
                yield max(begins, self.since), min(ends, self.until)

    def _end(self, begins: date | datetime, length: timedelta) -> datetime:
        """Whole days end at a midnight here, however long the day was."""
        if isinstance(begins, datetime):
            return self.moment(begins) + length
        return self.moment(begins + length)

    def moment(self, value: date | datetime) -> datetime:
        """In UTC; a whole day begins at midnight here, a time without a zone is one of here."""
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if value.year not in _YEARS:
            raise _no_calendar()
        return value.replace(tzinfo=value.tzinfo or self.zone).astimezone(UTC)

    def _length(self, event: Any, start: date | datetime) -> timedelta:
        """How long the event is; in days as the wall calendar has them when it is whole days."""
        length = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
        if event.get("DTEND") is not None:
            end = _value(event, "DTEND")
            if isinstance(end, datetime) is not isinstance(start, datetime):
                raise _no_calendar()
            whole = not isinstance(start, datetime)
            length = end - start if whole else self.moment(end) - self.moment(start)
        elif event.get("DURATION") is not None:
            length = getattr(event["DURATION"], "dt", timedelta(-1))
        if not isinstance(length, timedelta) or not timedelta(0) <= length <= LONGEST:
            raise _no_calendar()
        return length

    def _repeated(
        self, event: Any, start: date | datetime, length: timedelta
    ) -> Iterator[date | datetime]:
        """The starts of the event near the window."""
        given = event.get("RRULE")
        if given is None or event.get("RECURRENCE-ID") is not None:
            yield start
            return
        if isinstance(given, list) or not hasattr(given, "items"):
            raise _no_calendar()
        rule = rule_of(given)
        until = given.get("UNTIL")
        last_of_all = until[0] if isinstance(until, list) and until else until
        first_day = start.date() if isinstance(start, datetime) else start
        first = (self.since - length).date() - timedelta(days=2)
        last = self.until.date() + timedelta(days=2)
        for day in days_of(rule, first_day, max(first, first_day), last, self.budget):
            begins = datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day
            if last_of_all is not None and self._is_after(begins, last_of_all):
                return
            yield begins

    def _is_after(self, begins: date | datetime, until: Any) -> bool:
        if isinstance(until, datetime):
            return self.moment(begins) > self.moment(until)
        if not isinstance(until, date):
            raise _no_calendar()
        return (begins.date() if isinstance(begins, datetime) else begins) > until


def _is_busy(event: Any) -> bool:
    said = (
        str(event.get(name, "")).upper()
        for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")
    )
    return not {"CANCELLED", "TRANSPARENT", "FREE"} & set(said)


def _moved_from(event: Any, window: _Window) -> tuple[str, datetime] | None:
    """Which repetition this event stands for, whether it is moved or cancelled."""
    if event.get("RECURRENCE-ID") is None:
        return None
    return str(event.get("UID", "")), window.moment(_value(event, "RECURRENCE-ID"))


def _value(event: Any, name: str) -> date | datetime:
    """A date or moment of the event; refuses a broken one and an unknown zone."""
    held = event.get(name)
    value = getattr(held, "dt", None)
    if not isinstance(value, date):
        raise _no_calendar()
    _refuse_unknown_zone(held, value)
    return value


def _listed(event: Any, name: str) -> Iterator[Any]:
    """The values of RDATE or EXDATE, which may stand several times."""
    held = event.get(name)
    for one in held if isinstance(held, list) else [] if held is None else [held]:
        values = getattr(one, "dts", None)
        if values is None:
            raise _no_calendar()
        for value in values[:MOST_TIMES]:
            _refuse_unknown_zone(one, value.dt)
            yield value.dt


def _period(value: Any, length: timedelta) -> tuple[date | datetime, timedelta]:
    """The beginning and length of a listed value: a date, a moment, or a period of its own."""
    begins, own = value if isinstance(value, tuple) else (value, length)
    if isinstance(own, datetime) and isinstance(begins, datetime):
        own = own - begins
    if not isinstance(begins, date) or not isinstance(own, timedelta):
        raise _no_calendar()
    if not timedelta(0) <= own <= LONGEST:
        raise _no_calendar()
    return begins, own


def _refuse_unknown_zone(held: Any, value: Any) -> None:
    name = getattr(held, "params", {}).get("TZID")
    if name and isinstance(value, datetime) and value.tzinfo is None:
        raise Invalid(
            N_("The calendar names a time zone that is not known here: {zone}."),
            field="calendar",
            zone=str(name)[:60],
        )


def _no_calendar() -> Invalid:
    return Invalid(
        N_("This is no calendar file (.ics), or an event in it is broken."), field="calendar"
    )
