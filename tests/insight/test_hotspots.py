"""Hotspots of the cases that there are: what counts, what is refused, who reads what."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import h3
import pytest

from commonward.cases.models import Case, Category, ProcedureVersion
from commonward.cases.queries.points import of_places, problem_points
from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.core.rights import Right
from commonward.insight.actions.hotspots import ask_hotspots, publish_periods, work_out_owed
from commonward.insight.actions.publishing import closed_months, publish_months
from commonward.insight.models import HotspotRun
from commonward.insight.queries.hotspots import (
    Asked,
    asked_of,
    cases_behind,
    hotspots,
    hotspots_for,
    run_for,
    sees_cell,
    zone,
)
from commonward.insight.queries.hotspots_public import (
    period,
    periods,
    public_hotspots,
    stands_beside,
    unpublished,
)
from tests.district import (
    DISTRICT,
    INSPECTION,
    LAMP,
    QUESTION,
    RUBBISH,
    STREETS,
    District,
)
from tests.insight.placing import CORNER, heated, placed, quiet_year

pytestmark = pytest.mark.django_db
MIDDLE = h3.latlng_to_cell(*CORNER, 9)


@pytest.fixture
def hot(here: District) -> District:
    quiet_year(here)
    heated(here)
    return here


def test_only_classes_of_problems_at_places_may_be_asked_about(here: District) -> None:
    assert set(of_places()) == {"01", "02", "03", LAMP, "0201", RUBBISH, INSPECTION}
    assert asked_of({"category": RUBBISH}).category == RUBBISH
    for code in (QUESTION, "D-01", "E-fire", "staff"):
        with pytest.raises(Invalid):
            asked_of({"category": code})


def test_a_dispute_or_a_procedure_about_people_is_refused_in_words(here: District) -> None:
    Category.objects.create(code="D-06", name="物业", kind="dispute", procedure="dispute")
    Category.objects.create(code="E-fire", name="火情", kind="event", procedure="service_matter")
    Category.objects.create(code="0999", name="投诉", kind="event", procedure="staff_complaint")
    assert not {"D-06", "E-fire", "0999"} & set(of_places())
    with pytest.raises(Invalid, match="concern people"):
        asked_of({"category": "D-06"})
    with pytest.raises(Invalid, match="concern people"):
        asked_of({"category": "E-fire"})
    with pytest.raises(Invalid, match="problems at places"):
        asked_of({"category": "0999"})


@pytest.mark.parametrize("field", ["weeks", "exposure", "model"])
def test_what_is_not_known_is_refused_with_what_would_be_right(here: District, field: str) -> None:
    with pytest.raises(Invalid, match="choose one of") as refused:
        asked_of({field: "7"})
    assert refused.value.field == field


def test_void_refused_joined_and_placeless_cases_are_not_counted(here: District) -> None:
    at = here.at - timedelta(days=3)
    lat, lon = CORNER
    kept = placed(here, [(lat, lon, at)])
    placed(here, [(lat, lon, at)], prefix="V", outcome="void")
    placed(here, [(lat, lon, at)], prefix="R", outcome="refused")
    (joined,) = placed(here, [(lat, lon, at)], prefix="J")
    Case.objects.filter(pk=joined.pk).update(joined_to=kept[0])
    (nowhere,) = placed(here, [(lat, lon, at)], prefix="P")
    Case.objects.filter(pk=nowhere.pk).update(lat=None, lon=None)
    placed(here, [(lat, lon, here.at + timedelta(days=1))], prefix="T")
    enquiry = ProcedureVersion.objects.filter(name="enquiry").latest("id")
    (other,) = placed(here, [(lat, lon, at)], prefix="E")
    Case.objects.filter(pk=other.pk).update(procedure=enquiry)
    found = problem_points(here.at - timedelta(days=30), here.at, zone())
    assert len(found.days) == 1
    assert found.days.tolist() == [at.astimezone(zone()).toordinal()]


def test_a_corner_that_heated_up_is_found_with_its_days_and_its_name(hot: District) -> None:
    found = hotspots(Asked(category=RUBBISH), hot.at)
    cluster = next(one for one in found["places"] if one["kind"] == "cluster")
    assert h3.grid_distance(cluster["middle"], MIDDLE) <= 2
    assert cluster["observed"] >= 20
    assert cluster["ratio"] > 2
    assert cluster["rare"] <= 0.01
    since = date.fromordinal(cluster["since"])
    assert abs((hot.at.date() - timedelta(days=14) - since).days) <= 7
    assert hot.grid(0, 0) in found["paths"][cluster["middle"]]
    cells = {one["cell"]: one for one in found["cells"]}
    assert cells[MIDDLE]["hot"]
    assert cells[MIDDLE]["course"] == "emerging"


def test_a_quiet_district_has_hardly_a_hotspot(here: District) -> None:
    quiet_year(here)
    found = hotspots(Asked(category=RUBBISH), here.at)
    assert not [one for one in found["places"] if one["kind"] == "cluster"]
    assert sum(one["hot"] for one in found["cells"]) <= 2


def test_every_answer_names_its_parameters_its_model_and_its_window(hot: District) -> None:
    made = hotspots(Asked(category=RUBBISH, model="poisson"), hot.at)["made"]
    assert made["first"] == (hot.at.date() - timedelta(weeks=13)).isoformat()
    assert made["until"] == hot.at.date().isoformat()
    assert (made["model"], made["exposure_used"], made["category"]) == (
        "poisson",
        "history",
        RUBBISH,
    )
    assert {"replicates", "seed", "level", "resolution", "reach", "metres", "least"} <= set(made)
    in_window = Case.objects.filter(
        category__code=RUBBISH, opened_at__gte=hot.at - timedelta(weeks=13)
    )
    assert abs(made["cases"] - in_window.count()) <= 3  # of the first day's morning


def test_of_a_past_that_is_too_short_it_says_so(here: District) -> None:
    heated(here, days=10)
    with pytest.raises(Invalid, match="less than 2 whole weeks"):
        hotspots(Asked(), here.at)
    ask_hotspots(Asked(), here.leader, here.at)
    found = hotspots_for(here.leader, Asked(), here.at)
    assert found is not None
    assert "whole weeks" in found.trouble["text"]
    assert not found.cells


def test_an_answer_is_kept_and_read_without_working_it_out_again(
    hot: District, django_assert_max_num_queries: Any
) -> None:
    asked = Asked(category=RUBBISH)
    assert hotspots_for(hot.leader, asked, hot.at) is None
    ask_hotspots(asked, hot.leader, hot.at)
    with django_assert_max_num_queries(1):
        found = hotspots_for(hot.leader, asked, hot.at)
    assert found is not None
    assert found.made_at == hot.at
    assert not found.waits
    assert not found.stale
    later = hotspots_for(hot.leader, asked, hot.at + timedelta(days=2))
    assert later is not None
    assert later.stale


def test_the_worker_keeps_answers_no_older_than_a_day(hot: District) -> None:
    ask_hotspots(Asked(category=LAMP), hot.leader, hot.at)
    made = work_out_owed(hot.at)
    assert made >= 2  # all problems together, of two lengths, come by themselves
    desk = HotspotRun.objects.filter(kind="desk")
    assert desk.exclude(made_at=None).count() == 3
    assert work_out_owed(hot.at) == 0
    assert work_out_owed(hot.at + timedelta(days=1)) >= 3


def test_staff_see_the_cells_of_their_area_and_the_cases_behind_them(hot: District) -> None:
    asked = Asked(category=RUBBISH)
    run = ask_hotspots(asked, hot.leader, hot.at)
    north = replace(hot.leader, rights=(Right("leader", area=STREETS[1]),))
    whole = run_for(hot.leader, run.pk, hot.at)
    part = run_for(north, run.pk, hot.at)
    assert 0 < len(part.cells) < len(whole.cells)
    assert all(STREETS[1] in part.paths[one["cell"]] for one in part.cells)
    assert not part.places
    cell = next(one for one in whole.cells if one["cell"] == MIDDLE)
    days = (date.fromisoformat(whole.made["first"]), date.fromisoformat(whole.made["until"]))
    behind = cases_behind(whole, [MIDDLE], *days, hot.leader, hot.at)
    assert behind.count == cell["observed"]
    assert {line.category for line in behind.rows} == {RUBBISH}
    assert cases_behind(whole, [MIDDLE], *days, north, hot.at).count == 0


def test_who_sees_some_categories_reads_no_count_over_all_of_them(here: District) -> None:
    path = f"/{DISTRICT}/{STREETS[0]}/"
    lamps = replace(here.leader, rights=(Right("leader", categories=(LAMP,)),))
    assert sees_cell(lamps, path, LAMP)
    assert not sees_cell(lamps, path, RUBBISH)
    assert not sees_cell(lamps, path, "")
    with pytest.raises(Forbidden):
        ask_hotspots(Asked(), lamps, here.at)
    with pytest.raises(Forbidden):
        ask_hotspots(Asked(), replace(here.leader, rights=(Right("mediator"),)), here.at)


def test_an_answer_that_is_gone_is_missing(here: District) -> None:
    with pytest.raises(Missing):
        run_for(here.leader, 1_000_000, here.at)


def test_periods_for_everybody_are_the_months_of_the_published_tables(hot: District) -> None:
    assert publish_periods(hot.at) == 0, "no tables, no map"
    months = publish_months(hot.at, months=2)
    assert publish_periods(hot.at) == 2
    assert periods() == [(one.first, one.until) for one in reversed(months)]


def test_a_month_is_told_once_and_never_changed(hot: District) -> None:
    publish_months(hot.at, months=2)
    made = publish_periods(hot.at)
    assert made == 2
    before = {row.pk: bytes(row.data or b"") for row in HotspotRun.objects.filter(kind="public")}
    first = periods()[0][0]
    spot = (CORNER[0], CORNER[1], hot.at - (hot.at.date() - first - timedelta(days=2)))
    placed(hot, [spot] * 9, prefix="late")
    assert publish_periods(hot.at) == 0
    after = {row.pk: bytes(row.data or b"") for row in HotspotRun.objects.filter(kind="public")}
    assert after == before


def test_a_month_that_an_older_period_reaches_into_is_not_told(hot: District) -> None:
    first, second = publish_months(hot.at, months=2)
    HotspotRun.objects.create(
        kind="public", key="older", first=first.first - timedelta(days=20),
        until=first.first + timedelta(days=8), wanted_at=hot.at,
    )  # fmt: skip
    assert [one.first for one in unpublished()] == [second.first]


def test_everybody_reads_no_cell_of_fewer_than_five_and_no_case_that_is_not_public(
    here: District,
) -> None:
    first = closed_months(here.at)[-1].first
    inside = here.at - (here.at.date() - first - timedelta(days=3))
    spots = [here.inside(row, column) for row in range(3) for column in range(3)]
    for number, (lat, lon) in enumerate(spots):
        placed(here, [(lat, lon, inside)] * (number + 1), prefix=f"C{number}-")
        placed(here, [(lat, lon, inside)] * 20, prefix=f"S{number}-", public=False)
    publish_months(here.at, months=1)
    publish_periods(here.at)
    found = public_hotspots(first)
    (told,) = found.classes.values()
    assert list(found.classes) == ["03"]  # the big class
    assert all(one["count"] >= 5 for one in told["cells"])
    assert all(h3.get_resolution(one["cell"]) == 8 for one in told["cells"])
    assert sum(one["count"] for one in told["cells"]) + (told["elsewhere"] or 0) == 45
    assert set(told["cells"][0]) == {"cell", "count", "band", "hot"}
    with pytest.raises(Missing):
        public_hotspots(first + timedelta(days=31))


def test_a_recount_that_would_stand_badly_beside_the_map_is_not_published(here: District) -> None:
    """Six more cases could be told of the month by themselves; beside the map they leave a few."""
    first = closed_months(here.at)[-1].first
    inside = here.at - (here.at.date() - first - timedelta(days=3))
    for number in range(4):
        placed(here, [(*here.inside(number // 2, number % 2), inside)] * 20, prefix=f"C{number}-")
    (release,) = publish_months(here.at, months=1)
    assert publish_periods(here.at) == 1
    assert stands_beside(release)
    cells = [[key, dict(counts)] for key, counts in release.content["cases"]["cells"]]
    for key, counts in cells:
        if key == ["site"]:
            counts["opened"] += 2
    release.content = {**release.content, "cases": {**release.content["cases"], "cells": cells}}
    assert not stands_beside(release)


def test_nothing_on_the_map_depends_on_a_case_that_is_not_public(here: District) -> None:
    first = closed_months(here.at)[-1].first
    inside = here.at - (here.at.date() - first - timedelta(days=3))
    for number in range(9):
        placed(
            here,
            [(*here.inside(number // 3, number % 3), inside)] * (3 * number),
            prefix=f"C{number}-",
        )
    (release,) = publish_months(here.at, months=1)
    before = period(release, here.at)
    for number in range(9):
        placed(here, [(*here.inside(number // 3, number % 3), inside)] * number, prefix=f"S{number}-",
               public=False)  # fmt: skip
    assert period(release, here.at) == before
    assert before["classes"]["03"]["cells"]
