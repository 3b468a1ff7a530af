"""Rights for an emergency: those asked for, those that stand, and what was done under one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from commonward.core.rights import Actor
from commonward.people.models import AccessRecord, BreakGlass

DECIDES: Mapping[str, tuple[str, ...]] = {
    "dispute": ("administrator", "coordinator"),
    "other": ("administrator", "leader", "duty_chief", "response_coordinator"),
}
"""Posts that may be the second person; for a dispute those alone who may know that it exists."""
SHOWN = 50


def emergencies(actor: Actor) -> Sequence[BreakGlass]:
    """The newest that this person asked for, and all for the posts that decide (1 query)."""
    rows = BreakGlass.objects.select_related("asked_by", "decided_by").order_by("-asked_at", "-id")
    posts = {role for roles in DECIDES.values() for role in roles}
    if actor.under is not None or not any(right.role in posts for right in actor.rights):
        rows = rows.filter(asked_by_id=actor.account or 0)
    return list(rows[:SHOWN])


def looks_under(one: BreakGlass) -> Sequence[AccessRecord]:
    """Which files its holder opened while it stood, as the log of looks has it (1 query)."""
    if one.until is None or one.decided_at is None:
        return ()
    spans: tuple[datetime, datetime] = (one.decided_at, one.until)
    return list(
        AccessRecord.objects.filter(account_id=one.asked_by_id, at__range=spans).order_by("at")[
            :SHOWN
        ]
    )
