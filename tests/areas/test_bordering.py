"""Borders changed by administrators: from a coming day on, looked at first, and on record."""

from datetime import UTC, datetime, timedelta

import pytest
import shapely

from commonward.areas import actions, queries
from commonward.areas.models import Area, Shape
from commonward.areas.queries import drafting
from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.core.rights import Actor, Right
from commonward.people.models import Account, Change

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TOMORROW = AT + DAY
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
PLACE = "430298001001"
GRIDS = [f"{PLACE}{number:03}" for number in (1, 2, 3)]
LATS, LONS = (27.805,) * 3, (113.102, 113.108, 113.115)
"""Two points in the first grid, west and east, and one in the second."""
CUT = shapely.LineString([(113.105, 27.79), (113.105, 27.82)])


@pytest.fixture
def administrator() -> Actor:
    account = Account.objects.create(login="admin", name="Admin")
    return Actor(account=account.pk, name="Admin", rights=(Right(role="administrator"),))


@pytest.fixture(autouse=True)
def community() -> None:
    """One community of three square grids side by side."""
    whole = shapely.box(113.10, 27.80, 113.13, 27.81)
    for code, top in (("430298", True), ("430298001", False), (PLACE, False)):
        actions.add_area(code, f"区{code}", at=SINCE, polygon=whole, top=top)
    for number, code in enumerate(GRIDS):
        west = round(113.10 + number / 100, 6)
        box = shapely.box(west, 27.80, round(west + 0.01, 6), 27.81)
        actions.add_area(code, f"第{number + 1}网格", at=SINCE, polygon=box)


def codes_at(at: datetime) -> list[str]:
    """Where the three points lie at a moment."""
    return [
        queries.locate(lat, lon, at=at, border_metres=0).code
        for lat, lon in zip(LATS, LONS, strict=True)
    ]


def test_a_split_holds_from_its_day_on_and_leaves_the_days_before(administrator: Actor) -> None:
    new = drafting.next_code(PLACE)
    assert new == f"{PLACE}004"
    actions.split_area(
        administrator, GRIDS[0], CUT, new, "第四网格", since=TOMORROW, at=AT, new_part="smaller"
    )
    first, second = queries.outline(GRIDS[0], TOMORROW), queries.outline(new, TOMORROW)
    assert codes_at(AT) == [GRIDS[0], GRIDS[0], GRIDS[1]]
    split = codes_at(TOMORROW)
    assert set(split[:2]) == {GRIDS[0], new}
    assert shapely.coverage_is_valid([first, second])
    assert first.union(second).equals(queries.outline(GRIDS[0], AT))
    with pytest.raises(Missing):
        queries.area_by_code(new, AT)
    change = Change.objects.get(verb="split_area")
    assert (change.about, change.by_id) == (GRIDS[0], administrator.account)
    assert new in change.data["added"]


def test_the_smaller_part_is_the_new_area_unless_the_larger_is_asked_for(
    administrator: Actor,
) -> None:
    line = shapely.LineString([(113.103, 27.79), (113.103, 27.82)])
    for part, expected in (("smaller", [1, 0]), ("larger", [0, 1])):
        draft = drafting.draft_split(
            GRIDS[0], line, f"{PLACE}009", "新", since=TOMORROW, new_part=part
        )
        point = shapely.Point(113.101, 27.805)
        held = [draft.outlines[code].contains(point) for code in (f"{PLACE}009", GRIDS[0])]
        assert held == [bool(one) for one in expected]


def test_merged_neighbours_end_and_their_land_goes_to_the_one_that_stays(
    administrator: Actor,
) -> None:
    actions.merge_areas(administrator, GRIDS[1], [GRIDS[0], GRIDS[2]], since=TOMORROW, at=AT)
    assert codes_at(AT) == [GRIDS[0], GRIDS[0], GRIDS[1]]
    assert codes_at(TOMORROW) == [GRIDS[1]] * 3
    assert queries.outline(GRIDS[1], TOMORROW).equals(queries.outline(PLACE, TOMORROW))
    assert Area.objects.get(code=GRIDS[0]).valid_until == TOMORROW
    assert Change.objects.get(verb="merge_areas").data["ended"] == f"{GRIDS[0]}, {GRIDS[2]}"


def test_grids_that_do_not_touch_and_those_of_other_parents_are_not_merged(
    administrator: Actor,
) -> None:
    with pytest.raises(Invalid, match="no border in common"):
        actions.merge_areas(administrator, GRIDS[0], [GRIDS[2]], since=TOMORROW, at=AT)
    actions.add_area("430298001002", "别处", at=SINCE)
    with pytest.raises(Invalid, match="lies in another area"):
        actions.merge_areas(administrator, GRIDS[0], ["430298001002"], since=TOMORROW, at=AT)
    assert not Change.objects.exists()


def test_a_moved_border_moves_on_both_sides_when_neighbours_give_way(
    administrator: Actor,
) -> None:
    wider = shapely.box(113.10, 27.80, 113.1155, 27.81)
    plain = drafting.effects(drafting.draft_redraw(GRIDS[0], wider, since=TOMORROW))
    assert [(one, other) for one, other, _ in plain.overlaps] == [(GRIDS[0], GRIDS[1])]
    draft = drafting.draft_redraw(GRIDS[0], wider, since=TOMORROW, fit=True)
    told = drafting.effects(draft)
    assert (told.overlaps, told.gap_after, told.outside) == ((), 0, 0)
    sizes = {code: (before, after) for code, before, after in told.sizes}
    taken = sizes[GRIDS[0]][1] - sizes[GRIDS[0]][0]
    assert taken == pytest.approx(sizes[GRIDS[1]][0] - sizes[GRIDS[1]][1], rel=1e-6)
    actions.redraw_area(administrator, GRIDS[0], wider, since=TOMORROW, at=AT, fit=True)
    assert codes_at(TOMORROW) == [GRIDS[0]] * 3
    assert codes_at(AT)[2] == GRIDS[1]


def test_a_hole_that_a_change_leaves_is_told_with_its_size() -> None:
    narrow = shapely.box(113.10, 27.80, 113.105, 27.81)
    told = drafting.effects(drafting.draft_redraw(GRIDS[0], narrow, since=TOMORROW))
    assert told.gap_before == 0
    assert told.gap_after == pytest.approx(sum(b - a for _, b, a in told.sizes), rel=1e-6)
    ended = drafting.effects(drafting.draft_end(GRIDS[2], since=TOMORROW))
    assert ended.gap_after == pytest.approx(ended.sizes[0][1], rel=1e-6)
    beyond = shapely.box(113.10, 27.79, 113.11, 27.81)
    assert drafting.effects(drafting.draft_redraw(GRIDS[0], beyond, since=AT)).outside > 1e6


def test_a_new_area_takes_its_land_from_its_neighbours_where_asked(administrator: Actor) -> None:
    middle, code = shapely.box(113.106, 27.80, 113.118, 27.81), f"{PLACE}004"
    actions.draw_area(
        administrator, code, "第四网格", middle, since=TOMORROW, at=AT, fit=True, name_en="Grid 4"
    )
    assert codes_at(TOMORROW) == [GRIDS[0], code, code]
    assert queries.area_by_code(code, TOMORROW).name_en == "Grid 4"
    drawn = [queries.outline(one, TOMORROW) for one in (*GRIDS, code)]
    assert shapely.union_all(drawn).equals(queries.outline(PLACE, TOMORROW))
    assert sum(one.area for one in drawn) == pytest.approx(3e-4)


def test_an_ended_area_is_gone_from_its_day_on_with_all_below(administrator: Actor) -> None:
    actions.close_area(administrator, "430298001", since=TOMORROW, at=AT)
    assert codes_at(AT) == [GRIDS[0], GRIDS[0], GRIDS[1]]
    assert codes_at(TOMORROW) == ["430298"] * 3
    assert not Shape.objects.filter(area__path__contains="/430298001/", valid_until=None).exists()


def test_a_name_changes_at_once_and_the_record_keeps_the_old_one(administrator: Actor) -> None:
    actions.rename_area(administrator, GRIDS[0], " 东风网格 ", at=AT, name_en="Dongfeng")
    found = queries.area_by_code(GRIDS[0], AT)
    assert (found.name, found.name_en) == ("东风网格", "Dongfeng")
    assert Change.objects.get(verb="rename_area").data["was"] == "第1网格"
    for bad in ("", "x" * 201, "a\nb"):
        with pytest.raises(Invalid):
            actions.rename_area(administrator, GRIDS[0], bad, at=AT)


def test_borders_do_not_change_in_the_past(administrator: Actor) -> None:
    with pytest.raises(Invalid, match="never in the past"):
        actions.close_area(administrator, GRIDS[0], since=AT - DAY, at=AT)
    assert Area.objects.get(code=GRIDS[0]).valid_until is None


def test_whoever_administers_a_grid_alone_cannot_move_its_neighbours_borders() -> None:
    of_grid = Actor(account=None, name="x", rights=(Right("administrator", area=GRIDS[0]),))
    for change in (
        lambda: actions.merge_areas(of_grid, GRIDS[0], [GRIDS[1]], since=TOMORROW, at=AT),
        lambda: actions.split_area(
            of_grid, GRIDS[0], CUT, f"{PLACE}004", "新", since=TOMORROW, at=AT
        ),
        lambda: actions.close_area(of_grid, GRIDS[1], since=TOMORROW, at=AT),
        lambda: actions.rename_area(of_grid, PLACE, "新", at=AT),
    ):
        with pytest.raises(Forbidden):
            change()


def test_areas_with_others_below_them_are_neither_split_nor_merged(administrator: Actor) -> None:
    with pytest.raises(Invalid, match="3 areas below it"):
        actions.split_area(administrator, PLACE, CUT, "430298001002", "新", since=TOMORROW, at=AT)


def test_a_code_that_was_ever_in_use_is_not_given_again(administrator: Actor) -> None:
    actions.close_area(administrator, GRIDS[2], since=TOMORROW, at=AT)
    box = shapely.box(113.12, 27.80, 113.13, 27.81)
    with pytest.raises(Invalid, match="is or was in use"):
        actions.draw_area(administrator, GRIDS[2], "又", box, since=TOMORROW + DAY, at=AT)
    assert drafting.next_code(PLACE) == f"{PLACE}004"


def test_a_trial_locates_like_the_tree_after_the_change(administrator: Actor) -> None:
    new = f"{PLACE}004"
    drafts = drafting.draft_split(GRIDS[0], CUT, new, "新", since=TOMORROW)
    before, after = drafting.trial(drafts).located(LATS, LONS)
    assert [path.split("/")[-2] for path in before] == codes_at(AT)
    actions.split_area(administrator, GRIDS[0], CUT, new, "新", since=TOMORROW, at=AT)
    assert [path.split("/")[-2] for path in after] == codes_at(TOMORROW)
    gone = drafting.draft_end(GRIDS[1], since=TOMORROW + DAY)
    _, after = drafting.trial(gone).located(LATS, LONS)
    assert after[2] == f"/430298/430298001/{PLACE}/"
