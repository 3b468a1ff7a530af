"""The small district that other tests stand on is itself as it says."""

import pytest

from commonward.areas.queries import locate
from commonward.cases.access import access_case
from commonward.cases.models import Case
from commonward.core.refusals import Missing
from tests.district import COMMUNITIES, LAMP, POTHOLE, SINCE, small_district


@pytest.mark.django_db
def test_a_case_walks_from_the_report_to_its_closing_in_the_small_district() -> None:
    district = small_district()
    report = district.report(LAMP, standard=district.standards[LAMP])
    assert report.case.area_path.endswith(f"/{district.grid(0, 0)}/")
    district.closed(report)
    case = Case.objects.get(pk=report.case_id)
    assert (case.stage, case.outcome) == ("evaluate", "solved")
    assert case.handling_team_id == district.teams["lamps"]
    assert not case.provisional


@pytest.mark.django_db
def test_each_grid_is_found_by_its_middle_and_the_outsider_sees_nothing() -> None:
    district = small_district()
    for row in range(3):
        for column in range(3):
            lat, lon = district.inside(row, column)
            found = locate(lat, lon, at=SINCE)
            assert found.code == district.grid(row, column)
            assert COMMUNITIES[row] in found.path
            assert found.candidates == ()
    report = district.report(POTHOLE, answers={"HOWDEEP": "7"})
    with pytest.raises(Missing):
        access_case(report.number, district.outsider, district.at, door="test")
    assert access_case(report.number, district.leader, district.at, door="test") == report.case
