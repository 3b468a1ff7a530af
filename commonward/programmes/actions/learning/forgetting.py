"""Records of training end with the account, or two years after they ran out (到期销毁)."""

from datetime import datetime, timedelta

from django.db.models import Q

from commonward.core.rights import SYSTEM
from commonward.people.actions import forget_qualifications
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.learning.courses import renew_requirements
from commonward.programmes.models import (
    Certificate,
    CourseSeat,
    Drill,
    DrillChange,
    DrillEntry,
    StaffSurvey,
)

KEEPS = timedelta(days=730)
LOG_KEEPS = timedelta(days=365)
YEARS = 5
"""So long the words of a drill stand after its end, as the procedure says (keep_years)."""
_EMPTY = "–"


def tick_learning(at: datetime) -> int:
    """Name the next session of what is asked for, where the one that was named is over."""
    return renew_requirements(SYSTEM, at)


def forget_learning(at: datetime) -> int:
    """Delete records of who left, those over for two years, old seats and logs; empty the words of
    drills and surveys whose time is over. How many rows."""
    today = day_of(at)
    left = Q(account__is_active=False)
    gone = Certificate.objects.filter(left | Q(until__lt=today - KEEPS)).delete()[0]
    gone += CourseSeat.objects.filter(left | Q(session__ends_at__lt=at - KEEPS)).delete()[0]
    gone += forget_qualifications(today)
    gone += DrillEntry.objects.filter(drill__on__lt=today - LOG_KEEPS).delete()[0]
    before = at - timedelta(days=round(YEARS * 365.2425))
    drills = Drill.objects.filter(case__closed_at__lt=before)
    gone += drills.exclude(happened="", because="").update(happened="", because="")
    rows = DrillChange.objects.filter(drill__in=drills)
    gone += rows.exclude(evidence__in=["", _EMPTY], sent_back="").update(sent_back="")
    rows.filter(said_at__isnull=False).update(evidence=_EMPTY)
    gone += (
        StaffSurvey.objects.filter(closed=True, closes_on__lt=today - LOG_KEEPS)
        .exclude(words=[])
        .update(words=[])
    )
    return gone
