"""Demand that the same sites cover is one demand: ten million places become a few thousand rows.

Cordeau, Furini & Ljubić (2019) make instances of this size small in the same way.
"""

import numpy as np
from numba import njit

from commonward.core.plans.cover.arrays import Floats, Ints, Numbers


class Merger:
    """Takes rows piece by piece, so that ten million of them need not be in memory together.

    `weight[g]` is the demand of all rows that were found to have the sites of group `g`.
    """

    def __init__(self, sites: int) -> None:
        chance = np.random.default_rng(sites)
        self._salt = chance.integers(1, 2**63, max(1, sites), dtype=np.uint64)
        self._table = np.full(1 << 12, -1, np.int64)
        self._hash = np.zeros(1 << 11, np.uint64)
        self._ptr = np.zeros((1 << 11) + 1, np.int64)
        self._site = np.zeros(1 << 14, np.int32)
        self._weight = np.zeros(1 << 11)
        self._groups = 0

    def add(self, ptr: Numbers, site: Numbers, weight: Floats) -> Ints:
        """Rows by their lists of sites (rising numbers); returns the group of each (-1: no site)."""
        group = np.full(len(weight), -1, np.int64)
        at = 0
        while True:
            at, self._groups = _merge(
                np.asarray(ptr, np.int64),
                np.asarray(site, np.int32),
                weight,
                self._salt,
                self._table,
                self._hash,
                self._ptr,
                self._site,
                self._weight,
                group,
                at,
                self._groups,
            )
            if at >= len(weight):
                return group
            self._grow()

    def add_table(self, seconds: Numbers, limit: float, weight: Floats) -> Ints:
        """Rows of a dense table of travel times (places × sites)."""
        ptr, site = _within(seconds, limit)
        return self.add(ptr, site, weight)

    def _grow(self) -> None:
        self._hash = np.concatenate((self._hash, np.zeros_like(self._hash)))
        self._weight = np.concatenate((self._weight, np.zeros_like(self._weight)))
        self._ptr = np.concatenate((self._ptr, np.zeros(len(self._ptr) - 1, np.int64)))
        self._site = np.concatenate((self._site, np.zeros_like(self._site)))
        self._table = np.full(2 * len(self._hash), -1, np.int64)
        _fill(self._table, self._hash, self._groups)

    @property
    def rows(self) -> tuple[Ints, Ints, Floats]:
        """The groups so far: (begin of each list, sites, weight)."""
        ptr = self._ptr[: self._groups + 1].copy()
        return ptr, self._site[: ptr[-1]].astype(np.int64), self._weight[: self._groups].copy()


@njit(cache=True)
def _within(seconds: Numbers, limit: float) -> tuple[Ints, Numbers]:
    rows, sites = seconds.shape
    ptr = np.zeros(rows + 1, np.int64)
    site = np.empty(rows * 16 + sites, np.int32)
    at = 0
    for i in range(rows):
        if at + sites > site.size:
            wider = np.empty(2 * site.size + sites, np.int32)
            wider[:at] = site[:at]
            site = wider
        for j in range(sites):
            site[at] = j
            at += seconds[i, j] <= limit
        ptr[i + 1] = at
    return ptr, site[:at]


@njit(cache=True)
def _fill(table: Ints, hashes: Numbers, groups: int) -> None:
    mask = np.uint64(table.size - 1)
    for g in range(groups):
        slot = hashes[g] & mask
        while table[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = g


@njit(cache=True)
def _merge(  # noqa: C901 - one pass over the rows, each with its probe of the table
    ptr: Ints,
    site: Numbers,
    weight: Floats,
    salt: Numbers,
    table: Ints,
    hashes: Numbers,
    begin: Ints,
    kept: Numbers,
    total: Floats,
    group: Ints,
    at: int,
    groups: int,
) -> tuple[int, int]:
    mask = np.uint64(table.size - 1)
    for i in range(at, weight.size):
        size = ptr[i + 1] - ptr[i]
        if size == 0:
            continue
        if groups >= hashes.size or begin[groups] + size > kept.size:
            return i, groups
        mark = np.uint64(0)
        for e in range(ptr[i], ptr[i + 1]):
            mark += salt[site[e]]
        mark ^= mark >> np.uint64(29)
        slot = mark & mask
        found = -1
        while table[slot] >= 0:
            g = table[slot]
            if hashes[g] == mark and begin[g + 1] - begin[g] == size:
                same = True
                for e in range(size):
                    if kept[begin[g] + e] != site[ptr[i] + e]:
                        same = False
                        break
                if same:
                    found = g
                    break
            slot = (slot + np.uint64(1)) & mask
        if found < 0:
            found = groups
            for e in range(size):
                kept[begin[groups] + e] = site[ptr[i] + e]
            begin[groups + 1] = begin[groups] + size
            hashes[groups] = mark
            table[slot] = found
            groups += 1
        total[found] += weight[i]
        group[i] = found
    return weight.size, groups
