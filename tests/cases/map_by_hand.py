"""A slow look at every case, to compare the tiles with; and a clock in the hand of the test."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.access import seen_by
from commonward.cases.models import Case, Report
from commonward.cases.queries.listed import light_of
from commonward.cases.queries.on_map import InTile, finding, in_tile, kept, right_key
from commonward.cases.queries.reference import book
from commonward.core.rights import Actor
from commonward.core.tiles import Tile, steps
from tests.district import AT, CELL, SOUTH, WEST


@dataclass
class Clock:
    """A clock that goes on when told."""

    now: float = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += seconds


def shown(tile: Tile, actor: Actor | None, at: datetime = AT) -> InTile:
    return in_tile(kept(), tile, right_key(actor), at, book())


def slow(actor: Actor | None) -> list[tuple[Case, int, int]]:
    """The open cases that somebody may see by the rule of the lists, and their steps."""
    if actor is None:
        told = Report.objects.filter(public=True, case__public=True).values("case_id")
        seen = Case.objects.filter(pk__in=told, closed_at=None)
    else:
        seen = Case.objects.filter(seen_by(actor))
    found = []
    for case in seen.filter(is_open=True, lat__isnull=False).select_related("category"):
        assert case.lat is not None and case.lon is not None
        x, y = steps(case.lon, case.lat)
        found.append((case, int(x), int(y)))
    return found


def cell(x: int, y: int) -> tuple[int, int]:
    return x // 256, y // 256


def agree(tile: Tile, actor: Actor | None, at: datetime = AT) -> int:
    """Assert that the tile tells what the slow look tells; how many cases it is about."""
    return agreed(tile, actor, slow(actor), at)


def agreed(
    tile: Tile, actor: Actor | None, seen: list[tuple[Case, int, int]], at: datetime = AT
) -> int:
    """The same after a slow look."""
    across = 30 - tile.z
    expected = [
        (case, (x >> (18 - tile.z)) - tile.x * 4096, (y >> (18 - tile.z)) - tile.y * 4096)
        for case, x, y in seen
        if (x >> across, y >> across) == (tile.x, tile.y)
    ]
    found = shown(tile, actor, at)
    cells: dict[tuple[int, int], Counter[str]] = {}
    alone: dict[str, tuple[str, str]] = {}
    for case, x, y in expected:
        cells.setdefault(cell(x, y), Counter())[light_of(case, at)] += 1
        alone[case.number] = (case.category.code, light_of(case, at))
    single = tile.z >= finding.ALONE_FROM and len(expected) <= finding.MOST_ALONE
    clustered = {} if single else {
        at_cell: (sum(lights.values()), lights["yellow"], lights["red"])
        for at_cell, lights in cells.items() if sum(lights.values()) >= finding.FEWEST
    }  # fmt: skip
    got = {cell(c.x, c.y): (c.count, c.yellow, c.red) for c in found.clusters}
    assert got == clustered
    for point in found.points:
        assert alone[point.number] == (point.category, point.light)
        assert cell(point.x, point.y) not in clustered
    told = len(found.points) + sum(c.count for c in found.clusters)
    assert told == len(expected)
    assert len({p.number for p in found.points}) == len(found.points)
    return len(expected)


def tiles_here(z: int) -> list[Tile]:
    west, south = steps(WEST, SOUTH)
    east, north = steps(WEST + 3 * CELL, SOUTH + 3 * CELL)
    return [
        Tile.at(z, x, y)
        for x in range(int(west) >> (30 - z), (int(east) >> (30 - z)) + 1)
        for y in range(int(north) >> (30 - z), (int(south) >> (30 - z)) + 1)
    ]
