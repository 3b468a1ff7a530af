"""A member of staff comes, changes and leaves by the directory: each one transaction, each on record.

The directory never says a right: what its groups and departments give, administrators say
(`giving`). It never ends the last administrator, and never takes over an administrator's login.
"""

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from commonward.core.directory.described import Described, tag, user_document
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM
from commonward.people import access
from commonward.people.actions.accounts import add_account, deactivate_account, proper_login
from commonward.people.actions.directory.settling import settle
from commonward.people.actions.records import record_change
from commonward.people.actions.revisions import raise_revision
from commonward.people.models import Account, DirectoryAccount, DirectoryMember, Grant
from commonward.people.queries.actors import valid_at
from commonward.people.queries.directory import NO_USER, User, user_of
from commonward.people.queries.keys import KeyHolder

Change = Callable[[Described], Described]
"""What an account is to be, of what it is."""


@transaction.atomic
def join_from_directory(key: KeyHolder, told: Described, *, at: datetime) -> User:
    """A new member of staff (入职). Raises Invalid, with the code uniqueness where they are here."""
    if Account.objects.filter(login__iexact=told.login).exists():
        raise Invalid(
            N_("The login “{login}” is taken."),
            code="uniqueness",
            field="userName",
            login=told.login,
        )
    _only_one(told.external, None)
    made = add_account(SYSTEM, told.login, told.name, at=at, language=told.language or "zh-hans")
    known = DirectoryAccount.objects.create(
        account=made, external=told.external, department=told.department, changed_at=at
    )
    record_change(SYSTEM, "directory_joins", made.login, at, _by(key))
    if told.active:
        settle([made.pk], key, at)
    else:
        _leave(made, key, at)
    return user_of(made, known)


@transaction.atomic
def change_from_directory(
    key: KeyHolder, account: int, change: Change, *, at: datetime, expected: str = ""
) -> User:
    """What the directory says now (变动): moved, renamed, gone or back.

    `expected` is the version (ETag) that was read, "" for whichever. What a mover's old department
    gave ends in the moment in which what the new one gives begins. Raises Missing, Stale (another
    version), Invalid, Forbidden.
    """
    found, known = _locked(account)
    before = user_of(found, known).told
    _as_read(before, expected)
    told = change(before)
    if told == before:
        return user_of(found, known)
    _only_one(told.external, account)
    if told.login != before.login:
        _new_login(found, told.login, at)
    changed = sorted(
        name for name in Described.__slots__ if getattr(told, name) != getattr(before, name)
    )
    found.name, found.login = told.name, told.login
    found.language = told.language or found.language
    found.save(update_fields=["name", "login", "language"])
    if known is None:
        known = DirectoryAccount(account=found)
    known.external, known.department, known.changed_at = told.external, told.department, at
    known.save()
    if changed not in (["active"], []):
        record_change(
            SYSTEM, "directory_changes", found.login, at, {**_by(key), "changed": changed}
        )
    if before.active and not told.active:
        _leave(found, key, at)
    elif told.active and not before.active:
        _come_back(found, key, at)
    elif told.active:
        settle([account], key, at)
    return user_of(found, known)


@transaction.atomic
def leave_from_directory(key: KeyHolder, account: int, *, at: datetime, expected: str = "") -> None:
    """The directory deleted a member of staff (离职): the account ends, and its login stays closed.

    Sessions, keys, second factors, grants and memberships end at once; cases and tasks are of
    teams and stay there. Raises Missing, Stale, Forbidden for the last administrator.
    """
    found, known = _locked(account)
    _as_read(user_of(found, known).told, expected)
    if found.is_active:
        _leave(found, key, at)
    DirectoryMember.objects.filter(account=found).delete()
    if known is None:
        known = DirectoryAccount(account=found)
    known.external, known.department, known.changed_at, known.ended_at = "", "", at, at
    known.save()
    record_change(SYSTEM, "directory_deletes", found.login, at, _by(key))


def _locked(account: int) -> tuple[Account, DirectoryAccount | None]:
    found = Account.objects.select_for_update().filter(pk=account).first()
    known = DirectoryAccount.objects.filter(account_id=account).first()
    if found is None or (known is not None and known.ended_at is not None):
        raise Missing(NO_USER)
    return found, known


def _as_read(before: Described, expected: str) -> None:
    if expected and expected != tag(user_document(before)):
        raise Stale(N_("It was changed in the meantime: read it again."))


def _only_one(external: str, account: int | None) -> None:
    rows = DirectoryAccount.objects.filter(external=external).exclude(account_id=account or 0)
    if external and rows.exists():
        raise Invalid(
            N_("Another user has this “externalId”."), code="uniqueness", field="externalId"
        )


def _new_login(found: Account, login: str, at: datetime) -> None:
    """Refuses a login that is taken, and any for an administrator: with the office's log-in it
    decides who comes in as them."""
    proper_login(login)
    standing = Grant.objects.filter(valid_at(at), account=found, role="administrator")
    if standing.exists():
        raise Forbidden(
            N_("The login of an administrator is not changed by the directory."), field="userName"
        )
    if Account.objects.filter(login__iexact=login).exclude(pk=found.pk).exists():
        raise Invalid(
            N_("The login “{login}” is taken."), code="uniqueness", field="userName", login=login
        )


def _leave(found: Account, key: KeyHolder, at: datetime) -> None:
    access.require_administrator_left(at, accounts=[found.pk])
    deactivate_account(SYSTEM, found.pk, at=at)
    # A session is bound to the password: without one none opens again, should they come back.
    found.set_unusable_password()
    found.is_active, found.must_change = False, False
    found.save(update_fields=["password", "must_change"])
    Authenticator.objects.filter(user=found).delete()
    record_change(SYSTEM, "directory_leaves", found.login, at, _by(key))


def _come_back(found: Account, key: KeyHolder, at: datetime) -> None:
    """Nothing of what they held comes back: only what groups and department give now."""
    found.is_active = True
    found.save(update_fields=["is_active"])
    record_change(SYSTEM, "directory_returns", found.login, at, _by(key))
    settle([found.pk], key, at)
    raise_revision("people")


def _by(key: KeyHolder) -> dict[str, str]:
    return {"key": key.name}
