"""Office hours (办公时间) and periods that come back each year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from commonward.core.refusals import N_, Invalid

# Minutes after local midnight, from and to; the windows of a day, in order.
Windows = tuple[tuple[int, int], ...]
# The windows of the seven days, Monday first.
Week = tuple[Windows, ...]
MonthDay = tuple[int, int]
# First and last day, both inside; a period that ends before it begins runs over New Year.
Period = tuple[MonthDay, MonthDay]

_NORMAL_DAY: Windows = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))
_NORMAL_WEEK: Week = (*((_NORMAL_DAY,) * 5), (), ())
# Every month and day there is: those of a leap year.
_ALL_DAYS = [(date(2000, 1, 1) + timedelta(days=n)) for n in range(366)]


def in_period(period: Period, day: date) -> bool:
    """Whether the date lies in the period, both ends included.

    >>> in_period(((12, 1), (2, 29)), date(2025, 2, 28))
    True
    """
    first, last = period
    at = (day.month, day.day)
    return first <= at <= last if first <= last else at >= first or at <= last


def period_of(given: Any) -> Period:
    """The period of `[[month, day], [month, day]]`; refuses any other form and impossible days."""
    try:
        (first_month, first_day), (last_month, last_day) = given
        # The leap year 2000 lets 29 February through.
        first, last = date(2000, first_month, first_day), date(2000, last_month, last_day)
    except (TypeError, ValueError):
        raise Invalid(
            N_("{given} is not a period; write its first and last day as [[3, 1], [4, 30]]."),
            field="seasons",
            given=repr(given)[:80],
        ) from None
    return (first.month, first.day), (last.month, last.day)


@dataclass(frozen=True)
class OfficeHours:
    """When offices work (办公时间): windows of minutes after local midnight, for each weekday.

    `week`: seven days, Monday first, each with its windows `(from, to)` in minutes 0 to 1440, in
    order and apart. `special`: `(first day, last day, week)` for hours of a part of the year, such
    as summer hours (夏令作息). `make_up_as`: the weekday (0 = Monday) whose hours a make-up day
    on a weekend has.

    A window is what the wall clock shows: the hour that happens twice in autumn counts twice, and
    the one left out in spring not at all.
    """

    week: Week = _NORMAL_WEEK
    special: tuple[tuple[MonthDay, MonthDay, Week], ...] = ()
    make_up_as: int = 0

    def __post_init__(self) -> None:
        _check_week(self.week)
        if type(self.make_up_as) is not int or self.make_up_as not in range(7):
            raise Invalid(
                N_("make_up_as is a weekday from 0 (Monday) to 6, not {given}."),
                field="make_up_as",
                given=repr(self.make_up_as),
            )
        periods = [period_of((first, last)) for first, last, _ in self.special]
        for _, _, week in self.special:
            _check_week(week)
        for day in _ALL_DAYS:
            if sum(in_period(period, day) for period in periods) > 1:
                raise Invalid(
                    N_("Two special office hours hold on {day} (month-day); let one end before."),
                    field="special",
                    day=f"{day.month}-{day.day}",
                )

    def windows(self, day: date, weekday: int) -> Windows:
        """The windows of that date when it is worked like that weekday."""
        for first, last, week in self.special:
            if in_period((first, last), day):
                return week[weekday]
        return self.week[weekday]

    def ever_open(self) -> bool:
        """Whether there is any window at all."""
        return any(any(week) for week in (self.week, *(week for _, _, week in self.special)))

    def to_data(self) -> dict[str, Any]:
        """As JSON: lists in the place of tuples."""
        return {
            "week": _lists(self.week),
            "special": [
                [list(first), list(last), _lists(week)] for first, last, week in self.special
            ],
            "make_up_as": self.make_up_as,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The hours in `to_data`'s form; `special` and `make_up_as` may be left out."""
        try:
            return cls(
                week=_tuples(data["week"]),
                special=tuple(
                    (*period_of((first, last)), _tuples(week))
                    for first, last, week in data.get("special", ())
                ),
                make_up_as=data.get("make_up_as", 0),
            )
        except (TypeError, ValueError, KeyError, AttributeError):
            raise Invalid(
                N_(
                    "Office hours have a week of seven days, each a list of [from, to] in "
                    "minutes; these have not: {given}."
                ),
                field="hours",
                given=repr(data)[:80],
            ) from None


def _lists(week: Week) -> list[list[list[int]]]:
    return [[[start, end] for start, end in windows] for windows in week]


def _tuples(week: Any) -> Week:
    return tuple(tuple((start, end) for start, end in windows) for windows in week)


def _check_week(week: Week) -> None:
    if len(week) != 7:
        raise Invalid(
            N_("Office hours name seven days, Monday first; these name {count}."),
            field="week",
            count=len(week),
        )
    for weekday, windows in enumerate(week):
        free_from = 0
        for start, end in windows:
            if type(start) is not int or type(end) is not int or not 0 <= start < end <= 1440:
                raise Invalid(
                    N_(
                        "Office hours from {start} to {end} on weekday {weekday} are none: "
                        "give minutes after midnight, 0 to 1440, the first before the second."
                    ),
                    field="week",
                    start=start,
                    end=end,
                    weekday=weekday,
                )
            if start < free_from:
                raise Invalid(
                    N_(
                        "Office hours from {start} to {end} on weekday {weekday} begin before "
                        "the window ahead of them ends; put them in order and apart."
                    ),
                    field="week",
                    start=start,
                    end=end,
                    weekday=weekday,
                )
            free_from = end


OFFICE_HOURS = OfficeHours()
