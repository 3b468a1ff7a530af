"""What time it is on this site: the world's time, or a demonstration's own."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from commonward.core.site_clock import SiteTime
from commonward.people.models import SiteClock


def now() -> datetime:
    """The moment that every door hands to the verbs; real time on every site but the demo."""
    if not settings.DEMO:
        return timezone.now()
    stands = site_time()
    return timezone.now() if stands is None else stands.at(timezone.now())


def site_time() -> SiteTime | None:
    """How the demonstration's clock runs; None where it was never set (1 query)."""
    row = SiteClock.objects.filter(pk=1).first()
    return None if row is None else SiteTime(row.real_at, row.site_at, row.speed)
