"""How many must answer (话务员) in each hour, by Erlang's formula for a queue that waits.

Calls come at random (Poisson), each takes an exponential time, whoever finds nobody free waits and
does not hang up (M/M/n; A. K. Erlang 1917). Each hour is taken by itself, as if it lasted (Green,
Kolesar & Soares 2001 call it SIPP). The hotline's target is GB/T 33358-2016: an answer in 15 s;
the share of 95 % is its connection rate.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commonward.core.refusals import N_, Invalid

OFFICERS_MOST = 2_000
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Terms:
    """What a site staffs for.

    `handling`: seconds that a call occupies an officer, writing included. `answer`: seconds in
    which a call is to be answered; `percent` of the calls. `calls`: calls per hundred cases that
    are filed (enquiries that become no case make it more than 100, other channels less).
    """

    handling: int = 300
    answer: int = 15
    percent: int = 95
    calls: int = 100

    def __post_init__(self) -> None:
        for name, least, most in LIMITS:
            if not least <= getattr(self, name) <= most:
                raise Invalid(
                    N_("Give a whole number from {least} to {most}."),
                    field=name, least=least, most=most,
                )  # fmt: skip


LIMITS: tuple[tuple[str, int, int], ...] = (
    ("handling", 10, 7200), ("answer", 0, 600), ("percent", 50, 99), ("calls", 1, 10_000),
)  # fmt: skip
"""Fields of the terms with the least and the most that is taken."""


def waits(officers: int, load: float) -> float:
    """Erlang C: the chance that a call waits; `load` = calls per hour × hours per call < officers."""
    if load <= 0:
        return 0.0
    lost = 1.0
    for one in range(1, officers + 1):
        lost = load * lost / (one + load * lost)
    return lost / (1 - load / officers * (1 - lost))


def answered(officers: int, calls: float, terms: Terms) -> float:
    """The share of calls answered in time, with so many officers and calls in the hour."""
    load = calls * terms.handling / 3600
    if load >= officers:
        return 0.0
    gone = math.exp(-(officers - load) * terms.answer / terms.handling)
    return 1 - waits(officers, load) * gone


def officers(calls: float, terms: Terms) -> int:
    """The fewest officers who answer the wished share in time; at least one. Raises Invalid where
    more than 2,000 would be needed."""
    load = calls * terms.handling / 3600
    found = max(1, math.floor(load) + 1)
    while found <= OFFICERS_MOST:
        if answered(found, calls, terms) >= terms.percent / 100:
            return found
        found += 1
    raise Invalid(
        N_("More than {most} officers would be needed in one hour: look at the handling time."),
        field="handling",
        most=OFFICERS_MOST,
    )


def cover(weekdays: Sequence[int], needed: Sequence[Sequence[int]]) -> str:
    """Minimum cover in the rosters' own form, a line each: "* 08:00-12:00 3 mon tue".

    `needed`: by day 24 numbers, `weekdays` the days' own; of several Mondays the greatest counts.
    """
    most: dict[tuple[int, int], int] = {}
    for weekday, hours in zip(weekdays, needed, strict=True):
        for hour, count in enumerate(hours):
            most[weekday, hour] = max(most.get((weekday, hour), 0), count)
    lines: dict[tuple[int, int, int], list[str]] = {}
    for weekday in sorted({day for day, _ in most}):
        for begin, end, count in _runs([most[weekday, hour] for hour in range(24)]):
            if count:
                lines.setdefault((begin, end, count), []).append(_WEEKDAYS[weekday])
    return "\n".join(
        f"* {begin:02}:00-{end:02}:00 {count} {' '.join(names)}"
        for (begin, end, count), names in sorted(lines.items())
    )


def _runs(counts: Sequence[int]) -> Iterable[tuple[int, int, int]]:
    begin = 0
    for hour in range(1, len(counts) + 1):
        if hour == len(counts) or counts[hour] != counts[begin]:
            yield begin, hour, counts[begin]
            begin = hour
