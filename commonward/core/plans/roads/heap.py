"""A heap of places by their cost, each of which may change its cost."""

import numpy as np
import numpy.typing as npt

from commonward.core.plans.roads.compiled import compiled

Whole = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]


@compiled
def settle_up(place: int, key: Whole, heap: Short, at: Short) -> None:
    """Move a node towards the top of the heap until it fits."""
    v = heap[place]
    while place > 0:
        above = (place - 1) >> 1
        other = heap[above]
        if key[other] < key[v] or (key[other] == key[v] and other < v):
            break
        heap[place] = other
        at[other] = place
        place = above
    heap[place] = v
    at[v] = place


@compiled
def settle_down(place: int, size: int, key: Whole, heap: Short, at: Short) -> None:
    """Move a node away from the top of the heap until it fits."""
    v = heap[place]
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        other = heap[below]
        if below + 1 < size:
            right = heap[below + 1]
            if key[right] < key[other] or (key[right] == key[other] and right < other):
                below += 1
                other = right
        if key[v] < key[other] or (key[v] == key[other] and v < other):
            break
        heap[place] = other
        at[other] = place
        place = below
    heap[place] = v
    at[v] = place
