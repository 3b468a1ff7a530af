"""The nearest units by hub labels: every hub keeps a sorted list of the units that name it.

A unit's label tells how soon it is at each of its hubs; a place's label how soon one is there from
each hub. The nearest unit is the least sum, and as both are in order of time, a search ends as soon
as nothing nearer can come (Abraham, Delling, Fiat, Goldberg, Werneck 2012: k nearest by labels).
Lists are apart by force, so that an ambulance does not wait behind patrols. Where few units suit,
most entries of the lists would be in vain: then the labels of those few are compared instead.
"""

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching.entering import enter, leave, packed
from commonward.core.plans.dispatching.finding import ANY, Found
from commonward.core.plans.dispatching.roster import Roster, Wanted
from commonward.core.plans.roads.compiled import compiled
from commonward.core.plans.roads.graph import LONGEST
from commonward.core.plans.roads.labels import Labels

Whole = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
_FEW = 16


class FinderByLabels:
    """Lists of units by force and hub, kept as units move; see Finder."""

    def __init__(self, labels: Labels, roster: Roster) -> None:
        count = len(labels.out.begins) - 1
        self._labels, self._roster = labels, roster
        self._row = np.full((max(1, len(roster.forces)), count), -1, np.int32)
        size = 2 * sum(len(labels.out.of(int(node))[0]) for node in roster.nodes) + 1_024
        self._start, self._length, self._room = (np.zeros(size, np.int32) for _ in range(3))
        self._units, self._took = np.empty(4 * size, np.int32), np.empty(4 * size, np.int32)
        self._used = np.zeros(2, np.int64)
        self._best = np.full(max(1, len(roster.units)), LONGEST, np.int32)
        self._at = roster.nodes.copy()
        self._soon = np.full(count, LONGEST, np.int32)
        for unit in range(len(roster.units)):
            self._enter(unit)

    def nearest(
        self, place: int, wanted: Wanted, allowed: int, most: int, limit: int = LONGEST
    ) -> Found:
        """See Finder."""
        roster, out, back = self._roster, self._labels.out, self._labels.back
        units, took = np.empty(most, np.int32), np.empty(most, np.int32)
        count = nearest(
            place,
            back.begins,
            back.hubs,
            back.took,
            out.begins,
            out.hubs,
            out.took,
            self._at,
            self._soon,
            wanted.suiting,
            wanted.forces,
            wanted.fits,
            allowed == ANY,
            ~allowed,
            roster.state,
            self._row,
            self._start,
            self._length,
            self._units,
            self._took,
            self._best,
            limit,
            units,
            took,
        )
        return Found(units[:count], took[:count].astype(np.int64), count < most)

    def moved(self, unit: int) -> None:
        """The unit of this column stands elsewhere: out of its old lists, into the new ones."""
        side, force = self._labels.out, int(self._roster.force[unit])
        leave(
            unit,
            *side.of(int(self._at[unit])),
            self._row[force],
            self._start,
            self._length,
            self._units,
            self._took,
        )
        self._at[unit] = self._roster.nodes[unit]
        self._enter(unit)

    def milliseconds(self, place: int) -> npt.NDArray[np.float64]:
        """From every unit to the place, (units); inf where there is no way."""
        nodes = self._roster.nodes.astype(np.int64)
        return self._labels.table(nodes, np.array([place], np.int64))[:, 0] * 1000.0

    def _enter(self, unit: int) -> None:
        hubs, took = self._labels.out.of(int(self._at[unit]))
        row = self._row[self._roster.force[unit]]
        while not enter(
            unit,
            hubs,
            took,
            row,
            self._start,
            self._length,
            self._room,
            self._units,
            self._took,
            self._used,
        ):
            self._grow(len(hubs))

    def _grow(self, more: int) -> None:
        """Twice the room for lists; lists that moved leave no gaps behind."""
        lists = int(self._used[0])
        if len(self._start) < lists + 2 * more:
            self._start, self._length, self._room = (
                np.concatenate((column, np.zeros_like(column)))
                for column in (self._start, self._length, self._room)
            )
        size = 2 * int(self._room[:lists].sum()) + 8 * more + 1_024
        units, took = np.empty(size, np.int32), np.empty(size, np.int32)
        packed(
            lists,
            self._start,
            self._length,
            self._room,
            self._units,
            self._took,
            units,
            took,
            self._used,
        )
        self._units, self._took = units, took


@compiled
def few(suiting: Short, barred: int, state: Short, chosen: Short) -> int:
    """The units that suit as they are now, in `chosen`, by column; −1 for more than fit in."""
    count = 0
    for unit in suiting:
        if not state[unit] & barred:
            if count == len(chosen):
                return -1
            chosen[count] = unit
            count += 1
    return count


@compiled
def compared(  # noqa: C901 - one search: calls inside would cost more than it does
    place: int,
    begins: Whole,
    hubs: Short,
    took: Short,
    out_begins: Whole,
    out_hubs: Short,
    out_took: Short,
    at_node: Short,
    soon: Short,
    chosen: Short,
    limit: int,
    found: Short,
    found_took: Short,
) -> int:
    """The nearest of a few units, by their labels; `soon` is LONGEST before and after."""
    for at in range(begins[place], begins[place + 1]):
        soon[hubs[at]] = took[at]
    count = 0
    bound = limit - 1
    for number in range(len(chosen)):
        unit = chosen[number]
        node = at_node[unit]
        best = bound + 1
        for at in range(out_begins[node], out_begins[node + 1]):
            if out_took[at] >= best:
                break
            whole = out_took[at] + soon[out_hubs[at]]
            if whole < best:
                best = whole
        if best > bound:
            continue
        if count == len(found):
            if best == found_took[count - 1] and unit > found[count - 1]:
                continue
        else:
            count += 1
        spot = count - 1
        while spot > 0 and (
            found_took[spot - 1] > best or (found_took[spot - 1] == best and found[spot - 1] > unit)
        ):
            found[spot] = found[spot - 1]
            found_took[spot] = found_took[spot - 1]
            spot -= 1
        found[spot] = unit
        found_took[spot] = best
        if count == len(found):
            bound = min(bound, found_took[count - 1])
    for at in range(begins[place], begins[place + 1]):
        soon[hubs[at]] = LONGEST
    return count


@compiled
def nearest(  # noqa: C901 - one search: calls inside would cost more than it does
    place: int,
    begins: Whole,
    hubs: Short,
    took: Short,
    out_begins: Whole,
    out_hubs: Short,
    out_took: Short,
    at_node: Short,
    soon: Short,
    suiting: Short,
    forces: Short,
    fits: npt.NDArray[np.bool_],
    anyone: bool,
    barred: int,
    state: Short,
    row: npt.NDArray[np.int32],
    start: Short,
    length: Short,
    units: Short,
    times: Short,
    best: Short,
    limit: int,
    found: Short,
    found_took: Short,
) -> int:
    """The nearest units in `found` and `found_took`, by time, then column; how many there are.

    `best` (units) is LONGEST throughout before and after.
    """
    if not anyone:
        chosen = np.empty(_FEW, np.int32)
        available = few(suiting, barred, state, chosen)
        if available >= 0:
            return compared(
                place,
                begins,
                hubs,
                took,
                out_begins,
                out_hubs,
                out_took,
                at_node,
                soon,
                chosen[:available],
                limit,
                found,
                found_took,
            )
    most = len(found)
    count = 0
    bound = limit - 1
    for at in range(begins[place], begins[place + 1]):
        reach = took[at]
        if reach > bound:
            break
        for number in range(len(forces)):
            line = row[forces[number], hubs[at]]
            if line < 0:
                continue
            for entry in range(start[line], start[line] + length[line]):
                whole = reach + times[entry]
                if whole > bound:
                    break
                unit = units[entry]
                if whole >= best[unit]:
                    continue
                if not anyone and (state[unit] & barred or not fits[unit]):
                    continue
                if best[unit] < LONGEST:
                    # It was found over another hub, more slowly: that entry goes.
                    old = 0
                    while found[old] != unit:
                        old += 1
                    for later in range(old, count - 1):
                        found[later] = found[later + 1]
                        found_took[later] = found_took[later + 1]
                    count -= 1
                elif count == most:
                    if whole == found_took[count - 1] and unit > found[count - 1]:
                        continue
                    count -= 1
                    best[found[count]] = LONGEST
                best[unit] = whole
                spot = count
                while spot > 0 and (
                    found_took[spot - 1] > whole
                    or (found_took[spot - 1] == whole and found[spot - 1] > unit)
                ):
                    found[spot] = found[spot - 1]
                    found_took[spot] = found_took[spot - 1]
                    spot -= 1
                found[spot] = unit
                found_took[spot] = whole
                count += 1
                if count == most:
                    bound = min(bound, found_took[count - 1])
    for number in range(count):
        best[found[number]] = LONGEST
    return count
