"""Alliances and their members: made, changed, joined, left, ended (缔结、加入、退出)."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from commonward.areas.models import Area
from commonward.areas.queries.tree import valid
from commonward.cases.actions import Said, open_case
from commonward.cases.actions.moving import act
from commonward.cases.models import Task
from commonward.core.ballots.codes import ALPHABET
from commonward.core.pledging import ALLIANCES, UNITS
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.actions import record_change
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import day_of, file_under, line
from commonward.programmes.actions.pledges.frame import (
    LONGEST_TITLE,
    LONGEST_WORDS,
    ROOM,
    member_of,
    note,
    opened,
    said,
)
from commonward.programmes.models import Alliance, DutyDay, Membership, Organisation, PledgeMail
from commonward.programmes.queries.pledges import CATEGORY, KEEPS

MOST_DAYS = 366 * 10
MOST_MEMBERS = 60


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the units agreed on; the Chinese or the only text first."""

    title: str
    kind: str
    about: str
    area: int
    begins_on: date
    ends_on: date
    title_en: str = ""
    about_en: str = ""
    public: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation and, with its consent until a day, its office's telephone and mail."""

    name: str
    kind: str
    name_en: str = ""
    team: int | None = None
    office_line: str = ""
    office_box: str = ""
    consent_on: date | None = None
    contact_until: date | None = None
    language: str = "zh-hans"


def make_alliance(given: Agreed, actor: Actor, at: datetime, *, code: str = "") -> Alliance:
    """Put an agreement into force: its case is opened. `code` makes a repeated sending one.

    Raises Forbidden, Invalid.
    """
    refuse_onlooker(actor)
    kept, area = _checked(given, at)
    if actor.role != "system" and not actor.roles_for(KEEPS, "keep", area.path, CATEGORY):
        raise Forbidden(N_("Only who keeps the programmes of this area does this."))
    known = Alliance.objects.filter(code=code).first() if code else None
    if known is not None:
        return known
    with transaction.atomic():
        case = open_case(
            CATEGORY, Said(channel="desk", words=kept.title), at, actor=actor, origin="office",
            public=False, room=ROOM,
        ).case  # fmt: skip
        file_under(case, area)
        made = Alliance.objects.create(
            case=case,
            code=code or "".join(secrets.choice(ALPHABET) for _ in range(8)).lower(),
            area=area,
            **_fields(kept),
        )
        note(made, "made", actor, at, {"kind": made.kind})
    return made


def change_alliance(code: str, given: Agreed, actor: Actor, at: datetime) -> Alliance:
    """Write the agreement anew; its area stays. Raises Missing, Forbidden, Invalid, Refusal."""
    with transaction.atomic():
        found, at = opened(code, actor, at)
        kept, area = _checked(given, at, now=found.area_id)
        if area.pk != found.area_id:
            raise Invalid(N_("The area of an alliance stays; end it and make another."), field="area")  # fmt: skip
        if DutyDay.objects.filter(duty__alliance=found, due_on__gt=kept.ends_on, kept=None).exists():  # fmt: skip
            raise Invalid(
                N_("Duties fall due after that day; the agreement must run as long."),
                field="ends_on",
            )
        fields = _fields(kept)
        for name, value in fields.items():
            setattr(found, name, value)
        found.save(update_fields=list(fields))
        note(found, "changed", actor, at, {"public": found.public, "until": str(found.ends_on)})
    return found


def end_alliance(code: str, actor: Actor, at: datetime) -> Alliance:
    """End it: days of duties that have not come are taken away, those that came stay open.

    Raises Missing, Forbidden, Refusal while a task of a meeting is open.
    """
    with transaction.atomic():
        found, at = opened(code, actor, at)
        if Task.objects.filter(case=found.case, is_open=True).exists():
            raise Refusal(
                N_("A task of a meeting is open; it is answered before the alliance ends."),
                code="owed",
            )
        found.case = act(found.case.number, "end", actor, at, room=ROOM)
        _drop_coming(DutyDay.objects.filter(duty__alliance=found), day_of(at))
    return found


def keep_unit(given: Unit, actor: Actor, at: datetime, *, pk: int | None = None) -> Organisation:
    """Add an organisation or change one. Raises Forbidden, Invalid."""
    refuse_onlooker(actor)
    if actor.role != "system" and not actor.roles_for(KEEPS, "keep", "", CATEGORY):
        raise Forbidden(
            N_("Units hold for the whole site: who keeps its programmes writes them down.")
        )
    fields = _unit(given)
    try:
        with transaction.atomic():
            if pk is None:
                made = Organisation.objects.create(**fields)
            else:
                found = Organisation.objects.select_for_update().filter(pk=pk).first()
                if found is None:
                    raise Invalid(N_("Choose one of the list."), field="unit")
                made = found
                for name, value in fields.items():
                    setattr(made, name, value)
                made.save()
            record_change(
                actor, "keep_unit", str(made.pk), at, {"name": made.name, "kind": made.kind}
            )
    except IntegrityError as clash:
        raise Invalid(
            N_("There is a unit of this name, or of this team, already."), field="name"
        ) from clash
    return made


def join(code: str, unit: int, actor: Actor, at: datetime) -> Membership:
    """A unit becomes a member. Raises Missing, Forbidden, Invalid, Refusal."""
    with transaction.atomic():
        found, at = opened(code, actor, at)
        row = Organisation.objects.filter(pk=unit).first()
        if row is None:
            raise Invalid(N_("Choose one of the list."), field="unit")
        there = Membership.objects.filter(alliance=found, left_on=None)
        if there.filter(unit=row).exists():
            raise Invalid(N_("This unit is a member already."), field="unit")
        if there.count() >= MOST_MEMBERS:
            raise Invalid(
                N_("An alliance has at most {most} members."), most=MOST_MEMBERS, field="unit"
            )
        made = Membership.objects.create(alliance=found, unit=row, since=day_of(at))
        note(found, "joined", actor, at, {"unit": row.pk})
    return made


def leave(code: str, member: int, actor: Actor, at: datetime) -> Membership:
    """A member leaves; its duties' days that have not come are taken away. Raises as `join`."""
    with transaction.atomic():
        found, at = opened(code, actor, at)
        row = member_of(found, member)
        row.left_on = day_of(at)
        row.save(update_fields=["left_on"])
        _drop_coming(DutyDay.objects.filter(duty__member=row), row.left_on)
        note(found, "left", actor, at, {"unit": row.unit_id})
    return row


def _drop_coming(days: QuerySet[DutyDay], today: date) -> None:
    told = PledgeMail.objects.filter(day__isnull=False)
    coming = days.filter(due_on__gt=today, said_at=None, kept=None)
    coming.exclude(pk__in=told.values("day_id")).delete()


def _fields(kept: Agreed) -> dict[str, object]:
    return {
        "title": kept.title, "title_en": kept.title_en, "kind": kept.kind, "about": kept.about,
        "about_en": kept.about_en, "begins_on": kept.begins_on, "ends_on": kept.ends_on,
        "public": kept.public,
    }  # fmt: skip


def _checked(given: Agreed, at: datetime, *, now: int | None = None) -> tuple[Agreed, Area]:
    if given.kind not in ALLIANCES:
        raise Invalid(N_("Choose one of the list."), field="kind")
    if not 0 < (given.ends_on - given.begins_on).days <= MOST_DAYS:
        raise Invalid(N_("It ends after it begins, and runs ten years at most."), field="ends_on")
    places = Area.objects.filter(pk=given.area)
    area = (places if given.area == now else places.filter(valid(at))).first()
    if area is None:
        raise Invalid(N_("Choose an area from the list."), field="area")
    kept = Agreed(
        said("title", given.title, LONGEST_TITLE),
        given.kind,
        said("about", given.about, LONGEST_WORDS),
        area.pk,
        given.begins_on,
        given.ends_on,
        said("title_en", given.title_en, LONGEST_TITLE, needed=False),
        said("about_en", given.about_en, LONGEST_WORDS, needed=False),
        given.public,
    )
    return kept, area


def _unit(given: Unit) -> dict[str, object]:
    if given.kind not in UNITS:
        raise Invalid(N_("Choose one of the list."), field="kind")
    if given.team is not None and not Team.objects.filter(pk=given.team, active=True).exists():
        raise Invalid(N_("Choose a team from the list."), field="team")
    reached = bool(given.office_line.strip() or given.office_box.strip())
    box = line("office_box", given.office_box, 120, needed=False)
    if box and (box.count("@") != 1 or any(one.isspace() for one in box)):
        raise Invalid(N_("This is no mail address."), field="office_box")
    if reached and (given.consent_on is None or given.contact_until is None):
        raise Invalid(
            N_("A contact needs the day of the office's consent and a day on which it ends."),
            field="contact_until",
        )
    if reached and given.consent_on and given.contact_until and not (
        0 < (given.contact_until - given.consent_on).days <= 366 * 5
    ):  # fmt: skip
        raise Invalid(
            N_("A contact is kept after the consent, five years at most."), field="contact_until"
        )
    return {
        "name": said("name", given.name, 80),
        "name_en": said("name_en", given.name_en, 80, needed=False),
        "kind": given.kind,
        "team_id": given.team,
        "office_line": line("office_line", given.office_line, 40, needed=False),
        "office_box": box,
        "language": "en" if given.language == "en" else "zh-hans",
        "consent_on": given.consent_on if reached else None,
        "contact_until": given.contact_until if reached else None,
    }
