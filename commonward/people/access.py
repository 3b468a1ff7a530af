"""Who may administer whom, and the one lookup per kind of object of this room.

Only an administrator (or the system itself, by a command) changes accounts, teams, grants and
keys, and never beyond the administrator's own area and categories. Areas are known here by
their path alone ("/43/4302/430211/", as the areas' queries give it; "" is everywhere).
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor, Right
from commonward.people.models import Account, ApiKey, Grant, Team

_PATH = re.compile(r"(?:/[^/\s]{1,32})+/")


def moment(at: datetime) -> datetime:
    """The moment itself; raises Invalid when it has no zone, because it would mean another."""
    if at.tzinfo is None:
        raise Invalid(
            N_("{at} has no zone: say which, for example +08:00."), field="at", at=at.isoformat()
        )
    return at


def area_code_of(area_path: str) -> str:
    """The code of the area at the end of a path, "" for everywhere; raises Invalid."""
    if not area_path:
        return ""
    if not _PATH.fullmatch(area_path):
        raise Invalid(
            N_("“{path}” is no path of areas: it looks like “/43/4302/430211/”."),
            field="area_path",
            path=area_path,
        )
    return area_path.split("/")[-2]


def require_administrator(actor: Actor, verb: str) -> None:
    """Refuses (Forbidden) all but the system and administrators for everywhere and everything."""
    if not may_administer(actor, verb, Right(role="")):
        raise Forbidden(
            N_("Only an administrator for the whole site may do this (“{verb}”)."), verb=verb
        )


def require_administrator_somewhere(actor: Actor, verb: str) -> None:
    """Refuses (Forbidden) all but the system and administrators, of whatever area."""
    if actor.role != "system" and not _administrations(actor, verb):
        raise Forbidden(N_("Only an administrator may do this (“{verb}”)."), verb=verb)


def require_administrator_of(actor: Actor, verb: str, right: Right, area_path: str) -> None:
    """Refuses (Forbidden) whoever could not hand on this right at this place."""
    if not may_administer(actor, verb, right, area_path):
        raise Forbidden(
            N_("Only an administrator of this area and these categories may do this (“{verb}”)."),
            verb=verb,
        )


def may_administer(actor: Actor, verb: str, right: Right, area_path: str = "") -> bool:
    """Whether the actor may do this verb to a right that is no wider than the actor's own.

    An administrator whose verbs are narrowed cannot make another one with more verbs.
    """
    if actor.role == "system":
        return True
    return any(
        (not own.area or f"/{own.area}/" in area_path)
        and _no_wider(right.categories, own.categories, str.startswith)
        and (right.role != "administrator" or _no_wider(right.verbs, own.verbs, str.__eq__))
        for own in _administrations(actor, verb)
    )


def _administrations(actor: Actor, verb: str) -> tuple[Right, ...]:
    if actor.role:
        return ()
    return tuple(
        right
        for right in actor.rights
        if right.role == "administrator" and (not right.verbs or verb in right.verbs)
    )


def _no_wider(
    wanted: tuple[str, ...], own: tuple[str, ...], within: Callable[[str, str], bool]
) -> bool:
    """Whether each wanted one lies within one of the own; an empty tuple stands for all."""
    if not own:
        return True
    return bool(wanted) and all(any(within(one, mine) for mine in own) for one in wanted)


def account(account_id: int, *, lock: bool = False) -> Account:
    """The account with this id, locked for a change if asked; raises Missing."""
    rows = Account.objects.select_for_update() if lock else Account.objects.all()
    found = rows.filter(pk=account_id).first()
    if found is None:
        raise Missing(N_("There is no account {id}."), field="account", id=account_id)
    return found


def standing_account(account_id: int, *, lock: bool = False) -> Account:
    """The account, refused (Invalid) when it was deactivated."""
    found = account(account_id, lock=lock)
    if not found.is_active:
        raise Invalid(
            N_("The account “{name}” was deactivated: choose one that works."),
            field="account",
            name=found.name,
        )
    return found


def team(team_id: int, *, lock: bool = False) -> Team:
    """The team with this id, locked for a change if asked; raises Missing."""
    rows = Team.objects.select_for_update() if lock else Team.objects.all()
    found = rows.filter(pk=team_id).first()
    if found is None:
        raise Missing(N_("There is no team {id}."), field="team", id=team_id)
    return found


def active_team(team_id: int, *, lock: bool = False) -> Team:
    """The team, refused (Invalid) when it was closed."""
    found = team(team_id, lock=lock)
    if not found.active:
        raise Invalid(
            N_("The team “{name}” was closed: choose one that works."),
            field="team",
            name=found.name,
        )
    return found


def require_administrator_left(
    at: datetime, *, accounts: Iterable[int] = (), grants: Iterable[int] = ()
) -> None:
    """Refuses (Forbidden) to end the last administrator for the whole site: nobody could mend it.

    Call it within the transaction that ends these accounts or grants. The rows are locked, so that
    two who end one administrator each do not end both. Who administers for a time only (in an
    emergency) is not counted.
    """
    standing = [
        one
        for one in Grant.objects.select_for_update(of=("self",))
        .filter(until=None, role="administrator", area_code="", since__lte=at)
        .filter(account__is_active=True)
        .order_by("pk")
        if not one.categories and not one.verbs
    ]
    ended, without = set(grants), set(accounts)
    left = [one for one in standing if one.pk not in ended and one.account_id not in without]
    if standing and not left:
        raise Forbidden(
            N_("This would end the last administrator: name another one first."), code="last"
        )


def grant_to_change(grant_id: int) -> Grant:
    """The grant with this id, locked for a change; raises Missing."""
    found = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if found is None:
        raise Missing(N_("There is no grant {id}."), field="grant", id=grant_id)
    return found


def key_to_change(key_id: int) -> ApiKey:
    """The key with this id, locked for a change; raises Missing."""
    found = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if found is None:
        raise Missing(N_("There is no key {id}."), field="key", id=key_id)
    return found
