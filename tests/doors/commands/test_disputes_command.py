"""`disputes set-up` and `disputes review` say how much they did, and do it once."""

from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from commonward.disputes import actions as disputes
from commonward.disputes.models import Dispute, Review
from tests.district import small_district
from tests.talks import mediation


def said(*words: str) -> str:
    out = StringIO()
    call_command("disputes", *words, stdout=out)
    return out.getvalue()


def test_setting_up_twice_makes_nothing_the_second_time(db: None) -> None:
    small_district()
    first, second = said("set-up"), said("set-up")
    assert "18" in first and "18" not in second


def test_the_review_lists_copies_once(db: None) -> None:
    talks = mediation(small_district(timezone.now() - timedelta(days=2)))
    for n in range(12):
        disputes.register(
            talks.application(words=f"They quarrelled and shook hands at house {n}.", source="own"),
            talks.later(2 * n),
            talks.mediator,
            channel="desk",
        )
    Dispute.objects.update(result="settled_performed")
    assert "12" in said("review")
    assert Review.objects.count() == 12
    assert "0" in said("review")
