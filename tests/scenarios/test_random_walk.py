"""Random verbs by random people, in random order: whatever they do, the loop holds.

Each example starts with the same small district, in which 2026 has no holiday table yet, and
walks. After every verb all of `tests.scenarios.invariants` is checked; a refused verb must leave
every row of every table as it was. COMMONWARD_FULL=1 walks for long.
"""

import json
import os
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from commonward.areas import actions as areas
from commonward.areas.models import CalendarYear
from commonward.cases import actions as cases
from commonward.cases.access import access_case, contact_of, may_see, seen_by
from commonward.cases.models import Case, Report
from commonward.core.calendars import Limit
from commonward.core.refusals import Missing
from commonward.core.rights import SYSTEM, reporter
from commonward.people import actions as people
from commonward.people.queries import access_log, actor_for
from tests.district import ACCOUNTS, AT, LAMP, RULES, small_district
from tests.scenarios.invariants import Texts, digests
from tests.scenarios.walker import Walker
from tests.scenarios.walking import (
    ANY,
    CATEGORIES,
    CONTACTS,
    FREE,
    KINDS,
    LATE,
    LATER,
    PLACES,
    SLIPS,
    TOLD,
    TURNS,
    Turns,
    asked_by,
    everybody,
    narrow,
)

FULL = os.environ.get("COMMONWARD_FULL") == "1"
WALKS, STEPS = (1_500, 80) if FULL else (50, 40)
MOST_CASES = 6


class Walk(Walker):
    """The verbs that anybody might try, and what else happens in the world."""

    @precondition(lambda self: len(self.store.cases) < MOST_CASES)
    @rule(told=TOLD, slip=SLIPS, later=LATER, turns=TURNS)
    def open_case(
        self, told: dict[str, Any], slip: dict[str, Any], later: timedelta, turns: Turns
    ) -> None:
        self.now += later
        self.report(told | slip, turns)

    @rule(pick=ANY, words=FREE, contact=CONTACTS, key=st.sampled_from(["", "k", "m"]), later=LATER)
    def add_report(
        self, pick: int, words: str, contact: dict[str, str], key: str, later: timedelta
    ) -> None:
        self.now += later
        said = cases.Said(channel="hotline", words=words, contact=contact, idempotency=key)
        known = len(self.store.reports)
        number = self.case(pick)["number"]
        report = self.do(lambda: cases.add_report(number, said, self.now))
        if report is not None and len(self.store.reports) > known:
            self.contacts[report.pk] = contact

    @rule(pick=ANY, turns=TURNS)
    def bring_on(self, pick: int, turns: Turns) -> None:
        """Several steps onward with one case."""
        self.bring(self.case(pick)["id"], turns)

    @rule(pick=ANY, which=ANY, who=ANY, free=FREE, place=PLACES, later=LATER, left_out=ANY)
    def act_as_the_stage_allows(
        self, pick: int, which: int, who: int, free: str, place: tuple[Any, Any], later: timedelta,
        left_out: int,
    ) -> None:  # fmt: skip
        self.now += later
        case = self.case(pick)
        verbs = [
            v for v in self.texts.verbs(case["procedure_id"]).values() if case["stage"] in v["from"]
        ]
        if not verbs:
            return
        verb = verbs[which % len(verbs)]
        given = self.given(verb.get("needs", []), free, which + who)
        if left_out % 4 == 0 and given:
            given.pop(sorted(given)[left_out % len(given)])
        if verb["name"] == "locate":
            given |= {"lat": place[0], "lon": place[1]}
        if left_out % 3 == 0:
            given |= {"standard": self.here.standards[LAMP], "satisfied": left_out % 7}
        actor = self.one_for(verb["who"], case, who)
        version = [None, None, case["version"], case["version"], 0][who % 5]
        self.do(
            lambda: cases.act(case["number"], verb["name"], actor, self.now, given, version=version)
        )

    @rule(pick=ANY, which=ANY, who=ANY, later=LATER)
    def act_as_nobody_should(self, pick: int, which: int, who: int, later: timedelta) -> None:
        self.now += later
        case = self.case(pick)
        verbs = list(self.texts.verbs(case["procedure_id"]).values())
        verb = verbs[which % len(verbs)]
        given = self.given(verb.get("needs", []), "x", which)
        self.do(lambda: cases.act(case["number"], verb["name"], self.person(who), self.now, given))

    @rule(
        pick=ANY,
        kind=st.sampled_from(KINDS),
        teams=st.lists(ANY, min_size=1, max_size=3, unique=True),
        who=ANY,
        words=FREE,
    )
    def ask_tasks(self, pick: int, kind: str, teams: list[int], who: int, words: str) -> None:
        named = [self.team(t) for t in teams]
        case = self.case(pick)
        actor = self.one_for([*asked_by(kind)], case, who)
        if who % 5 == 0:
            actor = self.person(who)
        self.do(lambda: cases.ask_tasks(case["number"], kind, named, words, actor, self.now))

    @precondition(lambda self: bool(self.store.tasks))
    @rule(pick=ANY, which=ANY, who=ANY, free=FREE, later=LATER)
    def act_on_task(self, pick: int, which: int, who: int, free: str, later: timedelta) -> None:
        self.now += later
        task = list(self.store.tasks.values())[pick % len(self.store.tasks)]
        verbs = list(self.texts.verbs(task["procedure_id"]).values())
        possible = [v for v in verbs if task["stage"] in v["from"]]
        verb = (possible or verbs)[which % len(possible or verbs)]
        actor = self.person(who) if who % 4 == 0 else self.one_for(verb["who"], task, who)
        given = self.given(verb.get("needs", []), free, which)
        version = [None, None, task["version"], task["version"], 0][who % 5]
        self.do(
            lambda: cases.act_on_task(
                task["id"], verb["name"], actor, self.now, given, version=version
            )
        )

    @rule(
        pick=ANY, who=ANY, words=FREE, later=LATER, days=st.integers(-1, 400),
        limit=st.sampled_from(["1 work_hour", "1 work_day", "2 work_day", "9 work_day", "1 day"]),
        kind=st.sampled_from(["extension", "suspension", "appeal"]),
        answers=st.lists(st.sampled_from([True, True, True, False]), max_size=2),
    )  # fmt: skip
    def ask_a_higher_level(
        self, pick: int, who: int, words: str, later: timedelta, days: int, limit: str, kind: str,
        answers: list[bool],
    ) -> None:  # fmt: skip
        self.now += later
        early = [n for n, c in self.store.cases.items() if c["is_open"] and c["closed_at"] is None]
        number = early[pick % len(early)] if early and pick % 4 else self.case(pick)["id"]
        if pick % 4:
            self.straight_to("closed" if kind == "appeal" else "handle", number)
        case = self.store.cases[number]
        number, now = case["number"], self.now
        units = [
            c["face"]["limit"]["unit"]
            for c in self.store.clocks.values()
            if c["case_id"] == case["id"] and c["kind"] == "stage" and not c["stopped_at"]
        ]
        if units and who % 3:
            limit = f"{1 + who % 3} {units[0]}"
        asks = {**case, "team_id": case["handling_team_id"]}
        actor = self.person(who) if who % 4 == 0 else self.one_for(["handler"], asks, who)
        if kind == "extension":
            asked = self.do(
                lambda: cases.ask_extension(number, Limit.parse(limit), words, actor, now)
            )
        elif kind == "suspension":
            until = now + timedelta(days=days)
            asked = self.do(lambda: cases.ask_suspension(number, until, words, actor, now))
        else:
            asked = self.do(lambda: cases.appeal_mark(number, words, actor, now))
        if asked is None:
            return
        for grant, level in zip(answers, (self.here.duty_chief, self.here.leader), strict=False):
            self.do(partial(cases.decide, asked.pk, grant, "So it is.", level, self.now))

    @precondition(lambda self: any(a["state"] == "asked" for a in self.store.approvals.values()))
    @rule(
        pick=ANY, who=ANY, grant=st.sampled_from([True, True, True, False]), words=FREE, later=LATER
    )
    def decide(self, pick: int, who: int, grant: bool, words: str, later: timedelta) -> None:
        self.now += later
        asked = [n for n, a in self.store.approvals.items() if a["state"] == "asked"]
        actor = (
            self.person(who)
            if who % 4 == 0
            else actor_for(self.here.accounts[["duty_chief", "leader"][who % 2]], self.now)
        )
        self.do(lambda: cases.decide(asked[pick % len(asked)], grant, words, actor, self.now))

    @precondition(lambda self: len(self.store.cases) > 1)
    @rule(pick=ANY, into=ANY, who=ANY, later=LATER)
    def join(self, pick: int, into: int, who: int, later: timedelta) -> None:
        self.now += later
        one, other = self.case(pick)["number"], self.case(into)["number"]
        officers = [self.here.dispatcher, self.here.intake_officer, self.person(who)]
        self.do(lambda: cases.join(one, other, "One heap.", officers[who % 3], self.now))

    @precondition(lambda self: 0 < len(self.store.cases) < MOST_CASES)
    @rule(pick=ANY, who=ANY, codes=st.lists(st.sampled_from([*CATEGORIES, "nope"]), max_size=2))
    def split(self, pick: int, who: int, codes: list[str]) -> None:
        number = self.case(pick)["number"]
        actor = self.here.dispatcher if who % 4 else self.person(who)
        parts = [(code, "A part of it.") for code in codes]
        self.do(lambda: cases.split(number, parts, actor, self.now))

    @precondition(lambda self: bool(self.store.reports))
    @rule(pick=ANY, who=ANY, given=st.dictionaries(
        st.sampled_from(["reached", "solved", "satisfied"]), st.sampled_from([True, False, 1, 5, 9]),
    ))  # fmt: skip
    def call_back(self, pick: int, who: int, given: dict[str, Any]) -> None:
        report = list(self.store.reports.values())[pick % len(self.store.reports)]
        actors = [self.here.intake_officer, reporter(report["id"]), self.person(who)]
        self.do(lambda: cases.call_back(report["number"], actors[who % 3], self.now, given))

    # --- time and the world ---------------------------------------------------------------------

    @rule(later=LATER)
    def tick(self, later: timedelta) -> None:
        self.now += later
        done = cases.tick(self.now)
        assert done.failed == 0
        self.awaited = False
        self.check()
        assert not [
            c for c in self.store.clocks.values() if c["next_at"] and c["next_at"] <= self.now
        ]
        again = cases.tick(self.now)
        assert (again.rungs, again.resumed, again.recomputed, again.failed) == (0, 0, 0, 0)
        self.check()

    @precondition(lambda self: not self.table_here)
    @rule()
    def the_late_table_arrives(self) -> None:
        days = [{"name": "假", "date": day, "isOffDay": off} for day, off in LATE.items()]
        table = json.dumps({"year": 2026, "papers": [], "days": days}).encode()
        areas.import_calendar([("2026.json", table)], at=self.now)
        self.table_here = self.awaited = True
        self.check()

    @rule(
        login=st.sampled_from(sorted(k for k, (_, team) in ACCOUNTS.items() if team)),
        back=st.sampled_from([True, True, False]),
    )
    def somebody_leaves_or_joins_a_team(self, login: str, back: bool) -> None:
        account, team = self.here.accounts[login], self.here.teams[ACCOUNTS[login][1]]
        change = people.join_team if back else people.leave_team
        self.do(lambda: change(SYSTEM, account, team, at=self.now))

    @rule(name=st.sampled_from([r[0] for r in RULES]), again=st.sampled_from([True, True, False]))
    def a_rule_ends_or_returns(self, name: str, again: bool) -> None:
        if not again:
            self.do(lambda: areas.end_rule(SYSTEM, name, at=self.now))
            return
        _, duty, category, area, team = next(r for r in RULES if r[0] == name)
        self.do(
            lambda: areas.set_rule(
                SYSTEM, name, duty=duty, team=self.here.teams[team], at=self.now,
                duties=("intake", "dispatch", "grid", "handle"), categories=CATEGORIES,
                category=category, area_code=area,
            )
        )  # fmt: skip

    @precondition(lambda self: any(not c["is_open"] for c in self.store.cases.values()))
    @rule(years=st.sampled_from([1, 2, 5, 6]))
    def years_pass_and_what_is_over_is_forgotten(self, years: int) -> None:
        self.now += timedelta(days=366 * years)
        cases.forget(self.now)
        self.check()
        for case in self.store.cases.values():
            if case["forgotten_at"] is not None:
                told = [r for r in self.store.reports.values() if r["case_id"] == case["id"]]
                assert not any(r["words"] or r["contact"] or r["address"] for r in told)

    @rule(who=ANY, pick=ANY)
    def look(self, who: int, pick: int) -> None:
        """The list and the single look-up agree; details only for those who may see the case."""
        actor = self.person(who)
        listed = set(Case.objects.filter(seen_by(actor)).values_list("number", flat=True))
        for case in Case.objects.select_related("category"):
            assert may_see(case, actor) == (case.number in listed)
        if actor.account == self.here.accounts["outsider"]:
            assert not listed
        if self.store.reports:
            report = Report.objects.select_related("case").get(
                pk=list(self.store.reports)[pick % len(self.store.reports)]
            )
            looks = len(access_log(report.case.number))
            try:
                seen = contact_of(report, actor, self.now, door="test")
            except Missing:
                assert report.case.number not in listed
                with pytest.raises(Missing):
                    access_case(report.case.number, actor, self.now, door="test")
            else:
                assert report.case.number in listed
                kept = self.contacts.get(report.pk, {}) if report.contact else {}
                assert seen == kept
                noted = len(access_log(report.case.number)) - looks
                assert noted == (actor.account is not None)
        self.digests = digests(self.tables)


@pytest.mark.django_db
def test_random_verbs_by_random_people_never_break_the_loop() -> None:
    Walk.here = replace(small_district(), at=AT)
    Walk.others = (everybody(Walk.here), narrow(Walk.here))
    Walk.texts = Texts()
    Walk.reached = set()
    CalendarYear.objects.filter(year=2026).delete()
    areas.bump("calendars")
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            # Shrinking a walk takes minutes: the long profile does it.
            phases=[p for p in Phase if FULL or p is not Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A short run is free to miss the rarer ways; that it went nowhere would be a broken walk.
    assert Walk.reached >= {"opened", "handle", "evaluate"}
    rarer = {"suspended", "extend", "joined", "split", "due_moved", "forgotten", "whistle_asked"}
    assert not FULL or Walk.reached >= rarer
