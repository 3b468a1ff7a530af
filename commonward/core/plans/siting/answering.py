"""The answer to a question of posts: each period's sites, and what they would have changed."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from commonward.core.plans.cover import Plan
from commonward.core.plans.running import Progress, Watch
from commonward.core.plans.siting.asking import Floats, Period, Question
from commonward.core.plans.siting.choosing import Chooser, forward, homes, standing
from commonward.core.plans.siting.judging import queued, table_of_posts
from commonward.core.plans.siting.playing import Curve, Stage, compared
from commonward.core.refusals import N_, Invalid

TOTAL = 100
STEPS = (
    N_("Travel times"),
    N_("Choosing posts"),
    N_("Playing the calls through"),
    N_("What each unit more buys"),
)
_SEEDS, _CURVE_SEEDS = 20, 5
_POINTS = 14
_BUSIEST = 0.9
Travel = Callable[[Period], Floats]
Keep = Callable[[Mapping[str, Any]], None]


def answered(
    asked: Question, travel: Travel, seed: int, watch: Watch, keep: Keep
) -> dict[str, Any]:
    """Every period's plan, in JSON's values. `travel` gives (P, P) seconds, cells before sites.

    Cut by the watch it gives the periods and parts that were finished by then, each with "cut".
    """
    answer: dict[str, Any] = {"periods": []}
    share = TOTAL // len(asked.periods)
    best = bound = 0.0
    for number, period in enumerate(asked.periods):
        begins = number * share
        part = _Part(asked, period, travel, seed, watch, begins, share)
        told = part.sites()
        answer["periods"].append(told)
        longest = asked.model == "p_centre"
        best = max(best, told["value"]) if longest else best + told["value"]
        bound = max(bound, told["bound"]) if longest else bound + told["bound"]
        keep(answer)
        for step in (part.play, part.judge, part.curve):
            if watch.over:
                told["cut"] = True
                break
            told |= step()
            keep(answer)
        watch.tell(Progress("Choosing posts", begins + share, TOTAL, best, bound))
        if watch.over:
            break
    return answer


class _Part:
    """One period: its sites first, then what they bring, then what more units would bring."""

    def __init__(
        self,
        asked: Question,
        period: Period,
        travel: Travel,
        seed: int,
        watch: Watch,
        begins: int,
        share: int,
    ) -> None:
        self.asked, self.period, self.watch = asked, period, watch
        self.begins, self.share = begins, share
        watch.tell(Progress("Travel times", begins, TOTAL))
        table = travel(period)
        cells = len(asked.cells)
        self.seconds = table[cells:, :cells].T + asked.turnout
        self.between = table[cells:, cells:]
        self.demand = asked.demand(period)
        if not self.demand.any():
            raise Invalid(
                N_("No call came between {begins}:00 and {ends}:00: plan the whole day as one."),
                field="hours",
                begins=period.begins,
                ends=period.ends,
            )
        self.today = list(asked.today)
        self.stage = Stage(asked, period, table, seed)
        count = asked.count or max(len(self.today), 5)
        self.busy = self._busy(count)
        self.chooser = Chooser(asked, self.seconds, self.demand, self.busy)
        self.curve_of = Curve(self.stage, _CURVE_SEEDS)
        self.plan: Plan | None = None
        self.homes: list[int] = []

    def sites(self) -> dict[str, Any]:
        """The sites, with what they bring were everybody always free."""
        asked = self.asked
        count = asked.count
        if asked.model == "set_cover":
            count = None
        elif count is None:
            count = self._fewest()
        told = forward(self.watch, self._at(0.15), TOTAL) if asked.model in _MINIMAL else self.watch
        plan = self.chooser.plan(count, told, told=asked.model in _MINIMAL)
        self.plan, self.homes = plan, homes(plan)
        return {
            "period": [self.period.name, self.period.begins, self.period.ends],
            "calls": float(self.demand.sum()),
            "busy": self.busy,
            "units": len(self.homes),
            "homes": self.homes,
            "value": plan.value,
            "bound": plan.bound,
            "proven": plan.proven,
            "before": standing(self.seconds, self.demand, self.today) if self.today else None,
            "after": standing(self.seconds, self.demand, self.homes),
            "moves": self._moves(),
            "wanted_count": count if asked.count is None and asked.model != "set_cover" else None,
        }

    def play(self) -> dict[str, Any]:
        """Before and after, played through."""
        span = (self._at(0.25), self._at(0.65), TOTAL)
        return {"table": compared(self.stage, self.today, self.homes, _SEEDS, self.watch, span)}

    def judge(self) -> dict[str, Any]:
        """The hypercube's figures, and the posts for every number of free units."""
        asked, period = self.asked, self.period
        found = {
            "queue": queued(asked, period, self.seconds, self.demand, self.homes),
            "stand": table_of_posts(asked, self.seconds, self.demand, self.homes, self.busy),
        }
        if self.today:
            found["queue_before"] = queued(asked, period, self.seconds, self.demand, self.today)
        return found

    def curve(self) -> dict[str, Any]:
        """What each number of units brings, and the fewest whose mean is the goal."""
        chooser = self.chooser
        now = len(self.homes)
        most = min(chooser.greatest, now + max(6, now // 3))
        from_here = max(chooser.least, min(len(self.today) or 1, now))
        counts = {int(one) for one in np.geomspace(from_here, most, _POINTS).round()}
        counts |= {one for one in (now - 1, now, now + 1) if from_here <= one <= most}
        for done, count in enumerate(sorted(counts)):
            if self.watch.over:
                break
            self._mean(count)
            at = self._at(0.7 + 0.2 * (done + 1) / len(counts))
            self.watch.tell(Progress("What each unit more buys", at, TOTAL))
        rows = self.curve_of.rows
        reached = [count for count in sorted(rows) if rows[count]["mean"][0] <= self.asked.goal]
        least: int | None = None
        if reached:
            tried = [count for count in sorted(rows) if count < reached[0]]
            low, high = (tried[-1] if tried else chooser.least - 1), reached[0]
            least = self._between(low, high)
            counts |= {least, least - 1} & set(rows)
        counts.add(now)
        return {"curve": self.curve_of.told(sorted(counts)), "least": least}

    def _fewest(self) -> int:
        """The fewest units with which the mean of the calls played is at most the goal."""
        low, high = self.chooser.least - 1, self.chooser.least
        while self._mean(high) > self.asked.goal:
            if high >= self.chooser.greatest:
                raise Invalid(
                    N_(
                        "With a unit at each of {units} posts the mean is {mean} minutes; {goal}"
                        " were asked for. Allow more posts, or another goal."
                    ),
                    field="goal",
                    code="unreached",
                    units=high,
                    mean=round(self._mean(high) / 60.0, 1),
                    goal=round(self.asked.goal / 60.0, 1),
                )
            if self.watch.over:
                return high
            low, high = high, min(2 * high, self.chooser.greatest)
        return self._between(low, high)

    def _between(self, low: int, high: int) -> int:
        """`high` reaches the goal and `low` does not: the fewest between that do."""
        while high - low > 1 and not self.watch.over:
            middle = (low + high) // 2
            low, high = (low, middle) if self._mean(middle) <= self.asked.goal else (middle, high)
        return high

    def _mean(self, count: int) -> float:
        plan = self.chooser.plan(count, Watch(stop=self.watch.stop, seconds=0.1 * self.watch.left))
        mean: float = self.curve_of.row(count, homes(plan))["mean"][0]
        return mean

    def _busy(self, count: int) -> float:
        """How busy so many units are, were each call answered at the goal's distance and back."""
        an_hour = float(self.demand.sum()) / (7.0 * len(self.period.hours))
        work = (self.asked.stay + 2.0 * self.asked.goal) / 3600.0
        return min(_BUSIEST, an_hour * work / count)

    def _moves(self) -> list[list[int]]:
        """Which of today's units goes to which post, with the least way in all: [unit, post]."""
        if not self.today:
            return []
        from_today = self.between[np.ix_(self.today, self.homes)]
        units, posts = linear_sum_assignment(from_today)
        return [[int(a), self.homes[int(b)]] for a, b in zip(units, posts, strict=True)]

    def _at(self, part: float) -> int:
        return self.begins + round(part * self.share)


_MINIMAL = ("p_median", "p_centre", "set_cover")
"""Models whose solver tells best and bound in the plan's own unit."""
