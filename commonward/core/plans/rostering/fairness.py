"""How evenly a roster spreads work over teams, by stated formulas; teams are numbers."""

from dataclasses import dataclass

import numpy as np

from commonward.core.plans.rostering.model import OFF, SATURDAY, SUNDAY, Ints, Rules


@dataclass(frozen=True, slots=True)
class Spread:
    """How one load x is spread over n teams.

    `range` is max − min; `gini` is Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² mean), 0 if all are equal; `jain` is
    (Σ x)² / (n Σ x²), 1 if all are equal (Jain, Chiu and Hawe 1984).
    """

    least: int
    most: int
    mean: float
    gini: float
    jain: float

    @property
    def range(self) -> int:
        """The greatest difference between two teams."""
        return self.most - self.least


@dataclass(frozen=True, slots=True)
class Fairness:
    """Spread of minutes, nights and weekends, and the share of wishes (by weight) that were kept."""

    minutes: Spread
    nights: Spread
    weekends: Spread
    wishes_kept: float


def spread(loads: Ints) -> Spread:
    """The spread of these loads; all zeros for nobody."""
    if not len(loads) or not loads.any():
        return Spread(0, 0, 0.0, 0.0, 1.0)
    mean, n = float(loads.mean()), len(loads)
    ordered = np.sort(loads).astype(np.float64)
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ ordered) / (n * n * mean)
    jain = float(ordered.sum()) ** 2 / (n * float((ordered**2).sum()))
    return Spread(int(loads.min()), int(loads.max()), mean, gini, jain)


def fairness(
    rules: Rules, roster: Ints, nights: frozenset[int], teams: Ints | None = None
) -> Fairness:
    """Fairness among `teams` (all by default). Nights count among those who may work any, and
    weekends among those who may work any."""
    chosen = np.arange(len(rules.teams)) if teams is None else teams
    rows = roster[chosen]
    minutes = np.array([kind.minutes for kind in rules.kinds])
    worked = np.where(rows == OFF, 0, minutes[rows]).sum(axis=1)
    is_night = np.isin(rows, sorted(nights))
    may_night = np.array([any(rules.teams[t].most[k] for k in nights) for t in chosen], dtype=bool)
    weekend = [day for day in range(rules.days) if rules.weekday(day) in (SATURDAY, SUNDAY)]
    weeks = np.array([(rules.first_weekday + day) // 7 for day in weekend])
    busy = rows[:, weekend] != OFF
    weekends = sum(busy[:, weeks == week].any(axis=1).astype(np.int64) for week in np.unique(weeks))
    may_weekend = np.array([rules.teams[t].weekends_most > 0 for t in chosen], dtype=bool)
    on, off = rules.wish_on[chosen], rules.wish_off[chosen]
    given = rows[:, :, None] == np.arange(len(rules.kinds))
    all_ = int(on.sum() + off.max(axis=2).sum())
    lost = int((on * ~given).sum() + (off * given).sum())
    return Fairness(
        spread(worked),
        spread(is_night.sum(axis=1)[may_night]),
        spread((np.zeros(len(chosen), dtype=np.int64) + weekends)[may_weekend]),
        1.0 if not all_ else 1 - lost / all_,
    )
