"""Where an account is signed in, how it came in lately, and what it must learn."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from commonward.people.models import Account, Grant, Notice, SignedIn, SignIn
from commonward.people.queries.actors import valid_at

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Place:
    """One session: since when, last used when (to some minutes), by which kind of browser."""

    mark: str
    since: datetime
    seen: datetime
    ends: datetime
    idle: int
    browser: str
    own: bool


def world() -> datetime:
    """What time it is in the world: a demonstration's own clock ends nobody's session."""
    return timezone.now()


def account_named(login: str) -> int | None:
    """The account of this login as the sign-in finds it, whatever its case; None for none."""
    rows = Account.objects.filter(login__iexact=login[:80], is_active=True)
    return rows.values_list("id", flat=True).first()


def mark_of(session_key: str) -> str:
    """What names a session on a page: whoever reads it there cannot use it."""
    made = hmac.new(
        settings.SECRET_KEY.encode(), b"session\x00" + session_key.encode(), hashlib.sha256
    )
    return made.hexdigest()[:24]


def signed_in(account: int, own: str, world: datetime) -> Sequence[Place]:
    """Where this account is signed in, the last used first; `own` is the key of who asks (1 query)."""
    rows = SignedIn.objects.filter(account_id=account, expire_date__gt=world).order_by("-seen")
    return [
        Place(mark_of(row.pk), row.since, row.seen, row.expire_date, row.idle, row.browser,
              row.pk == own)
        for row in rows[:200]
        if (world - row.seen).total_seconds() < row.idle * 60
    ]  # fmt: skip


def sign_ins(account: int) -> Sequence[SignIn]:
    """How this account came in lately, and when it was tried wrongly; the newest first (1 query)."""
    return list(SignIn.objects.filter(account_id=account).order_by("-at", "-id")[:SHOWN])


def notices(account: int, *, unseen: bool = False) -> Sequence[Notice]:
    """What this account is to learn, the newest first (1 query)."""
    rows = Notice.objects.filter(account_id=account)
    if unseen:
        rows = rows.filter(seen_at=None)
    return list(rows.order_by("-at", "-id")[:SHOWN])


def site_administrators(at: datetime) -> Sequence[int]:
    """Accounts that administer the whole site at this moment (1 query)."""
    rows = Grant.objects.filter(
        valid_at(at), role="administrator", area_code="", account__is_active=True
    )
    return sorted({g.account_id for g in rows if not g.categories and not g.verbs})


def must_have_factor(account: int, roles: Sequence[str], at: datetime) -> bool:
    """Whether one of this account's posts is among those that must have a second factor (1 query);
    no posts named: everybody must."""
    if not roles:
        return True
    standing = Q(account_id=account) & valid_at(at)
    return Grant.objects.filter(standing, role__in=list(roles)).exists()
