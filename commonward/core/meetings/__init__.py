"""When people can meet (约期): the first common time, and calendars in and out (iCalendar).

>>> from datetime import UTC, datetime, timedelta
>>> day = [(datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC))]
>>> taken = [(datetime(2026, 3, 2, 0, tzinfo=UTC), datetime(2026, 3, 2, 3, 5, tzinfo=UTC))]
>>> first_slot(timedelta(hours=1), day, [taken]).start.isoformat()
'2026-03-02T03:15:00+00:00'
"""

from commonward.core.meetings.calendars_in import MOST_BYTES, busy_times
from commonward.core.meetings.calendars_out import Entry, feed
from commonward.core.meetings.slots import Slot, Stretch, first_slot, merged, slots

__all__ = [
    "MOST_BYTES",
    "Entry",
    "Slot",
    "Stretch",
    "busy_times",
    "feed",
    "first_slot",
    "merged",
    "slots",
]
