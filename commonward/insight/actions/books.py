"""Change the indicators of the site: the whole is checked, then it is a new version (指标变更)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commonward.core.indicators.book import shipped
from commonward.core.indicators.changing import changed, digest, over
from commonward.core.refusals import N_, Invalid, Stale
from commonward.core.rights import Actor
from commonward.insight.models import FigureBook
from commonward.people.access import require_administrator
from commonward.people.actions import record_change


def adopt_figures(
    changes: Mapping[str, Any],
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    since: datetime | None = None,
    upon: int | None = None,
) -> FigureBook | None:
    """Bring changes over what ships into force from a moment on (指标生效); None: nothing new.

    `upon` is the number of the version that they were written upon (0: what ships). Raises
    Forbidden, Invalid naming the entry and the reason, Stale when another came in between.
    """
    require_administrator(actor, "adopt_figures")
    since = since or at
    if not reason.strip():
        raise Invalid(N_("Give the reason of the change; everybody can read it."), field="reason")
    if since < at:
        raise Invalid(
            N_("Figures change from now on or later: what was told is not told otherwise after."),
            field="since",
        )
    changed(shipped(), changes)
    made = digest(over(shipped(), changes))
    with transaction.atomic():
        last = FigureBook.objects.select_for_update().order_by("-number").first()
        number = last.number if last else 0
        if upon is not None and upon != number:
            raise _stale()
        if dict(changes) == (last.changes if last else {}):
            return None
        try:
            with transaction.atomic():
                row = FigureBook.objects.create(
                    number=number + 1, changes=changes, digest=made, reason=reason.strip()[:300],
                    since=since, made_at=at, by_id=actor.account,
                )  # fmt: skip
        except IntegrityError as clash:
            raise _stale() from clash
        record_change(actor, "adopt_figures", reason.strip()[:80], at, {"version": row.number})
    return row


def _stale() -> Stale:
    return Stale(N_("Somebody else changed the figures in the meantime; look at them again."))
