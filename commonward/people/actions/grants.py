"""Grants: what an account may do where; given and ended, never changed or deleted."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from commonward.core.refusals import N_, Invalid
from commonward.core.rights import ROLES, Actor, Right
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.models import Grant

_NOBODYS = ("reporter", "party", "system")
"""Roles that come with a receipt or with the program, and that nobody can be given."""


@transaction.atomic
def grant(
    actor: Actor,
    account: int,
    role: str,
    *,
    at: datetime,
    area_path: str = "",
    categories: Sequence[str] = (),
    verbs: Sequence[str] = (),
    until: datetime | None = None,
) -> Grant:
    """Give a role (授权) everywhere (`area_path` "") or at and below one area, from `at` on.

    `categories` are code prefixes and `verbs` names; empty means all that the role has. Raises
    Forbidden when the actor could not do this there, Invalid, Missing.
    """
    right = Right(role, access.area_code_of(area_path), tuple(categories), tuple(verbs))
    check_right(right)
    access.require_administrator_of(actor, "grant", right, area_path)
    if until is not None and access.moment(until) <= access.moment(at):
        raise Invalid(N_("A grant ends after it begins."), field="until")
    who = access.standing_account(account, lock=True)
    same = Grant.objects.filter(
        Q(until=None) | Q(until__gt=access.moment(at)),
        account=who,
        role=role,
        area_code=right.area,
        since__lte=at,
    )
    if any((tuple(g.categories), tuple(g.verbs)) == (right.categories, right.verbs) for g in same):
        raise Invalid(N_("{name} has exactly this grant already."), field="role", name=who.name)
    record_change(actor, "grant", who.login, at, _facts(right))
    return Grant.objects.create(
        account=who,
        role=role,
        area_code=right.area,
        categories=list(right.categories),
        verbs=list(right.verbs),
        since=at,
        until=until,
        given_by_id=actor.account,
    )


@transaction.atomic
def revoke(actor: Actor, grant: int, *, at: datetime, area_path: str = "") -> Grant:
    """End a grant at `at`; `area_path` is the path of the area that the grant names.

    Whoever could have given it may end it. Raises Forbidden, Missing, and Invalid when it has
    ended, begins later, or names another area than the path.
    """
    found = access.grant_to_change(grant)
    if access.area_code_of(area_path) != found.area_code:
        raise Invalid(
            N_("This grant is for the area “{area}”: give the path of that one."),
            field="area_path",
            area=found.area_code,
        )
    right = Right(found.role, found.area_code, tuple(found.categories), tuple(found.verbs))
    access.require_administrator_of(actor, "revoke", right, area_path)
    if access.moment(at) < found.since or (found.until is not None and found.until <= at):
        raise Invalid(N_("This grant does not stand at that moment."), field="at")
    found.until = at
    found.save(update_fields=["until"])
    record_change(actor, "revoke", found.account.login, at, _facts(right))
    return found


def _facts(right: Right) -> dict[str, object]:
    return {
        "role": right.role,
        "area": right.area,
        "categories": list(right.categories),
        "verbs": list(right.verbs),
    }


def check_right(right: Right) -> None:
    """Refuses (Invalid) a right that nobody can be given."""
    grantable = [role for role in ROLES if role not in _NOBODYS]
    if right.role not in grantable:
        raise Invalid(
            N_("No role “{role}” can be given, but {known}."),
            field="role",
            role=right.role,
            known=", ".join(grantable),
        )
    for name, given in (("categories", right.categories), ("verbs", right.verbs)):
        # An empty prefix would silently stand for every category.
        if any(not one or one != one.strip() or len(one) > 40 for one in given):
            raise Invalid(
                N_("Each of “{name}” has 1 to 40 characters without spaces around them."),
                field=name,
                name=name,
            )
