"""Who acts, with all that was granted at a moment."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q

from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor, Right
from commonward.people.models import Account, Grant, Membership
from commonward.people.rows import Rows, fixed_cursor

_grants = Rows(Grant)


def valid_at(at: datetime) -> Q:
    """Rows with `since` and `until` that stand at this moment."""
    return Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))


def actor_for(account_id: int, at: datetime) -> Actor:
    """The account as an actor with its rights and teams at this moment, in 2 queries.

    Raises Missing for an unknown or deactivated account, which are not told apart.
    """
    moment = connection.ops.adapt_datetimefield_value(at)
    with fixed_cursor() as cursor:
        # By hand: the ORM has no outer join from an account to its teams, and its union of two
        # queries costs a millisecond of each request.
        cursor.execute(
            """
            SELECT account.name, member.team_id FROM people_account account
            LEFT JOIN people_membership member ON member.account_id = account.id
              AND member.since <= %s AND (member.until IS NULL OR member.until > %s)
            WHERE account.id = %s AND account.is_active
            """,
            [moment, moment, account_id],
        )
        rows = cursor.fetchall()
    if not rows:
        raise Missing(N_("There is no such account, or it was deactivated."), field="account")
    grants = _grants.select(
        "account_id = %s AND since <= %s AND (until IS NULL OR until > %s) ORDER BY id",
        [account_id, moment, moment],
    )
    return Actor(
        account=account_id,
        name=rows[0][0],
        rights=tuple(
            Right(one.role, one.area_code, tuple(one.categories), tuple(one.verbs))
            for one in grants
        ),
        teams=frozenset(team for _, team in rows if team is not None),
        under=next((one.emergency_id for one in grants if one.emergency_id is not None), None),
    )


def actors_for(account_ids: Iterable[int], at: datetime) -> dict[int, Actor]:
    """Many accounts as actors, by id, in 3 queries; unknown and deactivated ones are left out."""
    asked = list(account_ids)
    standing = valid_at(at) & Q(account_id__in=asked)
    teams: dict[int, set[int]] = defaultdict(set)
    for account, team in Membership.objects.filter(standing).values_list("account_id", "team_id"):
        teams[account].add(team)
    rights: dict[int, list[Right]] = defaultdict(list)
    under: dict[int, int] = {}
    for account, role, area, categories, verbs, emergency in (
        Grant.objects.filter(standing)
        .order_by("id")
        .values_list("account_id", "role", "area_code", "categories", "verbs", "emergency_id")
    ):
        rights[account].append(Right(role, area, tuple(categories), tuple(verbs)))
        if emergency is not None:
            under.setdefault(account, emergency)
    names = Account.objects.filter(pk__in=asked, is_active=True).values_list("id", "name")
    return {
        id_: Actor(
            account=id_, name=name, rights=tuple(rights[id_]), teams=frozenset(teams[id_]),
            under=under.get(id_),
        )
        for id_, name in names
    }  # fmt: skip


def account_by_login(login: str) -> int:
    """The id of the account with this log-in; raises Missing (deactivated ones too)."""
    found = Account.objects.filter(login=login, is_active=True).values_list("id", flat=True).first()
    if found is None:
        raise Missing(N_("There is no account “{given}”."), field="login", given=login)
    return found
