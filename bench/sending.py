"""A hundred thousand calls through the dispatcher: none lost, nobody sent twice, all explained.

Calls overlap; units answer, arrive, fail on the way, are freed, break down, rest and are reserved.
The dispatcher is `Fleet`, with the rules of a site; the book that is kept beside it knows nothing of
its arrays and says of each choice whether it was allowed.
"""

import heapq
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.rows import Context, Row
from commonward.core.plans.dispatching import (
    Agreement,
    Call,
    Fleet,
    Need,
    Recommendation,
    Rules,
    Said,
    Unit,
)
from commonward.core.plans.roads import RoadGraph, generated

DATABASES = ("",)
FORCES = ("police", "fire", "ambulance", "utility")
AREAS = ("4301", "4302")
STATIONS = ("north", "south", "east", "west")
BETWEEN, WORK = 36.0, (600.0, 2_700.0)
"""Mean seconds between calls, and how long a unit works at the place."""
WEIGHTS = {1: 10, 2: 3, 3: 1}


@dataclass
class Told:
    """What was counted: all of it should be nought but for the calls and the orders."""

    calls: int = 0
    orders: int = 0
    failures: int = 0
    short: int = 0
    together: int = 0
    overlapping: int = 0
    lost: int = 0
    twice: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    unexplained: int = 0

    @property
    def clean(self) -> bool:
        """Whether every rule held."""
        return not (self.lost or self.twice or self.unexplained or self.wrong)


@dataclass
class _Open:
    """A call that is not over: what it still needs, and who is on it."""

    number: int
    place: int
    area: str
    kind: str
    priority: int
    left: dict[int, Need]
    out: set[int] = field(default_factory=set)


def bench(ctx: Context) -> list[Row]:
    """The same at full size; processor time of everything, the book and the checks with it."""
    calls = ctx.count(100_000, 2_000)
    began = time.process_time()
    told = played(calls, seed=1)
    spent = time.process_time() - began
    return [
        Row(
            f"{calls:,} overlapping calls through the dispatcher (240 units, site rules)",
            f"{told.lost} lost, {told.twice} sent twice, {told.unexplained} unexplained, "
            f"{sum(told.wrong.values())} against a rule",
            "none",
            told.clean and told.calls == calls,
            f"{told.orders:,} units ordered, {told.failures:,} failed on the way and were replaced, "
            f"{told.short:,} times short, {told.together:,} joint plans, at most {told.overlapping} "
            f"calls at once; {spent:.0f} CPU s",
        )
    ]


def fleet_of(graph: RoadGraph, seed: int, count: int = 240) -> Fleet:
    """Units of four forces at four stations and in two areas, with minimums and agreements."""
    chance = random.Random(f"units {seed}")
    units = [
        Unit(
            key=key,
            node=chance.randrange(len(graph)),
            agency=FORCES[key % len(FORCES)],
            kind=chance.choice(("car", "van")),
            skills=frozenset(chance.sample(("ropes", "gas"), chance.randrange(3))),
            crew=chance.randrange(2, 6),
            station=chance.choice(STATIONS),
            areas=frozenset((chance.choice(AREAS),)) if key % 3 == 0 else frozenset(),
        )
        for key in range(count)
    ]
    posts = [(station, force, "") for station in STATIONS for force in FORCES]
    return Fleet(
        graph,
        units,
        Rules(
            keeps=dict.fromkeys(posts, 2),
            yields=dict.fromkeys(posts, 1),
            crews={("fire", ""): 3},
            agreements=(Agreement("fire", "4302", "4301", calls=frozenset({"blaze"}), priority=2),),
        ),
    )


def played(calls: int, seed: int, *, graph: RoadGraph | None = None) -> Told:
    """Play so many calls to their end, and count what went wrong."""
    town = graph or generated(11, rows=24, columns=24)
    town.prepare(12)
    game = _Game(fleet_of(town, seed), seed)
    game.play(calls)
    return game.told


class _Game:
    """The dispatcher's fleet, and a book of its own that checks it."""

    def __init__(self, fleet: Fleet, seed: int) -> None:
        self.fleet, self.told = fleet, Told()
        self.chance = random.Random(f"calls {seed}")
        self.units = {unit.key: unit for unit in fleet.roster.units}
        self.held: dict[int, int] = {}
        self.away: set[int] = set()
        self.failing: dict[int, tuple[int, Need]] = {}
        self.open: dict[int, _Open] = {}
        self.waiting: list[tuple[int, int]] = []
        self.events: list[tuple[float, int, str, int, int]] = []
        self.count = self.over = 0

    def play(self, calls: int) -> None:
        """All calls, and after the last one whatever is left, until nothing happens any more."""
        moment = 0.0
        for number in range(calls):
            moment += self.chance.expovariate(1 / BETWEEN)
            self.at(moment, "call", number, 0)
        while self.events:
            while self.events:
                now, _, what, which, unit = heapq.heappop(self.events)
                getattr(self, f"on_{what}")(now, which, unit)
                self.told.overlapping = max(self.told.overlapping, len(self.open))
            for _ in range(len(self.waiting)):
                self.retry(now)
        self.told.lost = calls - self.over

    def at(self, moment: float, what: str, which: int, unit: int) -> None:
        self.count += 1
        heapq.heappush(self.events, (moment, self.count, what, which, unit))

    def on_call(self, now: float, number: int, _unit: int) -> None:
        """A call comes in; every hundredth waits a little, to be planned with all others."""
        chance = self.chance
        forces = chance.sample(FORCES, chance.choice((1, 1, 2, 3)))
        needs = {
            place: Need(
                force,
                chance.choice(("", "", "car")),
                chance.choice((1, 1, 2)),
                frozenset({"gas"}) if chance.random() < 0.15 else frozenset(),
                chance.choice((0, 0, 3)),
            )
            for place, force in enumerate(forces)
        }
        one = _Open(
            number, chance.randrange(len(self.fleet.graph)),
            f"/43/{chance.choice(AREAS)}/", chance.choice(("blaze", "other")),
            chance.choice((1, 2, 2, 3)), needs,
        )  # fmt: skip
        self.told.calls += 1
        self.open[number] = one
        if chance.random() < 0.02:
            self.at(
                now + 120 + 7200 * chance.random(), "pause", chance.randrange(len(self.units)), 0
            )
        if number % 100 == 99:
            heapq.heappush(self.waiting, (one.priority, number))
            self.together(now)
        elif not self.served(now, one):
            heapq.heappush(self.waiting, (one.priority, number))

    def served(self, now: float, one: _Open) -> bool:
        """Ask, check every word of the answer, order what was picked; whether that was all."""
        places = sorted(one.left)
        found = self.fleet.recommend(
            one.place, [one.left[place] for place in places], area=one.area, kind=one.kind,
            priority=one.priority, covered=False,
        )  # fmt: skip
        self.checked(found, [one.left[place] for place in places])
        for pick in found.picks:
            self.order(now, one, places[pick.need], pick.unit, pick.seconds)
        self.told.short += bool(found.shortfalls)
        return not one.left

    def together(self, now: float) -> None:
        """All waiting calls at once, by one proven plan."""
        waiting = [self.open[number] for _, number in sorted(self.waiting)][:20]
        needs = [sorted(one.left) for one in waiting]
        plan = self.fleet.choose_together(
            [
                Call(one.place, tuple(one.left[n] for n in places), one.area,
                     WEIGHTS[one.priority], one.kind, one.priority)
                for one, places in zip(waiting, needs, strict=True)
            ]
        )  # fmt: skip
        self.told.together += 1
        self.told.wrong["not proven"] += not plan.proven
        for chosen in plan.chosen:
            unit = self.fleet.roster.units[chosen.unit]
            place = needs[chosen.call][chosen.need]
            self.order(now, waiting[chosen.call], place, unit.key, chosen.milliseconds / 1000)
        self.waiting = [(p, n) for p, n in self.waiting if self.open[n].left]
        heapq.heapify(self.waiting)
        self.wrong_counts()

    def checked(self, found: Recommendation, needs: Sequence[Need]) -> None:
        """Every need is met or said to be short, and every line has its reason in words."""
        rows: list[Any] = [*found.picks, *found.passed_over, *found.shortfalls]
        self.told.unexplained += sum(not _words(row.why) for row in rows)
        for number, need in enumerate(needs):
            given = sum(pick.need == number for pick in found.picks)
            lacks = sum(lack.missing for lack in found.shortfalls if lack.need == number)
            self.told.wrong["a need neither met nor short"] += given + lacks != need.number
        last = {
            number: max((p.seconds for p in found.picks if p.need == number), default=0.0)
            for number in range(len(needs))
        }
        picked = {pick.unit for pick in found.picks}
        for row in found.passed_over:
            near = row.seconds <= last[row.need]
            self.told.wrong["passed over, but not nearer"] += not near
            mine = {pick.unit for pick in found.picks if pick.need == row.need}
            self.told.wrong["picked and passed over"] += row.unit in mine
        self.told.twice += len(found.picks) - len(picked)
        self.wrong_counts()

    def wrong_counts(self) -> None:
        """Only what happened stays in the list of faults."""
        self.told.wrong = +self.told.wrong

    def order(self, now: float, one: _Open, place: int, key: int, seconds: float) -> None:
        """Send a unit; the book says whether it may go."""
        need, unit = one.left[place], self.units[key]
        if key in self.held:
            self.told.twice += 1
            return
        why = self.against(unit, need, one)
        if why:
            self.told.wrong[why] += 1
        self.held[key] = one.number
        one.out.add(key)
        self.told.orders += 1
        self.fleet.set_status(key, "busy")
        if need.number == 1:
            del one.left[place]
        else:
            one.left[place] = Need(need.agency, need.kind, need.number - 1, need.skills, need.crew)
        fails = self.chance.random() < 0.03
        self.at(now + seconds, "failed" if fails else "arrived", one.number, key)
        if fails:
            self.failing[key] = (place, need)

    def against(self, unit: Unit, need: Need, one: _Open) -> str:
        """Which rule forbids to send this unit; "" where none does."""
        agreed = unit.agency == "fire" and one.kind == "blaze" and one.priority <= 2
        agreed = agreed and "4302" in unit.areas and "4301" in one.area
        bound = unit.areas and not (unit.areas & set(one.area.strip("/").split("/")))
        rules = {
            "not in service": unit.key in self.away,
            "of another force": need.agency != unit.agency or need.kind not in ("", unit.kind),
            "without the skills": not need.skills <= unit.skills,
            "too small a crew": unit.crew < max(need.crew, 3 if unit.agency == "fire" else 0),
            "across a border": bool(bound) and not agreed,
            "its station must keep it": one.priority > 1 and self.left_at(unit) < 2,
        }
        return next((words for words, broken in rules.items() if broken), "")

    def left_at(self, unit: Unit) -> int:
        """How many free units of its force its station has without this one."""
        return sum(
            other.station == unit.station and other.agency == unit.agency
            for key, other in self.units.items()
            if key != unit.key and key not in self.held and key not in self.away
        )

    def on_arrived(self, now: float, number: int, key: int) -> None:
        """It works there, and is free afterwards, where it stands."""
        self.fleet.move(key, self.open[number].place)
        self.at(now + self.chance.uniform(*WORK), "freed", number, key)

    def on_failed(self, now: float, number: int, key: int) -> None:
        """It cannot come: the need is open again, and the unit out for an hour."""
        one = self.open[number]
        place, need = self.failing.pop(key)
        before = one.left.get(place)
        count = 1 + (before.number if before else 0)
        one.left[place] = Need(need.agency, need.kind, count, need.skills, need.crew)
        self.told.failures += 1
        one.out.discard(key)
        del self.held[key]
        self.away.add(key)
        self.fleet.set_status(key, "out")
        self.at(now + 3_600, "back", 0, key)
        if not any(n == number for _, n in self.waiting) and not self.served(now, one):
            heapq.heappush(self.waiting, (one.priority, number))

    def on_freed(self, now: float, number: int, key: int) -> None:
        """Free again; a call with all its units freed and nothing left to send is over."""
        one = self.open[number]
        one.out.discard(key)
        del self.held[key]
        self.fleet.set_status(key, "free", rest_due=self.chance.random() < 0.1)
        if not one.out and not one.left:
            del self.open[number]
            self.over += 1
        self.retry(now)

    def on_pause(self, now: float, key: int, _unit: int) -> None:
        """Out of service, resting or reserved for two hours, if it is free."""
        if key not in self.held and key not in self.away:
            self.away.add(key)
            self.fleet.set_status(key, self.chance.choice(("out", "resting", "reserved")))
            self.at(now + 7_200, "back", 0, key)

    def on_back(self, now: float, _number: int, key: int) -> None:
        """In service again."""
        self.away.discard(key)
        self.fleet.set_status(key, "free", rest_due=False)
        self.retry(now)

    def retry(self, now: float) -> None:
        """The most pressing of those that wait is asked for again; now and then all of them."""
        if not self.waiting:
            return
        if self.chance.random() < 0.05 and len(self.waiting) > 1:
            self.together(now)
            return
        priority, number = heapq.heappop(self.waiting)
        if not self.served(now, self.open[number]):
            heapq.heappush(self.waiting, (priority, number))


def _words(why: Sequence[Said]) -> bool:
    """Whether a reason can be said: every value that its text names is there."""
    return bool(why) and all(str(one).strip() and "{" not in str(one) for one in why)
