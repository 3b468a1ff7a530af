"""Make the forecast of volumes (来件预测), once a day; set what the hotline is staffed for."""

from dataclasses import asdict, replace
from datetime import datetime

import numpy as np
from django.db import transaction

from commonward.areas.queries.calendars import SITE, calendar
from commonward.cases.queries.arrivals import TOGETHER, arrivals
from commonward.core.forecast.making import made
from commonward.core.forecast.outlook import VERSION, Outlook
from commonward.core.forecast.staffing import Terms
from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.core.rights import Actor
from commonward.insight.models import Forecast, StaffingTerms
from commonward.people.actions import record_change

WINDOW = 800
"""Days that are learnt from: two years and what a season needs around them."""
KEPT = 60
"""Forecasts that are kept, so that each may be held against what came."""
SETS_TERMS = ("administrator", "leader")


def forecast_due(at: datetime) -> bool:
    """Whether today, by the site's clock, has no forecast of this model yet."""
    today = at.astimezone(calendar(SITE).tz).date()
    return not Forecast.objects.filter(first=today, version=VERSION).exists()


def make_forecast(at: datetime, seed: int = 1) -> Forecast:
    """Forecast the 14 days from today on, from the whole days before it.

    Made again on the same day it takes the place of the former. Raises Invalid where fewer than
    14 days are known.
    """
    site = calendar(SITE)
    today = at.astimezone(site.tz).date()
    given = arrivals(site.tz, today, WINDOW)
    if given is None:
        raise Invalid(N_("No case has arrived before today: there is nothing to learn from."))
    found = _without_place(made(given, site, seed))
    with transaction.atomic():
        Forecast.objects.filter(first=today, version=VERSION).delete()
        kept = Forecast.objects.create(
            made_at=at, first=found.first, since=found.since, cases=int(given.rows[:, 4].sum()),
            version=VERSION, seed=seed, data=found.packed(),
        )  # fmt: skip
        old = Forecast.objects.order_by("-made_at", "-id").values_list("id", flat=True)[KEPT:]
        Forecast.objects.filter(id__in=list(old)).delete()
    return kept


def set_terms(terms: Terms, actor: Actor, at: datetime) -> None:
    """Say what the hotline is staffed for. Raises Forbidden."""
    if not any(right.role in SETS_TERMS for right in actor.rights):
        raise Forbidden(N_("Leaders and administrators set what the hotline is staffed for."))
    with transaction.atomic():
        record_change(actor, "staffing_terms", "hotline", at, asdict(terms))
        StaffingTerms.objects.update_or_create(id=1, defaults={**asdict(terms), "changed_at": at})


def _without_place(found: Outlook) -> Outlook:
    """Disputes and urgent help stand in the total of the whole site alone, and their past as a
    mean: no day of theirs can be worked out by taking away the others."""
    if TOGETHER not in found.categories:
        return found
    row = found.categories.index(TOGETHER)
    shares, back = found.shares.copy(), found.back.copy()
    shares[:, row] = [float(area == "") for area in found.areas]
    back[row] = np.round(back[row].mean())
    return replace(found, shares=shares, back=back)
