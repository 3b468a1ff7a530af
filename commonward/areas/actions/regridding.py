"""All grids of an area drawn anew from a coming day on, in one act; and taken back before it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction
from django.db.models import ProtectedError

from commonward.areas.actions.bordering import require_for
from commonward.areas.actions.revisions import bump, hold
from commonward.areas.models import Area, Shape
from commonward.areas.queries.gridded import gridded
from commonward.areas.queries.regridding import Regridding, Wanted, below, regridding
from commonward.core.refusals import N_, Invalid, Stale
from commonward.core.rights import Actor, Right
from commonward.people import access
from commonward.people.actions import record_change

Told = Mapping[str, Any]


@transaction.atomic
def regrid(
    actor: Actor, code: str, wanted: Sequence[Wanted], mark: str, *, since: datetime, at: datetime,
    within: Sequence[str] = (),
) -> tuple[Regridding, dict[str, list[str]]]:  # fmt: skip
    """New grids (网格重划) for the villages of an area; returns them and what taking back needs.

    `mark` is that of the grids they were designed from. Raises Forbidden, Missing, Invalid, and
    Stale where the grids were changed since.
    """
    hold("areas")
    known = gridded(code, within=within)
    if known.mark != mark:
        raise Stale(
            N_("The grids of {given} were changed since they were planned: plan them anew."),
            given=code,
        )
    made = regridding(known, wanted, since)
    draft = made.draft
    require_for(actor, draft, at)
    ended = (*draft.ended, *below(draft.ended))
    redrawn = [one for one in draft.outlines if one in draft.before]
    _not_late([*ended, *redrawn], since)
    Shape.objects.filter(area__code__in=ended, area__valid_until=None, valid_until=None).update(
        valid_until=since
    )
    Area.objects.filter(code__in=ended, valid_until=None).update(valid_until=since)
    Shape.objects.filter(area__code__in=redrawn, area__valid_until=None, valid_until=None).update(
        valid_until=since
    )
    kept = {one.code: one for one in Area.objects.filter(code__in=redrawn, valid_until=None)}
    new = Area.objects.bulk_create(
        [
            Area(
                code=one.code, name=one.name, name_en=one.name_en, level="grid",
                parent_id=one.parent.id, path=f"{one.parent.path}{one.code}/",
                synthetic=one.parent.synthetic, valid_from=since,
            )
            for one in draft.added
        ],
        batch_size=500,
    )  # fmt: skip
    rows = kept | {one.code: one for one in new}
    Shape.objects.bulk_create(
        [
            Shape(area=rows[one], wkb=shapely.to_wkb(outline), valid_from=since)
            for one, outline in draft.outlines.items()
        ],
        batch_size=500,
    )
    counts = {
        "since": since.isoformat(), "added": len(draft.added), "redrawn": len(redrawn),
        "ended": len(draft.ended), "unchanged": made.unchanged,
    }  # fmt: skip
    record_change(actor, "regrid", code, at, counts)
    bump("areas")
    told = {"added": [one.code for one in draft.added], "redrawn": redrawn, "ended": list(ended)}
    return made, told


@transaction.atomic
def take_back_grids(actor: Actor, code: str, told: Told, *, since: datetime, at: datetime) -> None:
    """Before its day: the new grids never were, the present ones go on (撤回).

    `told` is what `regrid` gave. Raises Forbidden, Invalid once the day has come, and Stale where
    something was changed on top of it.
    """
    hold("areas")
    top = Area.objects.filter(code=code, valid_until=None).first()
    access.require_administrator_of(
        actor, "regrid", Right(role=""), top.path if top is not None else ""
    )
    if at >= since:
        raise Invalid(
            N_("These grids are in force since {since}: draw others for a coming day."),
            since=since.date().isoformat(),
        )
    added = Area.objects.filter(code__in=told["added"], valid_from=since, valid_until=None)
    fresh = Shape.objects.filter(
        area__code__in=told["redrawn"], area__valid_until=None, valid_from=since, valid_until=None
    )
    ended = Area.objects.filter(code__in=told["ended"], valid_until=since)
    found = (added.count(), fresh.count(), ended.count())
    if found != (len(told["added"]), len(told["redrawn"]), len(told["ended"])):
        raise Stale(
            N_(
                "Some of these grids were changed since they were published: change them one by one."
            )
        )
    over = set(fresh.values_list("area_id", flat=True)) | set(ended.values_list("pk", flat=True))
    fresh.delete()
    Shape.objects.filter(area__in=over, valid_until=since).update(valid_until=None)
    Area.objects.filter(pk__in=list(ended.values_list("pk", flat=True))).update(valid_until=None)
    try:
        added.delete()
    except ProtectedError:
        raise Invalid(
            N_("Something was already made for one of the new grids: end it first.")
        ) from None
    record_change(actor, "take_back_grids", code, at, {"since": since.isoformat()})
    bump("areas")


def _not_late(changed: Sequence[str], since: datetime) -> None:
    late = Area.objects.filter(code__in=changed, valid_until=None, valid_from__gte=since).first()
    drawn = Shape.objects.filter(
        area__code__in=changed, area__valid_until=None, valid_until=None, valid_from__gte=since
    ).first()
    begun = late.valid_from if late else drawn.valid_from if drawn else None
    if begun is not None:
        raise Invalid(
            N_("A change of these grids is planned for {since}: choose a later day."),
            field="since", since=begun.date().isoformat(),
        )  # fmt: skip
