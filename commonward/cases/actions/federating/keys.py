"""Our name and the key that signs our letters; it stands in the database, sealed by the master key."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.sealing import masters
from commonward.cases.models import FederationKey
from commonward.core import sealing
from commonward.core.federation import letters
from commonward.core.rights import Actor
from commonward.people import access
from commonward.people.actions import record_change


def own_name() -> str:
    """This installation's name in letters: the host of its address."""
    return urlsplit(settings.SITE_URL).netloc


def own_key(at: datetime) -> FederationKey:
    """The key in force, made when there is none yet."""
    found = FederationKey.objects.filter(retired_at=None).order_by("id").first()
    return found or _made(at)


def private_of(key: FederationKey) -> bytes:
    """What signs."""
    return sealing.unwrap(key.private, masters(), f"federation {key.public}")


def public_key(at: datetime) -> bytes:
    """What neighbours know us by."""
    return letters.read_public(own_key(at).public)


@transaction.atomic
def change_key(actor: Actor, *, at: datetime) -> FederationKey:
    """Another key from now on; every neighbour must be told and compare it. Raises Forbidden."""
    access.require_administrator(actor, "set_neighbour")
    FederationKey.objects.filter(retired_at=None).update(retired_at=at, private=b"")
    made = _made(at)
    record_change(actor, "set_neighbour", "own key", at, {"key": made.public})
    return made


def _made(at: datetime) -> FederationKey:
    private = letters.new_key()
    public = letters.public_text(letters.public_of(private))
    return FederationKey.objects.create(
        public=public,
        private=sealing.wrap(private, masters(), f"federation {public}"),
        made_at=at,
    )
