"""Contacts of offices end on their day, words of an alliance with its case (到期销毁)."""

from datetime import datetime, timedelta

from django.db.models import Q

from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.models import Booking, DutyDay, Gathering, Organisation

YEARS = 5
BOOKED = timedelta(days=365)


def forget_pledges(at: datetime) -> int:
    """Empty contacts whose day is over, bookings of a year ago, and words of alliances that ended
    `YEARS` ago; how many rows."""
    today = day_of(at)
    gone = Organisation.objects.filter(contact_until__lt=today).update(
        office_line="", office_box="", consent_on=None, contact_until=None
    )
    gone += Booking.objects.filter(day__lt=today - BOOKED).delete()[0]
    before = at - timedelta(days=round(YEARS * 365.2425))
    days = DutyDay.objects.filter(duty__alliance__case__closed_at__lt=before)
    gone += days.filter(~Q(evidence="") & ~Q(evidence="–") | ~Q(why="")).update(why="")
    days.filter(said_at__isnull=False).update(evidence="–")
    gone += (
        Gathering.objects.filter(alliance__case__closed_at__lt=before, held_at__isnull=False)
        .exclude(minutes="–")
        .update(minutes="–")
    )
    return gone
