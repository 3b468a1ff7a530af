"""The demonstration's residents and staff at work: over a past, or along the running clock.

Every deed is a verb of the room `cases`. What a visitor of the demonstration does comes first: a
deed that is refused because somebody was there before is thought over anew.
"""

import heapq
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from commonward.cases import actions as cases
from commonward.cases.actions.photos import act_with_photos, add_photos, show_photo
from commonward.cases.models import Case, Photo
from commonward.cases.queries.figures import open_orders
from commonward.cases.queries.reference import book
from commonward.core.calendars import Limit
from commonward.core.refusals import Refusal
from commonward.core.rights import Actor, reporter
from commonward.disputes.actions.ticking import tick_disputes
from commonward.doors.demo import matters, names, pictures
from commonward.doors.demo.arrivals import Arrival
from commonward.doors.demo.habits import Deed, Standing, next_deed
from commonward.doors.demo.settling import seeded
from commonward.doors.demo.staff import Staff

log = logging.getLogger(__name__)

SOURCE = "demo"
TICK = timedelta(hours=1)
"""How often the past is ticked; a running clock is looked at more often."""
_LATER = timedelta(minutes=45)
_LOOKED_AT = timedelta(minutes=30)
"""After so long somebody has looked at a photo."""
_FROM_PHONES = ("portal", "app", "grid")
_REPLIED, _DECIDED, _CAME = 0.8, 0.75, 0.7
"""Shares of supervision orders, requests and whistles that the staff do not leave to visitors."""


@dataclass(slots=True)
class _Case:
    """A case in the staff's hands."""

    row: Case
    kind: matters.Kind
    again: str = ""
    done: set[str] = field(default_factory=set)
    plan: int = 0
    """Which of its plans holds: only the last one is carried out."""
    refused: int = 0


@dataclass(slots=True)
class Done:
    """What has happened: reports, steps by verb, refused ones in words."""

    reports: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class Robots:
    """Carries out in order of time what residents and staff do. `staff` must stand already."""

    def __init__(self, staff: Staff, begins: datetime, tick: timedelta = TICK) -> None:
        self.done = Done()
        self._every = tick
        self._staff = staff
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = 0
        self._numbers: dict[str, str] = {}
        known = book()
        self._standards = {
            known.categories[category].code: standard
            for standard, (category, _) in known.standards.items()
        }
        self._at(begins + tick, self._tick)
        self._at(begins + timedelta(hours=20), self._reply)

    def expect(self, arrivals: Iterable[Arrival]) -> None:
        """These reports will come."""
        for one in arrivals:
            self._at(one.at, partial(self._report, one))

    def take_up(self, rows: Iterable[tuple[Case, str]]) -> None:
        """Go on with cases that stand in the database, each with its category's code."""
        for row, code in rows:
            if row.source == SOURCE and code in matters.BY_CODE:
                self._numbers[row.source_ref] = row.number
                # Whether it was taken on, or asked for time, is not looked up: it is done once.
                mine = _Case(row, matters.BY_CODE[code], done={"taken", "asked"})
                self._plan(mine, row.changed_at)

    def until(self, moment: datetime) -> int:
        """Do all that is due; returns how much it was."""
        count = 0
        while self._queue and self._queue[0][0] <= moment:
            at, _, deed = heapq.heappop(self._queue)
            deed(at)
            count += 1
        return count

    def _at(self, at: datetime, deed: Callable[[datetime], None]) -> None:
        self._order += 1
        heapq.heappush(self._queue, (at, self._order, deed))

    def _tick(self, at: datetime) -> None:
        cases.tick(at)
        tick_disputes(at)
        self._at(at + self._every, self._tick)

    def _reply(self, at: datetime) -> None:
        """Once a day most supervision orders are replied to, and settled by the chief."""
        chance = seeded("orders", at.date().isoformat())
        for task, team in open_orders(names.CODE):
            if chance.random() < _REPLIED:
                self._task(task, "reply", self._staff.of_team(team, task), at,
                           words="已排期，本周完成。It is planned for this week.")  # fmt: skip
                self._task(task, "settle", self._staff.of_role("duty_chief", task), at)
        self._at(at + timedelta(days=1), self._reply)

    def _report(self, one: Arrival, at: datetime) -> None:
        again = self._numbers.get(one.again, "")
        said = cases.Said(
            channel=one.channel, words=one.words, lat=one.lat, lon=one.lon, address=one.address,
            idempotency=one.ref,
        )  # fmt: skip
        chance = seeded(one.ref)
        try:
            if again and chance.random() < 0.5:
                cases.add_report(again, said, at)
                self.done.reports += 1
                return
            report = cases.open_case(
                one.kind.code, said, at,
                origin="grid" if one.channel == "grid" else "public",
                grade="urgent" if "urgent" in one.kind.limit else "ordinary",
                source=SOURCE, source_ref=one.ref, standard=self._standards.get(one.kind.code),
            )  # fmt: skip
        except Refusal as refusal:
            self.done.refused[f"report: {refusal}"] += 1
            return
        self.done.reports += 1
        self._numbers[one.ref] = report.number
        if one.channel in _FROM_PHONES and pictures.comes_with_one(one.kind.code, one.ref):
            before = pictures.picture(one.kind.code, one.ref, "before")
            add_photos(report.number, [before], reporter(report.pk), at, moment="before")
            self._show(report.case, at)
        self._plan(_Case(report.case, one.kind, again), at)

    def _plan(self, mine: _Case, now: datetime) -> None:
        row = mine.row
        ours = not mine.kind.team or row.handling_team_id == self._staff.teams[mine.kind.team]
        deed = next_deed(Standing(row, mine.kind, mine.again, ours, frozenset(mine.done)))
        mine.plan += 1
        if deed is not None:
            plan = mine.plan
            self._at(max(deed.at, now), lambda at: self._do(mine, deed, at, plan))

    def _do(self, mine: _Case, deed: Deed, at: datetime, plan: int) -> None:
        if plan != mine.plan:
            return
        stage = mine.row.stage
        try:
            self._step(mine, deed, at)
        except Refusal as refusal:
            self.done.refused[f"{deed.verb}: {refusal.text}"] += 1
            self._think_again(mine, at)
            return
        self.done.steps[deed.verb] += 1
        if mine.row.stage != stage:
            mine.done.clear()
        self._plan(mine, at)

    def _think_again(self, mine: _Case, at: datetime) -> None:
        """Somebody was there before, or something is waited for: look again a little later."""
        mine.again = ""
        found = Case.objects.filter(pk=mine.row.pk).first()
        if found is not None and found.is_open:
            mine.row = found
            mine.done |= {"taken", "asked"}
            mine.refused += 1
            later = _LATER * 2 ** min(mine.refused, 6)
            self._at(at + later, lambda moment: self._plan(mine, moment))

    def _step(self, mine: _Case, deed: Deed, at: datetime) -> None:
        row, given = mine.row, dict(deed.given)
        actor = self._actor(row, deed.role)
        match deed.verb:
            case "join":
                cases.join(row.number, given["into"], given["reason"], actor, at)
                mine.row = Case.objects.get(pk=row.pk)
            case "ask_extension" | "ask_suspension":
                mine.done.add("asked")
                self._ask(mine, deed.verb, given["reason"], actor, at)
            case "whistle":
                mine.done.add("asked")
                self._whistle(mine, actor, at)
            case _:
                if "team" in given:
                    given["team"] = self._staff.teams[given["team"]]
                if deed.verb == "take":
                    mine.done.add("taken")
                mine.row = self._acted(mine, deed.verb, actor, at, given)

    def _acted(
        self, mine: _Case, verb: str, actor: Actor, at: datetime, given: Mapping[str, Any]
    ) -> Case:
        """The step; where the reporter sent a photo, what was done is shown by another."""
        row, code = mine.row, mine.kind.code
        sent = (
            verb in ("finish", "fix_on_spot")
            and pictures.comes_with_one(code, row.source_ref)
            and Photo.objects.filter(case=row, moment="before").exists()
        )
        if not sent:
            return cases.act(row.number, verb, actor, at, given)
        after = pictures.picture(code, row.source_ref, "after")
        found = act_with_photos(row.number, verb, [after], actor, at, given)
        self._show(found, at)
        return found

    def _show(self, row: Case, at: datetime) -> None:
        """The chief looks at the photos and shows them to the public."""
        chief = self._staff.of_role("duty_chief", row.pk)

        def show(moment: datetime) -> None:
            for name in Photo.objects.filter(case=row, public=False).values_list("name", flat=True):
                show_photo(name, True, "", chief, moment)
                self.done.steps["show photo"] += 1

        self._at(at + _LOOKED_AT, show)

    def _actor(self, row: Case, role: str) -> Actor:
        """Somebody of that post, the same one each time for the same case."""
        if role == "handler" and row.handling_team_id is not None:
            return self._staff.of_team(row.handling_team_id, row.pk)
        if role == "grid_worker" and row.team_id is not None:
            return self._staff.of_team(row.team_id, row.pk)
        return self._staff.of_role(role, row.pk)

    def _ask(self, mine: _Case, verb: str, reason: str, actor: Actor, at: datetime) -> None:
        number = mine.row.number
        if verb == "ask_extension":
            asked = cases.ask_extension(number, Limit.parse(mine.kind.limit), reason, actor, at)
        else:
            chance = seeded(mine.row.source_ref, "until")
            until = at + timedelta(days=chance.randrange(4, 25))
            asked = cases.ask_suspension(number, until, reason, actor, at)
            self._at(until + 2 * self._every, lambda when: self._think_again(mine, when))
        mine.row = Case.objects.get(pk=mine.row.pk)
        if seeded(mine.row.source_ref, "decided").random() > _DECIDED:
            return
        for role, hours in (("duty_chief", 1), ("leader", 4)):
            who = self._staff.of_role(role, asked.pk)
            self._at(at + timedelta(hours=hours), partial(self._decide, asked.pk, who, mine))

    def _decide(self, asked: int, who: Actor, mine: _Case, at: datetime) -> None:
        try:
            cases.decide(asked, True, "同意。Agreed.", who, at)
        except Refusal as refusal:
            self.done.refused[f"decide: {refusal.text}"] += 1
            return
        self.done.steps["decide"] += 1
        mine.row = Case.objects.get(pk=mine.row.pk)

    def _whistle(self, mine: _Case, actor: Actor, at: datetime) -> None:
        """The street calls two other departments; most of them come, some leave it to visitors."""
        chance = seeded(mine.row.source_ref, "whistle")
        others = [code for code in matters.DEPARTMENTS if code != mine.kind.team]
        teams = [self._staff.teams[code] for code in chance.sample(others, 2)]
        made = cases.ask_tasks(
            mine.row.number, "whistle", teams, "请到现场联合处置。Please come and settle it together.",
            actor, at,
        )  # fmt: skip
        mine.row = Case.objects.get(pk=mine.row.pk)
        for task in made:
            who = self._staff.of_team(task.team_id, task.pk)
            if chance.random() > _CAME:
                continue
            if chance.random() < 0.15:
                self._task_at(at, 20, task.pk, "object", who,
                              reason="不在本单位职责范围。It is not our task.")  # fmt: skip
                continue
            self._task_at(at, 15, task.pk, "accept", who)
            self._task_at(at, 60, task.pk, "arrive", who)
            self._task_at(at, 150, task.pk, "conclude", who,
                          result="已联合处置。Settled together.")  # fmt: skip
            self._task_at(at, 400, task.pk, "score", self._staff.of_role("dispatcher", task.pk),
                          score=chance.choice((80, 90, 95, 100)))  # fmt: skip

    def _task_at(
        self, at: datetime, minutes: int, task: int, verb: str, who: Actor, **given: object
    ) -> None:
        self._at(
            at + timedelta(minutes=minutes), lambda when: self._task(task, verb, who, when, **given)
        )

    def _task(self, task: int, verb: str, who: Actor, at: datetime, **given: object) -> None:
        try:
            cases.act_on_task(task, verb, who, at, given)
        except Refusal as refusal:
            self.done.refused[f"{verb}: {refusal.text}"] += 1
            return
        self.done.steps[f"task {verb}"] += 1
