"""Ask for hotspots, work them out, publish periods that are over (热点计算)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from commonward.cases.queries.points import Points
from commonward.core.refusals import N_, Forbidden, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.insight.models import HotspotRun
from commonward.insight.queries import hotspots as asking
from commonward.insight.queries import hotspots_public as public
from commonward.insight.queries.hotspots import FRESH, MOST_AT_ONCE, WEEKS, Asked
from commonward.insight.queries.hotspots_packed import packed


def ask_hotspots(asked: Asked, actor: Actor, at: datetime) -> HotspotRun:
    """Have a question worked out (anew); at once where that is quick, else by the worker `plan`.

    Raises Forbidden where this person sees no such problem anywhere.
    """
    refuse_onlooker(actor)
    if not asking.may_ask(actor, asked.category):
        raise Forbidden(N_("Your rights reach no problem of this category."))
    run = _wanted(asked, at)
    points = asking.points_for(at, asked.weeks)
    if len(points.days) <= MOST_AT_ONCE:
        work_out(run, at, points)
    return run


def _wanted(asked: Asked, at: datetime) -> HotspotRun:
    told = {name: getattr(asked, name) for name in ("category", "weeks", "exposure", "model")}
    with transaction.atomic():
        run, new = HotspotRun.objects.select_for_update().get_or_create(
            kind="desk", key=asked.key, defaults={"asked": told, "wanted_at": at}
        )
        if not new:
            run.wanted_at = at
            run.save(update_fields=["wanted_at"])
    return run


def work_out(run: HotspotRun, at: datetime, points: Points | None = None) -> None:
    """Work one question out and keep the answer; what cannot be answered says why."""
    try:
        data = asking.hotspots(Asked(**run.asked), at, points)
    except Refusal as refusal:
        run.data, run.trouble = None, {"text": refusal.text, "values": refusal.values}
        run.first = run.until = None
    else:
        run.data, run.trouble = packed(data), {}
        run.first, run.until = data["made"]["first"], data["made"]["until"]
    run.made_at = run.wanted_at = at
    run.save(update_fields=["data", "trouble", "first", "until", "made_at", "wanted_at"])


def work_out_owed(at: datetime, leaving: Callable[[], bool] = bool) -> int:
    """What waits, what is a day old, and periods that are over; how many were made.

    The cases are read once for all questions. All problems together are kept up by themselves,
    and every question that somebody ever asked: there are few.
    """
    for asked in (Asked(), Asked(weeks=WEEKS[0])):
        if not HotspotRun.objects.filter(kind="desk", key=asked.key).exists():
            _wanted(asked, at)
    made, points = 0, None
    for run in HotspotRun.objects.filter(kind="desk").order_by("wanted_at", "id"):
        if leaving():
            return made
        waits = run.made_at is None or run.wanted_at > run.made_at
        if not waits and run.made_at is not None and at - run.made_at < FRESH:
            continue
        points = asking.points_for(at, max(WEEKS)) if points is None else points
        work_out(run, at, points)
        made += 1
    return made + publish_periods(at, leaving)


def publish_periods(at: datetime, leaving: Callable[[], bool] = bool) -> int:
    """Tell of each month whose tables are published: once, and never changed afterwards."""
    made = 0
    for release in public.unpublished():
        if leaving():
            break
        data = packed(public.period(release, at))
        _, new = HotspotRun.objects.get_or_create(
            kind="public", key=release.first.isoformat(),
            defaults={"asked": {}, "first": release.first, "until": release.until,
                      "wanted_at": at, "made_at": at, "data": data},
        )  # fmt: skip
        made += new
    return made
