"""A round as a GPX 1.1 file for other devices (https://www.topografix.com/GPX/1/1/)."""

from collections.abc import Sequence
from xml.etree import ElementTree

NAMESPACE = "http://www.topografix.com/GPX/1/1"


def gpx(
    name: str,
    line: Sequence[tuple[float, float]],
    stops: Sequence[tuple[str, tuple[float, float]]] = (),
) -> bytes:
    """A track of the way and a waypoint for each stop; places are (longitude, latitude), WGS 84."""
    root = ElementTree.Element(
        "gpx", {"version": "1.1", "creator": "Commonward", "xmlns": NAMESPACE}
    )
    ElementTree.SubElement(ElementTree.SubElement(root, "metadata"), "name").text = name
    for title, at in stops:
        ElementTree.SubElement(_place(root, "wpt", at), "name").text = title
    track = ElementTree.SubElement(root, "trk")
    ElementTree.SubElement(track, "name").text = name
    segment = ElementTree.SubElement(track, "trkseg")
    for at in line:
        _place(segment, "trkpt", at)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _place(inside: ElementTree.Element, tag: str, at: tuple[float, float]) -> ElementTree.Element:
    return ElementTree.SubElement(inside, tag, {"lat": f"{at[1]:.7f}", "lon": f"{at[0]:.7f}"})
