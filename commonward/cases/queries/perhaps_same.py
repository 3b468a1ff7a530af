"""Public reports that are perhaps the same problem as one that is about to be told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from commonward.cases.queries.nearby import Telling, likely, similar
from commonward.cases.queries.public import PublicReport, Wanted, public_reports
from commonward.cases.queries.same_weights import weighing
from commonward.core.rights import SYSTEM


@dataclass(frozen=True, slots=True)
class PerhapsSame:
    """What everybody may read of an open report near by, and how far away it is, in metres.

    `days` since it was told; `shared` what its public words have in common with those asked about;
    `row` what was compared (numbers). `proposed`: it is so likely the same as this site asks.
    """

    entry: PublicReport
    metres: int
    days: int = 0
    shared: tuple[str, ...] = ()
    row: Mapping[str, float] | None = None
    proposed: bool = False


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
    related kind near by that the words make likely. While no category is known (""), those near
    by whose public words have something in common with these. Nothing is joined but by who
    reports. Raises Invalid for an unknown category.
    """
    near = {s.line.number: s for s in similar(SYSTEM, category, lat, lon, at)} if category else {}
    weighed = {
        s.line.number: s
        for s in likely(SYSTEM, Telling(lat, lon, category, words, address), at, most=20)
    }
    related = {
        number: s
        for number, s in weighed.items()
        if (
            (s.line.category[:2] == category[:2] and (s.probability or 0) >= PROPOSED)
            if category
            else s.shared
        )
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
            weighed[entry.number].row if entry.number in weighed else None,
        )
        for entry in shown
    ]
    if not category:
        same = [one for one in same if one.shared]
    # Words decide between those of one spot; without any, the nearer stands first, as ever.
    order = sorted(
        same,
        key=lambda one: (
            -round(sure.get(one.entry.number, 0.0), 3) if words else 0,
            one.metres,
            one.entry.number,
        ),
    )
    by, likeliest = weighing(), max(sure.values(), default=0.0)
    for place, one in enumerate(order):
        p = sure.get(one.entry.number)
        # What is likeliest of all, and public: if a case that is not shown is likelier, none is.
        if p is not None and p == likeliest and by.proposes(p):
            order.insert(0, replace(order.pop(place), proposed=True))
            break
    return tuple(order[:most])
