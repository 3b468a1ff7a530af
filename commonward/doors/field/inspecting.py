"""Visits of places on a phone: what it carries of them, and what it sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from commonward.cases.actions.photos import Ready
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.doors.look.showing import language, said
from commonward.programmes.actions.inspections.visiting import Seen, make_visit
from commonward.programmes.queries.inspections.access import VISITS
from commonward.programmes.queries.inspections.visits import FieldVisit, field_visits


def carried(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """The visits of the worker's teams that are due, as data for the phone."""
    if not any(right.role in VISITS for right in actor.rights):
        return []
    today = timezone.localdate(at)
    return [_visit(one, today.isoformat()) for one in field_visits(actor, today)]


def _visit(one: FieldVisit, today: str) -> dict[str, Any]:
    visit, place = one.visit, one.visit.place
    campaign = visit.campaign
    chinese = language().startswith("zh")
    return {
        "id": visit.pk,
        "kind": visit.kind,
        "on": visit.on.isoformat(),
        "late": visit.on.isoformat() < today,
        "turn": visit.turn,
        "place": place.name,
        "code": place.code,
        "title": said(one.title),
        "campaign": campaign.title if chinese or not campaign.title_en else campaign.title_en,
        "address": place.address,
        "lat": place.lat,
        "lon": place.lon,
        "items": [
            {"code": i.code, "text": said(i.text), "source": said(i.source), "answer": i.answer,
             "good": i.good, "least": i.least, "most": i.most, "unit": i.unit, "always": i.always}
            for i in one.items
        ],
    }  # fmt: skip


def inspect(
    item: Mapping[str, Any], photos: Sequence[Ready], actor: Actor, at: datetime
) -> Mapping[str, Any]:
    """A visit as a phone sends it: {"visit", "answers", "shows": [item of each photo], "note", "why"}."""
    try:
        visit = int(item["visit"])
        answers, shows = dict(item.get("answers") or {}), list(item.get("shows") or [])
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(N_("Say which visit it is, and what was seen."), field="visit") from error
    if len(shows) != len(photos) or not all(isinstance(one, str) for one in shows):
        raise Invalid(N_("Say of each photo which item it shows."), field="shows")
    of_item: dict[str, list[Ready]] = {}
    for code, photo in zip(shows, photos, strict=True):
        of_item.setdefault(code, []).append(photo)
    note, why = item.get("note") or "", item.get("why") or ""
    if not isinstance(note, str) or not isinstance(why, str):
        raise Invalid(N_("“{name}” must be text."), field="note", name="note")
    done = make_visit(visit, Seen(answers, of_item, note, why), actor, at)
    return {"visit": done.pk, "faults": done.faults}
