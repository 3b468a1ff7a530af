"""Whole rosters from columns: a first plan, dives, large neighbourhoods, branch and price.

Diving fixes teams whose column the linear programme takes almost whole and generates again for the
rest. A neighbourhood frees some teams, keeps all others, and dives (Shaw 1998). Branch and price
(Barnhart et al. 1998) splits on how many shifts are short or too many in all, then on who works
which kind on which day; it proves the best penalty where it ends.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from commonward.core.plans.rostering.master import Generator, Limits, Pool, Relaxed, Totals
from commonward.core.plans.rostering.model import OFF, Ints, Rules
from commonward.core.plans.rostering.paths import Finder, Rows
from commonward.core.plans.running import Progress, Watch

_WHOLE = 1e-6
COLUMNS_MOST = 4_000
FIRST_ROUNDS = 80


@dataclass
class Incumbent:
    """The best whole roster so far, the bound proven, and how many searches it took."""

    penalty: float = np.inf
    rows: list[Rows] = field(default_factory=list)
    bound: float = -np.inf
    nodes: int = 0


class Search:
    """One task's search: pool, finders and incumbent are shared by all its parts."""

    def __init__(self, rules: Rules, watch: Watch, seed: int, pool: Pool | None = None) -> None:
        self.rules, self.watch = rules, watch
        self.chance = np.random.default_rng(seed)
        self.pool = pool or Pool(rules)
        self.finders = [Finder(rules, team) for team in range(len(rules.teams))]
        self.limits = Limits.of(rules)
        self.best = Incumbent()

    def given(self, team: int, row: Rows) -> Ints:
        """What a team's row brings to each (day, slot)."""
        present: Ints = self.rules.gives[team, row] * (row != OFF)[:, None]
        return present

    def missing(self, rows: Mapping[int, Rows]) -> Ints:
        """What each (day, slot) still needs beside these rows by team (negative: too many)."""
        left = self.rules.need.copy()
        for team, row in rows.items():
            left -= self.given(team, row)
        return left

    def penalty(self, rows: list[Rows]) -> float:
        """The whole penalty of one allowed row per team."""
        missing = self.missing(dict(enumerate(rows)))
        cover = (np.maximum(missing, 0) * self.rules.short).sum()
        cover += (np.maximum(-missing, 0) * self.rules.over).sum()
        pool = self.pool
        return float(cover) + sum(pool.cost[pool.add(t, row)] for t, row in enumerate(rows))

    def offer(self, rows: list[Rows]) -> bool:
        """Keep these rows if they are the best so far."""
        penalty = self.penalty(rows)
        if penalty >= self.best.penalty - _WHOLE:
            return False
        self.best.penalty, self.best.rows = penalty, [row.copy() for row in rows]
        self.watch.tell(Progress("rosters", self.best.nodes, 0, penalty, self.best.bound))
        return True

    def first(self, sweeps: int) -> None:
        """A first plan: one team after the other takes its best place beside the others."""
        rules = self.rules
        rows: list[Rows] = [np.full(rules.days, OFF, dtype=np.int8) for _ in rules.teams]
        placed = np.zeros(len(rules.teams), dtype=np.bool_)
        left = rules.need.copy()
        for _ in range(sweeps):
            for team in self.chance.permutation(len(rules.teams)):
                left += self.given(team, rows[team])
                found = self._placed(int(team), left)
                if found:
                    rows[team], placed[team] = found[0], True
                left -= self.given(team, rows[team])
            if placed.all():
                self.offer(rows)

    def _placed(self, team: int, left: Ints) -> list[Rows]:
        """A team's best places beside the others, who leave this much of the cover."""
        rules = self.rules
        under, over = rules.short[:, None, :], rules.over[:, None, :]
        lack = 0.5 * np.maximum(left, 0) / np.maximum(rules.need, 1)
        useful = np.minimum(rules.gives[team], np.maximum(left, 0)[:, None, :])
        worth = (useful * under - (rules.gives[team] - useful) * over).sum(axis=2)
        # Of places equally dear, the one that lacks most in proportion.
        worth = worth + (useful * lack[:, None, :]).sum(axis=2)
        work = np.where(self.limits.work[team], self.pool.prices[team] - worth, np.inf)
        rest = np.where(self.limits.rest[team], 0.0, np.inf)
        _, found = self.finders[team].cheapest(work, rest, 3)
        for row in found:
            self.pool.add(team, row)
        return found

    def filled(self, done: Mapping[int, Rows], relaxed: Relaxed) -> None:
        """A dive that is cut: who is not fixed yet takes the column that the programme takes most
        of, then in three sweeps the best place beside the others. Only where all teams are planned."""
        most: dict[int, tuple[float, int]] = {}
        for weight, number in zip(relaxed.weight, relaxed.numbers, strict=True):
            team = self.pool.team[number]
            most[team] = max(most.get(team, (0.0, 0)), (float(weight), number))
        if len(most) < len(self.rules.teams):
            return
        rows = [
            done[team] if team in done else self.pool.row[most[team][1]]
            for team in range(len(self.rules.teams))
        ]
        left = self.missing(dict(enumerate(rows)))
        self.offer(rows)
        for _ in range(3):
            for team in (team for team in range(len(rows)) if team not in done):
                left += self.given(team, rows[team])
                found = self._placed(team, left)
                rows[team] = found[0] if found else rows[team]
                left -= self.given(team, rows[team])
            self.offer(rows)

    def generator(self, teams: Ints | None = None, need: Ints | None = None) -> Generator:
        """Column generation with this search's pool."""
        return Generator(self.pool, self.finders, self.watch, teams, need)

    def dive(
        self,
        generator: Generator,
        limits: Limits,
        totals: Totals,
        below: float,
        begun: Relaxed | None = None,
        share: float = 0.1,
        rounds: int = 12,
    ) -> tuple[float, dict[int, Rows]] | None:
        """One row per team of the generator with a penalty below `below`, or None."""
        limits = limits.copy()
        teams = generator.teams
        done: dict[int, Rows] = {}
        relaxed = begun
        while True:
            if relaxed is None:
                turns = rounds if done else FIRST_ROUNDS
                relaxed = generator.run(limits, totals, gap=1e-4, rounds=turns, stop_at=below)
            hopeless = relaxed.value >= below and relaxed.missing <= _WHOLE
            if hopeless or relaxed.bound >= below:
                return None
            if self.watch.over:
                self.filled(done, relaxed)
                return None
            weights = [
                (weight, number)
                for weight, number in zip(relaxed.weight, relaxed.numbers, strict=True)
                if weight > _WHOLE and self.pool.team[number] not in done
            ]
            if all(weight > 1 - _WHOLE for weight, _ in weights):
                for _, number in weights:
                    done[self.pool.team[number]] = self.pool.row[number]
                if len(done) < len(teams):
                    return None
                return relaxed.value, done
            for number in self._to_fix(weights, max(1, int(share * len(teams)))):
                team, row = self.pool.team[number], self.pool.row[number]
                done[team] = row
                limits.work[team] = False
                worked = np.flatnonzero(row != OFF)
                limits.work[team, worked, row[worked]] = True
                limits.rest[team] = row == OFF
            relaxed = None

    def _to_fix(self, weights: list[tuple[float, int]], most: int) -> list[int]:
        """Columns to be fixed next, one of a team: those that are whole, then up to `most` of which
        three quarters are taken. Of very many teams some are fixed though none is near whole: else
        the dive has no end."""
        found: list[int] = []
        teams: set[int] = set()
        fixed = 0
        for weight, number in sorted(weights, key=lambda pair: (-pair[0], pair[1])):
            if self.pool.team[number] in teams:
                continue
            if fixed >= max(1, most // 3) and (
                weight < 0.75 or (fixed >= most and weight < 1 - _WHOLE)
            ):
                break
            found.append(number)
            teams.add(self.pool.team[number])
            fixed += weight < 1 - _WHOLE
        return found

    def chosen(self, generator: Generator, limits: Limits, root: Relaxed, nodes: int) -> bool:
        """Choose among the known columns as an integer programme (HiGHS); columns whose price shows
        that no better roster holds them are left out."""
        least = dict(zip(generator.teams.tolist(), root.own.tolist(), strict=True))
        room = self.best.penalty - root.bound
        ranked = []
        for number in range(len(self.pool)):
            team, row = self.pool.team[number], self.pool.row[number]
            if not limits.keeps(team, row):
                continue
            value = (root.prices * self.given(team, row)).sum()
            spare = self.pool.cost[number] - value - least[team]
            if spare < room - 1 + _WHOLE:
                ranked.append((float(spare), number))
        ranked.sort()
        numbers = [number for _, number in ranked[:COLUMNS_MOST]]
        whole = generator.whole(numbers, self.best.penalty - 1 + 1e-4, nodes)
        if whole is None:
            return False
        return self.offer([whole[team] for team in range(len(self.rules.teams))])

    def around(self, teams: Ints, below: float | None = None) -> bool:
        """Plan these teams anew beside all others; True if the whole became better."""
        teams = np.sort(teams)
        chosen = set(teams.tolist())
        rows = self.best.rows
        need = self.missing({t: row for t, row in enumerate(rows) if t not in chosen})
        generator = self.generator(teams, need)
        others = sum(
            self.pool.cost[self.pool.add(team, row)]
            for team, row in enumerate(rows)
            if team not in chosen
        )
        # Columns that others of the same neighbourhood have shown to be good start the programme.
        generator.master.take(self.pool.add(int(team), rows[team]) for team in teams)
        target = (self.best.penalty if below is None else below) - others - 1 + _WHOLE
        found = self.dive(generator, self.limits, Totals(), target, share=0.0)
        if found is None:
            return False
        return self.offer([found[1].get(team, row) for team, row in enumerate(rows)])

    def near(self, gap: float) -> bool:
        """Whether to end: cut, proven, or within this relative gap of the bound."""
        least = np.ceil(self.best.bound - 1e-4)
        return self.watch.over or self.best.penalty - least <= gap * self.best.penalty + _WHOLE

    def neighbourhoods(self, size: int, turns: int, gap: float = 0.0) -> None:
        """Free teams that could change places with each other, again and again."""
        for _ in range(turns):
            if self.near(gap):
                return
            self.around(self._together(size))
            self.best.nodes += 1
            self.watch.tell(
                Progress("neighbourhoods", self.best.nodes, 0, self.best.penalty, self.best.bound)
            )

    def _together(self, size: int) -> Ints:
        """Teams to plan anew: half by chance, or those who could give the cover that lacks."""
        teams = len(self.rules.teams)
        if size >= teams:
            return np.arange(teams)
        missing = self.missing(dict(enumerate(self.best.rows)))
        costs = np.maximum(missing, 0) * self.rules.short - np.minimum(missing, 0) * self.rules.over
        ranks = self.chance.random(teams)
        if costs.any() and self.chance.random() < 0.5:
            places = np.argwhere(costs)
            day, slot = places[self.chance.integers(len(places))]
            able = (self.limits.work[:, day] & (self.rules.gives[:, :, slot] > 0)).any(axis=1)
            ranks = ranks - able * 0.5
        return np.argsort(ranks, kind="stable")[:size]

    def branch(self, root: Relaxed, generator: Generator, nodes: int, gap: float = 0.0) -> None:
        """Branch and price from a solved root; ends when near enough or out of nodes."""
        ticket = count()
        heap: list[tuple[float, int, Limits, Totals]] = []
        heapq.heappush(heap, (root.bound, next(ticket), self.limits, Totals()))
        for turn in range(nodes):
            if not heap:
                break
            bound, _, limits, totals = heapq.heappop(heap)
            self.best.bound = max(self.best.bound, min(bound, self.best.penalty))
            if self.near(gap):
                heapq.heappush(heap, (bound, next(ticket), limits, totals))
                break
            relaxed = generator.run(limits, totals, stop_at=self.best.penalty - 1 + 1e-4)
            self.best.nodes += 1
            if relaxed.bound > self.best.penalty - 1 + 1e-4 or relaxed.missing > _WHOLE:
                continue
            if turn % 4 == 0:
                target = self.best.penalty - 1 + _WHOLE
                found = self.dive(generator, limits, totals, target, relaxed)
                generator.master.limit(limits, totals)
                if found is not None:
                    self.offer([found[1][team] for team in range(len(self.rules.teams))])
            for child in self._children(relaxed, limits, totals):
                heapq.heappush(heap, (max(bound, relaxed.bound), next(ticket), *child))
        if not heap:
            self.best.bound = self.best.penalty
        else:
            self.best.bound = max(self.best.bound, min(heap[0][0], self.best.penalty))

    def _children(
        self, relaxed: Relaxed, limits: Limits, totals: Totals
    ) -> list[tuple[Limits, Totals]]:
        for value, least, most in (
            (relaxed.under, "under_least", "under_most"),
            (relaxed.over, "over_least", "over_most"),
        ):
            if abs(value - round(value)) > 1e-4:
                fields = {name: getattr(totals, name) for name in Totals.__slots__}
                return [
                    (limits, Totals(**{**fields, least: float(np.ceil(value))})),
                    (limits, Totals(**{**fields, most: float(np.floor(value))})),
                ]
        amount = np.zeros(limits.work.shape)
        for weight, number in zip(relaxed.weight, relaxed.numbers, strict=True):
            if weight > _WHOLE:
                row = self.pool.row[number]
                worked = np.flatnonzero(row != OFF)
                amount[self.pool.team[number], worked, row[worked]] += weight
        open_ = np.minimum(amount, 1 - amount)
        working = amount.sum(axis=2)
        rest = np.minimum(working, 1 - working)
        if rest.max() > 1e-5:
            team, day = np.unravel_index(rest.argmax(), rest.shape)
            free, busy = limits.copy(), limits.copy()
            free.work[team, day] = False
            busy.rest[team, day] = False
            return [(busy, totals), (free, totals)]
        if open_.max() <= 1e-5:
            rows: list[Rows] = [np.empty(0, np.int8)] * len(self.rules.teams)
            for weight, number in zip(relaxed.weight, relaxed.numbers, strict=True):
                if weight > 0.5:
                    rows[self.pool.team[number]] = self.pool.row[number]
            self.offer(rows)
            return []
        team, day, kind = np.unravel_index(open_.argmax(), open_.shape)
        never, always = limits.copy(), limits.copy()
        never.work[team, day, kind] = False
        always.rest[team, day] = False
        always.work[team, day] = False
        always.work[team, day, kind] = True
        return [(always, totals), (never, totals)]
