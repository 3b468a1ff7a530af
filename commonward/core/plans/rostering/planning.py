"""A roster for one task: the whole search, from a first plan to a proof where one is in reach."""

from dataclasses import dataclass

import numpy as np

from commonward.core.plans.rostering.master import Totals
from commonward.core.plans.rostering.model import Ints, Rules
from commonward.core.plans.rostering.parts import Part, apart, together
from commonward.core.plans.rostering.reasons import refuse_short, refuse_where_impossible
from commonward.core.plans.rostering.search import Search
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True)
class Effort:
    """How long to try, in steps: turns of neighbourhoods, teams freed in each, nodes of branching.

    `near` (relative) ends the search when the roster is proven to be that near to the best.
    """

    turns: int = 60
    size: int = 8
    nodes: int = 400
    whole: int = 0
    near: float = 0.0


@dataclass(frozen=True)
class Plan:
    """A roster (teams, days) of kinds or OFF, its penalty, and the proven least penalty."""

    roster: Ints
    penalty: int
    bound: int
    cut: bool

    @property
    def proven(self) -> bool:
        """Whether no roster has a smaller penalty."""
        return self.bound >= self.penalty

    @property
    def gap(self) -> float:
        """Relative distance from the proven bound."""
        return 0.0 if self.proven else (self.penalty - self.bound) / max(self.penalty, 1)


def plan(
    rules: Rules, seed: int = 0, effort: Effort = Effort(), watch: Watch | None = None
) -> Plan:
    """The best roster found and how far from the best possible it may be at most.

    The same rules, seed and effort give the same roster, unless the watch cuts the run.

    Raises:
        Invalid: no roster keeps the hard rules; the smallest reason found is told.
    """
    refuse_where_impossible(rules)
    watch = watch or Watch()
    search = Search(rules, watch, seed)
    search.first(sweeps=10)
    generator = search.generator()
    generator.master.take(range(len(search.pool)))
    root = generator.run(search.limits)
    search.best.bound = root.bound
    if watch.over:
        search.filled({}, root)
    if not search.near(effort.near):
        found = search.dive(generator, search.limits, Totals(), search.best.penalty, root)
        if found is not None:
            search.offer([found[1][team] for team in range(len(rules.teams))])
    if not search.near(effort.near) and effort.whole:
        search.chosen(generator, search.limits, root, effort.whole)
    search.neighbourhoods(effort.size, effort.turns, effort.near)
    if not search.near(effort.near):
        search.branch(root, generator, effort.nodes, effort.near)
    if not search.best.rows:
        raise Invalid(N_("No roster was found within the effort allowed; nothing is proven."))
    missing = search.missing(dict(enumerate(search.best.rows)))
    lacking = np.argwhere(rules.hard & (missing > 0))
    if len(lacking):
        refuse_short(rules)
        raise Invalid(
            N_("No roster was found that holds all minima: {places} (day/slot) are short."),
            code="short",
            places=", ".join(f"{day}/{slot}" for day, slot in lacking),
        )
    best = search.best
    bound = min(int(np.ceil(best.bound - 1e-4)), int(best.penalty))
    watch.tell(Progress("rosters", best.nodes, best.nodes, best.penalty, bound))
    return Plan(np.array(best.rows, dtype=np.int64), int(best.penalty), bound, watch.over)


def plan_in_parts(
    rules: Rules, seed: int = 0, effort: Effort = Effort(), watch: Watch | None = None
) -> Plan:
    """As `plan`, each part that shares no slot of cover with another planned by itself; the bounds
    add up, so the gap is proven for the whole."""
    watch = watch or Watch()
    done: list[tuple[Part, Plan]] = []
    for part in apart(rules):
        done.append((part, plan(part.rules, seed, effort, watch)))
    return Plan(
        together(rules, [(part, one.roster) for part, one in done]),
        sum(one.penalty for _, one in done),
        sum(one.bound for _, one in done),
        any(one.cut for _, one in done),
    )
