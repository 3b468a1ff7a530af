"""Hours in which nobody is to be woken (安静时段): given as minutes of the local day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commonward.core.refusals import N_, Invalid

DAY = 24 * 60


def quiet_until(
    at: datetime, begins: int | None, ends: int | None, zone: ZoneInfo
) -> datetime | None:
    """When the quiet hours that hold at this moment end; None where none hold.

    They may cross midnight; equal ends mean none. Where clocks are put forward over the end it is
    the first moment after the gap; where they are put back, the second of the two, so that nobody
    is woken in what they call quiet.

    >>> found = quiet_until(datetime(2026, 1, 1, 15, tzinfo=UTC), 22 * 60, 7 * 60, ZoneInfo("Asia/Shanghai"))
    >>> found.isoformat()
    '2026-01-01T23:00:00+00:00'
    """
    if begins is None or ends is None or begins == ends:
        return None
    local = at.astimezone(zone)
    now = local.hour * 60 + local.minute
    if begins < ends:
        if not begins <= now < ends:
            return None
        day = local.date()
    elif now >= begins:
        day = local.date() + timedelta(days=1)
    elif now < ends:
        day = local.date()
    else:
        return None
    wall = datetime.combine(day, time(ends // 60, ends % 60), zone).replace(fold=1)
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        # That time of day does not exist there: with fold 0 it lies after the gap.
        found = wall.replace(fold=0).astimezone(UTC)
    return found if found > at else at + timedelta(minutes=1)


def minutes(given: str, field: str) -> int | None:
    """Minutes of the day from "22:30"; None for "". Raises Invalid.

    >>> minutes("22:30", "from")
    1350
    """
    given = given.strip()
    if not given:
        return None
    hours, mark, rest = given.partition(":")
    if (
        mark
        and hours.isascii()
        and hours.isdecimal()
        and rest[:2].isascii()
        and rest[:2].isdecimal()
    ):
        found = int(hours) * 60 + int(rest[:2])
        if int(rest[:2]) < 60 and found < DAY:
            return found
    raise Invalid(N_("A time of day looks like 22:30."), field=field)


def clock(of: int | None) -> str:
    """The time of day of so many minutes; "" for None.

    >>> clock(1350)
    '22:30'
    """
    return "" if of is None else f"{of // 60:02}:{of % 60:02}"
