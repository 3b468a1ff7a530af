"""The outbox as it is sent and watched: what each message waits for, what was given up, since when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Min, QuerySet

from commonward.cases.actions.channel_rules import rule_of
from commonward.cases.models import ChannelRule, Delivery
from commonward.cases.queries.reference import book
from commonward.core.quiet import quiet_until
from commonward.core.refusals import N_
from commonward.core.rights import Actor
from commonward.people import access
from commonward.people.queries import reading_once

ON_A_PAGE = 50
MOST_COUNTED = 10_000
WATCHED_AFTER = timedelta(hours=1)
"""A message that is due for longer than this is a sign that nothing sends."""
WAITS: Mapping[str, str] = {
    "turn": N_("it waits for its turn: an earlier message to the same reader goes first"),
    "quiet": N_("quiet hours"),
    "limit": N_("as many as allowed were sent to this reader today"),
    "provider": N_("the provider does not answer"),
    "fault": N_("it failed and is tried again"),
    "due": N_("it is due and goes out with the next pass"),
}


@dataclass(frozen=True, slots=True)
class Waits:
    """What holds one leased message: its subscription's quiet hours, whether it presses, and its
    readers' count of the last day."""

    subscription: int
    question: bool
    urgent: bool
    quiet: tuple[int | None, int | None]


def facts_of(deliveries: Collection[int]) -> Mapping[int, Waits]:
    """What holds these messages to subscribers; those of rooms are not in it (1 query)."""
    rows = Delivery.objects.filter(pk__in=deliveries, subscription__isnull=False).values_list(
        "pk", "subscription_id", "event_id", "subscription__quiet_from",
        "subscription__quiet_until", "event__case__grade", "event__case__procedure_id",
    )  # fmt: skip
    with reading_once():
        return {
            pk: Waits(subscription, event is None, _presses(grade, procedure), (begins, ends))
            for pk, subscription, event, begins, ends, grade, procedure in rows
        }


def held_until(
    rule: ChannelRule, facts: Waits, at: datetime, *, rings: bool
) -> tuple[datetime, str] | None:
    """Until when and why ("quiet" or "limit") a message must wait; None where it need not.

    What presses waits for neither, nor does the first question: whoever asked is awake. The
    site's quiet hours hold for what rings, those of the reader for every channel.
    """
    if facts.urgent or facts.question:
        return None
    zone = ZoneInfo(settings.SITE_ZONE)
    own = quiet_until(at, *facts.quiet, zone)
    site = quiet_until(at, rule.quiet_from, rule.quiet_until, zone) if rings else None
    quiet = max((one for one in (own, site) if one is not None), default=None)
    if quiet is not None:
        return quiet, "quiet"
    if rule.per_day:
        day = timedelta(days=1)
        sent = Delivery.objects.filter(
            subscription_id=facts.subscription, state="sent", ended_at__gt=at - day
        ).order_by("-ended_at", "-id")
        # The one after which there would be too many: when it is a day old there is room again.
        last = sent.values_list("ended_at", flat=True)[rule.per_day - 1 : rule.per_day].first()
        if last is not None:
            return last + day, "limit"
    return None


def _presses(grade: str | None, procedure: int | None) -> bool:
    if grade is None or procedure is None:
        return False
    grades = book().procedures[procedure].grades
    return grade in grades[1:]


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One channel at a glance: how many wait (at most `MOST_COUNTED` are counted), since when the
    oldest, how many were given up, and whether its provider is down."""

    channel: str
    waiting: int
    oldest: datetime | None
    overdue: bool
    dead: int
    rule: ChannelRule


@dataclass(frozen=True, slots=True)
class Owed:
    """One message on a list: which report or program it belongs to, never to whom it goes."""

    id: int
    channel: str
    about: str
    case: str
    verb: str
    state: str
    fault: str
    attempts: int
    made_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    waits: str
    again: bool
    """Whether it can be sent again: its address is still there."""


def channel_states(actor: Actor, channels: Sequence[str], at: datetime) -> Sequence[ChannelState]:
    """Each channel, for administrators of the whole site. Raises Forbidden."""
    access.require_administrator(actor, "see_outbox")
    return tuple(_state(one, at) for one in channels)


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """One channel as a number for whoever watches the machine: messages that wait, those of them
    that are due now and for how many seconds the oldest (0.0: none), and those given up."""

    waiting: int = 0
    due: int = 0
    dead: int = 0
    oldest_due: float = 0.0


def counts(at: datetime) -> Mapping[str, ChannelCount]:
    """Every channel that anything is or was owed by; of nobody and of no report (3 statements)."""
    waits = Delivery.objects.filter(next_at__isnull=False).order_by()
    waiting = dict(waits.values_list("channel").annotate(Count("id")))
    due = {
        channel: (count, (at - oldest).total_seconds())
        for channel, count, oldest in waits.filter(turn=True, next_at__lte=at)
        .values_list("channel")
        .annotate(Count("id"), Min("next_at"))
    }
    given_up = Delivery.objects.filter(state__in=["refused", "failed"]).order_by()
    dead = dict(given_up.values_list("channel").annotate(Count("id")))
    return {
        channel: ChannelCount(
            waiting.get(channel, 0),
            due.get(channel, (0, 0.0))[0],
            dead.get(channel, 0),
            due.get(channel, (0, 0.0))[1],
        )
        for channel in sorted(waiting.keys() | dead.keys())
    }


def outbox_pressing(channels: Sequence[str], at: datetime) -> bool:
    """Whether somebody must look: a message that is due for too long, on whatever channel."""
    return any(_overdue(one, at) for one in channels)


def _state(channel: str, at: datetime) -> ChannelState:
    waiting = Delivery.objects.filter(channel=channel, next_at__isnull=False)
    oldest = waiting.order_by("id").values_list("made_at", flat=True).first()
    dead = Delivery.objects.filter(state__in=["refused", "failed"], channel=channel)
    return ChannelState(
        channel=channel,
        waiting=waiting.order_by()[:MOST_COUNTED].count(),
        oldest=oldest,
        overdue=_overdue(channel, at),
        dead=dead.order_by()[:MOST_COUNTED].count(),
        rule=rule_of(channel),
    )


def _overdue(channel: str, at: datetime) -> bool:
    late = Delivery.objects.filter(
        channel=channel, next_at__lt=at - WATCHED_AFTER, next_at__isnull=False, turn=True
    )
    return late.exists()


def dead_letters(
    actor: Actor, *, channel: str = "", before: tuple[datetime, int] | None = None
) -> Sequence[Owed]:
    """What was given up, the latest first. Raises Forbidden."""
    access.require_administrator(actor, "see_outbox")
    rows = Delivery.objects.filter(state__in=["refused", "failed"])
    if before is not None:
        moment, pk = before
        rows = rows.filter(ended_at__lte=moment).exclude(ended_at=moment, pk__gte=pk)
    return _owed(rows, channel, "-ended_at", "-id")


def waiting_letters(actor: Actor, *, channel: str = "", after: int = 0) -> Sequence[Owed]:
    """What waits, the oldest first, and why. Raises Forbidden."""
    access.require_administrator(actor, "see_outbox")
    rows = Delivery.objects.filter(next_at__isnull=False, pk__gt=after)
    return _owed(rows, channel, "id")


def _owed(rows: QuerySet[Delivery], channel: str, *order: str) -> Sequence[Owed]:
    if channel:
        rows = rows.filter(channel=channel)
    found = rows.select_related("subscription__report__case", "hook", "event__case").order_by(
        *order
    )[:ON_A_PAGE]
    return tuple(_one(row) for row in found)


def _one(row: Delivery) -> Owed:
    of = row.subscription
    case = of.report.case.number if of else row.event.case.number if row.event else ""
    about = of.report.number if of else row.hook.name if row.hook else row.room
    alive = of is None or of.ended_at is None
    if row.hook is not None and row.hook.ended_at is not None:
        alive = False
    return Owed(
        id=row.pk,
        channel=row.channel,
        about=about,
        case=case,
        verb=row.event.verb if row.event else "",
        state=row.state,
        fault=row.fault,
        attempts=row.attempts,
        made_at=row.made_at,
        next_at=row.next_at,
        ended_at=row.ended_at,
        waits="" if row.state != "waiting" else "turn" if not row.turn else row.why or "due",
        again=alive and row.state in ("refused", "failed"),
    )
