"""Rules of sending and the kept fleet: versions, trials, agreements, and that memory decides nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commonward.core.plans.roads import RoadGraph, generated
from commonward.core.refusals import Forbidden, Invalid, Refusal, Stale
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.response.actions.ordering import give_order
from commonward.response.actions.recommending import recommend
from commonward.response.actions.ruling import adopt_rules, try_rules
from commonward.response.actions.units import UnitFacts, go_off_duty, go_on_duty, set_unit
from commonward.response.models import Assignment, Duty, RulesVersion, Suggestion, Unit
from commonward.response.queries import kept
from commonward.response.queries.fleet import on_duty
from commonward.response.queries.rules import rules_in_force, rules_versions
from tests.district import SINCE
from tests.help import Help

KEEP = {"minimums": [{"station": "south", "agency": "fire", "least": 1, "yields": "critical"}]}
RESTS = {"rests": [{"due": 12, "ends": 16}]}


@pytest.fixture
def roads(aid: Help, settings: Any, tmp_path: Path) -> RoadGraph:
    """A town of roads over the district."""
    lat, lon = aid.here.inside(1, 1)
    graph = generated(3, rows=24, columns=24, lat=lat, lon=lon)
    graph.save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    return graph


def unit(aid: Help, code: str, agency: str, place: tuple[float, float], **told: Any) -> Unit:
    """One more unit on duty."""
    team = people.add_team(SYSTEM, code, code, at=SINCE, kind="unit", name_en=code).pk
    facts = UnitFacts(
        code=code, radio_name=code, agency=agency, team=team, base_lat=place[0],
        base_lon=place[1], crew=5, **told,
    )  # fmt: skip
    made = set_unit(facts, at=SINCE)
    go_on_duty(code, aid.at + timedelta(hours=8), SYSTEM, aid.at - timedelta(hours=1))
    return made


def picked(aid: Help, number: str, seconds: float = 5) -> set[str]:
    """The engines recommended, by their codes."""
    found = recommend(number, aid.coordinator, aid.later(seconds))
    chosen = Unit.objects.filter(pk__in=[p["unit"] for p in found.data["picks"]], agency="fire")
    return set(chosen.values_list("code", flat=True))


def said(rows: list[Mapping[str, Any]]) -> list[str]:
    return [one["text"].format(**one["values"]) for row in rows for one in row["why"]]


@pytest.mark.parametrize("by_road", [False, True])
def test_a_station_keeps_its_engine_until_a_call_is_pressing_enough(
    aid: Help, request: pytest.FixtureRequest, by_road: bool
) -> None:
    if by_road:
        request.getfixturevalue("roads")
    unit(aid, "fire-9", "fire", aid.here.inside(), station="south")
    Unit.objects.filter(code="fire-1").update(station="north")
    adopt_rules(KEEP, at=aid.at)
    urgent = aid.call("fire").case.number
    assert picked(aid, urgent) == {"fire-1"}
    found = Suggestion.objects.latest("pk")
    assert found.data["rules"] == 1 and found.method == ("road" if by_road else "straight")
    assert any("must keep" in words for words in said(found.data["passed"]))
    critical = aid.call("fire", answers={"inside": True}).case.number
    assert "fire-9" in picked(aid, critical)


@pytest.mark.parametrize("by_road", [False, True])
def test_whoever_must_rest_stays_and_who_is_due_one_goes_last(
    aid: Help, request: pytest.FixtureRequest, by_road: bool
) -> None:
    if by_road:
        request.getfixturevalue("roads")
    unit(aid, "fire-9", "fire", aid.here.inside())
    unit(aid, "fire-8", "fire", aid.here.inside())
    hours = {"fire-1": 1, "fire-9": 7, "fire-8": 13}
    for code, on in hours.items():
        Duty.objects.filter(unit__code=code).update(on_at=aid.at - timedelta(hours=on))
    adopt_rules({"rests": [{"due": 6, "ends": 12, "agency": "fire"}]}, at=aid.at)
    assert {one.unit.code: one.status for one in on_duty(aid.at) if one.unit.code in hours} == {
        "fire-1": "idle", "fire-9": "rest", "fire-8": "resting",
    }  # fmt: skip
    assert picked(aid, aid.call("fire").case.number) == {"fire-1"}
    assert picked(aid, aid.call("fire", answers={"inside": True}).case.number) == {
        "fire-1", "fire-9",
    }  # fmt: skip
    assert "due a rest" in " ".join(said(Suggestion.objects.latest("pk").data["picks"]))


@pytest.mark.parametrize("by_road", [False, True])
def test_a_neighbour_comes_by_an_agreement_and_may_then_be_ordered(
    aid: Help, request: pytest.FixtureRequest, by_road: bool
) -> None:
    if by_road:
        request.getfixturevalue("roads")
    number = aid.call("fire").case.number
    path = aid.incident(number).case.area_path
    own = path.strip("/").split("/")
    far = unit(aid, "fire-9", "fire", aid.here.inside(), areas=("990099",))
    Unit.objects.filter(pk=far.pk).update(area=own[-1])
    go_off_duty("fire-1", aid.crews["fire-1"], aid.at)
    assert picked(aid, number) == set()
    border = {"home": own[-1], "into": own[-2], "agency": "fire", "calls": ["gas"]}
    adopt_rules({"borders": [border]}, at=aid.at)
    assert picked(aid, number) == set()
    adopt_rules({"borders": [{**border, "calls": ["fire"]}]}, at=aid.at)
    assert picked(aid, number) == {"fire-9"}
    assert give_order(number, [far.pk], aid.coordinator, aid.later(9), key="k" * 16).number == 1


def test_a_crew_below_the_least_is_not_recommended(aid: Help, roads: RoadGraph) -> None:
    adopt_rules({"crews": [{"agency": "fire", "least": 6}]}, at=aid.at)
    assert picked(aid, aid.call().case.number) == set()
    assert "with a crew below 6" in " ".join(said(Suggestion.objects.latest("pk").data["short"]))


def test_rules_come_into_force_as_versions_and_only_upon_the_one_looked_at(aid: Help) -> None:
    assert rules_in_force()[0] == 0
    assert adopt_rules(RESTS, at=aid.at) is None
    first = adopt_rules({**RESTS, **KEEP}, at=aid.at, upon=0)
    assert first is not None and first.number == 1
    assert adopt_rules({**RESTS, **KEEP}, at=aid.at, upon=1) is None
    with pytest.raises(Stale):
        adopt_rules(RESTS, at=aid.at, upon=0)
    with pytest.raises(Forbidden):
        adopt_rules(RESTS, at=aid.at, actor=aid.coordinator)
    with pytest.raises(Invalid, match="line 1"):
        adopt_rules({"minimums": [{"station": "", "agency": "fire", "least": 1}]}, at=aid.at)
    assert adopt_rules(RESTS, at=aid.at, upon=1) is not None
    assert [v.number for v in rules_versions()] == [2, 1]
    assert rules_in_force()[0] == 2 and not rules_in_force()[1].minimums


@pytest.mark.parametrize("by_road", [False, True])
def test_a_trial_tells_what_would_be_otherwise_and_changes_nothing(
    aid: Help, request: pytest.FixtureRequest, by_road: bool
) -> None:
    if by_road:
        request.getfixturevalue("roads")
    aid.call("fire")
    Unit.objects.filter(code="fire-1").update(station="south")
    lat, lon = aid.here.inside()
    found = try_rules({**RESTS, **KEEP}, lat, lon, SYSTEM, aid.later(5))
    fire = next(row for row in found.rows if row.kind == "fire")
    engine = aid.units["fire-1"].pk
    assert (fire.now, fire.then, fire.lacks_then - fire.lacks_now) == ((engine,), (), 1)
    assert fire.differs and (found.incidents, found.otherwise) == (1, 1)
    assert not next(row for row in found.rows if row.kind == "other").differs
    assert not RulesVersion.objects.exists() and not Suggestion.objects.exists()
    assert picked(aid, aid.call("fire").case.number) == {"fire-1"}
    with pytest.raises(Forbidden):
        try_rules(RESTS, lat, lon, aid.coordinator, aid.later(5))


def test_the_kept_fleet_follows_units_that_move_are_sent_and_come_on_duty(
    aid: Help, roads: RoadGraph
) -> None:
    number = aid.call("fire", answers={"inside": True}).case.number
    assert picked(aid, number) == {"fire-1"}
    made = next(iter(kept._fleets.values()))
    Unit.objects.filter(code="fire-1").update(
        lat=aid.here.inside(2)[0], lon=aid.here.inside(2)[1], seen_at=aid.at
    )
    assert picked(aid, number, 6) == {"fire-1"}
    assert next(iter(kept._fleets.values())) is made
    assert made.fleet.unit(aid.units["fire-1"].pk).node == roads.nearest(*aid.here.inside(2))
    unit(aid, "fire-9", "fire", aid.here.inside())
    assert picked(aid, number, 7) == {"fire-1", "fire-9"}
    set_unit(
        replace(
            UnitFacts("fire-9", "fire-9", "police", Unit.objects.get(code="fire-9").team_id, 0, 0),
            base_lat=aid.here.inside()[0], base_lon=aid.here.inside()[1],
        ),
        at=aid.at,
    )  # fmt: skip
    assert picked(aid, number, 8) == {"fire-1"}


def test_what_another_process_or_a_rolled_back_act_did_is_never_believed_from_memory(
    aid: Help, roads: RoadGraph
) -> None:
    first, second = (aid.call("fire").case.number for _ in range(2))
    engine = aid.units["fire-1"].pk
    with pytest.raises(RuntimeError), transaction.atomic():
        give_order(first, [engine], aid.coordinator, aid.later(8), key="a" * 16)
        assert picked(aid, second, 9) == set()
        raise RuntimeError
    assert picked(aid, second, 10) == {"fire-1"}
    # As another process would write it: not one line of this one's code runs.
    order = give_order(first, [engine], aid.coordinator, aid.later(11), key="b" * 16)
    Assignment.objects.filter(order=order).update(step="free", freed_at=aid.later(12))
    assert picked(aid, second, 13) == {"fire-1"}


def test_a_stale_fleet_sends_nobody_twice(
    aid: Help, roads: RoadGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (aid.call("fire").case.number for _ in range(2))
    engine = aid.units["fire-1"].pk
    assert picked(aid, first) == {"fire-1"}
    give_order(first, [engine], aid.coordinator, aid.later(8), key="a" * 16)
    # The worst that memory could do: it still takes the engine for free.
    monkeypatch.setattr(kept, "_follows", lambda *_args, **_more: True)
    assert picked(aid, second, 9) == {"fire-1"}
    with pytest.raises(Refusal, match="held by another order"):
        give_order(second, [engine], aid.coordinator, aid.later(10), key="b" * 16)
    assert Assignment.objects.filter(unit=engine).count() == 1


def test_a_recommendation_asks_as_often_for_forty_units_as_for_seven(
    aid: Help, roads: RoadGraph
) -> None:
    def asked(number: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            recommend(number, aid.coordinator, aid.later(5))
        return len(seen)

    asked(aid.call("fire").case.number)
    few = asked(aid.call("fire").case.number)
    for number in range(33):
        unit(aid, f"more-{number}", "fire", aid.here.inside(number % 3))
    asked(aid.call("fire").case.number)
    assert asked(aid.call("fire").case.number) == few
