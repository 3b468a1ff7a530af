"""What time does to urgent help by itself: one call for the tick of a site, one for the night."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.cases.models import Case
from commonward.response.actions.asking import tick_banks
from commonward.response.actions.ordering import tick_orders
from commonward.response.actions.paying import GOAL_SECONDS
from commonward.response.actions.planning import forget_plans
from commonward.response.actions.rostering import forget_rosters
from commonward.response.actions.stationing import take_stations
from commonward.response.actions.units import end_forgotten_shifts, end_notes, thin_positions
from commonward.response.models import Call, CentreHandOver, Incident, Support, SupportNote


@dataclass(frozen=True, slots=True)
class ResponseTicked:
    """How many units were called again, how many silent ones were told of, shifts ended."""

    alarmed: int
    escalated: int
    shifts_ended: int


def tick_response(at: datetime) -> ResponseTicked:
    """Do all that is due in urgent help at `at`; run it every few seconds."""
    orders = tick_orders(at)
    tick_banks(at, timedelta(seconds=GOAL_SECONDS))
    take_stations(at)
    return ResponseTicked(orders["alarmed"], orders["escalated"], end_forgotten_shifts(at))


def forget_response(at: datetime) -> dict[str, int]:
    """Thin and delete positions, empty old notes, and empty incidents whose case is forgotten.

    Run it every night, after the cases' own `forget`. Idempotent.
    """
    gone = Case.objects.filter(forgotten_at__isnull=False).values("pk")
    incidents = Incident.objects.filter(case_id__in=gone)
    Call.objects.filter(incident__in=incidents).update(words=None, callback=None, key="")
    CentreHandOver.objects.filter(incident__in=incidents).update(package=None)
    emptied = incidents.exclude(lat=None, place=None, note=None).update(
        lat=None, lon=None, place=None, note=None
    )
    SupportNote.objects.filter(support__case_id__in=gone).update(words=None)
    Support.objects.filter(case_id__in=gone).update(facts=None, offered=[])
    return {
        "positions": thin_positions(at),
        "notes": end_notes(at),
        "incidents": emptied,
        "plans": forget_plans(at) + forget_rosters(at),
    }
