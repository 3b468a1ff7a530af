"""Where the site has roads, the days of a campaign go along them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from commonward.core.inspecting.spreading import Spot, Walk
from commonward.core.inspecting.walking import on_foot
from commonward.core.plans.roads import generated
from commonward.programmes.actions.inspections.campaigning import spread_of
from tests.district import SOUTH, WEST, District
from tests.programmes.inspection_office import office


def test_where_the_site_has_roads_a_team_s_day_goes_along_them(
    district: District, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = office(district).campaign
    straight = spread_of(campaign).stops
    graph = generated(3, rows=40, columns=40, lat=SOUTH, lon=WEST)
    graph.save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    asked: list[int] = []

    def counted(graph: Any) -> Walk:
        walk = on_foot(graph)

        def far(spots: Sequence[Spot]) -> Any:
            asked.append(len(spots))
            return walk(spots)

        return far

    monkeypatch.setattr("commonward.core.inspecting.walking.on_foot", counted)
    by_road = spread_of(campaign).stops
    assert {(s.place, s.team, s.on) for s in by_road} == {(s.place, s.team, s.on) for s in straight}
    assert sum(asked) == len(by_road), "each day's places were asked of the roads"
