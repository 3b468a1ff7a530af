"""Branch and bound on Lagrange's bound: the solver under p-median, maximal, backup and expected cover.

First a good plan, then the bound at the root, which fixes most sites; what remains is packed small
and searched depth first, each node starting from its parent's multipliers.
"""

from dataclasses import dataclass, replace

import numpy as np

from commonward.core.plans.cover import searching
from commonward.core.plans.cover.arrays import Flags, Floats, Ints, Marks
from commonward.core.plans.cover.bounding import CLOSED, FREE, OPEN, ascend
from commonward.core.plans.running import Progress, Watch

# Rounds at most, rounds without a rise before the step is shortened, first and least step.
NODE = (80, 5, 0.3, 0.01)
ROOT_ROUNDS = 1500


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows × sites, both ways round; what each level of a row is worth; how many sites to open.

    `by_row` lists each row's sites by rising cost, `by_site` each site's rows: (begin of each list,
    numbers, costs). `gain` is rows × levels, falling along a row. `median`: one level, and cost
    counts; otherwise costs are 0. `status` marks each site as free, open or closed. `unit`: every
    loss is a whole multiple of it (0: unknown).
    """

    by_row: tuple[Ints, Ints, Floats]
    by_site: tuple[Ints, Ints, Floats]
    gain: Floats
    median: bool
    pick: int
    status: Marks
    unit: float = 0.0

    def rounded(self, bound: float) -> float:
        """The least loss at or above the bound that a plan can have."""
        return float(np.ceil(bound / self.unit - 1e-6) * self.unit) if self.unit > 0 else bound


@dataclass(frozen=True, slots=True)
class Solved:
    """The best plan found (a flag per site), its loss, the proven bound, and the nodes it took."""

    taken: Flags
    loss: float
    bound: float
    nodes: int


@dataclass
class _Best:
    """The best plan so far."""

    taken: Flags
    loss: float = np.inf

    def hear(self, taken: Flags, loss: float) -> bool:
        """Keep this plan if it is better; whether it was."""
        if loss >= self.loss - 1e-9 * max(1.0, abs(loss)):
            return False
        self.taken, self.loss = taken.copy(), loss
        return True


def solve(problem: Problem, watch: Watch, *, seed: int = 0, starts: int = 3) -> Solved:
    """The least loss with `pick` sites, proven unless the watch cuts it."""
    chance = np.random.default_rng(seed)
    best = _Best(problem.status == OPEN)
    _first(problem, chance, starts, best)
    watch.tell(Progress("cover", 0, 1, best.loss))
    status = problem.status.copy()
    dual = _opening_dual(problem)
    way = np.zeros(len(dual))
    top, use, step = -np.inf, np.zeros(len(status)), 1.0
    for turn in range(12):
        before = best.loss - top
        top, use, found, sites, pruned = _ascend(
            problem, status, dual, way, best.loss, ROOT_ROUNDS, 20, step, 1e-3
        )
        best.hear(sites, found)
        if pruned:
            return Solved(best.taken, best.loss, best.loss, 1)
        _round(problem, status, use, chance, 6, best)
        if turn > 0:
            _kick(problem, status, use, chance, 150, best)
        watch.tell(Progress("cover", 0, 1, best.loss, top))
        if watch.over or (turn > 1 and best.loss - top > 0.97 * before):
            break
        step = 0.1
    kept = np.flatnonzero(status != CLOSED)
    begun = Solved(best.taken, best.loss, top, 1)
    return _branch(
        _smaller(problem, status, kept), kept, (dual, way, use[kept]), begun, watch, chance
    )


def _first(problem: Problem, chance: np.random.Generator, starts: int, best: _Best) -> None:
    free = np.flatnonzero(problem.status == FREE)
    wanted = problem.pick - int((problem.status == OPEN).sum())
    for number in range(starts):
        if number == 0:
            taken = searching.greedy(
                *problem.by_site, problem.gain, problem.median, problem.pick, problem.status
            )
        else:
            taken = problem.status == OPEN
            taken[chance.choice(free, min(len(free), wanted), replace=False)] = True
        best.hear(taken, _swap(problem, problem.status, taken, chance))


def _round(
    problem: Problem,
    status: Marks,
    use: Floats,
    chance: np.random.Generator,
    tries: int,
    best: _Best,
) -> None:
    """Plans drawn by how often the relaxation used each site, then swapped among those sites."""
    free = np.flatnonzero(status == FREE)
    likely = free[use[free] > 1e-3]
    wanted = problem.pick - int((status == OPEN).sum())
    if wanted <= 0 or not len(likely):
        return
    among = status.copy()
    among[free] = CLOSED
    among[likely] = FREE
    drawn = _Best(status == OPEN)
    for number in range(tries):
        taken = status == OPEN
        # The largest of random ** (1 / use) are a draw without replacement by these weights.
        keys = use[free] if number == 0 else chance.random(len(free)) ** (1 / (use[free] + 1e-9))
        taken[free[np.argsort(-keys, kind="stable")[:wanted]]] = True
        drawn.hear(taken, _swap(problem, among, taken, chance))
    if best.hear(drawn.taken, drawn.loss):
        taken = drawn.taken.copy()
        best.hear(taken, _swap(problem, status, taken, chance))


def _kick(
    problem: Problem,
    status: Marks,
    use: Floats,
    chance: np.random.Generator,
    tries: int,
    best: _Best,
) -> None:
    """Change a few sites of the best plan at random and swap again, among the likely sites alone."""
    kept = np.flatnonzero((status == OPEN) | best.taken | ((status == FREE) & (use > 1e-6)))
    few = _smaller(problem, status, kept)
    # The best plan may hold a site that has been closed since: it may stay, or go.
    few.status[few.status == CLOSED] = FREE
    near, likely = _Best(best.taken[kept], best.loss), use[kept] + 0.01
    for _ in range(tries):
        taken = near.taken.copy()
        movable = np.flatnonzero(taken & (few.status == FREE))
        others = np.flatnonzero(~taken)
        most = min(8, len(movable), len(others))
        if most < 1:
            return
        number = int(chance.integers(1, most + 1))
        taken[chance.choice(movable, number, replace=False)] = False
        keys = chance.random(len(others)) ** (1 / likely[others])
        taken[others[np.argsort(-keys, kind="stable")[:number]]] = True
        near.hear(taken, _swap(few, few.status, taken, chance))
    if near.loss < best.loss:
        found = np.zeros(len(status), np.bool_)
        found[kept[near.taken]] = True
        best.hear(found, near.loss)
        best.hear(found, _swap(problem, problem.status, found, chance))


def _swap(problem: Problem, status: Marks, taken: Flags, chance: np.random.Generator) -> float:
    order = chance.permutation(np.flatnonzero(status == FREE))
    if problem.median:
        return float(searching.swap_median(*problem.by_site, problem.gain, status, taken, order))
    (ptr, site, _), (begin, row, _) = problem.by_row, problem.by_site
    return float(searching.swap_cover(ptr, site, begin, row, problem.gain, status, taken, order))


def _ascend(
    problem: Problem,
    status: Marks,
    dual: Floats,
    way: Floats,
    best: float,
    rounds: int,
    patience: int,
    step: float,
    least_step: float,
) -> tuple[float, Floats, float, Flags, bool]:
    return ascend(
        *problem.by_row, *problem.by_site, problem.gain, problem.median, problem.pick, status, dual,
        way, best, problem.unit, rounds, patience, step, least_step,
    )  # fmt: skip


def _opening_dual(problem: Problem) -> Floats:
    """Multipliers to begin with: about what the second nearest of `pick` sites would cost."""
    if not problem.median:
        return 0.5 * problem.gain[:, 0]
    ptr, _, cost = problem.by_row
    place = np.minimum(np.diff(ptr) - 1, len(problem.status) // max(1, problem.pick))
    return np.minimum(cost[ptr[:-1] + np.maximum(place, 0)], problem.gain[:, 0])


def _smaller(problem: Problem, status: Marks, kept: Ints) -> Problem:
    """The same problem with these sites alone."""
    new = np.full(len(status), -1, np.int64)
    new[kept] = np.arange(len(kept))
    ptr, site, cost = problem.by_row
    stays = new[site] >= 0
    begin, row, cost_of_site = problem.by_site
    stays_of_site = np.repeat(new >= 0, np.diff(begin))
    return replace(
        problem,
        by_row=(
            np.concatenate(([0], np.cumsum(stays)))[ptr],
            new[site[stays]],
            cost[stays],
        ),
        by_site=(
            np.concatenate(([0], np.cumsum(np.diff(begin)[kept]))),
            row[stays_of_site],
            cost_of_site[stays_of_site],
        ),
        status=status[kept].copy(),
    )


def _branch(
    small: Problem,
    kept: Ints,
    state: tuple[Floats, Floats, Floats],
    begun: Solved,
    watch: Watch,
    chance: np.random.Generator,
) -> Solved:
    best = _Best(begun.taken[kept], begun.loss)
    waiting = [(begun.bound, small.status, *state)]
    nodes, told = begun.nodes, 0

    def ended(bound: float) -> Solved:
        taken = np.zeros(len(begun.taken), np.bool_)
        taken[kept[best.taken]] = True
        return Solved(taken, best.loss, bound, nodes)

    while waiting:
        if watch.over:
            return ended(small.rounded(min(best.loss, *(node[0] for node in waiting))))
        above, status, dual, way, use = waiting.pop()
        free = np.flatnonzero(status == FREE)
        if not len(free):
            continue
        # The site the relaxation is least sure of.
        j = free[np.argmin(np.abs(use[free] - 0.5))]
        children = []
        for mark in (CLOSED, OPEN):
            marks, multipliers, onward = status.copy(), dual.copy(), way.copy()
            marks[j] = mark
            nodes += 1
            top, used, found, sites, pruned = _ascend(
                small, marks, multipliers, onward, best.loss, *NODE
            )
            best.hear(sites, found)
            if not pruned:
                children.append((max(top, above), marks, multipliers, onward, used))
                if nodes % 40 < 2:
                    _round(small, marks, used, chance, 2, best)
                    _kick(small, small.status, use, chance, 8, best)
        waiting += sorted(children, key=lambda node: -node[0])
        if nodes >= told + 64:
            told = nodes
            least = min([best.loss, *(node[0] for node in waiting)])
            watch.tell(Progress("cover", nodes, nodes + len(waiting), best.loss, least))
    return ended(best.loss)
