"""What the GPX 1.1 schema (https://www.topografix.com/GPX/1/1/gpx.xsd) says of order, attributes and
types, for the elements that a round can have; an element that it does not name is a fault."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

SPACE = "{http://www.topografix.com/GPX/1/1}"
_WPT = (
    "ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type",
    "fix", "sat", "hdop", "vdop", "pdop", "ageofdgpsdata", "dgpsid", "extensions",
)  # fmt: skip
_CHILDREN: Mapping[str, Sequence[str]] = {
    "gpx": ("metadata", "wpt", "rte", "trk", "extensions"),
    "metadata": (
        "name", "desc", "author", "copyright", "link", "time", "keywords", "bounds", "extensions",
    ),
    "wpt": _WPT,
    "trkpt": _WPT,
    "trk": ("name", "cmt", "desc", "src", "link", "number", "type", "extensions", "trkseg"),
    "trkseg": ("trkpt", "extensions"),
    "name": (),
    "desc": (),
}  # fmt: skip
_MANY = ("wpt", "rte", "trk", "trkseg", "trkpt", "link")


def faults_of(content: bytes) -> list[str]:
    """What the schema would refuse; empty for a valid file. Raises ParseError for broken XML."""
    root = ElementTree.fromstring(content)  # noqa: S314 — made by ourselves
    faults: list[str] = []
    if root.tag != f"{SPACE}gpx":
        return [f"the root is {root.tag}"]
    if root.get("version") != "1.1" or not root.get("creator"):
        faults.append("gpx needs version 1.1 and a creator")
    _check(root, faults)
    return faults


def _check(element: ElementTree.Element, faults: list[str]) -> None:
    name = element.tag.removeprefix(SPACE)
    order = _CHILDREN.get(name)
    if order is None:
        faults.append(f"unknown: {element.tag}")
        return
    if name in ("wpt", "trkpt"):
        _degrees(element, name, faults)
    names = [child.tag.removeprefix(SPACE) for child in element]
    places = [order.index(one) if one in order else -1 for one in names]
    if -1 in places or places != sorted(places):
        faults.append(f"{name} holds {names}")
    faults += [
        f"{name} holds {n} twice" for n in set(names) if n not in _MANY and names.count(n) > 1
    ]
    for child in element:
        _check(child, faults)


def _degrees(element: ElementTree.Element, name: str, faults: list[str]) -> None:
    if set(element.keys()) != {"lat", "lon"}:
        faults.append(f"{name} has {sorted(element.keys())}")
        return
    lat, lon = float(element.get("lat", "")), float(element.get("lon", ""))
    if not (-90 <= lat <= 90 and -180 <= lon < 180):
        faults.append(f"{name} lies nowhere: {lat}, {lon}")
