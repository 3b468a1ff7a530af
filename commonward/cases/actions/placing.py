"""The places that cases name, into the gazetteer (案件地名): only those that many cases share."""

import statistics
from collections import defaultdict
from datetime import datetime, timedelta

from commonward.areas.actions.gazetteer import take_gazetteer
from commonward.cases.models import Case
from commonward.core.masking import MASK
from commonward.core.rights import APART
from commonward.core.triage.places.boundaries import Kind, is_name
from commonward.core.triage.places.extract import TOGETHER_METRES, Entry, metres
from commonward.core.triage.places.learnt import usual
from commonward.core.triage.places.named import named
from commonward.core.triage.private import ALWAYS, NAME, ROOM, without

SOURCE = "cases"
LICENCE = "own"
FEWEST = 5
"""Cases that must name a place, on as many days: fewer might tell of one household."""
YEARS = 3


def adopt_case_places(at: datetime) -> list[Entry]:
    """Take the places that at least `FEWEST` cases of the last years name in their addresses, in
    place of those taken before; returns them.

    A name is kept with one point of its kind of place, never with the number of a house, a room,
    a person or a case; disputes and urgent help are not read.
    """
    seen: dict[tuple[str, Kind], list[tuple[float, float, object]]] = defaultdict(list)
    for address, lat, lon, opened in _addresses(at):
        # A home, a number or a person named in it is taken out before any name is looked for.
        bare = without(address, MASK, ALWAYS | {NAME, ROOM})
        for name, kind in {(usual(one.name), one.kind) for one in named(bare)}:
            if kind is not Kind.AREA and is_name(name) and not any(c.isdigit() for c in name):
                seen[name, kind].append((lat, lon, opened.date()))
    found = [
        entry
        for (name, kind), rows in sorted(seen.items())
        for entry in _together(name, kind, rows)
    ]
    take_gazetteer(found, source=SOURCE, licence=LICENCE)
    return found


def _addresses(at: datetime) -> "list[tuple[str, float, float, datetime]]":
    rows = (
        Case.objects.filter(
            opened_at__gte=at - timedelta(days=365 * YEARS),
            opened_at__lte=at,
            lat__isnull=False,
            public=True,
        )
        .exclude(address="")
        .order_by("id")
    )
    for one in APART:
        rows = rows.exclude(category__code__startswith=one)
    return [
        (address, lat, lon, opened)
        for address, lat, lon, opened in rows.values_list("address", "lat", "lon", "opened_at")
        if lat is not None and lon is not None
    ]


def _together(name: str, kind: Kind, rows: list[tuple[float, float, object]]) -> list[Entry]:
    """One entry for cases near each other, at their middle; two estates of one name are two."""
    groups: list[list[tuple[float, float, object]]] = []
    for row in sorted(rows, key=lambda r: (r[0], r[1])):
        here = Entry(name, (), kind, row[0], row[1])
        near = next(
            (
                group
                for group in groups
                if metres(here, Entry(name, (), kind, group[-1][0], group[-1][1]))
                <= TOGETHER_METRES
            ),
            None,
        )
        if near is None:
            groups.append([row])
        else:
            near.append(row)
    return [
        Entry(
            name,
            (),
            kind,
            round(statistics.median(r[0] for r in group), 4),
            round(statistics.median(r[1] for r in group), 4),
        )
        for group in groups
        if len(group) >= FEWEST and len({r[2] for r in group}) >= FEWEST
    ]
