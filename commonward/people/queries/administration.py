"""What those who administer read: accounts of staff, teams, keys, and who changed what.

Accounts are of staff only: no resident has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from commonward.core.refusals import N_, Missing
from commonward.people.models import Account, ApiKey, Change, Grant, Membership, Team
from commonward.people.queries.actors import valid_at

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as a list shows it."""

    id: int
    login: str
    name: str
    active: bool
    teams: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Some accounts by login; `after` asks for those that follow, "" on the last page."""

    rows: tuple[AccountLine, ...]
    after: str


@dataclass(frozen=True, slots=True)
class AccountCard:
    """One account with everything that stands for it at a moment."""

    account: Account
    grants: Sequence[Grant]
    memberships: Sequence[Membership]


def accounts(at: datetime, *, text: str = "", after: str = "") -> AccountPage:
    """The accounts of staff by login, narrowed to a part of login or name (3 queries)."""
    rows = Account.objects.filter(login__gt=after) if after else Account.objects.all()
    if text:
        rows = rows.filter(Q(login__icontains=text) | Q(name__icontains=text))
    found = list(rows.order_by("login")[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    ids = [account.pk for account in shown]
    teams: dict[int, list[str]] = {}
    for account, name in (
        Membership.objects.filter(valid_at(at), account_id__in=ids)
        .order_by("team__name")
        .values_list("account_id", "team__name")
    ):
        teams.setdefault(account, []).append(name)
    roles: dict[int, list[str]] = {}
    for account, role in (
        Grant.objects.filter(valid_at(at), account_id__in=ids)
        .order_by("id")
        .values_list("account_id", "role")
    ):
        if role not in roles.setdefault(account, []):
            roles[account].append(role)
    lines = tuple(
        AccountLine(
            a.pk, a.login, a.name, a.is_active,
            tuple(teams.get(a.pk, ())), tuple(roles.get(a.pk, ())),
        )
        for a in shown
    )  # fmt: skip
    return AccountPage(lines, shown[-1].login if len(found) > ON_A_PAGE else "")


def account_card(account: int, at: datetime) -> AccountCard:
    """One account, its grants and teams at this moment (3 queries). Raises Missing."""
    found = Account.objects.filter(pk=account).first()
    if found is None:
        raise Missing(N_("There is no account {id}."), field="account", id=account)
    return AccountCard(
        found,
        tuple(Grant.objects.filter(valid_at(at), account=found).order_by("id")),
        tuple(
            Membership.objects.filter(valid_at(at), account=found)
            .select_related("team")
            .order_by("team__name")
        ),
    )


@dataclass(frozen=True, slots=True)
class TeamCard:
    """One team with its members at a moment, at most ON_A_PAGE of them."""

    team: Team
    members: Sequence[Account]
    more: bool


def team_card(team: int, at: datetime) -> TeamCard:
    """One team (2 queries). Raises Missing."""
    found = Team.objects.select_related("line").filter(pk=team).first()
    if found is None:
        raise Missing(N_("There is no team {id}."), field="team", id=team)
    ids = Membership.objects.filter(valid_at(at), team=found).values("account_id")
    members = list(Account.objects.filter(pk__in=ids).order_by("login")[: ON_A_PAGE + 1])
    return TeamCard(found, members[:ON_A_PAGE], len(members) > ON_A_PAGE)


def keys() -> Sequence[ApiKey]:
    """Every key that was issued, the newest first; a site has dozens, not thousands (1 query)."""
    return tuple(ApiKey.objects.select_related("account").order_by("-id")[:500])


def changes(*, before: int | None = None, about: str = "") -> Sequence[Change]:
    """Who changed what, the newest first, before an id (1 query)."""
    rows = Change.objects.select_related("by").order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if about:
        rows = rows.filter(about=about)
    return tuple(rows[:ON_A_PAGE])
