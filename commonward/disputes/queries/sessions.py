"""Sessions as each may see them, common times, and a mediator's own calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from commonward.areas.queries.calendars import calendar, calendar_name_for
from commonward.core.calendars import Unit
from commonward.core.meetings import Entry, Slot, Stretch, slots
from commonward.core.meetings.wishes import can_come, cannot_come, taken_up
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.disputes.access import digest_of, sees
from commonward.disputes.actions.needs import needs_of
from commonward.disputes.actions.sealing import unseal_data
from commonward.disputes.models import (
    BusyTime,
    Dispute,
    InterpretingService,
    Mediator,
    Session,
    Side,
)
from commonward.disputes.queries.mediators import appointed, venues

LOOKED_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session; `details` and `record` are empty for whom they are not meant."""

    id: int
    start: datetime
    end: datetime
    state: str
    venue: int | None
    venue_name: tuple[str, str]
    address: str
    language: str
    details: Mapping[str, str]
    record: Mapping[str, str]
    recorded_at: datetime | None
    present: str
    follows: int | None
    service: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Ahead:
    """A coming session of one mediator, for their own list and calendar: a number, no name."""

    number: str
    start: datetime
    end: datetime
    state: str
    venue_name: tuple[str, str]


def sessions_of(dispute: Dispute, actor: Actor) -> list[SessionLine]:
    """The dispute's sessions in order of time; none for whom they are not meant."""
    if not sees(dispute, actor, "sessions"):
        return []
    reads = sees(dispute, actor, "record")
    rows = (
        Session.objects.select_related("venue", "interpreting")
        .filter(dispute=dispute)
        .order_by("start", "id")
    )
    return [
        SessionLine(
            row.pk,
            row.start,
            row.end,
            row.state,
            row.venue_id,
            (row.venue.name, row.venue.name_en) if row.venue else ("", ""),
            row.venue.address if row.venue else "",
            row.language,
            _words(unseal_data(dispute, row.details, f"session {row.pk}")),
            _words(unseal_data(dispute, row.record, f"record {row.pk}")) if reads else {},
            row.recorded_at,
            row.present,
            row.follows_id,
            (row.interpreting.name, row.interpreting.name_en) if row.interpreting else ("", ""),
        )
        for row in rows
    ]


def common_times(
    dispute: Dispute, length: timedelta, since: datetime, *, language: str = "", most: int = 5
) -> list[Slot]:
    """The first common times of the mediator, both sides and any room within 30 days of `since`.

    In the office hours of the dispute's area, and at times outside them that the mediator offers
    where a side said when it can come. With a `language`, a service of the office's list that
    interprets it is free as well (where the list has one). A slot's `room` and `interpreter` are
    numbers, or "". Only times are read of other sessions. Raises Missing without a mediator.
    """
    now = appointed(dispute)
    if now is None:
        raise Missing(N_("Nobody mediates this dispute at the moment."))
    until = since + LOOKED_AHEAD
    zone = timezone.get_current_timezone()
    hours = list(
        calendar(calendar_name_for(dispute.case.area_path)).stretches(
            Unit.WORK_MINUTE, since, until
        )
    )
    planned = Session.objects.filter(state="planned", end__gt=since, start__lt=until)
    own = planned.filter(mediator=now.mediator_id).values_list("start", "end")
    busy = BusyTime.objects.filter(mediator=now.mediator_id, end__gt=since, start__lt=until)
    people = [list(own), list(busy.values_list("start", "end"))]
    wishes = [needs_of(side) for side in _sides(dispute)]
    if any(one.hours for one in wishes):
        offered = Mediator.objects.values_list("hours", flat=True).get(pk=now.mediator_id)
        hours += can_come(offered, (), since, until, zone) if offered else []
    people += [
        cannot_come(one.hours, one.away, since, until, zone)
        for one in wishes
        if one.hours or one.away
    ]
    rooms: dict[str, list[Stretch]] = {str(v.pk): [] for v in venues()}
    for venue, start, end in planned.filter(venue__isnull=False).values_list(
        "venue", "start", "end"
    ):
        if str(venue) in rooms:
            rooms[str(venue)].append((start, end))
    free = _interpreting(language, planned) if language else {}
    return slots(length, hours, people, rooms or None, free or None, most=most)


def services(language: str = "") -> list[InterpretingService]:
    """The interpreting services of the office's list, or those for one language."""
    rows = InterpretingService.objects.filter(active=True).order_by("name", "pk")
    return [one for one in rows if not language or language in one.languages]


def language_needed(dispute: Dispute) -> str:
    """The language into which a side needs an interpreter, "" for none."""
    return next((s.language for s in _sides(dispute) if s.interpreter and s.language), "")


def _interpreting(language: str, planned: "QuerySet[Session]") -> dict[str, list[Stretch]]:
    """Each service for a language, with the time at which it has nobody left."""
    found: dict[str, list[Stretch]] = {}
    for one in services(language):
        taken = list(planned.filter(interpreting=one).values_list("start", "end"))
        found[str(one.pk)] = taken_up(taken, one.at_once)
    return found


def _sides(dispute: Dispute) -> list[Side]:
    return list(
        Side.objects.filter(dispute=dispute).select_related("dispute__case").order_by("letter")
    )


def letters_of(dispute: Dispute) -> list[str]:
    """The letters of the sides."""
    rows = Side.objects.filter(dispute=dispute).order_by("letter")
    return list(rows.values_list("letter", flat=True))


def ahead_of(account: int, since: datetime) -> list[Ahead]:
    """A mediator's sessions from a moment on, cancelled ones too."""
    rows = (
        Session.objects.select_related("venue", "dispute__case")
        .filter(mediator=account, end__gt=since)
        .order_by("start", "id")
    )
    return [
        Ahead(
            row.dispute.case.number,
            row.start,
            row.end,
            row.state,
            (row.venue.name, row.venue.name_en) if row.venue else ("", ""),
        )
        for row in rows[:500]
    ]


def feed_entries(key: str, title: str, at: datetime) -> Sequence[Entry]:
    """The sessions of the mediator whose secret address this is, for a calendar program.

    `title` holds {number}. Neither names nor what a dispute is about leave the house. Raises
    Missing for a wrong or ended key.
    """
    found = Mediator.objects.filter(feed_digest=digest_of(f"feed {key}")).first() if key else None
    if found is None:
        raise Missing(N_("This calendar belongs to nobody, or no longer."))
    rows = (
        Session.objects.select_related("venue", "dispute__case")
        .filter(mediator=found, end__gt=at - timedelta(days=31))
        .order_by("start", "id")
    )
    return [
        Entry(
            f"session-{row.pk}@commonward",
            row.start,
            row.end,
            title.format(number=row.dispute.case.number),
            row.venue.name if row.venue else "",
            row.sequence,
            row.state == "cancelled",
        )
        for row in rows[:500]
    ]


def _words(data: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in data.items()}
