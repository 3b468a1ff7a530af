"""A survey's list is shredded on its date, its answers deleted after two years (到期销毁)."""

from datetime import datetime, timedelta

from django.db import transaction

from commonward.core.rights import SYSTEM
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.surveys.answering import mix_surveys
from commonward.programmes.actions.surveys.frame import note
from commonward.programmes.actions.surveys.listing import shred
from commonward.programmes.actions.surveys.planning import end
from commonward.programmes.models import Survey, SurveyAnswer, SurveyWords

YEARS = 2


def forget_surveys(at: datetime) -> int:
    """Close what is over, shred what is due, delete old answers, mix what is open; how many."""
    today = day_of(at)
    gone = 0
    due = Survey.objects.filter(state="open", ends_on__lt=today) | Survey.objects.filter(
        list_key__isnull=False, shred_on__lte=today
    )
    for pk in due.values_list("pk", flat=True):
        with transaction.atomic():
            found = Survey.objects.select_for_update(of=("self",)).get(pk=pk)
            if found.state == "open" and found.ends_on < today:
                end(found, SYSTEM, at)
            elif found.list_key is not None:
                shredded = shred(found)
                found.save(update_fields=["list_key"])
                note(found, "list_shredded", SYSTEM, at, {"numbers_shredded": shredded})
            gone += 1
    before = today - timedelta(days=round(YEARS * 365.2425))
    for model in (SurveyAnswer, SurveyWords):
        gone += model.objects.filter(survey__ends_on__lt=before).delete()[0]
    mix_surveys()
    return gone
