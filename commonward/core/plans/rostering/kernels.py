"""The inner loops of the shortest path over rosters: states forward, backward, and the way back."""

import numba as nb
import numpy as np

REST = -1


@nb.njit(cache=True, nogil=True)
def cheapest_of_groups(prices, group_of, groups):  # type: ignore[no-untyped-def]
    days, kinds = prices.shape
    least = np.full((days, groups), np.inf)
    which = np.full((days, groups), -1, dtype=np.int8)
    for day in range(days):
        for kind in range(kinds):
            group = group_of[kind]
            if group >= 0 and prices[day, kind] < least[day, group]:
                least[day, group] = prices[day, kind]
                which[day, group] = kind
    return least, which


@nb.njit(cache=True, nogil=True)
def forward(least, rest, weekend_of, edges, starts, lengths, counted, modes, weekends, units):  # type: ignore[no-untyped-def]  # noqa: C901
    """Cheapest way to each state, value[days done, mode, weekends, counts, units]."""
    days = least.shape[0]
    counts = counted.shape[0]
    value = np.full((days + 1, modes, weekends + 1, counts, units + 1), np.inf)
    alive = np.zeros((days + 1, modes, weekends + 1, counts), dtype=np.bool_)
    for e in range(starts.shape[0]):
        mode, group = starts[e]
        if group == -1:
            value[1, mode, 0, 0, 0] = rest[0]
            alive[1, mode, 0, 0] = rest[0] < np.inf
            continue
        price = least[0, group]
        weekend = 1 if weekend_of[0] > 0 else 0
        count = counted[0, group]
        if price < np.inf and weekend <= weekends and count >= 0 and lengths[group] <= units:
            cell = value[1, mode, weekend, count]
            cell[lengths[group]] = min(price, cell[lengths[group]])
            alive[1, mode, weekend, count] = True
    for day in range(1, days):
        for e in range(edges.shape[0]):
            mode, to, group, length, enough, resting = edges[e]
            if enough == 0 and length != day:
                continue
            if group == -1:
                price = rest[day]
                shift = 0
            else:
                price = least[day, group]
                shift = lengths[group]
            if price == np.inf:
                continue
            new = 0
            if group >= 0 and (weekend_of[day] == 1 or (weekend_of[day] == 2 and resting == 1)):
                new = 1
            for weekend in range(weekends + 1 - new):
                for count in range(counts):
                    if not alive[day, mode, weekend, count]:
                        continue
                    later = count
                    if group >= 0:
                        later = counted[count, group]
                        if later < 0:
                            continue
                    source = value[day, mode, weekend, count]
                    target = value[day + 1, to, weekend + new, later]
                    for unit in range(units + 1 - shift):
                        target[unit + shift] = min(target[unit + shift], source[unit] + price)
                    alive[day + 1, to, weekend + new, later] = True
    return value


@nb.njit(cache=True, nogil=True)
def backward(  # type: ignore[no-untyped-def]  # noqa: C901
    least, rest, weekend_of, edges, lengths, counted, modes, weekends, units, units_least
):
    """Cheapest way from each state to an allowed end."""
    days = least.shape[0]
    counts = counted.shape[0]
    value = np.full((days + 1, modes, weekends + 1, counts, units + 1), np.inf)
    value[days, :, :, :, units_least:] = 0.0
    for day in range(days - 1, 0, -1):
        for e in range(edges.shape[0]):
            mode, to, group, length, enough, resting = edges[e]
            if enough == 0 and length != day:
                continue
            if group == -1:
                price = rest[day]
                shift = 0
            else:
                price = least[day, group]
                shift = lengths[group]
            if price == np.inf:
                continue
            new = 0
            if group >= 0 and (weekend_of[day] == 1 or (weekend_of[day] == 2 and resting == 1)):
                new = 1
            for weekend in range(weekends + 1 - new):
                for count in range(counts):
                    later = count
                    if group >= 0:
                        later = counted[count, group]
                        if later < 0:
                            continue
                    source = value[day + 1, to, weekend + new, later]
                    target = value[day, mode, weekend, count]
                    for unit in range(units + 1 - shift):
                        target[unit] = min(target[unit], source[unit + shift] + price)
    return value


@nb.njit(cache=True, nogil=True)
def through(before, after, weekend_of, edges, starts, lengths, counted, groups):  # type: ignore[no-untyped-def]  # noqa: C901
    """Cheapest whole roster through each (day, group), without that day's own price; the last
    column is the day off."""
    days = before.shape[0] - 1
    weekends, counts, units = before.shape[2] - 1, before.shape[3], before.shape[4] - 1
    best = np.full((days, groups + 1), np.inf)
    for e in range(starts.shape[0]):
        mode, group = starts[e]
        if group == -1:
            best[0, groups] = min(best[0, groups], after[1, mode, 0, 0, 0])
            continue
        weekend = 1 if weekend_of[0] > 0 else 0
        count = counted[0, group]
        if weekend <= weekends and count >= 0 and lengths[group] <= units:
            best[0, group] = min(best[0, group], after[1, mode, weekend, count, lengths[group]])
    for day in range(1, days):
        for e in range(edges.shape[0]):
            mode, to, group, length, enough, resting = edges[e]
            if enough == 0 and length != day:
                continue
            shift = 0 if group == -1 else lengths[group]
            new = 0
            if group >= 0 and (weekend_of[day] == 1 or (weekend_of[day] == 2 and resting == 1)):
                new = 1
            least = np.inf
            for weekend in range(weekends + 1 - new):
                for count in range(counts):
                    later = count
                    if group >= 0:
                        later = counted[count, group]
                        if later < 0:
                            continue
                    source = before[day, mode, weekend, count]
                    target = after[day + 1, to, weekend + new, later]
                    for unit in range(units + 1 - shift):
                        least = min(least, source[unit] + target[unit + shift])
            place = groups if group == -1 else group
            best[day, place] = min(best[day, place], least)
    return best


@nb.njit(cache=True, nogil=True)
def trace(  # type: ignore[no-untyped-def]  # noqa: C901
    value,
    least,
    which,
    rest,
    weekend_of,
    edges,
    starts,
    lengths,
    counted,
    mode,
    weekend,
    count,
    unit,
):
    """The row of kinds that leads to a final state, found backwards by equality."""
    days = least.shape[0]
    counts = counted.shape[0]
    row = np.full(days, -1, dtype=np.int8)
    for day in range(days - 1, 0, -1):
        here = value[day + 1, mode, weekend, count, unit]
        found = False
        for e in range(edges.shape[0]):
            prior, to, group, length, enough, resting = edges[e]
            if to != mode or (enough == 0 and length != day):
                continue
            if group == -1:
                if value[day, prior, weekend, count, unit] + rest[day] == here:
                    mode = prior
                    found = True
                    break
                continue
            new = 0
            if weekend_of[day] == 1 or (weekend_of[day] == 2 and resting == 1):
                new = 1
            earlier = unit - lengths[group]
            if earlier < 0 or weekend < new:
                continue
            for before in range(counts):
                if counted[before, group] != count:
                    continue
                if value[day, prior, weekend - new, before, earlier] + least[day, group] == here:
                    row[day] = which[day, group]
                    mode = prior
                    weekend -= new
                    count = before
                    unit = earlier
                    found = True
                    break
            if found:
                break
    for e in range(starts.shape[0]):
        first, group = starts[e]
        if first == mode and group >= 0 and lengths[group] == unit and counted[0, group] == count:
            row[0] = which[0, group]
            if least[0, group] == value[1, mode, weekend, count, unit]:
                break
    return row


@nb.njit(cache=True, nogil=True)
def ends(final, units_least):  # type: ignore[no-untyped-def]
    """For each total of units, the cheapest end: (modes, weekends, counts) and its value."""
    modes, weekends, counts, units = final.shape
    place = np.full((units, 3), -1, dtype=np.int64)
    best = np.full(units, np.inf)
    for mode in range(modes):
        for weekend in range(weekends):
            for count in range(counts):
                for unit in range(units_least, units):
                    if final[mode, weekend, count, unit] < best[unit]:
                        best[unit] = final[mode, weekend, count, unit]
                        place[unit, 0] = mode
                        place[unit, 1] = weekend
                        place[unit, 2] = count
    return place, best
