"""The real yearly files of holidays."""

import json
from pathlib import Path

from commonward.core.calendars import DayTable


def read(shared: Path) -> DayTable:
    """All years of the folder of real inputs as one table."""
    files = sorted((shared / "data" / "holidays").glob("*.json"))
    assert files
    return DayTable.from_holiday_cn(json.loads(file.read_text("utf-8")) for file in files)
