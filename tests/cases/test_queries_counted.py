"""How many queries a step and a report cost: the table of the service matter, verb by verb."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commonward.cases import actions as cases
from commonward.cases.models import Case, Report
from commonward.core.calendars import Limit
from commonward.core.procedures import parse, shipped
from commonward.core.procedures.model import BACK, STAY
from commonward.core.rights import SYSTEM, Actor
from tests.district import LAMP, RUBBISH, District

MATTER = parse(shipped("service_matter"))
MOST_FOR_A_STEP = 10
KEPT_ANSWER = 6
"""What lay near by is read once more, and what the officer said of it kept. PostgreSQL is told first
how to look, and looks through all numbers in spans that widen: four of them at 200,000 cases.
"""
MOST_FOR_A_REPORT = 8
CONTACT_COSTS = 1
"""The case's own key is one more row."""
WAYS: dict[str, tuple[str, ...]] = {
    "collect": (),
    "verify": ("ask_verification",),
    "file": ("accept",),
    "dispatch": ("accept", "file"),
    "handle": ("accept", "file", "dispatch"),
    "suspended": ("accept", "file", "dispatch", "suspend"),
    "feed_back": ("accept", "file", "dispatch", "finish"),
    "check": ("accept", "file", "dispatch", "finish", "pass_on"),
    "close": ("accept", "file", "dispatch", "finish", "pass_on", "pass_check"),
    "evaluate": ("accept", "file", "dispatch", "finish", "pass_on", "pass_check", "close"),
    "answer_again": (
        *("accept", "file", "dispatch", "finish", "pass_on", "pass_check", "close"),
        "not_content",
    ),
    "closed": (
        *("accept", "file", "dispatch", "finish", "pass_on", "pass_check", "close"),
        "content",
    ),
}
"""The verbs that lead a new case to each stage."""


def person(here: District, verb: str, report: Report) -> Actor:
    """Somebody who may do this verb."""
    role = MATTER.verbs[verb].who[0]
    known = {
        "reporter": here.holder(report),
        "handler": here.street_handler,
        "system": SYSTEM,
    }
    found: Actor = known.get(role) or getattr(here, role)
    return found


def given(here: District, verb: str) -> dict[str, Any]:
    """All that a verb can take, so that the dearest way is measured."""
    lat, lon = here.inside(2, 2)
    words: dict[str, Any] = {
        "reason": "So it is.",
        "result": "So it is.",
        "words": "So it is.",
        "team": here.teams["street"],
        "outcome": "solved",
        "satisfied": 4,
        "category": LAMP,
    }
    filled = {name: words[name] for name in MATTER.verbs[verb].needs}
    if verb == "locate":
        filled |= {"lat": lat, "lon": lon}
    return filled


def suspended(here: District, report: Report, at: datetime) -> None:
    """Asked for by the handler and granted by both levels."""
    asked = cases.ask_suspension(
        report.case.number, at + timedelta(days=9), "Frozen soil.", here.street_handler, at
    )
    for who in (here.duty_chief, here.leader):
        cases.decide(asked.pk, True, "Yes.", who, at)


def brought(here: District, stage: str) -> tuple[Report, datetime]:
    """A case of the dearest kind (both clocks run) in this stage, and the moment."""
    report = here.report(RUBBISH, standard=here.standards[RUBBISH], limit=Limit.parse("30 day"))
    at = here.at
    for verb in WAYS[stage]:
        at += timedelta(minutes=1)
        if verb == "suspend":
            suspended(here, report, at)
        else:
            cases.act(report.case.number, verb, person(here, verb, report), at, given(here, verb))
    assert Case.objects.get(pk=report.case_id).stage == stage
    return report, at + timedelta(minutes=1)


@contextmanager
def counted(most: int, what: str) -> Iterator[None]:
    """Refuses more queries than that; what opens and closes the transaction is no query."""
    with CaptureQueriesContext(connection) as seen:
        yield
    asked = [
        q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ]
    assert 0 < len(asked) <= most, f"{what}: {len(asked)} queries:\n" + "\n".join(
        s[:160] for s in asked
    )


def direct(stage: str) -> list[str]:
    """The verbs that this stage offers to `act`."""
    return [v.name for v in MATTER.by_stage[stage] if not v.approval and v.name != "join"]


@pytest.mark.parametrize("stage", [s.name for s in MATTER.stages.values() if direct(s.name)])
def test_each_step_from_a_stage_costs_at_most_ten_queries(here: District, stage: str) -> None:
    report, at = brought(here, stage)
    for verb in direct(stage):
        before = transaction.savepoint()
        who, what = person(here, verb, report), given(here, verb)
        with counted(MOST_FOR_A_STEP, verb):
            cases.act(report.case.number, verb, who, at, what)
        to = MATTER.verbs[verb].to
        expected = {STAY: stage, BACK: "handle"}.get(to, to)
        assert Case.objects.get(pk=report.case_id).stage == expected
        transaction.savepoint_rollback(before)


def test_a_granted_extension_costs_at_most_ten_queries_beside_its_approval(here: District) -> None:
    report, at = brought(here, "handle")
    asked = cases.ask_extension(
        report.case.number, Limit.parse("1 work_hour"), "Rain.", here.street_handler, at
    )
    cases.decide(asked.pk, True, "Yes.", here.duty_chief, at)
    approval = 4  # the request twice (found, then read under the lock), its decision, its event
    with counted(MOST_FOR_A_STEP + approval, "extend"):
        cases.decide(asked.pk, True, "Yes.", here.leader, at)


@pytest.mark.parametrize("contact", [{}, {"phone": "13800000000"}], ids=["anonymous", "contact"])
def test_opening_a_report_costs_few_queries(here: District, contact: dict[str, str]) -> None:
    here.report()
    with counted(MOST_FOR_A_REPORT + bool(contact) * CONTACT_COSTS, "open"):
        here.report(
            RUBBISH,
            standard=here.standards[RUBBISH],
            limit=Limit.parse("30 day"),
            contact=contact,
            idempotency="k-1",
        )


def test_joining_costs_at_most_ten_queries_for_each_case_and_six_to_keep_the_answer(
    here: District,
) -> None:
    report, at = brought(here, "handle")
    other = here.report(words="The same heap.")
    with counted(2 * MOST_FOR_A_STEP + KEPT_ANSWER, "join"):
        cases.join(report.case.number, other.case.number, "One heap.", here.dispatcher, at)


def test_every_stage_that_offers_a_verb_is_reached() -> None:
    assert set(WAYS) == {s.name for s in MATTER.stages.values() if direct(s.name)}
