"""Random verbs by random people, in random order: whatever they do, the loop holds.

Each example starts with the same small district, in which 2026 has no holiday table yet, and
walks. After every verb all of `tests.scenarios.invariants` is checked; a refused verb must leave
every row of every table as it was. COMMONWARD_FULL=1 walks for long.
"""

import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from commonward.areas import actions as areas
from commonward.areas.models import CalendarYear
from commonward.cases import actions as cases
from commonward.cases.access import access_case, contact_of, may_see, seen_by
from commonward.cases.models import Case, Report
from commonward.cases.queries.verifying import verify
from commonward.core.calendars import Limit
from commonward.core.refusals import Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, reporter
from commonward.people import actions as people
from commonward.people.queries import access_log, actor_for
from tests.core.oracle import Rules
from tests.district import (
    ACCOUNTS,
    AT,
    DISTRICT,
    INSPECTION,
    LAMP,
    POTHOLE,
    QUESTION,
    RUBBISH,
    RULES,
    SINCE,
    STREETS,
    District,
    small_district,
)
from tests.scenarios.invariants import (
    Store,
    Texts,
    Times,
    check_case,
    check_closing,
    check_history,
    check_task,
    digests,
    rooms_tables,
)

FULL = os.environ.get("COMMONWARD_FULL") == "1"
WALKS, STEPS = (1_500, 80) if FULL else (100, 50)
MOST_CASES = 6

NORMAL = [(480, 720), (840, 1080)]
WEEK = [*([NORMAL] * 5), [], []]
NEW_YEARS = {date(year, 1, 1) for year in range(2020, 2040)}
LATE = {
    "2026-01-01": True, "2026-03-03": True, "2026-03-05": True, "2026-03-06": True,
    "2026-03-07": False, "2026-03-14": False, "2026-04-06": True, "2026-05-01": True,
}  # fmt: skip
"""The table of 2026, which arrives in the middle of a walk: day → whether it is off."""
WITHOUT = Rules("Asia/Shanghai", NEW_YEARS - {date(2026, 1, 1)}, set(), WEEK)
WITH = Rules(
    "Asia/Shanghai",
    NEW_YEARS | {date.fromisoformat(day) for day, off in LATE.items() if off},
    {date.fromisoformat(day) for day, off in LATE.items() if not off},
    WEEK,
)
TIMES, TEXTS = Times(), Texts()

T = TypeVar("T")
ANY = st.integers(0, 2**32).map(lambda n: random.Random(n).getrandbits(40))
"""Picks one of a list that only the walk knows, by its remainder: evenly, also from a small n."""
LATER = st.one_of(
    st.just(timedelta(0)),
    st.integers(1, 600).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 600).map(lambda n: timedelta(minutes=n)),
    st.integers(1, 30 * 24).map(lambda n: timedelta(hours=n)),
)
CATEGORIES = (LAMP, POTHOLE, RUBBISH, QUESTION)
FREE = st.sampled_from(["", " ", "Because of the rain.", "因为下雨", "x\u202e🚧"])
INSIDE = st.tuples(st.integers(0, 2), st.integers(0, 2)).map(lambda g: District.inside(*g))
ELSEWHERE = st.sampled_from(
    [(None, None), (27.81, 113.105), (27.8099, 113.11), (48.1, 11.5), (113.1, 27.8), (27.81, None)]
)
PLACES = st.one_of(INSIDE, INSIDE, ELSEWHERE)
CONTACTS = st.sampled_from([{}, {"phone": "13800000000"}, {"email": "a@example.org"}])
TOLD = st.fixed_dictionaries(
    {
        "category": st.sampled_from(CATEGORIES),
        "place": INSIDE,
        "contact": CONTACTS,
        "words": FREE,
        "limit": st.sampled_from([None, "3 work_day", "6 urgent_hour", "10 day", "90 work_minute"]),
        "key": st.just(""),
        "by_standard": st.booleans(),
        "public": st.booleans(),
        "grade": st.sampled_from(["ordinary", "urgent"]),
    }
)
SLIPS = st.one_of(
    st.just({}),
    st.just({}),
    st.just({}),
    ELSEWHERE.map(lambda place: {"place": place}),
    st.sampled_from(
        [
            {"category": "nope"},
            {"category": INSPECTION},
            {"contact": {"pet": "x"}},
            {"standard": LAMP},
            {"grade": "red"},
            {"key": "k"},
            {"words": "x" * 4_001},
        ]
    ),
)
"""What is wrong, or unusual, with a report."""
Turns = list[tuple[int, int, timedelta]]
TURNS = st.lists(st.tuples(ANY, ANY, LATER), max_size=14)
ROLES = sorted({role for role, _ in ACCOUNTS.values() if role and role != "administrator"})
KINDS = ("whistle", "assist", "supervision", "dance")
ONWARD: Mapping[str, tuple[str, ...]] = {
    "collect": ("accept", "ask_verification", "answer", "dispatch"),
    "verify": ("confirm", "fix_on_spot"),
    "file": ("file",),
    "dispatch": ("dispatch", "decide_finally"),
    "handle": ("finish",),
    "suspended": ("resume",),
    "feed_back": ("pass_on",),
    "check": ("pass_check", "fail_check"),
    "close": ("close",),
    "evaluate": ("content", "not_content"),
    "answer_again": ("answer_again",),
    "closed": ("reopen", "raise", "note"),
}
"""The verbs that bring a case on, so that walks reach every stage."""


class Walk(RuleBasedStateMachine):
    """One walk; everything in it is undone at its end."""

    here: District
    others: tuple[int, ...]
    """Accounts beside the district's own."""
    reached: set[str]
    """Stages and verbs that all the walks together saw."""

    @initialize(told=TOLD, turns=TURNS)
    def begin(self, told: dict[str, Any], turns: Turns) -> None:
        self.savepoint = transaction.savepoint()
        self.now = AT
        self.table_here = False
        self.awaited = False
        self.contacts: dict[int, dict[str, str]] = {}
        self.keys: dict[tuple[str, str], str] = {}
        self.tables = rooms_tables()
        self.store = Store.read()
        self.digests = digests(self.tables)
        self.report(told, turns)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            if not self.awaited:
                assert [str(finding) for finding in verify()] == []
            transaction.savepoint_rollback(self.savepoint)

    # --- how a verb is done and checked ---------------------------------------------------------

    def do(self, verb: Callable[[], T]) -> T | None:
        """Do it and check everything; None where it was refused, and then nothing changed."""
        try:
            done = verb()
        except Refusal as refusal:
            assert str(refusal).strip()
            after = digests(self.tables)
            changed = [t for t in self.tables if after[t] != self.digests[t]]
            assert not changed, f"refused ({refusal}), but {changed} changed"
            return None
        self.check()
        return done

    def check(self) -> None:
        """Everything that must hold now."""
        before, self.store = self.store, Store.read()
        self.digests = digests(self.tables)
        store = self.store
        rules = [WITH if self.table_here else WITHOUT]
        if self.awaited:
            rules.append(WITHOUT)
        check_history(before, store)
        check_closing(before, store)
        for case in store.cases.values():
            check_case(store, case, TEXTS)
            TIMES.check_running(store, case, rules)
        for task in store.tasks.values():
            check_task(store, task, TEXTS)
        for number, clock in store.clocks.items():
            about = store.tasks[clock["task_id"]] if clock["task_id"] else None
            version = (about or store.cases[clock["case_id"]])["procedure_id"]
            ladder = TEXTS.of(version)["ladder"]
            TIMES.check_clock(before.clocks.get(number), clock, ladder, rules)
        for event in store.events[len(before.events) :]:
            self.reached |= {event["verb"], event["to_stage"]}

    # --- picking --------------------------------------------------------------------------------

    def person(self, pick: int) -> Actor:
        """Anybody: staff as of now, the tick's own actor, somebody with or without a receipt."""
        holders = [reporter(number) for number in self.store.reports]
        others = [SYSTEM, self.here.resident, *holders[: MOST_CASES]]
        accounts = [*self.here.accounts.values(), *self.others]
        pick %= len(accounts) + len(others)
        if pick < len(accounts):
            return actor_for(accounts[pick], self.now)
        return others[pick - len(accounts)]

    def one_for(self, who: list[str], case: dict[str, Any], pick: int) -> Actor:
        """Somebody who may hold one of these roles, in the team that has the case if need be."""
        role = who[pick % len(who)]
        if role == "system":
            return SYSTEM
        if role == "reporter":
            own = [n for n, r in self.store.reports.items() if r["case_id"] == case["id"]]
            return reporter(own[pick % len(own)]) if own else self.person(pick)
        holders = [self.here.accounts[login] for login, (r, _) in ACCOUNTS.items() if r == role]
        if pick % 5 == 0:
            holders = list(self.others)
        standing = [actor_for(account, self.now) for account in holders]
        inside = [actor for actor in standing if case.get("team_id") in actor.teams]
        chosen = inside or standing
        return chosen[pick % len(chosen)]

    def case(self, pick: int) -> dict[str, Any]:
        """One of the cases."""
        return list(self.store.cases.values())[pick % len(self.store.cases)]

    def given(self, needs: list[str], free: str, pick: int) -> dict[str, Any]:
        """What a verb needs, all of it, mostly right."""
        words = free or "So it is."
        right: dict[str, Any] = {
            "reason": words,
            "result": words,
            "words": words,
            "team": self.team(pick),
            "outcome": "solved",
            "category": CATEGORIES[pick % len(CATEGORIES)],
            "satisfied": pick % 7,
            "score": pick % 120,
        }
        return {name: right[name] for name in needs}

    def team(self, pick: int) -> Any:
        """Mostly a department, else any team, or something that is none."""
        departments = [self.here.teams[code] for code in ("roads", "lamps", "street")]
        known = [*departments * 6, *self.here.teams.values(), 10**9, "road"]
        return known[pick % len(known)]

    def filled(self) -> bool:
        return bool(self.store.cases)

    # --- the verbs ------------------------------------------------------------------------------

    @precondition(lambda self: len(self.store.cases) < MOST_CASES)
    @rule(told=TOLD, slip=SLIPS, later=LATER, turns=TURNS)
    def open_case(
        self, told: dict[str, Any], slip: dict[str, Any], later: timedelta, turns: Turns
    ) -> None:
        self.now += later
        self.report(told | slip, turns)

    def report(self, told: dict[str, Any], turns: Turns) -> None:
        """A new case, brought some steps onward, so that walks come far."""
        category, (lat, lon) = told["category"], told["place"]
        standard = told.get("standard", category if told["by_standard"] else None)
        said = cases.Said(
            channel="portal", words=told["words"], lat=lat, lon=lon, contact=told["contact"],
            idempotency=told["key"], answers={"HOWDEEP": 5} if category == POTHOLE else {},
        )  # fmt: skip
        known = len(self.store.reports)
        report = self.do(
            lambda: cases.open_case(
                category, said, self.now, grade=told["grade"], public=told["public"],
                limit=Limit.parse(told["limit"]) if told["limit"] else None,
                standard=self.here.standards.get(standard or ""),
            )
        )  # fmt: skip
        if report is None:
            return
        if len(self.store.reports) == known:
            assert told["key"]
            return
        self.contacts[report.pk] = told["contact"]
        self.bring(report.case_id, turns)

    @precondition(filled)
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

    @precondition(filled)
    @rule(pick=ANY, turns=TURNS)
    def bring_on(self, pick: int, turns: Turns) -> None:
        """Several steps onward with one case."""
        self.bring(self.case(pick)["id"], turns)

    def bring(self, number: int, turns: Turns) -> None:
        """Each turn one of the verbs that lead onward, now and then a side move."""
        for which, who, later in turns:
            self.now += later
            case = self.store.cases[number]
            verbs = TEXTS.verbs(case["procedure_id"])
            onward = [v for v in ONWARD.get(case["stage"], ()) if v in verbs]
            possible = [name for name, v in verbs.items() if case["stage"] in v["from"]]
            if not possible:
                return
            chosen = possible if which % 3 == 0 or not onward else onward
            verb = verbs[chosen[which % len(chosen)]]
            actor = self.one_for(verb["who"], case, who)
            given = self.given(verb.get("needs", []), "So it is.", which % 7 or 1)
            if verb["name"] == "locate":
                lat, lon = self.here.inside(which % 3, who % 3)
                given |= {"lat": lat, "lon": lon}
            self.do(partial(cases.act, case["number"], verb["name"], actor, self.now, given))

    @precondition(filled)
    @rule(pick=ANY, which=ANY, who=ANY, free=FREE, place=PLACES, later=LATER, left_out=ANY)
    def act_as_the_stage_allows(
        self, pick: int, which: int, who: int, free: str, place: tuple[Any, Any], later: timedelta,
        left_out: int,
    ) -> None:  # fmt: skip
        self.now += later
        case = self.case(pick)
        verbs = [
            v for v in TEXTS.verbs(case["procedure_id"]).values() if case["stage"] in v["from"]
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
        version = [None, case["version"], case["version"], 0][which % 4]
        self.do(
            lambda: cases.act(
                case["number"], verb["name"], actor, self.now, given, version=version
            )
        )

    @precondition(filled)
    @rule(pick=ANY, which=ANY, who=ANY, later=LATER)
    def act_as_nobody_should(self, pick: int, which: int, who: int, later: timedelta) -> None:
        self.now += later
        case = self.case(pick)
        verbs = list(TEXTS.verbs(case["procedure_id"]).values())
        verb = verbs[which % len(verbs)]
        given = self.given(verb.get("needs", []), "x", which)
        self.do(
            lambda: cases.act(case["number"], verb["name"], self.person(who), self.now, given)
        )

    @precondition(filled)
    @rule(pick=ANY, kind=st.sampled_from(KINDS), teams=st.lists(ANY, max_size=3), who=ANY, words=FREE)
    def ask_tasks(self, pick: int, kind: str, teams: list[int], who: int, words: str) -> None:
        named = [self.team(t) for t in teams]
        case = self.case(pick)
        actor = self.one_for([*cases_asked_by(kind)], case, who)
        if who % 5 == 0:
            actor = self.person(who)
        self.do(
            lambda: cases.ask_tasks(case["number"], kind, named, words, actor, self.now)
        )

    @precondition(lambda self: bool(self.store.tasks))
    @rule(pick=ANY, which=ANY, who=ANY, free=FREE, later=LATER)
    def act_on_task(self, pick: int, which: int, who: int, free: str, later: timedelta) -> None:
        self.now += later
        task = list(self.store.tasks.values())[pick % len(self.store.tasks)]
        verbs = list(TEXTS.verbs(task["procedure_id"]).values())
        possible = [v for v in verbs if task["stage"] in v["from"]]
        verb = (possible or verbs)[which % len(possible or verbs)]
        actor = self.person(who) if who % 4 == 0 else self.one_for(verb["who"], task, who)
        given = self.given(verb.get("needs", []), free, which)
        version = [None, task["version"], 0][which % 3]
        self.do(
            lambda: cases.act_on_task(
                task["id"], verb["name"], actor, self.now, given, version=version
            )
        )

    @precondition(filled)
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
        stage = "closed" if kind == "appeal" else "handle"
        fitting = [c for c in self.store.cases.values() if c["stage"] == stage]
        case = fitting[pick % len(fitting)] if fitting and pick % 4 else self.case(pick)
        number, now = case["number"], self.now
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
    @rule(pick=ANY, who=ANY, grant=st.sampled_from([True, True, True, False]), words=FREE, later=LATER)
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
        assert not [c for c in self.store.clocks.values() if c["next_at"] and c["next_at"] <= self.now]
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

    @precondition(filled)
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


def cases_asked_by(kind: str) -> tuple[str, ...]:
    """Who asks for such a task, as DOMAIN tells it."""
    return {
        "whistle": ("dispatcher", "duty_chief", "leader"),
        "assist": ("dispatcher", "handler"),
        "supervision": ("duty_chief", "leader"),
    }.get(kind, ("leader",))


def everybody(here: District) -> int:
    """Somebody who holds every post and sits in the street's team: the one who must be stopped."""
    account = people.add_account(SYSTEM, "everybody", "Everybody", at=SINCE).pk
    for role in ROLES:
        people.grant(SYSTEM, account, role, at=SINCE)
    people.join_team(SYSTEM, account, here.teams["street"], at=SINCE)
    return account


def narrow(here: District) -> int:
    """Somebody whose posts hold for one street, one group of categories, or one verb only."""
    account = people.add_account(SYSTEM, "narrow", "Narrow", at=SINCE).pk
    street = f"/{DISTRICT}/{STREETS[0]}/"
    people.grant(SYSTEM, account, "intake_officer", at=SINCE, area_path=street)
    people.grant(SYSTEM, account, "handler", at=SINCE, categories=["02", "03"])
    people.grant(SYSTEM, account, "leader", at=SINCE, verbs=["force_close"])
    people.join_team(SYSTEM, account, here.teams["roads"], at=SINCE)
    return account


@pytest.mark.django_db
def test_random_verbs_by_random_people_never_break_the_loop() -> None:
    Walk.here = replace(small_district(), at=AT)
    Walk.others = (everybody(Walk.here), narrow(Walk.here))
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
    print(sorted(Walk.reached))
