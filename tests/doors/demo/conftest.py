"""The demonstration's district, made once for all tests here, with one day lived through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from commonward.doors.demo import helping, history, land, mediation, planning, programmes
from commonward.doors.demo.answers import write_answers
from commonward.doors.demo.arrivals import Places, Residents
from commonward.doors.demo.papers import write
from commonward.doors.demo.robots import Robots
from commonward.doors.demo.settling import seeded, settle
from commonward.doors.demo.staff import Staff

BEGINS = datetime(2026, 3, 3, 2, tzinfo=UTC)
"""Ten in the morning, a Tuesday."""
ENDS = BEGINS + timedelta(hours=26)


@dataclass(frozen=True)
class Demo:
    """What stands: the land, who acts, and the robots as they stood at the end."""

    land: land.Land
    staff: Staff
    robots: Robots
    taken_over: int


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """Undone after the last test of the module."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with (
        pytest.MonkeyPatch.context() as patched,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patched.setattr("django.conf.settings.VAR", folder)
        patched.setattr("django.conf.settings.MEDIA_ROOT", folder / "media")
        drawn = settle(BEGINS - history.MONTH - timedelta(days=3))
        places, staff = Places(drawn), Staff(BEGINS)
        taken = history.take_over(places, BEGINS)
        write(staff.of_role("duty_chief", 0), BEGINS)
        write_answers(staff.of_role("duty_chief", 0), staff.of_role("duty_chief", 1), BEGINS)
        robots = Robots(staff, BEGINS)
        robots.expect(Residents(places, mark="test").between(BEGINS, ENDS))
        robots.until(ENDS)
        chance = seeded("talks")
        spots = [places.somewhere(chance) for _ in range(8)]
        mediation.begin_talks([(lat, lon, told[0]) for lat, lon, told in spots], ENDS)
        helping.begin(*land.CENTRE, ENDS)
        planning.ask(ENDS)
        programmes.begin(BEGINS, ENDS)
        yield Demo(drawn, staff, robots, taken)
        transaction.set_rollback(True)
