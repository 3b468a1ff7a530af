"""Progress is exact, grows with the values, does not depend on order, and never hides a gap."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.targets import course
from commonward.core.targets.course import Milestone, Shape, check, planned, share, standing, state
from commonward.core.targets.progress import NOTHING, Progress, single, together
from commonward.core.targets.scoring import mean, score

BEGINS, DUE = date(2026, 1, 1), date(2026, 12, 31)
weights = st.decimals(min_value=0, max_value=1000, places=2)
shares = st.none() | st.fractions(min_value=0, max_value=1)
values = st.decimals(min_value=-2000, max_value=2000, places=2)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """A target that rises or falls, over up to three milestones on its way."""
    up = draw(st.booleans())
    base = draw(st.decimals(min_value=-1000, max_value=1000, places=2))
    steps = sorted(draw(st.lists(st.decimals(min_value=1, max_value=500, places=2), max_size=3)))
    days = sorted(draw(st.sets(st.integers(1, 363), min_size=len(steps), max_size=len(steps))))
    sign = 1 if up else -1
    wanted = base + sign * ((steps[-1] if steps else Decimal(0)) + Decimal(1))
    marks = [
        Milestone(BEGINS + timedelta(days=d), base + sign * s)
        for d, s in zip(days, steps, strict=True)
    ]
    return Shape(course.UP if up else course.DOWN, base, wanted, BEGINS, DUE, marks)


def rising(*marks: Milestone) -> Shape:
    return Shape("up", Decimal(0), Decimal(100), BEGINS, DUE, marks)


@given(st.lists(st.tuples(weights, st.fractions(0, 1)), min_size=1))
def test_the_whole_is_each_part_by_its_share_of_the_weights(
    parts: list[tuple[Decimal, Fraction]],
) -> None:
    """By the plain formula, in fractions; all weigh alike where none weighs anything."""
    total = sum(Fraction(weight) for weight, _ in parts)
    plain = sum(
        part * (Fraction(weight) / total if total else Fraction(1, len(parts)))
        for weight, part in parts
    )
    assert together((weight, single(part)) for weight, part in parts).low == plain


def test_a_weight_below_nought_is_refused() -> None:
    with pytest.raises(ValueError, match="below nought"):
        together([(Decimal(-1), single(Fraction(1)))])


@given(st.lists(st.tuples(weights, shares)), st.randoms())
def test_the_order_of_the_parts_changes_nothing(
    parts: list[tuple[Decimal, Fraction | None]], draw: object
) -> None:
    told = [(w, single(s)) for w, s in parts]
    mixed = list(told)
    draw.shuffle(mixed)  # type: ignore[attr-defined]
    assert together(told) == together(mixed)


@given(st.lists(st.tuples(weights, shares), min_size=1), st.integers(0, 50), st.fractions(0, 1))
def test_more_reached_of_one_part_is_never_less_of_the_whole(
    parts: list[tuple[Decimal, Fraction | None]], which: int, more: Fraction
) -> None:
    which %= len(parts)
    weight, before = parts[which]
    if before is None:
        return
    grown = [*parts]
    grown[which] = (weight, max(before, more))
    less = together((w, single(s)) for w, s in parts)
    greater = together((w, single(s)) for w, s in grown)
    assert greater.low >= less.low and greater.high >= less.high


@given(st.lists(st.tuples(st.decimals("0.01", 1000, places=2), shares), min_size=1))
def test_a_hundred_percent_means_that_all_is_done_and_nothing_is_missing(
    parts: list[tuple[Decimal, Fraction | None]],
) -> None:
    found = together((w, single(s)) for w, s in parts)
    assert found.whole == all(s == 1 for _, s in parts)
    assert (found.percent[0] == 100) == found.whole


@given(st.lists(st.tuples(st.decimals("0.01", 1000, places=2), shares), min_size=1))
def test_a_missing_figure_widens_the_interval_and_is_counted(
    parts: list[tuple[Decimal, Fraction | None]],
) -> None:
    found = together((w, single(s)) for w, s in parts)
    assert found.missing == sum(s is None for _, s in parts)
    assert (found.low == found.high) == (found.missing == 0)
    assert 0 <= found.low <= found.high <= 1


def test_of_nothing_nothing_is_known() -> None:
    assert together([]) == NOTHING and not NOTHING.known
    empty_group = together([(Decimal(5), NOTHING), (Decimal(1), single(Fraction(1)))])
    assert empty_group == Progress(Fraction(1), Fraction(1), 1, 0)


@given(shapes(), values, values)
def test_a_better_value_is_never_a_smaller_share(shape: Shape, one: Decimal, two: Decimal) -> None:
    worse, better = sorted((one, two), reverse=shape.direction == course.DOWN)
    assert 0 <= share(shape, worse) <= share(shape, better) <= 1
    assert (share(shape, better) == 1) == (
        better >= shape.wanted if shape.direction == course.UP else better <= shape.wanted
    )


@given(shapes(), st.integers(-10, 400), st.integers(0, 60))
def test_what_is_planned_never_leads_back(shape: Shape, day: int, later: int) -> None:
    check(shape)
    first = planned(shape, BEGINS + timedelta(days=day))
    second = planned(shape, BEGINS + timedelta(days=day + later))
    assert second >= first if shape.direction == course.UP else second <= first
    assert planned(shape, BEGINS) == Fraction(shape.baseline)
    assert planned(shape, DUE) == Fraction(shape.wanted)
    for one in shape.milestones:
        assert planned(shape, one.due) == Fraction(one.value)


@given(shapes(), st.integers(0, 364))
def test_who_stands_where_the_plan_wants_is_not_behind(shape: Shape, day: int) -> None:
    on = BEGINS + timedelta(days=day)
    assert state(shape, planned(shape, on), on, on) in (course.ON_COURSE, course.DONE)


@given(shapes(), st.none() | values, st.integers(-5, 370), st.integers(-5, 370))
def test_the_quick_reckoning_says_what_the_slow_one_says(
    shape: Shape, value: Decimal | None, day: int, later: int
) -> None:
    on, today = BEGINS + timedelta(days=day), BEGINS + timedelta(days=later)
    reached, called = standing(shape, value, on, today)
    assert called == state(shape, value, on, today)
    assert reached == (None if value is None else share(shape, value))


@given(shapes(), st.none() | values, st.integers(0, 364))
def test_a_score_is_between_nought_and_a_hundred_and_says_why(
    shape: Shape, value: Decimal | None, day: int
) -> None:
    found = score(shape, value, BEGINS + timedelta(days=day))
    assert found.points is None or 0 <= found.points <= 100
    assert (found.points is None) == (found.why == "not_owed")


def test_between_two_milestones_the_line_is_straight() -> None:
    shape = rising(
        Milestone(date(2026, 4, 1), Decimal(10)), Milestone(date(2026, 4, 11), Decimal(30))
    )
    assert planned(shape, date(2026, 4, 6)) == 20


@pytest.mark.parametrize(
    ("value", "called"),
    [
        (50, "on_course"),
        (49, "at_risk"),
        (45, "at_risk"),
        (44, "behind"),
        (100, "done"),
        (0, "behind"),
    ],
)
def test_behind_is_less_than_nine_tenths_of_what_was_owed(value: int, called: str) -> None:
    shape = rising(Milestone(date(2026, 7, 1), Decimal(50)))
    assert state(shape, value, date(2026, 7, 1), date(2026, 7, 5)) == called


def test_without_a_figure_nothing_is_taken_for_nought() -> None:
    assert state(rising(), None, None, date(2026, 5, 1)) == "unknown"
    assert state(rising(), None, None, date(2025, 12, 1)) == "not_begun"
    assert state(rising(), None, None, date(2027, 1, 1)) == "late"
    assert state(rising(), Decimal(99), date(2026, 12, 31), date(2027, 1, 1)) == "late"


@pytest.mark.parametrize(
    ("value", "called"), [(5, "on_course"), ("5.25", "at_risk"), ("5.26", "behind")]
)
def test_what_must_stay_below_its_limit_is_judged_by_the_limit(value: object, called: str) -> None:
    kept = Shape("below", Decimal(8), Decimal(5), BEGINS, DUE)
    assert state(kept, Decimal(str(value)), date(2026, 6, 30), date(2026, 7, 1)) == called
    assert share(kept, Decimal(10)) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Shape("sideways", Decimal(0), Decimal(1), BEGINS, DUE), "direction"),
        (Shape("up", Decimal(1), Decimal(1), BEGINS, DUE), "wanted"),
        (Shape("down", Decimal(1), Decimal(2), BEGINS, DUE), "wanted"),
        (Shape("up", Decimal(0), Decimal(1), DUE, BEGINS), "due"),
        (rising(Milestone(DUE, Decimal(5))), "milestones"),
        (rising(Milestone(date(2026, 3, 1), Decimal(101))), "milestones"),
        (rising(Milestone(date(2026, 3, 1), Decimal(5)), Milestone(date(2026, 4, 1), Decimal(4))), "milestones"),
    ],
)  # fmt: skip
def test_a_target_that_contradicts_itself_is_refused(wrong: Shape, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check(wrong)
    assert refusal.value.field == field


def test_scores_follow_the_stated_formula() -> None:
    shape = rising(Milestone(date(2026, 6, 30), Decimal(40)))
    june = date(2026, 6, 30)
    assert [score(shape, v, june).points for v in (Decimal(40), Decimal(30), Decimal(60), None)] == [
        Decimal("100.0"), Decimal("75.0"), Decimal("100.0"), Decimal("0.0"),
    ]  # fmt: skip
    assert score(shape, Decimal(40), june, refused=True).why == "refused"
    assert mean([(1, Decimal("100.0")), (3, Decimal("50.0")), (9, None)]) == Decimal("62.5")
    assert mean([]) is None
