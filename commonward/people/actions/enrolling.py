"""Many members of staff at once: a district has thousands of grid workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor, Right
from commonward.people import access
from commonward.people.actions.accounts import proper_login, proper_name
from commonward.people.actions.grants import check_right
from commonward.people.actions.records import record_change
from commonward.people.actions.revisions import raise_revision
from commonward.people.models import Account, Grant, Membership, Team

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to join which team (its code), with which role at and below which area (its path)."""

    login: str
    name: str
    team: str
    role: str
    area_path: str = ""
    password: str | None = None
    also: tuple[str, ...] = ()
    """Further teams that the newcomer belongs to."""
    language: str = "zh-hans"


@transaction.atomic
def enrol(actor: Actor, newcomers: Sequence[Newcomer], *, at: datetime) -> list[int]:
    """New accounts (批量建账号) with team and role, all or none; returns their ids in order.

    Those given the same password share its hash, because thousands of them would take hours.
    Raises Forbidden, Invalid naming the first that cannot be taken.
    """
    access.require_administrator(actor, "enrol")
    access.moment(at)
    teams = dict(
        Team.objects.filter(
            active=True, code__in={team for n in newcomers for team in (n.team, *n.also)}
        ).values_list("code", "id")
    )
    rights = [Right(n.role, access.area_code_of(n.area_path)) for n in newcomers]
    _check(newcomers, teams)
    for right in set(rights):
        check_right(right)
    given = {n.password for n in newcomers if n.password is not None}
    hashed = {password: make_password(password) for password in given}
    accounts = Account.objects.bulk_create(
        [
            Account(
                login=n.login,
                name=proper_name(n.name),
                language=n.language,
                made_at=at,
                password=make_password(None) if n.password is None else hashed[n.password],
            )
            for n in newcomers
        ],
        batch_size=BATCH,
    )
    Membership.objects.bulk_create(
        [
            Membership(account=account, team_id=teams[team], since=at)
            for account, n in zip(accounts, newcomers, strict=True)
            for team in dict.fromkeys((n.team, *n.also))
        ],
        batch_size=BATCH,
    )
    Grant.objects.bulk_create(
        [
            Grant(
                account=account,
                role=right.role,
                area_code=right.area,
                since=at,
                given_by_id=actor.account,
            )
            for account, right in zip(accounts, rights, strict=True)
        ],
        batch_size=BATCH,
    )
    record_change(actor, "enrol", ", ".join(sorted(teams)[:5]), at, {"count": len(accounts)})
    raise_revision("people")
    return [account.pk for account in accounts]


def _check(newcomers: Sequence[Newcomer], teams: dict[str, int]) -> None:
    seen: set[str] = set()
    taken: set[str] = {
        login.lower() for login in Account.objects.values_list("login", flat=True).iterator()
    }
    for n in newcomers:
        proper_login(n.login)
        if n.login.lower() in taken or n.login.lower() in seen:
            raise Invalid(N_("The login “{login}” is taken."), field="login", login=n.login)
        seen.add(n.login.lower())
        for team in (n.team, *n.also):
            if team not in teams:
                raise Invalid(N_("There is no team “{team}”."), team=team, field="team")
