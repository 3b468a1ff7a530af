"""What a conversation may look up here: places, borders and answers that are kept."""

from datetime import datetime

from django.conf import settings

from commonward.areas.queries import chain, locate
from commonward.areas.queries.gazetteer import PlaceMeant, candidates
from commonward.cases.queries.knowledge import answering
from commonward.core.chat.model import Choice, Knows, Spot
from commonward.doors.look.showing import named

_LEVELS = 3
"""How many areas, the smallest ones, are named beside a place."""


def knows(at: datetime) -> Knows:
    """Everything as it is at this moment; names are in the language that is active."""
    return Knows(
        places=lambda words: _places(words, at),
        spot=lambda lat, lon: _spot(lat, lon, at),
        answers=lambda words, language: _answers(words, language, at),
        contact=settings.CONTACT,
    )


def _places(words: str, at: datetime) -> tuple[Choice, ...]:
    found: dict[tuple[float, float], Choice] = {}
    for said in candidates(words, at):
        for one in said.candidates:
            if _to_go_to(one):
                label = " ".join((one.name, said.house)).strip()
                within = _within(one.located.path, one.name, at)
                whole = f"{label} ({within})" if within else label
                choice = Choice(whole, one.lat, one.lon, sure=not said.ambiguous)
                found.setdefault((one.lat, one.lon), choice)
    return tuple(found.values())


def _to_go_to(one: PlaceMeant) -> bool:
    # The middle of a whole street office would send somebody to the wrong grid.
    return not one.located.outside and one.area in ("", one.located.code)


def _spot(lat: float, lon: float, at: datetime) -> Spot:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return Spot(outside=True)
    found = locate(lat, lon, at=at)
    sides = tuple(Choice(_within(c.path, "", at), side=c.code) for c in found.candidates)
    return Spot(found.outside, sides)


def _within(path: str, name: str, at: datetime) -> str:
    areas = [a for a in chain(path, at) if name not in (a.name, a.name_en)]
    return " › ".join(named(a.name, a.name_en) for a in areas[-_LEVELS:])


def _answers(words: str, language: str, at: datetime) -> tuple[str, ...]:
    site = settings.SITE_URL.rstrip("/")
    return tuple(
        f"{one.question} – {one.words} {site}{one.address}"
        for one in answering(words, "", language, at)
    )
