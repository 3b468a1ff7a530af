"""Maps and curves of plans as numbers for the SVG of a page or of a report.

All numbers are texts already: a drawing must not depend on how a language writes a fraction.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, MARGIN = 600.0, 14.0
_TALLEST = 620.0
MINUTES = (5, 10, 15)
"""Where the bands of a map end."""
_NUMBERED = 40
"""Up to so many posts their numbers stand on the map."""


@dataclass(frozen=True)
class View:
    """How degrees become places of a drawing, north above."""

    west: float
    north: float
    across: float
    up: float
    height: float

    @classmethod
    def of(cls, points: Iterable[Sequence[float]]) -> "View":
        """Around these (longitude, latitude), all of them within."""
        lons, lats = zip(*((p[0], p[1]) for p in points), strict=True)
        west, east, south, north = min(lons), max(lons), min(lats), max(lats)
        shrink = math.cos(math.radians((south + north) / 2))
        wide, tall = max(east - west, 1e-4) * shrink, max(north - south, 1e-4)
        inside = WIDTH - 2 * MARGIN
        scale = min(inside / wide, (_TALLEST - 2 * MARGIN) / tall)
        return cls(west, north, scale * shrink, scale, tall * scale + 2 * MARGIN)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """The place of a point."""
        return MARGIN + (lon - self.west) * self.across, MARGIN + (self.north - lat) * self.up


def map_of(
    view: View,
    lines: Sequence[Sequence[Sequence[float]]],
    cells: Sequence[Sequence[float]],
    seconds: Sequence[float],
    posts: Sequence[Sequence[float]],
) -> dict[str, Any]:
    """Borders, a mark for each cell by its band of minutes, and the posts.

    Cells and posts are latitude first, as everywhere; borders longitude first, as polygons are.
    """
    bands = ["" for _ in range(len(MINUTES) + 1)]
    counts = [0 for _ in bands]
    for (lat, lon), time in zip(cells, seconds, strict=True):
        band = sum(time > 60 * one for one in MINUTES)
        bands[band] += _mark(band, *view.at(lon, lat))
        counts[band] += 1
    numbered = len(posts) <= _NUMBERED
    return {
        "height": f"{view.height:.0f}",
        "lines": "".join(_line(view.at(*point[:2]) for point in ring) for ring in lines),
        "bands": [
            {"name": number, "path": path, "count": counts[number]}
            for number, path in enumerate(bands)
        ],
        "posts": [
            _post(number, *view.at(lon, lat), numbered)
            for number, (lat, lon) in enumerate(posts, 1)
        ],
        "numbered": numbered,
    }


def _post(number: int, x: float, y: float, numbered: bool) -> dict[str, Any]:
    half = 8.0 if numbered else 4.0
    return {
        "number": number, "x": f"{x - half:.1f}", "y": f"{y - half:.1f}", "side": f"{2 * half:.0f}",
        "text_x": f"{x:.1f}", "text_y": f"{y + 4:.1f}",
    }  # fmt: skip


def _line(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _mark(band: int, x: float, y: float) -> str:
    """A dot, a ring, a triangle, a cross: told apart without colour."""
    if band < 2:
        r = 3.0 if band == 0 else 3.2
        return f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z"
    if band == 2:
        return f"M{x:.1f} {y - 3.6:.1f}l3.6 6.4h-7.2Z"
    return f"M{x - 3:.1f} {y - 3:.1f}l6 6M{x + 3:.1f} {y - 3:.1f}l-6 6"


def mark(band: int) -> str:
    """The mark of a band for a legend of 16 × 16."""
    return _mark(band, 8.0, 8.0)


def curve_of(
    rows: Sequence[dict[str, Any]], goal: float, chosen: int, today: float | None
) -> dict[str, Any]:
    """The mean response (minutes) by number of units, with its intervals, the goal and today's.

    `goal` and `today` in seconds; `chosen` is the plan's number of units.
    """
    left, right, top, bottom = 52.0, 14.0, 14.0, 46.0
    height = 300.0
    units = [row["units"] for row in rows]
    highest: float = max(*(row["mean"][2] for row in rows), goal, today or 0.0) / 60.0
    step_y = _step(highest, 5)
    top_y = step_y * math.ceil(highest / step_y)
    first, last = min(units), max(max(units), min(units) + 1)
    step_x = max(1, round(_step(last - first, 6)))

    def x_of(count: float) -> float:
        place: float = left + (count - first) / (last - first) * (WIDTH - left - right)
        return place

    def y_of(minutes: float) -> float:
        place: float = top + (1 - minutes / top_y) * (height - top - bottom)
        return place

    def flat(seconds: float) -> dict[str, str]:
        return {"y": f"{y_of(seconds / 60.0):.1f}", "text_y": f"{y_of(seconds / 60.0) - 5:.1f}"}

    points = [(x_of(row["units"]), [y_of(v / 60.0) for v in row["mean"]]) for row in rows]
    ticks = range(math.ceil(first / step_x) * step_x, last + 1, step_x)
    return {
        "height": f"{height:.0f}", "left": f"{left:.0f}", "right": f"{WIDTH - right:.0f}",
        "bottom": f"{height - bottom:.0f}", "top": f"{top:.0f}",
        "title_x": f"{(left + WIDTH - right) / 2:.0f}", "title_y": f"{height - 8:.0f}",
        "tick_y": f"{height - bottom + 18:.0f}", "tick_x": f"{left - 8:.0f}",
        "path": "M" + "L".join(f"{x:.1f} {ys[0]:.1f}" for x, ys in points),
        "bars": "".join(f"M{x:.1f} {ys[1]:.1f}V{ys[2]:.1f}" for x, ys in points),
        "dots": [
            {"x": f"{x:.1f}", "y": f"{ys[0]:.1f}", "r": "5" if row["units"] == chosen else "2.5",
             "chosen": row["units"] == chosen}
            for (x, ys), row in zip(points, rows, strict=True)
        ],
        "across": [{"x": f"{x_of(n):.1f}", "text": str(n)} for n in ticks],
        "up": [
            {"y": f"{y_of(n * step_y):.1f}", "text_y": f"{y_of(n * step_y) + 4:.1f}",
             "text": f"{n * step_y:g}"}
            for n in range(round(top_y / step_y) + 1)
        ],
        "goal": flat(goal),
        "today": None if today is None else flat(today),
    }  # fmt: skip


def _step(span: float, parts: int) -> float:
    """A round step with which the span has about so many parts."""
    rough = max(span, 1e-9) / parts
    size = math.pow(10.0, math.floor(math.log10(rough)))
    for many in (1.0, 2.0, 5.0):
        if many * size >= rough * (1 - 1e-9):
            return many * size
    return 10.0 * size
