"""Keys of programs: issued once, kept as a hash, limited per minute, revoked."""

import hashlib
import os
import secrets
import threading
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.models import ApiKey
from commonward.people.queries.keys import KEY_RIGHTS, KeyHolder

_HIGHEST_LIMIT = 1_000_000
_SHARE = 100


@transaction.atomic
def issue_key(
    actor: Actor,
    name: str,
    rights: Sequence[str],
    *,
    at: datetime,
    account: int | None = None,
    per_minute: int = 120,
    until: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key (接口密钥) and its secret, which is shown this once and kept nowhere.

    `rights` are words of `KEY_RIGHTS`; "api" and "payment_stops"
    act with the grants of `account`. Raises
    Forbidden, Invalid, Missing.
    """
    access.require_administrator(actor, "issue_key")
    _check(name, rights, account, per_minute)
    if until is not None and access.moment(until) <= access.moment(at):
        raise Invalid(N_("A key ends after it begins."), field="until")
    secret = "cw_" + secrets.token_urlsafe(32)
    made = ApiKey.objects.create(
        name=name.strip(),
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        account=None if account is None else access.standing_account(account, lock=True),
        rights=sorted(set(rights)),
        per_minute=per_minute,
        made_at=access.moment(at),
        until=until,
    )
    record_change(actor, "issue_key", made.name, at, {"rights": made.rights})
    return made, secret


@transaction.atomic
def revoke_key(actor: Actor, key: int, *, at: datetime) -> ApiKey:
    """The key opens nothing any more, at once; raises Forbidden, Missing, Invalid."""
    access.require_administrator(actor, "revoke_key")
    access.moment(at)
    found = access.key_to_change(key)
    if not found.active:
        raise Invalid(N_("The key “{name}” is revoked already."), field="key", name=found.name)
    found.active = False
    found.until = at if found.until is None else min(found.until, at)
    found.save(update_fields=["active", "until"])
    record_change(actor, "revoke_key", found.name, at)
    return found


def _check(name: str, rights: Sequence[str], account: int | None, per_minute: int) -> None:
    if not 1 <= len(name.strip()) <= 120:
        raise Invalid(N_("A key has a name of 1 to 120 characters: whose program is it?"))
    unknown = sorted(set(rights) - set(KEY_RIGHTS))
    if unknown or not rights:
        raise Invalid(
            N_("A key's rights are some of {known}; unknown here: {unknown}."),
            field="rights",
            known=", ".join(KEY_RIGHTS),
            unknown=", ".join(unknown) or "–",
        )
    if "api" in rights and account is None:
        raise Invalid(
            N_("The right “api” acts with an account's grants: name the account."), field="account"
        )
    if "payment_stops" in rights and account is None:
        raise Invalid(
            N_("The right “payment_stops” is of one bank: name an account of its team."),
            field="account",
        )
    if "positions" in rights and account is None:
        raise Invalid(
            N_("The right “positions” is of one unit: name an account of its crew."),
            field="account",
        )
    if "scim" in rights and (account is not None or set(rights) != {"scim"}):
        raise Invalid(
            N_("The right “scim” stands alone and acts with nobody's grants."), field="rights"
        )
    if not 1 <= per_minute <= _HIGHEST_LIMIT:
        raise Invalid(
            N_("A key may be used 1 to {highest} times a minute."),
            field="per_minute",
            highest=_HIGHEST_LIMIT,
        )


class Allowance:
    """What this process may still spend of each key's minute, taken from the shared row.

    Uses are counted in fixed windows of one minute, in one row a key, so that all processes
    together never pass the limit, on either database. So that a busy key does not cost a durable
    write for each use, a process takes a hundredth of the limit at a time and spends it from
    memory. Limits below 200 are therefore exact; above, each further process may leave up to a
    hundredth unspent when the limit is reached.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, tuple[int, int]] = {}

    def count_use(self, key: KeyHolder, at: datetime) -> bool:
        """Count one use at this moment: whether it is within the limit (at most 1 query).

        Call it outside a transaction; inside one it takes only this use, which a rollback gives
        back, and others wait for the row until the transaction ends.
        """
        minute = int(access.moment(at).timestamp()) // 60
        if not connection.get_autocommit():
            return _taken(key, minute, 1) == 1
        with self._lock:
            kept, left = self._left.get(key.digest, (minute, 0))
            # A request that began in the minute before counts for the one that runs.
            if left and kept in (minute, minute + 1):
                self._left[key.digest] = (kept, left - 1)
                return True
        got = _taken(key, minute, max(1, key.per_minute // _SHARE))
        if not got:
            return False
        with self._lock:
            kept, left = self._left.get(key.digest, (minute, 0))
            self._left[key.digest] = (minute, got - 1 + (left if kept == minute else 0))
        return True

    def forget(self) -> None:
        """Spend nothing from memory any more."""
        self._left.clear()


def _taken(key: KeyHolder, minute: int, wanted: int) -> int:
    """How many uses of this minute the shared row gives, up to `wanted`; one statement.

    A moment one minute before the row's counts for the row's minute (clocks of processes differ);
    any other minute starts a new count.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO people_keyuse (key_id, minute, uses) VALUES (%s, %s, %s)
            ON CONFLICT (key_id) DO UPDATE SET
              uses = excluded.uses + CASE
                WHEN people_keyuse.minute - excluded.minute IN (0, 1)
                THEN people_keyuse.uses ELSE 0 END,
              minute = CASE
                WHEN people_keyuse.minute - excluded.minute = 1
                THEN people_keyuse.minute ELSE excluded.minute END
            RETURNING uses
            """,
            [key.id, minute, wanted],
        )
        [(uses,)] = cursor.fetchall()
    return max(0, min(wanted, key.per_minute - (int(uses) - wanted)))


_here = Allowance()
# What a process has taken is its own: a child that copied it would spend it twice.
os.register_at_fork(after_in_child=_here.forget)


def count_use(key: KeyHolder, at: datetime) -> bool:
    """Count one use of a key in this process; whether it is within the limit per minute."""
    return _here.count_use(key, at)
