"""Texts divided so that near duplicates are never on both sides (按近似重复分组的划分).

A copy of a report in the other half makes every measure look better than it is. Groups that the
caller knows are kept, and texts that share long runs of characters are joined to them.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

_RUN = 6
"""Characters of a run; two texts of which the shorter has this share of its runs in the other are
copies of each other."""
_SHARE = 0.4
_FEWEST_RUNS = 8
_COMMON = 30
"""Runs in more texts than this are phrases of letters to an office, not of one report."""


def groups(read: Sequence[Sequence[str]], known: Sequence[str] = ()) -> list[int]:
    """A group number for each text, given by its tokens; `known` groups ("" for none) are kept."""
    above = list(range(len(read)))

    def top(one: int) -> int:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    first: dict[str, int] = {}
    for number, group in enumerate(known):
        if group:
            above[top(number)] = top(first.setdefault(group, number))
    runs: list[set[int]] = []
    holders: dict[int, list[int]] = defaultdict(list)
    for number, words in enumerate(read):
        text = "".join(words)
        # A stable hash is not needed: only equality within this call counts.
        mine = {hash(text[i : i + _RUN]) for i in range(max(1, len(text) - _RUN + 1))}
        runs.append(mine)
        for run in mine:
            holders[run].append(number)
    for number, mine in enumerate(runs):
        shared = Counter(
            other
            for run in mine
            if 1 < len(holders[run]) <= _COMMON
            for other in holders[run]
            if other > number
        )
        for other, count in shared.items():
            least = min(len(mine), len(runs[other]))
            if count >= max(_FEWEST_RUNS, _SHARE * least):
                above[top(number)] = top(other)
    return [top(number) for number in range(len(read))]


def folds(
    group_of: Sequence[Hashable], codes: Sequence[Hashable], count: int, *, seed: int
) -> list[int]:
    """The fold of each text: groups stay whole, and each code is spread evenly over the folds."""
    members: dict[Hashable, list[int]] = defaultdict(list)
    for number, group in enumerate(group_of):
        members[group].append(number)
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    each = list(members.values())
    chance.shuffle(each)
    each.sort(key=lambda numbers: (str(codes[numbers[0]]), -len(numbers)))
    fold = [0] * len(group_of)
    for turn, numbers in enumerate(each):
        for number in numbers:
            fold[number] = turn % count
    return fold
