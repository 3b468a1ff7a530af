"""Who acts, with all that was granted at a moment."""

from datetime import datetime

from django.db.models import BigIntegerField, Q, Value

from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor, Right
from commonward.people.models import Account, Grant, Membership


def valid_at(at: datetime) -> Q:
    """Rows with `since` and `until` that stand at this moment."""
    return Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))


def actor_for(account_id: int, at: datetime) -> Actor:
    """The account as an actor with its rights and teams at this moment, in 2 queries.

    Raises Missing for an unknown or deactivated account, which are not told apart.
    """
    nobody = Value(0, output_field=BigIntegerField())
    itself = Account.objects.filter(pk=account_id, is_active=True).values_list("name", nobody)
    teams = (
        Membership.objects.filter(valid_at(at), account_id=account_id)
        .values_list(Value(""), "team_id")
        .order_by()
    )
    name = ""
    found: set[int] = set()
    for account_name, team in itself.union(teams, all=True):
        if team:
            found.add(team)
        else:
            name = account_name
    if not name:
        raise Missing(N_("There is no such account, or it was deactivated."), field="account")
    grants = Grant.objects.filter(valid_at(at), account_id=account_id).order_by("id")
    return Actor(
        account=account_id,
        name=name,
        rights=tuple(
            Right(role, area, tuple(categories), tuple(verbs))
            for role, area, categories, verbs in grants.values_list(
                "role", "area_code", "categories", "verbs"
            )
        ),
        teams=frozenset(found),
    )
