"""The demonstration's reviews of risk: thirty, in every stage and both languages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.doors.demo.programmes.risk import COUNT, make
from commonward.people import actions as people
from commonward.programmes.models import RiskCondition, RiskQuestion, RiskReview
from tests.district import SINCE, small_district


@pytest.mark.django_db
def test_thirty_reviews_in_every_stage_and_both_languages() -> None:
    ends = timezone.now() - timedelta(minutes=1)
    here = small_district(ends - timedelta(days=40))
    for login, role in (("demo-programmes", "programme_officer"), ("demo-leader", "leader")):
        account = people.add_account(SYSTEM, login, login, at=SINCE).pk
        people.grant(SYSTEM, account, role, at=SINCE)
    made = make(ends, here.inside(), "roads", "handler")
    assert made == COUNT == RiskReview.objects.count()
    stages = set(RiskReview.objects.values_list("case__stage", flat=True))
    assert stages == {
        "drafted", "announced", "hearing", "experts", "weighed", "decided", "conditions", "ended",
        "withdrawn",
    }  # fmt: skip
    assert set(RiskReview.objects.values_list("decision", flat=True)) == {
        "", "go", "conditions", "later", "no",
    }  # fmt: skip
    assert not RiskReview.objects.filter(title_en="").exists()
    assert RiskQuestion.objects.filter(answered_at=None).exists()
    assert RiskCondition.objects.filter(done_at=None, due_at__lt=ends).exists()
