"""p-median, maximal covering, backup cover, MEXCLP: each as rows with levels for the one solver."""

import numpy as np

from commonward.core.plans.cover.arrays import Flags, Floats, Ints, Marks
from commonward.core.plans.cover.bounding import CLOSED, FREE, OPEN
from commonward.core.plans.cover.covering import fewest
from commonward.core.plans.cover.given import (
    Choice,
    Ground,
    Reach,
    limit_of,
    need_reached,
    unit_of,
)
from commonward.core.plans.cover.merging import Merger
from commonward.core.plans.cover.plan import Plan, planned
from commonward.core.plans.cover.solving import Problem, Solved, solve
from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Invalid


def p_median(
    ground: Ground,
    choice: Choice,
    *,
    watch: Watch | None = None,
    seed: int = 0,
    limit: float | None = None,
) -> Plan:
    """The sites with the least sum of demand × seconds to the nearest (p-中位).

    Hakimi 1964; ReVelle & Swain 1970. `limit` only adds the share within it to the figures.

    Raises:
        Invalid: a place no site reaches, or more sites needed to reach every place than asked for.
    """
    reach = ground.reach
    count, must, may = choice.counted(reach.sites)
    need_reached(ground, may)
    kept = reach.only(ground.demand > 0, may)
    weight = ground.demand[ground.demand > 0]
    lengths = np.diff(kept.ptr)
    cost = kept.seconds * np.repeat(weight, lengths)
    dearest = cost[kept.ptr[1:] - 1]
    # Whoever misses a site could be left unserved; that must cost more than any whole plan.
    everywhere = lengths == may.sum()
    never = float(np.ceil(dearest.sum())) + 1.0
    gain = np.where(everywhere, dearest, never)
    problem = _problem(
        Reach(kept.ptr, kept.site, cost, reach.sites),
        gain[:, None],
        _marks(must, may),
        count,
        median=True,
        unit=unit_of((cost, gain)),
    )
    solved = solve(problem, watch or Watch(), seed=seed)
    if solved.loss >= never and not everywhere.all():
        _refuse_too_few(ground, np.inf, choice, watch)
    return planned(
        "p-median",
        ground,
        choice,
        solved.taken.astype(np.int64),
        solved.loss,
        solved.bound,
        limit=limit,
        nodes=solved.nodes,
    )


def maximal_cover(
    ground: Ground,
    limit: float,
    choice: Choice,
    *,
    watch: Watch | None = None,
    seed: int = 0,
) -> Plan:
    """The sites that have most demand within `limit` seconds (最大覆盖): Church & ReVelle 1974."""
    count, must, may = choice.counted(ground.reach.sites)
    reach, weight = merged(ground, limit_of(limit), may)
    whole = float(weight.sum())
    problem = _problem(reach, weight[:, None], _marks(must, may), count, unit=unit_of((weight,)))
    solved = solve(problem, watch or Watch(), seed=seed)
    return planned(
        "maximal cover",
        ground,
        choice,
        solved.taken.astype(np.int64),
        whole - solved.loss,
        whole - solved.bound,
        limit=limit,
        nodes=solved.nodes,
    )


def backup_cover(
    ground: Ground,
    limit: float,
    choice: Choice,
    *,
    second: float | None = None,
    most: int = 1,
    watch: Watch | None = None,
    seed: int = 0,
) -> Plan:
    """Most demand with a second unit within `limit` seconds (备份覆盖): Hogan & ReVelle 1986.

    Without `second` every place must be covered once and the value is the demand covered twice
    (BACOP1). With it the value is (1 - second) × demand covered once + second × demand covered
    twice (BACOP2); 0 ≤ second ≤ 0.5. `choice.count` counts units, of which at most `most` may stand
    at one site.

    Raises:
        Invalid: a place out of reach, or too few sites to cover every place once (BACOP1 only).
    """
    units, must, may = _units(choice, ground.reach.sites, most)
    if second is not None and not 0 <= second <= 0.5:
        raise Invalid(
            N_("A second unit is worth at most as much as the first: a share from 0 to 0.5."),
            field="second",
        )
    if second is None:
        need_reached(ground, may, limit_of(limit))
    reach, weight = merged(ground, limit_of(limit), may)
    whole = float(weight.sum())
    if second is None:
        must_once = whole + 1.0
        gain = np.stack([np.full(len(weight), must_once), weight], axis=1)
        unit = unit_of((weight, np.array([must_once])))
    else:
        gain = np.stack([(1.0 - second) * weight, second * weight], axis=1)
        unit = unit_of((gain.ravel(),))
    solved, stand = _with_units(reach, gain, must, may, units, most, unit, watch, seed)
    if second is None and solved.loss >= whole + 1.0:
        _refuse_too_few(ground, limit, choice, watch)
    best = whole if second is None else float(gain.sum())
    return planned(
        "backup cover",
        ground,
        choice,
        stand,
        best - solved.loss,
        best - solved.bound,
        limit=limit,
        nodes=solved.nodes,
    )


def expected_cover(
    ground: Ground,
    limit: float,
    choice: Choice,
    *,
    busy: float,
    most: int = 1,
    watch: Watch | None = None,
    seed: int = 0,
) -> Plan:
    """Most demand that a free unit is expected to reach within `limit` seconds: MEXCLP, Daskin 1983.

    Each of `choice.count` units is busy with probability `busy` whatever the others do: demand with
    k units in reach counts 1 - busy^k. At most `most` units stand at one site.
    """
    units, must, may = _units(choice, ground.reach.sites, most)
    if not 0 <= busy < 1:
        raise Invalid(N_("The busy share is at least 0 and below 1."), field="busy")
    reach, weight = merged(ground, limit_of(limit), may)
    reaching = int(np.diff(reach.ptr).max(initial=0)) * most
    levels = max(1, min(units, reaching))
    gain = weight[:, None] * (1.0 - busy) * busy ** np.arange(levels)[None, :]
    unit = unit_of((gain.ravel(),)) if busy == 0 else 0.0
    solved, stand = _with_units(reach, gain, must, may, units, most, unit, watch, seed)
    best = float(gain.sum())
    return planned(
        "expected cover",
        ground,
        choice,
        stand,
        best - solved.loss,
        best - solved.bound,
        limit=limit,
        nodes=solved.nodes,
    )


def merged(ground: Ground, limit: float, may: Flags) -> tuple[Reach, Floats]:
    """Rows of demand with the same sites within the limit made one; what none reaches is left out."""
    near = ground.reach.within(limit).only(ground.demand > 0, may)
    rows = np.repeat(np.arange(near.demands), np.diff(near.ptr))
    merger = Merger(near.sites)
    merger.add(near.ptr, near.site[np.lexsort((near.site, rows))], ground.demand[ground.demand > 0])
    ptr, site, weight = merger.rows
    return Reach(ptr, site, np.zeros(len(site)), near.sites), weight


def _marks(must: Flags, may: Flags) -> Marks:
    return np.where(must, OPEN, np.where(may, FREE, CLOSED)).astype(np.int8)


def _problem(
    reach: Reach,
    gain: Floats,
    status: Marks,
    pick: int,
    *,
    median: bool = False,
    unit: float,
) -> Problem:
    return Problem(
        (reach.ptr, reach.site, reach.seconds),
        reach.by_site(),
        np.ascontiguousarray(gain),
        median,
        pick,
        status,
        unit,
    )


def _units(choice: Choice, sites: int, most: int) -> tuple[int, Flags, Flags]:
    must, may = choice.flags(sites)
    if most < 1:
        raise Invalid(N_("At least one unit must be allowed at a site."), field="most")
    if choice.count is None or choice.count < max(1, must.sum()):
        raise Invalid(
            N_("Say how many units there are: at least {kept}."),
            field="count",
            kept=max(1, int(must.sum())),
        )
    if choice.count > most * may.sum():
        raise Invalid(
            N_("{count} units are too many for {may} sites with at most {most} each."),
            field="count",
            count=choice.count,
            may=int(may.sum()),
            most=most,
        )
    return choice.count, must, may


def _with_units(
    reach: Reach,
    gain: Floats,
    must: Flags,
    may: Flags,
    units: int,
    most: int,
    unit: float,
    watch: Watch | None,
    seed: int,
) -> tuple[Solved, Ints]:
    """Every site as `most` equal ones, side by side; the units that stand at each in the end."""
    most = min(most, units)
    lengths = np.diff(reach.ptr)
    ptr = np.concatenate(([0], np.cumsum(lengths * most)))
    site = (reach.site[:, None] * most + np.arange(most)[None, :]).ravel()
    each = np.arange(reach.sites * most)
    status = _marks(must[each // most] & (each % most == 0), may[each // most])
    problem = _problem(
        Reach(ptr, site, np.zeros(len(site)), len(each)), gain, status, units, unit=unit
    )
    solved = solve(problem, watch or Watch(), seed=seed)
    return solved, solved.taken.reshape(reach.sites, most).sum(axis=1).astype(np.int64)


def _refuse_too_few(ground: Ground, limit: float, choice: Choice, watch: Watch | None) -> None:
    least = fewest(ground, limit, choice, watch or Watch()).bound
    raise Invalid(
        N_("{count} sites cannot reach every place: at least {least} are needed."),
        field="count",
        code="too_few",
        count=choice.count,
        least=int(least),
    )
