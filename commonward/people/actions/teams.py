"""Teams and who belongs to them; both are ended, never deleted."""

import re
from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.actions.revisions import raise_revision
from commonward.people.models import Membership, Team

KINDS = ("department", "grid", "centre", "street", "community", "partner", "unit", "bank")
_CODE = re.compile(r"[\w.:/-]{1,64}")
_LONGEST_NAME = 200


@transaction.atomic
def add_team(
    actor: Actor,
    code: str,
    name: str,
    *,
    at: datetime,
    kind: str = "department",
    name_en: str = "",
    line: int | None = None,
    contact: str = "",
) -> Team:
    """A new team (责任单位), perhaps below another one (`line`); raises Forbidden, Invalid."""
    access.require_administrator(actor, "add_team")
    access.moment(at)
    if not _CODE.fullmatch(code):
        raise Invalid(
            N_("A team's code has 1 to 64 letters, digits or . : / - _, and no spaces."),
            field="code",
        )
    if kind not in KINDS:
        raise Invalid(
            N_("There is no kind of team “{kind}”, but {known}."),
            field="kind",
            kind=kind,
            known=", ".join(KINDS),
        )
    name = _proper_name(name, name_en, contact)
    if Team.objects.filter(code=code).exists():
        raise Invalid(N_("The team code “{given}” is taken."), field="code", given=code)
    made = Team.objects.create(
        code=code,
        name=name,
        name_en=name_en,
        kind=kind,
        line=None if line is None else access.active_team(line),
        contact=contact,
    )
    record_change(actor, "add_team", code, at, {"name": name, "kind": kind})
    raise_revision("people")
    return made


@transaction.atomic
def change_team(
    actor: Actor,
    team: int,
    *,
    at: datetime,
    name: str,
    name_en: str = "",
    contact: str = "",
    line: int | None = None,
) -> Team:
    """Another name, contact or line for a team; raises Forbidden, Missing, Invalid."""
    access.require_administrator(actor, "change_team")
    access.moment(at)
    found = access.active_team(team, lock=True)
    above = None if line is None else access.active_team(line)
    over = above
    while over is not None:
        if over.pk == found.pk:
            raise Invalid(N_("A team cannot stand below itself."), field="line")
        over = over.line
    found.name = _proper_name(name, name_en, contact)
    found.name_en, found.contact, found.line = name_en.strip(), contact.strip(), above
    found.save(update_fields=["name", "name_en", "contact", "line"])
    record_change(actor, "change_team", found.code, at, {"name": found.name})
    raise_revision("people")
    return found


def _proper_name(name: str, name_en: str, contact: str) -> str:
    name = name.strip()
    if not name or max(len(name), len(name_en), len(contact)) > _LONGEST_NAME:
        raise Invalid(
            N_("A team needs a name; name and contact have at most {longest} characters."),
            field="name",
            longest=_LONGEST_NAME,
        )
    return name


@transaction.atomic
def close_team(actor: Actor, team: int, *, at: datetime) -> Team:
    """The team takes no more work and its memberships end; raises Forbidden, Missing, Invalid.

    Rules that still name it leave their cases unrouted, with that reason, until they are changed.
    """
    access.require_administrator(actor, "close_team")
    access.moment(at)
    found = access.active_team(team, lock=True)
    last = Membership.objects.filter(team=found).order_by("-since").first()
    if last is not None and last.since > at:
        raise Invalid(N_("The team has members who joined after that moment."), field="at")
    found.active = False
    found.save(update_fields=["active"])
    Membership.objects.filter(team=found, until=None).update(until=at)
    record_change(actor, "close_team", found.code, at)
    raise_revision("people")
    return found


@transaction.atomic
def join_team(actor: Actor, account: int, team: int, *, at: datetime) -> Membership:
    """The account belongs to the team from `at` on; raises Forbidden, Missing, Invalid."""
    access.require_administrator(actor, "join_team")
    access.moment(at)
    who = access.standing_account(account, lock=True)
    where = access.active_team(team, lock=True)
    last = Membership.objects.filter(account=who, team=where).order_by("-since", "-id").first()
    if last is not None and last.until is None:
        raise Invalid(
            N_("{name} is in the team “{team}” already."),
            field="account",
            name=who.name,
            team=where.name,
        )
    if last is not None and last.until is not None and last.until > at:
        raise Invalid(
            N_("{name} left the team at {until}: joining again cannot be earlier."),
            field="at",
            name=who.name,
            until=last.until.isoformat(),
        )
    made = Membership.objects.create(account=who, team=where, since=at)
    record_change(actor, "join_team", who.login, at, {"team": where.code})
    raise_revision("people")
    return made


@transaction.atomic
def leave_team(actor: Actor, account: int, team: int, *, at: datetime) -> Membership:
    """The account no longer belongs to the team from `at` on; raises Forbidden, Invalid."""
    access.require_administrator(actor, "leave_team")
    access.moment(at)
    found = (
        Membership.objects.select_for_update()
        .filter(account_id=account, team_id=team, until=None)
        .first()
    )
    if found is None:
        raise Invalid(N_("This account is not in this team."), field="account")
    if at < found.since:
        raise Invalid(
            N_("The membership began at {since}: it cannot end before."),
            field="at",
            since=found.since.isoformat(),
        )
    found.until = at
    found.save(update_fields=["until"])
    record_change(actor, "leave_team", found.account.login, at, {"team": found.team.code})
    raise_revision("people")
    return found
