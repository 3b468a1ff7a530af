"""Units in the lists of the hubs that their places name: entering, leaving, packing."""

import numpy as np
import numpy.typing as npt

from commonward.core.plans.roads.compiled import compiled

Whole = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
_FIRST_ROOM = 4


@compiled
def enter(
    unit: int,
    hubs: Short,
    took: Short,
    row: Short,
    start: Short,
    length: Short,
    room: Short,
    units: Short,
    times: Short,
    used: Whole,
) -> bool:
    """Put a unit into the list of each of its hubs; False, and nothing done, where room lacks."""
    lists, ends = 0, 0
    for place in range(len(hubs)):
        at = row[hubs[place]]
        if at < 0:
            lists += 1
            ends += _FIRST_ROOM
        elif length[at] == room[at]:
            ends += 2 * room[at]
    if used[0] + lists > len(start) or used[1] + ends > len(units):
        return False
    for place in range(len(hubs)):
        at = row[hubs[place]]
        if at < 0:
            at = used[0]
            used[0] += 1
            row[hubs[place]] = at
            start[at] = used[1]
            length[at] = 0
            room[at] = _FIRST_ROOM
            used[1] += _FIRST_ROOM
        elif length[at] == room[at]:
            new = used[1]
            for entry in range(length[at]):
                units[new + entry] = units[start[at] + entry]
                times[new + entry] = times[start[at] + entry]
            start[at] = new
            room[at] *= 2
            used[1] += room[at]
        entry = start[at] + length[at]
        while entry > start[at] and times[entry - 1] > took[place]:
            times[entry] = times[entry - 1]
            units[entry] = units[entry - 1]
            entry -= 1
        times[entry] = took[place]
        units[entry] = unit
        length[at] += 1
    return True


@compiled
def leave(
    unit: int,
    hubs: Short,
    took: Short,
    row: Short,
    start: Short,
    length: Short,
    units: Short,
    times: Short,
) -> None:
    """Take a unit out of the list of each of its hubs."""
    for place in range(len(hubs)):
        at = row[hubs[place]]
        low, high = start[at], start[at] + length[at]
        end = high
        while low < high:
            middle = (low + high) // 2
            if times[middle] < took[place]:
                low = middle + 1
            else:
                high = middle
        while units[low] != unit:
            low += 1
        for entry in range(low, end - 1):
            units[entry] = units[entry + 1]
            times[entry] = times[entry + 1]
        length[at] -= 1


@compiled
def packed(
    lists: int,
    start: Short,
    length: Short,
    room: Short,
    units: Short,
    times: Short,
    new_units: Short,
    new_times: Short,
    used: Whole,
) -> None:
    """Copy all lists into new memory, one after the other."""
    to = 0
    for at in range(lists):
        for entry in range(length[at]):
            new_units[to + entry] = units[start[at] + entry]
            new_times[to + entry] = times[start[at] + entry]
        start[at] = to
        to += room[at]
    used[1] = to
