"""A roster read again from nothing but the rules: its penalty, and every hard rule it breaks.

Shares no code with the planners, on purpose: what they believe of themselves is checked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from commonward.core.plans.rostering.model import OFF, SATURDAY, SUNDAY, Rules, Team
from commonward.core.refusals import N_

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Fault:
    """A hard rule broken: by which team (NOBODY for want of cover), an English text with places, and the values."""

    team: int
    text: str
    values: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a roster costs, by part, and what it breaks (nothing, if it is to be used)."""

    wishes: int
    under: int
    over: int
    faults: tuple[Fault, ...]

    @property
    def penalty(self) -> int:
        """The whole penalty."""
        return self.wishes + self.under + self.over


def check(rules: Rules, roster: Sequence[Sequence[int]]) -> Checked:
    """The roster's penalty and faults; `roster[team][day]` is a kind's number or OFF."""
    wishes = 0
    faults: list[Fault] = []
    slots = rules.need.shape[1]
    present = [[0] * slots for _ in range(rules.days)]
    for number, (team, row) in enumerate(zip(rules.teams, roster, strict=True)):
        worked = [int(kind) for kind in row]
        faults += [Fault(number, text, values) for text, values in _broken(rules, team, worked)]
        for day, kind in enumerate(worked):
            if kind != OFF:
                for slot in range(slots):
                    present[day][slot] += int(rules.gives[number, kind, slot])
            for wished in range(len(rules.kinds)):
                if kind == wished:
                    wishes += int(rules.wish_off[number, day, wished])
                else:
                    wishes += int(rules.wish_on[number, day, wished])
    under = over = 0
    for day, counts in enumerate(present):
        for slot, count in enumerate(counts):
            missing = int(rules.need[day, slot]) - count
            if missing > 0 and rules.hard[day, slot]:
                values: dict[str, int | str] = {"day": day, "slot": slot, "missing": missing}
                faults.append(
                    Fault(NOBODY, N_("On day {day}, slot {slot} lacks {missing}."), values)
                )
                continue
            under += max(0, missing) * int(rules.under[day, slot])
            over += max(0, -missing) * int(rules.over[day, slot])
    return Checked(wishes, under, over, tuple(faults))


def _broken(rules: Rules, team: Team, row: list[int]) -> list[tuple[str, dict[str, int | str]]]:
    found: list[tuple[str, dict[str, int | str]]] = []
    for day, (kind, after) in enumerate(zip(row, [*row[1:], OFF], strict=True)):
        if kind != OFF and day in team.off:
            found.append((N_("Day {day} is free for certain, but it is worked."), {"day": day}))
        if kind != OFF and after in rules.kinds[kind].never_before:
            values: dict[str, int | str] = {"day": day + 1, "after": rules.kinds[after].name}
            values["kind"] = rules.kinds[kind].name
            found.append((N_("On day {day}, {after} comes too soon after {kind}."), values))
    for kind, most in enumerate(team.most):
        count = row.count(kind)
        if count > most:
            values = {"kind": rules.kinds[kind].name, "count": count, "most": most}
            found.append((N_("{count} shifts {kind}, at most {most} are allowed."), values))
    minutes = sum(rules.kinds[kind].minutes for kind in row if kind != OFF)
    if not team.minutes_least <= minutes <= team.minutes_most:
        values = {"minutes": minutes, "least": team.minutes_least, "most": team.minutes_most}
        found.append((N_("{minutes} minutes are not within {least} and {most}."), values))
    found += _runs_broken(team, row)
    weekends = {
        (rules.first_weekday + day) // 7
        for day, kind in enumerate(row)
        if kind != OFF and rules.weekday(day) in (SATURDAY, SUNDAY)
    }
    if len(weekends) > team.weekends_most:
        values = {"count": len(weekends), "most": team.weekends_most}
        found.append((N_("{count} weekends with work, at most {most} are allowed."), values))
    return found


def _runs_broken(team: Team, row: list[int]) -> list[tuple[str, dict[str, int | str]]]:
    found: list[tuple[str, dict[str, int | str]]] = []
    day = 0
    for working, group in groupby(row, key=lambda kind: kind != OFF):
        length = len(list(group))
        inside = day > 0 and day + length < len(row)
        least, most = (
            (team.run_least, team.run_most) if working else (team.rest_least, team.rest_most)
        )
        values: dict[str, int | str] = {"day": day, "length": length, "least": least}
        if inside and length < least:
            found.append(
                (N_("From day {day} only {length} worked days in a row, not {least}."), values)
                if working
                else (N_("From day {day} only {length} days off in a row, not {least}."), values)
            )
        if most is not None and length > most:
            values = {"day": day, "length": length, "most": most}
            found.append(
                (N_("From day {day} {length} worked days in a row, not {most}."), values)
                if working
                else (N_("From day {day} {length} days off in a row, not {most}."), values)
            )
        day += length
    return found
