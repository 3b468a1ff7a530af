"""Faults of systems in use, which must not come back here: those of deadlines."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from commonward.core.calendars import Calendar, Limit, Unit
from commonward.core.clocks import Clock, Due
from tests.core import holiday_files
from tests.core.notices import TABLE

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar("Asia/Shanghai", TABLE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_fault_1_a_pause_of_one_night_costs_no_working_hour() -> None:
    clock = Clock(Limit(10, Unit.WORK_HOUR), at("2025-03-03T15:00"))
    night = clock.pause(at("2025-03-03T18:00")).resume(at("2025-03-04T08:00"))
    assert clock.due(CALENDAR) == night.due(CALENDAR) == Due(at("2025-03-04T17:00"), False)
    # Sixteen hours from 16:00 to 08:00 hold two working hours; only these are given back.
    sixteen = clock.pause(at("2025-03-03T16:00")).resume(at("2025-03-04T08:00"))
    assert sixteen.due(CALENDAR) == Due(at("2025-03-05T09:00"), False)


def test_fault_2_an_approved_extension_survives_every_later_pause_and_resume() -> None:
    clock = Clock(Limit(2, Unit.WORK_DAY), at("2025-03-03T09:00")).extend(
        at("2025-03-03T10:00"), 2 * 86_400
    )
    assert clock.due(CALENDAR) == Due(at("2025-03-07T09:00"), False)
    for hour in (11, 14, 16):
        moment = at("2025-03-03T00:00") + timedelta(hours=hour)
        clock = clock.pause(moment).resume(moment + timedelta(hours=1))
    assert clock.allowed == 4 * 86_400
    assert clock.due(CALENDAR) == Due(at("2025-03-07T12:00"), False)


def test_fault_3_a_deadline_skips_holidays_and_counts_make_up_days() -> None:
    # National Day 2025: 1 to 8 October off, 28 September and 11 October (weekends) worked.
    clock = Clock(Limit(3, Unit.WORK_DAY), at("2025-09-30T10:00"))
    assert clock.due(CALENDAR) == Due(at("2025-10-11T10:00"), False)
    early = Clock(Limit(8, Unit.WORK_HOUR), at("2025-09-26T14:00"))
    assert early.due(CALENDAR) == Due(at("2025-09-28T12:00"), False)


def test_fault_3_a_table_that_has_run_out_makes_the_deadline_provisional(shared: Path) -> None:
    calendar = Calendar("Asia/Shanghai", holiday_files.read(shared))
    clock = Clock(Limit(5, Unit.WORK_DAY), at("2026-12-29T10:00"))
    due = clock.due(calendar)
    assert due is not None
    assert due.provisional
    assert due.at == at("2027-01-05T10:00")
