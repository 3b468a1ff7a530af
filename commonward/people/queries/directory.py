"""What the directory of the office may read of staff (SCIM), and what it gives, for administrators.

Only accounts and groups: no case, no resident, nothing of what anybody did.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from commonward.core.directory.described import Described, Grouped
from commonward.core.refusals import N_, Missing
from commonward.people.models import (
    Account,
    DirectoryAccount,
    DirectoryGiving,
    DirectoryGroup,
    DirectoryMember,
)

NO_USER = N_("There is no user with that “id”.")
NO_GROUP = N_("There is no group with that “id”.")


@dataclass(frozen=True, slots=True)
class User:
    """An account as the directory sees it."""

    id: int
    told: Described
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the directory, with the names of its members where they were asked for."""

    id: int
    told: Grouped
    names: Mapping[int, str]
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Some of all that fit, and how many fit."""

    rows: Sequence[Any]
    total: int


def _users(asked: Mapping[str, Any]) -> QuerySet[Account]:
    ended = DirectoryAccount.objects.filter(ended_at__isnull=False)
    rows = Account.objects.exclude(pk__in=ended.values("account_id"))
    if "id" in asked:
        given = str(asked["id"])
        rows = rows.filter(pk=int(given) if given.isdecimal() and len(given) < 19 else 0)
    if "userName" in asked:
        rows = rows.filter(login__iexact=asked["userName"])
    if "active" in asked:
        rows = rows.filter(is_active=asked["active"])
    if "externalId" in asked:
        known = DirectoryAccount.objects.exclude(external="").filter(external=asked["externalId"])
        rows = rows.filter(pk__in=known.values("account_id"))
    return rows


def users(asked: Mapping[str, Any], start: int, count: int) -> Found:
    """The accounts that fit, by id, from the `start`th (1 is the first) on (3 queries)."""
    rows = _users(asked)
    page = list(rows.order_by("pk")[start - 1 : start - 1 + count]) if count else []
    return Found(users_of(page), rows.count())


def users_of(accounts: Sequence[Account]) -> list[User]:
    """These accounts as the directory sees them (1 query)."""
    known = {
        row.account_id: row
        for row in DirectoryAccount.objects.filter(account_id__in=[one.pk for one in accounts])
    }
    return [user_of(one, known.get(one.pk)) for one in accounts]


def user_of(account: Account, known: DirectoryAccount | None) -> User:
    """One account as the directory sees it."""
    told = Described(
        login=account.login,
        name=account.name,
        active=account.is_active,
        external=known.external if known else "",
        language=account.language,
        department=known.department if known else "",
    )
    changed = known.changed_at if known else account.made_at
    return User(account.pk, told, account.made_at, changed)


def user(account: int) -> User:
    """One account (2 queries). Raises Missing, too where the directory deleted it."""
    found = _users({}).filter(pk=account).first()
    if found is None:
        raise Missing(NO_USER)
    return users_of([found])[0]


def groups_of(account: int) -> list[tuple[int, str]]:
    """The groups of the directory that an account is in, by id with their names (1 query)."""
    return list(
        DirectoryMember.objects.filter(account_id=account)
        .order_by("group_id")
        .values_list("group_id", "group__name")
    )


def groups(asked: Mapping[str, Any], start: int, count: int, *, members: bool = True) -> Found:
    """The groups that fit, by id (at most 3 queries)."""
    rows = DirectoryGroup.objects.order_by("pk")
    if "id" in asked:
        given = str(asked["id"])
        rows = rows.filter(pk=int(given) if given.isdecimal() and len(given) < 19 else 0)
    if "displayName" in asked:
        rows = rows.filter(name__iexact=asked["displayName"])
    if "externalId" in asked:
        rows = rows.exclude(external="").filter(external=asked["externalId"])
    page = list(rows[start - 1 : start - 1 + count]) if count else []
    return Found(_with_members(page) if members else [group_of(g, {}) for g in page], rows.count())


def _with_members(rows: Iterable[DirectoryGroup]) -> list[Group]:
    rows = list(rows)
    found: dict[int, dict[int, str]] = {row.pk: {} for row in rows}
    for group, account, name in DirectoryMember.objects.filter(group__in=found).values_list(
        "group_id", "account_id", "account__name"
    ):
        found[group][account] = name
    return [group_of(row, found[row.pk]) for row in rows]


def group_of(row: DirectoryGroup, names: Mapping[int, str]) -> Group:
    """One group with these members."""
    told = Grouped(row.name, row.external, frozenset(names))
    return Group(row.pk, told, names, row.made_at, row.changed_at)


def group(group: int) -> Group:
    """One group with its members (2 queries). Raises Missing."""
    found = DirectoryGroup.objects.filter(pk=group).first()
    if found is None:
        raise Missing(NO_GROUP)
    return _with_members([found])[0]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as administrators see it, with how many are in it."""

    id: int
    name: str
    members: int


def group_lines() -> list[GroupLine]:
    """Every group, by name, with how many are in it; a site has dozens (1 query)."""
    counts = dict(
        DirectoryMember.objects.values_list("group_id").annotate(n=Count("id")).order_by()
    )
    rows = DirectoryGroup.objects.order_by("name").values_list("pk", "name")[:1000]
    return [GroupLine(pk, name, counts.get(pk, 0)) for pk, name in rows]


def givings() -> list[DirectoryGiving]:
    """Everything that groups and departments give, by their names (1 query)."""
    return list(
        DirectoryGiving.objects.select_related("group", "team").order_by(
            "group__name", "department", "pk"
        )[:2000]
    )


def without_way_in() -> list[Account]:
    """Accounts that the directory made and that have no password of their own yet (1 query).

    Where the office's log-in is not connected, each of these waits for a new start.
    """
    known = DirectoryAccount.objects.filter(ended_at=None).values("account_id")
    rows = Account.objects.filter(Q(password="") | Q(password__startswith="!"), is_active=True)  # noqa: S106 (Django's mark of none)
    return list(rows.filter(pk__in=known).order_by("login")[:200])
