"""Alliances as those see them who keep them or are members, as the public does, and in mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from commonward.cases.access import below
from commonward.cases.models import Case, Delivery
from commonward.core.refusals import N_, Missing
from commonward.core.rights import PROGRAMME, Actor
from commonward.programmes.models import (
    Alliance,
    Booking,
    Duty,
    DutyDay,
    Gathering,
    JointCall,
    Membership,
    Organisation,
    PledgeMail,
    Resource,
)

CATEGORY = f"{PROGRAMME}alliance"
KEEPS = ("programme_officer", "leader")
MEMBERS = ("handler", "grid_worker")
EVERYBODY = (*KEEPS, *MEMBERS)
"""Who keeps alliances, and whose team can be a member of one."""
MOST = 200
ENDS_SOON = timedelta(days=60)


def keeps(found: Alliance, actor: Actor) -> bool:
    """Whether this person keeps this alliance."""
    return actor.role == "system" or bool(
        actor.roles_for(KEEPS, "keep", found.case.area_path, CATEGORY)
    )


def teams_of(found: Alliance) -> frozenset[int]:
    """The site's teams that are members now (1 query)."""
    rows = Membership.objects.filter(alliance=found, left_on=None, unit__team__isnull=False)
    return frozenset(rows.values_list("unit__team_id", flat=True))


def alliance_of(code: str, actor: Actor) -> Alliance:
    """The alliance of this code, if this person keeps it or is of a member. Raises Missing."""
    found = Alliance.objects.select_related("case", "area").filter(code=code).first()
    if found is None or not (
        keeps(found, actor)
        or (
            actor.roles_for(MEMBERS, "see", found.case.area_path, CATEGORY)
            and not actor.teams.isdisjoint(teams_of(found))
        )
    ):
        raise Missing(N_("There is no alliance {code}, or none that you may see."), code=code)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """An alliance in a list: its members and how many days of duties are late."""

    alliance: Alliance
    members: int
    late: int
    ends_soon: bool


def alliances_for(
    actor: Actor, today: date, *, kind: str = "", area_path: str = "", only: str = ""
) -> list[Line]:
    """The alliances that this person sees (3 queries); `only` is "late", "soon" or "ended"."""
    rows = Alliance.objects.filter(case__closed_at__isnull=only != "ended")
    if kind:
        rows = rows.filter(kind=kind)
    if area_path:
        rows = rows.filter(below([area_path], "case__area_path"))
    if only == "soon":
        rows = rows.filter(ends_on__lte=today + ENDS_SOON)
    if only == "late":
        rows = rows.filter(pk__in=_late(today).values("duty__alliance_id"))
    member = Membership.objects.filter(unit__team__in=actor.teams, left_on=None)
    if not actor.roles_for((*KEEPS, "system"), "keep", "", CATEGORY) and actor.role != "system":
        areas = [
            right.area for right in actor.rights if right.role in KEEPS and right.area
        ]  # an officer of a part
        seen = Q(pk__in=member.values("alliance_id"))
        for code in areas:
            seen |= Q(case__area_path__contains=f"/{code}/")
        rows = rows.filter(seen)
    return lines_of(rows.select_related("case", "area").order_by("ends_on", "code")[:MOST], today)


def lines_of(rows: QuerySet[Alliance], today: date) -> list[Line]:
    """Alliances with their counts (3 queries)."""
    found = list(rows)
    ids = [row.pk for row in found]
    members: Mapping[int, int] = dict(
        Membership.objects.filter(alliance__in=ids, left_on=None)
        .values_list("alliance_id")
        .annotate(Count("id"))
    )
    late: Mapping[int, int] = dict(
        _late(today)
        .filter(duty__alliance__in=ids)
        .values_list("duty__alliance_id")
        .annotate(Count("id"))
    )
    return [
        Line(row, members.get(row.pk, 0), late.get(row.pk, 0), row.ends_on <= today + ENDS_SOON)
        for row in found
    ]


def _late(today: date) -> QuerySet[DutyDay]:
    return DutyDay.objects.filter(
        kept=None, said_at=None, due_on__lt=today, duty__alliance__case__closed_at=None
    )


def owed_by(actor: Actor, until: date) -> list[DutyDay]:
    """What this person's teams owe up to a day, the oldest first (1 query)."""
    rows = DutyDay.objects.filter(
        kept=None, said_at=None, due_on__lte=until, duty__member__unit__team__in=actor.teams,
        duty__alliance__case__closed_at=None,
    )  # fmt: skip
    return list(rows.select_related("duty__alliance").order_by("due_on", "pk")[:MOST])


@dataclass(frozen=True, slots=True)
class Whole:
    """All of an alliance as its page shows it."""

    members: Sequence[Membership]
    duties: Sequence[tuple[Duty, Sequence[DutyDay], int, int]]
    """Each with its days that are past or next, how many were kept, and how many not."""
    resources: Sequence[Resource]
    bookings: Sequence[Booking]
    gatherings: Sequence[Gathering]


def whole_of(found: Alliance, today: date) -> Whole:
    """Members, duties, pool and meetings (6 queries)."""
    duties = list(Duty.objects.filter(alliance=found).select_related("member__unit").order_by("pk"))
    days: dict[int, list[DutyDay]] = {}
    for row in DutyDay.objects.filter(duty__alliance=found).order_by("due_on"):
        days.setdefault(row.duty_id, []).append(row)
    return Whole(
        members=list(
            Membership.objects.filter(alliance=found, left_on=None)
            .select_related("unit__team")
            .order_by("pk")
        ),
        duties=[(one, *_told(days.get(one.pk, []), today)) for one in duties],
        resources=list(
            Resource.objects.filter(member__alliance=found, member__left_on=None)
            .select_related("member__unit")
            .order_by("kind", "pk")
        ),
        bookings=list(
            Booking.objects.filter(resource__member__alliance=found, day__gte=today, freed_at=None)
            .select_related("resource")
            .order_by("day", "pk")[:MOST]
        ),
        gatherings=list(
            Gathering.objects.filter(alliance=found)
            .prefetch_related("resolutions__duty__member__unit", "resolutions__task")
            .order_by("-starts_at")[:MOST]
        ),
    )


def _told(days: Sequence[DutyDay], today: date) -> tuple[list[DutyDay], int, int]:
    """What is past and unchecked, and the next two; the checked ones are counted."""
    kept = sum(one.kept is True for one in days)
    missed = sum(one.kept is False for one in days)
    waiting = [one for one in days if one.kept is None]
    past = [one for one in waiting if one.due_on <= today or one.said_at is not None]
    ahead = [one for one in waiting if one not in past][:2]
    return [*past, *ahead], kept, missed


def units() -> list[Organisation]:
    """All units by name (1 query)."""
    return list(Organisation.objects.select_related("team").order_by("name"))


def unit_of(pk: int) -> Organisation:
    """One unit. Raises Missing."""
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        raise Missing(N_("There is no such organisation."))
    return found


def callable_here(case: Case) -> list[Alliance]:
    """The running alliances with teams of the site whose area holds this case's (1 query)."""
    held = case.area_path.strip("/").split("/")
    rows = Alliance.objects.filter(
        case__closed_at=None, area__code__in=held, members__left_on=None,
        members__unit__team__isnull=False,
    )  # fmt: skip
    return list(rows.distinct().order_by("title")[:MOST])


def joint_calls(case: Case) -> Mapping[int, Alliance]:
    """Which tasks of a case are answered together, with the alliance (1 query)."""
    rows = JointCall.objects.filter(task__case=case).select_related("alliance")
    return {row.task_id: row.alliance for row in rows}


def published(today: date) -> list[Line]:
    """The running alliances that everybody may read of (3 queries)."""
    rows = Alliance.objects.filter(
        public=True, case__closed_at=None, begins_on__lte=today, ends_on__gte=today
    )
    return lines_of(rows.select_related("case", "area").order_by("title")[:MOST], today)


def published_alliance(code: str) -> Alliance:
    """One that everybody may read. Raises Missing."""
    found = (
        Alliance.objects.select_related("case", "area")
        .filter(code=code, public=True, case__closed_at=None)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no alliance {code}, or none that you may see."), code=code)
    return found


@dataclass(frozen=True, slots=True)
class ToUnit:
    """One mail to a unit's office: that something falls due or a meeting is held, and no more."""

    delivery: int
    made_at: datetime
    to: str
    language: str
    what: str
    code: str
    title: tuple[str, str]
    due_on: date | None
    starts: datetime | None
    ends: datetime | None
    place: str
    meeting: int


def unit_mail(delivery: int, today: date) -> ToUnit | None:
    """What this delivery says now; None where nothing must be told, or the consent is over."""
    one = (
        PledgeMail.objects.select_related(
            "unit", "day__duty__alliance__case", "gathering__alliance__case"
        )
        .filter(delivery=delivery)
        .first()
    )
    if one is None:
        return None
    sent = Delivery.objects.get(pk=delivery)
    unit, day, meeting = one.unit, one.day, one.gathering
    if unit.contact_until is None or unit.contact_until < today or not unit.office_box:
        return None
    if day is not None:
        alliance, over = day.duty.alliance, day.said_at is not None or day.kept is not None
    elif meeting is not None:
        alliance, over = meeting.alliance, meeting.held_at is not None
    else:
        return None
    if over or alliance.case.closed_at is not None:
        return None
    return ToUnit(
        delivery=delivery,
        made_at=sent.made_at,
        to=unit.office_box,
        language=unit.language,
        what=one.what,
        code=alliance.code,
        title=(alliance.title, alliance.title_en),
        due_on=day.due_on if day is not None else None,
        starts=meeting.starts_at if meeting is not None else None,
        ends=meeting.ends_at if meeting is not None else None,
        place=meeting.place if meeting is not None else "",
        meeting=meeting.pk if meeting is not None else 0,
    )
