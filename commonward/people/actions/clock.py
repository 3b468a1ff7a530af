"""The demonstration's clock: set once, then faster, slower or paused, never turned back."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.site_clock import SiteTime
from commonward.people import access
from commonward.people.models import SiteClock


@transaction.atomic
def set_site_clock(site: datetime, speed: int, *, real: datetime) -> SiteTime:
    """Begin the site's time at `site`, as long as it was never set. Raises Forbidden, Invalid."""
    _only_in_the_demo()
    if SiteClock.objects.filter(pk=1).exists():
        raise Forbidden(N_("The clock of this demonstration was set already."))
    access.moment(site)
    return _keep(SiteTime(access.moment(real), site, 1).changed(real, speed))


@transaction.atomic
def change_speed(speed: int, *, real: datetime) -> SiteTime:
    """From the real moment on the site's time passes at this speed. Raises as `set_site_clock`."""
    _only_in_the_demo()
    row = SiteClock.objects.select_for_update().filter(pk=1).first()
    if row is None:
        raise Missing(N_("The clock of this demonstration was never set."))
    return _keep(SiteTime(row.real_at, row.site_at, row.speed).changed(real, speed))


def _keep(stands: SiteTime) -> SiteTime:
    SiteClock.objects.update_or_create(
        pk=1, defaults={"real_at": stands.real, "site_at": stands.site, "speed": stands.speed}
    )
    return stands


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Forbidden(N_("Time passes as it does: only a demonstration has its own clock."))
