"""Signing in and out: what is noted of it, which tries have to wait, and sessions that are ended."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.signing_in import FORGOTTEN_AFTER, wait_after
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.models import Notice, SignedIn, SignIn, WrongTries
from commonward.people.queries.signing import account_named, mark_of

KEPT_FOR = timedelta(days=90)
"""How long somebody's last sign-ins and notices are kept."""


def take_try(what: tuple[str, ...], at: datetime, *, known: bool = False) -> datetime | None:
    """Take one try for what is named here (a login and a network, a known device): counted as
    wrong until `right_try` says otherwise, so that many at once spend many.

    None when it may be made; else the moment from which the next one may, and nothing was taken.
    """
    digest = _digest(what)
    with transaction.atomic():
        # First a row that everybody waits for, then its content: two at once are told apart.
        WrongTries.objects.bulk_create(
            [WrongTries(digest=digest, free_at=at, at=at)], ignore_conflicts=True
        )
        row = WrongTries.objects.select_for_update().get(pk=digest)
        if at - row.at > FORGOTTEN_AFTER:
            row.wrong, row.free_at = 0, at
        # A clock that was set back must not keep anybody out.
        if at < row.free_at <= at + wait_after(row.wrong, known=known):
            return row.free_at
        row.wrong += 1
        row.free_at, row.at = at + wait_after(row.wrong, known=known), at
        row.save()
    return None


def right_try(what: tuple[str, ...]) -> None:
    """It was right: the wrong ones before it count no longer."""
    WrongTries.objects.filter(pk=_digest(what)).delete()


def _digest(what: tuple[str, ...]) -> str:
    """A keyed hash: whoever reads the table learns neither logins nor networks."""
    text = "\x00".join(what).encode("utf-8", "replace")
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def note_sign_in(account: int, way: str, browser: str, *, known: bool, at: datetime) -> None:
    """Somebody came in (`core.signing_in.way_of`): a row that only they read."""
    SignIn.objects.create(
        account_id=account, at=at, way=way[:40], browser=browser[:40], known=known
    )


@transaction.atomic
def note_wrong_try(login: str, at: datetime) -> None:
    """A wrong password for this login: counted by the hour, if there is such an account."""
    account = account_named(login)
    if account is None:
        return
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows = SignIn.objects.filter(account_id=account, at=hour, tries__gt=0)
    if not rows.update(tries=F("tries") + 1):
        SignIn.objects.bulk_create(
            [SignIn(account_id=account, at=hour, way="wrong", tries=1)], ignore_conflicts=True
        )


def tell(accounts: Iterable[int], kind: str, about: str, at: datetime) -> None:
    """A notice to each of these accounts, shown at their next sign-in and on their own page."""
    Notice.objects.bulk_create(
        [Notice(account_id=one, kind=kind, about=about[:200], at=at) for one in set(accounts)]
    )


def see_notices(account: int, at: datetime) -> None:
    """Their holder has been shown them."""
    Notice.objects.filter(account_id=account, seen_at=None).update(seen_at=at)


@transaction.atomic
def end_session(actor: Actor, mark: str, *, at: datetime) -> None:
    """End one of one's own sessions, named by its mark (`queries.signing.mark_of`). Raises Missing."""
    refuse_onlooker(actor)
    access.moment(at)
    for row in SignedIn.objects.select_for_update().filter(account_id=actor.account or 0):
        if hmac.compare_digest(mark_of(row.session_key), mark):
            row.delete()
            return
    raise Missing(N_("This session has ended already."), field="session")


@transaction.atomic
def end_other_sessions(actor: Actor, own: str, *, at: datetime) -> int:
    """End all of one's own sessions but the one with the key `own`; how many there were."""
    refuse_onlooker(actor)
    access.moment(at)
    others = SignedIn.objects.filter(account_id=actor.account or 0).exclude(pk=own)
    return int(others.delete()[0])


@transaction.atomic
def end_sessions_of(actor: Actor, account: int, *, at: datetime) -> int:
    """End every session of an account (强制下线), lost device or leaving: on record, with a notice.

    How many there were. Raises Forbidden, Missing.
    """
    access.require_administrator(actor, "end_sessions")
    access.moment(at)
    found = access.account(account)
    ended = close_sessions(found.pk)
    record_change(actor, "end_sessions", found.login, at, {"count": ended})
    tell([found.pk], "sessions_ended", actor.name, at)
    return ended


def close_sessions(account: int) -> int:
    """Delete the sessions of an account, within the verb that ends it; how many there were."""
    return int(SignedIn.objects.filter(account_id=account).delete()[0])


def forget_signing(at: datetime, *, world: datetime) -> int:
    """Delete old sign-ins, notices, wrong tries and sessions that are over; how many rows.

    Sessions and tries are of the world's time.
    """
    gone = SignIn.objects.filter(at__lt=world - KEPT_FOR).delete()[0]
    gone += Notice.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
    gone += WrongTries.objects.filter(at__lt=world - FORGOTTEN_AFTER).delete()[0]
    # One that nobody used ends at its next use, at the latest with its whole time.
    gone += SignedIn.objects.filter(expire_date__lt=world).delete()[0]
    return int(gone)
