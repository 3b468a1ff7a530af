"""The windows figures are reckoned in (统计周期): days, weeks, months, quarters, years; any span.

A calendar day begins at midnight where the site is, or – as hotlines reckon – at noon: the day of
the 9th then runs from noon on the 8th to noon on the 9th. A window holds its beginning, not its
end.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commonward.core.refusals import N_, Invalid

GRAINS = ("day", "week", "month", "quarter", "year")
CUTS = ("calendar", "noon")


@dataclass(frozen=True, slots=True)
class Window:
    """From the first day to the one before `until`, cut at midnight or at noon, in a zone.

    `grain` is "" for a span that is no whole day, week, month, quarter or year.
    """

    first: date
    until: date
    zone: str
    cut: str = "calendar"
    grain: str = ""

    @property
    def start(self) -> datetime:
        """The first moment, with its zone."""
        return self._edge(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self._edge(self.until)

    def _edge(self, day: date) -> datetime:
        zone = ZoneInfo(self.zone)
        if self.cut == "noon":
            return datetime.combine(day - timedelta(days=1), time(12), zone)
        return datetime.combine(day, time(), zone)

    def before(self) -> "Window":
        """The window of the same kind right before (环比); a span gives one of as many days."""
        if self.grain:
            return window(self.grain, self.first - timedelta(days=1), self.zone, self.cut)
        return Window(self.first - (self.until - self.first), self.first, self.zone, self.cut)

    def year_before(self) -> "Window":
        """The same days of the year before (同比); a week is 52 weeks before."""
        if self.grain == "week":
            back = timedelta(weeks=52)
            return Window(self.first - back, self.until - back, self.zone, self.cut, "week")
        first, until = _year_back(self.first), _year_back(self.until)
        if until <= first:  # the 29th of February alone
            until = first + timedelta(days=1)
        return Window(first, until, self.zone, self.cut, self.grain)

    def cut_at(self, cut: str) -> "Window":
        """The same days, cut at midnight or at noon."""
        return Window(self.first, self.until, self.zone, cut, self.grain)

    def __str__(self) -> str:
        last = self.until - timedelta(days=1)
        return f"{self.first:%Y-%m-%d} – {last:%Y-%m-%d}"


def window(grain: str, day: date, zone: str, cut: str = "calendar") -> Window:
    """The day, week (from Monday), month, quarter or year that holds a day. Raises Invalid.

    >>> str(window("month", date(2024, 2, 10), "Asia/Shanghai"))
    '2024-02-01 – 2024-02-29'
    """
    if grain not in GRAINS or cut not in CUTS:
        raise Invalid(
            N_("A window is one of {known}, cut at midnight or at noon."), known=", ".join(GRAINS)
        )
    if grain == "day":
        first, until = day, day + timedelta(days=1)
    elif grain == "week":
        first = day - timedelta(days=day.weekday())
        until = first + timedelta(weeks=1)
    else:
        months = {"month": 1, "quarter": 3, "year": 12}[grain]
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        last = date(day.year, first.month + months - 1, 1)
        until = last + timedelta(days=calendar.monthrange(last.year, last.month)[1])
    return Window(first, until, zone, cut, grain)


def span(first: date, last: date, zone: str, cut: str = "calendar") -> Window:
    """From one day to another, both inside. Raises Invalid where they are the wrong way round."""
    if last < first:
        raise Invalid(N_("The last day lies before the first."), field="last")
    return Window(first, last + timedelta(days=1), zone, cut)


def run_up(last: Window, count: int) -> list[Window]:
    """So many windows of a kind, oldest first, of which this is the last."""
    found = [last]
    while len(found) < count:
        found.append(found[-1].before())
    return found[::-1]


def _year_back(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
