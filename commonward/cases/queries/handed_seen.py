"""Which hand-overs somebody may read: those of cases that they see, and offers for their own area."""

from collections.abc import Iterable
from datetime import datetime

from commonward.areas.queries import locate
from commonward.cases.actions.federating.giving import GIVES
from commonward.cases.models import HandOver
from commonward.cases.queries.happened import filed_as
from commonward.core.rights import Actor


def readable(rows: Iterable[HandOver], actor: Actor, at: datetime) -> frozenset[int]:
    """The ids of those that this person may read (3 queries, none where none has a case)."""
    found = list(rows)
    filed = filed_as({row.case_id for row in found if row.case_id is not None})
    return frozenset(
        row.pk
        for row in found
        if (
            _may_take(row, actor, at)
            if row.case_id is None
            else row.case_id in filed and filed[row.case_id].seen_by(actor)
        )
    )


def _may_take(row: HandOver, actor: Actor, at: datetime) -> bool:
    """An offer is read by posts of the place that it names; one without a place, or of a place
    elsewhere, by posts of the whole site. Which category it is here nobody has decided yet."""
    lat, lon = row.content.get("lat"), row.content.get("lon")
    path = "" if lat is None or lon is None else locate(lat, lon, at=at).path
    return any(
        right.role in GIVES
        and (not right.verbs or "hand_over" in right.verbs)
        and (not right.area or f"/{right.area}/" in path)
        for right in actor.rights
    )
