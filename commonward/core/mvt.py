"""Mapbox Vector Tiles, written (version 2.1 of the specification, protocol buffers).

Points, lines and polygons in whole steps of a tile, y to the south. Only what a map of ours needs
is written; the general library takes three to four times as long for points (decision 9).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core.tiles import EXTENT

Given = str | int | float | bool
Ring = Sequence[tuple[int, int]]

POINT, LINES, POLYGON = 1, 2, 3
_MOVE, _LINE, _CLOSE = 1, 2, 7


class Layer:
    """One layer: features are added, then it is written once."""

    def __init__(self, name: str) -> None:
        self._name = name.encode()
        self._keys: dict[str, int] = {}
        self._values: dict[tuple[type, Given], int] = {}
        self._features = bytearray()

    def point(self, x: int, y: int, told: Mapping[str, Given]) -> None:
        """A point and what it tells."""
        self._add(POINT, (_MOVE | 1 << 3, _zigzag(x), _zigzag(y)), told)

    def lines(self, lines: Iterable[Ring], told: Mapping[str, Given]) -> None:
        """Lines of at least two different points each; shorter ones are left out."""
        path: list[int] = []
        x = y = 0
        for line in lines:
            points = _apart(line)
            if len(points) > 1:
                x, y = _path(path, points, x, y)
        if path:
            self._add(LINES, path, told)

    def polygon(self, polygons: Iterable[Sequence[Ring]], told: Mapping[str, Given]) -> None:
        """Polygons, each its shell and then its holes, closed; what encloses nothing is left out.

        Shells run clockwise as seen on the map and holes the other way, as the format asks.
        """
        path: list[int] = []
        x = y = 0
        for rings in polygons:
            for number, ring in enumerate(rings):
                points = _apart(ring)
                if points and points[0] == points[-1]:
                    points.pop()
                double = _double_area(points)
                if double == 0:
                    if number == 0:
                        break
                    continue
                if (double > 0) != (number == 0):
                    points.reverse()
                x, y = _path(path, points, x, y)
                path.append(_CLOSE | 1 << 3)
        if path:
            self._add(POLYGON, path, told)

    def __bool__(self) -> bool:
        return bool(self._features)

    def to_bytes(self) -> bytes:
        """The layer as a part of a tile; nothing when it has no feature."""
        if not self._features:
            return b""
        body = bytearray(b"\x78\x02")  # version 2
        _field(body, 1, self._name)
        body += self._features
        for key in self._keys:
            _field(body, 3, key.encode())
        for _, value in self._values:
            _field(body, 4, _value(value))
        body.append(5 << 3)
        _varint(body, EXTENT)
        whole = bytearray()
        _field(whole, 3, body)
        return bytes(whole)

    def _add(self, kind: int, path: Sequence[int], told: Mapping[str, Given]) -> None:
        tags = bytearray()
        for key, value in told.items():
            _varint(tags, self._keys.setdefault(key, len(self._keys)))
            _varint(tags, self._values.setdefault((type(value), value), len(self._values)))
        geometry = bytearray()
        for number in path:
            _varint(geometry, number)
        feature = bytearray()
        _field(feature, 2, tags)
        feature += bytes((3 << 3, kind))
        _field(feature, 4, geometry)
        _field(self._features, 2, feature)


def tile(layers: Iterable[Layer]) -> bytes:
    """Layers as one tile; b"" is a tile with nothing in it."""
    return b"".join(layer.to_bytes() for layer in layers)


def ring(points: npt.NDArray[Any]) -> list[tuple[int, int]]:
    """Points of shape (n, 2) in steps of a tile, rounded to whole ones."""
    return [(x, y) for x, y in np.rint(points).astype(np.int64).tolist()]


def _apart(points: Ring) -> list[tuple[int, int]]:
    """The same without points that fall onto the one before."""
    if not points:
        return []
    return [points[0], *(after for before, after in pairwise(points) if after != before)]


def _path(path: list[int], points: Ring, x: int, y: int) -> tuple[int, int]:
    for number, (to_x, to_y) in enumerate(points):
        if number == 0:
            path.append(_MOVE | 1 << 3)
        elif number == 1:
            path.append(_LINE | (len(points) - 1) << 3)
        path += (_zigzag(to_x - x), _zigzag(to_y - y))
        x, y = to_x, to_y
    return x, y


def _double_area(points: Ring) -> int:
    """Twice the signed area; positive where the points run clockwise on a map (y to the south)."""
    found = 0
    for (x, y), (to_x, to_y) in zip(points, [*points[1:], *points[:1]], strict=True):
        found += x * to_y - to_x * y
    return found


def _value(value: Given) -> bytes:
    made = bytearray()
    if isinstance(value, str):
        _field(made, 1, value.encode())
    elif isinstance(value, bool):
        made += bytes((7 << 3, value))
    elif isinstance(value, int):
        made.append(6 << 3)
        _varint(made, _zigzag(value))
    else:
        made.append(3 << 3 | 1)
        made += np.float64(value).tobytes()
    return bytes(made)


def _field(into: bytearray, number: int, content: bytes | bytearray) -> None:
    into.append(number << 3 | 2)
    _varint(into, len(content))
    into += content


def _varint(into: bytearray, number: int) -> None:
    while number > 0x7F:
        into.append(number & 0x7F | 0x80)
        number >>= 7
    into.append(number)


def _zigzag(number: int) -> int:
    return number << 1 ^ number >> 63
