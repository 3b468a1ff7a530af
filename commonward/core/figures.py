"""The figures by which offices are measured (评价指标): each defined once, numerator and denominator.

The moment of reckoning decides what is due. A case leaves the closing rate altogether while it is
suspended (挂账), when it was void, not accepted or joined to another, when its overtime mark was
taken back on appeal, and when no total limit was stated for it: there is nothing to be in time for.
(Definitions: GB/T 30428.4, after the tables of deployed systems.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

NO_CASE = frozenset({"void", "refused", "joined"})
"""Outcomes of what was no case of its own (作废, 不予受理, 并案).

A duplicate (捆绑) is answered with its original: counted too, one pothole that forty people report
would be forty cases, and joining them quickly would be forty cases closed in time. It leaves every
figure of cases, numerator and denominator alike; its reporter is asked and counted like any other.
The shipped condition `real` of the indicators says the same (a test compares the two)."""


class Verdict(StrEnum):
    """How one case counts in the closing rate."""

    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE = "overdue"
    NOT_DUE = "not_due"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the closing rate asks of a case at the moment of reckoning.

    `met` says whether its total clock was stopped in time (None while it runs), `passed` whether
    its due moment has come.
    """

    limited: bool
    closed: bool
    met: bool | None
    passed: bool
    suspended: bool = False
    outcome: str = ""
    counted: bool = True


def verdict(case: Standing) -> Verdict:
    """How the case counts: closed in time or late, open and overdue, not yet due, or not at all.

    >>> verdict(Standing(limited=True, closed=True, met=True, passed=True))
    <Verdict.IN_TIME: 'in_time'>
    >>> verdict(Standing(limited=True, closed=False, met=None, passed=True))
    <Verdict.OVERDUE: 'overdue'>
    """
    if not case.limited or not case.counted or case.outcome in NO_CASE:
        return Verdict.OUT
    if case.closed:
        return Verdict.IN_TIME if case.met else Verdict.LATE
    if case.suspended:
        return Verdict.OUT
    return Verdict.OVERDUE if case.passed else Verdict.NOT_DUE


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many; never shown without its denominator."""

    numerator: int
    denominator: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None

    def __str__(self) -> str:
        return "–" if self.share is None else f"{self.share:.2%}"


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing figures (结案) of many cases at one moment."""

    in_time: int = 0
    late: int = 0
    overdue: int = 0
    not_due: int = 0
    out: int = 0

    @classmethod
    def of(cls, cases: Iterable[tuple[Standing, int]]) -> Self:
        """Add up standings, each with how many cases stand so."""
        sums = dict.fromkeys(Verdict, 0)
        for standing, count in cases:
            sums[verdict(standing)] += count
        return cls(**{found.value: count for found, count in sums.items()})

    def __add__(self, other: "Closing") -> "Closing":
        return Closing(
            self.in_time + other.in_time,
            self.late + other.late,
            self.overdue + other.overdue,
            self.not_due + other.not_due,
            self.out + other.out,
        )

    @property
    def due(self) -> int:
        """Due to be closed (应结案): closed ones, and open ones whose due moment has come."""
        return self.in_time + self.late + self.overdue

    @property
    def closed_in_time(self) -> Rate:
        """按期结案率: closed in time / due to be closed."""
        return Rate(self.in_time, self.due)

    @property
    def closed(self) -> Rate:
        """结案率: closed / due to be closed."""
        return Rate(self.in_time + self.late, self.due)


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which that share of the sorted values lies, interpolated between neighbours
    (type 7 of Hyndman and Fan, 1996: what numpy and PostgreSQL's percentile_cont give).

    >>> quantile([1, 2, 3, 4], 0.5)
    2.5
    """
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))
