"""Find a place by what a caller says: an address that cases came from before, a name of the
gazetteer, or an area's."""

from dataclasses import dataclass
from datetime import datetime

from commonward.areas.queries.gazetteer import candidates
from commonward.areas.queries.named import areas_named
from commonward.cases.queries.searched import search
from commonward.core.refusals import Refusal
from commonward.core.rights import Actor

_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place with its point; `area` is the path of an area that was meant, or "" for an address
    that `cases` earlier cases of the asker's view have, or (with `within`, the path of the area
    that holds it) a place of the gazetteer; `alike` is below 1 where that may be a typo."""

    name: str
    name_en: str
    lat: float
    lon: float
    area: str = ""
    cases: int = 0
    within: str = ""
    alike: float = 1.0


def places_named(actor: Actor, text: str, at: datetime, *, most: int = 8) -> tuple[PlaceFound, ...]:
    """Where that may be (地点查询): addresses of cases that the actor may see, then the gazetteer's
    places, then areas.

    Of the cases only address and point are read. Nothing for a text without two characters.
    """
    wanted = " ".join(text.split())
    if len(wanted) < 2:
        return ()
    known = _gazetteer(wanted, at)
    # Both are offered: many cases at one address must not hide the estate that is meant.
    found = _addresses(actor, wanted, at)[: most - min(len(known), most // 2)]
    found += known[: most - len(found)]
    areas = areas_named(wanted, at, most=most - len(found)) if len(found) < most else ()
    return (
        *found,
        *(PlaceFound(a.name, a.name_en, a.lat, a.lon, area=a.path) for a in areas),
    )


def _gazetteer(wanted: str, at: datetime) -> list[PlaceFound]:
    return [
        PlaceFound(
            f"{one.name} {said.house}".strip(), "", one.lat, one.lon,
            within=one.located.path, alike=one.alike,
        )
        for said in candidates(wanted, at)
        for one in said.candidates
        if not one.area and not one.located.outside
    ]  # fmt: skip


def _addresses(actor: Actor, wanted: str, at: datetime) -> list[PlaceFound]:
    try:
        rows = search(actor, wanted, at, size=_LOOKED_AT).rows
    except Refusal:
        return []
    parts = wanted.casefold().split()
    found: dict[str, PlaceFound] = {}
    for line in rows:
        if line.lat is None or line.lon is None:
            continue
        if not all(part in line.address.casefold() for part in parts):
            continue
        known = found.get(line.address)
        count = known.cases + 1 if known else 1
        lat, lon = (known.lat, known.lon) if known else (line.lat, line.lon)
        found[line.address] = PlaceFound(line.address, "", lat, lon, cases=count)
    return sorted(found.values(), key=lambda place: (-place.cases, place.name))
