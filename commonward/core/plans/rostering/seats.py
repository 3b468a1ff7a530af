"""Seats of teams, kinds of shift and minimum cover, turned into a rostering task (席位排班).

A roster knows *seats* ("team 12, seat 3"), never who sits on one. A line may also stand for a whole
team of so many members. Times are minutes after midnight, days are counted from the first; a shift
belongs to the day on which it begins. A day begins at `Task.turn`, the start of a shift at which the
fewest shifts of the day before are still worked, so that a night is counted whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from commonward.core.plans.rostering.model import (
    OFF,
    SATURDAY,
    SUNDAY,
    Ints,
    Kind,
    Rules,
    Team,
    never_before_by_rest,
)
from commonward.core.refusals import N_, Invalid

DAY, STEP = 24 * 60, 15
LATE, EARLY = 22 * 60, 5 * 60
_LACKS = 100


@dataclass(frozen=True, slots=True)
class Shift:
    """A kind of shift (班次): its name, when it begins, and how long it is, in minutes."""

    name: str
    begin: int
    minutes: int

    @property
    def night(self) -> bool:
        """Whether most of it lies between 22:00 and 5:00 (夜班)."""
        dark = sum(
            (at % DAY) >= LATE or (at % DAY) < EARLY
            for at in range(self.begin, self.begin + self.minutes, STEP)
        )
        return 2 * dark * STEP >= self.minutes


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat (席位) of a team, or (seat 0) a whole team of `members`.

    `areas` are the codes of its area and all above. `least` and `most` count shifts in the whole
    roster (−1: an even share). A wish is (day, kind, weight): above 0 to work that kind, below 0 not
    to work it, or with kind −1 not to work at all.
    """

    team: str
    seat: int
    areas: tuple[str, ...]
    members: int = 1
    skills: tuple[str, ...] = ()
    least: int = -1
    most: int = -1
    off: tuple[int, ...] = ()
    wishes: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Minimum:
    """So many at least in an area ("" everywhere), with a skill ("" any), from `begin` to `end`
    (minutes; an end at or before the begin is the next morning), on these weekdays (Monday 0)."""

    area: str
    skill: str
    begin: int
    end: int
    weekdays: tuple[int, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Ask:
    """The rules for everybody: hours between shifts, runs of days worked and off, weekends with
    work, how far nights may lie above the even share; whether minima hold whatever it costs, and
    whether they count `members` or lines of the sheet."""

    rest_hours: int = 11
    run_least: int = 1
    run_most: int = 5
    rest_least: int = 2
    weekends_most: int = 3
    nights_above: int = 2
    hold: bool = True
    members: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """What is counted in a day: an area, a skill, the hours it stands for, the kinds that count."""

    area: str
    skill: str
    spans: tuple[tuple[int, int], ...]
    kinds: tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """All that a roster is made from; `weekday` is that of the first day (Monday 0)."""

    shifts: tuple[Shift, ...]
    seats: tuple[Seat, ...]
    minima: tuple[Minimum, ...]
    ask: Ask
    days: int
    weekday: int

    def packed(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)

    @classmethod
    def unpacked(cls, given: Mapping[str, Any]) -> "Task":
        """The task of such JSON."""

        def tuples(value: Any) -> Any:
            return tuple(tuples(one) for one in value) if isinstance(value, list | tuple) else value

        def of(kind: Any, one: Mapping[str, Any]) -> Any:
            return kind(**{name: tuples(value) for name, value in one.items()})

        return cls(
            tuple(of(Shift, one) for one in given["shifts"]),
            tuple(of(Seat, one) for one in given["seats"]),
            tuple(of(Minimum, one) for one in given["minima"]),
            Ask(**given["ask"]),
            int(given["days"]),
            int(given["weekday"]),
        )

    @cached_property
    def turn(self) -> int:
        """When a day begins, in minutes after midnight."""

        def still(at: int) -> int:
            return sum(0 < (at - one.begin) % DAY < one.minutes for one in self.shifts)

        begins = sorted({one.begin for one in self.shifts}, key=lambda at: (at - EARLY + 60) % DAY)
        return min(begins, key=still)

    def after_turn(self, at: int) -> int:
        """Minutes of the day at this time of the clock."""
        return (at - self.turn) % DAY

    def begin_of(self, kind: int) -> int:
        """Minutes from midnight of the day of a shift to its begin (a day more after midnight)."""
        return self.turn + self.after_turn(self.shifts[kind].begin)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """What is counted, hours that the same kinds cover joined."""
        return tuple(self._counted)

    @cached_property
    def _counted(self) -> dict[Slot, Ints]:
        """Each slot and its need by day."""
        needs: dict[tuple[str, str], Ints] = {}
        for one in self.minima:
            table = needs.setdefault(
                (one.area, one.skill), np.zeros((self.days, DAY // STEP), dtype=np.int64)
            )
            length = (one.end - one.begin) % DAY or DAY
            steps = [
                self.after_turn(one.begin + passed) // STEP for passed in range(0, length, STEP)
            ]
            for day in range(self.days):
                if (self.weekday + day) % 7 in one.weekdays:
                    table[day, steps] = np.maximum(table[day, steps], one.least)
        kinds_at = [self._kinds_at(step * STEP) for step in range(DAY // STEP)]
        found: dict[Slot, Ints] = {}
        for (area, skill), table in sorted(needs.items()):
            for kinds in dict.fromkeys(kinds_at):
                steps = [s for s, known in enumerate(kinds_at) if known == kinds]
                need = table[:, steps].max(axis=1)
                if need.any():
                    needed = [s for s in steps if table[:, s].any()]
                    found[Slot(area, skill, self._spans(needed), kinds)] = need
        return found

    def _kinds_at(self, minute: int) -> tuple[int, ...]:
        """Kinds that cover the whole quarter of an hour at this minute of the day."""
        return tuple(
            number
            for number, one in enumerate(self.shifts)
            if 0 <= minute - self.after_turn(one.begin) <= one.minutes - STEP
        )

    def _spans(self, steps: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Steps of the day as times of the clock, neighbours joined."""
        spans: list[list[int]] = []
        for step in steps:
            if spans and spans[-1][1] == step:
                spans[-1][1] = step + 1
            else:
                spans.append([step, step + 1])
        return tuple(((self.turn + a * STEP) % DAY, (self.turn + b * STEP) % DAY) for a, b in spans)

    @cached_property
    def serves(self) -> Ints:
        """What each seat counts in each slot: shape (seats, slots)."""
        return np.array(
            [
                [
                    (one.members if self.ask.members else 1)
                    * (slot.area in ("", *one.areas) and slot.skill in ("", *one.skills))
                    for slot in self.slots
                ]
                for one in self.seats
            ],
            dtype=np.int64,
        ).reshape(len(self.seats), len(self.slots))

    def counted(self, rows: Ints) -> Ints:
        """How many each slot of each day has: shape (days, slots)."""
        present = np.zeros((self.days, len(self.slots)), dtype=np.int64)
        for at, slot in enumerate(self.slots):
            present[:, at] = (np.isin(rows, slot.kinds) * self.serves[:, at, None]).sum(axis=0)
        return present

    @cached_property
    def need(self) -> Ints:
        """What each slot of each day needs: shape (days, slots)."""
        if not self._counted:
            return np.zeros((self.days, 0), dtype=np.int64)
        return np.stack(list(self._counted.values()), axis=1)

    def rules(self, *, even: bool = True) -> Rules:
        """The task for the planner. Shifts are counted, so each is one "minute" long there.

        `even`: shifts, nights and weekends stay near the even share (公平) where the sheet says
        nothing else.

        Raises:
            Invalid: in some hour nobody could be on duty, whatever the kind of shift.
        """
        for slot in self.slots:
            if not slot.kinds:
                begin, end = slot.spans[0]
                raise Invalid(
                    N_("From {begin} to {end} there is no kind of shift, but a minimum is asked."),
                    field="cover", begin=clock(begin), end=clock(end),
                )  # fmt: skip
        spans = [(self.after_turn(one.begin), one.minutes) for one in self.shifts]
        never = never_before_by_rest(spans, self.ask.rest_hours * 60)
        kinds = tuple(Kind(s.name, 1, n) for s, n in zip(self.shifts, never, strict=True))
        count = len(self.seats)
        wish_on = np.zeros((count, self.days, len(kinds)), dtype=np.int64)
        wish_off = np.zeros_like(wish_on)
        for at, seat in enumerate(self.seats):
            for day, kind, weight in seat.wishes:
                if weight > 0:
                    wish_on[at, day, kind] += weight
                else:
                    which = slice(None) if kind < 0 else kind
                    wish_off[at, day, which] += abs(weight)
        gives = np.zeros((count, len(kinds), len(self.slots)), dtype=np.int64)
        for number, slot in enumerate(self.slots):
            for kind in slot.kinds:
                gives[:, kind, number] = self.serves[:, number]
        hard = np.full(self.need.shape, self.ask.hold)
        over = np.zeros_like(self.need)
        over[:, [slot.skill == "" for slot in self.slots]] = 1
        return Rules(
            kinds, self._teams(even), wish_on, wish_off, self.need,
            np.full_like(self.need, _LACKS), over, self.weekday, gives, hard,
        )  # fmt: skip

    def _teams(self, even: bool) -> tuple[Team, ...]:
        share, nights, weekends = self._shares()
        teams = []
        for at, seat in enumerate(self.seats):
            least, most = seat.least, seat.most
            if least < 0:
                least = max(0, int(share[at]) - 1) if even else 0
            if most < 0:
                most = int(np.ceil(share[at])) + 2 if even else self.days
            night_most = self.days
            if even and nights[at] > 0:
                night_most = int(np.ceil(nights[at])) + self.ask.nights_above
            weekends_most = self.ask.weekends_most
            if even and weekends[at] > 0:
                weekends_most = min(weekends_most, int(np.ceil(weekends[at])) + 1)
            teams.append(
                Team(
                    tuple(night_most if one.night else self.days for one in self.shifts),
                    min(least, most), most, self.ask.run_least,
                    min(self.ask.run_most, self.days),
                    self.ask.rest_least, weekends_most, frozenset(seat.off),
                )
            )  # fmt: skip
        return tuple(teams)

    def _shares(self) -> tuple[list[float], list[float], list[float]]:
        """Each seat's even share of shifts, nights and weekends with work, from the minima of what
        it serves (the dearest skill asked of it, not their sum)."""
        night = {k for k, one in enumerate(self.shifts) if one.night}
        serving = np.maximum(self.serves.sum(axis=0), 1)
        weekend = [d for d in range(self.days) if (self.weekday + d) % 7 in (SATURDAY, SUNDAY)]
        groups: dict[tuple[str, str], list[tuple[Slot, int]]] = {}
        for number, slot in enumerate(self.slots):
            groups.setdefault((slot.area, slot.skill), []).append((slot, number))
        most = np.zeros((3, len(self.seats)))
        for pairs in groups.values():
            # Whoever serves one slot of an area and a skill serves all of them.
            number = pairs[0][1]
            asked = np.array(self._work(pairs, night, weekend))[:, None] / serving[number]
            most = np.maximum(most, asked * (self.serves[:, number] > 0))
        return most[0].tolist(), most[1].tolist(), most[2].tolist()

    def _work(
        self, pairs: list[tuple[Slot, int]], night: set[int], weekend: list[int]
    ) -> tuple[float, float, float]:
        """Shifts, nights, and places on weekends that the minima of an area and a skill ask for:
        each hour's need, spread over the length of the shifts that cover it."""
        whole = dark = free = 0.0
        for slot, number in pairs:
            hours = sum((b - a) % DAY or DAY for a, b in slot.spans)
            length = sum(self.shifts[k].minutes for k in slot.kinds) / len(slot.kinds)
            need = self.need[:, number] * hours / length
            whole += float(need.sum())
            if set(slot.kinds) <= night:
                dark += float(need.sum())
            # Who works a weekend works both of its days as a rule.
            free += float(need[weekend].sum()) / 2
        return whole, dark, free

    def broken_wishes(self, rows: Ints) -> list[tuple[int, int, int, int]]:
        """Wishes that the roster does not grant: (seat, day, kind or −1, weight)."""
        found = []
        for at, seat in enumerate(self.seats):
            for day, kind, weight in seat.wishes:
                worked = int(rows[at, day])
                met = worked != OFF if kind < 0 else worked == kind
                if met != (weight > 0):
                    found.append((at, day, kind, weight))
        return found


def clock(minutes: int) -> str:
    """A time of the day, "07:30"."""
    return f"{minutes % DAY // 60:02}:{minutes % 60:02}"
