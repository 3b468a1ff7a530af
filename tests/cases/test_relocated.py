"""What other borders would mean for the cases around them, against one case asked at a time."""

from datetime import datetime, timedelta

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.areas import queries as areas
from commonward.areas.actions import redraw_area, set_rule
from commonward.areas.queries import drafting
from commonward.cases.models import Case
from commonward.cases.queries.reference import book
from commonward.cases.queries.relocated import relocated
from commonward.core.rights import SYSTEM
from commonward.people.models import Team
from tests.district import AT, CELL, SOUTH, WEST, District, small_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return small_district(AT)


def own_rule(district: District, code: str, team: str) -> None:
    """From now on this team checks in this one grid."""
    set_rule(
        SYSTEM, f"grid of {code}", duty="grid", team=district.teams[team], at=AT,
        duties={"grid"}, categories=(), area_code=code,
    )  # fmt: skip


def test_cases_on_land_that_changes_hands_are_counted_from_team_to_team(
    district: District,
) -> None:
    mine, other = district.grid(0, 0), district.grid(0, 1)
    own_rule(district, other, "lamps")
    taken = district.report(lat=SOUTH + 0.005, lon=WEST + CELL + 0.001).case
    kept = district.report(lat=SOUTH + 0.005, lon=WEST + CELL + 0.008).case
    wider = shapely.box(WEST, SOUTH, WEST + CELL + 0.004, SOUTH + CELL)
    now = AT + timedelta(days=1)
    draft = drafting.draft_redraw(mine, wider, since=now + timedelta(days=1), fit=True)
    found = relocated(draft, now)
    for share in (found.open, found.month):
        assert (share.cases, share.whole, share.located) == (2, True, 1)
        assert share.examples == (taken.number,)
        assert share.moved == 1
        assert [(m.before, m.after, m.cases) for m in share.moves] == [
            (("路灯所", "Lamps"), ("南片网格", "Southern grids"), 1)
        ]
    assert kept.number not in found.open.examples


def test_the_trial_says_what_the_rules_and_borders_say_afterwards(district: District) -> None:
    mine, other = district.grid(1, 1), district.grid(1, 2)
    own_rule(district, other, "roads")
    for step in range(12):
        district.report(lat=SOUTH + CELL + 0.005, lon=WEST + CELL + 0.0004 + step * 0.0015)
    now = AT + timedelta(days=1)
    since = now + timedelta(days=1)
    wider = shapely.box(WEST + CELL, SOUTH + CELL, WEST + 2.45 * CELL, SOUTH + 2 * CELL)
    found = relocated(drafting.draft_redraw(mine, wider, since=since, fit=True), now)
    redraw_area(SYSTEM, mine, wider, since=since, at=now, fit=True)
    moved = located = 0
    for case in Case.objects.all():
        assert case.lat is not None and case.lon is not None
        then = areas.locate(case.lat, case.lon, at=since, border_metres=0).path
        before = areas.locate(case.lat, case.lon, at=now, border_metres=0).path
        located += then != before
        moved += answer(case, before, since) != answer(case, then, since)
    assert moved > 0
    assert (found.open.located, found.open.moved) == (located, moved)


def answer(case: Case, path: str, at: datetime) -> list[int | None]:
    """Who would answer there for each routed stage of the case's procedure."""
    known = book()
    return [
        areas.answering_for(
            stage.duty, known.categories[case.category_id].code, path, case.grade, at, True
        ).team
        for stage in known.procedures[case.procedure_id].stages.values()
        if stage.team in ("route", "chosen")
    ]


def test_nobody_who_would_answer_is_told_as_unrouted(district: District) -> None:
    mine = district.grid(0, 0)
    own_rule(district, mine, "roads")
    Team.objects.filter(pk=district.teams["roads"]).update(active=False)
    district.report(lat=SOUTH + 0.005, lon=WEST + CELL + 0.001)
    wider = shapely.box(WEST, SOUTH, WEST + CELL + 0.004, SOUTH + CELL)
    now = AT + timedelta(days=1)
    found = relocated(drafting.draft_redraw(mine, wider, since=now, fit=True), now)
    assert [move.after for move in found.open.moves] == [None]


def test_many_cases_take_no_more_queries_than_few(district: District) -> None:
    wider = shapely.box(WEST, SOUTH, WEST + CELL + 0.009, SOUTH + CELL)
    now = AT + timedelta(days=1)
    draft = drafting.draft_redraw(district.grid(0, 0), wider, since=now, fit=True)
    counts = []
    for _ in range(2):
        for step in range(4):
            district.report(lat=SOUTH + 0.005, lon=WEST + CELL + 0.001 * step + 0.0005)
        with CaptureQueriesContext(connection) as asked:
            relocated(draft, now)
        counts.append(len(asked))
    assert counts[1] <= counts[0] <= 20
