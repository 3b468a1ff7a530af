"""The demonstration's campaign: places near problems, spread over teams, half of it made."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.doors.demo.programmes import inspections
from commonward.people import actions as people
from commonward.programmes.models import Campaign, Place, Visit
from tests.district import CELL, SINCE, SOUTH, WEST, small_district


def test_half_a_campaign_is_made_and_nothing_of_it_lies_in_the_future(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = timezone.now()
    district = small_district(ends - timedelta(days=31))
    for n in range(8):
        district.report(lat=SOUTH + (0.2 + n * 0.3) * CELL, lon=WEST + (0.4 + n * 0.3) * CELL)
        people.add_team(SYSTEM, f"grid-{n}", f"{n} 组", at=SINCE, kind="grid")
    monkeypatch.setattr(
        inspections, "KINDS", (("shop", 60, "店 {n}"), ("river_bank", 20, "岸 {n}"))
    )
    made = inspections.live(ends - timedelta(days=30), ends)
    campaign = Campaign.objects.get()
    done = Visit.objects.filter(campaign=campaign, state="done")
    assert Place.objects.count() == 80
    assert made == 80 + done.count()
    assert 20 <= done.count() <= 60
    assert not done.filter(done_at__gt=ends).exists()
    assert campaign.state == "running"
