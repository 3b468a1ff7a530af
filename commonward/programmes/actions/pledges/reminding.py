"""Members are reminded before a duty falls due and once it is late, each once (提醒)."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from commonward.cases.actions.delivering import owe
from commonward.cases.actions.moving import in_order, locked
from commonward.cases.models import Task
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.pledges.alliancing import end_alliance
from commonward.programmes.actions.pledges.frame import note
from commonward.programmes.models import Alliance, DutyDay, Gathering, Organisation, PledgeMail

BATCH = 500
log = logging.getLogger(__name__)


def tick_pledges(at: datetime) -> tuple[int, int]:
    """Remind of what falls due soon and tell what is late, each once; how many of both.

    Alliances whose last day is over end. A team of the site sees it on its list; a unit outside gets a mail where its office agreed to
    one. A day that fails never stops the rest; safe to run twice at once.
    """
    end_past(at)
    today = day_of(at)
    near = today + timedelta(days=settings.REMIND_DAYS)
    waiting = (
        DutyDay.objects.filter(kept=None, said_at=None, late_at=None)
        .filter(Q(due_on__lt=today) | Q(due_on__lte=near, soon_at=None))
        .order_by("due_on", "pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    soon = late = 0
    for pk in list(waiting):
        try:
            with transaction.atomic():
                what = _look(pk, at)
        except Refusal as why:
            log.warning("The duty's day %s was not looked at: %s", pk, why)
            continue
        soon += what == "soon"
        late += what == "late"
    return soon, late


def end_past(at: datetime) -> int:
    """End the alliances whose last day is over, unless a task of a meeting is open; how many."""
    past = Alliance.objects.filter(case__closed_at=None, ends_on__lt=day_of(at))
    waits = Task.objects.filter(is_open=True).values("case_id")
    codes = past.exclude(pk__in=waits).order_by("ends_on").values_list("code", flat=True)[:BATCH]
    ended = 0
    for code in list(codes):
        try:
            end_alliance(code, SYSTEM, at)
        except Refusal as why:
            log.warning("The alliance %s did not end: %s", code, why)
            continue
        ended += 1
    return ended


def _look(pk: int, at: datetime) -> str:
    row = DutyDay.objects.select_related("duty__alliance__case", "duty__member__unit").get(pk=pk)
    alliance = row.duty.alliance
    alliance.case = locked(alliance.case.number)
    at = in_order(alliance.case, at)
    row.refresh_from_db(fields=["said_at", "kept", "soon_at", "late_at"])
    if row.said_at is not None or row.kept is not None:
        return ""
    late = row.due_on < day_of(at)
    what, mark = ("late", "late_at") if late else ("soon", "soon_at")
    if getattr(row, mark) is not None:
        return ""
    setattr(row, mark, at)
    row.save(update_fields=[mark])
    if alliance.case.closed_at is None:
        note(alliance, f"duty_{what}", SYSTEM, at, {"day": row.pk})
        write_to(row.duty.member.unit, what, at, day=row)
    return what


def write_to(
    unit: Organisation, what: str, at: datetime, *, day: DutyDay | None = None,
    gathering: Gathering | None = None,
) -> PledgeMail | None:  # fmt: skip
    """Owe a unit outside one mail; None where it is a team of the site or its office agreed to none."""
    agreed = unit.contact_until is not None and unit.contact_until >= day_of(at)
    if unit.team_id is not None or not unit.office_box or not agreed:
        return None
    about = f"d{day.pk}" if day is not None else f"m{gathering.pk if gathering else 0}"
    once = f"{what}:{about}:{unit.pk}"
    if PledgeMail.objects.filter(once=once).exists():
        return None
    return PledgeMail.objects.create(
        once=once,
        what=what,
        unit=unit,
        day=day,
        gathering=gathering,
        delivery=owe("programmes", at),
    )
