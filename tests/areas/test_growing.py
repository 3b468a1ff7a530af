"""Grown grids: they fill the district, hang below real streets, and are marked synthetic."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely

from commonward.areas import actions, queries
from commonward.areas.models import Area, Shape
from commonward.core.refusals import Invalid, Missing

pytestmark = pytest.mark.django_db

AT = datetime(2024, 1, 1, tzinfo=UTC)
BEFORE = datetime(2023, 1, 1, tzinfo=UTC)


def outlines(level: str) -> list[Any]:
    rows = Shape.objects.filter(area__level=level).order_by("area__code")
    return [shapely.from_wkb(bytes(row.wkb)) for row in rows]


def test_an_invented_district_is_tiled_at_every_level() -> None:
    grown = actions.grow_district(at=AT, seed=3, grids=60)
    assert (grown.streets, grown.communities, grown.grids) == (1, 8, 60)
    (district,) = outlines("district")
    for level in ("street", "community", "grid"):
        assert shapely.coverage_is_valid(outlines(level))
        assert shapely.union_all(outlines(level)).symmetric_difference(district).area < 1e-13
    for grid in Area.objects.filter(level="grid"):
        assert len(grid.code) == 15
        assert grid.code[:12] in grid.path
    assert not Area.objects.filter(synthetic=False).exists()
    assert not Area.objects.filter(name="").exists()
    assert not Area.objects.filter(name_en="").exists()


def test_the_same_seed_grows_the_same_district() -> None:
    actions.grow_district(at=AT, seed=3, grids=20, code="990101")
    actions.grow_district(at=AT, seed=3, grids=20, code="990102")
    actions.grow_district(at=AT, seed=4, grids=20, code="990103")
    first, again, other = (queries.outline(f"99010{n}", AT) for n in (1, 2, 3))
    assert first.equals(again)
    assert not first.equals(other)
    assert queries.outline("990101001001001", AT).equals(queries.outline("990102001001001", AT))


def test_known_streets_and_communities_keep_their_names_and_get_the_cells() -> None:
    actions.add_area(
        "430211", "天元区", at=AT, top=True, polygon=shapely.box(113, 27.8, 113.1, 27.9)
    )
    actions.add_area("430211001", "嵩山路街道", at=AT)
    actions.add_area("430211001005", "韶溪社区", at=AT)
    actions.add_area("430211001007", "湘银居委会", at=AT)
    actions.add_area("430211101", "群丰镇", at=AT)
    grown = actions.grow_grids("430211", at=AT, count=40)
    assert (grown.streets, grown.grids) == (2, 40)
    assert [p.name for p in queries.children("430211001", AT)] == ["韶溪社区", "湘银居委会"]
    assert queries.children("430211001005", AT)[0].name == "韶溪社区第1网格"
    assert all(place.synthetic for place in queries.children("430211", AT))
    assert not queries.area_by_code("430211", AT).synthetic
    street = queries.outline("430211001", AT)
    grids = [
        queries.outline(p.code, AT)
        for c in ("5", "7")
        for p in queries.children(f"43021100100{c}", AT)
    ]
    assert shapely.union_all(grids).equals(street)


def test_every_place_of_the_district_is_in_exactly_one_grid() -> None:
    actions.grow_district(at=AT, seed=9, grids=50)
    district = queries.outline("990101", AT)
    for grid in outlines("grid"):
        middle = grid.representative_point()
        found = queries.locate(middle.y, middle.x, at=AT)
        assert len(found.code) == 15
        assert grid.equals(queries.outline(found.code, AT))
    corner = shapely.get_coordinates(district)[0].tolist()
    assert len(queries.locate(corner[1], corner[0], at=AT).code) == 15


def test_growing_again_over_drawn_areas_is_refused() -> None:
    actions.grow_district(at=AT, grids=20)
    with pytest.raises(Invalid, match="have outlines already"):
        actions.grow_grids("990101", at=AT, count=20)
    with pytest.raises(Invalid, match="990101 is in use"):
        actions.grow_district(at=AT, grids=20)
    assert Area.objects.filter(level="grid").count() == 20


def test_what_cannot_be_grown_is_refused_in_words() -> None:
    with pytest.raises(Missing, match="import its GeoJSON first"):
        actions.grow_grids("430211", at=AT)
    actions.add_area("430211", "天元区", at=AT, top=True, polygon=shapely.box(113, 27, 113.1, 27.1))
    with pytest.raises(Missing, match="at that time"):
        actions.grow_grids("430211", at=BEFORE)
    actions.add_area("430211001", "街道", at=AT)
    for number in (1, 2, 3):
        actions.add_area(f"43021100100{number}", "社区", at=AT)
    with pytest.raises(Invalid, match="3 communities need 3 to"):
        actions.grow_grids("430211", at=AT, count=2)
    with pytest.raises(Invalid, match="begins with 99"):
        actions.grow_district(at=AT, code="430211")


def test_tianyuan_gets_800_grids_below_its_real_streets_and_villages(shared: Path) -> None:
    data = shared / "data"
    lists = ["provinces", "cities", "areas", "streets", "villages_430200_zhuzhou"]
    files = [(f"{n}.csv", (data / "divisions" / f"{n}.csv").read_bytes()) for n in lists]
    files.append(("430211.json", (data / "geo" / "county_430211.json").read_bytes()))
    actions.import_areas(files, at=AT, within="430211", gcj02=True)
    grown = actions.grow_grids("430211", at=AT)
    assert (grown.streets, grown.communities, grown.grids) == (7, 100, 800)
    assert all(len(queries.children(c.code, AT)) == 8 for c in queries.children("430211001", AT))
    assert shapely.coverage_is_valid(outlines("grid"))
    district = queries.outline("430211", AT)
    assert shapely.coverage_union_all(outlines("grid")).symmetric_difference(district).area < 1e-13
