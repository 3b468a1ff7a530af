"""Somebody who has every published number, knows the tree and the formulas, and reckons (推断攻击).

The numbers that are not shown are unknowns: whole, not negative, adding up as the sums say, an
inner count never more than its outer one. A secret is safe when some table of whole numbers agrees
with everything shown and has k or more in its place: then nobody can know that it is smaller
(Fischetti and Salazar 2001, protection levels; solved by HiGHS as a mixed-integer program).
"""

from collections.abc import Collection, Sequence
from typing import Any

from commonward.core.publishing.sheets import K, Quantity, Sheet, Shown


def given_away(sheet: Sheet, shown: Shown, k: int = K) -> list[Quantity]:
    """The secrets of a sheet that the shown numbers betray; [] where it may be published."""
    found: list[Quantity] = []
    for part in sheet.parts_of():
        secrets = part.secrets(k)
        if secrets:
            found += _Attack(part, shown).betrayed(secrets, k)
    return found


class _Attack:
    """The unknowns of one group of counts, as a program for HiGHS."""

    def __init__(self, sheet: Sheet, shown: Shown) -> None:
        import numpy as np  # noqa: PLC0415 (late: only whoever publishes needs it)
        from scipy.sparse import csr_array  # noqa: PLC0415

        keys = list(sheet.cells)
        self.at = {
            (key, name): i
            for i, (key, name) in enumerate((k, n) for k in keys for n in sheet.counts)
        }
        size = len(self.at)
        most = max((sheet.value(key, n) for key, n in self.at), default=0)
        self.low = np.zeros(size)
        self.high = np.full(size, 4.0 * most + 100.0)
        for (key, name), i in self.at.items():
            if (key, name) in shown:
                self.low[i] = self.high[i] = sheet.value(key, name)
            else:
                self.low[i] = sheet.floors.get((key, name), 0)
        rows: list[dict[int, float]] = []
        lows: list[float] = []
        highs: list[float] = []
        for one in sheet.sums:
            for name in sheet.counts:
                row = {self.at[one.whole, name]: -1.0}
                row.update({self.at[part, name]: 1.0 for part in one.parts})
                rows.append(row)
                lows.append(0.0)
                highs.append(0.0)
        for inner, outer in sheet.inside:
            for key in keys:
                rows.append({self.at[key, outer]: 1.0, self.at[key, inner]: -1.0})
                lows.append(0.0)
                highs.append(np.inf)
        self.rows, self.lows, self.highs = rows, lows, highs
        self.matrix = csr_array

    def betrayed(self, secrets: Sequence[Quantity], k: int) -> list[Quantity]:
        """Those that no agreeing table makes k or more."""
        left = list(secrets)
        while left:
            values = self.best(left, k)
            safe = [] if values is None else [q for q in left if self.of(values, q) >= k]
            left = [one for one in left if one not in safe]
            if not safe:
                break
        return [one for one in left if not self.reaches(one, k)]

    def reaches(self, one: Quantity, k: int) -> bool:
        """Whether a table exists in which this one is k or more."""
        values = self.best([one], k)
        return values is not None and self.of(values, one) >= k

    def of(self, values: Any, one: Quantity) -> float:
        """A quantity in a table of the solver's."""
        found = values[self.at[one.key, one.count]]
        if one.without:
            found -= values[self.at[one.key, one.without]]
        return float(round(found))

    def best(self, wanted: Collection[Quantity], k: int) -> Any:
        """The agreeing table in which these come nearest to k, all together; None where the
        solver gives up, which counts as betrayed."""
        import numpy as np  # noqa: PLC0415
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

        size = len(self.at)
        rows, lows, highs = list(self.rows), list(self.lows), list(self.highs)
        for i, one in enumerate(wanted):  # t ≤ quantity, t ≤ k
            row = {size + i: -1.0, self.at[one.key, one.count]: 1.0}
            if one.without:
                row[self.at[one.key, one.without]] = -1.0
            rows.append(row)
            lows.append(0.0)
            highs.append(np.inf)
        entries = [(r, c, v) for r, row in enumerate(rows) for c, v in row.items()]
        r, c, v = zip(*entries, strict=True)
        width = size + len(wanted)
        matrix = self.matrix((v, (r, c)), shape=(len(rows), width))
        goal = np.zeros(width)
        goal[size:] = -1.0
        found = milp(
            goal,
            integrality=np.ones(width),
            bounds=Bounds(
                np.concatenate([self.low, np.zeros(len(wanted))]),
                np.concatenate([self.high, np.full(len(wanted), float(k))]),
            ),
            constraints=LinearConstraint(matrix, np.array(lows), np.array(highs)),
            options={"node_limit": 20_000, "mip_rel_gap": 0.0},
        )
        return found.x
