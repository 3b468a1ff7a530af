"""Groups of the directory: their names and members, which give what administrators said they give."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from commonward.core.directory.described import Grouped, group_document, tag
from commonward.core.refusals import N_, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM
from commonward.people.actions.directory.settling import settle
from commonward.people.actions.records import record_change
from commonward.people.models import Account, DirectoryAccount, DirectoryGroup, DirectoryMember
from commonward.people.queries.directory import NO_GROUP, Group, group_of
from commonward.people.queries.keys import KeyHolder

Change = Callable[[Grouped], Grouped]
"""What a group is to be, of what it is."""
_BATCH = 500


@transaction.atomic
def add_group(key: KeyHolder, told: Grouped, *, at: datetime) -> Group:
    """A new group; it gives nothing until an administrator says what. Raises Invalid."""
    _only_one(told, None)
    row = DirectoryGroup.objects.create(
        name=told.name, external=told.external, made_at=at, changed_at=at
    )
    record_change(SYSTEM, "directory_group", row.name, at, {"key": key.name})
    _members(row, frozenset(), told.members, key, at)
    return group_of(row, _names(row))


@transaction.atomic
def change_group(
    key: KeyHolder, group: int, change: Change, *, at: datetime, expected: str = ""
) -> Group:
    """Another name, or other members: whoever goes out loses what it gave, in the same moment in
    which whoever comes in is given it. Raises Missing, Stale, Invalid, Forbidden."""
    row, before = _locked(group, expected)
    told = change(before)
    if told == before:
        return group_of(row, _names(row))
    _only_one(told, row.pk)
    if (told.name, told.external) != (before.name, before.external):
        record_change(
            SYSTEM, "directory_group", told.name, at, {"key": key.name, "name": before.name}
        )
    row.name, row.external, row.changed_at = told.name, told.external, at
    row.save(update_fields=["name", "external", "changed_at"])
    _members(row, before.members, told.members, key, at)
    return group_of(row, _names(row))


@transaction.atomic
def drop_group(key: KeyHolder, group: int, *, at: datetime, expected: str = "") -> None:
    """The directory has the group no more: what it gave ends. Raises Missing, Stale, Forbidden."""
    row, before = _locked(group, expected)
    DirectoryMember.objects.filter(group=row).delete()
    settle(before.members, key, at)
    record_change(
        SYSTEM,
        "directory_group_ends",
        row.name,
        at,
        {"key": key.name, "count": len(before.members)},
    )
    row.delete()


def _locked(group: int, expected: str) -> tuple[DirectoryGroup, Grouped]:
    row = DirectoryGroup.objects.select_for_update().filter(pk=group).first()
    if row is None:
        raise Missing(NO_GROUP)
    names = _names(row)
    told = Grouped(row.name, row.external, frozenset(names))
    if expected and expected != tag(group_document(told, names)):
        raise Stale(N_("It was changed in the meantime: read it again."))
    return row, told


def _names(row: DirectoryGroup) -> dict[int, str]:
    return dict(
        DirectoryMember.objects.filter(group=row).values_list("account_id", "account__name")
    )


def _only_one(told: Grouped, group: int | None) -> None:
    others = DirectoryGroup.objects.exclude(pk=group or 0)
    if others.filter(name__iexact=told.name).exists():
        raise Invalid(
            N_("Another group has this “displayName”."), code="uniqueness", field="displayName"
        )
    if told.external and others.filter(external=told.external).exists():
        raise Invalid(
            N_("Another group has this “externalId”."), code="uniqueness", field="externalId"
        )


def _members(
    row: DirectoryGroup, before: frozenset[int], after: frozenset[int], key: KeyHolder, at: datetime
) -> None:
    new, gone = sorted(after - before), before - after
    ended = DirectoryAccount.objects.filter(ended_at__isnull=False).values("account_id")
    known = Account.objects.exclude(pk__in=ended)
    there: set[int] = set()
    for first in range(0, len(new), _BATCH):
        some = new[first : first + _BATCH]
        there.update(known.filter(pk__in=some).values_list("pk", flat=True))
    if len(there) < len(new):
        raise Invalid(N_("There is no user with that “id”."), code="invalidValue", field="members")
    DirectoryMember.objects.filter(group=row, account__in=gone).delete()
    DirectoryMember.objects.bulk_create(
        [DirectoryMember(group=row, account_id=one) for one in new], batch_size=_BATCH
    )
    if new or gone:
        record_change(
            SYSTEM, "directory_members", row.name, at,
            {"key": key.name, "came": len(new), "went": len(gone)},
        )  # fmt: skip
        settle([*new, *gone], key, at)
