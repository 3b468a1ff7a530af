"""The demonstration's marks: given, renewed, expired, refused, appealed both ways, under way."""

from datetime import timedelta

import pytest

from commonward.cases.models import Case
from commonward.doors.demo.programmes.marks import COUNT, live, shown
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.models import Mark, MarkDispute
from commonward.programmes.queries.marks import bearing, settled
from tests.district import District


@pytest.mark.usefixtures("district")
def test_marks_in_every_state_in_both_languages(district: District) -> None:
    at = district.at
    made = live(at - timedelta(days=90), at)
    assert made >= COUNT - 1  # the place is there where the register has one
    stages = set(Case.objects.filter(category__code="P-mark").values_list("stage", flat=True))
    assert stages >= {"nominated", "given", "refused", "ended"}
    assert {"renewed", "expired", "refused"} <= set(Mark.objects.values_list("ended_as", flat=True))
    assert set(MarkDispute.objects.values_list("upheld", flat=True)) == {True, False}
    assert not Mark.objects.exclude(decision="").filter(why_en="").exists()
    borne = bearing(day_of(at))
    assert len(borne) == 4
    assert all(row.met for one in borne for row in one.checks)
    assert len(settled()) == 4
    assert shown().decision == "given"
