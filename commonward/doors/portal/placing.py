"""Which place somebody means who only wrote where it is (所说地点): offered, and asked if unclear."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from commonward.areas.queries import chain
from commonward.areas.queries.gazetteer import PlaceMeant, candidates
from commonward.core.refusals import N_, Invalid
from commonward.doors.look.showing import named
from commonward.doors.portal.draft import Draft

if TYPE_CHECKING:
    from commonward.doors.portal.steps import Moment

MOST = 6
NONE = "none"
_LEVELS = 3
"""How many areas, the smallest ones, are named beside a place."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A place of the gazetteer: its `key` in the form, the path of the area it lies in, the number
    of a house that was written after its name (the point is the road's or the estate's)."""

    key: str
    name: str
    path: str
    house: str
    lat: float
    lon: float
    sure: bool


def offers(text: str, now: "Moment") -> tuple[Offer, ...]:
    """The places that a text may mean, without those too large to go to; () for none."""
    found: dict[str, Offer] = {}
    for said in candidates(text, now.at, revisions=now.revisions) if text else ():
        fitting = [one for one in said.candidates if _to_go_to(one)]
        for one in fitting:
            key = f"{one.lat:.6f},{one.lon:.6f}"
            sure = not said.ambiguous
            path, house = one.located.path, said.house
            found.setdefault(key, Offer(key, one.name, path, house, one.lat, one.lon, sure))
    return tuple(found.values())[:MOST]


def meant(draft: Draft, now: "Moment") -> tuple[Offer, ...]:
    """By the address, else by the words; () where a position was given or nothing can be told."""
    own = draft.place not in ("", NONE)
    if draft.nowhere or (draft.lat is not None and not own):
        return ()
    return offers(draft.address, now) or offers(draft.words, now)


def show(draft: Draft, now: "Moment") -> dict[str, Any]:
    """For the question which of them it is."""
    found = meant(draft, now)
    clear = len(found) == 1 and found[0].sure
    return {
        "offers": shown(found, now),
        "clear": clear,
        "chosen": draft.place or (found[0].key if clear else ""),
    }


def take(draft: Draft, post: QueryDict, now: "Moment") -> Draft:
    """The draft at the chosen place, or without a position. Raises Invalid for no answer."""
    key = post.get("place", "")
    if key == NONE:
        return replace(draft, place=NONE, lat=None, lon=None, side="", same="")
    found = next((one for one in meant(draft, now) if one.key == key), None)
    if found is None:
        raise Invalid(N_("Please choose a place, or say that it is none of these."), field="place")
    return at_offer(draft, found)


def at_offer(draft: Draft, one: Offer) -> Draft:
    """The draft with the position of this place."""
    moved = (one.lat, one.lon) != (draft.lat, draft.lon)
    return replace(
        draft,
        address=draft.address or one.name,
        lat=one.lat,
        lon=one.lon,
        place=one.key,
        nowhere=False,
        side="" if moved else draft.side,
        same="" if moved else draft.same,
    )


def _to_go_to(one: PlaceMeant) -> bool:
    # The middle of a whole street office would send somebody to the wrong grid.
    return not one.located.outside and one.area in ("", one.located.code)


def shown(found: tuple[Offer, ...], now: "Moment") -> list[dict[str, str]]:
    """Each with the names of the areas around it (1 query each)."""
    told = []
    for one in found:
        areas = [a for a in chain(one.path, now.at) if one.name not in (a.name, a.name_en)]
        within = " › ".join(named(a.name, a.name_en) for a in areas[-_LEVELS:])
        told.append({"key": one.key, "name": one.name, "house": one.house, "within": within})
    return told
