"""Stations by a cover plan: a planner proposes, an administrator accepts, the tick moves them.

What is moved is the unit's station (base): where it counts from when it reports no place, where
recommendations and move-ups expect it, and what the next cover plan calls today's post.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from commonward.areas.queries.paths import paths_of
from commonward.core.refusals import N_, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM, Actor, Right, refuse_onlooker
from commonward.people.access import require_administrator_of
from commonward.people.actions import record_change
from commonward.response.models import StationPlan, Unit
from commonward.response.queries.plans import answer_of, given_of, plan_of

AHEAD = timedelta(days=366)
_UNIT = Right(role="unit")


def propose_stations(plan: str, since: datetime, actor: Actor, at: datetime) -> StationPlan:
    """Propose that today's units stand where a plan puts them, from `since` on (提请启用).

    Raises Missing, Invalid for a moment that is past or a plan that moves no unit.
    """
    refuse_onlooker(actor)
    found = plan_of(plan, actor)
    given, answer = given_of(found), answer_of(found)
    if found.kind != "cover" or given is None or not answer or not answer["periods"]:
        raise Invalid(N_("This plan has no posts to stand at."), field="plan")
    if not at < since <= at + AHEAD:
        raise Invalid(N_("Stations hold from a coming moment on, within a year."), field="since")
    ids = dict(Unit.objects.filter(active=True).values_list("code", "pk"))
    posts: dict[str, list[list[Any]]] = {}
    begins = {"day": 0, "night": 0}
    for one in answer["periods"]:
        name, first, _last = one["period"]
        begins[name] = first
        posts[name] = [
            [ids[given["units"][unit][0]], *given["sites"][site][:2], given["sites"][site][3]]
            for unit, site in one["moves"]
            if given["units"][unit][0] in ids
        ]
    if not any(posts.values()):
        raise Invalid(N_("No unit stands in this area today: set up units first."), field="plan")
    with transaction.atomic():
        made = StationPlan.objects.create(
            code=secrets.token_hex(5), plan=found.code, title=found.title, area=found.area,
            posts=posts, day_from=begins["day"], night_from=begins["night"], valid_from=since,
            proposed_by_id=actor.account, proposed_at=at,
        )  # fmt: skip
        told = {"plan": found.code, "since": since.isoformat()}
        record_change(actor, "propose_stations", made.code, at, told)
    return made


def decide_stations(code: str, accepted: bool, actor: Actor, at: datetime) -> StationPlan:
    """Accept a proposal or decline it, by an administrator of its area (批准启用).

    An accepted one ends those before it that move the same units, when it begins. Raises Missing,
    Forbidden, Stale where somebody decided already.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        row = _locked(code, actor)
        if row.state != "proposed":
            raise Stale(N_("Somebody has decided on this already."))
        row.state = "accepted" if accepted else "declined"
        row.decided_by_id, row.decided_at = actor.account, at
        row.save()
        record_change(actor, "decide_stations", code, at, {"accepted": accepted})
    return row


def end_stations(code: str, actor: Actor, at: datetime) -> StationPlan:
    """End accepted stations: the units stand again where they stood before (停用).

    Raises Missing, Forbidden, Stale.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        row = _locked(code, actor)
        if row.state != "accepted":
            raise Stale(N_("These stations are not in force."))
        _put(row.before if row.applied else ())
        row.state, row.applied = "ended", ""
        row.save()
        record_change(actor, "end_stations", code, at, {})
    return row


def take_stations(at: datetime) -> int:
    """Move the stations of what is due at this hour; how many units were moved. Idempotent."""
    hour = at.astimezone(ZoneInfo(settings.SITE_ZONE)).hour
    moved = 0
    due = StationPlan.objects.filter(state="accepted", valid_from__lte=at)
    for found in due.order_by("valid_from", "pk"):
        part = _part(found, hour)
        if found.applied == part:
            continue
        with transaction.atomic():
            row = StationPlan.objects.select_for_update().get(pk=found.pk)
            if row.state != "accepted" or row.applied == part:
                continue
            if not row.applied:
                _end_those_before(row, at)
                ids = {post[0] for posts in row.posts.values() for post in posts}
                row.before = [
                    [unit.pk, unit.base_lat, unit.base_lon, unit.station]
                    for unit in Unit.objects.filter(pk__in=ids).order_by("pk")
                ]
            moved += _put(row.posts.get(part, ()))
            row.applied = part
            row.save(update_fields=["before", "applied"])
    return moved


def _end_those_before(row: StationPlan, at: datetime) -> None:
    """Whoever else moves these units ends, its units put back to where they stood before it."""
    mine = {post[0] for posts in row.posts.values() for post in posts}
    others = StationPlan.objects.select_for_update().filter(state="accepted")
    for other in others.exclude(pk=row.pk).exclude(applied=""):
        if mine & {post[0] for posts in other.posts.values() for post in posts}:
            _put(other.before)
            other.state, other.applied = "ended", ""
            other.save(update_fields=["state", "applied"])
            record_change(SYSTEM, "end_stations", other.code, at, {"for": row.code})


def _part(row: StationPlan, hour: int) -> str:
    """The part of the day that this hour belongs to."""
    if "whole" in row.posts:
        return "whole"
    length = (row.night_from - row.day_from) % 24
    return "day" if (hour - row.day_from) % 24 < length else "night"


def _put(posts: Iterable[list[Any]]) -> int:
    count = 0
    for unit, lat, lon, station in posts:
        count += Unit.objects.filter(pk=unit).update(base_lat=lat, base_lon=lon, station=station)
    return count


def _locked(code: str, actor: Actor) -> StationPlan:
    row = StationPlan.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise Missing(N_("There are no planned stations {code}."), code=code)
    path = paths_of(row.area)[-1] if row.area else ""
    require_administrator_of(actor, "set_unit", _UNIT, path)
    return row
