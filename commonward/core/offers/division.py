"""Dividing several things between two sides by Adjusted Winner (调整赢家法).

Each side shares out 100 points over the things. Each thing goes first to who values it more; then
things, in the order of how near both value them, pass from the side that is ahead until both hold
equally many of their own points; at most one thing is split. All in exact fractions.

Source: Brams and Taylor, Fair Division (Cambridge University Press 1996), chapter 4. For honest
points the result is envy-free, equitable and efficient; the sheet shows that by reckoning, so
that nobody has to believe it. It is an offer: nothing is divided before both sign.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from commonward.core.refusals import N_, Invalid

POINTS = 100
_MOST_THINGS = 60


@dataclass(frozen=True, slots=True)
class Share:
    """One thing: both sides' points, and the part of it (0 … 1) that goes to the first side."""

    thing: str
    first_points: int
    second_points: int
    to_first: Fraction

    @property
    def to_second(self) -> Fraction:
        """The part that goes to the second side."""
        return 1 - self.to_first

    @property
    def split(self) -> bool:
        """Whether both get a part: such a thing is sold, shared or paid out."""
        return 0 < self.to_first < 1


@dataclass(frozen=True, slots=True)
class Step:
    """One adjustment: a part of `thing` passed on (`to_first` says which way); points after it."""

    thing: str
    part: Fraction
    to_first: bool
    first_total: Fraction
    second_total: Fraction


@dataclass(frozen=True, slots=True)
class Division:
    """The result with its proof sheet (证明单)."""

    shares: tuple[Share, ...]
    steps: tuple[Step, ...]
    first_total: Fraction
    second_total: Fraction

    @property
    def equitable(self) -> bool:
        """Both hold equally many of their own points."""
        return self.first_total == self.second_total

    @property
    def envy_free(self) -> bool:
        """Neither would rather have the other's part: each holds at least half of their points."""
        return min(self.first_total, self.second_total) >= Fraction(POINTS, 2)

    @property
    def efficient(self) -> bool:
        """No other division is better for one side and not worse for the other.

        That holds exactly when no thing of the second side is, beside what the second side gives it,
        worth more to the first than something the first holds.
        """
        held = [s for s in self.shares if s.to_first > 0]
        given = [s for s in self.shares if s.to_first < 1]
        return all(
            h.first_points * g.second_points >= g.first_points * h.second_points
            for h in held
            for g in given
        ) and all(
            not (s.to_first > 0 and s.first_points == 0 and s.second_points > 0)
            and not (s.to_first < 1 and s.second_points == 0 and s.first_points > 0)
            for s in self.shares
        )


def check_points(points: Mapping[str, int], things: Sequence[str]) -> None:
    """Raises Invalid unless these are whole points, one for each thing, that make 100."""
    if not 2 <= len(things) <= _MOST_THINGS or len(set(things)) != len(things):
        raise Invalid(
            N_("Name between 2 and {most} different things."), most=_MOST_THINGS, field="things"
        )
    if set(points) != set(things) or any(
        type(given) is not int or given < 0 for given in points.values()
    ):
        raise Invalid(N_("Give each thing a whole number of points, 0 or more."), field="points")
    if sum(points.values()) != POINTS:
        raise Invalid(
            N_("The points make {given}; they must make {right}."),
            given=sum(points.values()),
            right=POINTS,
            field="points",
        )


def divide(first: Mapping[str, int], second: Mapping[str, int], things: Sequence[str]) -> Division:
    """The division of the `things` by both sides' points; see `check_points` for refusals."""
    check_points(first, things)
    check_points(second, things)
    part: dict[str, Fraction] = {}
    # A thing that both value alike goes to the side that is behind, then to the first.
    for thing in sorted(things, key=lambda t: (first[t] == second[t], things.index(t))):
        ahead = first[thing] - second[thing]
        if ahead == 0:
            ahead = 1 if _total(first, part) <= _total_second(second, part) else -1
        part[thing] = Fraction(int(ahead > 0))
    steps = _adjusted(first, second, things, part)
    return Division(
        shares=tuple(Share(t, first[t], second[t], part[t]) for t in things),
        steps=tuple(steps),
        first_total=_total(first, part),
        second_total=_total_second(second, part),
    )


def _adjusted(
    first: Mapping[str, int],
    second: Mapping[str, int],
    things: Sequence[str],
    part: dict[str, Fraction],
) -> list[Step]:
    """Pass things from the side ahead, the nearest valued first, until both are equal."""
    gap = _total(first, part) - _total_second(second, part)
    if gap == 0:
        return []
    ahead, behind = (first, second) if gap > 0 else (second, first)
    gap = abs(gap)
    to_first = ahead is second
    held = [t for t in things if part[t] == (0 if to_first else 1) and ahead[t] > 0]
    # The ratio is 1 or more for each; a thing that the other side gives no points passes last.
    held.sort(key=lambda t: (behind[t] == 0, Fraction(ahead[t], behind[t] or 1), things.index(t)))
    steps = []
    for thing in held:
        moved = min(Fraction(1), Fraction(gap, ahead[thing] + behind[thing]))
        part[thing] += moved if to_first else -moved
        gap -= moved * (ahead[thing] + behind[thing])
        steps.append(Step(thing, moved, to_first, _total(first, part), _total_second(second, part)))
        if gap == 0:
            break
    return steps


def _total(points: Mapping[str, int], part: Mapping[str, Fraction]) -> Fraction:
    return sum((points[t] * p for t, p in part.items()), Fraction(0))


def _total_second(points: Mapping[str, int], part: Mapping[str, Fraction]) -> Fraction:
    return sum((points[t] * (1 - p) for t, p in part.items()), Fraction(0))
