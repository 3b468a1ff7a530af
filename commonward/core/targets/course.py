"""One target: how far it has come, how far it should have come by a day, and what that is called.

All arithmetic is exact (fractions); a target without a figure is never taken for nought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from commonward.core.refusals import N_, Invalid

RULE = "course-1"
"""The version of the rule below; it stands beside whatever was judged by it."""
BEHIND = Fraction(9, 10)
"""Below this share of what should have been reached by the day, a target is behind (落后)."""
NEAR = Fraction(21, 20)
"""A value to be kept below its limit is at risk up to this multiple of it, behind above."""

UP, DOWN, BELOW = "up", "down", "below"
DIRECTIONS = (UP, DOWN, BELOW)
"""To rise from the baseline (增加), to fall from it (减少), to stay at or below a limit (不超过)."""

DONE, ON_COURSE, AT_RISK, BEHIND_STATE, LATE, UNKNOWN, NOT_BEGUN = (
    "done", "on_course", "at_risk", "behind", "late", "unknown", "not_begun",
)  # fmt: skip
STATES = (LATE, BEHIND_STATE, UNKNOWN, AT_RISK, ON_COURSE, DONE, NOT_BEGUN)
"""The worst first."""
OWES = frozenset({LATE, BEHIND_STATE})
"""States for which a supervision order (督办) is proposed."""

Exact = Decimal | int | Fraction


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step on the way (节点): what should have been reached by a day."""

    due: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Shape:
    """What is wanted of a target, from which value, between which days, over which milestones."""

    direction: str
    baseline: Decimal
    wanted: Decimal
    begins: date
    due: date
    milestones: Sequence[Milestone] = ()


def check(shape: Shape) -> None:
    """Raises Invalid naming what does not fit: the direction, the values, the days."""
    if shape.direction not in DIRECTIONS:
        raise Invalid(
            N_("The direction is one of {known}."), known=", ".join(DIRECTIONS), field="direction"
        )
    if shape.due <= shape.begins:
        raise Invalid(N_("The target ends before it begins."), field="due")
    if shape.direction == UP and shape.wanted <= shape.baseline:
        raise Invalid(
            N_("A target that rises wants more than its baseline {baseline}."),
            baseline=shape.baseline,
            field="wanted",
        )
    if shape.direction == DOWN and shape.wanted >= shape.baseline:
        raise Invalid(
            N_("A target that falls wants less than its baseline {baseline}."),
            baseline=shape.baseline,
            field="wanted",
        )
    _check_milestones(shape)


def _check_milestones(shape: Shape) -> None:
    before_day, before = shape.begins, shape.baseline
    for one in shape.milestones:
        if not before_day < one.due < shape.due:
            raise Invalid(
                N_(
                    "The milestone of {day} lies outside the target's days, or not after the one before."
                ),
                day=one.due.isoformat(),
                field="milestones",
            )
        back = one.value < before if shape.direction == UP else one.value > before
        past = one.value > shape.wanted if shape.direction == UP else one.value < shape.wanted
        if shape.direction != BELOW and (back or past):
            raise Invalid(
                N_("The milestone of {day} leads back, or past what is wanted."),
                day=one.due.isoformat(),
                field="milestones",
            )
        before_day, before = one.due, one.value


def planned(shape: Shape, on: date) -> Fraction:
    """The value that should stand on a day: straight lines from the baseline over the milestones.

    What must stay below a limit has the limit of its last milestone by then, else the wanted one.
    """
    if shape.direction == BELOW:
        return Fraction(next((m.value for m in shape.milestones if on <= m.due), shape.wanted))
    points = [
        (shape.begins, Fraction(shape.baseline)),
        *((m.due, Fraction(m.value)) for m in shape.milestones),
        (shape.due, Fraction(shape.wanted)),
    ]
    if on <= shape.begins:
        return points[0][1]
    for (day, value), (next_day, next_value) in zip(points, points[1:], strict=False):
        if on <= next_day:
            share = Fraction((on - day).days, (next_day - day).days)
            return value + (next_value - value) * share
    return points[-1][1]


def share(shape: Shape, value: Exact) -> Fraction:
    """How much of the way a value is, from 0 to 1; 1 only where what is wanted is reached.

    What must stay below its limit is whole while it does, and above it as small as the limit is
    beside the value.
    """
    here = Fraction(value)
    wanted = Fraction(shape.wanted)
    if shape.direction == BELOW:
        if here <= wanted:
            return Fraction(1)
        return max(Fraction(0), wanted / here) if here > 0 else Fraction(0)
    base = Fraction(shape.baseline)
    return min(Fraction(1), max(Fraction(0), (here - base) / (wanted - base)))


def state(shape: Shape, value: Exact | None, value_on: date | None, today: date) -> str:
    """What a target is called today by the rule `course-1`, upon its last value and its day.

    Reached is done; past its day and not reached is late; below nine tenths of what should have
    been reached by the value's day is behind, below all of it at risk.
    """
    if value is None or value_on is None:
        if today <= shape.begins:
            return NOT_BEGUN
        return LATE if today > shape.due else UNKNOWN
    reached = share(shape, value)
    if shape.direction == BELOW:
        return _held(shape, Fraction(value), value_on, today)
    if reached == 1:
        return DONE
    if today > shape.due:
        return LATE
    should = share(shape, planned(shape, value_on))
    if reached < should * BEHIND:
        return BEHIND_STATE
    return AT_RISK if reached < should else ON_COURSE


def standing(
    shape: Shape, value: Decimal | None, value_on: date | None, today: date
) -> tuple[Fraction | None, str]:
    """`share` and `state` at once, in whole numbers of ten thousandths: for lists of thousands.

    Values have at most four places after the point, as they are kept.
    """
    if value is None or value_on is None or shape.direction == BELOW:
        reached = None if value is None else share(shape, value)
        return reached, state(shape, value, value_on, today)
    base, way = _whole(shape.baseline), _whole(shape.wanted)
    sign = 1 if way > base else -1
    way = (way - base) * sign
    gone = min(way, max(0, (_whole(value) - base) * sign))
    reached = Fraction(gone, way)
    if gone == way:
        return reached, DONE
    if today > shape.due:
        return reached, LATE
    over, under = _should(shape, value_on, base, way, sign)
    if gone * under * 10 < over * 9:
        return reached, BEHIND_STATE
    return reached, AT_RISK if gone * under < over else ON_COURSE


def _whole(value: Decimal) -> int:
    return int(value.scaleb(4))


def _should(shape: Shape, on: date, base: int, way: int, sign: int) -> tuple[int, int]:
    """How much of the way should have been gone by a day, as numerator and denominator."""
    day, gone = shape.begins, 0
    if on <= day:
        return 0, 1
    for one in shape.milestones:
        then = (_whole(one.value) - base) * sign
        if on <= one.due:
            days = (one.due - day).days
            return gone * days + (then - gone) * (on - day).days, days
        day, gone = one.due, then
    if on <= shape.due:
        days = (shape.due - day).days
        return gone * days + (way - gone) * (on - day).days, days
    return way, 1


def _held(shape: Shape, value: Fraction, value_on: date, today: date) -> str:
    limit = planned(shape, value_on)
    if value <= limit:
        return DONE if today > shape.due and value <= Fraction(shape.wanted) else ON_COURSE
    if today > shape.due:
        return LATE
    return AT_RISK if value <= limit * NEAR else BEHIND_STATE


def next_milestone(shape: Shape, today: date) -> Milestone:
    """The next value that is owed, and its day; the last one is the target itself."""
    following = (m for m in shape.milestones if m.due >= today)
    return next(following, Milestone(shape.due, shape.wanted))
