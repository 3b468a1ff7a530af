"""What a roster must keep and what it should: teams × days × kinds of shift."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from commonward.core.refusals import N_, Invalid

Ints = npt.NDArray[np.int64]
OFF = -1
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of shift (班次): its length in minutes and the kinds (numbers) that may not be worked
    on the day after it."""

    name: str
    minutes: int
    never_before: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Team:
    """The hard rules of one team over the whole horizon.

    `most` is how often each kind may be worked (0: never, e.g. for want of a skill); minutes are
    totals. Runs are consecutive days: `run_least`..`run_most` worked days, `rest_least`..`rest_most`
    days off (None: without end). `weekends_most` counts weekends with any work; `off` are the days
    that are free for certain.
    """

    most: tuple[int, ...]
    minutes_least: int
    minutes_most: int
    run_least: int
    run_most: int
    rest_least: int
    weekends_most: int
    off: frozenset[int] = frozenset()
    rest_most: int | None = None


@dataclass(frozen=True)
class Rules:
    """A rostering task: hard rules, wishes and cover.

    `wish_on`/`wish_off`: penalty when the team does not / does work that kind on that day, integers
    of shape (teams, days, kinds). `need`, `under`, `over`, shape (days, slots): what each slot of a
    day needs, and the penalty of each one short or too many. `gives` (teams, kinds, slots) is what
    a team brings to each slot by working a kind, e.g. its members in that hour; without it the
    slots are the kinds and each team counts one. Where `hard` (days, slots) is true the need is a
    minimum that a roster must give, whatever it costs. Day 0 is the weekday `first_weekday` (Monday 0).

    Before the first and after the last day any run is taken as long enough, and none as too long
    (the convention of the benchmark of Curtois and Qu, 2014).
    """

    kinds: tuple[Kind, ...]
    teams: tuple[Team, ...]
    wish_on: Ints
    wish_off: Ints
    need: Ints
    under: Ints
    over: Ints
    first_weekday: int = 0
    gives: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    hard: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=np.bool_))

    def __post_init__(self) -> None:
        if not self.gives.size and self.need.shape[1:] == (len(self.kinds),):
            one = np.eye(len(self.kinds), dtype=np.int64)
            object.__setattr__(self, "gives", np.tile(one, (len(self.teams), 1, 1)))
        if not self.hard.size:
            object.__setattr__(self, "hard", np.zeros(self.need.shape, dtype=np.bool_))
        shape = (len(self.teams), self.days, len(self.kinds))
        if self.gives.shape != (len(self.teams), len(self.kinds), self.need.shape[1]):
            raise Invalid(N_("It has to be said what each team gives to each slot by each kind."))
        if self.wish_on.shape != shape or self.wish_off.shape != shape:
            raise Invalid(N_("Wishes have to name every team, day and kind of shift."))
        if any(of.shape != self.need.shape for of in (self.under, self.over, self.hard)):
            raise Invalid(
                N_("Each need of cover has one penalty for too few and one for too many.")
            )
        if (self.need < 0).any() or (self.under < 0).any() or (self.over < 0).any():
            raise Invalid(N_("Needs and penalties of cover are not negative."))
        for number, team in enumerate(self.teams):
            if len(team.most) != len(self.kinds):
                raise Invalid(
                    N_("Team {team} has to say how often it may work each kind of shift."),
                    team=number,
                )

    @property
    def days(self) -> int:
        """Days planned."""
        return int(self.need.shape[0])

    def weekday(self, day: int) -> int:
        """The weekday of a day, Monday 0."""
        return (self.first_weekday + day) % 7

    @cached_property
    def short(self) -> Ints:
        """The penalty of each one short with the hard ones dearer than all else together."""
        everything = self.wish_on.sum() + self.wish_off.sum() + (self.need * self.under).sum()
        surplus = self.gives.max(axis=1).sum(axis=0) * self.over
        return np.where(self.hard, 1 + int(everything + surplus.sum()), self.under)

    @cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """Which kinds each team may work on each day, taken alone: (teams, days, kinds)."""
        may = np.zeros((len(self.teams), self.days, len(self.kinds)), dtype=np.bool_)
        for number, team in enumerate(self.teams):
            may[number] = np.array(team.most) > 0
            may[number, sorted(team.off)] = False
        return may


def never_before_by_rest(spans: Sequence[tuple[int, int]], rest: int) -> list[frozenset[int]]:
    """For shifts (start, length) in minutes after midnight: which kinds come too soon on the next
    day for `rest` minutes in between."""
    return [
        frozenset(
            later
            for later, (begin, _) in enumerate(spans)
            if 24 * 60 + begin - (start + length) < rest
        )
        for start, length in spans
    ]
