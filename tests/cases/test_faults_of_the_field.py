"""The faults of systems in use (1 to 15), each a test with its name, which must not come back.

Faults 1, 2 and 3 are shown on the clocks themselves in tests/core/test_faults_of_the_field.py;
here they are shown on a case.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import shapely
from django.conf import settings

from commonward.areas.actions import redraw
from commonward.areas.queries import locate
from commonward.cases import actions as cases
from commonward.cases.models import Case, Clock
from commonward.cases.queries import book
from commonward.cases.queries.answering import team_for
from commonward.cases.queries.figures import figures
from commonward.cases.queries.listed import Filters
from commonward.cases.queries.lists import case_list
from commonward.cases.queries.public import public_report
from commonward.core.calendars import Limit
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.people.actions import leave_team
from commonward.people.queries import revisions
from tests.district import CELL, POTHOLE, RUBBISH, SOUTH, WEST, ZONE, District

ROOT = Path(__file__).resolve().parent.parent.parent


def suspended(here: District, at: datetime, until: datetime) -> str:
    """A case with four working hours from 09:10, suspended from `at` to `until`."""
    report = here.report(RUBBISH, standard=here.standards[RUBBISH])
    here.handled(report)
    asked = cases.ask_suspension(report.case.number, until, "Frozen.", here.street_handler, at)
    for who in (here.duty_chief, here.leader):
        cases.decide(asked.pk, True, "Yes.", who, at)
    return report.case.number


def running(number: str) -> Clock:
    """The stage clock that runs."""
    return Clock.objects.get(case__number=number, kind="stage", stopped_at=None)


def test_fault_1_a_case_suspended_overnight_loses_no_more_than_its_working_time(
    here: District,
) -> None:
    evening = datetime(2026, 3, 2, 18, tzinfo=ZONE)
    early = datetime(2026, 3, 2, 11, 10, tzinfo=ZONE)
    number = suspended(here, early, evening + timedelta(hours=14))
    cases.act(number, "resume", here.dispatcher, evening + timedelta(hours=14))
    # Two of four working hours were used at 11:10; the night is worth nothing; 08:00 + 2 h.
    assert running(number).due_at == datetime(2026, 3, 3, 10, tzinfo=ZONE)


def test_fault_2_an_approved_extension_survives_the_next_suspension(here: District) -> None:
    report = here.report(RUBBISH, standard=here.standards[RUBBISH])
    here.handled(report)
    number = report.case.number
    asked = cases.ask_extension(
        number, Limit.parse("4 work_hour"), "Rain.", here.street_handler, here.at
    )
    for who in (here.duty_chief, here.leader):
        cases.decide(asked.pk, True, "Yes.", who, here.at)
    extended = running(number).due_at
    at = datetime(2026, 3, 2, 10, tzinfo=ZONE)
    pause = cases.ask_suspension(number, at + timedelta(hours=5), "Frost.", here.street_handler, at)
    for who in (here.duty_chief, here.leader):
        cases.decide(pause.pk, True, "Yes.", who, at)
    cases.act(number, "resume", here.dispatcher, at + timedelta(hours=1))
    assert extended is not None
    assert running(number).due_at == extended + timedelta(hours=1)


def test_fault_3_a_deadline_over_a_holiday_counts_the_holiday_out(here: District) -> None:
    at = datetime(2026, 12, 31, 10, tzinfo=ZONE)  # a Thursday; 1 January is off in the table
    report = here.report(RUBBISH, at=at, limit=Limit.parse("1 work_day"))
    total = Clock.objects.get(case=report.case_id, kind="total")
    assert total.due_at == datetime(2027, 1, 4, 10, tzinfo=ZONE)


def test_fault_4_every_open_case_has_a_moment_at_which_somebody_is_told(here: District) -> None:
    report = here.report()
    here.closed(report)
    stages = book().procedures[report.case.procedure_id].stages.values()
    assert len(stages) > 10
    for stage in stages:
        if not stage.ends:
            assert stage.limit or stage.limit_by == "until" or stage.review_every, stage.name
    assert Clock.objects.filter(case=report.case_id, next_at__isnull=False).count() == 1


def test_fault_5_a_copy_read_before_the_lock_is_never_saved_over_the_new_state(
    here: District,
) -> None:
    report = here.report()
    stale = Case.objects.get(pk=report.case_id)
    cases.act(stale.number, "accept", here.intake_officer, here.at)
    cases.act(stale.number, "note", here.leader, here.at, {"words": "Seen."})
    cases.ask_tasks(
        stale.number, "assist", [here.teams["roads"]], "Help.", here.dispatcher, here.at
    )
    now = Case.objects.get(pk=report.case_id)
    assert now.stage == "file"
    assert now.version == stale.version + 3


def test_fault_6_a_rule_whose_team_is_empty_puts_the_case_in_the_unrouted_queue(
    here: District,
) -> None:
    leave_team(SYSTEM, here.accounts["intake_officer"], here.teams["intake"], at=here.at)
    at = here.at + timedelta(minutes=1)
    report = here.report(at=at)
    case = Case.objects.get(pk=report.case_id)
    assert (case.unrouted, case.team_id) == (True, None)
    assert "member" in case.routing["because"][0]
    page = case_list(here.duty_chief, Filters(unrouted=True), "newest", at)
    assert [row.number for row in page.rows] == [case.number]


def test_fault_7_the_parent_waits_and_its_children_live_on(here: District) -> None:
    report = here.report()
    (child,) = cases.split(report.case.number, [(POTHOLE, "A hole.")], here.dispatcher, here.at)
    with pytest.raises(Refusal) as refused:
        here.act(report, "force_close", here.leader, 10, reason="Enough.")
    assert refused.value.code == "waits"
    assert Case.objects.get(pk=child.pk).is_open is True


def test_fault_8_a_point_belongs_to_the_polygon_that_holds_it_not_to_the_nearest_centre(
    here: District,
) -> None:
    wide = shapely.box(WEST, SOUTH, round(WEST + 1.9 * CELL, 6), round(SOUTH + CELL, 6))
    narrow = shapely.box(
        round(WEST + 1.9 * CELL, 6), SOUTH, round(WEST + 2 * CELL, 6), round(SOUTH + CELL, 6)
    )
    at = here.at
    redraw(here.grid(0, 1), narrow, at=at)
    redraw(here.grid(0, 0), wide, at=at)
    lat, lon = SOUTH + 0.5 * CELL, WEST + 1.7 * CELL  # nearer to the narrow grid's centre
    assert locate(lat, lon, at=at + timedelta(seconds=1)).code == here.grid(0, 0)
    assert locate(lat, lon, at=at - timedelta(seconds=1)).code == here.grid(0, 1)


def test_fault_9_a_closed_case_counts_whether_or_not_anybody_rated_it(here: District) -> None:
    rated, unrated = (here.report(limit=Limit.parse("1 day")) for _ in range(2))
    here.closed(rated)
    here.closed(unrated)
    here.act(rated, "content", here.holder(rated), 400, satisfied=1)
    found = figures(here.at + timedelta(days=3))
    assert sum(line.closed for line in found.lines) == 2


def test_fault_10_the_reopening_window_is_reckoned_from_the_servers_own_closing_time(
    here: District,
) -> None:
    report = here.report()
    here.closed(report)
    late = 300 + 60 * 24 * 15 + 1
    claimed = (here.at + timedelta(minutes=late)).isoformat()
    with pytest.raises(Refusal) as refused:
        here.act(
            report, "reopen", here.holder(report), late,
            reason="Back.", closed_at=claimed, changed_at=claimed,
        )  # fmt: skip
    assert refused.value.code == "window"


def test_fault_11_hand_backs_end(here: District) -> None:
    report = here.report()
    here.handled(report)
    handed_back = 0
    with pytest.raises(Refusal) as refused:
        for n in range(50):
            here.act(report, "hand_back", here.street_handler, 20 + n, reason="Not ours.")
            handed_back += 1
            here.act(report, "dispatch", here.dispatcher, 20 + n, team=here.teams["street"])
    assert (handed_back, refused.value.code) == (2, "bound")


def test_fault_12_what_a_resident_wrote_by_accident_is_not_published(here: District) -> None:
    report = here.report(words="Ring me: 138 1234 5678, li.si@example.org", public=True)
    shown = public_report(report.number, revisions())
    assert shown is not None
    text = repr(shown)
    assert "1234" not in text
    assert "example.org" not in text
    assert "Ring me" in text


def test_fault_13_from_and_until_mean_what_they_say(here: District) -> None:
    for day in range(4):
        here.report(words=f"Day {day}.", at=here.at + timedelta(days=day))
    page = case_list(
        here.leader,
        Filters(
            state="all",
            opened_from=here.at + timedelta(days=1),
            opened_until=here.at + timedelta(days=3),
        ),
        "newest",
        here.at + timedelta(days=5),
    )
    assert [row.summary for row in page.rows] == ["Day 2.", "Day 1."]


def test_fault_14_what_cannot_be_worked_on_is_retried_and_stands_on_a_list(here: District) -> None:
    report = here.report()
    Clock.objects.filter(case=report.case_id).update(face={"limit": "nonsense"})
    at = here.at + timedelta(hours=1)
    for _ in range(4):
        assert cases.tick(at).failed == 1
        row = Clock.objects.get(case=report.case_id)
        assert row.next_at is not None
        assert row.next_at > at
        at = row.next_at
    assert row.attempts == 4
    assert row.fault


CITY_FACTS = re.compile(r"(?i)\b(zhuzhou|tianyuan|huaiyang|zhoukou|boston|zürich|zurich|wuhan)\b")
DATA_SETS = ("doors/commands/", "core/codes.py")
"""Where a real place may be named: the readers of published data sets, and a table of codes that
were renumbered nationally."""


def test_fault_15_no_service_is_needed_and_no_citys_facts_are_in_the_code() -> None:
    named = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "commonward").rglob("*.py")
        if not any(part in str(path) for part in DATA_SETS) and CITY_FACTS.search(path.read_text())
    ]
    assert named == []
    assert settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")
    assert not [app for app in settings.INSTALLED_APPS if "celery" in app or "redis" in app]


def test_a_case_that_ended_without_a_team_and_owes_a_second_answer_is_in_the_unrouted_queue(
    here: District,
) -> None:
    case = here.report().case
    Case.objects.filter(pk=case.pk).update(team=None, handling_team=None, stage="evaluate")
    case.refresh_from_db()
    stage = book().procedures[case.procedure_id].stages["answer_again"]
    category = book().categories[case.category_id]
    team_for(case, stage, category, here.at, revisions())
    assert (case.team_id, case.unrouted) == (None, True)
