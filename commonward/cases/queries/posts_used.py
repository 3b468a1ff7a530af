"""In which month a post was last used by whom: for reviews of access, and kept for nothing else."""

from datetime import datetime, timedelta

from django.db.models import Max

from commonward.cases.models import Event

LOOKED_BACK = timedelta(days=365)


def posts_used(at: datetime) -> dict[tuple[int, str], str]:
    """By account and post the month of the last step of a year ("2026-10"); no step, no case.

    One query over a year of events, along time: there is no index by person, on purpose. So it is
    asked when a review begins, and its answer is emptied with the review.
    """
    rows = (
        Event.objects.filter(at__gt=at - LOOKED_BACK, at__lte=at, account__isnull=False)
        .values_list("account_id", "role")
        .annotate(last=Max("at"))
        .order_by()
    )
    return {(account, role): f"{last:%Y-%m}" for account, role, last in rows}
