"""Where sessions lie: Django's own store, with the account, the last use and an end by idleness."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.utils import timezone

from commonward.people.models import Grant, SignedIn
from commonward.people.queries.actors import valid_at
from commonward.people.queries.clock import now as site_now

NOTED_EVERY = timedelta(minutes=2)
"""So exact is the last use; noting each request would be a write for each."""


class SessionStore(InDatabase):
    """Sessions by the world's clock (a demonstration's runs ahead): a demonstration lasts, too."""

    browser = ""
    """The kind of the browser that asks; the middleware says so."""
    counts = False
    """Whether this request is somebody's: what a left page asks by itself keeps nobody signed in."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._stands: SignedIn | None = None

    @classmethod
    def get_model_class(cls) -> type[SignedIn]:
        """Our own table."""
        return SignedIn

    def _get_session_from_db(self) -> Any:
        # The store's own look-up, which its types do not name.
        row = super()._get_session_from_db()  # type: ignore[misc]
        if row is None:
            return None
        now = timezone.now()
        if row.account_id is not None and over(row, now):
            SignedIn.objects.filter(pk=row.pk).delete()
            self._session_key = None
            return None
        self._stands = row
        if self.counts and row.account_id is not None and now - row.seen > NOTED_EVERY:
            SignedIn.objects.filter(pk=row.pk).update(seen=now)
            row.seen = now
        return row

    def create_model_instance(self, data: dict[str, Any]) -> SignedIn:
        """The row of these data, with what it had: since when, and how long it lasts."""
        # Django's types know the base of our model only.
        row: Any = super().create_model_instance(data)
        made: SignedIn = row
        now = timezone.now()
        account = data.get(SESSION_KEY)
        stands = self._stands
        if account is None:
            made.since = made.seen = now
            return made
        made.account_id = int(account)
        if stands is None or stands.account_id != made.account_id:
            roles = _roles(made.account_id)
            made.since = now
            made.idle = settings.IDLE_MINUTES.least(roles)
            made.expire_date = now + timedelta(hours=settings.SESSION_HOURS.least(roles))
            made.browser = self.browser
        else:
            made.since, made.idle, made.browser = stands.since, stands.idle, stands.browser
            made.expire_date = stands.expire_date
        made.seen = now
        self._stands = made
        return made

    def flush(self) -> None:
        """Whoever signs in after this begins anew."""
        super().flush()
        self._stands = None


def over(row: SignedIn, now: datetime) -> bool:
    """Whether it has ended, by its whole time or by nobody using it."""
    return now >= row.expire_date or (
        row.account_id is not None and now >= row.seen + timedelta(minutes=row.idle)
    )


def _roles(account: int) -> list[str]:
    standing = Grant.objects.filter(valid_at(site_now()), account_id=account)
    return list(standing.values_list("role", flat=True))
