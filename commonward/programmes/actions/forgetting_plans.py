"""What teams said in a plan's months is forgotten five years after the plan's end (到期销毁)."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from commonward.programmes.models import ReviewLine

KEPT_DAYS = 1826


def forget_plan_words(at: datetime) -> int:
    """Empty reports, checks, appeals and decisions whose time is over; values and scores stay.

    How many lines were emptied.
    """
    before = timezone.localdate(at) - timedelta(days=KEPT_DAYS)
    told = ~Q(words="") | ~Q(check_words="") | ~Q(appeal="") | ~Q(decision="")
    return (
        ReviewLine.objects.filter(told, target__plan__ends__lt=before)
        .update(words="", check_words="", appeal="", decision="")
    )  # fmt: skip
