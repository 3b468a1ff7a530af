"""Rounds of a day at the desk: asked for, read, sent to the phones, walked, and planned anew."""

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonward.cases.actions.fielding import plan_round, visit
from commonward.cases.models import Round, Visit
from commonward.cases.queries.planned import last_visits, place_of
from commonward.core.plans.roads import generated
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.response.actions.rounds import publish_plan, withdraw_plan
from commonward.response.models import Plan
from commonward.response.planning import rounds
from commonward.response.queries.plans import answer_of
from tests import rounds as planning
from tests.core.plans.gpx_schema import faults_of
from tests.district import DISTRICT, RUBBISH
from tests.doors.desk.conftest import Office, key_of
from tests.planning import planner

TODAY = timezone.localdate


def made(office: Office, **more: Any) -> Plan:
    """A plan for today that has ended, by a planner of the district."""
    who = planner("planner", timezone.now())
    return planning.planned(who, timezone.now(), TODAY(), **more)


def address(plan: Plan) -> str:
    return reverse("desk:plan", args=[plan.code])


def phone(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(*key_of(login))
    return client


def test_a_planner_asks_with_the_form_and_a_column_of_persons_is_refused_with_its_reason(
    office: Office,
) -> None:
    planner("planner", timezone.now())
    desk = office.browser("planner")
    path = reverse("desk:plan_new", args=["rounds"])
    form = next(f for f in desk.open(path).forms if ("do", "ask") in f.buttons)
    filled = {
        "do": "ask", "source": "csv", "csv": "place,lat,lon,phone\nGate,27.8,113.1,139",
        "team_0": "grids-south", "begins_0": "08:00", "ends_0": "12:00", "speed_0": "foot",
    }  # fmt: skip
    refused = desk.post(path, {**form.fields, **filled})
    assert refused.status == 422 and "about persons" in refused.text and "phone" in refused.text
    kept = next(f for f in refused.forms if ("do", "ask") in f.buttons)
    assert kept.fields["team_0"] == ["grids-south"] and "139" in kept.fields["csv"][0]
    good = desk.post(path, {**kept.fields, **filled, "csv": planning.TABLE})
    assert good.status == 200
    plan = Plan.objects.get()
    assert (plan.kind, len(plan.asked["places"])) == ("rounds", 7)
    assert plan.asked["unforeseen"], "hard to foresee unless somebody says otherwise"


def test_the_answer_tells_times_steps_the_joint_visit_and_how_ways_were_taken(
    office: Office,
) -> None:
    plan = made(office)
    page = office.browser("planner").open(address(plan))
    assert page.status == 200
    assert "together with roads" in page.text and "together with grid" in page.text
    assert "No road graph is here: ways are straight lines" in page.text
    assert "Break" in page.text and "Go " in page.text and "<svg" in page.html
    answer = answer_of(plan)
    assert answer is not None
    at = {s["at"] for one in answer["rounds"] for s in one["stops"] if s["with"]}
    assert len(at) == 1
    chinese = office.browser("planner", "zh-hans").open(address(plan))
    assert chinese.status == 200


def test_files_are_a_valid_gpx_for_each_team_and_a_sheet_to_print(office: Office) -> None:
    plan = made(office)
    desk = office.browser("planner")
    for name in ("round-1.gpx", "round-2.gpx"):
        file = desk.open(reverse("desk:plan_file", args=[plan.code, name]))
        assert file.status == 200 and "gpx" in file.headers["Content-Type"]
        assert faults_of(file.html.encode()) == []
    sheet = desk.open(reverse("desk:plan_file", args=[plan.code, "sheet.html"]))
    assert sheet.status == 200 and "Joint yard" in sheet.text and "☐" in sheet.text
    assert desk.open(reverse("desk:plan_file", args=[plan.code, "round-9.gpx"])).status == 404


def test_published_rounds_are_on_the_phones_of_the_day_once_and_can_be_taken_back(
    office: Office,
) -> None:
    plan = made(office)
    desk = office.browser("planner")
    page = desk.open(address(plan))
    form = next(f for f in page.forms if ("do", "publish") in f.buttons)
    sent = desk.post(address(plan), {**form.fields, "do": "publish"})
    assert "On the phones of 2 teams" in sent.text
    assert "Today: 0 of" in desk.open(reverse("desk:rounds")).text, "a planner follows them too"
    again = desk.post(address(plan), {**form.fields, "do": "publish"})
    assert again.status == 422 and "published already" in again.text
    work = phone("grid_worker").get("/field/work.json").json()
    (mine,) = work["rounds"]
    assert [point["at"] for point in mine["points"]] == sorted(p["at"] for p in mine["points"])
    assert all(step["text"].startswith("Go ") for p in mine["points"] for step in p["steps"])
    assert any(p.get("rest") or p.get("rest_after") for p in mine["points"])
    back = desk.post(address(plan), {**form.fields, "do": "withdraw"})
    assert "off the phones" in back.text and not Round.objects.exists()


def test_a_begun_round_stays_and_a_day_that_is_over_is_not_published(office: Office) -> None:
    plan = made(office)
    who = planner("second_planner", timezone.now())
    publish_plan(plan.code, who, timezone.now())
    first = Round.objects.get(team__code="grids-south")
    visit(first.pk, 0, TODAY(), office.district.grid_worker, timezone.now())
    with pytest.raises(Refusal) as refused:
        withdraw_plan(plan.code, who, timezone.now())
    assert refused.value.code == "walked" and Round.objects.count() == 2
    Visit.objects.all().delete()
    withdraw_plan(plan.code, who, timezone.now())
    with pytest.raises(Invalid):
        publish_plan(plan.code, who, timezone.now() + timedelta(days=2))
    with pytest.raises(Missing):
        publish_plan(plan.code, office.district.dispatcher, timezone.now())


def sent(client: Client, **item: Any) -> tuple[int, dict[str, Any]]:
    work = client.get("/field/work.json").json()
    given = {"account": work["account"], "key": str(uuid.uuid4()), "kind": "visit", **item}
    answer = client.post("/field/send/", {"item": json.dumps(given)})
    return answer.status_code, answer.json()


def test_a_point_that_could_not_be_visited_is_said_with_a_reason_and_counts_as_no_visit(
    office: Office,
) -> None:
    plan = made(office)
    publish_plan(plan.code, planner("second_planner", timezone.now()), timezone.now())
    row = Round.objects.get(team__code="grids-south")
    worker, on = phone("grid_worker"), TODAY().isoformat()
    assert sent(worker, round=row.pk, point=0, on=on, why="closed")[0] == 200
    status, answer = sent(worker, round=row.pk, point=1, on=on, why="the man at home was rude")
    assert (status, answer["field"]) == (400, "why"), "no words about anybody, reasons of a list"
    assert sent(worker, round=row.pk, point=1, on=on)[0] == 200
    assert sent(worker, round=row.pk, point=1, on=on, why="closed")[0] == 200
    assert list(Visit.objects.order_by("point").values_list("point", "why")) == [
        (0, "closed"), (1, ""),
    ]  # fmt: skip
    page = office.dispatcher.open(reverse("desk:rounds"), team="grids-south")
    assert "1 not possible" in page.text and "It is closed" in page.text
    keys = [place_of(point["lat"], point["lon"]) for point in row.points]
    assert last_visits(keys, TODAY() + timedelta(days=1)) == {keys[1]: TODAY()}
    assert sent(worker, round=row.pk, point=0, on=on)[0] == 200
    assert not Visit.objects.exclude(why="").exists(), "visited after all"


def test_a_days_visits_are_the_next_days_ages(office: Office) -> None:
    plan = made(office)
    who = planner("second_planner", timezone.now())
    publish_plan(plan.code, who, timezone.now())
    row = Round.objects.get(team__code="grids-south")
    visit(row.pk, 0, TODAY(), office.district.grid_worker, timezone.now())
    on = TODAY() + timedelta(days=3)
    asked = rounds.checked(planning.asked(on), "")
    given = rounds.gathered(asked, "", timezone.now())
    ages = {one["name"]: one["age"] for one in given["places"]}
    assert ages.pop(row.points[0]["name"]) == 3
    assert set(ages.values()) == {None}


def test_the_gpx_of_a_round_is_for_its_own_team_alone(office: Office) -> None:
    plan = made(office)
    publish_plan(plan.code, planner("second_planner", timezone.now()), timezone.now())
    row = Round.objects.get(team__code="grids-south")
    mine = phone("grid_worker").get(f"/field/rounds/{row.pk}.gpx")
    assert mine.status_code == 200 and faults_of(mine.content) == []
    assert phone("second_grid_worker").get(f"/field/rounds/{row.pk}.gpx").status_code == 404
    assert phone("dispatcher").get(f"/field/rounds/{row.pk}.gpx").status_code == 403


def test_places_come_from_cases_and_standing_rounds_of_the_area_and_nobody_is_named(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    d = office.district
    report = d.report(RUBBISH, "Wang at 139 1234 5678 throws rubbish", address="Flat 3")
    d.act(report, "ask_verification", d.intake_officer, 3)
    now: datetime = timezone.now()
    lat, lon = d.inside()
    plan_round(d.teams["grids-south"], "Wells", [{"name": "Old well", "lat": lat, "lon": lon},
               {"name": "Abroad", "lat": 10.0, "lon": 10.0}], range(1, 8),
               TODAY() - timedelta(days=1), d.dispatcher)  # fmt: skip
    cases = rounds.checked(planning.asked(TODAY(), source="cases", category="03"), DISTRICT)
    rounds.gathered(cases, DISTRICT, now)
    with django_assert_max_num_queries(20):
        given = rounds.gathered(cases, DISTRICT, now)
    assert [one["name"] for one in given["places"]] == [f"暴露垃圾 {report.case.number}"]
    assert "Wang" not in json.dumps(given) and "Flat" not in json.dumps(given)
    standing = rounds.checked(planning.asked(TODAY(), source="standing"), DISTRICT)
    assert [p["name"] for p in rounds.gathered(standing, DISTRICT, now)["places"]] == ["Old well"]
    with pytest.raises(Invalid):
        rounds.gathered(
            rounds.checked(planning.asked(TODAY(), source="cases", category="99"), DISTRICT),
            DISTRICT, now,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"day": "tomorrow"}, "day"),
        ({"source": "people"}, "source"),
        ({"teams": []}, "teams"),
        ({"teams": [planning.team("nobody")]}, "teams"),
        ({"teams": [planning.team("roads"), planning.team("roads")]}, "teams"),
        ({"teams": [planning.team("roads", ends="07:00")]}, "teams"),
        ({"teams": [planning.team("roads", begins="8 o'clock")]}, "teams"),
        ({"teams": [planning.team("roads", start="here")]}, "teams"),
        ({"teams": [planning.team("roads", rest_minutes="30", rest_from="11:50")]}, "teams"),
        ({"source": "streets", "classes": []}, "classes"),
    ],
)
def test_what_cannot_be_asked_names_its_field(
    office: Office, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rounds.checked(planning.asked(TODAY(), **more), DISTRICT)
    assert refused.value.field == field


def test_streets_without_a_road_graph_are_refused_in_words(office: Office) -> None:
    asked = rounds.checked(
        planning.asked(TODAY(), source="streets", classes=["street"],
                       teams=[planning.team("roads")]), DISTRICT,
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        rounds.gathered(asked, DISTRICT, timezone.now())
    assert "road graph" in refused.value.text


def test_streets_of_an_area_are_gone_through_by_road_and_are_points_of_the_phones(
    office: Office, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "roads.npz"
    generated(2, rows=10, columns=10, block=300.0, lat=27.815, lon=113.115).save(file)
    settings.ROAD_GRAPH = str(file)
    plan = made(office, area=DISTRICT, source="streets", classes=["street", "tertiary"],
                teams=[planning.team("grids-south", rest_minutes="20")])  # fmt: skip
    page = office.browser("planner").open(address(plan))
    assert "Ways go along the roads." in page.text and "Turn" in page.text
    publish_plan(plan.code, planner("second_planner", timezone.now()), timezone.now())
    points = Round.objects.get().points
    assert [point["name"] for point in points][:2] == ["№ 1", "№ 2"]
    visit(Round.objects.get().pk, 1, TODAY(), office.district.grid_worker, timezone.now())
    asked = rounds.checked(
        planning.asked(TODAY() + timedelta(days=2), source="streets",
                       classes=["street", "tertiary"], teams=[planning.team("roads")]), DISTRICT,
    )  # fmt: skip
    given = rounds.gathered(asked, DISTRICT, timezone.now())
    aged = [(lat, lon) for _, _, lat, lon, age in given["streets"] if age == 2]
    assert aged == [(points[1]["lat"], points[1]["lon"])]


def test_who_only_looks_or_only_walks_publishes_nothing(office: Office) -> None:
    plan = made(office)
    with pytest.raises((Forbidden, Missing)):
        publish_plan(plan.code, office.district.grid_worker, timezone.now())
    assert not Round.objects.exists()


def test_the_page_of_a_plan_and_the_work_of_a_phone_ask_few_questions(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    plan = made(office)
    publish_plan(plan.code, planner("second_planner", timezone.now()), timezone.now())
    desk, worker = office.browser("planner"), phone("grid_worker")
    desk.open(address(plan))
    worker.get("/field/work.json")
    with django_assert_max_num_queries(14):
        desk.open(address(plan))
    with django_assert_max_num_queries(16):
        worker.get("/field/work.json")
