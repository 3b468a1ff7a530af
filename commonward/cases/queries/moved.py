"""How many deadlines a change of a calendar would touch, before it is made."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from commonward.cases.models import Case


def due_between(days: Sequence[str], at: datetime) -> int:
    """The open cases that run over one of these dates (ISO) and so may fall due at another moment.

    A limit runs over a date when it began before its end and is due after its beginning; the
    stage's own beginning is taken for its start (1 query, by the index of the due order).
    """
    moments = [timezone.make_aware(datetime.combine(date.fromisoformat(d), datetime.min.time()))
               for d in days]  # fmt: skip
    if not moments:
        return 0
    touched = Q(pk__in=[])
    for start in moments:
        touched |= Q(due_at__gte=start, stage_since__lt=start + timedelta(days=1))
    return Case.objects.filter(touched, is_open=True, due_at__gte=min(moments)).count()
