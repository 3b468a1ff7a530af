"""The demonstration's plan: 205 tasks in 11 groups, seven months behind it, the eighth under way."""

from datetime import datetime

import pytest
from django.db.models import Count

from commonward.cases.models import Task
from commonward.core.rights import SYSTEM
from commonward.core.targets.allowed import why_not
from commonward.doors.demo.programmes import plans
from commonward.doors.demo.programmes.plan_works import GROUPS
from commonward.people import actions as people
from commonward.programmes.models import MonthlyReview, PlanGroup, PlanTask, ReviewLine, Target
from tests.district import SINCE, ZONE, small_district

ENDS = datetime(2026, 9, 16, 10, tzinfo=ZONE)


@pytest.fixture
def _people(db: None) -> None:
    here = small_district(ENDS)
    for n in range(6):
        team = people.add_team(SYSTEM, f"works-{n}", f"施工{n}队", at=SINCE, kind="department").pk
        account = people.add_account(SYSTEM, f"works-{n}", f"Works {n}", at=SINCE).pk
        people.join_team(SYSTEM, account, team, at=SINCE)
        people.grant(SYSTEM, account, "handler", at=SINCE)
    officer = people.add_account(SYSTEM, "demo-programmes", "Officer", at=SINCE).pk
    people.join_team(SYSTEM, officer, here.teams["leaders"], at=SINCE)
    people.grant(SYSTEM, officer, "programme_officer", at=SINCE)


@pytest.mark.usefixtures("_people")
def test_the_plan_has_lived_eight_months() -> None:
    made = plans.live(datetime(2026, 9, 8, 10, tzinfo=ZONE), ENDS)
    assert (PlanGroup.objects.count(), PlanTask.objects.count(), made) == (11, 205, 410)
    assert Target.objects.exclude(value=None).count() > 380
    stages = MonthlyReview.objects.order_by("month").values_list("case__stage", flat=True)
    assert list(stages) == ["ended"] * 7 + ["checking"]
    orders = Task.objects.filter(kind="supervision").values_list("stage", flat=True)
    assert sorted(orders) == ["ordered", "ordered", "replied"]
    told = dict(ReviewLine.objects.values_list("why").annotate(count=Count("id")))
    assert all(told.get(why, 0) > 10 for why in ("reached", "short", "unreported"))
    assert (
        ReviewLine.objects.filter(review__case__stage="checking").exclude(checker=None).count() > 5
    )


def test_the_works_speak_of_works_and_never_of_people() -> None:
    for _group, _english, works in GROUPS:
        for work, english, unit, unit_en, _wanted in works:
            assert why_not(work, unit=unit) is None
            assert why_not(english, unit=unit_en) is None
