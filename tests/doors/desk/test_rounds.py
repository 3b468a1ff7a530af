"""Rounds on the desk: planned as lines, read by team, ended without losing what was visited."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.cases.actions.fielding import end_round, plan_round, visit
from commonward.cases.models import Round, Visit
from commonward.cases.queries.planned import planned_rounds
from commonward.core.refusals import Forbidden, Invalid
from tests.doors.desk.conftest import Office, Page

ROUNDS = reverse("desk:rounds")
EVERY_DAY = range(1, 8)
POINTS = [
    {"name": "West gate", "lat": 27.8, "lon": 113.1},
    {"name": "Pond", "lat": 27.81, "lon": 113.1},
]


def plan(office: Office, **given: object) -> Page:
    """The dispatcher plans a round for the southern grids, every day from today on."""
    page = office.dispatcher.open(ROUNDS)
    form = next(f for f in page.forms if ("do", "plan") in f.buttons)
    filled: dict[str, object] = {
        "do": "plan", "name": "Ponds", "team": "grids-south", "days": list("1234567"),
        "points": "West gate, 27.8, 113.1\n\nPond, by the school，27.81，113.1\n",
    }  # fmt: skip
    return office.dispatcher.post(ROUNDS, {**form.fields, **filled, **given})


def planned(office: Office, since: date) -> Round:
    team = office.district.teams["grids-south"]
    return plan_round(team, "Ponds", POINTS, EVERY_DAY, since, office.district.dispatcher)


def test_a_round_planned_as_lines_shows_by_team_what_was_visited_today(office: Office) -> None:
    page = plan(office)
    assert "Today: 0 of 2 points visited" in page.text
    kept = Round.objects.get()
    assert [p["name"] for p in kept.points] == ["West gate", "Pond, by the school"]
    visit(kept.pk, 1, timezone.localdate(), office.district.grid_worker, timezone.now())
    seen = office.leader.open(ROUNDS, team="grids-south")
    assert "Today: 1 of 2 points visited" in seen.text
    assert "grid_worker" not in seen.html
    assert "Ponds" not in office.leader.open(ROUNDS, team="grids-north").text


def test_a_line_that_is_no_point_is_named_and_nothing_is_lost(office: Office) -> None:
    page = plan(office, points="West gate, 27.8, 113.1\nPond, nowhere")
    assert page.status == 422 and "Line 2" in page.text
    form = next(f for f in page.forms if ("do", "plan") in f.buttons)
    assert form.fields["name"] == ["Ponds"] and form.fields["days"] == list("1234567")
    assert "Pond, nowhere" in form.fields["points"][0]
    assert "at least" not in page.text and not Round.objects.exists()
    assert plan(office, team="nobody").status == 404
    assert plan(office, points="Pond, nan, 113").status == 422


def test_an_ended_round_has_its_last_day_today_and_keeps_its_visits(office: Office) -> None:
    today = timezone.localdate()
    row = planned(office, today - timedelta(days=3))
    visit(row.pk, 0, today, office.district.grid_worker, timezone.now())
    page = office.dispatcher.open(ROUNDS)
    form = next(f for f in page.forms if ("do", "end") in f.buttons)
    assert "last day" in office.dispatcher.post(ROUNDS, {**form.fields, "do": "end"}).text
    row.refresh_from_db()
    assert row.until == today and Visit.objects.filter(round=row).count() == 1
    assert planned_rounds(office.district.leader, today + timedelta(days=1)) == ((), 0)
    with pytest.raises(Invalid):
        end_round(row.pk, office.district.dispatcher, today)


def test_a_round_that_never_began_is_taken_back(office: Office) -> None:
    today = timezone.localdate()
    row = planned(office, today + timedelta(days=3))
    assert end_round(row.pk, office.district.dispatcher, today) is None
    assert not Round.objects.exists()


def test_handlers_neither_read_nor_end_rounds(office: Office) -> None:
    row = planned(office, timezone.localdate())
    with pytest.raises(Forbidden):
        end_round(row.pk, office.district.handler, timezone.localdate())
    with pytest.raises(Forbidden):
        planned_rounds(office.district.handler, timezone.localdate())
