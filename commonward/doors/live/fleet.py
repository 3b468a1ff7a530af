"""The live map for all who look at it: read once a second, told as what has changed.

Whoever begins to look, comes back after a gap, or sees more or less than before is told the whole
(`fleet`); everybody else what is different since the last message (`units`). Those with the same
rights are told the same bytes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from commonward.doors.live import telling
from commonward.people.queries import now
from commonward.response.queries.on_map import Picture, Sight, UnitOnMap, picture

EVERY = 1.0
"""Seconds between two looks while somebody looks at the map."""
NOTHING = telling.message("fleet", {"at": "", "units": [], "incidents": []})
"""To whoever coordinates no more."""


def look(
    before: Mapping[Sight, Picture], sights: Collection[Sight], whole: Collection[Sight]
) -> tuple[dict[Sight, Picture], dict[Sight, bytes], dict[Sight, bytes]]:
    """What each of these sees now, the differences to `before` (none where nothing changed), and
    the whole for those in `whole`."""
    found = picture(now())
    seen = {sight: found.for_sight(sight) for sight in sights}
    changes = {}
    for sight, after in seen.items():
        if sight in before and (told := difference(before[sight], after)):
            changes[sight] = telling.message("units", {"at": after.at.isoformat(), **told})
    wholes = {s: telling.message("fleet", seen[s].to_data()) for s in whole}
    return seen, changes, wholes


def difference(before: Picture, after: Picture) -> dict[str, Any]:
    """What is different, as few numbers as possible; empty where nothing is.

    `moved`: [id, lat, lon, seen] of units that only moved; `changed`: whole units, new ones too;
    `gone`: ids; `incidents`: all of them, when any changed.
    """
    moved, changed = [], []
    for id_, one in after.units.items():
        last = before.units.get(id_)
        if last == one:
            continue
        told = one.to_data()
        if last is not None and _same_but_place(last, one):
            moved.append([id_, told["lat"], told["lon"], told["seen"]])
        else:
            changed.append(told)
    gone = [id_ for id_ in before.units if id_ not in after.units]
    parts: dict[str, Any] = {"moved": moved, "changed": changed, "gone": gone}
    if before.incidents != after.incidents:
        parts["incidents"] = [one.to_data() for one in after.incidents.values()]
    return {name: part for name, part in parts.items() if part or name == "incidents"}


def _same_but_place(last: UnitOnMap, one: UnitOnMap) -> bool:
    return (last.status, last.since, last.drill, last.radio, last.radio_en, last.agency) == (
        one.status, one.since, one.drill, one.radio, one.radio_en, one.agency,
    )  # fmt: skip
