"""Somebody who walks: does a verb, checks everything after it, picks people and cases."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, initialize

from commonward.cases import actions as cases
from commonward.cases.queries.verifying import verify
from commonward.core.calendars import Limit
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM, Actor, reporter
from commonward.people.queries import actor_for
from tests.district import ACCOUNTS, AT, POTHOLE, District
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
from tests.scenarios.walking import CATEGORIES, ONWARD, TOLD, TURNS, WITH, WITHOUT, Turns

T = TypeVar("T")
TIMES = Times()


class Walker(RuleBasedStateMachine):
    """One walk in the small district; everything in it is undone at its end."""

    here: District
    others: tuple[int, ...]
    """Accounts beside the district's own."""
    texts: Texts
    reached: set[str]
    """Stages and verbs that all the walks together saw."""

    @initialize(told=TOLD, turns=TURNS)
    def begin(self, told: dict[str, Any], turns: Turns) -> None:
        self.savepoint = transaction.savepoint()
        self.now = AT
        self.table_here = False
        self.awaited = False
        self.contacts: dict[int, dict[str, str]] = {}
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
            check_case(store, case, self.texts)
            TIMES.check_running(store, case, rules)
        for task in store.tasks.values():
            check_task(store, task, self.texts)
        for number, clock in store.clocks.items():
            about = store.tasks[clock["task_id"]] if clock["task_id"] else None
            version = (about or store.cases[clock["case_id"]])["procedure_id"]
            ladder = self.texts.of(version)["ladder"]
            TIMES.check_clock(before.clocks.get(number), clock, ladder, rules)
        for event in store.events[len(before.events) :]:
            self.reached |= {event["verb"], event["to_stage"]}

    # --- picking --------------------------------------------------------------------------------

    def person(self, pick: int) -> Actor:
        """Anybody: staff as of now, the tick's own actor, somebody with or without a receipt."""
        holders = [reporter(number) for number in self.store.reports]
        others = [SYSTEM, self.here.resident, *holders[:6]]
        accounts = [*self.here.accounts.values(), *self.others]
        pick %= len(accounts) + len(others)
        if pick < len(accounts):
            return actor_for(accounts[pick], self.now)
        return others[pick - len(accounts)]

    def one_for(self, who: list[str], case: dict[str, Any], pick: int) -> Actor:
        """Somebody who may hold one of these roles, in the team that has the case if need be."""
        posts = {role for role, _ in ACCOUNTS.values()} | {"system", "reporter"}
        who = [role for role in who if role in posts] or ["system"]  # the district lacks some posts
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

    # --- whole ways ------------------------------------------------------------------------------

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

    def bring(self, number: int, turns: Turns) -> None:
        """Each turn one of the verbs that lead onward, now and then a side move."""
        for which, who, later in turns:
            self.now += later
            case = self.store.cases[number]
            verbs = self.texts.verbs(case["procedure_id"])
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

    def straight_to(self, stage: str, number: int) -> None:
        """The shortest way, where it is open: side moves are then possible from there."""
        for _ in range(10):
            case = self.store.cases[number]
            verbs = self.texts.verbs(case["procedure_id"])
            onward = [v for v in ONWARD.get(case["stage"], ()) if v in verbs]
            if case["stage"] == stage or not onward:
                return
            verb = verbs[onward[0]]
            self.now += timedelta(minutes=7)
            actor = self.one_for(verb["who"], case, 1)
            given = self.given(verb.get("needs", []), "So it is.", 1)
            self.do(partial(cases.act, case["number"], verb["name"], actor, self.now, given))
