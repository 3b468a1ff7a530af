"""A slow and simple second opinion on clocks: it walks minute by minute.

Nothing of the implementation is used here. For each minute the wall clock of the zone is read
and the rules are asked in the plainest way. Moments are whole minutes (`datetime`, UTC); as each
minute counts wholly or not at all, what falls inside one is exact to the second.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

Window = tuple[int, int]
MonthDay = tuple[int, int]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECONDS = {
    "urgent_second": 1,
    "urgent_minute": 60,
    "urgent_hour": 3600,
    "urgent_day": 86400,
    "work_minute": 60,
    "work_hour": 3600,
    "work_day": 86400,
    "day": 86400,
}


@dataclass
class Rules:
    """What a calendar is made of, as plain data."""

    zone: str
    off: set[date]
    work: set[date]
    week: list[list[Window]]
    weekend: set[int] = field(default_factory=lambda: {5, 6})
    make_up_as: int = 0
    summer: tuple[MonthDay, MonthDay, list[list[Window]]] | None = None
    seasons: dict[str, tuple[MonthDay, MonthDay]] = field(default_factory=dict)
    _days: dict[tuple[str, str, date], bytes] = field(default_factory=dict, repr=False)

    def counts(self, unit: str, season: str, utc_day: date) -> bytes:
        """For each of the 1440 minutes of a UTC day: 1 if it counts, 0 if not (kept)."""
        kind = {"work_minute": "hours", "work_hour": "hours", "work_day": "days"}.get(unit, "all")
        key = (kind, season, utc_day)
        if key not in self._days:
            zone = ZoneInfo(self.zone)
            start = datetime(utc_day.year, utc_day.month, utc_day.day, tzinfo=UTC)
            self._days[key] = bytes(
                self.minute_counts(kind, season, (start + minute * MINUTE).astimezone(zone))
                for minute in range(1440)
            )
        return self._days[key]

    def minute_counts(self, kind: str, season: str, local: datetime) -> bool:
        """Whether the minute that the wall clock shows counts."""
        if season and not between(self.seasons[season], local):
            return False
        if kind == "all":
            return True
        on_weekend = local.weekday() in self.weekend
        if local.date() in self.off or (on_weekend and local.date() not in self.work):
            return False
        if kind == "days":
            return True
        week = self.week
        if self.summer and between((self.summer[0], self.summer[1]), local):
            week = self.summer[2]
        minute = local.hour * 60 + local.minute
        windows = week[self.make_up_as if on_weekend else local.weekday()]
        return any(start <= minute < end for start, end in windows)


def between(period: tuple[MonthDay, MonthDay], local: datetime) -> bool:
    """Whether the day shown lies in a yearly period."""
    return (local.month, local.day) in days_of(period)


@cache
def days_of(period: tuple[MonthDay, MonthDay]) -> set[MonthDay]:
    """The days of a yearly period, found by walking from the first to the last."""
    month, day = period[0]
    days = {(month, day)}
    while (month, day) != period[1]:
        month, day = (month, day + 1) if day < 31 else (month % 12 + 1, 1)
        days.add((month, day))
    return days


@dataclass
class Walk:
    """What the walk saw: when each counted amount was reached, and what was used when."""

    reached: dict[int, datetime]
    used: dict[datetime, int]


def walk(
    rules: Rules,
    unit: str,
    season: str,
    started: datetime,
    whole_days: bool,
    pauses: list[tuple[datetime, datetime | None]],
    amounts: list[int],
    watched: list[datetime],
) -> Walk:
    """Walk from the start until every amount (counted seconds) and watched moment is passed.

    An amount that an open pause keeps from being reached is left out.
    """
    begin = minute_of(started)
    if whole_days:
        zone = ZoneInfo(rules.zone)
        first_day = started.astimezone(zone).date()
        while moment_of(begin).astimezone(zone).date() <= first_day:
            begin += 1
    to_watch = {minute_of(moment): moment for moment in watched}
    to_reach = sorted(amounts)
    pausing = {minute_of(start) for start, end in pauses if start != end}
    resuming = {minute_of(end) for _, end in pauses if end} - pausing
    endless = bool(pauses) and pauses[-1][1] is None
    turns = {begin, *to_watch, *pausing, *resuming}

    seen = Walk({}, {})
    minute, used, begun, paused = minute_of(started), 0, False, False
    while to_watch or (to_reach and not (endless and minute >= max(pausing))):
        day, first = divmod(minute, 1440)
        for flag in rules.counts(unit, season, EPOCH.date() + timedelta(days=day))[first:]:
            if minute in turns:
                begun = begun or minute == begin
                paused = (paused or minute in pausing) and minute not in resuming
                if minute in to_watch:
                    seen.used[to_watch.pop(minute)] = used
            if flag and begun and not paused:
                while to_reach and to_reach[0] <= used + 60:
                    amount = to_reach.pop(0)
                    seen.reached[amount] = moment_of(minute) + timedelta(seconds=amount - used)
                used += 60
            minute += 1
    return seen


def minute_of(moment: datetime) -> int:
    """Minutes since 1970."""
    return (moment - EPOCH) // MINUTE


def moment_of(minute: int) -> datetime:
    """The moment so many minutes after 1970."""
    return EPOCH + minute * MINUTE
