"""A calendar (工作日历): zone, holidays, office hours and seasons, and what they make count."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commonward.core.calendars.hours import (
    OFFICE_HOURS,
    OfficeHours,
    Period,
    Windows,
    in_period,
    period_of,
)
from commonward.core.calendars.instants import (
    DAY,
    END,
    FIRST,
    FIRST_YEAR,
    LAST_YEAR,
    YEAR_STARTS,
    date_of,
    datetime_of,
    instant_of,
    next_midnight,
    offsets,
)
from commonward.core.calendars.limits import Limit, Unit, season_name
from commonward.core.calendars.tables import DayTable
from commonward.core.calendars.tracks import Always, Track
from commonward.core.refusals import N_, Invalid, Missing

NO_SEASONS: Mapping[str, Period] = MappingProxyType({})
SATURDAY_SUNDAY = frozenset({5, 6})

# The first second (UTC) of each year, from the first one to the one after the last.
_NEW_YEARS = (FIRST + DAY, *YEAR_STARTS[1:-1], END - DAY)
_WHOLE_DAY: Windows = ((0, 1440),)
_IN_OFFICE_HOURS = frozenset({Unit.WORK_MINUTE, Unit.WORK_HOUR})


class Calendar:
    """Which seconds count, for each unit and season.

    `zone`: IANA name; dates, windows and seasons are those of its wall clocks, summer time
    included. `seasons`: name → first and last day (month, day), both inside, over New Year where
    the last comes before the first. `weekend`: weekdays off, 0 = Monday; a make-up day on one is
    worked, with the hours of `hours.make_up_as`.

    Immutable. It keeps what it has tabulated, so make one and use it for long: a year takes about
    a millisecond once, a deadline then a few microseconds.
    """

    __slots__ = ("_tracks", "days", "hours", "seasons", "tz", "weekend", "zone")

    def __init__(
        self,
        zone: str,
        days: DayTable,
        hours: OfficeHours = OFFICE_HOURS,
        seasons: Mapping[str, Period] = NO_SEASONS,
        weekend: Iterable[int] = SATURDAY_SUNDAY,
    ) -> None:
        self.zone = zone
        self.tz = _zone(zone)
        self.days = days
        self.hours = hours
        self.seasons = MappingProxyType(
            {season_name(name): period_of(period) for name, period in seasons.items()}
        )
        self.weekend = _weekend(weekend)
        self._tracks: dict[tuple[Unit, str], Track | Always] = {}

    def measure(self, what: Limit | Unit, a: datetime, b: datetime, season: str = "") -> int:
        """Counted seconds in `[a, b)`; 0 where b is not after a.

        With a limit its season holds where none is given. Its `whole_days` moves the beginning,
        not what counts: see `begins`.
        """
        if isinstance(what, Limit):
            season = season or what.season
            what = what.unit
        return self._track(what, season).measure(instant_of(a), instant_of(b))

    def stretches(
        self, what: Limit | Unit, a: datetime, b: datetime, season: str = ""
    ) -> list[tuple[datetime, datetime]]:
        """The stretches (UTC) of `[a, b)` in which every second counts, in order.

        With a limit its season holds where none is given, as in `measure`, which is their sum.
        """
        if isinstance(what, Limit):
            season = season or what.season
            what = what.unit
        start, end = instant_of(a), instant_of(b)
        if start >= end:
            return []
        if not season and not what.needs_table:
            return [(datetime_of(start), datetime_of(end))]
        self._track(what, season)  # refuses an unknown season and empty hours
        found: list[tuple[int, int]] = []
        for opens, closes in self._windows(what, season, start, end):
            if found and found[-1][1] == opens:
                found[-1] = (found[-1][0], closes)
            else:
                found.append((opens, closes))
        return [(datetime_of(opens), datetime_of(closes)) for opens, closes in found]

    def after(self, unit: Unit, a: datetime, seconds: int, season: str = "") -> datetime:
        """The earliest moment t (UTC) with `measure(unit, a, t, season) >= seconds`.

        Refuses what is never reached by the end of the year 2200.
        """
        start = instant_of(a)
        reached = self._track(unit, season).reach(start, seconds)
        if reached is None:
            raise Invalid(
                N_(
                    "{seconds} counted seconds ({unit}) from {start} are never reached by the end "
                    "of {last}: shorten the limit, or widen the office hours or the season."
                ),
                seconds=seconds,
                unit=unit.value,
                start=a.isoformat(),
                last=LAST_YEAR,
            )
        return datetime_of(reached)

    def begins(self, limit: Limit, started: datetime) -> datetime:
        """When counting begins (UTC): at once, or at the next local midnight for whole days."""
        start = instant_of(started)
        return datetime_of(next_midnight(self.tz, start) if limit.whole_days else start)

    def is_work_day(self, day: date) -> bool:
        """Whether that date is worked: make-up day, else no day off and no weekend."""
        if day in self.days.work:
            return True
        return day not in self.days.off and day.weekday() not in self.weekend

    def office_windows(self, day: date) -> Windows:
        """When the office is open on that date, in minutes after local midnight."""
        return self._windows_of_day(Unit.WORK_MINUTE, day)

    def covered(self, a: datetime, b: datetime) -> bool:
        """Whether each local year that `[a, b)` touches has its table of holidays.

        Only units with `needs_table` depend on it; emergency time and calendar days never do.
        """
        start = instant_of(a)
        first, last = self._year(start), self._year(max(start, instant_of(b) - 1))
        years = self.days.years
        return all(year in years for year in range(first, last + 1))

    def _year(self, instant: int) -> int:
        """The local year of an instant."""
        found = bisect_right(_NEW_YEARS, instant - DAY)
        if found == bisect_right(_NEW_YEARS, instant + DAY):
            # Further from New Year than any zone is from UTC.
            return FIRST_YEAR - 1 + found
        return datetime_of(instant).astimezone(self.tz).year

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "zone": self.zone,
            "days": self.days.to_data(),
            "hours": self.hours.to_data(),
            "seasons": {
                name: [list(first), list(last)] for name, (first, last) in self.seasons.items()
            },
            "weekend": sorted(self.weekend),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The calendar in `to_data`'s form; all but the zone and the days may be left out."""
        known = {"zone", "days", "hours", "seasons", "weekend"}
        keys = set(data) if isinstance(data, Mapping) else set()
        if not {"zone", "days"} <= keys <= known or not isinstance(
            data.get("seasons", {}), Mapping
        ):
            raise Invalid(
                N_(
                    "A calendar has a zone and days, and perhaps hours, seasons and weekend; "
                    "this is none: {given}."
                ),
                given=repr(data)[:80],
            )
        return cls(
            data["zone"],
            DayTable.from_data(data["days"]),
            OfficeHours.from_data(data["hours"]) if "hours" in data else OFFICE_HOURS,
            data.get("seasons", NO_SEASONS),
            data.get("weekend", SATURDAY_SUNDAY),
        )

    def _track(self, unit: Unit, season: str) -> Track | Always:
        track = self._tracks.get((unit, season))
        if track is None:
            track = self._tracks[unit, season] = self._new_track(unit, season)
        return track

    def _new_track(self, unit: Unit, season: str) -> Track | Always:
        if season and season not in self.seasons:
            raise Missing(
                N_("This calendar has no season {season}. It has: {seasons}."),
                field="season",
                season=season,
                seasons=", ".join(self.seasons) or "-",
            )
        if unit in _IN_OFFICE_HOURS and not self.hours.ever_open():
            raise Invalid(
                N_("Nothing counts in {unit}: the office hours of this calendar are empty."),
                field="hours",
                unit=unit.value,
            )
        if not season and not unit.needs_table:
            return Always()
        return Track(lambda start, end: self._windows(unit, season, start, end))

    def _windows(self, unit: Unit, season: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The counted windows of instants inside `[start, end)`, in order.

        Between two changes of the zone's offset, wall clock and instants run alike; each such
        stretch is walked by local days.
        """
        period = self.seasons[season] if season else None
        for since, until, offset in offsets(self.tz, start, end):
            wall_from, wall_to = since + offset, until + offset
            for number in range(wall_from // DAY, (wall_to - 1) // DAY + 1):
                day = date_of(number)
                if period and not in_period(period, day):
                    continue
                for first, last in self._windows_of_day(unit, day):
                    opens = max(number * DAY + first * 60, wall_from)
                    closes = min(number * DAY + last * 60, wall_to)
                    if opens < closes:
                        yield opens - offset, closes - offset

    def _windows_of_day(self, unit: Unit, day: date) -> Windows:
        if not unit.needs_table:
            return _WHOLE_DAY
        if not self.is_work_day(day):
            return ()
        if unit not in _IN_OFFICE_HOURS:
            return _WHOLE_DAY
        weekday = day.weekday()
        made_up = weekday in self.weekend
        return self.hours.windows(day, self.hours.make_up_as if made_up else weekday)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        raise Invalid(
            N_("{given} is not a time zone; use a name such as Asia/Shanghai."),
            field="zone",
            given=repr(name)[:80],
        ) from None


def _weekend(given: Iterable[int]) -> frozenset[int]:
    try:
        weekend = frozenset(given)
    except TypeError:
        weekend = frozenset({-1})
    if not weekend <= frozenset(range(7)) or len(weekend) == 7:
        raise Invalid(
            N_("A weekend is some of the weekdays 0 (Monday) to 6, but not all; not {given}."),
            field="weekend",
            given=repr(given)[:80],
        )
    return weekend
