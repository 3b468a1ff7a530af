"""When a stored clock is due, to the second, from the rules of the slow oracle alone.

The intervals are read from the stored JSON as plain numbers, and the minutes that count from
`tests.core.oracle`: nothing of the clocks or calendars under test is used here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.core.oracle import EPOCH, SECONDS, Rules

DAY = 86_400
LONGEST = 40 * 366 * DAY
"""Seconds after which something that is not reached yet never will be."""


def allowed(face: Mapping[str, Any]) -> int:
    """Counted seconds of the limit and of all that was granted on top."""
    limit = face["limit"]
    granted = sum(seconds for _, seconds in face.get("extensions", ()))
    return int(limit["amount"]) * SECONDS[limit["unit"]] + int(granted)


def reached(
    rules: Rules, face: Mapping[str, Any], shares: Sequence[Fraction]
) -> dict[Fraction, datetime | None]:
    """The first moment by which each share of the allowed time is used; None while it is paused.

    Only limits that begin at once are read (no `whole_days`).
    """
    assert not face["limit"].get("whole_days")
    wanted = sorted((-(-allowed(face) * share // 1), share) for share in shares)
    found: dict[Fraction, datetime | None] = dict.fromkeys(shares)
    if any(resumed is None for _, resumed in face.get("pauses", ())):
        return found
    unit, season = face["limit"]["unit"], face["limit"].get("season", "")
    used = 0
    for start, end in _runs(face):
        for since, until, counts in _minutes(rules, unit, season, start, end):
            while wanted and counts and wanted[0][0] <= used + until - since:
                amount, share = wanted.pop(0)
                found[share] = EPOCH + timedelta(seconds=since + int(amount) - used)
            if not wanted:
                return found
            used += (until - since) * counts
    return found


def _runs(face: Mapping[str, Any]) -> Iterator[tuple[int, int | None]]:
    """The stretches, in seconds since 1970, in which the clock was not paused."""
    start = int(face["started"])
    for paused, resumed in face.get("pauses", ()):
        yield start, int(paused)
        start = int(resumed)
    yield start, None


def _minutes(
    rules: Rules, unit: str, season: str, start: int, end: int | None
) -> Iterator[tuple[int, int, bool]]:
    """Stretches (from, to, whether they count): part minutes, or days that are all alike."""
    at = start
    last = start + LONGEST if end is None else end
    while at < last:
        flags = rules.counts(unit, season, (EPOCH + timedelta(seconds=at)).date())
        midnight = (at // DAY + 1) * DAY
        if sum(flags) in (0, 1440):
            until = min(midnight, last)
            yield at, until, bool(flags[0])
            at = until
            continue
        for minute in range(at % DAY // 60, 1440):
            until = min(midnight - DAY + (minute + 1) * 60, last)
            if until > at:
                yield at, until, bool(flags[minute])
            at = max(at, until)


def moment(seconds: int) -> datetime:
    """The moment so many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)
