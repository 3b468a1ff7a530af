"""Column generation: whole rosters of single teams as columns, joined by the cover they must give.

The linear programme chooses one column per team; its prices per day and kind are handed to the
shortest paths, which answer with better columns or prove that there is none (Gilmore and Gomory
1961; for rosters Jaumard, Semet and Vovor 1998). Every round also gives a Lagrangian bound that
holds for whole rosters, so a run that is cut still says how far from the best it may be. Prices are
smoothed between rounds (Wentges 1997).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt

from commonward.core.plans.rostering.model import OFF, Ints, Rules
from commonward.core.plans.rostering.paths import Finder, Floats, Rows
from commonward.core.plans.running import Progress, Watch

_EPS = 1e-6
_SMOOTH = 0.6
DUAL, PRIMAL = 1, 4


@dataclass
class Pool:
    """The columns known so far, each once: whose, which rows, what wishes cost.

    With `kept` rows, any other row of a team costs `fee` more.
    """

    rules: Rules
    kept: Sequence[Rows] = ()
    fee: float = 0.0
    team: list[int] = field(default_factory=list)
    row: list[Rows] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    _seen: dict[tuple[int, bytes], int] = field(default_factory=dict)
    prices: Floats = field(init=False)
    constant: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.prices = wish_prices(self.rules)
        self.constant = self.rules.wish_on.sum(axis=(1, 2)).astype(np.float64)

    def __len__(self) -> int:
        return len(self.team)

    def add(self, team: int, row: Rows) -> int:
        """The column's number."""
        key = (team, row.tobytes())
        known = self._seen.get(key)
        if known is not None:
            return known
        self._seen[key] = len(self.team)
        self.team.append(team)
        self.row.append(row)
        worked = np.flatnonzero(row != OFF)
        self.cost.append(float(self.constant[team] + self.prices[team, worked, row[worked]].sum()))
        if self.kept and not np.array_equal(row, self.kept[team]):
            self.cost[-1] += self.fee
        return len(self.team) - 1


def wish_prices(rules: Rules) -> Floats:
    """What working a kind on a day adds to the penalty of wishes: (teams, days, kinds)."""
    prices: Floats = (rules.wish_off - rules.wish_on).astype(np.float64)
    return prices


@dataclass
class Limits:
    """What branching, fixing or an absence forbids: where False, a kind or a day off is not
    possible. Shapes (teams, days, kinds) and (teams, days)."""

    work: npt.NDArray[np.bool_]
    rest: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, rules: Rules) -> "Limits":
        """Only what the rules of each team forbid."""
        return cls(rules.allowed, np.ones((len(rules.teams), rules.days), dtype=np.bool_))

    def copy(self) -> "Limits":
        """The same again, to be changed."""
        return Limits(self.work.copy(), self.rest.copy())

    def keeps(self, team: int, row: Rows) -> bool:
        """Whether a row is within the limits."""
        worked = row != OFF
        days = np.flatnonzero(worked)
        return bool(self.work[team, days, row[days]].all() and self.rest[team, ~worked].all())


@dataclass(frozen=True, slots=True)
class Totals:
    """How many shifts in all may be short, and too many: least and most of each."""

    under_least: float = 0.0
    under_most: float = np.inf
    over_least: float = 0.0
    over_most: float = np.inf


class Master:
    """The linear programme over a pool of columns: rows for (day, slot), teams, and the totals."""

    def __init__(self, pool: Pool, teams: Ints, need: Ints) -> None:
        self.pool, self.teams, self.need = pool, teams, need
        rules = pool.rules
        self.days, self.slots = need.shape
        self.covers = self.days * self.slots
        self.place = {int(team): at for at, team in enumerate(teams)}
        self.solver = highspy.Highs()
        # New columns leave the old solution feasible: the primal simplex goes on from it.
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "off"),
            ("simplex_strategy", PRIMAL),
        ):
            self.solver.setOptionValue(option, value)
        wanted = need.ravel().astype(np.float64)
        for value in np.concatenate([wanted, np.ones(len(teams))]):
            self.solver.addRow(value, value, 0, np.empty(0, np.int32), np.empty(0))
        self.total = self.covers + len(teams)
        inf = highspy.kHighsInf
        for _ in range(2):
            self.solver.addRow(0.0, inf, 0, np.empty(0, np.int32), np.empty(0))
        every = np.arange(self.covers, dtype=np.int32)
        for turn, (penalty, sign) in enumerate(((rules.short, 1.0), (rules.over, -1.0))):
            index = np.stack([every, np.full(self.covers, self.total + turn, np.int32)], axis=1)
            self.solver.addCols(
                self.covers, penalty.ravel().astype(np.float64), np.zeros(self.covers),
                np.full(self.covers, inf), 2 * self.covers, 2 * every, index.ravel(),
                np.tile([sign, 1.0], self.covers),
            )  # fmt: skip
        # A team without any column yet pays more than any roster could cost.
        self.dear = float(
            (np.abs(need) * (rules.short + rules.over)).sum()
            + (rules.over.sum() + 1) * len(teams)
            + rules.wish_on[teams].sum()
            + rules.wish_off[teams].sum()
            + 1
        )
        members = np.arange(len(teams), dtype=np.int32)
        self.solver.addCols(
            len(teams), np.full(len(teams), self.dear), np.zeros(len(teams)),
            np.full(len(teams), inf), len(teams), members, members + self.covers,
            np.ones(len(teams)),
        )  # fmt: skip
        # Totals that cannot be held make the programme dear, too, never infeasible.
        self.solver.addCols(
            2, np.full(2, self.dear), np.zeros(2), np.full(2, inf), 2,
            np.arange(2, dtype=np.int32), np.array([self.total, self.total + 1], dtype=np.int32),
            np.full(2, -1.0),
        )  # fmt: skip
        self.fixed = 2 * self.covers + len(teams) + 2
        self.numbers: list[int] = []
        self.column: dict[int, int] = {}

    def take(self, numbers: Iterable[int]) -> None:
        """Bring columns of the pool in, by number; those already in are left out."""
        new = [number for number in numbers if number not in self.column]
        if not new:
            return
        starts: list[int] = []
        index: list[int] = []
        amounts: list[float] = []
        for number in new:
            self.column[number] = len(self.numbers)
            self.numbers.append(number)
            starts.append(len(index))
            row = self.pool.row[number]
            worked = np.flatnonzero(row != OFF)
            given = self.pool.rules.gives[self.pool.team[number], row[worked]]
            at, slot = np.nonzero(given)
            index.extend((worked[at] * self.slots + slot).tolist())
            amounts.extend(given[at, slot].tolist())
            index.append(self.covers + self.place[self.pool.team[number]])
            amounts.append(1.0)
        self.solver.addCols(
            len(new),
            np.array([self.pool.cost[number] for number in new]),
            np.zeros(len(new)),
            np.full(len(new), highspy.kHighsInf),
            len(index),
            np.array(starts, dtype=np.int32),
            np.array(index, dtype=np.int32),
            np.array(amounts, dtype=np.float64),
        )

    def limit(self, limits: Limits, totals: Totals) -> None:
        """Forbid the columns outside the limits, and hold the totals."""
        if self.numbers:
            pool = self.pool
            most = np.array(
                [
                    highspy.kHighsInf if limits.keeps(pool.team[number], pool.row[number]) else 0.0
                    for number in self.numbers
                ]
            )
            at = np.arange(len(most), dtype=np.int32) + self.fixed
            self.solver.changeColsBounds(len(at), at, np.zeros(len(at)), most)
        # Tighter bounds leave the old prices feasible: here the dual simplex goes on.
        self.solver.setOptionValue("simplex_strategy", DUAL)
        self.solver.changeRowBounds(self.total, totals.under_least, totals.under_most)
        self.solver.changeRowBounds(self.total + 1, totals.over_least, totals.over_most)

    def solve(self) -> tuple[float, Floats, Floats]:
        """The value, the amounts of all variables, and prices (days, slots)."""
        self.solver.run()
        self.solver.setOptionValue("simplex_strategy", PRIMAL)
        answer = self.solver.getSolution()
        prices = np.array(answer.row_dual)[: self.covers].reshape(self.days, self.slots)
        return self.solver.getObjectiveValue(), np.array(answer.col_value), prices


@dataclass
class Relaxed:
    """The end of column generation: value of the linear programme, proven bound, what was chosen.

    `weight` belongs to the master's columns `numbers`; `under` and `over` are totals; `own` is each
    team's cheapest price at the bound's prices.
    """

    value: float = np.inf
    bound: float = -np.inf
    numbers: list[int] = field(default_factory=list)
    weight: Floats = field(default_factory=lambda: np.empty(0))
    under: float = 0.0
    over: float = 0.0
    missing: float = 0.0
    prices: Floats = field(default_factory=lambda: np.empty(0))
    own: Floats = field(default_factory=lambda: np.empty(0))


class Generator:
    """Column generation for some teams and the cover that they are to give, under changing limits.

    The penalty of everybody's wishes that no column decides (the constant of wishes) is part of the
    columns' costs, so values are whole penalties of these teams and this cover.
    """

    def __init__(
        self,
        pool: Pool,
        finders: Sequence[Finder],
        watch: Watch,
        teams: Ints | None = None,
        need: Ints | None = None,
        many: int = 4,
    ) -> None:
        rules = pool.rules
        self.rules, self.pool, self.watch, self.many = rules, pool, watch, many
        self.finders = finders
        self.teams = np.arange(len(rules.teams)) if teams is None else teams
        self.need = rules.need if need is None else need
        self.master = Master(pool, self.teams, self.need)
        self.rounds = 0

    def priced(self, team: int, prices: Floats, limits: Limits) -> tuple[Floats, Floats]:
        """One team's prices (days, kinds) with inf where its limits forbid, and of days off, at
        these prices of cover (days, slots)."""
        reduced = self.pool.prices[team] - prices @ self.rules.gives[team].T
        work = np.where(limits.work[team], reduced, np.inf)
        return work, np.where(limits.rest[team], 0.0, np.inf)

    def price(
        self, prices: Floats, limits: Limits, totals: Totals
    ) -> tuple[float, Floats, list[int]]:
        """Lagrangian bound at these prices, each team's cheapest price, the columns found."""
        own = np.empty(len(self.teams))
        found: list[int] = []
        for at, team in enumerate(self.teams):
            priced = self.priced(team, prices, limits)
            least, rows = self.finders[team].cheapest(*priced, self.many)
            own[at] = least + self.pool.constant[team] + self.pool.fee
            if self.pool.kept and limits.keeps(int(team), self.pool.kept[team]):
                number = self.pool.add(int(team), self.pool.kept[team])
                row = self.pool.row[number]
                given = self.rules.gives[team, row] * (row != OFF)[:, None]
                own[at] = min(own[at], self.pool.cost[number] - (prices * given).sum())
            found += [self.pool.add(int(team), row) for row in rows]
        bound = float((prices * self.need).sum() + own.sum())
        for left, least_total, most_total in (
            (self.rules.short - prices, totals.under_least, totals.under_most),
            (self.rules.over + prices, totals.over_least, totals.over_most),
        ):
            one = float(left.min())
            if one < -1e-12 or one > 0:
                bound += one * (least_total if one > 0 else most_total)
        return bound, own, found

    def run(
        self,
        limits: Limits,
        totals: Totals = Totals(),
        gap: float = 1e-6,
        rounds: int = 100_000,
        stop_at: float = np.inf,
    ) -> Relaxed:
        """Generate until the programme's value is within `gap` (relative) of the bound, or the
        bound has reached `stop_at`."""
        best = Relaxed()
        low = np.where(totals.over_most < np.inf, -np.inf, -self.rules.over.astype(np.float64))
        high = np.where(totals.under_most < np.inf, np.inf, self.rules.short.astype(np.float64))
        self.master.limit(limits, totals)
        for turn in range(rounds):
            value, amounts, prices = self.master.solve()
            self.rounds += 1
            covers = self.master.covers
            best.value, best.numbers = value, list(self.master.numbers)
            best.weight = amounts[self.master.fixed :]
            best.under = float(amounts[:covers].sum())
            best.over = float(amounts[covers : 2 * covers].sum())
            best.missing = float(amounts[2 * covers : self.master.fixed].sum())
            close = best.bound >= value - gap * max(1.0, abs(value))
            # A run that is cut at once still prices once: any prices give a bound that holds.
            cut = self.watch.over and best.bound > -np.inf
            if close or cut or best.bound >= stop_at:
                break
            prices = np.clip(prices, low, high)
            tried = prices
            if best.prices.size:
                tried = _SMOOTH * best.prices + (1 - _SMOOTH) * prices
            bound, own, found = self.price(tried, limits, totals)
            if tried is not prices and all(number in self.master.column for number in found):
                tried = prices
                bound, own, found = self.price(tried, limits, totals)
            if bound > best.bound:
                best.bound, best.prices, best.own = bound, tried, own
            self.watch.tell(Progress("columns", turn, rounds, value, best.bound))
            known = len(self.master.numbers)
            self.master.take(found)
            if len(self.master.numbers) == known and tried is prices:
                break
        return best

    def whole(self, numbers: Sequence[int], below: float, nodes: int) -> dict[int, Rows] | None:
        """One whole column per team with a value of at most `below`, found within `nodes`."""
        master = Master(self.pool, self.teams, self.need)
        master.take(numbers)
        solver = master.solver
        at = np.arange(master.fixed, master.fixed + len(numbers), dtype=np.int32)
        kind = np.full(len(at), highspy.HighsVarType.kInteger)
        solver.changeColsIntegrality(len(at), at, kind)
        for option, value in (
            ("presolve", "on"),
            ("mip_max_nodes", nodes),
            ("objective_bound", below),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.99),
            ("time_limit", float(min(self.watch.left, 1e7))),
        ):
            solver.setOptionValue(option, value)
        solver.run()
        answer = np.array(solver.getSolution().col_value)
        if not len(answer) or solver.getObjectiveValue() > below + 1e-3:
            return None
        taken = [n for n, x in zip(numbers, answer[master.fixed :], strict=True) if x > 0.5]
        rows = {self.pool.team[number]: self.pool.row[number] for number in taken}
        return rows if len(rows) == len(self.teams) else None
