"""Borders changed by administrators: drawn, moved, split, merged, ended from a coming day on.

What happened until then keeps its area; every act leaves its line in the record of changes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction

from commonward.areas.actions.drawing import add_area, end_area, put_shape, redraw
from commonward.areas.actions.revisions import bump, hold
from commonward.areas.models import Area
from commonward.areas.queries import drafting
from commonward.areas.queries.drafting import Draft
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor, Right
from commonward.people import access
from commonward.people.actions import record_change


@transaction.atomic
def rename_area(actor: Actor, code: str, name: str, *, at: datetime, name_en: str = "") -> None:
    """Another name for an area (更名), at once and everywhere; the record keeps the old one.

    Raises Missing, Forbidden, Invalid.
    """
    hold("areas")
    area = drafting.open_area(code)
    _require(actor, "rename_area", area.path)
    old, new = (area.name, area.name_en), drafting.names(name, name_en)
    if old == new:
        return
    Area.objects.filter(pk=area.pk).update(name=new[0], name_en=new[1])
    facts = {"name": new[0], "name_en": new[1], "was": old[0], "was_en": old[1]}
    record_change(actor, "rename_area", code, at, facts)
    bump("areas")


@transaction.atomic
def draw_area(
    actor: Actor,
    code: str,
    name: str,
    outline: Any,
    *,
    since: datetime,
    at: datetime,
    name_en: str = "",
    fit: bool = False,
) -> Draft:
    """A new area (增设区域) in force from `since` on, below the parent that its code names.

    `outline` is a shapely (multi)polygon in WGS-84; with `fit` neighbours give way to it. Raises
    Missing, Forbidden, Invalid.
    """
    hold("areas")
    draft = drafting.draft_add(code, name, outline, since=since, name_en=name_en, fit=fit)
    return _carried_out(actor, draft, at)


@transaction.atomic
def redraw_area(
    actor: Actor, code: str, outline: Any, *, since: datetime, at: datetime, fit: bool = False
) -> Draft:
    """Another outline (勘界) from `since` on; with `fit` its neighbours give way and take over.

    Raises Missing, Forbidden, Invalid.
    """
    hold("areas")
    return _carried_out(actor, drafting.draft_redraw(code, outline, since=since, fit=fit), at)


@transaction.atomic
def split_area(
    actor: Actor,
    code: str,
    line: Any,
    new_code: str,
    name: str,
    *,
    since: datetime,
    at: datetime,
    name_en: str = "",
    new_part: str = "smaller",
) -> Draft:
    """Cut an area by a line (拆分): one part keeps the code, the other is a new area.

    Raises Missing, Forbidden, Invalid (areas lie below it, the line does not cut through).
    """
    hold("areas")
    draft = drafting.draft_split(
        code, line, new_code, name, since=since, name_en=name_en, new_part=new_part
    )
    return _carried_out(actor, draft, at)


@transaction.atomic
def merge_areas(
    actor: Actor, code: str, others: Sequence[str], *, since: datetime, at: datetime
) -> Draft:
    """Neighbours go up in an area (合并), which keeps its code and name; they end at `since`.

    Raises Missing, Forbidden, Invalid (areas lie below one, they do not hang together).
    """
    hold("areas")
    return _carried_out(actor, drafting.draft_merge(code, others, since=since), at)


@transaction.atomic
def close_area(actor: Actor, code: str, *, since: datetime, at: datetime) -> Draft:
    """End an area and all below it (撤销) at `since`. Raises Missing, Forbidden, Invalid."""
    hold("areas")
    return _carried_out(actor, drafting.draft_end(code, since=since), at)


def require_for(actor: Actor, draft: Draft, at: datetime) -> None:
    """Refuses whoever may not make this change (Forbidden), and one in the past (Invalid)."""
    _require(actor, draft.verb, draft.place.path)
    if any(code != draft.place.code for code in (*draft.outlines, *draft.ended)):
        _require(actor, draft.verb, draft.root)  # it changes neighbours as well
    access.moment(draft.since), access.moment(at)
    if draft.since < at:
        raise Invalid(N_("Borders change from a coming day on, never in the past."), field="since")


def _carried_out(actor: Actor, draft: Draft, at: datetime) -> Draft:
    require_for(actor, draft, at)
    added = {new.code: new for new in draft.added}
    for code in draft.ended:
        end_area(code, at=draft.since, with_children=True)
    for code, outline in draft.outlines.items():
        if code in added:
            new = added[code]
            add_area(
                code, new.name, at=draft.since, polygon=outline, name_en=new.name_en,
                synthetic=new.parent.synthetic,
            )  # fmt: skip
        elif code == draft.place.code:
            redraw(code, outline, at=draft.since)
        else:
            put_shape(drafting.open_area(code), shapely.to_wkb(outline), draft.since)
    facts = {
        "since": draft.since.isoformat(),
        "outlines": ", ".join(draft.outlines),
        "added": ", ".join(f"{new.code} {new.name}" for new in draft.added),
        "ended": ", ".join(draft.ended),
    }
    about = draft.added[0].code if draft.verb == "add_area" else draft.place.code
    record_change(actor, draft.verb, about, at, facts)
    bump("areas")
    return draft


def _require(actor: Actor, verb: str, area_path: str) -> None:
    access.require_administrator_of(actor, verb, Right(role=""), area_path)
