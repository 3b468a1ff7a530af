"""Calendars (日历): which seconds count towards a deadline, in a place and for a kind of limit.

The four clocks of the field (四种时限) are kinds of counted time:

* emergency time (紧急工作时): every second, day and night, holidays too;
* working time (工作时): the seconds inside office hours of working days;
* working days (工作日): every second of a working day, midnight to midnight;
* calendar days (自然日): every second.

`Limit` says how much of which kind, `Calendar` says which seconds those are, from a zone, a table
of holidays and make-up days, office hours and seasons. All moments are aware datetimes at a
resolution of one second: microseconds are cut off (towards the past), everywhere alike.

>>> from datetime import date, datetime
>>> from zoneinfo import ZoneInfo
>>> days = DayTable(off=frozenset({date(2025, 10, 1)}), years=frozenset({2025}))
>>> calendar = Calendar("Asia/Shanghai", days)
>>> eve = datetime(2025, 9, 30, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
>>> calendar.after(Unit.WORK_HOUR, eve, Limit.parse("4 work_hour").seconds).isoformat()
'2025-10-02T03:00:00+00:00'
"""

from commonward.core.calendars.calendar import Calendar
from commonward.core.calendars.hours import OFFICE_HOURS, MonthDay, OfficeHours, Period, Week
from commonward.core.calendars.instants import datetime_of, instant_of
from commonward.core.calendars.limits import Limit, Unit
from commonward.core.calendars.tables import DayTable

__all__ = [
    "OFFICE_HOURS",
    "Calendar",
    "DayTable",
    "Limit",
    "MonthDay",
    "OfficeHours",
    "Period",
    "Unit",
    "Week",
    "datetime_of",
    "instant_of",
]
