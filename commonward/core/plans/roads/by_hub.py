"""Labels the other way round: for each hub, the places that name it."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from commonward.core.plans.roads.compiled import compiled

if TYPE_CHECKING:
    pass

Whole = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]


@compiled
def by_hub(
    begins: Whole, hubs: Short, took: Short, nodes: Whole, count: int
) -> tuple[Whole, Short, Short]:
    """The labels of some nodes turned round: for each hub, which of them name it, and their times.

    Rows of hub h from begins[h] to begins[h + 1]: numbers within `nodes`, milliseconds.
    """
    rows = np.zeros(count + 1, np.int64)
    for number in range(len(nodes)):
        for place in range(begins[nodes[number]], begins[nodes[number] + 1]):
            rows[hubs[place] + 1] += 1
    for hub in range(count):
        rows[hub + 1] += rows[hub]
    fill_at = rows[:-1].copy()
    numbers, times = np.empty(rows[-1], np.int32), np.empty(rows[-1], np.int32)
    for number in range(len(nodes)):
        for place in range(begins[nodes[number]], begins[nodes[number] + 1]):
            at = fill_at[hubs[place]]
            fill_at[hubs[place]] += 1
            numbers[at] = number
            times[at] = took[place]
    return rows, numbers, times


@compiled
def fill(
    begins: Whole,
    hubs: Short,
    took: Short,
    sources: Whole,
    rows: Whole,
    numbers: Short,
    times: Short,
    table: npt.NDArray[np.int32],
) -> None:
    """The least sum over common hubs, for each source and each of the turned-round nodes."""
    for source in range(len(sources)):
        node = sources[source]
        line = table[source]
        for place in range(begins[node], begins[node + 1]):
            reach = took[place]
            for at in range(rows[hubs[place]], rows[hubs[place] + 1]):
                longer = reach + times[at]
                if longer < line[numbers[at]]:
                    line[numbers[at]] = longer


@compiled
def within(
    hubs: Short,
    took: Short,
    rows: Whole,
    numbers: Short,
    times: Short,
    limit: int,
    seen: npt.NDArray[np.bool_],
) -> Short:
    """Which of the turned-round nodes lie within a limit, in ascending order."""
    for place in range(len(hubs)):
        reach = took[place]
        if reach > limit:
            break
        for at in range(rows[hubs[place]], rows[hubs[place] + 1]):
            if reach + times[at] <= limit:
                seen[numbers[at]] = True
    count = 0
    for number in range(len(seen)):
        count += seen[number]
    found = np.empty(count, np.int32)
    count = 0
    for number in range(len(seen)):
        if seen[number]:
            found[count] = number
            count += 1
            seen[number] = False
    return found
