"""Tables of rows that an import refused (被拒行): they hold what another system told of people."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

KEPT = timedelta(days=30)
"""So long whoever imports has to mend them; a file that is imported again begins a new one."""


def rejects_folder() -> Path:
    """Where they lie."""
    folder: Path = settings.VAR / "imports"
    return folder


def forget_rejects(at: datetime) -> int:
    """Delete those whose time is over; says how many."""
    folder = rejects_folder()
    old = (at - KEPT).timestamp()
    over = [p for p in folder.glob("*.rejects.csv") if p.stat().st_mtime < old]
    for path in over:
        path.unlink(missing_ok=True)
    return len(over)
