"""What accounts hold because of the directory is made to agree with what it says now."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from commonward.core.rights import SYSTEM
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.actions.revisions import raise_revision
from commonward.people.models import (
    Account,
    DirectoryAccount,
    DirectoryGiven,
    DirectoryGiving,
    DirectoryMember,
    Grant,
    Membership,
)
from commonward.people.queries.actors import valid_at
from commonward.people.queries.keys import KeyHolder

Right = tuple[str, str]
"""A role and the code of its area."""


def settle(accounts: Iterable[int], key: KeyHolder | None, at: datetime) -> None:
    """End what nothing gives them any more and begin what something gives now, at one moment.

    What an administrator gave by hand is left alone, and is not given a second time. `key` is
    whose call it was, None for an administrator's change of what groups give. Within the caller's
    transaction. Raises Forbidden where the last administrator would end.
    """
    found = {
        one.pk: one
        for one in Account.objects.select_for_update()
        .filter(pk__in=set(accounts), is_active=True)
        .order_by("pk")
    }
    if not found:
        return
    teams, rights = _wanted(found)
    by = {"key": key.name} if key is not None else {}
    ended = _end(found, teams, rights, by, at)
    begun = _begin(found, teams, rights, by, at)
    if ended or begun:
        raise_revision("people")


def _wanted(found: dict[int, Account]) -> tuple[dict[int, set[int]], dict[int, set[Right]]]:
    """The teams and the rights that groups and departments give each of these accounts."""
    groups: dict[int, list[int]] = defaultdict(list)
    for account, group in DirectoryMember.objects.filter(account__in=found).values_list(
        "account_id", "group_id"
    ):
        groups[group].append(account)
    departments: dict[str, list[int]] = defaultdict(list)
    for account, department in DirectoryAccount.objects.filter(
        account__in=found, department__gt=""
    ).values_list("account_id", "department"):
        departments[department].append(account)
    teams: dict[int, set[int]] = defaultdict(set)
    rights: dict[int, set[Right]] = defaultdict(set)
    rows = DirectoryGiving.objects.filter(
        Q(group__in=groups) | Q(department__in=departments)
    ).select_related("team")
    for row in rows:
        to = groups[row.group_id] if row.group_id is not None else departments[row.department]
        for account in to:
            if row.team is None:
                rights[account].add((row.role, row.area_code))
            elif row.team.active:
                teams[account].add(row.team.pk)
    return teams, rights


def _end(
    found: dict[int, Account], teams: dict[int, set[int]], rights: dict[int, set[Right]],
    by: dict[str, str], at: datetime,
) -> int:  # fmt: skip
    given = DirectoryGiven.objects.filter(account__in=found).select_related(
        "grant", "membership__team"
    )
    over: list[Grant] = []
    count = 0
    for one in given.order_by("pk"):
        account = found[one.account_id]
        if one.grant is not None:
            stands = one.grant.until is None or one.grant.until > at
            if stands and (one.grant.role, one.grant.area_code) not in rights[account.pk]:
                over.append(one.grant)
            continue
        member = one.membership
        if member is not None and member.until is None and member.team_id not in teams[account.pk]:
            _end_row(member, at)
            _note("leave_team", account, at, {"team": member.team.code, **by})
            count += 1
    if any(one.role == "administrator" for one in over):
        access.require_administrator_left(at, grants=[one.pk for one in over])
    for grant in over:
        _end_row(grant, at)
        _note("revoke", found[grant.account_id], at, _right(grant.role, grant.area_code) | by)
    return count + len(over)


def _end_row(row: Grant | Membership, at: datetime) -> None:
    row.until = max(at, row.since)
    row.save(update_fields=["until"])


def _begin(
    found: dict[int, Account], teams: dict[int, set[int]], rights: dict[int, set[Right]],
    by: dict[str, str], at: datetime,
) -> int:  # fmt: skip
    there = set(
        Membership.objects.filter(account__in=found, until=None).values_list(
            "account_id", "team_id"
        )
    )
    held = {
        (grant.account_id, grant.role, grant.area_code)
        for grant in Grant.objects.filter(valid_at(at), account__in=found)
        if not grant.categories and not grant.verbs
    }
    count = 0
    for account in found.values():
        for team in sorted(teams[account.pk]):
            if (account.pk, team) not in there:
                made = Membership.objects.create(account=account, team_id=team, since=at)
                DirectoryGiven.objects.create(account=account, membership=made)
                _note("join_team", account, at, {"team": made.team.code, **by})
                count += 1
        for role, area in sorted(rights[account.pk]):
            if (account.pk, role, area) not in held:
                given = Grant.objects.create(
                    account=account, role=role, area_code=area, since=at, until=None
                )
                DirectoryGiven.objects.create(account=account, grant=given)
                _note("grant", account, at, _right(role, area) | by)
                count += 1
    return count


def _right(role: str, area: str) -> dict[str, Any]:
    return {"role": role, "area": area}


def _note(verb: str, account: Account, at: datetime, data: dict[str, Any]) -> None:
    record_change(SYSTEM, verb, account.login, at, data)
