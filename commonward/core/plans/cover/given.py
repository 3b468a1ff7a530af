"""What a plan of cover is made from: who needs help where, who could reach it, which sites may open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from commonward.core.plans.cover.arrays import Flags, Floats, Ints, Numbers
from commonward.core.refusals import N_, Invalid

ALL = "all"


@dataclass(frozen=True, slots=True)
class Reach:
    """Travel times in seconds, demand × sites: per demand its sites by rising time (CSR).

    An entry that is absent is a road that does not exist, or that is too long to matter.
    """

    ptr: Ints
    site: Ints
    seconds: Floats
    sites: int

    @property
    def demands(self) -> int:
        """How many places with demand there are."""
        return len(self.ptr) - 1

    @classmethod
    def of_table(cls, seconds: ArrayLike) -> "Reach":
        """From a dense table, demand × sites; `inf` and `nan` mean unreachable.

        Raises:
            Invalid: it is no table, is empty, or holds a negative time.
        """
        table = np.asarray(seconds)
        if table.ndim != 2 or 0 in table.shape:
            raise Invalid(
                N_("Travel times must be a table of places × sites with at least one of each."),
                field="seconds",
            )
        table = table.astype(np.float64)
        reached = np.isfinite(table)
        ptr = np.concatenate(([0], np.cumsum(reached.sum(axis=1))))
        return cls.of_lists(ptr, np.nonzero(reached)[1], table[reached], table.shape[1])

    @classmethod
    def of_lists(cls, ptr: ArrayLike, site: ArrayLike, seconds: ArrayLike, sites: int) -> "Reach":
        """From the lists of a CSR matrix; the sites of a row may stand in any order.

        Raises:
            Invalid: the lists do not fit together, or hold a negative time.
        """
        begin = np.asarray(ptr, np.int64)
        which = np.asarray(site, np.int64)
        times = np.asarray(seconds, np.float64)
        fits = (
            begin.ndim == 1
            and len(begin) >= 2
            and begin[0] == 0
            and bool((np.diff(begin) >= 0).all())
            and begin[-1] == len(which) == len(times)
        )
        if not fits or (len(which) and not 0 <= which.min() <= which.max() < sites):
            raise Invalid(N_("The lists of travel times do not fit together."), field="seconds")
        if len(times) and not (times.min() >= 0 and np.isfinite(times).all()):
            raise Invalid(
                N_("A travel time must be a number of seconds that is not negative."),
                field="seconds",
            )
        rows = np.repeat(np.arange(len(begin) - 1), np.diff(begin))
        order = np.lexsort((which, times, rows))
        return cls(begin, which[order], times[order], sites)

    def within(self, limit: float) -> "Reach":
        """Only what is reached in at most so many seconds."""
        stays = self.seconds <= limit
        ptr = np.concatenate(([0], np.cumsum(stays)))[self.ptr]
        return Reach(ptr, self.site[stays], self.seconds[stays], self.sites)

    def only(self, demands: Numbers, sites: Flags) -> "Reach":
        """Only these demands (flags or numbers); entries of sites that are not flagged vanish."""
        chosen = np.arange(self.demands)[demands]
        lengths = np.diff(self.ptr)[chosen]
        entries = np.repeat(
            self.ptr[chosen] - np.concatenate(([0], np.cumsum(lengths)))[:-1], lengths
        )
        entries = entries + np.arange(lengths.sum())
        stays = sites[self.site[entries]]
        ptr = np.concatenate(([0], np.cumsum(stays)))[np.concatenate(([0], np.cumsum(lengths)))]
        return Reach(ptr, self.site[entries][stays], self.seconds[entries][stays], self.sites)

    def by_site(self) -> tuple[Ints, Ints, Floats]:
        """The same the other way round: (begin of each site's list, demands, seconds)."""
        order = np.argsort(self.site, kind="stable")
        rows = np.repeat(np.arange(self.demands), np.diff(self.ptr))
        counts = np.bincount(self.site, minlength=self.sites)
        return np.concatenate(([0], np.cumsum(counts))), rows[order], self.seconds[order]


@dataclass(frozen=True, slots=True)
class Ground:
    """A district to be covered: travel times, and how much is called for at each place.

    `demand` has any unit (calls a year, households); places without demand are looked at by no
    model. `periods` names slices of the rows where the ground is several times of day in one.
    """

    reach: Reach
    demand: Floats
    periods: Mapping[str, slice]

    @classmethod
    def of(cls, reach: Reach, demand: ArrayLike | None = None) -> "Ground":
        """A ground of one period; without `demand` each place counts 1.

        Raises:
            Invalid: the demand does not fit the travel times, is negative, or nowhere above 0.
        """
        loads = np.ones(reach.demands) if demand is None else np.asarray(demand, np.float64).copy()
        if loads.shape != (reach.demands,):
            raise Invalid(
                N_("There are travel times for {places} places and demand for {loads}."),
                field="demand",
                places=reach.demands,
                loads=loads.size,
            )
        if not (np.isfinite(loads).all() and (loads >= 0).all() and loads.any()):
            raise Invalid(
                N_("Demand must be numbers that are not negative, above 0 in one place at least."),
                field="demand",
            )
        return cls(reach, loads, {ALL: slice(0, reach.demands)})

    @classmethod
    def together(cls, periods: Mapping[str, "Ground"]) -> "Ground":
        """One set of sites for several times of day, as for day and night: their rows in one.

        Raises:
            Invalid: no period, or the periods do not have the same sites.
        """
        if not periods or len({one.reach.sites for one in periods.values()}) != 1:
            raise Invalid(N_("Day and night must be planned over the same sites."), field="periods")
        names, parts = list(periods), [one.reach for one in periods.values()]
        ends = np.cumsum([part.demands for part in parts])
        offsets = np.cumsum([0, *(len(part.site) for part in parts)])
        ptr = np.concatenate(
            [[0], *(part.ptr[1:] + offset for part, offset in zip(parts, offsets, strict=False))]
        )
        return cls(
            Reach(
                ptr.astype(np.int64),
                np.concatenate([part.site for part in parts]),
                np.concatenate([part.seconds for part in parts]),
                parts[0].sites,
            ),
            np.concatenate([one.demand for one in periods.values()]),
            {
                name: slice(int(end) - part.demands, int(end))
                for name, part, end in zip(names, parts, ends, strict=True)
            },
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """Which sites may open: `count` in all, `existing` posts kept among them, `fixed` ones too.

    `forbidden` sites stay closed. `count` may be left out where the model decides it.
    """

    count: int | None = None
    existing: Sequence[int] = ()
    fixed: Sequence[int] = ()
    forbidden: Sequence[int] = ()

    def flags(self, sites: int) -> tuple[Flags, Flags]:
        """(must be open, may be open), a flag per site.

        Raises:
            Invalid: a number that names no site, a site both open and forbidden.
        """
        must, may = np.zeros(sites, np.bool_), np.ones(sites, np.bool_)
        for number in (*self.existing, *self.fixed, *self.forbidden):
            if not 0 <= number < sites:
                raise Invalid(
                    N_("There is no site {site}; sites are numbered from 0 to {last}."),
                    field="sites",
                    site=number,
                    last=sites - 1,
                )
        must[list((*self.existing, *self.fixed))] = True
        may[list(self.forbidden)] = False
        both = np.flatnonzero(must & ~may)
        if len(both):
            raise Invalid(
                N_("Site {site} is to be open and is forbidden: one of the two must go."),
                field="sites",
                site=int(both[0]),
            )
        return must, may

    def counted(self, sites: int) -> tuple[int, Flags, Flags]:
        """(how many, must be open, may be open) for the models that need a number.

        Raises:
            Invalid: no number, fewer than those that must open, more than those that may.
        """
        must, may = self.flags(sites)
        if self.count is None or self.count < 1:
            raise Invalid(N_("Say how many sites may open: at least one."), field="count")
        if self.count < must.sum():
            raise Invalid(
                N_("{count} sites are to open in all, but {kept} must stay open already."),
                field="count",
                count=self.count,
                kept=int(must.sum()),
            )
        if self.count > may.sum():
            raise Invalid(
                N_("{count} sites are to open, but only {may} may."),
                field="count",
                count=self.count,
                may=int(may.sum()),
            )
        return self.count, must, may


def nearest(reach: Reach, allowed: Flags) -> tuple[Ints, Floats]:
    """Each demand's nearest site among those allowed (-1: none) and its seconds (inf)."""
    who, seconds = _nearest(reach.ptr, reach.site, reach.seconds, allowed)
    return who, seconds


@njit(cache=True)
def _nearest(ptr: Ints, site: Ints, seconds: Floats, allowed: Flags) -> tuple[Ints, Floats]:
    who = np.full(ptr.size - 1, -1, np.int64)
    least = np.full(ptr.size - 1, np.inf)
    for i in range(ptr.size - 1):
        for e in range(ptr[i], ptr[i + 1]):
            if allowed[site[e]]:
                who[i] = site[e]
                least[i] = seconds[e]
                break
    return who, least


def need_reached(ground: Ground, may: Flags, limit: float = np.inf) -> None:
    """Refuse where a place with demand lies beyond the limit of every site that may open.

    Raises:
        Invalid: the first such place, with its nearest site and that site's seconds.
    """
    who, seconds = nearest(ground.reach, may)
    beyond = np.flatnonzero((ground.demand > 0) & ((seconds > limit) | (who < 0)))
    if not len(beyond):
        return
    first = int(beyond[0])
    if who[first] < 0:
        raise Invalid(
            N_("No road leads from any site that may open to place {place}."),
            field="seconds",
            code="unreachable",
            place=first,
            places=len(beyond),
        )
    raise Invalid(
        N_(
            "No site reaches place {place} within {limit:g} s: "
            "the nearest, site {site}, takes {nearest:g} s."
        ),
        field="limit",
        code="unreachable",
        place=first,
        places=len(beyond),
        limit=limit,
        site=int(who[first]),
        nearest=float(seconds[first]),
    )


def limit_of(limit: float) -> float:
    """The limit in seconds as it was given.

    Raises:
        Invalid: it is not a number of seconds that is at least 0.
    """
    if not limit >= 0:
        raise Invalid(N_("The limit must be a number of seconds, at least 0."), field="limit")
    return limit


def unit_of(numbers: Iterable[Numbers]) -> float:
    """The largest number of which all these are whole multiples; 0 where they are not whole."""
    unit = 0
    for each in numbers:
        if not len(each):
            continue
        if not (np.abs(each) < 2**52).all() or (each != np.floor(each)).any():
            return 0.0
        unit = int(np.gcd(unit, np.gcd.reduce(each.astype(np.int64).ravel())))
    return float(unit)
