"""The demonstration's alliances: sixty, with pledges kept, missed and late, in both languages."""

from datetime import timedelta

import pytest

from commonward.doors.demo.programmes.pledges import COUNT, live, meeting, shown, unit
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.models import Alliance, Duty, DutyDay
from commonward.programmes.queries.pledges import published
from tests.district import District


@pytest.mark.usefixtures("district")
def test_sixty_alliances_with_pledges_in_both_languages(district: District) -> None:
    today = day_of(district.at)
    assert live(district.at - timedelta(days=9), district.at) == COUNT == Alliance.objects.count()
    assert not Alliance.objects.filter(title_en="").exists()
    assert len(set(Alliance.objects.values_list("title", flat=True))) == COUNT
    assert Duty.objects.filter(what_en="").count() == 0
    days = DutyDay.objects
    assert {True, False, None} == set(days.values_list("kept", flat=True))
    assert days.filter(kept=None, due_on__lt=today).exists()
    assert len(published(today)) == COUNT - COUNT // 10
    assert meeting().alliance_id == shown().pk
    assert unit().team_id is None
