"""Rights for an emergency: those asked for, those that stand, and what was done under one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from commonward.core.rights import SEALED, Actor, Right
from commonward.people.models import AccessRecord, BreakGlass, Grant
from commonward.people.queries.actors import valid_at

DECIDES: Mapping[str, tuple[str, ...]] = {
    "dispute": ("administrator", "coordinator"),
    "other": ("administrator", "leader", "duty_chief", "response_coordinator"),
}
"""Posts that may be the second person; for a dispute those alone who may know that it exists."""
SHOWN = 50
_STANDS_SINCE = timedelta(days=1)
"""Whoever gives it has had the post for a day: nobody makes a second person for it."""


def emergencies(actor: Actor) -> Sequence[BreakGlass]:
    """The newest that this person asked for, and all for the posts that decide (1 query)."""
    rows = BreakGlass.objects.select_related("asked_by", "decided_by").order_by("-asked_at", "-id")
    posts = {role for roles in DECIDES.values() for role in roles}
    if actor.under is not None or not any(right.role in posts for right in actor.rights):
        rows = rows.filter(asked_by_id=actor.account or 0)
    return list(rows[:SHOWN])


def may_decide(actor: Actor, asked: BreakGlass, at: datetime, area_path: str) -> bool:
    """Whether this person is the second one: by an old post of their own that covers it (1 query)."""
    if actor.account is None or actor.account == asked.asked_by_id or actor.under is not None:
        return False
    long_ago = at - _STANDS_SINCE
    rows = Grant.objects.filter(valid_at(at), account_id=actor.account, emergency=None)
    own = [
        Right(row.role, row.area_code, tuple(row.categories), tuple(row.verbs))
        for row in rows.filter(since__lte=long_ago, account__made_at__lte=long_ago)
        if row.given_by_id != asked.asked_by_id
    ]
    posts = DECIDES["dispute" if asked.category.startswith(SEALED) else "other"]
    return any(
        right.role in posts and not right.verbs and right.covers(area_path, asked.category)
        # For the whole site decides who has a post for the whole site.
        and (asked.case_number or (not right.area and not right.categories))
        for right in own
    )  # fmt: skip


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
