"""Public reports that are perhaps the same problem as one that is about to be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.queries.nearby import similar
from commonward.cases.queries.public import PublicReport, Wanted, public_reports
from commonward.core.rights import SYSTEM


@dataclass(frozen=True, slots=True)
class PerhapsSame:
    """What everybody may read of an open report near by, and how far away it is, in metres."""

    entry: PublicReport
    metres: int


def perhaps_same(
    category: str, lat: float, lon: float, at: datetime, revisions: Mapping[str, int], most: int = 3
) -> tuple[PerhapsSame, ...]:
    """The nearest open reports of the category (疑似重复) that are public, masked; at most `most`.

    Raises Invalid for an unknown category.
    """
    away = {s.line.number: s.metres for s in similar(SYSTEM, category, lat, lon, at)}
    if not away:
        return ()
    shown = public_reports(Wanted(numbers=tuple(away), is_open=True), revisions)
    found = [PerhapsSame(entry, round(away[entry.number])) for entry in shown]
    return tuple(sorted(found, key=lambda same: (same.metres, same.entry.number))[:most])
