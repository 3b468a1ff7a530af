"""Grids planned, moved by hand, proposed and published: cases before and after the day."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonward.areas import queries as areas
from commonward.areas.actions import redraw
from commonward.areas.models import Area, Shape
from commonward.cases.models import Case
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.models import Change
from commonward.people.queries import actor_for
from commonward.response.actions import gridding
from commonward.response.actions.planning import ask_plan, forget_plans
from commonward.response.models import GridDesign, Plan
from commonward.response.queries.grids import Design, design_for, proposals
from tests.district import (
    AT,
    CELL,
    COMMUNITIES,
    DISTRICT,
    SOUTH,
    STREETS,
    WEST,
    District,
    small_district,
)
from tests.planning import GRIDS, grid_plan, planner

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = AT + DAY
SINCE = AT + 3 * DAY


@dataclass(frozen=True)
class Planned:
    """The small district, a planner, and a plan of its grids that has ended."""

    district: District
    planner: Actor
    plan: Plan


@pytest.fixture
def made() -> Planned:
    """Nine grids of today; many cases in the south-west corner, few elsewhere."""
    district = small_district(AT)
    for step in range(12):
        district.report(lat=SOUTH + 0.001 + 0.0006 * step, lon=WEST + 0.002 + 0.0005 * step)
    for row in range(3):
        for column in range(3):
            lat, lon = district.inside(row, column)
            district.report(lat=lat, lon=lon)
    who = planner("planner", AT)
    return Planned(district, who, grid_plan(who, NOW))


def whole(design: Design) -> bool:
    """Whether each grid is in one piece and has land, by a search of its own."""
    beside: dict[int, set[int]] = {}
    for (one, other), crossed in zip(design.ends.tolist(), design.crossed.tolist(), strict=True):
        if crossed:
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    grids = design.grids
    if set(grids.tolist()) != set(design.labels):
        return False
    for grid in set(grids.tolist()):
        mine = set(np.flatnonzero(grids == grid).tolist())
        reached, queue = {min(mine)}, [min(mine)]
        for here in queue:
            for there in beside.get(here, set()) & mine - reached:
                reached.add(there)
                queue.append(there)
        if reached != mine:
            return False
    return True


def movable(made: Planned) -> tuple[int, int]:
    """A block and a neighbouring grid that it may go to."""
    design = design_for(made.plan.code, made.planner)
    for one, other in design.ends.tolist():
        grid = int(design.grids[other])
        if grid == design.grids[one]:
            continue
        try:
            gridding._moved(design, [(one, grid)])
        except Refusal:
            continue
        return one, grid
    raise AssertionError("no block can be moved")


def test_planned_grids_lie_within_one_village_each_and_are_more_even_than_todays(
    made: Planned,
) -> None:
    design = design_for(made.plan.code, made.planner)
    assert whole(design)
    assert len(set(design.grids.tolist())) == 9
    villages = set(zip(design.grids.tolist(), design.village.tolist(), strict=True))
    assert len(villages) == 9
    assert design.answer["off"] < design.answer["now"]["off"]
    assert design.answer["off"] >= design.answer["bound"] - 1e-9
    assert sum(design.given["cases"]) == 21


def test_the_blocks_cover_each_village_to_the_last_vertex(made: Planned) -> None:
    design = design_for(made.plan.code, made.planner)
    for number, code in enumerate(COMMUNITIES):
        blocks = [design.mosaic.outline(int(b)) for b in np.flatnonzero(design.village == number)]
        assert shapely.coverage_is_valid(blocks)
        outline = areas.outline(code, NOW)
        assert shapely.union_all(blocks).symmetric_difference(outline).area < 1e-15


def test_a_move_by_hand_is_kept_undone_and_made_again(made: Planned) -> None:
    block, grid = movable(made)
    before = design_for(made.plan.code, made.planner).grids.copy()
    gridding.move_blocks(made.plan.code, [(block, grid)], 0, made.planner, NOW)
    after = design_for(made.plan.code, made.planner)
    assert after.grids[block] == grid and (after.grids != before).sum() == 1
    gridding.undo(made.plan.code, 1, made.planner, NOW)
    assert (design_for(made.plan.code, made.planner).grids == before).all()
    gridding.redo(made.plan.code, 2, made.planner, NOW)
    assert (design_for(made.plan.code, made.planner).grids == after.grids).all()
    with pytest.raises(Invalid, match="no move to make again"):
        gridding.redo(made.plan.code, 3, made.planner, NOW)


def test_who_moves_from_an_old_version_is_told_that_somebody_else_was_faster(
    made: Planned,
) -> None:
    block, grid = movable(made)
    gridding.move_blocks(made.plan.code, [(block, grid)], 0, made.planner, NOW)
    with pytest.raises(Stale, match="Somebody else changed these grids"):
        gridding.move_blocks(made.plan.code, [(block, grid)], 0, made.planner, NOW)
    assert GridDesign.objects.get().version == 1


def test_a_block_goes_neither_to_another_village_nor_to_a_grid_it_does_not_touch(
    made: Planned,
) -> None:
    design = design_for(made.plan.code, made.planner)
    strange = next(g for g, v in design.village_of.items() if v != design.village[0])
    with pytest.raises(Invalid, match="stays in its village"):
        gridding.move_blocks(made.plan.code, [(0, strange)], 0, made.planner, NOW)
    inner = next(
        b for b in range(len(design.grids))
        if all(
            design.grids[a] == design.grids[c] for a, c in design.ends.tolist() if b in (a, c)
        )
    )  # fmt: skip
    home = design.village[inner]
    far = next(g for g, v in design.village_of.items() if v == home and g != design.grids[inner])
    with pytest.raises(Invalid, match="does not touch"):
        gridding.move_blocks(made.plan.code, [(inner, far)], 0, made.planner, NOW)
    assert not GridDesign.objects.exists()


@settings(
    max_examples=30, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(pairs=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 8)), min_size=1, max_size=12))
def test_whatever_is_moved_by_hand_leaves_every_grid_in_one_piece(
    made: Planned, pairs: list[tuple[int, int]]
) -> None:
    design = design_for(made.plan.code, made.planner)
    for block, grid in pairs:
        size = len(design.grids)
        near = [
            int(design.grids[a if c == block % size else c])
            for a, c in design.ends.tolist() if block % size in (a, c)
        ]  # fmt: skip
        wish = near[grid % len(near)] if near else grid
        try:
            _made, grids = gridding._moved(design, [(block % size, wish)])
        except Invalid:
            continue
        design = Design(design.plan, design.given, design.answer, None, grids)
        assert whole(design)


def test_published_grids_take_new_cases_from_their_day_on_and_leave_the_open_ones(
    made: Planned,
) -> None:
    code, administrator = made.plan.code, made.district.administrator
    before = {case.pk: case.area_path for case in Case.objects.all()}
    old = {one.code for one in Area.objects.filter(level="grid")}
    gridding.propose(code, SINCE, 0, made.planner, NOW)
    assert [one.plan.code for one in proposals(administrator)] == [code]
    draft = gridding.foreseen(design_for(code, made.planner), SINCE, NOW).draft
    gridding.publish(code, 1, administrator, NOW)
    for number, village in enumerate(COMMUNITIES):
        outline = areas.outline(village, SINCE)
        now = [areas.outline(one.code, SINCE) for one in areas.children(village, SINCE)]
        assert len(now) == sum(
            v == number for v in design_for(code, made.planner).village_of.values()
        )
        assert shapely.union_all(now).symmetric_difference(outline).area < 1e-15
        assert {one.code for one in areas.children(village, NOW)} <= old
    assert {case.pk: case.area_path for case in Case.objects.all()} == before
    moved = next(
        (lat, lon)
        for lat in np.arange(SOUTH + 0.0006, SOUTH + 3 * CELL, 0.0011).tolist()
        for lon in np.arange(WEST + 0.0007, WEST + 3 * CELL, 0.0013).tolist()
        if areas.locate(lat, lon, at=NOW, border_metres=0).code
        != areas.locate(lat, lon, at=SINCE, border_metres=0).code
    )
    today = made.district.report(lat=moved[0], lon=moved[1], at=NOW).case
    then = made.district.report(lat=moved[0], lon=moved[1], at=SINCE).case
    assert today.area_path != then.area_path
    assert then.area_path.split("/")[-2] in {*draft.outlines}
    change = Change.objects.get(verb="regrid")
    assert change.data["added"] == len(draft.added)


def test_a_grid_that_mostly_stays_keeps_its_code_and_new_codes_follow_the_highest(
    made: Planned,
) -> None:
    design = design_for(made.plan.code, made.planner)
    found = gridding.foreseen(design, SINCE, NOW)
    kept = [code for code in found.codes if Area.objects.filter(code=code).exists()]
    assert len(kept) == len(design.continues) > 0
    for one in found.draft.added:
        used = Area.objects.filter(parent__code=one.parent.code).values_list("code", flat=True)
        assert one.code > max(used)
    assert len(found.draft.ended) == 9 - len(kept)


def test_before_its_day_what_was_published_is_taken_back_without_a_trace_in_the_areas(
    made: Planned,
) -> None:
    def state() -> list[tuple[object, ...]]:
        rows = list(Area.objects.order_by("pk").values_list("pk", "valid_until"))
        return [*rows, *Shape.objects.order_by("pk").values_list("pk", "valid_until")]

    before = state()
    administrator = made.district.administrator
    gridding.propose(made.plan.code, SINCE, 0, made.planner, NOW)
    gridding.publish(made.plan.code, 1, administrator, NOW)
    assert state() != before
    gridding.take_back(made.plan.code, 2, administrator, NOW)
    assert state() == before
    assert GridDesign.objects.get().state == "draft"


def test_once_the_day_has_come_nothing_is_taken_back(made: Planned) -> None:
    gridding.propose(made.plan.code, SINCE, 0, made.planner, NOW)
    gridding.publish(made.plan.code, 1, made.district.administrator, NOW)
    with pytest.raises(Invalid, match="in force since"):
        gridding.take_back(made.plan.code, 2, made.district.administrator, SINCE)


def test_grids_changed_since_the_planning_are_not_overwritten(made: Planned) -> None:
    gridding.propose(made.plan.code, SINCE, 0, made.planner, NOW)
    grid = areas.outline(made.district.grid(2, 2), NOW).buffer(-0.001)
    redraw(made.district.grid(2, 2), grid, at=NOW)
    with pytest.raises(Stale, match="plan them anew"):
        gridding.publish(made.plan.code, 1, made.district.administrator, NOW)
    assert GridDesign.objects.get().state == "proposed"


def test_only_an_administrator_of_the_area_publishes_and_a_planner_only_proposes(
    made: Planned,
) -> None:
    gridding.propose(made.plan.code, SINCE, 0, made.planner, NOW)
    with pytest.raises(Missing):
        gridding.publish(made.plan.code, 1, made.planner, NOW)
    account = people.add_account(SYSTEM, "small", "Small", at=AT).pk
    path = Area.objects.get(code=STREETS[0]).path
    people.grant(SYSTEM, account, "administrator", at=AT, area_path=path)
    with pytest.raises((Missing, Forbidden)):
        gridding.publish(made.plan.code, 1, actor_for(account, AT), NOW)
    assert GridDesign.objects.get().state == "proposed"


def test_a_planner_of_one_street_neither_plans_nor_moves_beyond_it(made: Planned) -> None:
    south = planner("south", AT, STREETS[0])
    with pytest.raises(Forbidden):
        ask_plan("grids", "Grids", DISTRICT, GRIDS, south, NOW)
    with pytest.raises(Missing):
        gridding.move_blocks(made.plan.code, [(0, 0)], 0, south, NOW)
    plan = grid_plan(south, NOW, STREETS[0])
    assert [v[0] for v in design_for(plan.code, south).given["villages"]] == list(COMMUNITIES[:2])


def test_a_proposal_rests_until_it_is_decided_or_taken_back(made: Planned) -> None:
    block, grid = movable(made)
    gridding.propose(made.plan.code, SINCE, 0, made.planner, NOW)
    with pytest.raises(Invalid, match="proposed or published"):
        gridding.move_blocks(made.plan.code, [(block, grid)], 1, made.planner, NOW)
    gridding.hand_back(made.plan.code, 1, made.district.administrator, NOW)
    gridding.move_blocks(made.plan.code, [(block, grid)], 2, made.planner, NOW)
    for day in (NOW, NOW + timedelta(days=400)):
        with pytest.raises(Invalid, match="coming day"):
            gridding.propose(made.plan.code, day, 3, made.planner, NOW)


def test_a_published_design_outlives_the_year_of_its_plan_until_its_day(made: Planned) -> None:
    since = NOW + timedelta(days=365, hours=12)
    gridding.propose(made.plan.code, since, 0, made.planner, NOW)
    gridding.publish(made.plan.code, 1, made.district.administrator, NOW)
    forget_plans(since - timedelta(hours=6))
    assert GridDesign.objects.filter(plan=made.plan).exists()
    forget_plans(since)
    assert not Plan.objects.filter(pk=made.plan.pk).exists()
