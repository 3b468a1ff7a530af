"""What units pledge to each other (承诺共建): kinds, how often a duty falls due, half days of a pool."""

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from commonward.core.refusals import N_, Invalid
from commonward.core.risk.allowed import refuse_against_people
from commonward.core.targets.allowed import refuse_people

ALLIANCES: Mapping[str, str] = {
    "street": N_("Shops of a street"),
    "estate": N_("An estate and its neighbours"),
    "school": N_("Around a school"),
    "work": N_("Firms and their workers"),
    "justice": N_("Courts, prisons and offices"),
    "border": N_("Across a border"),
}
"""Kinds of alliance (联盟类型)."""
UNITS: Mapping[str, str] = {
    "office": N_("Office"),
    "firm": N_("Firm"),
    "shop": N_("Shop"),
    "manager": N_("Property manager"),
    "school": N_("School"),
    "court": N_("Court"),
    "prison": N_("Prison"),
    "neighbour": N_("Neighbouring district"),
}
"""Kinds of unit that join one (成员单位)."""
POOLED: Mapping[str, str] = {
    "room": N_("Meeting room"),
    "team": N_("Team"),
    "equipment": N_("Equipment"),
}
"""What is pooled (共享资源)."""
PARTS: Mapping[str, str] = {
    "morning": N_("Morning"),
    "afternoon": N_("Afternoon"),
    "evening": N_("Evening"),
}
"""A thing of the pool is booked by these parts of a day."""
REPEATS: Mapping[str, tuple[int, int]] = {
    "once": (0, 0),
    "week": (0, 7),
    "month": (1, 0),
    "quarter": (3, 0),
    "half_year": (6, 0),
    "year": (12, 0),
}
"""How often a duty falls due: months and days between two of its days."""
MOST_DAYS = 160
"""Of one duty: weekly for three years."""


def due_days(first: date, repeats: str, last: date) -> tuple[date, ...]:
    """The days on which a duty falls due, from `first` to `last` at the latest.

    A duty of the 31st falls due on the last day of shorter months and on the 31st again after.
    Raises Invalid for an unknown rhythm, a first day after the last, or more than `MOST_DAYS`.

    >>> [str(day) for day in due_days(date(2026, 1, 31), "month", date(2026, 4, 15))]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    if repeats not in REPEATS:
        raise Invalid(N_("Say how often: choose one of the list."), field="repeats")
    if first > last:
        raise Invalid(N_("The first day lies after the end of the agreement."), field="due_on")
    found = []
    for day in _days(first, *REPEATS[repeats]):
        if day > last:
            break
        found.append(day)
        if len(found) > MOST_DAYS:
            raise Invalid(
                N_("It would fall due more than {most} times; choose a longer rhythm."),
                most=MOST_DAYS,
                field="repeats",
            )
    return tuple(found)


def _days(first: date, months: int, days: int) -> Iterator[date]:
    yield first
    turn = 0
    while months or days:
        turn += 1
        if days:
            yield first + timedelta(days=days * turn)
            continue
        year, month = divmod(first.year * 12 + first.month - 1 + months * turn, 12)
        last = calendar.monthrange(year, month + 1)[1]
        yield date(year, month + 1, min(first.day, last))


def refuse_personal(*texts: str, field: str) -> None:
    """Raises Invalid where a pledge is about persons: units pledge works, not watching anybody."""
    for text in texts:
        refuse_people(text, field=field)
    refuse_against_people(*texts, field=field)
