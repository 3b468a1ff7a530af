"""What must hold after every verb, read from the tables themselves.

`Store.read()` takes everything in; `check(before, after, …)` compares. The procedures are read
from the versions that the cases keep, as plain data, and the rules of who, where to and how often
are counted again here from the events alone.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import connection

from commonward.cases.models import Approval, Case, Clock, Event, ProcedureVersion, Report, Task
from tests.core.oracle import Rules
from tests.scenarios.slow_clock import moment, reached

RUNG = {"warned", "overdue", "escalated", "callback_due"}
"""What the tick records when a share of a limit is used: dated when it was, not when noticed."""
BESIDE = RUNG | {"shredded"}
"""Events that leave the case's version as it was."""
YELLOW, FULL = Fraction(4, 5), Fraction(1)

Row = dict[str, Any]


def rooms_tables() -> list[str]:
    """Every table of the product, whatever room it is in."""
    names = connection.introspection.table_names()
    return sorted(n for n in names if n.split("_")[0] in ("people", "areas", "cases"))


def digests(tables: Iterable[str]) -> dict[str, str]:
    """One digest of all rows for each table."""
    if connection.vendor == "postgresql":
        parts = [
            f"SELECT '{t}', md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {t} r"  # noqa: S608
            for t in tables
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts))
            return dict(cursor.fetchall())
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 (our own names)
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


@dataclass
class Store:
    """All rows of the room, by id."""

    cases: dict[int, Row]
    reports: dict[int, Row]
    tasks: dict[int, Row]
    clocks: dict[int, Row]
    approvals: dict[int, Row]
    events: list[Row]

    @classmethod
    def read(cls) -> "Store":
        """As it is now (6 queries)."""

        def rows(model: Any) -> dict[int, Row]:
            return {row["id"]: row for row in model.objects.order_by("id").values()}

        return cls(
            rows(Case),
            rows(Report),
            rows(Task),
            rows(Clock),
            rows(Approval),
            list(rows(Event).values()),
        )

    def events_of(self, case: int, task: int | None = None) -> list[Row]:
        """The events of a case itself, or of one of its tasks, in order."""
        return [e for e in self.events if e["case_id"] == case and e["task_id"] == task]


class Texts:
    """The procedures' texts by version, read once each."""

    def __init__(self) -> None:
        self._texts: dict[int, Row] = {}

    def of(self, version: int) -> Row:
        """The parsed file of one version."""
        if version not in self._texts:
            text: Row = ProcedureVersion.objects.get(pk=version).text
            self._texts[version] = text
        return self._texts[version]

    def verbs(self, version: int) -> dict[str, Row]:
        """Its verbs by name."""
        return {v["name"]: v for v in self.of(version)["verbs"]}


def check_history(before: Store, after: Store) -> None:
    """Events only grow; what changed in a case raised its version."""
    assert after.events[: len(before.events)] == before.events, "an event was changed or lost"
    assert not set(before.cases) - set(after.cases)
    assert not set(before.reports) - set(after.reports)
    new = defaultdict(list)
    for event in after.events[len(before.events) :]:
        new[event["case_id"]].append(event)
    for number, case in after.cases.items():
        if number not in before.cases:
            assert new[number][0]["verb"] == "opened"
            continue
        old = before.cases[number]
        changed = {k for k in case if case[k] != old[k]}
        assert case["version"] >= old["version"]
        if changed:
            assert case["version"] > old["version"], f"{changed} changed under the same version"
        if {e["verb"] for e in new[number]} - BESIDE:
            assert case["version"] > old["version"], f"{new[number]} under the same version"
        if case["version"] > old["version"]:
            # That a late table confirmed a provisional deadline is not news to anybody.
            assert new[number] or changed <= {"version", "provisional", "warn_at"}, changed


def check_case(store: Store, case: Row, texts: Texts) -> None:
    """A case stands where its events say, and they are steps of its own procedure."""
    text, verbs = texts.of(case["procedure_id"]), texts.verbs(case["procedure_id"])
    stages = text["stages"]
    events = store.events_of(case["id"])
    assert case["stage"] in stages
    stage = stages[case["stage"]]
    assert _walk(events, verbs, stages, text["start"]) == case["stage"]
    last = case["opened_at"]
    for event in store.events:
        if event["case_id"] == case["id"] and event["verb"] not in RUNG:
            assert event["at"] >= last, "an event was written before what it follows"
            last = event["at"]
    counted = Counter(
        verbs[e["verb"]].get("counter") or e["verb"] for e in events if e["verb"] in verbs
    )
    assert case["counters"] == dict(counted)
    for name, verb in verbs.items():
        if "at_most" in verb:
            assert counted[verb.get("counter") or name] <= verb["at_most"]
    assert case["is_open"] == (not stage.get("ends", False))
    assert (case["closed_at"] is not None) == stage.get("closed", False)
    assert case["paused"] == stage.get("pauses", False)
    if case["is_open"]:
        assert case["unrouted"] == (case["team_id"] is None), (case["stage"], case["routing"])
    else:
        assert not case["unrouted"]
    assert (case["joined_to_id"] is not None) == (case["stage"] == "joined")
    if case["joined_to_id"] is not None:
        assert store.cases[case["joined_to_id"]]["joined_to_id"] is None, "a chain of joins"
    _check_apart(events, verbs)


def _walk(events: list[Row], verbs: Mapping[str, Row], stages: Row, start: str) -> str:
    """The stage to which the events lead, each a step of the procedure from the one before."""
    opened = events[0]
    assert (opened["verb"], opened["from_stage"], opened["to_stage"]) == ("opened", "", start)
    stage, back_to = start, ""
    for event in events[1:]:
        if not event["from_stage"]:
            assert event["verb"] not in verbs, "a step without its stages"
            continue
        assert event["from_stage"] == stage, "a step was lost"
        if event["verb"] in RUNG or event["verb"] not in verbs:
            assert event["to_stage"] == stage
            continue
        verb = verbs[event["verb"]]
        assert stage in verb["from"]
        to = {"=": stage, "<": back_to}.get(verb["to"]) or str(verb["to"])
        assert event["to_stage"] == to
        assert event["role"] in verb["who"]
        if to != stage:
            back_to = stage if stages[to].get("pauses") else ""
        stage = to
    return stage


def _check_apart(events: list[Row], verbs: Mapping[str, Row]) -> None:
    """Whoever handled never checks: by account."""
    for i, event in enumerate(events):
        for other in verbs.get(event["verb"], {}).get("apart_from", ()):
            doers = {e["account_id"] for e in events[:i] if e["verb"] == other}
            assert event["account_id"] is None or event["account_id"] not in doers


def check_closing(before: Store, after: Store) -> None:
    """A case that has just closed had no open child and no open task that it must wait for."""
    for number, case in after.cases.items():
        old = before.cases.get(number)
        if case["closed_at"] is None or (old is not None and old["closed_at"] is not None):
            continue
        waiting = [t["id"] for t in after.tasks.values() if t["case_id"] == number and t["blocks"]]
        assert not [t for t in waiting if after.tasks[t]["is_open"]], "closed over an open task"
        children = [c for c in after.cases.values() if c["parent_id"] == number]
        assert not [c for c in children if c["is_open"]], "closed over an open child"


def check_task(store: Store, task: Row, texts: Texts) -> None:
    """A task stands where its events say."""
    text, verbs = texts.of(task["procedure_id"]), texts.verbs(task["procedure_id"])
    kind = f"{task['kind']}_"
    events = store.events_of(task["case_id"], task["id"])
    assert (events[0]["verb"], events[0]["to_stage"]) == (f"{kind}asked", text["start"])
    stage: str = text["start"]
    counted: Counter[str] = Counter()
    for event in events[1:]:
        if event["verb"] == "due_moved":
            continue
        assert event["from_stage"] == stage, "a task's step was lost"
        if event["verb"] not in RUNG:
            name = event["verb"].removeprefix(kind)
            assert stage in verbs[name]["from"]
            assert event["to_stage"] == (stage if verbs[name]["to"] == "=" else verbs[name]["to"])
            counted[verbs[name].get("counter") or name] += 1
        stage = event["to_stage"]
    assert task["stage"] == stage
    assert task["counters"] == dict(counted)
    ended = text["stages"][stage].get("ends", False)
    assert task["is_open"] == (not ended) == (task["ended_at"] is None)
    running = [
        c for c in store.clocks.values() if c["task_id"] == task["id"] and not c["stopped_at"]
    ]
    assert [c["stage"] for c in running] == ([] if ended else [stage])


class Times:
    """Clocks against the slow oracle; each (intervals, rules) is walked once."""

    def __init__(self) -> None:
        self._walked: dict[tuple[int, str, Fraction], datetime | None] = {}

    def at(self, rules: Rules, face: Row, share: Fraction) -> datetime | None:
        """The moment by which that share is used."""
        key = (id(rules), json.dumps(face, sort_keys=True), share)
        if key not in self._walked:
            self._walked[key] = reached(rules, face, [share])[share]
        return self._walked[key]

    def check_clock(
        self, old: Row | None, clock: Row, ladder: list[Row], rules: list[Rules]
    ) -> None:
        """Due, met and next look as the oracle computes them, under one of the tables in force.

        Without a change nothing needs to be walked again, unless a table has just arrived.
        """
        if clock["stopped_at"] is not None:
            assert clock["next_at"] is None
            if old is not None and old["stopped_at"] is not None:
                return
            assert clock["stopped_at"] == moment(clock["face"]["stopped"])
            dues = [self.at(r, clock["face"], FULL) for r in rules]
            assert clock["met"] in [d is None or clock["stopped_at"] <= d for d in dues]
            return
        assert clock["met"] is None
        dues = [self.at(r, clock["face"], FULL) for r in rules]
        assert clock["due_at"] in dues, f"due at {clock['due_at']}, the oracle says {dues}"
        if clock["attempts"]:
            return
        looks: list[datetime | None] = [None]
        if clock["rung"] < len(ladder):
            share = Fraction(str(ladder[clock["rung"]]["share"]))
            looks = [self.at(r, clock["face"], share) for r in rules]
        assert clock["next_at"] in looks, f"next at {clock['next_at']}, the oracle says {looks}"

    def check_running(self, store: Store, case: Row, rules: list[Rules]) -> None:
        """The right clocks run in this stage, and the case shows the nearest moments."""
        running = [
            c
            for c in store.clocks.values()
            if c["case_id"] == case["id"] and c["task_id"] is None and c["stopped_at"] is None
        ]
        kinds = Counter(c["kind"] for c in running)
        kinds.pop("total", None)
        if not case["is_open"]:
            assert not running, f"a clock runs on in {case['stage']}"
        elif case["paused"]:
            assert kinds == {"stage": 1, "suspension": 1}
        else:
            assert kinds in ({"stage": 1}, {"review": 1}), (case["stage"], kinds)
            assert [c["stage"] for c in running if c["kind"] != "total"] == [case["stage"]]
        limits = [c for c in running if c["kind"] != "review"]
        dues = [c["due_at"] for c in limits if c["due_at"] is not None]
        assert case["due_at"] == min(dues, default=None)
        assert case["provisional"] == any(c["provisional"] for c in running)
        if len(rules) == 1:
            warns = [w for c in limits if (w := self.at(rules[0], c["face"], YELLOW)) is not None]
            assert case["warn_at"] == min(warns, default=None), (case["warn_at"], limits)
