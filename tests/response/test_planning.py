"""Planners that are asked at the desk: run, watched, stopped, refused, taken up again, forgotten."""

import json
import sys
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.core.rights import Actor
from commonward.people.models import Change
from commonward.response.actions.planning import ask_plan, forget_plans, run_next, stop_plan
from commonward.response.models import Plan, PlanData
from commonward.response.planning import cover
from commonward.response.queries.plans import answer_of, given_of, plan_of, plans_of
from tests.district import STREETS, District, small_district
from tests.planning import asked, calls_csv, held_until_stopped, planners

HEAVY = "time,lat,lon,weight\n" + 2_001 * "2026-02-02T10:00,27.8,113.1,100\n"
"""A small file that stands for more calls than are played through."""


@pytest.fixture
def here(db: None) -> District:
    """The small district."""
    return small_district()


@pytest.fixture
def there(transactional_db: None) -> District:
    """The same for runs: beside each a thread writes, which sees only what is committed."""
    return small_district()


@pytest.fixture
def who(here: District) -> dict[str, Actor]:
    """Who plans there."""
    return planners(here.at)


def ask(who: Actor, here: District, *, area: str = "", seed: int = 1, **more: Any) -> Plan:
    return ask_plan("cover", "Posts", area, asked(**more), who, here.at, seed=seed)


def given(here: District, **more: Any) -> dict[str, Any]:
    return cover.gathered(cover.checked(asked(**more), ""), "", here.at)


def planned(given: dict[str, Any], seed: int = 1, watch: Watch | None = None) -> dict[str, Any]:
    return cover.planned(given, seed, watch or Watch(), lambda _: None)


def test_what_is_asked_is_run_and_ends_with_a_proven_answer(there: District) -> None:
    planner = planners(there.at)["planner"]
    made = ask(planner, there)
    assert Plan.objects.get(pk=made.pk).state == "waiting"
    run = run_next(there.at)
    assert run is not None and run.pk == made.pk
    ended = plan_of(made.code, planner)
    assert (ended.state, ended.done, ended.total) == ("ended", 100, 100)
    assert ended.best == ended.bound and ended.ended_at is not None
    answer = answer_of(ended)
    assert answer is not None and len(answer["periods"]) == 1
    period = answer["periods"][0]
    assert len(period["homes"]) == 3 and period["proven"]
    assert {row["figure"] for row in period["table"]} > {"mean", "p90", "within 5"}
    assert run_next(there.at) is None


def test_the_same_seed_gives_the_same_answer_and_another_seed_other_weeks(here: District) -> None:
    what = given(here)
    first = planned(what, 7)
    assert first == planned(what, 7)
    other = planned(what, 8)
    assert first["periods"][0]["homes"] == other["periods"][0]["homes"]
    assert first["periods"][0]["table"] != other["periods"][0]["table"]


def test_a_run_that_is_stopped_keeps_the_sites_it_had_found(here: District) -> None:
    what = given(here)
    stopped = threading.Event()
    kept: list[dict[str, Any]] = []

    def keep(answer: Any) -> None:
        kept.append(json.loads(json.dumps(answer)))
        stopped.set()

    answer = cover.planned(what, 1, Watch(stop=stopped.is_set), keep)
    period = answer["periods"][0]
    assert period["cut"] and "table" not in period
    assert period["homes"] == planned(what)["periods"][0]["homes"]
    assert kept[-1]["periods"][0]["homes"] == period["homes"]


def test_a_stop_asked_for_at_the_desk_reaches_the_run_and_its_best_so_far_stays(
    there: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_until_stopped(monkeypatch)
    planner = planners(there.at)["planner"]
    made = ask(planner, there, calls_text=calls_csv(2_000, weeks=4), count=8, most=5)

    def stop_soon() -> None:
        try:
            while Plan.objects.get(pk=made.pk).state != "running":
                time.sleep(0.05)
            stop_plan(made.code, planner, there.at)
        finally:
            connection.close()

    beside = threading.Thread(target=stop_soon)
    beside.start()
    run_next(there.at)
    beside.join()
    ended = Plan.objects.get(pk=made.pk)
    assert ended.state == "stopped" and ended.stop_asked
    answer = answer_of(ended)
    assert answer is not None and len(answer["periods"][0]["homes"]) == 8
    assert "curve" not in answer["periods"][0]


def test_a_run_cut_by_the_end_of_its_worker_waits_again_and_is_run_by_the_next(
    there: District,
) -> None:
    planner = planners(there.at)["planner"]
    made = ask(planner, there, calls_text=calls_csv(8_000, weeks=4), count=8, most=5)
    told = threading.Event()

    def end_soon() -> None:
        try:
            while Plan.objects.get(pk=made.pk).state != "running":
                time.sleep(0.05)
            told.set()
        finally:
            connection.close()

    beside = threading.Thread(target=end_soon)
    beside.start()
    run_next(there.at, told.is_set)
    beside.join()
    cut = Plan.objects.get(pk=made.pk)
    assert (cut.state, cut.tries, cut.leased_until, cut.stop_asked) == ("waiting", 0, None, False)
    stop_plan(made.code, planner, there.at)
    assert run_next(there.at) is None


def test_a_plan_that_is_stopped_while_it_waits_never_runs(
    here: District, who: dict[str, Actor]
) -> None:
    made = ask(who["planner"], here)
    stop_plan(made.code, who["planner"], here.at)
    assert run_next(here.at) is None
    assert Plan.objects.get(pk=made.pk).state == "stopped"


def test_what_cannot_be_is_refused_with_the_place_that_is_too_far(there: District) -> None:
    planner = planners(there.at)["planner"]
    made = ask(planner, there, model="set_cover", limit=1)
    run_next(there.at)
    refused = Plan.objects.get(pk=made.pk)
    assert refused.state == "refused" and answer_of(refused) is None
    values = refused.refusal["values"]
    assert refused.refusal["field"] == "limit"
    assert values["limit"] == 1 and values["nearest"] > 1 and values["places"] >= 1
    assert 27.79 < values["lat"] < 27.84


def test_a_goal_that_no_number_of_posts_reaches_is_refused_with_what_they_reach(
    here: District,
) -> None:
    with pytest.raises(Invalid) as refusal:
        planned(given(here, count=None, goal=1))
    assert refusal.value.code == "unreached"
    assert refusal.value.values["units"] == 9 and refusal.value.values["mean"] > 1


def test_the_fewest_units_reach_the_goal_and_one_less_does_not(here: District) -> None:
    period = planned(given(here, count=None, goal=3))["periods"][0]
    rows = {row["units"]: row["mean"][0] for row in period["curve"]}
    assert period["least"] == period["units"]
    assert rows[period["units"]] <= 180 < rows[period["units"] - 1]


def test_a_run_that_died_is_taken_up_once_and_then_has_failed(there: District) -> None:
    planner = planners(there.at)["planner"]
    made = ask(planner, there)
    dead = timezone.now() - timedelta(minutes=1)
    row = Plan.objects.filter(pk=made.pk)
    row.update(state="running", leased_until=dead, tries=1)
    assert run_next(there.at) is not None
    assert row.get().state == "ended" and row.get().tries == 2
    row.update(state="running", leased_until=dead, tries=2)
    assert run_next(there.at) is None
    assert row.get().state == "failed" and "twice" in row.get().refusal["text"]


def test_a_run_under_its_lease_is_left_to_whoever_runs_it(
    here: District, who: dict[str, Actor]
) -> None:
    made = ask(who["planner"], here)
    soon = timezone.now() + timedelta(minutes=1)
    Plan.objects.filter(pk=made.pk).update(state="running", leased_until=soon, tries=1)
    assert run_next(here.at) is None
    assert Plan.objects.get(pk=made.pk).state == "running"


def test_who_plans_for_one_street_neither_asks_for_nor_sees_another(
    here: District, who: dict[str, Actor]
) -> None:
    with pytest.raises(Forbidden):
        ask(who["street_planner"], here, area=STREETS[1])
    made = ask(who["planner"], here, area=STREETS[1])
    own = ask(who["street_planner"], here, area=STREETS[0])
    with pytest.raises(Missing):
        plan_of(made.code, who["street_planner"])
    assert [plan.code for plan in plans_of(who["street_planner"])] == [own.code]
    changes = Change.objects.filter(verb="ask_plan").values_list("about", flat=True)
    assert {made.code, own.code} <= set(changes)


def test_what_is_given_to_the_run_names_no_case_and_nobody(here: District) -> None:
    report = here.report(words="赵小梅 says: the lamp is out.", at=here.at - timedelta(days=9))
    what = cover.gathered(cover.checked({"source": "cases", "weeks": 8}, ""), "", here.at)
    told = json.dumps(what, ensure_ascii=False)
    assert len(what["at"]) == 1 and len(what["cells"]) == 1
    assert report.case.number not in told and report.number not in told
    assert "赵小梅" not in told and "lamp is out" not in told
    # The place is the middle of a cell, the moment that of a minute.
    assert what["cells"][0] != [report.lat, report.lon]


def test_only_whole_weeks_of_the_chosen_kinds_and_area_are_counted(here: District) -> None:
    lat, lon = here.inside(2, 1)
    here.report(at=here.at - timedelta(days=9))
    here.report("0102", at=here.at - timedelta(days=10))
    here.report(lat=lat, lon=lon, at=here.at - timedelta(days=11))
    here.report(at=here.at - timedelta(minutes=5))  # this week is not over

    def count(area: str, *kinds: str) -> int:
        choices = cover.checked({"source": "cases", "kinds": kinds}, area)
        return len(cover.gathered(choices, area, here.at)["at"])

    assert count("") == 3
    assert count("", "03") == 2
    assert count(STREETS[0]) == 2
    with pytest.raises(Invalid, match="Not one call"):
        count(STREETS[1], "01")


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("time,lat\n2026-02-02,27.8", "calls", "time, lat, lon"),
        ("time,lat,lon\n2026-02-02T10:00,27.8,113.1\nyesterday,27.8,113.1", "calls", "lines 3"),
        ("time,lat,lon\n2026-02-02T10:00,127.8,113.1", "calls", "lines 2"),
        ("time,lat,lon,weight\n2026-02-02T10:00,27.8,113.1,0", "calls", "lines 2"),
        ("time,lat,lon\n", "calls", "no rows"),
        pytest.param(HEAVY, "calls", "more than 200000 calls", id="too many"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_rows(
    db: None, text: str, field: str, said: str
) -> None:
    with pytest.raises(Invalid, match=said) as refusal:
        cover.checked(asked(calls_text=text), "")
    assert refusal.value.field == field


def test_day_and_night_are_planned_by_themselves(here: District) -> None:
    both = planned(given(here, hours="two", day_from=6, night_from=22))["periods"]
    assert [one["period"] for one in both] == [["day", 6, 22], ["night", 22, 6]]
    assert both[0]["calls"] + both[1]["calls"] == pytest.approx(60, abs=1)
    assert both[0]["calls"] > both[1]["calls"]


def test_must_sites_are_among_the_posts_and_forbidden_ones_are_not(here: District) -> None:
    what = given(here, must=["430298001001001"], forbidden=["430298002001003"])
    codes = [what["sites"][site][2] for site in planned(what)["periods"][0]["homes"]]
    assert "430298001001001" in codes and "430298002001003" not in codes
    with pytest.raises(Invalid, match="not among the candidates"):
        given(here, must=["nowhere"])


def test_a_listener_hears_of_every_step(here: District) -> None:
    heard: list[Progress] = []
    planned(given(here), watch=Watch(tell=heard.append))
    done = [one.done for one in heard]
    assert done == sorted(done) and done[-1] == 100
    assert {"Travel times", "Choosing posts", "Playing the calls through"} <= {
        one.step for one in heard
    }


def test_old_plans_are_forgotten_with_their_data_rosters_sooner(
    here: District, who: dict[str, Actor]
) -> None:
    made = ask(who["planner"], here)
    roster = ask(who["planner"], here)
    Plan.objects.filter(pk=roster.pk).update(kind="rosters")
    assert forget_plans(here.at + timedelta(days=89)) == 0
    assert forget_plans(here.at + timedelta(days=91)) == 1
    assert not PlanData.objects.filter(plan=roster.pk).exists()
    assert forget_plans(here.at + timedelta(days=366)) == 1
    assert not Plan.objects.filter(pk=made.pk).exists()


def test_a_plan_and_the_list_of_plans_cost_few_queries(
    here: District, who: dict[str, Actor], django_assert_max_num_queries: Any
) -> None:
    codes = [ask(who["planner"], here).code for _ in range(5)]
    with django_assert_max_num_queries(2):
        assert len(plans_of(who["planner"])) == 5
    with django_assert_max_num_queries(4):
        found = plan_of(codes[0], who["planner"])
        answer_of(found), given_of(found)


def test_a_plan_whose_library_is_not_installed_says_which_and_what_to_do(
    there: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(planners(there.at)["planner"], there)
    monkeypatch.setitem(sys.modules, "highspy", None)
    read = ("commonward.core.plans.cover", "commonward.core.plans.siting")
    for name in [one for one in sys.modules if one.startswith(read)]:
        monkeypatch.delitem(sys.modules, name)
    assert run_next(there.at) is not None
    row = Plan.objects.get(pk=made.pk)
    assert row.state == "failed"
    assert "highspy" in row.refusal["values"]["library"] and "plans" in row.refusal["text"]
