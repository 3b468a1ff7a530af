"""How the files stand: as of when, how far behind the record, how large."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from commonward.cases.queries.happened import next_after
from commonward.core.following import Position
from commonward.core.indicators.facts import TABLES
from commonward.insight.store import manifest as manifests

MOST = 10_000
"""Events behind that are counted; more is shown as so many."""


@dataclass(frozen=True, slots=True)
class State:
    """As of when the files are; events not followed yet; rows by table; bytes of the newest."""

    at: datetime
    behind: int
    rows: Mapping[str, int]
    bytes: int


def state() -> State | None:
    """How the newest files stand; None where there are none."""
    folder = Path(settings.FIGURES)
    found = manifests.read(folder, older=True)
    if found is None:
        return None
    _, behind = next_after(Position.from_text(found.position), MOST)
    return State(
        at=datetime.fromisoformat(found.at),
        behind=len(behind),
        rows={name: found.rows(name) for name in TABLES},
        bytes=sum(
            path.stat().st_size for name in found.names() if (path := folder / name).exists()
        ),
    )
