"""What is asked of the hypercube model (超立方排队模型): calls, preference lists, units, a line or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from commonward.core.refusals import N_, Invalid

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Line = Literal["zero", "infinite"]


@dataclass(frozen=True)
class Town:
    """Places with calls and the units that answer them.

    `calls` (A): calls per unit of time and atom (a place, or a place and a kind of call).
    `lists` (A, L): the units of each atom in the order in which they are asked, -1 behind the last;
    an atom with fewer units than there are has partial backup.
    `rates` (N): services per unit of time of each unit, the way there and back within it.
    `line`: "zero" – who finds no unit of the list is lost to others (Erlang's loss); "infinite" –
    waits in the order of coming. `group` (N): units share a group where some list names both.
    """

    calls: Floats
    lists: Whole
    rates: Floats
    line: Line
    group: Whole

    @property
    def atoms(self) -> int:
        """How many atoms (A)."""
        return len(self.calls)

    @property
    def units(self) -> int:
        """How many units (N)."""
        return len(self.rates)


def town(
    calls: Sequence[float] | NDArray[Any],
    lists: Sequence[Sequence[int]] | NDArray[Any],
    rates: Sequence[float] | NDArray[Any],
    line: Line = "zero",
) -> Town:
    """The checked input; refuses (Invalid) what no model fits, with the first reason found."""
    wanted = np.ascontiguousarray(calls, dtype=np.float64)
    service = np.ascontiguousarray(rates, dtype=np.float64)
    longest = max((len(each) for each in lists), default=0)
    table = np.full((len(lists), max(longest, 1)), -1, dtype=np.int64)
    for atom, each in enumerate(lists):
        table[atom, : len(each)] = each
    group = _check(wanted, table, service, line)
    return Town(wanted, table, service, line, group)


def _check(calls: Floats, lists: Whole, rates: Floats, line: Line) -> Whole:
    if calls.ndim != 1 or rates.ndim != 1 or len(calls) == 0 or len(rates) == 0:
        raise Invalid(N_("Give the calls of each atom and the rate of each unit, at least one."))
    if len(lists) != len(calls):
        raise Invalid(
            N_("{lists} lists were given for {atoms} atoms: each atom needs one."),
            field="lists",
            lists=len(lists),
            atoms=len(calls),
        )
    if not (np.isfinite(calls).all() and (calls >= 0).all() and calls.sum() > 0):
        raise Invalid(
            N_("The calls of an atom are a number of at least 0, and somewhere there are some."),
            field="calls",
        )
    if not (np.isfinite(rates).all() and (rates > 0).all()):
        raise Invalid(N_("The service rate of each unit must be above 0."), field="rates")
    for atom, row in enumerate(lists):
        named = row[row >= 0]
        if (row[len(named) :] >= 0).any():
            raise Invalid(
                N_("The list of atom {atom} has a gap: -1 stands only at its end."),
                field="lists",
                atom=atom,
            )
        if len(set(named.tolist())) != len(named) or (named >= len(rates)).any():
            raise Invalid(
                N_("The list of atom {atom} names a unit twice, or one that does not exist."),
                field="lists",
                atom=atom,
            )
    group = _groups(lists, len(rates))
    if line == "infinite":
        _check_line(calls, lists, rates, group)
    return group


def _check_line(calls: Floats, lists: Whole, rates: Floats, group: Whole) -> None:
    """With a line each group of units that back each other up must answer all its calls."""
    for atom in range(len(calls)):
        named = lists[atom][lists[atom] >= 0]
        if calls[atom] <= 0:
            continue
        size = 0 if len(named) == 0 else int((group == group[named[0]]).sum())
        if len(named) < max(size, 1):
            raise Invalid(
                N_(
                    "Atom {atom} names {named} of the {size} units of its group: with a line each"
                    " call must wait for any of them. Name them all, or take no line."
                ),
                field="lists",
                atom=atom,
                named=len(named),
                size=max(size, 1),
            )
    first = lists[:, 0]
    for one in np.unique(group):
        load = float(calls[(first >= 0) & (group[first] == one)].sum())
        most = float(rates[group == one].sum())
        if load >= most:
            raise Invalid(
                N_(
                    "{load} calls come per unit of time, and the units can serve {most}:"
                    " the line would grow without end."
                ),
                field="calls",
                code="overloaded",
                load=round(load, 3),
                most=round(most, 3),
            )


def _groups(lists: Whole, units: int) -> Whole:
    """(N) the number of each unit's group: units share a group where some list names both."""
    first = np.broadcast_to(lists[:, :1], lists.shape)
    pairs = np.unique((first * units + lists)[lists >= 0])
    links = csr_array((np.ones(len(pairs)), (pairs // units, pairs % units)), shape=(units, units))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def nearest_first(minutes: NDArray[Any], able: NDArray[Any] | None = None) -> Whole:
    """(A, N) lists by travel time: `minutes` (N, A) from each unit to each atom.

    `able` (N, A) tells which units can answer which atoms (kinds of unit and of call, 部分支援 partial
    backup); the others are left out. Equal times: the lower number first.
    """
    times = np.asarray(minutes, dtype=np.float64).T
    order = np.argsort(times, axis=1, kind="stable").astype(np.int64)
    if able is None:
        return order
    fits = np.take_along_axis(np.asarray(able, dtype=bool).T, order, axis=1)
    behind = np.argsort(~fits, axis=1, kind="stable")
    order = np.take_along_axis(order, behind, axis=1)
    order[~np.take_along_axis(fits, behind, axis=1)] = -1
    return order


def from_patrol(location: NDArray[Any], between: NDArray[Any]) -> Floats:
    """(N, A) mean travel times of units that move: `location` (N, A) is where each is while free
    (shares that add up to 1), `between` (A, A) the times from atom to atom."""
    shares = np.asarray(location, dtype=np.float64)
    if (shares < 0).any() or not np.allclose(shares.sum(axis=1), 1.0):
        raise Invalid(
            N_("The places of a free unit are shares that add up to 1."), field="location"
        )
    return np.asarray(shares @ np.asarray(between, dtype=np.float64))
