"""Who owes an answer is reminded before it is due and once it is late, each once (答复提醒)."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from commonward.cases.actions.moving import in_order, locked
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.risk.frame import note
from commonward.programmes.models import RiskQuestion

BATCH = 500
log = logging.getLogger(__name__)


def tick_risk(at: datetime) -> tuple[int, int]:
    """Write on a review that an answer is owed soon, or is late, each once; how many of both.

    The office that answers for the project finds it among what happened in its cases, and the
    questions on top of its list. A question that fails never stops the rest; safe to run twice at
    once.
    """
    near = at + timedelta(days=settings.REMIND_DAYS)
    waiting = (
        RiskQuestion.objects.filter(answered_at=None, late_at=None, review__case__is_open=True)
        .filter(Q(due_at__lt=at) | Q(due_at__lte=near, soon_at=None))
        .order_by("due_at", "pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    soon = late = 0
    for pk in list(waiting):
        try:
            with transaction.atomic():
                what = _look(pk, at)
        except Refusal as why:
            log.warning("The question %s was not looked at: %s", pk, why)
            continue
        soon += what == "soon"
        late += what == "late"
    return soon, late


def _look(pk: int, at: datetime) -> str:
    row = RiskQuestion.objects.select_related("review__case").get(pk=pk)
    found = row.review
    found.case = locked(found.case.number)
    row.refresh_from_db(fields=["answered_at", "soon_at", "late_at"])
    what, mark = ("late", "late_at") if row.due_at < at else ("soon", "soon_at")
    if row.answered_at is not None or getattr(row, mark) is not None or not found.case.is_open:
        return ""
    moment = in_order(found.case, at)
    setattr(row, mark, moment)
    row.save(update_fields=[mark])
    note(found, f"answer_{what}", SYSTEM, moment, {"question": row.pk}, role="system")
    return what
