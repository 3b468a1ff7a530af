"""The demonstration's units drive: patrols about their stations, those who were sent to the place."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commonward.core.plans.roads.generating import generated
from commonward.core.urgent.nearest import metres_between
from commonward.doors.demo.moving import Drivers
from commonward.response.actions.ordering import answer
from commonward.response.actions.units import go_off_duty
from commonward.response.models import Position, Unit
from tests.district import small_district
from tests.help import Help, urgent_help


@pytest.fixture
def aid(db: None) -> Help:
    """Seven units on duty in the small district."""
    return urgent_help(small_district())


def place(code: str) -> tuple[float, float]:
    """Where a unit said that it is."""
    found = Unit.objects.get(code=code)
    assert found.lat is not None and found.lon is not None
    return found.lat, found.lon


def test_patrols_move_on_every_five_seconds_and_stay_about_their_stations(aid: Help) -> None:
    drivers = Drivers()
    assert drivers.until(aid.at) == 7
    assert drivers.until(aid.later(2)) == 0
    before = {code: place(code) for code in aid.units}
    for second in range(5, 600, 5):
        assert drivers.until(aid.later(second)) == 7
    for code, unit in aid.units.items():
        assert place(code) != before[code]
        assert metres_between(*place(code), unit.base_lat, unit.base_lon) < 2_500
    assert Position.objects.filter(unit__code="fire-1").count() == 40  # one in fifteen seconds


def test_who_is_on_the_way_drives_there_and_who_has_not_left_stays(aid: Help) -> None:
    sent = aid.ordered("fire")
    drivers = Drivers()
    drivers.until(aid.later(30))
    here = place("fire-1")
    drivers.until(aid.later(60))
    assert place("fire-1") == here
    one = aid.sent(sent, "fire-1")
    answer(one.pk, "en_route", aid.crews["fire-1"], aid.later(61))
    to = (sent.incident.lat or 0.0, sent.incident.lon or 0.0)
    far = [metres_between(*here, *to)]
    for second in range(65, 900, 5):
        drivers.until(aid.later(second))
        far.append(metres_between(*place("fire-1"), *to))
    assert far == sorted(far, reverse=True) and far[-1] < 1


def test_by_road_a_unit_keeps_to_the_streets(aid: Help, settings: Any, tmp_path: Path) -> None:
    unit = aid.units["fire-1"]
    graph = generated(3, rows=30, columns=30, lat=unit.base_lat, lon=unit.base_lon)
    graph.save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    drivers = Drivers()
    for second in range(0, 300, 5):
        drivers.until(aid.later(second))
    # Never further from a crossing than half a block and what a crossing is off its grid.
    assert graph.snap(*place("fire-1")).metres < 200


def test_who_goes_off_duty_is_forgotten_by_the_driver_too(aid: Help) -> None:
    drivers = Drivers()
    drivers.until(aid.at)
    go_off_duty("fire-1", aid.crews["fire-1"], aid.later(4))
    assert drivers.until(aid.later(10)) == 6
    assert Unit.objects.get(code="fire-1").lat is None
    assert drivers.until(aid.at + timedelta(hours=1)) == 6
