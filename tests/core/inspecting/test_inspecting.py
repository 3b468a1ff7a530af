"""Checklists, the spread of visits, shares with intervals, drawn re-checks: in plain Python."""

import math
from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.inspecting.allowed import asks_about_persons, refuse_persons
from commonward.core.inspecting.checklist import (
    answered,
    defects,
    read_checklist,
    shipped,
)
from commonward.core.inspecting.drawing import draw, drawn, seed_of
from commonward.core.inspecting.figures import confirmed_coverage, share_of
from commonward.core.inspecting.spreading import Crew, Spot, Stop, spread, ways
from commonward.core.refusals import Invalid

DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in range(12) if n % 7 < 5]


@pytest.mark.parametrize("kind", sorted(shipped()))
def test_a_shipped_checklist_reads_and_names_its_law_deadline_and_category(kind: str) -> None:
    found = read_checklist(shipped()[kind])
    assert found.kind == kind
    assert all(one.source.zh and one.limit.seconds > 0 and one.category for one in found.items)


def test_seven_kinds_are_shipped() -> None:
    assert len(shipped()) == 7


@pytest.mark.parametrize(
    "text",
    [
        "租客姓名是什么？", "住了多少人？", "有无外来人口居住？", "请登记身份证号", "是否有可疑人员？",
        "What are the names of the tenants?", "How many people live here?", "Tenant's full name",
        "Who lives on the second floor?", "ID numbers of workers", "Are there migrants?",
        "Number of residents found without papers",
    ],
)  # fmt: skip
def test_an_item_that_asks_who_is_there_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        refuse_persons(text)


@pytest.mark.parametrize(
    "text",
    [
        "安全出口是否畅通？", "是否张贴限定人数？", "What is the greatest number of people allowed in the hall?",
        "Does the shop front face the street without goods?", "Names of the products on the label?",
    ],
)  # fmt: skip
def test_an_item_about_the_place_may_be_asked(text: str) -> None:
    assert asks_about_persons(text) == ""


def test_a_checklist_with_such_an_item_does_not_come_into_force() -> None:
    text = shipped()["shop"].replace("电线是否穿管敷设，无私拉乱接？", "租户姓名和身份证号？")
    with pytest.raises(Invalid, match="asks who is there"):
        read_checklist(text)


def test_a_number_out_of_bounds_is_a_fault_and_what_does_not_apply_is_none() -> None:
    market = read_checklist(shipped()["market"])
    given = {one.code: "na" for one in market.items} | {"exits": 1.2, "cold": 8.0}
    answers = answered(market, given)
    assert [one.code for one in defects(market, answers)] == ["exits"]


def test_each_item_is_answered_and_what_applies_everywhere_is_not_waved_off() -> None:
    shop = read_checklist(shipped()["shop"])
    with pytest.raises(Invalid, match="not answered"):
        answered(shop, {})
    with pytest.raises(Invalid, match="applies everywhere"):
        answered(shop, {one.code: "na" for one in shop.items})
    with pytest.raises(Invalid, match="no item"):
        answered(shop, {"tenants": "yes"})


points = st.tuples(st.floats(29.9, 30.1), st.floats(111.9, 112.1))


@given(
    st.lists(points, max_size=60),
    st.lists(st.tuples(st.integers(1, 5), st.none() | points), min_size=1, max_size=7),
    st.integers(1, 8),
    st.integers(0, 9),
)
def test_every_place_once_within_capacity_on_days_of_the_window_and_the_same_again(
    places: list[tuple[float, float]],
    teams: list[tuple[int, tuple[float, float] | None]],
    count: int,
    seed: int,
) -> None:
    spots = [Spot(n + 1, lat, lon) for n, (lat, lon) in enumerate(places)]
    crews = [Crew(n, per_day, *(home or (None, None))) for n, (per_day, home) in enumerate(teams)]
    days = DAYS[:count]
    room = sum(crew.per_day for crew in crews) * len(days)
    if room < len(spots):
        with pytest.raises(Invalid, match=f"{len(spots) - room} are too many"):
            spread(spots, crews, days, seed)
        return
    stops = spread(spots, crews, days, seed)
    assert sorted(one.place for one in stops) == [spot.id for spot in spots]
    assert {one.on for one in stops} <= set(days)
    most = {crew.team: crew.per_day for crew in crews}
    for (team, on), held in Counter((one.team, one.on) for one in stops).items():
        assert held <= most[team], (team, on)
        turns = sorted(one.turn for one in stops if (one.team, one.on) == (team, on))
        assert turns == list(range(1, held + 1))
    assert spread(list(reversed(spots)), list(reversed(crews)), days, seed) == stops


def test_teams_of_one_size_have_loads_that_differ_by_one_at_most_and_near_places() -> None:
    spots = [Spot(n, 30 + (n // 30) * 0.002, 112 + (n % 30) * 0.002) for n in range(600)]
    crews = [Crew(team, 6) for team in range(13)]
    stops = spread(spots, crews, DAYS, 3)
    loads = Counter(one.team for one in stops)
    assert max(loads.values()) - min(loads.values()) <= 1
    by_day = Counter((one.team, one.on) for one in stops)
    assert max(by_day.values()) - min(by_day.values()) <= 1
    # Left to right by turns over all teams would be 20 times as far.
    drawn_apart = [
        Stop(spot.id, n % 13, DAYS[n // 13 % len(DAYS)], n // 130 + 1)
        for n, spot in enumerate(spots)
    ]
    assert ways(stops, spots) < ways(drawn_apart, spots) / 4


@given(st.integers(1, 300), st.data())
def test_a_share_lies_in_its_interval_and_the_interval_in_what_is_possible(
    whole: int, data: st.DataObject
) -> None:
    seen = data.draw(st.integers(1, whole))
    hits = data.draw(st.integers(0, seen))
    found = share_of(hits, seen, whole)
    assert found is not None
    assert hits / whole <= found.low <= found.share <= found.high
    assert found.high <= (whole - seen + hits) / whole + 1e-12
    if seen == whole:
        assert found.low == found.high == hits / whole


def test_the_interval_holds_the_true_share_about_as_often_as_it_says() -> None:
    whole, faulty = 60, 9
    for seen in (10, 25, 45):
        held = 0.0
        for hits in range(min(seen, faulty) + 1):
            if seen - hits > whole - faulty:
                continue
            chance = (
                math.comb(faulty, hits)
                * math.comb(whole - faulty, seen - hits)
                / math.comb(whole, seen)
            )
            found = share_of(hits, seen, whole)
            assert found is not None
            held += chance * (found.low - 1e-12 <= faulty / whole <= found.high + 1e-12)
        assert held > 0.9, seen


def test_many_of_few_places_say_more_than_as_many_of_many() -> None:
    near, far = share_of(10, 50, 60), share_of(10, 50, 100_000)
    assert near and far
    assert near.high - near.low < (far.high - far.low) / 2
    assert far.low == pytest.approx(0.1124, abs=1e-3), "Wilson's own interval for 10 of 50"
    assert far.high == pytest.approx(0.3304, abs=1e-3)


def test_coverage_that_nobody_looked_at_again_is_not_confirmed() -> None:
    assert confirmed_coverage(50, 100, 0, 0) is None
    found = confirmed_coverage(50, 100, 9, 10)
    assert found is not None
    assert found.share == pytest.approx(0.45)
    assert found.high <= 0.5


def test_anybody_can_repeat_the_draw_and_one_place_decides_for_itself_alone() -> None:
    seed = seed_of("K1", date(2026, 3, 20), "ab" * 32)
    places = [f"P{n}" for n in range(2000)]
    chosen = draw(seed, places, 0.05)
    assert chosen == draw(seed, reversed(places), 0.05)
    assert 60 < len(chosen) < 145
    assert all(drawn(seed, one, 0.05) == (one in chosen) for one in places[:50])
    assert draw(seed, places[:1000], 0.05) == tuple(p for p in chosen if int(p[1:]) < 1000)
    others = [draw(seed_of(*parts), places, 0.05) for parts in (
        ("K2", date(2026, 3, 20), "ab" * 32), ("K1", date(2026, 3, 21), "ab" * 32),
        ("K1", date(2026, 3, 20), "cd" * 32),
    )]  # fmt: skip
    assert all(a != b for a, b in combinations([chosen, *others], 2))
