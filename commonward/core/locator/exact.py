"""One point in one mixed cell, with exact arithmetic where floats cannot tell the side."""

from collections.abc import Iterable
from fractions import Fraction

from commonward.core.locator.cells import FIRST, INSIDE, LEFT

Edge = tuple[float, float, float, float]


def holders(
    px: float,
    py: float,
    cx: float,
    cy: float,
    pairs: Iterable[tuple[Edge, int, int]],
    unsure: float,
) -> list[int]:
    """The polygons that hold the point or have it on their border, in rising order.

    Walks from the cell's centre (cx, cy), whose place is known, to the point and counts each
    polygon's edges on the way. `pairs` are (edge, polygon, flags) of this cell; a cross product
    below `unsure` is taken again with fractions, so that the answer is exact.
    """
    found: list[int] = []
    polygon, inside, on_border = -1, False, False
    for (ax, ay, bx, by), owner, flags in pairs:
        if flags & FIRST:
            if inside or on_border:
                found.append(polygon)
            polygon, inside, on_border = owner, bool(flags & INSIDE), False
        to_point = _turn(ax, ay, bx, by, px, py, unsure)
        if to_point == 0 and min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by):
            on_border = True
            continue
        side_a = _turn(px, py, cx, cy, ax, ay, unsure) > 0
        side_b = _turn(px, py, cx, cy, bx, by, unsure) > 0
        if side_a != side_b and (to_point > 0) != bool(flags & LEFT):
            inside = not inside
    if inside or on_border:
        found.append(polygon)
    return found


def _turn(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, unsure: float) -> float:
    """Positive when c lies left of the line from a to b, 0 when exactly on it."""
    turn = (ax - cx) * (by - cy) - (ay - cy) * (bx - cx)
    if abs(turn) > unsure:
        return turn
    x, y = Fraction(cx), Fraction(cy)
    exact = (Fraction(ax) - x) * (Fraction(by) - y) - (Fraction(ay) - y) * (Fraction(bx) - x)
    return float((exact > 0) - (exact < 0))
