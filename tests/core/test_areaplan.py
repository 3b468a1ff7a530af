"""The plan of an import: what it adds, changes and ends, and the faults it finds."""

from typing import Any

import pytest
import shapely

from commonward.core import areaplan, codes, geo
from commonward.core.areaplan import Known
from commonward.core.outlines import Given, Outline


def row(code: str, geometry: Any = None, name: str = "某区") -> Outline:
    return Outline(codes.parse(code), name, "", geometry, f"test, {code}")


def given(*rows: Outline) -> Given:
    found = Given()
    for each in rows:
        found.add(each)
    return found


def known(*rows: tuple[str, Any]) -> dict[str, Known]:
    return {
        code: Known(
            code, "某区", "", codes.parse(code).level, codes.parse(code).parent, False, shape
        )
        for code, shape in rows
    }


CITY = ("4302", shapely.box(113.0, 27.0, 113.2, 27.1))
WEST = shapely.box(113.0, 27.0, 113.1, 27.1)
EAST = shapely.box(113.1, 27.0, 113.2, 27.1)


def test_siblings_that_tile_their_parent_have_no_flaws() -> None:
    plan = areaplan.plan(known(CITY), given(row("430211", WEST), row("430212", EAST)))
    assert [r.code.text for r in plan.added] == ["430211", "430212"]
    assert plan.flaws == ()
    assert plan.rejected == ()


def test_an_overlap_of_siblings_is_reported_with_its_size_and_place() -> None:
    wide = shapely.box(113.0, 27.0, 113.11, 27.1)
    plan = areaplan.plan(known(CITY, ("430212", EAST)), given(row("430211", wide)))
    (flaw,) = plan.flaws
    assert (flaw.kind, flaw.code, flaw.other) == ("overlap", "430211", "430212")
    assert flaw.square_metres == pytest.approx(geo.square_metres(wide.intersection(EAST)), rel=1e-6)
    assert 113.1 < flaw.lon < 113.11


def test_a_hole_in_the_parent_is_reported_with_its_size_and_place() -> None:
    narrow = shapely.box(113.0, 27.0, 113.09, 27.1)
    plan = areaplan.plan(known(CITY), given(row("430211", narrow), row("430212", EAST)))
    (flaw,) = plan.flaws
    gap = shapely.box(113.09, 27.0, 113.1, 27.1)
    assert (flaw.kind, flaw.code) == ("hole", "4302")
    assert flaw.square_metres == pytest.approx(geo.square_metres(gap), rel=1e-6)
    assert gap.contains(shapely.Point(flaw.lon, flaw.lat))


def test_a_child_beyond_its_parent_is_reported() -> None:
    beyond = shapely.box(113.1, 27.0, 113.21, 27.1)
    plan = areaplan.plan(known(CITY), given(row("430211", WEST), row("430212", beyond)))
    assert [(f.kind, f.code, f.other) for f in plan.flaws] == [("outside", "430212", "4302")]


def test_flaws_up_to_the_tolerance_are_not_reported() -> None:
    sliver = shapely.box(113.0, 27.0, 113.1 + 1e-6, 27.1)
    rows = given(row("430211", sliver), row("430212", EAST))
    size = geo.square_metres(sliver.intersection(EAST))
    assert areaplan.plan(known(CITY), rows, tolerance=size * 1.01).flaws == ()
    assert len(areaplan.plan(known(CITY), rows, tolerance=size * 0.99).flaws) == 1


def test_a_row_without_its_parent_is_left_out_with_what_hangs_below_it() -> None:
    rows = given(row("430211"), row("430211001"))
    plan = areaplan.plan({}, rows)
    assert plan.added == ()
    assert [r.where for r in plan.rejected] == ["test, 430211", "test, 430211001"]
    assert "import that first" in str(plan.rejected[0].refusal)
    top = areaplan.plan({}, rows, tops=frozenset({"430211"}))
    assert [r.code.text for r in top.added] == ["430211", "430211001"]


def test_what_is_known_already_is_unchanged() -> None:
    plan = areaplan.plan(known(CITY, ("430211", WEST)), given(row("430211", WEST), row("4302")))
    assert plan.empty
    assert plan.unchanged == 2


def test_a_new_name_and_a_moved_border_are_a_change_with_its_size() -> None:
    moved = shapely.box(113.0, 27.0, 113.09, 27.1)
    plan = areaplan.plan(known(CITY, ("430211", WEST)), given(row("430211", moved, "新区")))
    (change,) = plan.changed
    assert change.what == ("name", "shape")
    assert change.was == "某区"
    assert change.square_metres == pytest.approx(
        geo.square_metres(WEST.difference(moved)), rel=1e-6
    )


def test_a_complete_list_ends_what_it_does_not_name_and_all_below() -> None:
    before = known(CITY, ("430211", None), ("430212", None), ("430212001", None), ("4303", None))
    plan = areaplan.plan(before, given(row("430211")), complete=True)
    assert plan.ended == ("430212", "430212001")
    assert areaplan.plan(before, given(row("430211"))).ended == ()


def test_an_outline_far_from_its_parent_that_fits_swapped_is_left_out() -> None:
    parent = ("9901", shapely.box(30.0, 40.0, 31.0, 41.0))
    swapped = shapely.box(40.2, 30.2, 40.4, 30.4)
    plan = areaplan.plan(known(parent), given(row("990101", swapped)))
    assert plan.added == ()
    assert "latitude and longitude are swapped" in str(plan.rejected[0].refusal)


def test_a_replaced_code_is_imported_under_the_new_one_and_said_so() -> None:
    plan = areaplan.plan(known(("4116", None)), given(row("411626")))
    assert [r.code.text for r in plan.added] == ["411603"]
    ((where, reason),) = plan.renumbered
    assert where == "test, 411626"
    assert "2019" in reason


def test_only_the_outlines_that_will_be_compared_are_needed() -> None:
    before = known(CITY, ("430211", WEST), ("430212", EAST), ("430212001", EAST), ("43", None))
    assert areaplan.shapes_needed(before, given(row("430211", WEST))) == {
        "4302",
        "430211",
        "430212",
    }
    assert areaplan.shapes_needed(before, given(row("430211"))) == set()
