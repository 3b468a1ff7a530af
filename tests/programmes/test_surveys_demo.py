"""The demonstration's surveys: two waves that everybody reads with a change, one that asks now."""

from datetime import timedelta

import pytest

from commonward.doors.demo.programmes import surveys
from commonward.programmes.models import Survey, SurveyNumber, SurveyWords
from tests.district import District


@pytest.mark.usefixtures("district")
def test_three_waves_with_intervals_and_a_change(district: District) -> None:
    assert surveys.live(district.at - timedelta(days=9), district.at) == 3
    assert [one.state for one in Survey.objects.order_by("code")] == [
        "published", "published", "open",
    ]  # fmt: skip
    told = surveys.shown("portal:survey").results
    assert told is not None
    changes = [one["change"] for one in told["questions"] if one.get("change")]
    assert changes
    assert any(one["shown"] for one in changes)
    assert all(area["figure"] for area in told["questions"][0]["areas"])
    assert SurveyNumber.objects.count() == 400
    assert SurveyWords.objects.exists()
    assert surveys.key("portal:survey_counter")
    assert not surveys.key("portal:survey")
