"""What the forms of a review of risk have in common: fields read, choices, the pages' ways."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _

from commonward.areas.queries import revisions
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import beginning, text
from commonward.doors.look.showing import named
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.models import RiskReview

STEPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("programme_risk_facts", N_("Facts and groups"), ("drafted", "announced")),
    (
        "programme_risk_questions",
        N_("Questions and answers"),
        ("announced", "hearing", "experts", "weighed"),
    ),
    ("programme_risk_hearing", N_("Hearing"), ("announced", "hearing")),
    ("programme_risk_experts", N_("Experts"), ("announced", "hearing", "experts", "weighed")),
    (
        "programme_risk_items",
        N_("Risks and measures"),
        ("drafted", "announced", "hearing", "experts"),
    ),
    ("programme_risk_decide", N_("Decision"), ("weighed",)),
    ("programme_risk_conditions", N_("Conditions"), ("conditions",)),
    ("programme_risk_hidden", N_("Hidden lines"), ()),
)
"""The pages of a review: address, title, and in which stages there is work on it."""


def pages_of(found: RiskReview, here: str) -> list[dict[str, Any]]:
    """The ways to the other pages of a review."""
    number = found.case.number
    return [
        {
            "address": reverse(f"desk:{name}", args=[number]),
            "title": _(title),
            "here": name == here,
            "now": found.case.stage in stages,
        }
        for name, title, stages in STEPS
    ]


def teams() -> list[tuple[int, str]]:
    """The active teams for a choice."""
    return [(one.id, named(one.name, one.name_en)) for one in teams_to_choose(revisions()).values()]


def whole(request: HttpRequest, name: str, *, otherwise: int | None = None) -> int:
    """A whole number of the form. Raises Invalid."""
    given = text(request, name).replace(",", "").replace(" ", "")
    if not given and otherwise is not None:
        return otherwise
    if not given.isdecimal() or len(given) > 14:
        raise Invalid(N_("Give a whole number."), field=name)
    return int(given)


def maybe_whole(request: HttpRequest, name: str) -> int | None:
    """The same, or None where the field stays empty."""
    return whole(request, name) if text(request, name) else None


def day_end(request: HttpRequest, name: str) -> datetime:
    """The end of the day that a field gives. Raises Invalid."""
    if not text(request, name):
        raise Invalid(N_("Give the day until which it is done."), field=name)
    return beginning(request, name) + timedelta(days=1)


def moment(request: HttpRequest, day: str, hour: str) -> datetime:
    """A day and a time of day. Raises Invalid."""
    begins = beginning(request, day)
    try:
        at = parse_time(text(request, hour))
    except ValueError:
        at = None
    if at is None:
        raise Invalid(N_("Give the time of day, for example 14:30."), field=hour)
    local = timezone.localtime(begins).date()
    return timezone.make_aware(datetime.combine(local, time(at.hour, at.minute)))


def kept(request: HttpRequest, **otherwise: Any) -> Mapping[str, Any]:
    """What was typed where the form was refused, else what is there."""
    return request.POST if request.method == "POST" else otherwise
