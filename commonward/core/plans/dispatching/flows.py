"""The least-cost assignment of slots to units with limits of posts: the inner loop, compiled.

Nodes of the flow: slots, units, posts, and the end. A slot without a unit goes to the end at its
`alone` cost; a unit without a post goes there for nothing, one with a post through it, as often as
the post can spare. Prices (potentials) are 0 for units and posts at first and only sink.
"""

import numpy as np
import numpy.typing as npt

from commonward.core.plans.roads.compiled import compiled

Whole = npt.NDArray[np.int64]
_FAR = 2**62


@compiled
def sift(heap_key: Whole, heap_node: Whole, size: int, key: int, node: int) -> int:
    """Put a node on the heap; the new size."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if heap_key[above] < key or (heap_key[above] == key and heap_node[above] <= node):
            break
        heap_key[place] = heap_key[above]
        heap_node[place] = heap_node[above]
        place = above
    heap_key[place] = key
    heap_node[place] = node
    return size + 1


@compiled
def drop(heap_key: Whole, heap_node: Whole, size: int) -> int:
    """Take the top off the heap; the new size."""
    size -= 1
    key, node = heap_key[size], heap_node[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        right = below + 1
        if right < size and (
            heap_key[right] < heap_key[below]
            or (heap_key[right] == heap_key[below] and heap_node[right] < heap_node[below])
        ):
            below = right
        if key < heap_key[below] or (key == heap_key[below] and node <= heap_node[below]):
            break
        heap_key[place] = heap_key[below]
        heap_node[place] = heap_node[below]
        place = below
    heap_key[place] = key
    heap_node[place] = node
    return size


@compiled
def flow(  # noqa: C901 - one search, whose branches are the kinds of arcs of one small network
    begins: Whole, heads: Whole, cost: Whole, alone: Whole, post: Whole, spare: Whole
) -> tuple[Whole, Whole, Whole]:
    """The unit of each slot (−1: none), the prices of the slots (≥ 0) and of the posts (≤ 0).

    Slot a may have units `heads[begins[a]:begins[a + 1]]` at `cost`; `post` (units) is −1 where
    none limits; `spare` (posts).
    """
    slots, units, posts = len(alone), len(post), len(spare)
    end = slots + units + posts
    first_post = slots + units
    price = np.zeros(end + 1, np.int64)
    mine = np.full(slots, -1, np.int64)
    holder = np.full(units, -1, np.int64)
    used = np.zeros(posts, np.int64)
    # The units of each post, so that one can be set free for another.
    of_post = np.argsort(post)
    post_begins = np.searchsorted(post[of_post], np.arange(posts + 1))
    far = np.full(end + 1, _FAR, np.int64)
    came = np.full(end + 1, -1, np.int64)
    done = np.zeros(end + 1, np.bool_)
    touched = np.empty(end + 1, np.int64)
    room = len(heads) + 3 * (slots + units) + posts * 2 + units * 2 + 16
    heap_key, heap_node = np.empty(room, np.int64), np.empty(room, np.int64)
    for start in range(slots):
        count = 1
        touched[0] = start
        far[start] = 0
        size = sift(heap_key, heap_node, 0, 0, start)
        while size:
            length, node = heap_key[0], heap_node[0]
            size = drop(heap_key, heap_node, size)
            if done[node]:
                continue
            done[node] = True
            if node == end:
                break
            if node < slots:
                first, last = begins[node], begins[node + 1] + 1
            elif node < first_post:
                first, last = 0, 1
            else:
                at = node - first_post
                first, last = post_begins[at], post_begins[at + 1] + 1
            for arc in range(first, last):
                if node < slots:
                    if arc == last - 1:
                        other, takes = end, alone[node]
                    else:
                        other, takes = slots + heads[arc], cost[arc]
                        if mine[node] == heads[arc]:
                            continue
                elif node < first_post:
                    unit = node - slots
                    if holder[unit] >= 0:
                        # Back to the slot that holds it, which must look elsewhere: no cost is
                        # left on an arc in use.
                        other = holder[unit]
                        takes = price[other] - price[node]
                    else:
                        other = end if post[unit] < 0 else first_post + post[unit]
                        takes = 0
                elif arc == last - 1:
                    if used[node - first_post] >= spare[node - first_post]:
                        continue
                    other, takes = end, 0
                else:
                    unit = of_post[arc]
                    if holder[unit] < 0:
                        continue
                    other, takes = slots + unit, 0
                reach = length + takes + price[node] - price[other]
                if reach < far[other]:
                    if far[other] == _FAR:
                        touched[count] = other
                        count += 1
                    far[other] = reach
                    came[other] = node
                    size = sift(heap_key, heap_node, size, reach, other)
        whole = far[end]
        for place in range(count):
            node = touched[place]
            if done[node] and far[node] < whole:
                price[node] += far[node] - whole
        # Walk back and turn the arcs of the path.
        node = end
        while node != start:
            before = came[node]
            if before < slots:
                mine[before] = -1 if node == end else node - slots
                if node != end:
                    holder[node - slots] = before
            elif before >= first_post and node == end:
                used[before - first_post] += 1
            elif before >= first_post and node < first_post:
                # This unit gives its room in the post to the one that came for it.
                holder[node - slots] = -1
            node = before
        for place in range(count):
            node = touched[place]
            far[node] = _FAR
            came[node] = -1
            done[node] = False
    return mine, -price[:slots], price[first_post:end]
