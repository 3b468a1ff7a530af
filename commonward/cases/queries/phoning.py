"""Calls as the desk shows them: mine, who waits, how they were answered, whom to call back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.cases.models import PhoneCall, Seat
from commonward.core.phoning import Answering, answering

MOST_HOURS = 24


def my_call(account: int | None) -> PhoneCall | None:
    """The call that somebody speaks with at this moment (1 query)."""
    if account is None:
        return None
    return PhoneCall.objects.filter(account_id=account, ended_at=None).order_by("-came_at").first()


def my_call_named(account: int | None, call: int) -> PhoneCall | None:
    """A call that this person speaks with; None for anybody else's, and once it has ended."""
    found = my_call(account)
    return found if found is not None and found.pk == call else None


def seat_of(account: int | None) -> Seat | None:
    """The telephone that somebody sits at."""
    return Seat.objects.filter(account_id=account).first() if account is not None else None


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue at this moment: how many wait, and the longest wait."""

    name: str
    waiting: int
    longest: timedelta
    speaking: int


def queues_now(at: datetime) -> list[Queue]:
    """The queues with somebody in them, the longest wait first (1 query)."""
    found: dict[str, list[PhoneCall]] = {}
    for call in PhoneCall.objects.filter(ended_at=None, came_at__lte=at).only(
        "queue", "came_at", "answered_at"
    ):
        found.setdefault(call.queue, []).append(call)
    rows = []
    for name, calls in found.items():
        waits = [at - call.came_at for call in calls if call.answered_at is None]
        rows.append(
            Queue(name, len(waits), max(waits, default=timedelta(0)), len(calls) - len(waits))
        )
    return sorted(rows, key=lambda one: (-one.longest, one.name))


def answered_since(since: datetime, at: datetime) -> tuple[Answering, list[tuple[int, Answering]]]:
    """How calls were answered since a moment, in all and hour by hour after it (1 query)."""
    rows = list(
        PhoneCall.objects.filter(came_at__gte=since, came_at__lte=at)
        .order_by("came_at")
        .values_list("came_at", "answered_at", "ended_at")
    )
    hours: dict[int, list[tuple[datetime, datetime | None, datetime | None]]] = {}
    for row in rows:
        hours.setdefault(int((row[0] - since).total_seconds() // 3600), []).append(row)
    return answering(rows, at), [(n, answering(hours[n], at)) for n in sorted(hours)][:MOST_HOURS]


def to_call_back(most: int = 50) -> list[PhoneCall]:
    """Who wished to be called back, the longest waiting first; no number is read (1 query)."""
    return list(
        PhoneCall.objects.filter(back_wanted_at__isnull=False, back_at=None)
        .order_by("back_wanted_at")
        .only("pk", "queue", "back_wanted_at", "back_told")[:most]
    )
