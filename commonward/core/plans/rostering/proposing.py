"""What can be done when a seat falls out for some days: proposals, the fewest changes first.

Only the part of the roster that shares cover with the seat is looked at. The first proposal changes
the fewest other seats; a second leaves those alone whom the first would change; the last changes
nobody and says what is short.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from commonward.core.plans.rostering.checking import check
from commonward.core.plans.rostering.model import OFF, Ints, Rules, Team
from commonward.core.plans.rostering.parts import apart
from commonward.core.plans.rostering.repair import Repair, repair
from commonward.core.plans.running import Watch


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes (seat, day, was, now) of others, what is then newly short (day, slot, how many), and
    whether fewer changes are proven to be impossible."""

    changes: tuple[tuple[int, int, int, int], ...]
    lacking: tuple[tuple[int, int, int], ...]
    proven: bool


def propose(
    rules: Rules,
    roster: Ints,
    absent: int,
    days: Sequence[int],
    away: Mapping[int, Sequence[int]],
    seconds: float = 4.0,
    watch: Callable[[float], Watch] = lambda seconds: Watch(seconds=seconds),
) -> list[Proposal]:
    """Up to three proposals. `away` are days on which seats were marked absent before.

    Raises:
        Invalid: there is no such seat or day.
    """
    rules = _as_it_is(rules, roster, away)
    part = next(one for one in apart(rules) if absent in one.teams)
    own = part.teams.tolist()
    rows = roster[part.teams]
    at = own.index(absent)
    first = repair(part.rules, rows, at, days, watch=watch(seconds * 0.6))
    found = [_proposal(first, own, part.slots)]
    touched = {change.team for change in first.changes}
    if touched:
        kept = _held(part.rules, rows, touched)
        second = repair(kept, rows, at, days, watch=watch(seconds * 0.4))
        other = _proposal(second, own, part.slots)
        if other.changes and other.lacking == found[0].lacking:
            found.append(replace(other, proven=False))
        left = rows.copy()
        left[at, list(days)] = OFF
        found.append(Proposal((), _newly_short(part.rules, rows, left, part.slots), True))
    return found


def _proposal(one: Repair, own: list[int], slots: Ints) -> Proposal:
    changes = ((own[c.team], c.day, c.was, c.now) for c in one.changes)
    lacking = ((day, int(slots[slot]), missing) for day, slot, missing in one.lacking)
    return Proposal(tuple(sorted(changes)), tuple(sorted(lacking)), one.proven)


def _newly_short(
    rules: Rules, old: Ints, new: Ints, slots: Ints
) -> tuple[tuple[int, int, int], ...]:
    before, after = _short(rules, old), _short(rules, new)
    return tuple(
        (int(day), int(slots[slot]), int(after[day, slot]))
        for day, slot in np.argwhere(after > before)
    )


def _short(rules: Rules, roster: Ints) -> Ints:
    left = rules.need.copy()
    for team, row in enumerate(roster):
        left -= rules.gives[team, row] * (row != OFF)[:, None]
    return np.maximum(left, 0)


def _as_it_is(rules: Rules, roster: Ints, away: Mapping[int, Sequence[int]]) -> Rules:
    """The rules with days away as days off; a seat whose row an absence left outside of its own
    rules keeps what it has."""
    teams = list(rules.teams)
    for seat, gone in away.items():
        free = teams[seat].off | {day for day in gone if roster[seat, day] == OFF}
        teams[seat] = replace(teams[seat], off=free)
    now = replace(rules, teams=tuple(teams))
    broken = {fault.team for fault in check(now, roster.tolist()).faults if fault.team >= 0}
    return _held(now, roster, broken)


def _held(rules: Rules, roster: Ints, seats: set[int]) -> Rules:
    """The rules with these seats held to the shifts that they have."""
    teams = list(rules.teams)
    for seat in seats:
        row = roster[seat]
        most = tuple(int((row == kind).sum()) for kind in range(len(rules.kinds)))
        off = frozenset(int(day) for day in np.flatnonzero(row == OFF))
        worked = sum(rules.kinds[int(kind)].minutes for kind in row if kind != OFF)
        teams[seat] = Team(
            most=most, minutes_least=worked, minutes_most=worked, run_least=1,
            run_most=rules.days, rest_least=1, weekends_most=rules.days, off=off,
        )  # fmt: skip
    return replace(rules, teams=tuple(teams))
