"""A demonstration has its own time; every other site has the world's, whatever its tables say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.core.refusals import Forbidden
from commonward.people import actions
from commonward.people.models import SiteClock
from commonward.people.queries import now, site_time

MAY = datetime(2026, 5, 4, 2, tzinfo=UTC)


def test_outside_the_demonstration_time_cannot_be_set_and_a_row_changes_nothing(db: None) -> None:
    with pytest.raises(Forbidden):
        actions.set_site_clock(MAY, 600, real=timezone.now())
    with pytest.raises(Forbidden):
        actions.change_speed(600, real=timezone.now())
    assert not SiteClock.objects.exists()
    SiteClock.objects.create(pk=1, real_at=MAY, site_at=MAY, speed=600)
    before = timezone.now()
    assert before <= now() <= timezone.now()


def test_the_demonstration_s_time_begins_where_it_is_told_and_is_set_once(
    db: None, settings: Any
) -> None:
    settings.DEMO = True
    assert abs(now() - timezone.now()) < timedelta(minutes=1)
    started = timezone.now()
    actions.set_site_clock(MAY, 600, real=started)
    first = now()
    assert first >= MAY
    with pytest.raises(Forbidden):
        actions.set_site_clock(MAY - timedelta(days=1), 1, real=timezone.now())
    actions.change_speed(0, real=timezone.now())
    paused = now()
    assert paused >= first
    assert now() == paused
    stands = site_time()
    assert stands is not None
    assert stands.speed == 0
