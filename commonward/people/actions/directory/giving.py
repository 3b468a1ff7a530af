"""What groups and departments of the directory give here: said by administrators, never by it."""

from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import Actor, Right
from commonward.people import access
from commonward.people.actions.directory.settling import settle
from commonward.people.actions.grants import check_right
from commonward.people.actions.records import record_change
from commonward.people.models import (
    DirectoryAccount,
    DirectoryGiving,
    DirectoryGroup,
    DirectoryMember,
)


@transaction.atomic
def give(
    actor: Actor, *, at: datetime, group: int | None = None, department: str = "",
    team: int | None = None, role: str = "", area_path: str = "",
) -> DirectoryGiving:  # fmt: skip
    """From now on a group, or a department, gives a team, or a role in an area; at once.

    Raises Forbidden when the actor could not grant this there, Invalid, Missing.
    """
    department = department.strip()
    if (group is None) == (not department) or (team is None) == (not role):
        raise Invalid(N_("Name a group or a department, and a team or a post."), field="group")
    if len(department) > 200:
        raise Invalid(N_("Name a group or a department, and a team or a post."), field="department")
    access.moment(at)
    area = ""
    if role:
        area = access.area_code_of(area_path)
        right = Right(role, area)
        check_right(right)
        access.require_administrator_of(actor, "give", right, area_path)
    access.require_administrator(actor, "give")
    of = _group(group) if group is not None else None
    where = access.active_team(team) if team is not None else None
    same = DirectoryGiving.objects.filter(
        group=of, department=department, team=where, role=role, area_code=area
    )
    if same.exists():
        raise Invalid(N_("It gives exactly this already."), field="role")
    made = DirectoryGiving.objects.create(
        group=of, department=department, team=where, role=role, area_code=area, made_at=at
    )
    record_change(actor, "directory_gives", _source(made), at, _facts(made))
    settle(_held_by(made), None, at)
    return made


@transaction.atomic
def stop_giving(actor: Actor, giving: int, *, at: datetime) -> None:
    """A group or department gives this no more; who holds it by it loses it at once.

    Raises Forbidden (also where the last administrator would end), Missing.
    """
    access.require_administrator(actor, "stop_giving")
    found = DirectoryGiving.objects.select_for_update().filter(pk=giving).first()
    if found is None:
        raise Missing(N_("That is given no more."), field="giving")
    held = _held_by(found)
    record_change(actor, "directory_gives_not", _source(found), access.moment(at), _facts(found))
    found.delete()
    settle(held, None, at)


def _group(group: int) -> DirectoryGroup:
    # Locked, so that nobody comes in between who is given nothing.
    found = DirectoryGroup.objects.select_for_update().filter(pk=group).first()
    if found is None:
        raise Missing(N_("There is no group with that “id”."), field="group")
    return found


def _held_by(giving: DirectoryGiving) -> list[int]:
    """The accounts that it gives something to."""
    if giving.group_id is not None:
        rows = DirectoryMember.objects.filter(group_id=giving.group_id)
        return list(rows.values_list("account_id", flat=True))
    known = DirectoryAccount.objects.filter(department=giving.department)
    return list(known.values_list("account_id", flat=True))


def _source(giving: DirectoryGiving) -> str:
    return giving.group.name if giving.group is not None else giving.department


def _facts(giving: DirectoryGiving) -> dict[str, str]:
    if giving.team is not None:
        return {"team": giving.team.code}
    return {"role": giving.role, "area": giving.area_code}
