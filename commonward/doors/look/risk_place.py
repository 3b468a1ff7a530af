"""Where a project lies, as it is told: on a map, and in words for who sees no map."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonward.doors.look.showing import language, named
from commonward.programmes.queries.risk_place import Place, place_of

HECTARE, SQUARE_KM = 1e4, 1e6


def place_told(outline: Mapping[str, Any] | None, at: datetime) -> dict[str, Any] | None:
    """The words, the outline, and the mark of a point; None where nobody said where it lies."""
    found = place_of(outline, at)
    if found is None:
        return None
    point = found.outline["type"] == "Point"
    spot = _("Around {lat}, {lon} (latitude, longitude)")
    if point:
        spot = _("At {lat}, {lon} (latitude, longitude)")
    lat, lon = f"{found.lat:.5f}", f"{found.lon:.5f}"
    return {
        "words": _words(found, point=point),
        "spot": spot.format(lat=lat, lon=lon),
        "marker": f"{lat},{lon}" if point else "",
        "outline": found.outline,
    }


def _words(found: Place, *, point: bool) -> str:
    chinese = language().startswith("zh")
    names = ("、" if chinese else ", ").join(named(a.name, a.name_en) for a in found.areas)
    if found.more:
        more = ngettext(
            "{names} and {count} more area", "{names} and {count} more areas", found.more
        )
        names = more.format(names=names, count=found.more)
    if point:
        return _("A place in {names}.").format(names=names) if names else _("One place.")
    size = _size(found.square_metres)
    if not names:
        return _("An outline of about {size}.").format(size=size)
    return _("An outline of about {size}, in {names}.").format(size=size, names=names)


def _size(metres: float) -> str:
    """Two digits that count, in the unit in which they are easily read."""
    if metres >= SQUARE_KM:
        return _("{many} km²").format(many=_two(metres / SQUARE_KM))
    if metres >= HECTARE:
        return _("{many} hectares").format(many=_two(metres / HECTARE))
    return _("{many} m²").format(many=_two(metres))


def _two(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"
