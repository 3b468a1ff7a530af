"""Formulas worked out by column say what they say when each figure is reckoned for itself."""

import math
import random
from collections.abc import Mapping
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.indicators.book import Book, book
from commonward.core.indicators.figures import Asked, figures
from commonward.core.indicators.formulas import (
    Areas,
    Bounded,
    Days,
    Formula,
    Joined,
    Name,
    Number,
    Shifted,
    Weighted,
    Whole,
)
from commonward.core.indicators.tallies import Group, Tally
from commonward.core.indicators.windows import Window, run_up, window

MONTHS = run_up(window("month", date(2026, 3, 1), "Asia/Shanghai"), 4)
ALL = [*MONTHS, *(m.year_before() for m in MONTHS), MONTHS[0].before()]
GROUPS: list[Group] = [("s1", "lamp"), ("s1", "路灯"), ("", "lamp"), ("s2", "")]
DATA = {
    "counts": {
        **{f"c{n}": {"of": "cases", "moment": "opened_at"} for n in range(3)},
        "m": {"of": "cases", "moment": "opened_at", "measure": "median(took)"},
    },
    "constants": {"goal": {"is": 7}},
    "indicators": {
        "rate": {"formula": "c0 / c1"},
        "change": {"formula": "c0 / previous(c0) - 1"},
        "over_years": {"formula": "rate - year_before(rate)"},
        "part": {"formula": "c0 / total(c0)"},
        "grown_part": {"formula": "previous(total(c1)) / total(previous(c2))"},
        "score": {"formula": "weighted(60, rate, 30, part, 10, at_most(c2 / c1, 1))"},
        "daily": {"formula": "at_least(c0 / days(), 0.1)"},
        "each": {"formula": "c0 / areas('street') * goal"},
        "typical": {"formula": "m / 60 - previous(m) / 60"},
    },
}
Told = Mapping[tuple[Window, Group], Mapping[str, float | None]]


def plainly(  # noqa: C901 (a case for each form of a formula)
    made: Formula, told: tuple[Told, Told], at: Window, group: Group, site: Book, *, whole: bool
) -> float | None:
    """One figure by itself: as the words of the formula say."""

    def of(part: Formula, at: Window = at, whole: bool = whole) -> float | None:
        return plainly(part, told, at, group, site, whole=whole)

    match made:
        case Number(value=value):
            return value
        case Name(name=name) if name in site.constants:
            return site.constants[name]
        case Name(name=name) if name in site.counts:
            row = told[1].get((at, ()), {}) if whole else told[0].get((at, group), {})
            found = row.get(name)
            return 0.0 if found is None and site.counts[name].measure == "count" else found
        case Name(name=name):
            return of(site.indicators[name].formula)
        case Shifted(inner=inner, by=by):
            return of(inner, at.before() if by == "previous" else at.year_before())
        case Whole(inner=inner):
            return of(inner, whole=True)
        case Areas():
            return 5.0 if whole else 1.0
        case Days():
            return float((at.until - at.first).days)
        case Bounded(inner=inner, by=by, bound=bound):
            free = of(inner)
            return None if free is None else (min if by == "at_most" else max)(free, bound)
        case Weighted(parts=parts):
            known = [(w, worth) for w, part in parts if (worth := of(part)) is not None]
            if not known:
                return None
            every = sum(w for w, _ in parts)
            return sum(w * worth for w, worth in known) * every / sum(w for w, _ in known)
        case Joined(left=left, sign=sign, right=right):
            one, other = of(left), of(right)
            if one is None or other is None or (sign == "/" and not other):
                return None
            return {"+": one.__add__, "-": one.__sub__, "*": one.__mul__, "/": one.__truediv__}[
                sign
            ](other)


def chosen(chance: random.Random) -> tuple[Told, Told]:
    """What was counted by group, and of all together; some of it not at all."""

    def row() -> dict[str, float | None]:
        found: dict[str, float | None] = {}
        for name in ("c0", "c1", "c2"):
            if chance.random() < 0.7:
                found[name] = float(chance.choice((0, 1, 3, 12, 10**6)))
        if chance.random() < 0.6:
            found["m"] = chance.choice((None, 0.0, 90.5))
        return found

    parts = {(w, g): row() for w in ALL for g in GROUPS if chance.random() < 0.6}
    wholes = {(w, ()): row() for w in ALL if chance.random() < 0.8}
    return {k: v for k, v in parts.items() if v}, {k: v for k, v in wholes.items() if v}


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_by_column_every_figure_is_what_its_formula_says(seed: int) -> None:
    told = chosen(random.Random(seed))
    site = book(DATA)
    asked = Asked(list(site.indicators), MONTHS, ("street", "category"), None, {"street": 5})
    found = figures(site, asked, lambda counts, windows, by, only: told[0] if by else told[1])
    for month, groups in found.items():
        assert list(groups) == sorted(g for w, g in told[0] if w == month)
        for name in site.indicators:
            assert groups.told(name) == [row[name].value for row in groups.values()]
        for group, row in groups.items():
            for name, figure in row.items():
                right = plainly(
                    site.indicators[name].formula, told, month, group, site, whole=False
                )
                assert (figure.value is None) == (right is None), (name, month, group)
                if right is not None and figure.value is not None:
                    assert math.isclose(figure.value, right, rel_tol=1e-12), (name, month, group)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_what_was_counted_is_the_same_by_column(seed: int) -> None:
    told, _ = chosen(random.Random(seed))
    assert dict(Tally.of(told, 2)) == dict(told)
