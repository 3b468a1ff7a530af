"""The demonstration's courses, drills and surveys; and the command that brings records in."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from commonward.doors.demo.programmes.learning import COURSES, drill, live, sitting, survey
from commonward.people.queries import now
from commonward.programmes.models import Certificate, Course, DrillChange, StaffSurvey
from tests.district import District
from tests.programmes.learning_office import learning


def test_courses_drills_and_surveys_in_both_languages(district: District) -> None:
    assert live(district.at - timedelta(days=9), district.at)
    assert Course.objects.count() == len(COURSES)
    assert not Course.objects.filter(title_en="").exists()
    assert Certificate.objects.exists()
    assert DrillChange.objects.filter(drill=drill()).count() == 2
    assert sitting().capacity
    assert not survey().closed
    past = StaffSurvey.objects.get(code="demopast")
    assert past.closed
    assert past.told[0]["n"] == 60
    assert len(past.words) == 5


def test_the_command_tries_writes_and_names_the_row_that_is_wrong(
    district: District, tmp_path: Path
) -> None:
    learning(district, now())
    file = tmp_path / "past.csv"
    file.write_text("login,course,done_on\ngrid_worker,grid-law,2025-03-02\n", encoding="utf-8")
    told = StringIO()
    call_command("learning", "import", str(file), "--try", stdout=told)
    assert not Certificate.objects.exists()
    call_command("learning", "import", str(file), stdout=told)
    assert Certificate.objects.count() == 1
    file.write_text("login,course,done_on\nnobody,grid-law,2025-03-02\n", encoding="utf-8")
    with pytest.raises(CommandError, match="2"):
        call_command("learning", "import", str(file), stdout=told)
    with pytest.raises(CommandError):
        call_command("learning", "import", str(tmp_path / "none.csv"), stdout=told)
