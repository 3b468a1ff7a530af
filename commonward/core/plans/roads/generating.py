"""A plausible town of roads where there is no map: a bent grid with arterials and one-way streets."""

import numpy as np

from commonward.core.plans.roads.graph import RoadGraph, graph_of, metres_between
from commonward.core.plans.roads.profile import Profile, shipped
from commonward.core.refusals import N_, Invalid
from commonward.core.roads import CLASSES

_LIGHTS = 6_000
"""Milliseconds that a crossing of two streets costs on average."""


def generated(
    seed: int,
    *,
    rows: int = 40,
    columns: int = 40,
    block: float = 180.0,
    lat: float = 33.73,
    lon: float = 114.89,
    profile: Profile | None = None,
) -> RoadGraph:
    """A town of `rows` × `columns` crossings, `block` metres apart, about a middle in degrees.

    Every eighth street is an arterial, every fourth a collector, the outermost a ring; one street
    in eight is missing (parks, yards, a railway), one small street in six is one-way. Each
    crossing is reached from each: the rest is left out. The same seed gives the same town.
    """
    if min(rows, columns) < 2 or not block > 0:
        raise Invalid(N_("A town needs two rows and two columns of streets."), field="rows")
    chance = np.random.default_rng(seed)
    speeds = np.array((profile or shipped()).speeds["vehicle"])
    row, column = np.divmod(np.arange(rows * columns), columns)
    shift = chance.normal(0.0, 0.12, (2, rows * columns))
    north = lat + (row - rows / 2 + shift[0]) * block / 111_195.0
    east = lon + (column - columns / 2 + shift[1]) * block / (111_195.0 * np.cos(np.radians(lat)))
    nodes = np.arange(rows * columns).reshape(rows, columns)
    pairs = np.concatenate(
        (
            np.stack((nodes[:, :-1].ravel(), nodes[:, 1:].ravel()), axis=1),
            np.stack((nodes[:-1].ravel(), nodes[1:].ravel()), axis=1),
        )
    )
    across = row[pairs[:, 0]] == row[pairs[:, 1]]
    line = np.where(across, row[pairs[:, 0]], column[pairs[:, 0]])
    last = np.where(across, rows, columns) - 1
    kinds = np.full(len(pairs), CLASSES.index("street"))
    kinds[line % 4 == 2] = CLASSES.index("tertiary")
    kinds[line % 8 == 4] = CLASSES.index("primary")
    kinds[(line == 0) | (line == last)] = CLASSES.index("trunk")
    small = kinds == CLASSES.index("street")
    stays = ~small | (chance.random(len(pairs)) >= 1 / 8)
    single = small & (chance.random(len(pairs)) < 1 / 6)
    turned = chance.random(len(pairs)) < 0.5
    ahead, back = stays & ~(single & turned), stays & ~(single & ~turned)
    tails = np.concatenate((pairs[ahead, 0], pairs[back, 1]))
    heads = np.concatenate((pairs[ahead, 1], pairs[back, 0]))
    kind = np.concatenate((kinds[ahead], kinds[back]))
    far = metres_between(north[tails], east[tails], north[heads], east[heads])
    free = np.rint(far / (speeds[kind] / 3.6) * 1000.0 + _LIGHTS).astype(np.int64)
    whole = graph_of(north, east, tails, heads, free, kind, profile or shipped(), metres=far)
    return _only_main(whole)


def _only_main(graph: RoadGraph) -> RoadGraph:
    """The graph without the nodes that are not reached from everywhere."""
    number = np.cumsum(graph.main) - 1
    stays = graph.main[graph.tails] & graph.main[graph.heads]
    return graph_of(
        graph.lat[graph.main],
        graph.lon[graph.main],
        number[graph.tails[stays]],
        number[graph.heads[stays]],
        graph.free[stays],
        graph.kinds[stays],
        graph.profile,
        metres=graph.metres[stays],
        credit=graph.credit,
    )
