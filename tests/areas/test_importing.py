"""Importing areas: a plan first, one transaction, nothing the second time, history kept."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely

from commonward.areas import actions, queries
from commonward.areas.models import Area, Shape
from commonward.core import areaplan
from commonward.core.refusals import Invalid

pytestmark = pytest.mark.django_db

AT = datetime(2024, 1, 1, tzinfo=UTC)
LATER = datetime(2025, 6, 1, tzinfo=UTC)
LIST = "code,name\n43,湖南省\n4302,株洲市\n430211,天元区\n430211001,嵩山路街道\n".encode()


def collection(**outlines: Any) -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"code": code[1:], "name": "天元区"},
                    "geometry": shapely.geometry.mapping(outline),
                }
                for code, outline in outlines.items()
            ],
        }
    ).encode()


SQUARE = shapely.box(113.0, 27.8, 113.1, 27.9)


def bring(*files: tuple[str, bytes], at: datetime = AT, **options: Any) -> areaplan.Plan:
    return actions.import_areas(files, at=at, **options)


def test_a_dry_run_plans_everything_and_writes_nothing() -> None:
    before = queries.revisions()
    plan = bring(("codes.csv", LIST), dry_run=True)
    assert [row.code.text for row in plan.added] == ["43", "4302", "430211", "430211001"]
    assert not Area.objects.exists()
    assert queries.revisions() == before


def test_an_import_builds_the_tree_from_the_codes_and_raises_the_revision() -> None:
    before = queries.revisions()["areas"]
    bring(("codes.csv", LIST))
    street = queries.area_by_code("430211001", AT)
    assert street.path == "/43/4302/430211/430211001/"
    assert [p.name for p in queries.chain(street.path, AT)] == [
        "湖南省",
        "株洲市",
        "天元区",
        "嵩山路街道",
    ]
    assert queries.revisions()["areas"] > before


def test_a_second_import_changes_nothing() -> None:
    files = ("codes.csv", LIST), ("outline.json", collection(c430211=SQUARE))
    bring(*files)
    before = queries.revisions(), list(Area.objects.values()), list(Shape.objects.values())
    again = bring(*files, at=LATER)
    assert again.empty
    assert again.unchanged == 4
    assert (
        queries.revisions(),
        list(Area.objects.values()),
        list(Shape.objects.values()),
    ) == before


def test_a_redrawn_outline_holds_from_then_on_and_the_old_one_before() -> None:
    bring(("codes.csv", LIST), ("a.json", collection(c430211=SQUARE)))
    moved = shapely.box(113.05, 27.8, 113.15, 27.9)
    plan = bring(("b.json", collection(c430211=moved)), at=LATER)
    assert [change.what for change in plan.changed] == [("shape",)]
    before = LATER - timedelta(seconds=1)
    assert queries.outline("430211", before).equals(SQUARE)
    assert queries.outline("430211", LATER).equals(moved)
    assert queries.locate(27.85, 113.01, at=before).code == "430211"
    assert queries.locate(27.85, 113.01, at=LATER).outside
    assert queries.locate(27.85, 113.14, at=LATER).code == "430211"


def test_a_complete_list_ends_what_it_leaves_out_but_keeps_it_on_record() -> None:
    bring(("codes.csv", LIST), ("a.json", collection(c430211=SQUARE)))
    new = "code,name\n430212,渌口区\n".encode()
    plan = bring(("new.csv", new), at=LATER, complete=True)
    assert plan.ended == ("430211", "430211001")
    assert [p.code for p in queries.children("4302", LATER)] == ["430212"]
    assert [p.code for p in queries.children("4302", AT)] == ["430211"]
    assert queries.locate(27.85, 113.05, at=AT).code == "430211"
    assert queries.locate(27.85, 113.05, at=LATER).outside


def test_rows_that_cannot_be_used_do_not_keep_the_others_out() -> None:
    broken = LIST + '430211002,"泰山路街道\n'.encode()
    plan = bring(("codes.csv", broken))
    assert len(plan.added) == 4
    assert [r.where for r in plan.rejected] == ["codes.csv, line 6"]
    assert Area.objects.count() == 4


def test_one_unreadable_file_keeps_everything_out() -> None:
    with pytest.raises(Invalid, match="not JSON"):
        bring(("codes.csv", LIST), ("bad.json", b"{"))
    assert not Area.objects.exists()


def test_a_change_before_the_present_outline_began_is_refused_whole() -> None:
    bring(("codes.csv", LIST), ("a.json", collection(c430211=SQUARE)), at=LATER)
    wider = shapely.box(113.0, 27.8, 113.2, 27.9)
    names = LIST.replace("天元区".encode(), "天元新区".encode())
    with pytest.raises(Invalid, match="must begin after"):
        bring(("b.json", collection(c430211=wider)), ("c.csv", b"code,name\n4303,X\n"), at=AT)
    assert not Area.objects.filter(code="4303").exists()
    assert bring(("codes.csv", names), at=LATER).changed[0].what == ("name",)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(Invalid, match="no zone"):
        bring(("codes.csv", LIST), at=datetime(2024, 1, 1))  # noqa: DTZ001 (what is refused)


def test_zhuzhou_is_imported_from_the_real_files_without_flaws(shared: Path) -> None:
    data = shared / "data"
    lists = ["provinces", "cities", "areas", "streets", "villages_430200_zhuzhou"]
    files = [(f"{n}.csv", (data / "divisions" / f"{n}.csv").read_bytes()) for n in lists]
    outlines = "citys_430200.json", (data / "geo" / "citys_430200.json").read_bytes()
    plan = bring(*files, outlines, within="4302", gcj02=True)
    assert plan.rejected == ()
    assert plan.flaws == ()
    levels = {level: number for level, number, _, _ in queries.counts(AT)}
    assert levels["district"] == 9
    assert levels["community"] == 1_400
    assert len(queries.children("430211", AT)) == 7
    assert bring(*files, outlines, within="4302", gcj02=True, at=LATER).empty
    # The district's government building, WGS-84.
    assert queries.locate(27.827, 113.077, at=AT).path == "/43/4302/430211/"


def test_wuhans_three_invalid_rings_are_mended_and_reported(shared: Path) -> None:
    data = shared / "data"
    files = [
        (f"{n}.csv", (data / "divisions" / f"{n}.csv").read_bytes())
        for n in ("provinces", "cities")
    ]
    outlines = "citys_420100.json", (data / "geo" / "citys_420100.json").read_bytes()
    plan = bring(*files, outlines, within="4201", gcj02=True)
    assert sorted(m.code for m in plan.mended) == ["420113", "420115", "420117"]
    assert all(m.fault.startswith("Self-intersection") for m in plan.mended)
    assert all(queries.outline(m.code, AT).is_valid for m in plan.mended)


def test_two_outlines_of_one_district_that_disagree_show_as_overlaps(shared: Path) -> None:
    data = shared / "data" / "geo"
    city, county = (
        (name, (data / name).read_bytes()) for name in ("citys_430200.json", "county_430211.json")
    )
    bring(("codes.csv", LIST), city, gcj02=True)
    plan = bring(county, gcj02=True, dry_run=True)
    assert {(f.kind, f.code, f.other) for f in plan.flaws} == {
        ("overlap", "430211", "430212"),
        ("overlap", "430203", "430211"),
        ("overlap", "430204", "430211"),
    }
    assert all(90_000 < f.square_metres < 250_000 for f in plan.flaws)
