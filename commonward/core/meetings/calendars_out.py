"""Meetings as an iCalendar feed (RFC 5545) for a mediator's own calendar program."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting; `uid` stays the same when it is moved, `sequence` rises with each change.

    The words go to a program outside the office: they name a number and a place, never a party.
    """

    uid: str
    start: datetime
    end: datetime
    summary: str
    place: str = ""
    sequence: int = 0
    cancelled: bool = False


def feed(entries: Iterable[Entry], name: str, at: datetime) -> bytes:
    """The calendar's bytes (UTF-8, CRLF, folded); times in UTC, `at` is when it was made."""
    calendar = Calendar()
    calendar.add("prodid", "-//Commonward//mediation//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", entry.start.astimezone(UTC))
        event.add("dtend", entry.end.astimezone(UTC))
        event.add("summary", entry.summary)
        if entry.place:
            event.add("location", entry.place)
        event.add("sequence", entry.sequence)
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
