"""Locating a point: the chain of areas, candidates near a border, outside, swapped, over time."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from commonward.areas import actions, queries
from commonward.areas.queries import kept
from commonward.core import geo
from commonward.core.refusals import Invalid, Missing

pytestmark = pytest.mark.django_db

AT = datetime(2024, 1, 1, tzinfo=UTC)
LATER = AT + timedelta(days=100)
WEST = shapely.box(113.00, 27.80, 113.01, 27.81)
EAST = shapely.box(113.01, 27.80, 113.02, 27.81)
METRE = 1 / geo.metres_per_degree(27.805)[0]
"""One metre eastwards, in degrees."""


@pytest.fixture
def town() -> None:
    """A district of three squares; two of them are streets, the third is the district alone."""
    actions.add_area(
        "430211", "天元区", at=AT, top=True, polygon=shapely.box(113.00, 27.80, 113.03, 27.81)
    )
    actions.add_area("430211001", "西街道", at=AT, polygon=WEST)
    actions.add_area("430211002", "东街道", at=AT, polygon=EAST)


def test_a_point_inside_gets_its_deepest_area_and_the_chain(town: None) -> None:
    found = queries.locate(27.805, 113.005, at=AT)
    assert found.code == "430211001"
    assert found.path == "/430211/430211001/"
    assert found.area_id == queries.area_by_code("430211001", AT).id
    assert found.candidates == ()
    assert not found.outside


def test_a_point_that_no_child_covers_belongs_to_the_parent(town: None) -> None:
    assert queries.locate(27.805, 113.025, at=AT).code == "430211"
    ids = queries.locate_many([27.805, 27.805, 27.0], [113.025, 113.005, 113.0], at=AT)
    assert ids.tolist() == [
        queries.area_by_code("430211", AT).id,
        queries.area_by_code("430211001", AT).id,
        0,
    ]


def test_near_a_border_the_candidates_are_named_with_their_distance(town: None) -> None:
    found = queries.locate(27.805, 113.01 - 10 * METRE, at=AT)
    assert found.code == "430211001"
    assert [c.code for c in found.candidates] == ["430211001", "430211002"]
    assert [c.metres for c in found.candidates] == pytest.approx([0, 10], abs=1e-3)
    chosen = found.chosen(found.candidates[1])
    assert (chosen.code, chosen.path) == ("430211002", "/430211/430211002/")
    assert queries.locate(27.805, 113.01 - 16 * METRE, at=AT).candidates == ()


def test_how_near_is_near_can_be_set(town: None) -> None:
    beside = 113.01 - 40 * METRE
    assert queries.locate(27.805, beside, at=AT).candidates == ()
    assert len(queries.locate(27.805, beside, at=AT, border_metres=50).candidates) == 2
    assert queries.locate(27.805, 113.01 - METRE, at=AT, border_metres=0).candidates == ()


def test_a_point_exactly_on_a_border_always_gets_the_lowest_code(town: None) -> None:
    found = queries.locate(27.805, 113.01, at=AT)
    assert found.code == "430211001"
    assert [(c.code, c.metres) for c in found.candidates] == [("430211001", 0), ("430211002", 0)]


def test_outside_everything_the_nearest_area_and_its_distance_are_named(town: None) -> None:
    found = queries.locate(27.805, 112.99, at=AT)
    assert found.outside
    assert (found.area_id, found.path) == (None, "")
    assert found.nearest_code in {"430211", "430211001"}
    assert found.nearest_metres == pytest.approx(0.01 / METRE, rel=1e-4)
    assert not found.swapped_hint
    assert found.candidates == ()
    hair = queries.locate(27.805, 113.0 - 5 * METRE, at=AT)
    assert hair.outside
    assert [c.code for c in hair.candidates] == ["430211001"]


def test_swapped_coordinates_are_outside_with_a_hint(town: None) -> None:
    found = queries.locate(113.005, 27.805, at=AT)
    assert found.outside
    assert found.swapped_hint


@pytest.mark.parametrize("lat", [float("nan"), float("inf"), 1e9, -90.0])
def test_impossible_coordinates_are_outside(town: None, lat: float) -> None:
    found = queries.locate(lat, 113.005, at=AT)
    assert found.outside
    assert not found.swapped_hint


def test_before_the_first_area_and_without_any_everything_is_outside(town: None) -> None:
    found = queries.locate(27.805, 113.005, at=AT - timedelta(seconds=1))
    assert found.outside
    assert found.nearest_id is None
    actions.end_area("430211", at=LATER, with_children=True)
    assert queries.locate(27.805, 113.005, at=LATER).outside
    assert not queries.locate(27.805, 113.005, at=LATER - timedelta(seconds=1)).outside


def test_a_redrawn_street_changes_tomorrow_and_never_yesterday(town: None) -> None:
    tomorrow = AT + timedelta(days=1)
    actions.redraw("430211001", shapely.box(113.00, 27.80, 113.005, 27.81), at=tomorrow)
    actions.redraw("430211002", shapely.box(113.005, 27.80, 113.02, 27.81), at=tomorrow)
    today = queries.locate(27.805, 113.007, at=tomorrow - timedelta(seconds=1))
    assert today.code == "430211001"
    assert queries.locate(27.805, 113.007, at=tomorrow).code == "430211002"
    assert queries.locate(27.805, 113.007, at=AT).code == "430211001"


def test_a_second_point_needs_no_query_when_the_revisions_are_known(town: None) -> None:
    revisions = queries.revisions()
    queries.locate(27.805, 113.005, at=AT, revisions=revisions)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.locate(27.805, 113.015, at=AT + timedelta(hours=1), revisions=revisions)
    assert len(asked) == 0


def test_the_table_of_a_state_is_built_once_and_mapped_afterwards(town: None) -> None:
    revisions = queries.revisions()
    first = queries.locate(27.805, 113.005, at=AT, revisions=revisions)
    kept._kept = kept._Kept()
    with CaptureQueriesContext(connection) as asked:
        again = queries.locate(27.805, 113.005, at=AT, revisions=revisions)
    assert again == first
    assert not any("wkb" in query["sql"] for query in asked)


def test_tables_of_old_states_are_cleared_away(town: None) -> None:
    for day in range(1, 20):
        actions.redraw("430211002", EAST, at=AT + timedelta(days=day))
        assert queries.locate(27.805, 113.015, at=AT + timedelta(days=day)).code == "430211002"
    folders = [path for path in (settings.VAR / "places").iterdir() if path.is_dir()]
    assert len(folders) <= kept._ON_DISK
    assert not [path for path in folders if path.name.startswith("making-")]


@hypothesis_settings(max_examples=12)
@given(st.integers(2, 6), st.integers(0, 100))
def test_many_points_at_once_get_the_answers_of_single_ones(across: int, seed: int) -> None:
    code = f"99{seed % 90 + 10:02d}01"
    actions.add_area(code, "示范区", at=AT, top=True, polygon=shapely.box(10, 20, 11, 21))
    for i in range(across):
        actions.add_area(
            f"{code}{i + 1:03d}",
            "街道",
            at=AT,
            polygon=shapely.box(10 + i / across, 20, 10 + (i + 1) / across, 20.9),
        )
    chance = np.random.default_rng(seed)
    lats, lons = chance.uniform(19.9, 21.1, 50), chance.uniform(9.9, 11.1, 50)
    many = queries.locate_many(lats, lons, at=AT)
    revisions = queries.revisions()
    single = [
        queries.locate(lat, lon, at=AT, revisions=revisions).area_id or 0
        for lat, lon in zip(lats.tolist(), lons.tolist(), strict=True)
    ]
    assert many.tolist() == single
    actions.end_area(code, at=LATER, with_children=True)


def test_an_area_with_others_below_it_is_not_ended_alone(town: None) -> None:
    with pytest.raises(Invalid, match="2 areas below"):
        actions.end_area("430211", at=LATER)
    assert actions.end_area("430211001", at=LATER) == 1
    with pytest.raises(Missing, match="no area with the code 430211001"):
        actions.end_area("430211001", at=LATER)
    with pytest.raises(Invalid, match="only since"):
        actions.end_area("430211002", at=AT)


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        (shapely.Point(113, 28), "polygon or multipolygon"),
        (shapely.Polygon(), "encloses something"),
        (shapely.box(0, 0, 200, 1), "leaves longitude"),
        (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "Self-intersection"),
    ],
)
def test_an_impossible_outline_is_refused_in_words(
    town: None, outline: shapely.Geometry, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        actions.redraw("430211001", outline, at=LATER)
    assert queries.outline("430211001", LATER).equals(WEST)


def test_a_code_in_use_and_a_missing_parent_are_refused(town: None) -> None:
    with pytest.raises(Invalid, match="in use"):
        actions.add_area("430211001", "又一", at=LATER)
    with pytest.raises(Invalid, match="430212, which is not known"):
        actions.add_area("430212001", "街道", at=LATER)


def test_processes_that_start_together_build_one_table(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
import shapely
from commonward.core.locator import Locator
sys.path.insert(0, ".")
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "commonward.config.settings"
import django
django.setup()
from datetime import UTC, datetime
from commonward.areas.queries import kept
import numpy as np
calls = Path(sys.argv[1])
def build(at):
    with (calls / "built").open("a") as file:
        file.write("x")
    polygons = [shapely.box(i, 0, i + 1, 1) for i in range(400)]
    names = np.array([str(i) for i in range(400)], dtype=np.bytes_)
    return kept.Layers((kept.Layer(Locator.build(polygons), np.arange(400), names, names),))
kept._build = build
layers = kept._from_disk(17, 1, datetime.now(UTC))
print(layers.all[0].locator.at(33.5, 0.5))
"""
    root = Path(__file__).resolve().parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=root,
            env={"COMMONWARD_VAR": str(tmp_path / "var"), "PATH": ""},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert [process.communicate()[0].strip() for process in started] == ["33"] * 4
    assert (tmp_path / "built").read_text() == "x"
