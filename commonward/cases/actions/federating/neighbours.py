"""Neighbours: named, compared, paused, ended by administrators (邻区登记)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.federating.keys import own_name
from commonward.cases.actions.sealing import masters
from commonward.cases.models import HandOver, Neighbour
from commonward.core import sealing
from commonward.core.federation import letters
from commonward.core.hooking import hook_address
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import Actor
from commonward.people import access
from commonward.people.actions import record_change

SPEECHES = ("commonward", "open311")


@transaction.atomic
def add_neighbour(
    actor: Actor,
    name: str,
    address: str,
    *,
    at: datetime,
    key: str = "",
    speaks: str = "commonward",
    categories: Sequence[str] = (),
    origin: str = "",
    secret: str = "",
    told: Mapping[str, Any] | None = None,
    hands_from: datetime | None = None,
    hands_until: datetime | None = None,
) -> Neighbour:
    """Name another installation: where it answers, and the key that its own page shows.

    Nothing goes to it before its fingerprint was compared (`compare`). `origin` is its name where
    that is not the host of its address; `told` are an Open311 neighbour's jurisdiction, form and
    services. Raises Forbidden, and Invalid in words.
    """
    access.require_administrator(actor, "set_neighbour")
    if not 1 <= len(name.strip()) <= 120:
        raise Invalid(N_("Say which office it is, in at most 120 characters."), field="name")
    if speaks not in SPEECHES:
        raise Invalid(N_("Choose one of the list."), field="speaks")
    hook_address(address, private=settings.HOOKS_PRIVATE)
    known = letters.check_name(origin or urlsplit(address).netloc.lower())
    if known == own_name():
        raise Invalid(N_("This is our own installation."), field="address")
    if Neighbour.objects.filter(origin=known, ended_at=None).exists():
        raise Invalid(N_("{name} is a neighbour already."), field="address", name=known)
    if hands_from and hands_until and hands_until <= hands_from:
        raise Invalid(N_("The end lies before the beginning."), field="until")
    public = ""
    if speaks == "commonward":
        public = letters.public_text(letters.read_public(key))
    made = Neighbour.objects.create(
        name=name.strip(), origin=known, address=address.rstrip("/"), speaks=speaks,
        public_key=public, categories=list(categories), settings=dict(told or {}), made_at=at,
        hands_from=hands_from, hands_until=hands_until,
        # One that speaks Open311 has no key of ours to compare; its address is what is trusted.
        compared_at=at if speaks == "open311" else None,
        next_at=at if speaks == "open311" else None,
    )  # fmt: skip
    if secret:
        key_of_it = sealing.new_key()
        context = f"neighbour {made.pk}"
        made.secret = sealing.wrap(key_of_it, masters(), context) + sealing.seal(
            secret.encode(), key_of_it, context
        )
        made.save(update_fields=["secret"])
    record_change(actor, "set_neighbour", made.name, at, {"origin": known, "speaks": speaks})
    return made


@transaction.atomic
def compare(actor: Actor, neighbour: int, read_out: str, *, at: datetime) -> Neighbour:
    """The fingerprint was read out by the neighbour and typed in here: from now on letters go.

    Raises Forbidden, Missing, and Invalid (field "fingerprint") where it is another one.
    """
    access.require_administrator(actor, "set_neighbour")
    found = locked(neighbour)
    said = "".join(read_out.split()).lower()
    right = letters.fingerprint(letters.read_public(found.public_key)).replace(" ", "")
    if said != right:
        raise Invalid(
            N_("This is another fingerprint: the key here is not theirs, or was mistyped."),
            field="fingerprint",
        )
    found.compared_at = at
    found.save(update_fields=["compared_at"])
    record_change(actor, "set_neighbour", found.name, at, {"compared": True})
    return found


@transaction.atomic
def pause(actor: Actor, neighbour: int, *, at: datetime, on: bool) -> Neighbour:
    """No new offers to and from it for a while; what is under way goes on. Raises Forbidden."""
    access.require_administrator(actor, "set_neighbour")
    found = locked(neighbour)
    found.paused_at = at if on else None
    if not on and found.speaks == "open311":
        found.next_at = at
    found.save(update_fields=["paused_at", "next_at"])
    record_change(actor, "set_neighbour", found.name, at, {"paused": on})
    return found


@transaction.atomic
def end_neighbour(actor: Actor, neighbour: int, *, at: datetime) -> None:
    """It is no neighbour any more; refused while a matter is under way between us. Raises
    Forbidden, Missing, Invalid."""
    access.require_administrator(actor, "set_neighbour")
    found = locked(neighbour)
    if HandOver.objects.filter(neighbour=found, ended_at=None).exists():
        raise Invalid(
            N_("Matters are still under way with this neighbour: pause it, and end it after them."),
            field="neighbour",
        )
    found.ended_at = at
    found.next_at = None
    found.save(update_fields=["ended_at", "next_at"])
    record_change(actor, "end_neighbour", found.name, at, {"origin": found.origin})


def locked(neighbour: int) -> Neighbour:
    """The neighbour, locked. Raises Missing."""
    found = Neighbour.objects.select_for_update().filter(pk=neighbour, ended_at=None).first()
    if found is None:
        raise Missing(N_("There is no such neighbour, or it has ended."), field="neighbour")
    return found


def secret_of(neighbour: Neighbour) -> str:
    """The key with which a neighbour who speaks Open311 knows us; "" where it asks for none."""
    if neighbour.secret is None:
        return ""
    context = f"neighbour {neighbour.pk}"
    kept = bytes(neighbour.secret)
    key = sealing.unwrap(kept[: sealing.WRAPPED], masters(), context)
    return sealing.open_sealed(kept[sealing.WRAPPED :], key, context).decode()
