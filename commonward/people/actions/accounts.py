"""Accounts of staff: added, renamed, deactivated; never deleted, because the log names them."""

import re
import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.actions.revisions import raise_revision
from commonward.people.actions.signing import close_sessions, tell
from commonward.people.models import Account, ApiKey, Grant, Membership
from commonward.people.queries.signing import site_administrators

_LOGIN = re.compile(r"[\w.@+-]{1,80}")
_LONGEST_NAME = 120


@transaction.atomic
def add_account(
    actor: Actor,
    login: str,
    name: str,
    *,
    at: datetime,
    password: str | None = None,
    language: str = "zh-hans",
) -> Account:
    """A new account (工作人员账号); it may do nothing until something is granted to it.

    Without a password nobody can log in with it. Raises Forbidden, Invalid.
    """
    access.require_administrator_somewhere(actor, "add_account")
    proper_login(login)
    known = [code for code, _ in settings.LANGUAGES]
    if language not in known:
        raise Invalid(
            N_("There is no language “{language}” here, but {known}."),
            field="language",
            language=language,
            known=", ".join(known),
        )
    if Account.objects.filter(login__iexact=login).exists():
        raise Invalid(N_("The login “{login}” is taken."), field="login", login=login)
    made = Account(
        login=login, name=proper_name(name), language=language, made_at=access.moment(at)
    )
    made.set_password(password)
    made.save(force_insert=True)
    record_change(actor, "add_account", login, at)
    return made


@transaction.atomic
def rename(actor: Actor, account: int, name: str, *, at: datetime) -> Account:
    """Another name for an account; earlier records show it too. Raises Forbidden, Invalid."""
    access.require_administrator(actor, "rename")
    access.moment(at)
    found = access.account(account, lock=True)
    found.name = proper_name(name)
    found.save(update_fields=["name"])
    record_change(actor, "rename", found.login, at)
    return found


@transaction.atomic
def deactivate_account(actor: Actor, account: int, *, at: datetime) -> Account:
    """Nobody acts with this account from `at` on: its memberships, grants, keys and sessions end.

    Raises Forbidden, Missing, and Invalid when it is deactivated already.
    """
    access.require_administrator(actor, "deactivate_account")
    found = access.standing_account(account, lock=True)
    access.moment(at)
    found.is_active = False
    found.save(update_fields=["is_active"])
    still_open = Q(account=found) & (Q(until=None) | Q(until__gt=at))
    for model in (Membership, Grant):
        rows = model._default_manager.filter(still_open)
        # What was to begin later ends as it begins, and so never holds.
        rows.filter(since__gt=at).update(until=F("since"))
        rows.filter(since__lte=at).update(until=at)
    ApiKey.objects.filter(account=found).update(active=False)
    close_sessions(found.pk)
    record_change(actor, "deactivate_account", found.login, at)
    raise_revision("people")
    return found


@transaction.atomic
def new_start(actor: Actor, account: int, *, at: datetime) -> str:
    """A password for the first or next sign-in (重置登录), shown once, to be changed at once.

    For a new account, a forgotten password or a lost second factor: whatever opened the account
    before opens it no longer, sessions included. Whoever talks an administrator into one is seen:
    the account and the other administrators get a notice. Raises Forbidden, Missing, Invalid.
    """
    access.require_administrator(actor, "new_start")
    access.moment(at)
    found = access.standing_account(account, lock=True)
    password = secrets.token_urlsafe(12)
    found.set_password(password)
    found.must_change = True
    found.save(update_fields=["password", "must_change"])
    Authenticator.objects.filter(user=found).delete()
    close_sessions(found.pk)
    record_change(actor, "new_start", found.login, at)
    tell([found.pk], "new_start", actor.name, at)
    others = set(site_administrators(at)) - {found.pk, actor.account}
    tell(others, "new_start_of", f"{found.login} · {actor.name}", at)
    return password


@transaction.atomic
def own_password(account: int, password: str) -> None:
    """The account's own password, chosen by its holder; raises Missing, Invalid.

    Doors ask for the old one and for the rules of a good one before.
    """
    found = access.standing_account(account, lock=True)
    found.set_password(password)
    found.must_change = False
    found.save(update_fields=["password", "must_change"])


def proper_login(login: str) -> None:
    """Refuses (Invalid) what cannot be a login."""
    if not _LOGIN.fullmatch(login):
        raise Invalid(
            N_("A login has 1 to 80 letters, digits or . @ + - _, and no spaces."), field="login"
        )


def proper_name(name: str) -> str:
    """The name without spaces around it; raises Invalid."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise Invalid(
            N_("A name has 1 to {longest} characters."), field="name", longest=_LONGEST_NAME
        )
    return name
