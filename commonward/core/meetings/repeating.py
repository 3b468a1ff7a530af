"""The days on which an event comes back (RFC 5545, RRULE), with a bound on the work.

Python's usual expander looks on until the year 9999 for a day that never comes, and a calendar
may hold thousands of such rules. Here the days looked at are counted for a whole file, and rules
below a day (hours, minutes, seconds) are refused in words. The usual expander is the oracle of
the tests.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from commonward.core.refusals import N_, Invalid

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST",
}  # fmt: skip


class Budget:
    """How many days may still be looked at, for all events of a file together."""

    def __init__(self, days: int) -> None:
        self.left = days

    def spend(self, days: int) -> None:
        """Raises Invalid when more days are asked for than are left."""
        self.left -= days
        if self.left < 0:
            raise Invalid(
                N_("The events of this calendar repeat too often to be read: export fewer years."),
                field="calendar",
            )


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE of days; `until` is compared by the caller, who knows the zone."""

    freq: str
    interval: int = 1
    count: int | None = None
    by_day: tuple[tuple[int, int], ...] = ()
    """(ordinal or 0, weekday from 0 = Monday)."""
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_place: tuple[int, ...] = ()
    week_starts: int = 0


def rule_of(given: Mapping[str, Any]) -> Rule:
    """The rule of a parsed RRULE (name → values); raises Invalid for what is not supported."""
    parts = {str(name).upper(): values for name, values in given.items()}
    strange = sorted(set(parts) - _KNOWN)
    freq = _texts(parts.get("FREQ"))[:1] or [""]
    if strange or freq[0] not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise Invalid(
            N_("An event repeats in a way that is not read here ({part})."),
            field="calendar",
            part=", ".join(strange)[:60] or f"FREQ={freq[0][:20]}",
        )
    interval = _numbers(parts.get("INTERVAL"), 1, 10_000)[:1] or [1]
    count = _numbers(parts.get("COUNT"), 1, 1_000_000)[:1]
    starts = _texts(parts.get("WKST"))[:1] or ["MO"]
    return Rule(
        freq[0],
        interval[0],
        count[0] if count else None,
        tuple(_weekday(text) for text in _texts(parts.get("BYDAY"))),
        tuple(_numbers(parts.get("BYMONTHDAY"), -31, 31)),
        tuple(_numbers(parts.get("BYMONTH"), 1, 12)),
        tuple(_numbers(parts.get("BYSETPOS"), -366, 366)),
        _weekday(starts[0])[1],
    )


def days_of(rule: Rule, start: date, first: date, last: date, budget: Budget) -> Iterator[date]:
    """The days of the rule from `first` to `last`, both inside, in order.

    `start` is the event's own first day, from which intervals and COUNT are reckoned.
    """
    rule = _filled(rule, start)
    left = rule.count
    for period in _periods(rule, start, first, last):
        budget.spend(len(period))
        passing = [day for day in period if _passes(rule, day)]
        if rule.by_place:
            chosen = {
                passing[place - 1 if place > 0 else place]
                for place in rule.by_place
                if abs(place) <= len(passing)
            }
            passing = sorted(chosen)
        for day in passing:
            if day < start:
                continue
            if left is not None:
                left -= 1
                if left < 0:
                    return
            if day > last:
                return
            if day >= first:
                yield day


def _filled(rule: Rule, start: date) -> Rule:
    """What the rule leaves open is taken from the event's first day."""
    if rule.by_day or rule.by_month_day or rule.freq == "DAILY":
        return rule
    changed = {name: getattr(rule, name) for name in Rule.__slots__}
    if rule.freq == "WEEKLY":
        changed["by_day"] = ((0, start.weekday()),)
    else:
        changed["by_month_day"] = (start.day,)
        if rule.freq == "YEARLY" and not rule.by_month:
            changed["by_month"] = (start.month,)
    return Rule(**changed)


def _periods(rule: Rule, start: date, first: date, last: date) -> Iterator[Sequence[date]]:
    """The days, weeks, months or years in question, each with all its days.

    Without COUNT nothing before `first` matters: the search begins there, in the same rhythm.
    """
    step, skip = rule.interval, rule.count is None and first > start
    if rule.freq in ("DAILY", "WEEKLY"):
        width = 1 if rule.freq == "DAILY" else 7
        begin = start - timedelta(
            days=(start.weekday() - rule.week_starts) % 7 if width == 7 else 0
        )
        if skip:
            begin += timedelta(days=(first - begin).days // (width * step) * width * step)
        while begin <= last:
            yield [begin + timedelta(days=k) for k in range(width)]
            begin += timedelta(days=width * step)
        return
    per = 12 if rule.freq == "YEARLY" else 1
    month = start.year * 12 + (start.month - 1 if per == 1 else 0)
    if skip:
        month += max(0, (first.year * 12 + first.month - 1 - month) // (per * step)) * per * step
    while month <= last.year * 12 + last.month - 1:
        yield [
            date(m // 12, m % 12 + 1, day + 1)
            for m in range(month, month + per)
            for day in range(monthrange(m // 12, m % 12 + 1)[1])
        ]
        month += per * step


def _passes(rule: Rule, day: date) -> bool:
    """Whether no BY… part excludes the day."""
    if rule.by_month and day.month not in rule.by_month:
        return False
    length = monthrange(day.year, day.month)[1]
    if rule.by_month_day and not {day.day, day.day - length - 1} & set(rule.by_month_day):
        return False
    return not rule.by_day or any(_is_nth(rule, day, length, *one) for one in rule.by_day)


def _is_nth(rule: Rule, day: date, length: int, nth: int, weekday: int) -> bool:
    if day.weekday() != weekday:
        return False
    if not nth or rule.freq in ("DAILY", "WEEKLY"):
        return True
    if rule.freq == "YEARLY" and not rule.by_month:
        at = day.timetuple().tm_yday
        length = date(day.year, 12, 31).timetuple().tm_yday
    else:
        at = day.day
    return ((at - 1) // 7 + 1 if nth > 0 else -((length - at) // 7 + 1)) == nth


def _texts(values: Any) -> list[str]:
    listed = values if isinstance(values, list | tuple) else [] if values is None else [values]
    return [str(value).upper() for value in listed[:400]]


def _numbers(values: Any, least: int, most: int) -> list[int]:
    found = []
    for text in _texts(values):
        if not text.lstrip("+-").isdecimal() or len(text) > 8 or not least <= int(text) <= most:
            raise Invalid(
                N_("An event repeats in a way that is not read here ({part})."),
                field="calendar",
                part=text[:20],
            )
        found.append(int(text))
    return found


def _weekday(text: str) -> tuple[int, int]:
    ordinal, name = text[:-2], text[-2:]
    if name not in WEEKDAYS or (ordinal and not _numbers(ordinal, -53, 53)):
        raise Invalid(
            N_("An event repeats in a way that is not read here ({part})."),
            field="calendar",
            part=text[:20],
        )
    return int(ordinal or 0), WEEKDAYS.index(name)
