"""Marks end on their day, are reminded of before it, and settle when nobody appeals (到期与提醒)."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from commonward.cases.actions.moving import in_order, locked
from commonward.core.marks.kind import REMIND_DAYS
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.marks.frame import note, step
from commonward.programmes.models import Mark, MarkDispute
from commonward.programmes.queries.marks import BORNE
from commonward.programmes.queries.risk import due_after

APPEAL_DAYS = 15
"""Working days in which a refusal or a taking away can be appealed."""
BATCH = 500
log = logging.getLogger(__name__)


def tick_marks(at: datetime) -> tuple[int, int, int]:
    """How many were reminded of, ended on their day, settled without an appeal; safe to run twice.

    One that fails never stops the rest.
    """
    today = day_of(at)
    rows = Mark.objects.filter(ended_at=None).order_by("valid_until", "pk")
    over = rows.filter(case__stage__in=BORNE, valid_until__lt=today)
    soon = rows.filter(
        case__stage__in=BORNE, reminded_at=None, valid_until__gte=today,
        valid_until__lte=today + timedelta(days=REMIND_DAYS),
    )  # fmt: skip
    settling = rows.filter(case__stage__in=("refused", "taken"))
    done = []
    for found, verb in ((soon, _remind), (over, _expire), (settling, _close)):
        count = 0
        for pk in list(found.values_list("pk", flat=True)[:BATCH]):
            try:
                with transaction.atomic():
                    one = Mark.objects.select_related("case", "version", "office").get(pk=pk)
                    one.case = locked(one.case.number)
                    one.refresh_from_db(fields=["ended_at", "reminded_at"])
                    count += verb(one, in_order(one.case, at))
            except Refusal as why:
                log.warning("The mark %s was not looked at: %s", pk, why)
        done.append(count)
    return done[0], done[1], done[2]


def _remind(one: Mark, at: datetime) -> bool:
    if one.reminded_at is not None or one.ended_at is not None:
        return False
    one.reminded_at = at
    one.save(update_fields=["reminded_at"])
    note(one, "ends_soon", SYSTEM, at, {"until": str(one.valid_until)})
    return True


def _expire(one: Mark, at: datetime) -> bool:
    if one.ended_at is not None or one.case.stage not in BORNE:
        return False
    MarkDispute.objects.filter(mark=one, decided_at=None).update(
        upheld=False, decided_at=at, why="标志已到期。", why_en="The mark's day was over."
    )
    step(one, "expire", SYSTEM, at)
    return _end(one, "expired", at)


def _close(one: Mark, at: datetime) -> bool:
    since = one.case.stage_since
    if one.ended_at is not None or at < due_after(one.case, APPEAL_DAYS, since):
        return False
    taken = one.case.stage == "taken"
    step(one, "close", SYSTEM, at)
    return _end(one, "taken" if taken else "refused", at)


def _end(one: Mark, how: str, at: datetime) -> bool:
    one.ended_as, one.ended_at = how, at
    one.save(update_fields=["ended_as", "ended_at"])
    return True
