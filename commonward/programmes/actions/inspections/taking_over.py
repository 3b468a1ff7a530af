"""Visits that were made elsewhere, taken over at once (批量导入检查结果); a fault of theirs has no case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.core.inspecting.checklist import defects
from commonward.core.rights import SYSTEM, Actor
from commonward.people.actions import record_change
from commonward.programmes.models import Campaign, Defect, Visit
from commonward.programmes.queries.inspections.access import require_keeper
from commonward.programmes.queries.inspections.checklists import parsed


@dataclass(frozen=True, slots=True)
class Made:
    """A visit as it was made: its answers by item, when, and by which account (None: not told)."""

    answers: Mapping[str, Any]
    at: datetime
    by: int | None = None


def take_over_visits(
    campaign: Campaign, made: Mapping[int, Made], at: datetime, actor: Actor = SYSTEM
) -> int:
    """Mark planned visits (by id) as made; their faults count as mended. How many were.

    Raises Forbidden.
    """
    require_keeper(actor, campaign.area_path)
    rows = Visit.objects.select_related("checklist").filter(
        campaign=campaign, kind="first", state="planned"
    )
    done, faults = [], []
    for one in rows:
        told = made.get(one.pk)
        if told is None:
            continue
        faulty = defects(parsed(one.checklist.text), told.answers)
        one.state, one.answers, one.faults = "done", dict(told.answers), len(faulty)
        one.done_at, one.by_id = told.at, told.by
        done.append(one)
        faults += [
            Defect(visit=one, item=item.code, severity=item.severity, state="mended",
                   found_at=told.at, changed_at=at)
            for item in faulty
        ]  # fmt: skip
    with transaction.atomic():
        Visit.objects.bulk_update(
            done, ["state", "answers", "faults", "done_at", "by"], batch_size=400
        )
        Defect.objects.bulk_create(faults, batch_size=500)
        record_change(actor, "take_over_visits", campaign.code, at, {"count": len(done)})
    return len(done)
