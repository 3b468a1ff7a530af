"""An office nominates, shows its evidence, or withdraws (提名与佐证)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.areas.models import Area
from commonward.areas.queries.tree import valid
from commonward.cases.actions import Said, open_case
from commonward.cases.models import Case
from commonward.core.marks.kind import LEVELS
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.disputes.models import Venue
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import day_of, file_under
from commonward.programmes.actions.marks.frame import (
    ROOM,
    criterion_of,
    note,
    opened,
    said,
    step,
)
from commonward.programmes.models import Mark, MarkCheck, MarkKind, Place
from commonward.programmes.queries.marks import (
    BORNE,
    CATEGORY,
    EVERYBODY,
    KEEPS,
    keeps,
    of_office,
    read_kind,
    taking,
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """What is to bear the mark: one of a room, an area, a place."""

    room: int | None = None
    area: int | None = None
    place: int | None = None


def nominate(kind: str, bearer: Bearer, office: int, actor: Actor, at: datetime) -> Mark:
    """Nominate under the criteria in force today (提名): by the office itself, or who keeps marks.

    Where the same thing bears the same mark already this is the nomination to renew it. Raises
    Forbidden, Invalid, Refusal.
    """  # fmt: skip
    refuse_onlooker(actor)
    version = taking(day_of(at)).get(kind)
    if version is None:
        raise Invalid(
            N_("No nominations of this mark are taken today: its criteria are published first."),
            field="kind",
        )
    team = Team.objects.filter(pk=office, active=True).first()
    if team is None:
        raise Invalid(N_("Choose a team from the list."), field="office")
    room, area, place = _bearer(version, bearer, at)
    under = area or (place.area if place is not None else None)
    path = under.path if under is not None else ""
    _may_nominate(actor, team.pk, path)
    borne = Mark.objects.filter(
        kind=kind, room=room, area=area, place=place, case__stage__in=BORNE, ended_at=None
    ).first()
    with transaction.atomic():
        case = open_case(
            CATEGORY, Said(channel="desk", words=read_kind(version).title), at, actor=actor,
            origin="office", public=False, room=ROOM,
        ).case  # fmt: skip
        if under is not None:
            file_under(case, under)
        made = Mark(
            case=case, kind=kind, version=version, room=room, area=area, place=place, office=team,
            renews=borne, nominated_at=at,
        )  # fmt: skip
        step(made, "nominate", actor, at, {"team": team.pk})
        _save(made, made.case)
        _criteria(made, version)
        note(made, "nominated", actor, at, {"kind": kind, "version": version.number})
    return made


def show(number: str, criterion: int, evidence: str, actor: Actor, at: datetime) -> MarkCheck:
    """Show by what a criterion is met (佐证): by the office, before another team has looked.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    words = said("evidence", evidence)
    with transaction.atomic():
        found, at = opened(number, actor, at, "nominated", "checking")
        if not of_office(found, actor) and not keeps(found, actor):
            raise Forbidden(N_("Only the office that nominated shows evidence."))
        row = criterion_of(found, criterion)
        if read_kind(found.version).criteria[criterion - 1].kind == "figure":
            raise Refusal(N_("This figure comes from the record; nothing is shown for it."))
        if row.checked_at is not None:
            raise Refusal(N_("Another team has looked at this already."), code="stage")
        row.evidence, row.shown_at, row.shown_by_id = words, at, actor.account
        row.save(update_fields=["evidence", "shown_at", "shown_by"])
        step(found, "show", actor, at)
        note(found, "shown", actor, at, {"criterion": criterion})
    return row


def withdraw(number: str, reason: str, actor: Actor, at: datetime) -> Mark:
    """Take a nomination back before it is decided. Raises Missing, Forbidden, Invalid, Refusal."""
    why = said("reason", reason)
    with transaction.atomic():
        found, at = opened(number, actor, at, "nominated", "checking", "panel")
        if not of_office(found, actor) and not keeps(found, actor):
            raise Forbidden(N_("Only the office that nominated withdraws it."))
        step(found, "withdraw", actor, at, {"reason": why})
        found.ended_as, found.ended_at = "withdrawn", at
        found.save(update_fields=["ended_as", "ended_at"])
    return found


def _bearer(
    version: MarkKind, bearer: Bearer, at: datetime
) -> tuple[Venue | None, Area | None, Place | None]:
    """The one thing of the right sort. Raises Invalid."""
    room = area = place = None
    if version.about == "room":
        room = Venue.objects.filter(pk=bearer.room or 0, active=True).first()
    elif version.about == "area":
        area = Area.objects.filter(pk=bearer.area or 0, level__in=LEVELS).filter(valid(at)).first()
    else:
        place = (
            Place.objects.select_related("area").filter(pk=bearer.place or 0, active=True).first()
        )
    if room is None and area is None and place is None:
        raise Invalid(N_("Choose one of the list."), field=version.about)
    return room, area, place


def _may_nominate(actor: Actor, team: int, path: str) -> None:
    if actor.role == "system" or actor.roles_for(KEEPS, "keep", path, CATEGORY):
        return
    if not actor.roles_for(EVERYBODY, "see", path, CATEGORY) or team not in actor.teams:
        raise Forbidden(N_("An office nominates for itself, or who keeps the programmes does."))


def _save(made: Mark, case: Case) -> None:
    made.case = case
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        raise Invalid(
            N_("It is nominated for this mark already; look at the list."), field="kind"
        ) from clash


def _criteria(made: Mark, version: MarkKind) -> None:
    MarkCheck.objects.bulk_create(
        [
            MarkCheck(mark=made, number=number, office=made.office)
            for number, _one in enumerate(read_kind(version).criteria, 1)
        ]
    )
