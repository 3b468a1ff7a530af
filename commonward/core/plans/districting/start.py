"""A first division: a piece is halved along random spanning trees until each part is one grid."""

import numpy as np
from numba import njit

from commonward.core.plans.chances import below


@njit(cache=True)
def halve(first, other, border, load, label, own, fresh, members, size, parts, tries, state):  # type: ignore[no-untyped-def]  # noqa: C901
    """Split the connected blocks `members[:size]`, all labelled `own`, off: the others `fresh`.

    Of `tries` random trees the edge is cut whose sides are nearest to whole shares, then shortest
    in cut border. Returns how many of the `parts` belong to the side labelled `fresh`.
    """
    n = load.size
    parent = np.full(n, -1, np.int64)
    order = np.empty(size, np.int64)
    place = np.empty(n, np.int64)
    weight = np.zeros(n, np.float64)
    below_count = np.zeros(n, np.int64)
    whole = 0.0
    for i in range(size):
        whole += load[members[i]]
    share_of_one = whole / parts
    best_score = np.inf
    best_parts = 0
    chosen = np.zeros(size, np.int64)
    chosen_size = 0
    frontier = np.empty(size, np.int64)
    side = np.zeros(n, np.bool_)
    for _ in range(tries):
        # The root is the last block of a search from anywhere: an end of the piece.
        root = members[below(state, size)]
        for turn in range(2):
            for i in range(size):
                parent[members[i]] = -2
            parent[root] = -1
            frontier[0] = root
            waiting, done = 1, 0
            while waiting > 0:
                # Mostly in order, so that the tree's parts stay round; sometimes not, so that
                # the trees differ.
                at = 0
                if turn == 1:
                    at = below(state, min(waiting, 1 + size // 3))
                here = frontier[at]
                if at == 0 and turn == 0:
                    here = frontier[done]
                    waiting -= 1
                else:
                    frontier[at] = frontier[waiting - 1]
                    waiting -= 1
                order[done] = here
                done += 1
                for k in range(first[here], first[here + 1]):
                    there = other[k]
                    if label[there] == own and parent[there] == -2:
                        parent[there] = here
                        if turn == 0:
                            frontier[done + waiting] = there
                        else:
                            frontier[waiting] = there
                        waiting += 1
            if turn == 0:
                root = order[size - 1]
        for i in range(size):
            weight[order[i]] = load[order[i]]
            below_count[order[i]] = 1
            place[order[i]] = i
        for i in range(size - 1, 0, -1):
            v = order[i]
            weight[parent[v]] += weight[v]
            below_count[parent[v]] += below_count[v]
        pick, pick_parts, pick_score = -1, 0, np.inf
        for i in range(1, size):
            v = order[i]
            least = max(1, parts - (size - below_count[v]))
            most = min(parts - 1, below_count[v])
            k1 = min(max(np.int64(np.round(weight[v] / share_of_one)), least), most)
            off = abs(weight[v] - k1 * share_of_one) / share_of_one
            # Balance of the two sides' grids counts most, then halves of like size.
            lean = abs(k1 - parts / 2) / parts
            score = off / min(k1, parts - k1) + 0.5 * lean
            if score < pick_score:
                pick, pick_parts, pick_score = v, k1, score
        for i in range(size):
            side[order[i]] = False
        side[pick] = True
        cut = 0.0
        for i in range(place[pick] + 1, size):
            side[order[i]] = side[parent[order[i]]]
        for i in range(size):
            v = order[i]
            if side[v]:
                for k in range(first[v], first[v + 1]):
                    if label[other[k]] == own and not side[other[k]]:
                        cut += border[k]
        score = pick_score * 4.0 + cut / np.sqrt(size)
        if score < best_score:
            best_score, best_parts = score, pick_parts
            chosen_size = 0
            for i in range(size):
                if side[order[i]]:
                    chosen[chosen_size] = order[i]
                    chosen_size += 1
    for i in range(chosen_size):
        label[chosen[i]] = fresh
    return best_parts


@njit(cache=True)
def parts_of(first, other, border, load, label, own, parts, fresh, tries, state):  # type: ignore[no-untyped-def]
    """Divide the connected piece labelled `own` into `parts`: it and `fresh`, `fresh + 1`, …"""
    n = load.size
    todo = np.empty((parts + 1, 2), np.int64)
    todo[0, 0], todo[0, 1] = own, parts
    height = 1
    members = np.empty(n, np.int64)
    while height > 0:
        height -= 1
        name, k = todo[height, 0], todo[height, 1]
        if k == 1:
            continue
        size = 0
        for v in range(n):
            if label[v] == name:
                members[size] = v
                size += 1
        taken = halve(
            first, other, border, load, label, name, fresh, members, size, k, tries, state
        )
        todo[height, 0], todo[height, 1] = name, k - taken
        todo[height + 1, 0], todo[height + 1, 1] = fresh, taken
        height += 2
        fresh += 1
    return fresh
