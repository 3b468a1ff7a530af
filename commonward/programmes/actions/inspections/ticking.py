"""What time does to inspections by itself: re-visits, the draw of re-checks, and the night's forgetting."""

from datetime import datetime, timedelta

from django.utils import timezone

from commonward.programmes.actions.inspections.campaigning import draw_rechecks
from commonward.programmes.actions.inspections.visit_photos import end_photos
from commonward.programmes.actions.inspections.visiting import follow_cases
from commonward.programmes.models import Campaign, PlaceAnswer, Visit

ANSWERS_DAYS = 90
NOTES_DAYS = 365


def tick_inspections(at: datetime) -> dict[str, int]:
    """Plan re-visits of what was finished, and draw re-checks whose day has come."""
    due = Campaign.objects.filter(
        state__in=("running", "ended"), drawn_at=None, recheck_on__lte=timezone.localdate(at)
    )
    return {
        "rechecks": sum(draw_rechecks(pk, at) for pk in due.values_list("pk", flat=True)),
        "revisits": follow_cases(at),
    }


def forget_inspections(at: datetime) -> dict[str, int]:
    """Delete old photos and answers, empty old notes. Run it every night; idempotent."""
    answers, _ = PlaceAnswer.objects.filter(at__lt=at - timedelta(days=ANSWERS_DAYS)).delete()
    notes = (
        Visit.objects.filter(
            campaign__until__lt=timezone.localdate(at) - timedelta(days=NOTES_DAYS)
        )
        .exclude(note="")
        .update(note="")
    )
    return {"photos": end_photos(at), "answers": answers, "notes": notes}
