"""Public reports that are perhaps the same problem as one that is about to be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.queries.nearby import Telling, likely, similar
from commonward.cases.queries.public import PublicReport, Wanted, public_reports
from commonward.core.rights import SYSTEM


@dataclass(frozen=True, slots=True)
class PerhapsSame:
    """What everybody may read of an open report near by, and how far away it is, in metres.

    `days` since it was told; `shared` what its public words have in common with those asked about.
    """

    entry: PublicReport
    metres: int
    days: int = 0
    shared: tuple[str, ...] = ()


PROPOSED = 0.04
"""From this probability on a report of a related kind is proposed beside those of the kind."""


def perhaps_same(
    category: str,
    lat: float,
    lon: float,
    at: datetime,
    revisions: Mapping[str, int],
    most: int = 3,
    *,
    words: str = "",
    address: str = "",
) -> tuple[PerhapsSame, ...]:
    """The likeliest open reports (疑似重复) that are public, masked; at most `most`.

    Those of the category within the distance and hours that the site has set, and those of a
    related kind near by that the words make likely. Nothing is joined but by who reports.
    Raises Invalid for an unknown category.
    """
    near = {s.line.number: s for s in similar(SYSTEM, category, lat, lon, at)}
    weighed = {
        s.line.number: s
        for s in likely(SYSTEM, Telling(lat, lon, category, words, address), at, most=20)
    }
    related = {
        number: s
        for number, s in weighed.items()
        if s.line.category[:2] == category[:2] and (s.probability or 0) >= PROPOSED
    }
    found = {**related, **near}
    if not found:
        return ()
    sure = {n: weighed[n].probability or 0.0 for n in found if n in weighed}
    shown = public_reports(Wanted(numbers=tuple(found), is_open=True), revisions)
    same = [
        PerhapsSame(
            entry,
            round(found[entry.number].metres),
            max((at - entry.received_at).days, 0),
            # Of words that are not public nothing is told, not even that they are the same.
            tuple(
                one
                for one in (weighed[entry.number].shared if entry.number in weighed else ())
                if one in (entry.words or "").casefold()
            ),
        )
        for entry in shown
    ]
    # Words decide between those of one spot; without any, the nearer stands first, as ever.
    order = sorted(
        same,
        key=lambda one: (
            -round(sure.get(one.entry.number, 0.0), 3) if words else 0,
            one.metres,
            one.entry.number,
        ),
    )
    return tuple(order[:most])
